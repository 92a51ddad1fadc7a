"""What vouchers put into a person's calendar: cut-offs of drafts, activities, and when claims and reports are due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from domain.vouchers import ApplicationState
from handlers.calendar.parts import MOST, Span, calendar_part
from handlers.vouchers.sight import is_all_accepted, voucher_id
from handlers.work import Work
from messages.notices.calendar import DayEntry, Entry, EntryKind
from store.queries import claims as claim_query
from store.queries import vouchers as query
from store.queries.rows import key_of
from store.tables.vouchers import Application, Call, Claim, Scheme

_A = ApplicationState


@calendar_part(50)
def voucher_dates(work: Work, span: Span) -> Sequence[Entry]:
    """Show an organisation the dates of its vouchers that still matter."""
    organisations = work.who.organisations()
    if not organisations:
        return ()
    states = (_A.DRAFT, _A.APPROVED, _A.AGREEMENT, _A.ACTIVE, _A.CLAIMED, _A.PAID)
    rows = query.applications_of(work.session, organisations, states=states, limit=MOST)
    claimed = [key_of(row) for row, _, _ in rows if row.state is _A.CLAIMED]
    claims = claim_query.of_applications(work.session, claimed)
    entries = [entry for row in rows for entry in _entries(*row, claims.get(key_of(row[0]), ()))]
    return [entry for entry in entries if span.covers(entry.on)][:MOST]


def _entries(row: Application, call: Call, scheme: Scheme, claims: Collection[Claim]) -> list[DayEntry]:
    dates: list[tuple[EntryKind, str, date | None]] = []
    match row.state:
        case ApplicationState.DRAFT:
            dates = [(EntryKind.VOUCHER_CUTOFF, "cutoff", call.cutoff_on)]
        case ApplicationState.PAID:
            dates = [(EntryKind.VOUCHER_REPORT, "report", row.report_due_on)]
        case _:
            dates = [
                (EntryKind.VOUCHER_STARTS, "starts", row.starts_on),
                (EntryKind.VOUCHER_CLAIM, "claim", None if is_all_accepted(row, claims) else row.claim_due_on),
            ]
    name = voucher_id(row)
    return [
        DayEntry(kind, f"{name}-{about}", name, on, scheme.name, row.updated_at, row.version)
        for kind, about, on in dates
        if on is not None
    ]
