"""Public holidays by country and region, however the region is written, and countries that have no calendar."""

from __future__ import annotations

from datetime import date

import pytest

from bot.calendar import PublicHolidays

HOLIDAYS = PublicHolidays()


@pytest.mark.parametrize(
    ("country", "region", "holiday"),
    [
        ("DK", "", date(2026, 4, 2)),  # Maundy Thursday
        ("dk", "", date(2026, 4, 2)),
        ("DE", "BY", date(2026, 1, 6)),  # Epiphany, in Bavaria only
        ("DE", "DE-BY", date(2026, 1, 6)),
        ("DE", "by", date(2026, 1, 6)),
        ("GB", "SCT", date(2026, 11, 30)),  # Saint Andrew
        ("GB", "GB-SCT", date(2026, 11, 30)),
        ("GB", "Scotland", date(2026, 11, 30)),
        ("GB", " SCOTLAND ", date(2026, 11, 30)),
        ("PT", "20", date(2026, 5, 25)),  # the day of the Azores
    ],
)
def test_a_regions_own_days_are_found_however_it_is_written(country: str, region: str, holiday: date) -> None:
    assert HOLIDAYS.knows(country, region)
    assert HOLIDAYS.is_holiday(holiday, country=country, region=region)


def test_another_regions_days_are_not_ones_own() -> None:
    assert not HOLIDAYS.is_holiday(date(2026, 1, 6), country="DE", region="HH")
    assert not HOLIDAYS.is_holiday(date(2026, 11, 30), country="GB", region="ENG")


def test_in_a_region_that_is_none_the_countrys_days_hold() -> None:
    assert not HOLIDAYS.knows("DE", "Atlantis")
    assert HOLIDAYS.is_holiday(date(2026, 10, 3), country="DE", region="Atlantis")
    assert not HOLIDAYS.is_holiday(date(2026, 1, 6), country="DE", region="Atlantis")
    assert HOLIDAYS.is_holiday(date(2026, 4, 2), country="DK", region="Hovedstaden")


@pytest.mark.parametrize("country", ["", "XX", "Atlantis", "../x", "D" * 5000])
def test_a_country_without_a_calendar_has_weekends_only(country: str) -> None:
    assert not HOLIDAYS.knows(country)
    assert not any(HOLIDAYS.is_holiday(date(2026, month, 1), country=country) for month in range(1, 13))
