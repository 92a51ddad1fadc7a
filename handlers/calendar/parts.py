"""What stands in a person's calendar. Each journey contributes its part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.calendars import wall_clock
from handlers.work import Work
from messages.notices.calendar import Entry

PAST_DAYS: Final = 90
AHEAD_DAYS: Final = 366
#: So many entries of one part at most: a calendar is bounded, whatever happens.
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a calendar covers, both included, in the zone of its owner."""

    since: date
    until: date
    zone: ZoneInfo

    def covers(self, day: date | None) -> bool:
        """Tell whether a day stands in the calendar."""
        return day is not None and self.since <= day <= self.until

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Return where the span begins and ends (UTC)."""
        return wall_clock(self.since, time(0), self.zone), wall_clock(
            self.until + timedelta(days=1), time(0), self.zone
        )


Part = Callable[[Work, Span], Sequence[Entry]]

PARTS: list[tuple[int, str, Part]] = []


def calendar_part(order: int) -> Callable[[Part], Part]:
    """Register a function that returns one part of a calendar: at most `MOST` entries for who acts, within a span.

    Of two entries with one name the later part's stands.
    """

    def register(part: Part) -> Part:
        PARTS.append((order, part.__name__, part))
        PARTS.sort(key=lambda entry: entry[:2])
        return part

    return register


def entries_for(work: Work, zone: ZoneInfo) -> list[Entry]:
    """Return what stands in the calendar of who acts."""
    today = work.now.astimezone(zone).date()
    span = Span(today - timedelta(days=PAST_DAYS), today + timedelta(days=AHEAD_DAYS), zone)
    return [entry for _, _, part in PARTS for entry in part(work, span)[:MOST]]
