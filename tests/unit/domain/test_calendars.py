"""Working days and wall clocks, in twelve zones and over both changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import (
    CLOSES,
    OPENS,
    QuietHours,
    WorkingCalendar,
    common_meeting_day,
    cutoff_instant,
    is_zone,
    meeting_at,
    wall_clock,
    zone_or_utc,
)

NAMES = """
Europe/Copenhagen Europe/London Europe/Amsterdam Atlantic/Reykjavik Atlantic/Azores America/New_York America/St_Johns
America/Santiago Australia/Lord_Howe Asia/Kathmandu Pacific/Apia Africa/Casablanca
"""
ZONES = [ZoneInfo(name) for name in NAMES.split()]
CPH = ZoneInfo("Europe/Copenhagen")
EASTER = {date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 6)}  # Thursday, Good Friday and Monday in Denmark
DANE = WorkingCalendar(CPH, closed=EASTER.__contains__)

zones = st.sampled_from(ZONES)
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
closings = st.frozensets(st.integers(0, 6), max_size=0) | st.frozensets(st.integers(1, 31), max_size=8)


def calendar_of(zone: ZoneInfo, closed_days_of_month: frozenset[int]) -> WorkingCalendar:
    return WorkingCalendar(zone, closed=lambda day: day.day in closed_days_of_month)


def at(year: int, month: int, day: int, hour: int, minute: int = 0, *, zone: ZoneInfo = CPH) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=zone)


# Counting


def test_the_start_date_never_counts() -> None:
    assert DANE.add_working_days(date(2026, 3, 4), 1) == date(2026, 3, 5)
    assert DANE.add_working_days(date(2026, 3, 6), 1) == date(2026, 3, 9)
    assert DANE.add_working_days(date(2026, 3, 7), 1) == date(2026, 3, 9)


def test_holidays_and_weekends_are_passed_over() -> None:
    assert DANE.add_working_days(date(2026, 4, 1), 1) == date(2026, 4, 7)
    assert DANE.add_working_days(date(2026, 4, 7), -1) == date(2026, 4, 1)


@given(zone=zones, start=days, n=st.integers(-40, 40), closed=closings)
def test_n_working_days_lie_between_a_date_and_its_nth(
    zone: ZoneInfo, start: date, n: int, closed: frozenset[int]
) -> None:
    calendar = calendar_of(zone, closed)
    end = calendar.add_working_days(start, n)
    step = timedelta(days=1 if n > 0 else -1)
    passed, day = 0, start
    while day != end:
        day += step
        passed += calendar.is_working_day(day)
    assert passed == abs(n)
    assert n == 0 or calendar.is_working_day(end)


# Nudges


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (at(2026, 3, 4, 11, 30), 3, at(2026, 3, 9, 11, 30)),  # Wednesday to Monday, same local time
        (at(2026, 3, 4, 7), 3, at(2026, 3, 9, 9)),  # before nine: nine
        (at(2026, 3, 4, 17), 3, at(2026, 3, 10, 9)),  # at five: nine on the next working day
        (at(2026, 3, 4, 16, 59), 3, at(2026, 3, 9, 16, 59)),
        (at(2026, 3, 7, 12), 1, at(2026, 3, 9, 12)),  # asked on a Saturday
        (at(2026, 3, 31, 18), 1, at(2026, 4, 7, 9)),  # after hours on the eve of Easter
        (at(2026, 3, 26, 10), 2, at(2026, 3, 30, 10)),  # over the change to summer time
        (at(2026, 10, 23, 10), 1, at(2026, 10, 26, 10)),  # and back
    ],
)
def test_a_nudge_falls_on_the_nth_working_day_at_the_same_local_time(start: datetime, n: int, due: datetime) -> None:
    assert DANE.nudge_at(start, n) == due
    assert DANE.nudge_at(start.astimezone(UTC), n).tzinfo is UTC


@given(zone=zones, start=instants, n=st.integers(0, 12), closed=closings)
def test_a_nudge_is_in_working_hours_and_never_early(
    zone: ZoneInfo, start: datetime, n: int, closed: frozenset[int]
) -> None:
    calendar = calendar_of(zone, closed)
    due = calendar.nudge_at(start, n)
    shown = due.astimezone(zone)
    assert calendar.is_working_day(shown.date())
    assert OPENS <= shown.time() < CLOSES
    assert shown.date() >= calendar.add_working_days(start.astimezone(zone).date(), n)
    assert due >= start or n > 0


@given(zone=zones, instant=instants, closed=closings)
def test_moving_into_working_hours_moves_only_later_and_only_once(
    zone: ZoneInfo, instant: datetime, closed: frozenset[int]
) -> None:
    calendar = calendar_of(zone, closed)
    moved = calendar.into_working_hours(instant)
    assert moved >= instant
    assert calendar.into_working_hours(moved) == moved
    shown = instant.astimezone(zone)
    if calendar.is_working_day(shown.date()) and OPENS <= shown.time() < CLOSES:
        assert moved == instant


def test_an_instant_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="aware"):
        DANE.nudge_at(datetime(2026, 3, 4, 12), 1)  # noqa: DTZ001


# Reminders


@pytest.mark.parametrize(
    ("days_before", "sent"),
    [
        (0, at(2026, 4, 1, 9)),  # Easter Monday itself: back before the holidays
        (2, at(2026, 4, 1, 9)),
        (7, at(2026, 3, 30, 9)),
        (14, at(2026, 3, 23, 9)),
    ],
)
def test_a_reminder_moves_back_to_a_working_day(days_before: int, sent: datetime) -> None:
    assert DANE.reminder_at(date(2026, 4, 6), days_before) == sent


def test_working_days_before_are_counted_as_such() -> None:
    assert DANE.reminder_working_days_before(date(2026, 4, 8), 2) == at(2026, 4, 1, 9)
    assert DANE.reminder_working_days_before(date(2026, 4, 6), 0) == at(2026, 4, 1, 9)


@given(zone=zones, deadline=days, before=st.integers(0, 30), closed=closings)
def test_a_reminder_is_at_nine_on_a_working_day_and_never_late(
    zone: ZoneInfo, deadline: date, before: int, closed: frozenset[int]
) -> None:
    calendar = calendar_of(zone, closed)
    shown = calendar.reminder_at(deadline, before).astimezone(zone)
    assert shown.time() == OPENS
    assert calendar.is_working_day(shown.date())
    latest = deadline - timedelta(days=before)
    assert shown.date() <= latest
    between = (latest - timedelta(days=n) for n in range((latest - shown.date()).days))
    assert not any(calendar.is_working_day(day) for day in between)


# Wall clocks


def test_a_time_that_does_not_exist_takes_the_offset_before_the_gap() -> None:
    shown = wall_clock(date(2026, 3, 29), time(2, 30), CPH)
    assert shown == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert shown.astimezone(CPH).time() == time(3, 30)


def test_a_time_that_occurs_twice_is_its_first_occurrence() -> None:
    assert wall_clock(date(2026, 10, 25), time(2, 30), CPH) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert wall_clock(date(2026, 10, 25), time(2, 30, fold=1), CPH) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(zone=zones, day=days, minutes=st.integers(0, 24 * 60 - 1))
def test_a_wall_clock_shows_what_was_asked_or_what_follows_the_gap(zone: ZoneInfo, day: date, minutes: int) -> None:
    asked = datetime.combine(day, time(minutes // 60, minutes % 60))
    instant = wall_clock(day, asked.time(), zone)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    earlier = (instant - timedelta(hours=1)).astimezone(zone).replace(tzinfo=None)
    half_earlier = (instant - timedelta(minutes=30)).astimezone(zone).replace(tzinfo=None)
    if shown == asked:
        assert asked not in (earlier, half_earlier), "there is an earlier occurrence"
    else:
        assert timedelta(0) < shown - asked <= timedelta(hours=1)


@given(zone=zones, day=days)
def test_a_cut_off_ends_at_the_first_instant_of_the_next_day(zone: ZoneInfo, day: date) -> None:
    end = cutoff_instant(day, zone)
    assert end.astimezone(zone).date() == day + timedelta(days=1)
    assert (end - timedelta(microseconds=1)).astimezone(zone).date() == day


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("Europe/Copenhagen", date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("Europe/Copenhagen", date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("Atlantic/Azores", date(2026, 3, 28), datetime(2026, 3, 29, 1, tzinfo=UTC)),  # the gap begins at midnight
        ("America/Sao_Paulo", date(2017, 10, 14), datetime(2017, 10, 15, 3, tzinfo=UTC)),
        ("America/Havana", date(2026, 10, 31), datetime(2026, 11, 1, 4, tzinfo=UTC)),  # midnight comes twice
        ("Pacific/Apia", date(2011, 12, 29), datetime(2011, 12, 30, 10, tzinfo=UTC)),  # the next day never was
    ],
)
def test_a_cut_off_where_midnight_is_odd(zone: str, day: date, end: datetime) -> None:
    assert cutoff_instant(day, ZoneInfo(zone)) == end


# Two people, quiet hours, zones


def test_two_people_meet_on_the_first_common_working_day_at_ten() -> None:
    dutch = WorkingCalendar(ZoneInfo("Europe/Amsterdam"), closed={date(2026, 4, 6), date(2026, 4, 7)}.__contains__)
    assert common_meeting_day(date(2026, 4, 3), [DANE, dutch]) == date(2026, 4, 8)
    assert meeting_at(date(2026, 4, 3), [DANE, dutch], zone=CPH) == at(2026, 4, 8, 10)


@pytest.mark.parametrize(
    ("start", "end", "moment", "quiet"),
    [
        (22, 7, time(23), True),
        (22, 7, time(22), True),
        (22, 7, time(7), False),
        (22, 7, time(12), False),
        (12, 13, time(12, 59), True),
        (12, 13, time(13), False),
        (12, 12, time(12), False),
    ],
)
def test_quiet_hours_hold_their_start_but_not_their_end(start: int, end: int, moment: time, quiet: bool) -> None:
    assert QuietHours(time(start), time(end)).covers(moment) is quiet


@pytest.mark.parametrize(
    ("quiet", "asked", "due"),
    [
        ((time(18), time(10)), at(2026, 3, 4, 9, 30), at(2026, 3, 4, 10)),  # a late riser
        ((time(12), time(13)), at(2026, 3, 4, 12, 30), at(2026, 3, 4, 13)),
        ((time(15), time(9)), at(2026, 3, 6, 15), at(2026, 3, 9, 9)),  # Friday afternoon
        ((time(15), time(11)), at(2026, 3, 6, 16), at(2026, 3, 9, 11)),
        ((time(8), time(18)), at(2026, 3, 4, 12), at(2026, 3, 4, 12)),  # they leave no time: rather now than never
        ((time(9), time(17)), at(2026, 3, 4, 8), at(2026, 3, 4, 9)),
        ((time(8), time(7)), at(2026, 3, 4, 17), at(2026, 3, 5, 9)),
    ],
)
def test_quiet_hours_add_to_closed_days(quiet: tuple[time, time], asked: datetime, due: datetime) -> None:
    calendar = WorkingCalendar(CPH, closed=EASTER.__contains__, quiet=QuietHours(*quiet))
    assert calendar.into_working_hours(asked) == due


def test_a_calendar_without_working_days_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no working day"):
        WorkingCalendar(CPH, closed=lambda day: True).on_or_after(date(2026, 1, 1))


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../x", "Europe", "Europe/Copenhagen\x00", "x" * 5000])
def test_no_zone_of_that_name(name: str) -> None:
    assert not is_zone(name)


def test_a_zone_that_is_none_is_taken_for_utc() -> None:
    assert zone_or_utc("Mars/Olympus").key == "UTC"
    assert zone_or_utc("Europe/Copenhagen").key == "Europe/Copenhagen"


def test_every_zone_used_here_is_one() -> None:
    assert all(is_zone(zone.key) for zone in ZONES)
