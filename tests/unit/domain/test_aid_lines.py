"""What is written of de minimis aid is read back as it was, in every language."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.aid_lines import AidLine, example_line, format_lines, parse_day, parse_firms, parse_line, parse_lines
from domain.countries import COUNTRIES
from domain.deminimis import window_starts
from domain.errors import Invalid
from domain.organisations import LOCALES

TODAY = date(2028, 2, 29)
NAMES = (
    st.text("abc åØß&.,:- ", min_size=1, max_size=100)
    .map(str.strip)
    .filter(bool)
    .map(lambda one: " ".join(one.split()))
)
LINES = st.builds(
    AidLine,
    st.dates(window_starts(TODAY), TODAY),
    st.integers(1, 10**12),
    st.sampled_from(sorted(COUNTRIES)),
    NAMES,
    st.just("") | NAMES,
)


def said(line: AidLine) -> tuple[object, ...]:
    """Return what two lines may not have in common."""
    return (line.awarded_on, line.cents, line.state, line.grantor.casefold(), line.measure.casefold())


@given(lines=st.lists(LINES, max_size=5, unique_by=said), locale=st.sampled_from(LOCALES))
def test_what_is_written_is_read_back(lines: list[AidLine], locale: str):
    found, wrong = parse_lines(format_lines(lines, locale=locale), locale=locale, today=TODAY)
    assert (list(found.values()), wrong) == (lines, {})


@given(today=st.dates(date(2024, 1, 1), date(2060, 1, 1)), locale=st.sampled_from(LOCALES))
def test_the_example_can_be_taken_as_it_is(today: date, locale: str):
    assert parse_line(example_line(locale=locale, today=today), locale=locale, today=today).cents == 12_000_00


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("12.000,00", 12_000_00), ("€ 12.000", 12_000_00), ("12 000 EUR", 12_000_00), ("0,01", 1), ("12000,-", 12_000_00)],
)
def test_a_line_takes_what_an_amount_takes_and_tabs(typed: str, cents: int):
    line = parse_line(f"2027-05-17\t{typed}\t nl\tRVO \t", locale="nl", today=TODAY)
    assert line == AidLine(date(2027, 5, 17), cents, "NL", "RVO")


@pytest.mark.parametrize(
    "typed", ["20270517", "2027-W20-1", "2027-5-17", "2027-02-29", "17.05.2027", "２027-05-17", ""]
)
def test_only_one_way_to_write_a_date_is_taken(typed: str):
    with pytest.raises(Invalid):
        parse_day(typed)
    assert parse_day("2028-02-29") == TODAY


def test_a_firm_is_named_once_however_it_is_written():
    assert parse_firms("Lens A/S\n\n lens a/s \nLens ApS", own="Waterlens") == ("Lens A/S", "Lens ApS")
