"""What one may apply for and what not, and one's own applications."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.eligibility import check_applicant, is_barred
from domain.ids import read_number
from domain.schemes import CallState, Terms
from domain.vouchers import ApplicationState
from handlers.routes import route
from handlers.vouchers.shown import applicant_of, open_call
from handlers.vouchers.sight import is_open, next_date, terms_of, voucher_id
from handlers.work import Ask, Reply, Work
from messages.notices.vouchers import (
    OpenCall,
    VoucherLine,
    VoucherList,
)
from store.engine import Session
from store.queries import people
from store.queries import schemes as scheme_query
from store.queries import vouchers as query
from store.queries.rows import key_of
from store.tables.people import Organisation
from store.tables.vouchers import Call, CallPart, Scheme

_AT_ONCE: Final = 300
#: So much of each kind stands on one page: no platform shows more than fifty blocks.
_LINES: Final = 5
_CALLS: Final = 6
_OTHERS: Final = 8
_PAGES: Final = 100
#: So long after its last day the list still says that a call is closed.
_CLOSED: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Opening:
    """A call that is funded for an organisation, and the part that would pay."""

    part: CallPart
    call: Call
    scheme: Scheme
    organisation: Organisation

    def as_notice(self, now: datetime) -> OpenCall:
        """Return it as the organisation's people read it, with what keeps it from them."""
        return open_call(self.organisation, self.call, self.scheme, now)


def openings_for(
    work: Work,
    organisations: Iterable[Organisation],
    *,
    states: Sequence[CallState] = (CallState.OPEN,),
    after: datetime | None = None,
) -> list[Opening]:
    """Return the calls that fund organisations, each with the part of the cluster nearest to each of them.

    With `after` only calls whose cut-off is not before that. One that is still open in the store may be over already.
    """
    rows = {key_of(one): one for one in organisations}
    found: list[Opening] = []
    for key, clusters in query.clusters_of(work.session, rows).items():
        parts = query.funded_by(work.session, clusters, states=states, limit=_AT_ONCE, after=after)
        nearest = sorted(parts, key=lambda row: clusters.index(row[0].cluster_id))
        by_call: dict[int, Opening] = {}
        for part, call, scheme in nearest:
            by_call.setdefault(key_of(call), Opening(part, call, scheme, rows[key]))
        found += sorted(by_call.values(), key=lambda one: (one.call.cutoff_at, one.call.id))
    return found


def open_for(work: Work, organisations: Collection[int], *, again: bool = False) -> list[tuple[Call, Scheme]]:
    """Return the open calls in which one of these organisations may apply and has written nothing that counts.

    With `again` what was rejected or withdrawn, or has expired, does not count.
    """
    rows = people.organisations_by_id(work.session, list(organisations))
    openings = [one for one in openings_for(work, rows.values(), after=work.now) if is_open(one.call, work.now)]
    calls = {key_of(one.call) for one in openings}
    wrote = scheme_query.applied(work.session, rows, calls, again=again) if calls else set[tuple[int, int]]()
    found: dict[int, tuple[Call, Scheme]] = {}
    for one in openings:
        key = key_of(one.call)
        if (key_of(one.organisation), key) not in wrote and _fits(one.organisation, terms_of(one.scheme)):
            found.setdefault(key, (one.call, one.scheme))
    return sorted(found.values(), key=lambda row: (row[0].cutoff_at, row[0].id))


def may_apply(
    session: Session, call: Call, terms: Terms, organisations: Collection[Organisation]
) -> list[Organisation]:
    """Return those of some members of a cluster that funds a call that fit its rules and have written nothing in it."""
    fitting = [one for one in organisations if _fits(one, terms)]
    wrote = scheme_query.applied(session, [key_of(one) for one in fitting], [key_of(call)])
    return [one for one in fitting if (key_of(one), key_of(call)) not in wrote]


def _fits(organisation: Organisation, terms: Terms) -> bool:
    return not is_barred(check_applicant(applicant_of(organisation), terms))


def own_organisations(work: Work) -> list[Organisation]:
    """Return the organisations for which the person acts."""
    return [work.session.get_one(Organisation, one) for one in work.who.organisations()]


@route("voucher.list", writes=False)
def list_vouchers(work: Work, ask: Ask) -> Reply:
    """Show one's own applications, what one may apply for, and what not and why, a page at a time."""
    page = max(1, read_number(ask.value.strip(), highest=_PAGES) or 1)
    organisations = own_organisations(work)
    names = {key_of(one): one.name for one in organisations}
    rows = query.applications_of(
        work.session, names, states=tuple(ApplicationState), limit=_LINES + 1, offset=(page - 1) * _LINES
    )
    calls = _calls(work, organisations)
    may = [one for one in calls if not one.barriers]
    rest = [one for one in calls if one.barriers]
    return Reply(
        VoucherList(
            lines=tuple(
                VoucherLine(
                    voucher_id(row),
                    scheme.name,
                    row.state,
                    row.amount_cents,
                    scheme.currency,
                    names[row.organisation_id] if len(names) > 1 else "",
                    next_date(row, call),
                )
                for row, call, scheme in rows[:_LINES]
            ),
            calls=(*may[(page - 1) * _CALLS : page * _CALLS], *rest[(page - 1) * _OTHERS : page * _OTHERS]),
            manager=bool(work.who.managed()),
            sme=bool(organisations),
            page=page,
            more=len(rows) > _LINES or len(may) > page * _CALLS or len(rest) > page * _OTHERS,
        )
    )


def _calls(work: Work, organisations: Sequence[Organisation]) -> list[OpenCall]:
    """Return the calls that are open, planned or closed not long ago, each as it looks to whom it is best for."""
    states = (CallState.OPEN, CallState.PLANNED, CallState.CLOSED)
    calls: dict[str, OpenCall] = {}
    for one in openings_for(work, organisations, states=states, after=work.now - _CLOSED):
        notice = one.as_notice(work.now)
        known = calls.get(notice.id)
        if known is None or (known.barriers and not notice.barriers):
            calls[notice.id] = notice
    return list(calls.values())
