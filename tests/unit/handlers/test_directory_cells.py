"""Cells of an import: amounts, formulas, lists, and what is written reads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.directory.cells import Cells, guard, join_items
from handlers.directory.reading import RawRow
from messages.i18n import Words
from messages.problems import explain


def cells(**given: str) -> Cells:
    return Cells(RawRow(2, given))


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1250000", 125_000_000),
        ("1.250.000", 125_000_000),
        ("1,250,000.50", 125_000_050),
        ("1.250.000,5", 125_000_050),
        ("1 250 000,50", 125_000_050),
        ("€ 12", 1200),
        ("0,99", 99),
        ("1.250", 125_000),
        ("-5", None),
        ("12.5.7", None),
        ("1e9", None),
        ("cheap", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, cents: int | None):
    read = cells(turnover=text)
    assert read.cents("turnover") == cents
    assert bool(read.problems) == (cents is None and text != "")


@pytest.mark.parametrize("text", ["=1+1", "+45 Sensors", "-x", "@here", "\tx", "'=1", "''=1"])
def test_what_a_spreadsheet_would_run_is_guarded_and_read_back(text: str):
    guarded = guard(text)
    assert guarded == f"'{text}"
    assert cells(name=guarded).line("name", limit=100) == text.strip()


@pytest.mark.parametrize("text", ["plain", "'quoted'", "5 = 5", ""])
def test_harmless_text_is_left_alone(text: str):
    assert guard(text) == text
    assert cells(name=text).line("name", limit=100) == text


@given(st.lists(st.text(alphabet="ab=|'+- \\", min_size=1, max_size=8), max_size=5))
def test_lists_read_back_as_they_were_written(items: list[str]):
    cleaned = tuple(dict.fromkeys(" ".join(item.rstrip("\\").split()) for item in items))
    wanted = tuple(item for item in dict.fromkeys(item.rstrip("\\") for item in cleaned) if item)
    again = cells(skills=guard(join_items(wanted))).items("skills", limit=100, most=20)
    assert again == tuple(dict.fromkeys(item.strip() for item in wanted))


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("1.200", 1200), ("1 200", 1200), ("1'200", 1200)])
def test_whole_numbers_may_be_grouped(text: str, number: int):
    assert cells(headcount=text).number("headcount", lowest=0, highest=5000) == number


@pytest.mark.parametrize("text", ["-1", "1.5", "twelve", "9999", "1" * 50, "²"])
def test_what_is_no_number_in_range_is_a_problem(text: str):
    row = cells(headcount=text)
    assert row.number("headcount", lowest=0, highest=5000) is None
    assert len(row.problems) == 1
    assert row.problems[0].line == 2


def test_languages_and_countries_are_read_as_platforms_write_them():
    row = cells(languages="da-DK|EN|nb_NO|da", countries="dk|uk|DK")
    assert row.languages("languages") == ("da", "en", "nb")
    assert row.countries("countries", most=5) == ("DK", "GB")
    assert row.problems == []


@pytest.mark.parametrize("tag", ["xx", "danish", "english", "qqq", "d", "da/en"])
def test_a_language_that_nobody_speaks_is_none(tag: str):
    row = cells(languages=f"da|{tag}")
    assert row.languages("languages") == ("da",)
    assert [one.key for one in row.problems] == ["language"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [("DA", "da"), ("de-DE", "de"), ("nb-NO", "nb"), ("no", "nb"), ("nl_BE", "nl"), (" sv ", "sv"), ("", "")],
)
def test_the_language_of_a_person_is_read_in_any_case(typed: str, read: str):
    row = cells(language=typed)
    assert (row.spoken("language"), row.problems) == (read, [])


@pytest.mark.parametrize("typed", ["xx", "fi", "Danish"])
def test_a_language_that_is_not_ours_is_refused_with_those_that_are(typed: str):
    row = cells(language=typed)
    assert row.spoken("language") == ""
    (problem,) = row.problems
    assert explain(problem, Words("en")) == (
        f"I do not write in the language “{typed}”.",
        "Write one of these: en, da, de, nl, sv, nb. An empty cell means that of the cluster.",
    )


def test_every_unknown_value_is_named():
    row = cells(languages="danish!", countries="Atlantis", zone="Mars/Base", email="me", website="ftp://x", day="soon")
    row.languages("languages")
    row.countries("countries", most=5)
    row.zone("zone")
    row.email("email")
    row.website("website")
    row.day("day")
    assert [one.key for one in row.problems] == ["language", "country", "zone", "email", "website", "date"]
