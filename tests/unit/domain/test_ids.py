"""Human ids in every way people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.ids import NUMBER_MAX, Kind, format_id, parse_id, read_number, split_id

kinds = st.sampled_from(list(Kind))
numbers = st.integers(1, NUMBER_MAX)
gaps = st.sampled_from(["", "-", " ", " - ", "–", "_", "  "])


@given(kind=kinds, number=numbers)
def test_what_is_formatted_is_read_again(kind: Kind, number: int) -> None:
    assert parse_id(format_id(kind, number)) == (kind, number)


@given(kind=kinds, number=numbers, gap=gaps, before=st.sampled_from(["", " ", "\t"]), upper=st.booleans())
def test_any_case_with_or_without_dash(kind: Kind, number: int, gap: str, before: str, upper: bool) -> None:
    letters = kind.upper() if upper else kind.lower()
    assert parse_id(f"{before}{letters}{gap}{number}{before}") == (kind, number)
    assert parse_id(f"{letters}{gap}{number}", kind) == (kind, number)


@pytest.mark.parametrize(
    "text", ["ch12", "CH-12", " Ch 12 ", "cH012", "CH‑12", "CH-12,", "ch-12.", "#CH-12", "(ch 12)", "CH-12?"]
)
def test_these_are_challenge_twelve(text: str) -> None:
    assert parse_id(text) == ("CH", 12)


@pytest.mark.parametrize("text", ["34", "#34", "34.", " # 34"])
def test_a_bare_number_is_of_the_kind_asked_for(text: str) -> None:
    assert parse_id(text, "IN") == ("IN", 34)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("CH-22", ("CH-22", "")),
        ("ch 22 because we found one", ("CH-22", "because we found one")),
        ("#22: found,\ntoo", ("CH-22", "found,\ntoo")),
        ("CH-22, – done. ", ("CH-22", "done.")),
        ("(CH-22) done", ("CH-22", "done")),
        ("22 3", ("CH-22", "3")),
        ("CH-22:We have", ("CH-22", "We have")),
        ("CH-22,because", ("CH-22", "because")),
        ("CH-22\u2014\u201ebecause\u201c", ("CH-22", "\u201ebecause\u201c")),
        ("22:We have", ("CH-22", "We have")),
        ("CH\u00a022\u00a0We", ("CH-22", "We")),
        ("CH-22 -5 \u00b0C", ("CH-22", "-5 \u00b0C")),
        ("CH-22: .5 mm", ("CH-22", ".5 mm")),
        ("CH-22 30 sensors", ("CH-22", "30 sensors")),
        ("CH-22\u2026", ("", "CH-22\u2026")),
        ("22.5 km", ("", "22.5 km")),
        ("22-volt pumps", ("", "22-volt pumps")),
        ("22:30 is fine", ("", "22:30 is fine")),
        ("CH-22because", ("", "CH-22because")),
        ("AN-22 because", ("", "AN-22 because")),
        ("to 22 people", ("", "to 22 people")),
        ("CH-99999999999 x", ("", "CH-99999999999 x")),
        ("", ("", "")),
    ],
)
def test_an_id_is_told_from_the_words_behind_it(text: str, parts: tuple[str, str]) -> None:
    assert split_id(text, Kind.CHALLENGE) == parts


@given(text=st.text(max_size=60))
def test_no_text_breaks_the_splitting(text: str) -> None:
    named, rest = split_id(text)
    assert rest == rest.strip()
    assert not named or parse_id(named)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "CH",
        "12",
        "XX-12",
        "CH-0",
        "CH--12",
        "CH-12x",
        "CH-1.2",
        "CH-12 13",
        "CH-99999999999",
        "CH-2147483648",
        "СН-12",
        "CH-१२",
        "CH-²",
        "CH-12\nDROP",
        "CH" + "1" * 8000,
        " " * 8000,
    ],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_id(text)
    assert refused.value.key == "id.unknown"
    assert refused.value.params == {"example": "CH-12"}


@pytest.mark.parametrize("text", ["CH-12", "x", "²"])
def test_another_kind_than_asked_for_is_refused_with_its_own_example(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_id(text, Kind.INTRODUCTION)
    assert refused.value.params == {"example": "IN-12"}


@given(text=st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        kind, number = parse_id(text)
    except Invalid:
        return
    assert parse_id(format_id(kind, number)) == (kind, number)


@pytest.mark.parametrize(("kind", "number"), [("CH", 0), ("CH", NUMBER_MAX + 1), ("XX", 1)])
def test_no_id_is_made_of_nonsense(kind: str, number: int) -> None:
    with pytest.raises(ValueError, match=r"number|Kind"):
        format_id(kind, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("007", 7), (str(NUMBER_MAX), NUMBER_MAX), (str(NUMBER_MAX + 1), None), ("9" * 5000, None)]
    + [(text, None) for text in ("", " 1", "-1", "+1", "1.0", "1_0", "²", "٣", "1²", "½", "x", "1\n")],
)
def test_a_number_is_written_in_plain_digits(text: str, number: int | None) -> None:
    assert read_number(text) == number
