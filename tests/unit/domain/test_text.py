"""Text from people, cleaned and bounded on the way in."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.text import clean_line, clean_text, fold, is_wordless, shorten

HIDDEN = "\u202e\u2066\u2069\u200b\u200e\u00ad\ufeff\u2060\x00\x07\x1b\x7f\u3164\u034f\U000e0041"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  pumps \r\n and\tpipes  ", "pumps\n and\tpipes"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("a\n \n\t\n \n \nb", "a\n\n\nb"),
        ("a\u2028b\x0bc", "a\nb\nc"),
        ("e\u0301", "é"),
        (f"pay{HIDDEN}load", "payload"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("👩\u200d🔧 fixed", "👩\u200d🔧 fixed"),
        ("❤️\u200d🔥", "❤️\u200d🔥"),
        ("a\u200db", "ab"),
        ("👍🏽", "👍🏽"),
        ("🫨", "🫨"),  # younger than some Pythons
        (HIDDEN, ""),
        ("", ""),
    ],
)
def test_what_is_invisible_or_superfluous_goes(raw: str, clean: str) -> None:
    assert clean_text(raw, limit=100) == clean


def test_a_line_is_one_line() -> None:
    assert clean_line(" Sensors\n for \u200b water\t\r\n", limit=100) == "Sensors for water"


def test_the_limit_counts_what_is_left_and_tells_both_numbers() -> None:
    assert clean_text("x" * 3000 + " " * 5000, limit=3000) == "x" * 3000
    with pytest.raises(Invalid) as refused:
        clean_text("x" * 8000, limit=3000)
    assert refused.value.key == "text.too_long"
    assert refused.value.params == {"limit": 3000, "length": 8000}


@given(raw=st.text(max_size=300))
def test_cleaning_twice_changes_nothing_and_leaves_nothing_hidden(raw: str) -> None:
    for clean in (clean_text(raw, limit=10_000), clean_line(raw, limit=10_000)):
        assert clean_text(clean, limit=10_000) == clean
        hidden = {ch for ch in clean if unicodedata.category(ch) in ("Cc", "Cf", "Cs")}
        assert hidden <= {"\n", "\t", "\u200d"}
        assert unicodedata.is_normalized("NFC", clean)
        assert "\n\n\n\n" not in clean


@pytest.mark.parametrize("raw", [" " * 50_000 + "x", "\n \n" * 20_000 + "x", "a " * 30_000, "\u200d" * 50_000])
def test_hostile_text_is_cleaned_in_no_time(raw: str) -> None:
    before = time.process_time()
    clean_text(raw, limit=100_000)
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 5, "short"),
        ("drinking water networks", 15, "drinking water…"),
        ("drinking water networks", 14, "drinking…"),
        ("drinking, water", 10, "drinking…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("x", 1, "x"),
        ("xy", 1, "…"),
    ],
)
def test_shortening_ends_at_a_word(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


@given(text=st.text(max_size=80), limit=st.integers(1, 60))
def test_a_shortened_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…")) or short == text


def test_an_emoji_is_not_cut_in_two() -> None:
    assert shorten("ab👩\u200d🔧cdefgh", 5) == "ab…"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "<@U123>",
        "<!here> <!channel>",
        "<@U1|anna> !",
        "<at>Matchpoint</at>",
        "@here",
        "@matchpoint ...",
        "—",
        "👍",
        "😀 👩\u200d🔧!",
    ],
)
def test_nothing_is_said_without_words(text: str) -> None:
    assert is_wordless(text)


@pytest.mark.parametrize("text", ["<@U123> yes", "7", "👍 ja", "mail a@b.dk", "@anna we do", "<at>Bot</at> challenge"])
def test_something_is_said_besides_mentions(text: str) -> None:
    assert not is_wordless(text)


@pytest.mark.parametrize(
    ("one", "other"), [("Ørsted", "orsted"), ("STRASSE", "straße"), ("Århus", "arhus"), ("é", "E")]
)
def test_folding_forgets_case_and_accents(one: str, other: str) -> None:
    assert fold(one) == fold(other)
