"""Vouchers: schemes with their presets, calls, applications and claims; their states, dates and checks.

Amounts are integer cents of the scheme's currency. Dates are the scheme's: a date begins and ends at midnight of its
zone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.calendars import cutoff_instant, zone_or_utc
from domain.errors import Invalid
from domain.lifecycle import Lifecycle
from domain.organisations import OrganisationKind

SCHEME_NAME_MAX: Final = 80
CALL_TITLE_MAX: Final = 120
PARTNERS_MAX: Final = 20
PURPOSE_MAX: Final = 2000
PARTNER_MAX: Final = 200
DOCUMENTS_MAX: Final = 5
DOCUMENT_NAME_MAX: Final = 80
LINK_MAX: Final = 500
REASON_MAX: Final = 1000
REPORT_MAX: Final = 3000
REFERENCE_MAX: Final = 80
RECEIPTS_MAX: Final = 50
CLAIM_DAYS: Final = 30
REPORT_DAYS: Final = 30
DAYS_MAX: Final = 365
#: No activity is planned further ahead than this, and no call stays open longer.
AHEAD_MAX: Final = timedelta(days=3 * 366)


class Preset(StrEnum):
    """Name the schemes that a manager can begin with."""

    MEET_AND_GREET = "meet_and_greet"
    INSIGHT = "insight"
    COLLABORATION = "collaboration"
    MEET_THE_BUYER = "meet_the_buyer"
    OWN = "own"


class SchemeState(StrEnum):
    """Say whether calls can be made of a scheme."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class CallState(StrEnum):
    """Say whether a call takes applications."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CallAction(StrEnum):
    """Say what can be done with a call."""

    OPEN = "open"
    CLOSE = "close"
    CANCEL = "cancel"


class PartState(StrEnum):
    """Say whether a cluster funds its part of a call."""

    OFFERED = "offered"
    TAKEN = "taken"
    REFUSED = "refused"


class ApplicationState(StrEnum):
    """Say how far an application has come.

    `eligible`: a first manager approved, and the amount needs a second one. `active`: the activity began.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ELIGIBLE = "eligible"
    APPROVED = "approved"
    AGREEMENT = "agreement"
    ACTIVE = "active"
    CLAIMED = "claimed"
    PAID = "paid"
    REPORTED = "reported"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ApplicationAction(StrEnum):
    """Say what can be done with an application; `move` changes the dates of an approved one."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    CHECK = "check"
    APPROVE = "approve"
    REJECT = "reject"
    AGREE = "agree"
    MOVE = "move"
    START = "start"
    CLAIM = "claim"
    UNCLAIM = "unclaim"
    PAY = "pay"
    REPORT = "report"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class ClaimState(StrEnum):
    """Say how far a claim for payment has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PAID = "paid"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ClaimAction(StrEnum):
    """Say what can be done with a claim."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PAY = "pay"
    REJECT = "reject"
    WITHDRAW = "withdraw"


class RejectedWhy(StrEnum):
    """Say why an application is rejected."""

    NOT_ELIGIBLE = "not_eligible"
    NOT_CONVINCING = "not_convincing"
    BUDGET = "budget"
    DE_MINIMIS = "de_minimis"
    TOO_LATE = "too_late"
    OTHER = "other"


class AwardSource(StrEnum):
    """Say where an entry of the register of de minimis aid comes from."""

    DECLARED = "declared"
    GRANTED = "granted"


class Check(StrEnum):
    """Name what is looked at before an application is decided."""

    CALL = "call"
    MEMBER = "member"
    KIND = "kind"
    SME = "sme"
    COUNTRY = "country"
    PARTNER = "partner"
    CAP = "cap"
    BUDGET = "budget"
    DATES = "dates"
    DECLARED = "declared"
    DE_MINIMIS = "de_minimis"


class Verdict(StrEnum):
    """Say what a check found: in order, to be looked at by a person, or against the rules."""

    OK = "ok"
    LOOK = "look"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `amount` in cents, `on` a date, `text` a name or country code, as far as they belong."""

    check: Check
    verdict: Verdict
    reason: str = ""
    amount: int | None = None
    on: date | None = None
    text: str = ""


