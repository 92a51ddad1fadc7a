"""Ten thousand days of people in many zones, against a slow oracle that knows the rules and nothing of the code.

The oracle takes the public holidays straight from their library, finds instants by trying the offsets of a zone, and
looks for quiet minutes one by one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Final
from zoneinfo import ZoneInfo

import holidays
import pytest

from bot.calendar import PublicHolidays
from domain.calendars import QuietHours, WorkingCalendar, wall_clock
from domain.nudges import POLICIES, Direction, Unit, due_at
from domain.people import Snooze, snooze_until

DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
FIRST, DAYS = date(2026, 1, 1), 730
CHANGES_OF: Final = range(2024, 2033)

PLACES: Final = (
    ("Europe/Copenhagen", "DK", ""),
    ("Europe/Berlin", "DE", "BY"),
    ("Europe/Berlin", "DE", "HH"),
    ("Europe/Amsterdam", "NL", ""),
    ("Europe/Stockholm", "SE", ""),
    ("Europe/Oslo", "NO", ""),
    ("Europe/Brussels", "BE", ""),
    ("Europe/London", "GB", "SCT"),
    ("Europe/Helsinki", "FI", ""),
    ("Atlantic/Reykjavik", "IS", ""),
    ("Europe/Lisbon", "PT", "11"),
    ("Atlantic/Azores", "PT", "20"),
    ("Asia/Kolkata", "IN", "MH"),  # half an hour off
    ("Australia/Adelaide", "AU", "SA"),  # half an hour off, and summer time in the south
    ("America/Santiago", "CL", "RM"),  # where summer time begins, midnight is skipped
    ("Pacific/Auckland", "XX", ""),  # a country without a calendar: Monday to Friday
    ("Europe/Vienna", "AT", "Atlantis"),  # a region that is none: the days of the country
)

TIMES: Final = (
    time(0), time(2, 30), time(3), time(8, 59, 59), time(9), time(9, 0, 1), time(12, 0), time(12, 30), time(13),
    time(16, 59), time(16, 59, 59, 999999), time(17), time(17, 0, 1), time(23, 59, 59),
)  # fmt: skip

QUIET: Final = (
    None, None,
    (time(22), time(7)), (time(18), time(10, 30)), (time(12), time(13)), (time(15), time(9)), (time(15, 30), time(11)),
    (time(9), time(16, 59)), (time(9, 1), time(17)), (time(16, 59), time(9, 1)), (time(0), time(12)),
    (time(12), time(0)), (time(10), time(10)), (time(23), time(9)), (time(17), time(9)), (time(8), time(16)),
)  # fmt: skip


# The oracle


def is_quiet(quiet: tuple[time, time] | None, minute: int) -> bool:
    if quiet is None or quiet[0] == quiet[1]:
        return False
    begin, end = (each.hour * 60 + each.minute for each in quiet)
    return (minute - begin) % 1440 < (end - begin) % 1440


@cache
def free_times(quiet: tuple[time, time] | None) -> tuple[time, ...]:
    """Go through the minutes of a working day, and give those that are not quiet."""
    minutes = (minute for minute in range(9 * 60, 17 * 60) if not is_quiet(quiet, minute))
    return tuple(time(minute // 60, minute % 60) for minute in minutes)


@dataclass(frozen=True)
class Oracle:
    """What section 4 of the rules says, read word by word."""

    zone: ZoneInfo
    free_days: frozenset[date]
    quiet: tuple[time, time] | None = None

    def works(self, day: date) -> bool:
        return day.isoweekday() <= 5 and day not in self.free_days

    def is_quiet(self, at: time) -> bool:
        return is_quiet(self.quiet, at.hour * 60 + at.minute)

    def instant(self, wanted: datetime) -> datetime:
        """Find the first instant at which a wall clock shows this, or would have without the gap that skips it."""
        near = [wanted.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in range(-36, 37, 6)]
        offsets = {one.astimezone(self.zone).utcoffset() or timedelta(0) for one in near}
        tried = sorted(wanted.replace(tzinfo=UTC) - offset for offset in offsets)
        shown = [one for one in tried if one.astimezone(self.zone).replace(tzinfo=None) == wanted]
        if shown:
            return shown[0]
        before = near[0].astimezone(self.zone).utcoffset() or timedelta(0)
        return wanted.replace(tzinfo=UTC) - before

    def nth_working_day(self, day: date, n: int) -> date:
        passed = 0
        while passed < n:
            day += DAY
            passed += self.works(day)
        return day

    def next_allowed(self, moment: datetime) -> datetime:
        """Find the first local time from `moment` on that is within working hours and not quiet."""
        free = free_times(self.quiet)
        if self.works(moment.date()):
            if 9 <= moment.hour < 17 and not self.is_quiet(moment.time()):
                return moment
            later = [at for at in free if at > moment.time()]
            if later:
                return datetime.combine(moment.date(), later[0])
        return datetime.combine(self.nth_working_day(moment.date(), 1), free[0])

    def nudge(self, start: datetime, n: int) -> datetime:
        shown = start.astimezone(self.zone)
        day = self.nth_working_day(shown.date(), n)
        return self.instant(self.next_allowed(datetime.combine(day, shown.time())))

    def reminder(self, deadline: date, days_before: int) -> datetime:
        day = deadline - days_before * DAY
        while not self.works(day):
            day -= DAY
        return self.instant(datetime.combine(day, time(9)))


@cache
def free_days(country: str, region: str) -> frozenset[date]:
    if country == "XX":
        return frozenset()
    known = region if region != "Atlantis" else None
    return frozenset(holidays.country_holidays(country, subdiv=known or None, years=range(2023, 2035)))


def clock_changes(zone: ZoneInfo) -> Iterator[date]:
    """Give the days on which the clocks of a zone are changed, and those around them."""
    day = date(CHANGES_OF.start, 1, 1)
    while day.year in CHANGES_OF:
        noons = [datetime.combine(day + DAY * back, time(12), zone).utcoffset() for back in (-1, 0)]
        if noons[0] != noons[1]:
            yield from (day - DAY, day, day + DAY)
        day += DAY


@dataclass(frozen=True)
class PersonDay:
    """One day of somebody: what happens at which local time, and what the person wants."""

    place: tuple[str, str, str]
    start: datetime
    n: int
    quiet: tuple[time, time] | None

    @cached_property
    def oracle(self) -> Oracle:
        zone, country, region = self.place
        return Oracle(ZoneInfo(zone), free_days(country, region), self.quiet)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return calendar_of(self.place, self.quiet)

    def __str__(self) -> str:
        return f"{self.place} {self.start.isoformat()} +{self.n} quiet {self.quiet}"


def calendar_of(place: tuple[str, str, str], quiet: tuple[time, time] | None) -> WorkingCalendar:
    zone, country, region = place
    known = PublicHolidays()

    def closed(day: date) -> bool:
        return known.is_holiday(day, country=country, region=region)

    return WorkingCalendar(ZoneInfo(zone), closed=closed, quiet=None if quiet is None else QuietHours(*quiet))


@cache
def person_days(place: tuple[str, str, str]) -> tuple[PersonDay, ...]:
    """Give two years of one person, and every change of the clocks of nine years, the same in every run."""
    chance = random.Random(" ".join(place))  # noqa: S311 - no secret
    zone = ZoneInfo(place[0])
    days = [FIRST + DAY * number for number in range(DAYS)] + [*clock_changes(zone)]
    found: list[PersonDay] = []
    for day in days:
        at = chance.choice(TIMES) if chance.random() < 0.7 else time(chance.randrange(24), chance.randrange(60))
        start = datetime.combine(day, at, zone).replace(fold=chance.randrange(2)).astimezone(UTC)
        found.append(PersonDay(place, start, chance.randrange(13), chance.choice(QUIET)))
    return tuple(found)


def assert_polite(one: PersonDay, due: datetime) -> None:
    """Nobody is written to on a closed day, outside working hours or in quiet hours."""
    oracle, shown = one.oracle, due.astimezone(ZoneInfo(one.place[0]))
    assert due.tzinfo is UTC, one
    assert oracle.works(shown.date()), f"{one}: {shown} is a closed day"
    assert time(9) <= shown.time() < time(17), f"{one}: {shown} is outside working hours"
    assert not oracle.is_quiet(shown.time()), f"{one}: {shown} is quiet"


def test_there_are_ten_thousand_person_days_in_twelve_zones_and_both_changes_of_the_clocks() -> None:
    assert sum(len(person_days(place)) for place in PLACES) >= 10_000
    assert len({zone for zone, _, _ in PLACES}) >= 12
    assert len([*clock_changes(ZoneInfo("Europe/Copenhagen"))]) == 3 * 2 * len(CHANGES_OF)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "-".join(filter(None, place)))
class TestEveryDay:
    def test_a_nudge_is_polite_and_when_the_rules_say(self, place: tuple[str, str, str]) -> None:
        for one in person_days(place):
            due = one.calendar.nudge_at(one.start, one.n)
            assert due == one.oracle.nudge(one.start, one.n), one
            assert_polite(one, due)
            started = one.start.astimezone(ZoneInfo(place[0])).date()
            assert due.astimezone(ZoneInfo(place[0])).date() >= one.oracle.nth_working_day(started, one.n), one

    def test_what_comes_at_any_time_waits_until_it_is_welcome_and_no_longer(self, place: tuple[str, str, str]) -> None:
        for one in person_days(place):
            allowed = one.calendar.into_working_hours(one.start)
            # Minutes that the clocks show twice are at night, when nobody works.
            shown = one.start.astimezone(ZoneInfo(place[0])).replace(tzinfo=None)
            assert allowed == one.oracle.instant(one.oracle.next_allowed(shown)), one
            assert allowed >= one.start, one
            assert one.calendar.into_working_hours(allowed) == allowed, one
            assert_polite(one, allowed)

    def test_a_reminder_is_never_late_even_for_somebody_who_wants_quiet_then(self, place: tuple[str, str, str]) -> None:
        for one in person_days(place):
            deadline = one.start.astimezone(ZoneInfo(place[0])).date()
            due = one.calendar.reminder_at(deadline, one.n)
            assert due == one.oracle.reminder(deadline, one.n), one
            sent = one.calendar.into_working_hours(due)
            assert_polite(one, sent)
            day = sent.astimezone(ZoneInfo(place[0])).date()
            assert day == due.astimezone(ZoneInfo(place[0])).date() <= deadline - one.n * DAY, one

    def test_a_snooze_ends_on_the_day_that_was_chosen_or_the_next_working_day(
        self, place: tuple[str, str, str]
    ) -> None:
        for one in person_days(place):
            today = one.start.astimezone(ZoneInfo(place[0])).date()
            for choice, days in ((Snooze.DAY, 1), (Snooze.WEEK, 7), (today + DAY * (one.n + 1), one.n + 1)):
                until = snooze_until(choice, now=one.start, calendar=one.calendar)
                chosen = today + days * DAY
                wanted = chosen if one.oracle.works(chosen) else one.oracle.nth_working_day(chosen, 1)
                assert until == one.oracle.instant(datetime.combine(wanted, time(9))), (one, choice)
                assert_polite(one, one.calendar.into_working_hours(until))

    def test_whoever_moves_to_another_zone_is_written_to_in_the_hours_of_that_one(
        self, place: tuple[str, str, str]
    ) -> None:
        chance = random.Random(f"move {place}")  # noqa: S311 - no secret
        for one in person_days(place)[::4]:
            moved = PersonDay(chance.choice(PLACES), one.start, one.n, one.quiet)
            due = one.calendar.nudge_at(one.start, one.n)
            sent = moved.calendar.into_working_hours(due)
            assert_polite(moved, sent)
            assert due <= sent, moved


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "-".join(filter(None, place)))
def test_soft_nudges_move_later_and_reminders_earlier(place: tuple[str, str, str]) -> None:
    zone = ZoneInfo(place[0])
    for number, one in enumerate(person_days(place)):
        policy = POLICIES[number % len(POLICIES)]
        start = one.start if number % 2 else one.start.astimezone(zone).date()
        due, began = due_at(policy, start, one.calendar), one.start.astimezone(zone).date()
        day = one.calendar.into_working_hours(due).astimezone(zone).date()
        assert_polite(one, one.calendar.into_working_hours(due))
        if policy.unit is Unit.WEEKDAY:
            wanted = began + DAY * (policy.offset - began.weekday())
            assert day == (wanted if one.oracle.works(wanted) else one.oracle.nth_working_day(wanted, 1)), (policy, one)
        elif policy.direction is Direction.LATER:
            assert day >= one.oracle.nth_working_day(began, policy.offset), (policy, one)
        else:
            assert day <= began - policy.offset * DAY, (policy, one)


@pytest.mark.parametrize("quiet", [(time(8), time(18)), (time(9), time(17)), (time(8), time(7)), (time(18), time(17))])
def test_quiet_hours_that_leave_no_time_end_and_count_as_none(quiet: tuple[time, time]) -> None:
    for place in PLACES:
        heard, unheard = calendar_of(place, None), calendar_of(place, quiet)
        for one in person_days(place)[::50]:
            allowed = unheard.into_working_hours(one.start)
            assert allowed == heard.into_working_hours(one.start) == unheard.into_working_hours(allowed)
    assert not QuietHours(time(9), time(16, 59)).leaves_no_time()
    assert not QuietHours(time(17), time(9)).leaves_no_time()


def test_every_minute_around_a_change_of_the_clocks_is_what_the_rules_say() -> None:
    for name in ("Europe/Copenhagen", "Atlantic/Azores", "America/Santiago", "Australia/Lord_Howe"):
        zone = ZoneInfo(name)
        oracle = Oracle(zone, frozenset())
        for day in [*clock_changes(zone)][:12]:
            for minute in range(0, 24 * 60, 5):
                asked = datetime.combine(day, time(minute // 60, minute % 60))
                assert wall_clock(day, asked.time(), zone) == oracle.instant(asked), (name, asked)
