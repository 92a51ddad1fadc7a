"""Finding what a person means of vouchers, and whether it is his or hers to act on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.errors import NotAllowed, NotFound
from domain.ids import Kind, format_id, parse_id
from domain.organisations import OrganisationKind
from domain.schemes import CallState, Terms
from domain.vouchers import COUNTING_CLAIMS, ApplicationState, ClaimState, claimable
from handlers.work import Work
from store.queries import vouchers as query
from store.queries.rows import key_of
from store.tables.people import Organisation
from store.tables.vouchers import Application, Call, Claim, Scheme


@dataclass(frozen=True, slots=True)
class Voucher:
    """An application with all that belongs to it."""

    row: Application
    call: Call
    scheme: Scheme
    organisation: Organisation
    terms: Terms

    @property
    def id(self) -> str:
        """Return its human id, `VO-5`."""
        return voucher_id(self.row)


def voucher_id(row: Application) -> str:
    """Return the human id of an application, `VO-5`."""
    return format_id(Kind.VOUCHER, key_of(row))


def call_id(row: Call) -> str:
    """Return the human id of a call, `CA-3`."""
    return format_id(Kind.CALL, key_of(row))


def is_open(call: Call, now: datetime) -> bool:
    """Tell whether a call takes applications at this moment."""
    return call.state is CallState.OPEN and now < call.cutoff_at


def unclaimed(row: Application, claims: Iterable[Claim]) -> int:
    """Return how many cents of what was approved none of these claims of an application has taken up."""
    return claimable(row.approved_cents, [(one.state, one.cents) for one in claims])


def waits_for_claim(row: Application, claims: Collection[Claim]) -> bool:
    """Tell whether the next step with its money is the applicant's: some is left, or a claim was given back."""
    if any(one.state is ClaimState.RETURNED for one in claims):
        return True
    if any(one.final and one.state in COUNTING_CLAIMS for one in claims):
        return False
    return unclaimed(row, claims) > 0


def is_all_accepted(row: Application, claims: Collection[Claim]) -> bool:
    """Tell whether everything is claimed, and nothing of it can come back to the applicant."""
    return not waits_for_claim(row, claims) and not any(one.state is ClaimState.SUBMITTED for one in claims)


def next_date(row: Application, call: Call) -> date | None:
    """Return the date on which the next step of an application's organisation is due, where there is one."""
    match row.state:
        case ApplicationState.DRAFT:
            return call.cutoff_on
        case ApplicationState.APPROVED | ApplicationState.AGREEMENT:
            return row.starts_on
        case ApplicationState.ACTIVE | ApplicationState.CLAIMED:
            return row.claim_due_on
        case ApplicationState.PAID:
            return row.report_due_on
        case _:
            return None


def scheme_id(row: Scheme) -> str:
    """Return the human id of a scheme, `SC-2`."""
    return format_id(Kind.SCHEME, key_of(row))


def terms_of(row: Scheme) -> Terms:
    """Return the rules of a scheme."""
    return Terms(
        name=row.name,
        preset=row.preset,
        currency=row.currency,
        cap=row.cap_cents,
        countries=tuple(row.countries),
        kinds=tuple(OrganisationKind(kind) for kind in row.kinds),
        partner_abroad=row.partner_abroad,
        approve_first=row.approve_first,
        documents=tuple(row.documents),
        claim_days=row.claim_days,
        report_days=row.report_days,
        move_days=row.move_days,
        zone=row.zone,
        second_above=row.second_above_cents,
        de_minimis=row.de_minimis,
        per_euro=row.per_euro,
    )


def gather(work: Work, found: query.Found) -> Voucher:
    """Return an application with who applied and the rules that hold."""
    row, call, scheme = found
    organisation = work.session.get_one(Organisation, row.organisation_id)
    return Voucher(row, call, scheme, organisation, terms_of(scheme))


def load(work: Work, key: int) -> Voucher | None:
    """Return an application by its number; whoever asks has looked at authority."""
    found = query.application(work.session, key)
    return None if found is None else gather(work, found)


def from_subject(work: Work, subject: str) -> Voucher | None:
    """Return the application that a subject such as `VO-5` names."""
    _, key = parse_id(subject.partition(":")[0], Kind.VOUCHER)
    return load(work, key)


def find(work: Work, text: str) -> Voucher:
    """Return an application of the person's own organisation, or one that he or she decides on or whose scheme it is.

    :raises Invalid: this is no id. :raises NotFound: there is none, or the person may not know that there is.
    """
    _, key = parse_id(text, Kind.VOUCHER)
    found = load(work, key)
    if found is None or not (
        work.who.belongs_to(found.row.organisation_id)
        or work.who.manages(found.row.cluster_id)
        or work.who.manages(found.scheme.owner_cluster_id)
    ):
        raise NotFound("voucher.unknown", id=format_id(Kind.VOUCHER, key))
    return found


def find_own(work: Work, text: str) -> Voucher:
    """Return an application of the person's own organisation.

    :raises NotAllowed: the person manages a cluster concerned, and does not belong to the organisation.
    """
    found = find(work, text)
    if not work.who.belongs_to(found.row.organisation_id):
        raise NotAllowed("voucher.applicants_only", id=found.id)
    return found


def find_to_decide(work: Work, text: str) -> Voucher:
    """Return an application on which who acts decides.

    :raises NotAllowed: the person is not a manager of the cluster that funds it, or belongs to who applied.
    """
    found = find(work, text)
    if work.who.belongs_to(found.row.organisation_id):
        raise NotAllowed("voucher.own", id=found.id)
    if not work.who.manages(found.row.cluster_id):
        raise NotAllowed("voucher.funder_decides", id=found.id)
    return found