_RATE = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,6})?")
_A, _D = ApplicationState, ApplicationAction

APPLICATION: Lifecycle[ApplicationState] = Lifecycle(
    "application",
    states=ApplicationState,
    table={
        (_A.DRAFT, _D.EDIT): _A.DRAFT,
        (_A.DRAFT, _D.SUBMIT): _A.SUBMITTED,
        (_A.DRAFT, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.DRAFT, _D.EXPIRE): _A.EXPIRED,
        (_A.SUBMITTED, _D.EDIT): _A.SUBMITTED,
        (_A.SUBMITTED, _D.RETURN): _A.RETURNED,
        (_A.SUBMITTED, _D.CHECK): _A.ELIGIBLE,
        (_A.SUBMITTED, _D.APPROVE): _A.APPROVED,
        (_A.SUBMITTED, _D.REJECT): _A.REJECTED,
        (_A.SUBMITTED, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.SUBMITTED, _D.EXPIRE): _A.EXPIRED,
        (_A.RETURNED, _D.EDIT): _A.RETURNED,
        (_A.RETURNED, _D.SUBMIT): _A.SUBMITTED,
        (_A.RETURNED, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.RETURNED, _D.EXPIRE): _A.EXPIRED,
        (_A.ELIGIBLE, _D.EDIT): _A.SUBMITTED,
        (_A.ELIGIBLE, _D.APPROVE): _A.APPROVED,
        (_A.ELIGIBLE, _D.RETURN): _A.RETURNED,
        (_A.ELIGIBLE, _D.REJECT): _A.REJECTED,
        (_A.ELIGIBLE, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.ELIGIBLE, _D.EXPIRE): _A.EXPIRED,
        (_A.APPROVED, _D.AGREE): _A.AGREEMENT,
        (_A.APPROVED, _D.MOVE): _A.APPROVED,
        (_A.APPROVED, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.APPROVED, _D.EXPIRE): _A.EXPIRED,
        (_A.AGREEMENT, _D.START): _A.ACTIVE,
        (_A.AGREEMENT, _D.MOVE): _A.AGREEMENT,
        (_A.AGREEMENT, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.AGREEMENT, _D.EXPIRE): _A.EXPIRED,
        (_A.ACTIVE, _D.MOVE): _A.ACTIVE,
        (_A.ACTIVE, _D.CLAIM): _A.CLAIMED,
        (_A.ACTIVE, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.ACTIVE, _D.EXPIRE): _A.EXPIRED,
        (_A.CLAIMED, _D.CLAIM): _A.CLAIMED,
        (_A.CLAIMED, _D.UNCLAIM): _A.ACTIVE,
        (_A.CLAIMED, _D.PAY): _A.PAID,
        (_A.PAID, _D.REPORT): _A.REPORTED,
    },
)

CALL: Lifecycle[CallState] = Lifecycle(
    "call",
    states=CallState,
    table={
        (CallState.PLANNED, CallAction.OPEN): CallState.OPEN,
        (CallState.PLANNED, CallAction.CANCEL): CallState.CANCELLED,
        (CallState.OPEN, CallAction.CLOSE): CallState.CLOSED,
        (CallState.OPEN, CallAction.CANCEL): CallState.CANCELLED,
    },
)

