"""Working days, wall clocks and the instants that follow from them.

A closed day is a Saturday, a Sunday or a public holiday of the person's country and region. Holidays come in as a
function, so that no list of them lives here. Instants are aware and UTC; dates and times of day are local.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

OPENS = time(9)
CLOSES = time(17)
MEETING = time(10)
HORIZON_DAYS = 3660  # a calendar without a working day in ten years is a mistake of the program

ClosedOn = Callable[[date], bool]

_DAY = timedelta(days=1)
_SATURDAY = 5


def never_closed(day: date) -> bool:
    """Answer for a calendar without public holidays: no day is one."""
    del day
    return False


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Tell whether this names a time zone of the IANA database, such as Europe/Copenhagen."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone_or_utc(name: str) -> ZoneInfo:
    """Return the zone of this name, or UTC where this machine knows none: no word and no nudge fails for it.

    A platform may know zones that this machine's database does not know yet; `matchpoint doctor` counts whom it hits.
    """
    return ZoneInfo(name if is_zone(name) else "UTC")


def wall_clock(local_date: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the clocks of a zone show this.

    A time that the clocks skip takes the offset before the gap (02:30 is then shown as 03:30), one that they show
    twice is the first of the two (RFC 5545, section 3.3.5).
    """
    # fold=0 means exactly this: the first occurrence, and in a gap the offset that held before it (PEP 495).
    return datetime.combine(local_date, at.replace(tzinfo=None, fold=0), tzinfo=zone).astimezone(UTC)


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant as the clocks of a zone show it.

    :raises ValueError: for an instant without a zone; that is a mistake of the program.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant is aware")
    return instant.astimezone(zone)


def cutoff_instant(local_date: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a cut-off on this date ends: the first instant of the next local day.

    Where the clocks skip midnight, the day begins at the end of the gap; where they skip a whole day (Samoa, 30
    December 2011), the next day that exists begins.
    """
    start = wall_clock(local_date + _DAY, time(0), zone)
    if start.astimezone(zone).time() == time(0):
        return start
    # Midnight was skipped: the gap begins where the clocks would have shown it, at the instant of the transition.
    return _transition_before(start, zone)


def _transition_before(inside: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant of the day at or before `inside` at which the clocks had been put forward."""
    day = inside.astimezone(zone).date()
    low, high = inside - timedelta(hours=26), inside
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).date() >= day:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


@dataclass(frozen=True)
class QuietHours:
    """Hold the hours [start, end) in which a person wants no message; they may pass midnight.

    Equal ends mean no quiet hours.
    """

    start: time
    end: time

    def covers(self, at: time) -> bool:
        """Tell whether a local time of day is quiet."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def leaves_no_time(self) -> bool:
        """Tell whether all working hours are quiet, so that nothing could ever be said."""
        if self.start <= self.end:
            return self.start <= OPENS and self.end >= CLOSES
        return self.start <= OPENS or self.end >= CLOSES


@dataclass(frozen=True)
class WorkingCalendar:
    """Count the working days and hours of one person: Monday to Friday, 09:00 to 17:00, no public holiday.

    `closed` tells whether a date is a public holiday; weekends are known here.
    """

    zone: ZoneInfo
    closed: ClosedOn = never_closed
    quiet: QuietHours | None = None

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on this date."""
        return day.weekday() < _SATURDAY and not self.closed(day)

    def on_or_after(self, day: date) -> date:
        """Return this date or the first working day after it: how a soft nudge moves."""
        return _first(day, _DAY, self.is_working_day)

    def on_or_before(self, day: date) -> date:
        """Return this date or the last working day before it: how a reminder moves."""
        return _first(day, -_DAY, self.is_working_day)

    def add_working_days(self, start_on: date, n: int) -> date:
        """Return the n-th working day after a date, or before it if n is negative; the date itself never counts.

        With n = 0 the date itself, worked or not.
        """
        step, day = (_DAY if n > 0 else -_DAY), start_on
        for _ in range(abs(n)):
            day = _first(day + step, step, self.is_working_day)
        return day

    def nudge_at(self, start: datetime, n_working_days: int) -> datetime:
        """Return when a soft nudge is due (UTC): n working days after the local start date, at the same local time.

        Before 09:00 it is 09:00; at or after 17:00 it is 09:00 of the next working day.
        """
        started = local(start, self.zone)
        day = self.add_working_days(started.date(), n_working_days)
        return self.into_working_hours(wall_clock(day, started.time(), self.zone))

    def into_working_hours(self, instant: datetime) -> datetime:
        """Return this instant (UTC), or the next one within working hours and outside quiet hours.

        Quiet hours that leave no working hour cannot be kept, and count as none: late in them is better than never.
        """
        due, shown = instant.astimezone(UTC), local(instant, self.zone)
        day = self.on_or_after(shown.date())
        if day != shown.date() or shown.time() < OPENS:
            due = wall_clock(day, OPENS, self.zone)
        elif shown.time() >= CLOSES:
            day = self.on_or_after(day + _DAY)
            due = wall_clock(day, OPENS, self.zone)
        return due if self.quiet is None or self.quiet.leaves_no_time() else self._outside_quiet(due, self.quiet)

    def _outside_quiet(self, due: datetime, quiet: QuietHours) -> datetime:
        shown = local(due, self.zone)
        if not quiet.covers(shown.time()):
            return due
        if shown.time() < quiet.end < CLOSES:
            return wall_clock(shown.date(), quiet.end, self.zone)
        # Quiet until closing time: the next working day, from its first hour that is not quiet.
        free = quiet.end if quiet.covers(OPENS) else OPENS
        return wall_clock(self.on_or_after(shown.date() + _DAY), free, self.zone)

    def reminder_at(self, deadline_on: date, days_before: int) -> datetime:
        """Return when a reminder is sent (UTC): n calendar days before, back to a working day, 09:00."""
        return wall_clock(self.on_or_before(deadline_on - timedelta(days=days_before)), OPENS, self.zone)

    def reminder_working_days_before(self, deadline_on: date, n_working_days: int) -> datetime:
        """Return when a reminder is sent (UTC): n working days before the deadline, 09:00."""
        day = self.on_or_before(self.add_working_days(deadline_on, -n_working_days))
        return wall_clock(day, OPENS, self.zone)


def common_meeting_day(start_on: date, calendars: Sequence[WorkingCalendar]) -> date:
    """Return the first date from `start_on` on that is a working day for everybody."""
    return _first(start_on, _DAY, lambda day: all(calendar.is_working_day(day) for calendar in calendars))


def meeting_at(start_on: date, calendars: Sequence[WorkingCalendar], *, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) of a meeting: 10:00 in `zone` on the first common working day."""
    return wall_clock(common_meeting_day(start_on, calendars), MEETING, zone)


def _first(day: date, step: timedelta, fits: Callable[[date], bool]) -> date:
    for _ in range(HORIZON_DAYS):
        if fits(day):
            return day
        day += step
    raise ValueError(f"no working day within {HORIZON_DAYS} days of {day}")
