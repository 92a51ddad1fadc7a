"""A person's wishes: language, quiet hours, snoozes, opt-outs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import QuietHours, WorkingCalendar
from domain.errors import Invalid
from domain.organisations import LOCALES
from domain.people import Snooze, Wishes, check_zone, first_language, parse_quiet_hours, snooze_until

CALENDAR = WorkingCalendar(ZoneInfo("Europe/Copenhagen"))
FRIDAY = datetime(2026, 3, 6, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["da-DK"], "da"),
        (["nb_NO"], "nb"),
        (["no"], "nb"),
        (["nn-NO"], "nb"),
        (["fr", "sv-SE", "da"], "sv"),
        ([None, "", "DE"], "de"),
        (["fr"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_is_spoken_here_is_taken(wanted: list[str | None], language: str) -> None:
    assert first_language(wanted) == language


@given(wanted=st.lists(st.none() | st.text(max_size=8)))
def test_whatever_is_wanted_some_language_is_found(wanted: list[str | None]) -> None:
    assert first_language(wanted, default="da") in LOCALES


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22:00-07:00", QuietHours(time(22), time(7))),
        ("22-7", QuietHours(time(22), time(7))),
        (" 22.30 – 6.15 ", QuietHours(time(22, 30), time(6, 15))),
        ("18 to 24", QuietHours(time(18), time(0))),
        ("", None),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(text: str, hours: QuietHours | None) -> None:
    assert parse_quiet_hours(text) == hours


def test_quiet_hours_that_leave_no_working_hour_are_refused() -> None:
    for text in ("9-17", "8:30-18", "18-17:30"):
        with pytest.raises(Invalid) as refused:
            parse_quiet_hours(text)
        assert (refused.value.key, refused.value.field) == ("person.quiet_hours.no_time", "quiet_hours")


@pytest.mark.parametrize("text", ["night", "25-7", "22:60-7", "99:00-12:00", "22:00", "٢٢-٧", "2" * 500])
def test_other_quiet_hours_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_quiet_hours(text)
    assert (refused.value.key, refused.value.field) == ("person.quiet_hours.invalid", "quiet_hours")
    assert refused.value.params == {"example": "22:00-07:00"}


def test_an_opt_out_is_for_one_kind_and_a_pause_for_all() -> None:
    wishes = Wishes(opt_outs=frozenset({"meeting"}))
    assert wishes.wants("consent")
    assert not wishes.wants("meeting")
    assert not Wishes(paused=True).wants("consent")


def test_a_snooze_holds_back_only_what_is_due_before_its_end() -> None:
    wishes = Wishes(snoozed_until=FRIDAY)
    assert wishes.not_before(datetime(2026, 3, 1, tzinfo=UTC)) == FRIDAY
    assert wishes.not_before(datetime(2026, 3, 9, tzinfo=UTC)) == datetime(2026, 3, 9, tzinfo=UTC)
    assert Wishes().not_before(FRIDAY) == FRIDAY


@pytest.mark.parametrize(
    ("choice", "until"),
    [
        (Snooze.DAY, datetime(2026, 3, 9, 8, tzinfo=UTC)),  # a day from Friday is Saturday, so Monday
        (Snooze.WEEK, datetime(2026, 3, 13, 8, tzinfo=UTC)),
        (date(2026, 4, 1), datetime(2026, 4, 1, 7, tzinfo=UTC)),  # in summer time
    ],
)
def test_a_snooze_ends_at_nine_on_a_working_day(choice: Snooze | date, until: datetime) -> None:
    assert snooze_until(choice, now=FRIDAY, calendar=CALENDAR) == until


@pytest.mark.parametrize(
    ("day", "key"), [(date(2026, 3, 6), "person.snooze.past"), (date(2028, 1, 1), "person.snooze.too_far")]
)
def test_a_snooze_ends_neither_today_nor_in_years(day: date, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        snooze_until(day, now=FRIDAY, calendar=CALENDAR)
    assert refused.value.key == key


def test_a_zone_is_one_of_the_known_ones() -> None:
    assert check_zone(" Europe/Oslo ") == "Europe/Oslo"
    with pytest.raises(Invalid) as refused:
        check_zone("CET+1")
    assert refused.value.params == {"zone": "CET+1", "example": "Europe/Copenhagen"}