CLAIM: Lifecycle[ClaimState] = Lifecycle(
    "claim",
    states=ClaimState,
    table={
        (ClaimState.DRAFT, ClaimAction.EDIT): ClaimState.DRAFT,
        (ClaimState.DRAFT, ClaimAction.SUBMIT): ClaimState.SUBMITTED,
        (ClaimState.DRAFT, ClaimAction.WITHDRAW): ClaimState.WITHDRAWN,
        (ClaimState.SUBMITTED, ClaimAction.RETURN): ClaimState.RETURNED,
        (ClaimState.SUBMITTED, ClaimAction.APPROVE): ClaimState.APPROVED,
        (ClaimState.SUBMITTED, ClaimAction.REJECT): ClaimState.REJECTED,
        (ClaimState.SUBMITTED, ClaimAction.WITHDRAW): ClaimState.WITHDRAWN,
        (ClaimState.RETURNED, ClaimAction.EDIT): ClaimState.RETURNED,
        (ClaimState.RETURNED, ClaimAction.SUBMIT): ClaimState.SUBMITTED,
        (ClaimState.RETURNED, ClaimAction.WITHDRAW): ClaimState.WITHDRAWN,
        (ClaimState.APPROVED, ClaimAction.PAY): ClaimState.PAID,
    },
)

COMMITTED: Final = frozenset(
    {_A.APPROVED, _A.AGREEMENT, _A.ACTIVE, _A.CLAIMED, _A.PAID, _A.REPORTED},
)
"""States in which an application's amount is taken from the budget of its call."""

LIVE: Final = frozenset(_A) - {_A.REPORTED, _A.REJECTED, _A.WITHDRAWN, _A.EXPIRED}
"""States in which something is still to be done about an application."""

UNDECIDED: Final = frozenset({_A.SUBMITTED, _A.ELIGIBLE})
"""States in which a manager has to decide."""

WRITABLE: Final = frozenset({_A.DRAFT, _A.RETURNED, _A.SUBMITTED, _A.ELIGIBLE})
"""States in which the applicant can change everything."""

CLAIMABLE: Final = frozenset({_A.ACTIVE, _A.CLAIMED})
"""States in which money can be claimed."""

COUNTING_CLAIMS: Final = frozenset({ClaimState.SUBMITTED, ClaimState.RETURNED, ClaimState.APPROVED, ClaimState.PAID})
"""Claims in these states take up the amount that was approved; a draft does not yet."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a scheme.

    Without `countries` every country is eligible. `partner_abroad`: whom one meets is of another country than oneself.
    `approve_first`: what has begun is not approved any more. From `second_above` cents on, a second manager approves
    too; None: never. `de_minimis`: what is granted is de minimis aid. `per_euro` is what a euro costs in `currency`,
    as decimal text.
    """

    name: str = ""
    preset: Preset = Preset.OWN
    currency: str = "EUR"
    cap: int = 0
    countries: tuple[str, ...] = ()
    kinds: tuple[OrganisationKind, ...] = (OrganisationKind.SME,)
    partner_abroad: bool = True
    approve_first: bool = True
    documents: tuple[str, ...] = ()
    claim_days: int = CLAIM_DAYS
    report_days: int = REPORT_DAYS
    zone: str = "Europe/Copenhagen"
    second_above: int | None = None
    de_minimis: bool = True
    per_euro: str = "1"


#: Caps in euro cents; where there is none, the manager says it.
PRESETS: Final[dict[Preset, Terms]] = {
    Preset.MEET_AND_GREET: Terms(preset=Preset.MEET_AND_GREET, cap=500_00),
    Preset.INSIGHT: Terms(preset=Preset.INSIGHT, cap=4_000_00),
    Preset.COLLABORATION: Terms(preset=Preset.COLLABORATION, cap=7_000_00, second_above=5_000_00),
    Preset.MEET_THE_BUYER: Terms(preset=Preset.MEET_THE_BUYER),
    Preset.OWN: Terms(preset=Preset.OWN, partner_abroad=False),
}


LOCKED_BY_CALL: Final = frozenset({"currency", "zone"})
"""Rules that stay as they are once a scheme has a call: its dates and budgets are told in them."""

LOCKED_BY_GRANT: Final = frozenset({"approve_first", "documents", "claim_days", "report_days"})
"""Rules that stay as they are once a voucher was granted: its holder was told them."""


