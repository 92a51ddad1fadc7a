"""What challenges put into a person's calendar: deadlines of the own ones, and when a yes or no is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from domain.organisations import Role
from handlers.calendar.parts import MOST, Span, calendar_part
from handlers.challenges.cards import verdicts_due_on
from handlers.challenges.sight import id_of
from handlers.work import Work
from messages.notices.calendar import DayEntry, Entry, EntryKind
from store.queries import calendar as query
from store.tables.challenges import Challenge

#: A manager is shown what comes due within so many days: enough to call the buyer, and few at a time.
_SOON: Final = timedelta(days=14)
_MANAGERS_MOST: Final = 10


@calendar_part(10)
def own_deadlines(work: Work, span: Span) -> Sequence[Entry]:
    """Show a buyer the deadlines of the organisation's challenges."""
    buyers = work.who.organisations(Role.BUYER)
    if not buyers:
        return ()
    rows = query.own_deadlines(work.session, buyers, since=span.since, until=span.until, limit=MOST)
    return [
        _entry(EntryKind.OWN_DEADLINE, "deadline", row, row.deadline_on) for row in rows if row.deadline_on is not None
    ]


@calendar_part(15)
def verdicts_owed_to_managers(work: Work, span: Span) -> Sequence[Entry]:
    """Show a manager where buyers owe a yes or a no soon; what is overdue stands in the digest."""
    managed = work.who.managed()
    if not managed:
        return ()
    soon = work.now.astimezone(span.zone).date() + _SOON
    since = span.instants[0]
    rows = query.verdicts_owed(work.session, clusters=managed, since=since, limit=MOST)
    found = [
        _verdicts(work, EntryKind.VERDICTS_OWED, row, unread, shortlisted)
        for row, unread, shortlisted in rows
        if not work.who.belongs_to(row.organisation_id)
    ]
    near = [one for one in found if one is not None and span.covers(one.on) and one.on <= soon]
    return sorted(near, key=lambda one: one.on, reverse=True)[:_MANAGERS_MOST]


@calendar_part(16)
def verdicts_owed_by_buyers(work: Work, span: Span) -> Sequence[Entry]:
    """Show a buyer until when every answer was promised a yes or a no."""
    buyers = work.who.organisations(Role.BUYER)
    if not buyers:
        return ()
    rows = query.verdicts_owed(work.session, buyers=buyers, since=span.instants[0], limit=MOST)
    found = [_verdicts(work, EntryKind.VERDICTS, *row) for row in rows]
    return [one for one in found if one is not None and span.covers(one.on)]


def _verdicts(work: Work, kind: EntryKind, row: Challenge, unread: int, shortlisted: int) -> DayEntry | None:
    on = verdicts_due_on(work, row)
    return None if on is None else _entry(kind, "verdicts", row, on, count=unread, shortlisted=shortlisted)


def _entry(kind: EntryKind, about: str, row: Challenge, on: date, *, count: int = 0, shortlisted: int = 0) -> DayEntry:
    return DayEntry(
        kind=kind,
        name=f"{id_of(row)}-{about}",
        subject=id_of(row),
        on=on,
        title=row.title,
        changed_at=row.updated_at,
        version=row.version,
        count=count,
        shortlisted=shortlisted,
    )
