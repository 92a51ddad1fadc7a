"""What vouchers put into a person's calendar: cut-offs of drafts, activities, and when claims and reports are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.vouchers import ApplicationState
from handlers.calendar.parts import MOST, Span, calendar_part
from handlers.vouchers.sight import voucher_id
from handlers.work import Work
from messages.notices.calendar import DayEntry, Entry, EntryKind
from store.queries import vouchers as query
from store.tables.vouchers import Application, Call, Scheme

_A = ApplicationState


@calendar_part(50)
def voucher_dates(work: Work, span: Span) -> Sequence[Entry]:
    """Show an organisation the dates of its vouchers that still matter."""
    organisations = work.who.organisations()
    if not organisations:
        return ()
    states = (_A.DRAFT, _A.APPROVED, _A.AGREEMENT, _A.ACTIVE, _A.CLAIMED, _A.PAID)
    rows = query.applications_of(work.session, organisations, states=states, limit=MOST)
    return [entry for row in rows for entry in _entries(*row) if span.covers(entry.on)][:MOST]


def _entries(row: Application, call: Call, scheme: Scheme) -> list[DayEntry]:
    dates: list[tuple[EntryKind, str, date | None]] = []
    match row.state:
        case ApplicationState.DRAFT:
            dates = [(EntryKind.VOUCHER_CUTOFF, "cutoff", call.cutoff_on)]
        case ApplicationState.PAID:
            dates = [(EntryKind.VOUCHER_REPORT, "report", row.report_due_on)]
        case _:
            dates = [
                (EntryKind.VOUCHER_STARTS, "starts", row.starts_on),
                (EntryKind.VOUCHER_CLAIM, "claim", row.claim_due_on),
            ]
    name = voucher_id(row)
    return [
        DayEntry(kind, f"{name}-{about}", name, on, scheme.name, row.updated_at, row.version)
        for kind, about, on in dates
        if on is not None
    ]