def check_terms(terms: Terms) -> list[Invalid]:
    """Return everything that is wrong with the rules of a scheme, each with its `field`."""
    errors: list[Invalid] = []
    if not terms.name:
        errors.append(Invalid("scheme.name.empty", field="name"))
    if not terms.kinds:
        errors.append(Invalid("scheme.kinds.none", field="kinds"))
    if terms.second_above is not None and terms.second_above >= terms.cap:
        errors.append(Invalid("scheme.second.cap", field="second_above"))
    if len(terms.documents) > DOCUMENTS_MAX:
        errors.append(Invalid("scheme.documents.many", field="documents", limit=DOCUMENTS_MAX))
    if any(len(name) > DOCUMENT_NAME_MAX for name in terms.documents):
        errors.append(Invalid("scheme.documents.long", field="documents", limit=DOCUMENT_NAME_MAX))
    for field, days in (("claim_days", terms.claim_days), ("report_days", terms.report_days)):
        if not 1 <= days <= DAYS_MAX:
            errors.append(Invalid("scheme.days", field=field, highest=DAYS_MAX))
    return errors


def parse_rate(text: str) -> str:
    """Return what a euro costs in another currency, "7,46" or "7.46", as decimal text.

    :raises Invalid: key "scheme.rate.invalid", `field` "per_euro".
    """
    typed = text.strip()
    if not _RATE.fullmatch(typed) or not typed.strip("0.,"):
        raise Invalid("scheme.rate.invalid", field="per_euro", example="7.46")
    return typed.replace(",", ".")


def check_call_dates(opens_on: date, cutoff_on: date, *, today: date, opened: bool = False) -> list[Invalid]:
    """Return everything that is wrong with the dates of a call, each with its `field`; `opened`: it began already."""
    errors: list[Invalid] = []
    if opens_on < today and not opened:
        errors.append(Invalid("call.opens.past", field="opens_on", today=today))
    if cutoff_on < opens_on:
        errors.append(Invalid("call.cutoff.before", field="cutoff_on", opens_on=opens_on))
    elif cutoff_on < today:
        errors.append(Invalid("call.cutoff.past", field="cutoff_on", today=today))
    elif cutoff_on - today > AHEAD_MAX:
        errors.append(Invalid("voucher.date.far", field="cutoff_on", latest=today + AHEAD_MAX))
    return errors


@dataclass(frozen=True, slots=True)
class Plan:
    """What an application says; anything may be missing in a draft. `amount` in cents."""

    partner: str = ""
    partner_country: str = ""
    purpose: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    amount: int | None = None


def call_opens_at(opens_on: date, zone: str) -> datetime:
    """Return the instant (UTC) at which a call opens: the beginning of its day."""
    return cutoff_instant(opens_on - timedelta(days=1), zone_or_utc(zone))


def ends_at(on: date, zone: str) -> datetime:
    """Return the instant (UTC) at which a date ends in the scheme's zone: what a cut-off on it means."""
    return cutoff_instant(on, zone_or_utc(zone))


def today_in(zone: str, now: datetime) -> date:
    """Return the date that the clocks of the scheme's zone show."""
    return now.astimezone(zone_or_utc(zone)).date()


def claim_due(ends_on: date, terms: Terms) -> date:
    """Return the last day on which money can be claimed."""
    return ends_on + timedelta(days=terms.claim_days)


def report_due(paid_on: date, terms: Terms) -> date:
    """Return the day until which the final report is due."""
    return paid_on + timedelta(days=terms.report_days)


def may_begin(starts_on: date, terms: Terms, *, today: date) -> bool:
    """Tell whether an activity that begins then can still be approved or agreed on today."""
    return not terms.approve_first or today < starts_on


def check_plan(plan: Plan, terms: Terms, *, today: date, home: str, complete: bool) -> list[Invalid]:
    """Return everything that is wrong with what an application says, each with its `field`; `home` is one's country.

    With `complete` False, what is missing is no mistake.
    """
    errors = [] if not complete else _missing(plan)
    if plan.amount is not None and not 0 < plan.amount <= terms.cap:
        errors.append(Invalid("voucher.amount.cap", field="amount"))
    if plan.partner_country and terms.partner_abroad and plan.partner_country == home:
        errors.append(Invalid("voucher.partner.abroad", field="partner_country"))
    return [*errors, *_wrong_dates(plan, terms, today=today)]


def _missing(plan: Plan) -> list[Invalid]:
    needed = {
        "partner": plan.partner,
        "partner_country": plan.partner_country,
        "purpose": plan.purpose,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "amount": plan.amount,
    }
    return [Invalid("voucher.missing", field=name) for name, value in needed.items() if value in ("", None)]


def _wrong_dates(plan: Plan, terms: Terms, *, today: date) -> list[Invalid]:
    errors: list[Invalid] = []
    start, end = plan.starts_on, plan.ends_on
    if start is not None and not may_begin(start, terms, today=today):
        errors.append(Invalid("voucher.starts.past", field="starts_on", earliest=today + timedelta(days=1)))
    if start is not None and end is not None and end < start:
        errors.append(Invalid("voucher.ends.before", field="ends_on"))
    for field, day in (("starts_on", start), ("ends_on", end)):
        if day is not None and day - today > AHEAD_MAX and all(one.field != field for one in errors):
            errors.append(Invalid("voucher.date.far", field=field, latest=today + AHEAD_MAX))
    return errors


def needs_second(amount: int, terms: Terms) -> bool:
    """Tell whether a second manager has to approve this amount too."""
    return terms.second_above is not None and amount > terms.second_above


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies; `is_sme` None: the figures do not tell. `member` of a cluster that funds the call."""

    kind: OrganisationKind
    country: str
    is_sme: bool | None = None
    member: bool = True


def check_applicant(applicant: Applicant, terms: Terms) -> list[Finding]:
    """Return what speaks for and against an organisation under the rules of a scheme."""
    found = [
        Finding(Check.MEMBER, Verdict.OK if applicant.member else Verdict.NO),
        Finding(Check.KIND, Verdict.OK if applicant.kind in terms.kinds else Verdict.NO, text=applicant.kind),
        Finding(
            Check.COUNTRY,
            Verdict.OK if not terms.countries or applicant.country in terms.countries else Verdict.NO,
            text=applicant.country,
        ),
    ]
    if OrganisationKind.SME in terms.kinds and applicant.kind is OrganisationKind.SME:
        told = {True: Verdict.OK, False: Verdict.NO, None: Verdict.LOOK}
        found.append(Finding(Check.SME, told[applicant.is_sme]))
    return found


def is_barred(findings: Collection[Finding]) -> bool:
    """Tell whether something is against the rules."""
    return any(one.verdict is Verdict.NO for one in findings)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt of a claim; `amount` in cents of the scheme's currency."""

    number: str
    issuer: str
    dated_on: date
    amount: int
    link: str


def check_receipt_date(dated_on: date, *, agreed_on: date | None, ends_on: date, terms: Terms, today: date) -> None:
    """Refuse a receipt that cannot belong to an activity: from before its agreement, or from after today or the claim.

    :raises Invalid: "receipt.date.future", "receipt.date.early" or "receipt.date.late", `field` "dated_on".
    """
    if dated_on > today:
        raise Invalid("receipt.date.future", field="dated_on")
    if agreed_on is not None and dated_on < agreed_on and terms.approve_first:
        raise Invalid("receipt.date.early", field="dated_on", agreed_on=agreed_on)
    if dated_on > claim_due(ends_on, terms):
        raise Invalid("receipt.date.late", field="dated_on", latest=claim_due(ends_on, terms))


def claimable(approved: int, claims: Sequence[tuple[ClaimState, int]]) -> int:
    """Return how many cents of an approved amount no claim has taken up yet."""
    return approved - sum(cents for state, cents in claims if state in COUNTING_CLAIMS)
