"""Who fits well enough to be proposed at all."""

import pytest

from matching import Candidate, Document, Query, Span, fits
from matching.nearness import likeness

QUOTE = Span("skills", 0, 5, "pumps")
QUERY = Query("Detect bacteria in pipes", "We look for sensors that find E. coli in drinking water.", language="en")


NEAR, FAR = "Sensors for drinking water and pipes", "Wind turbines at sea"


@pytest.mark.parametrize(
    ("evidence", "letters", "text", "judged", "language", "expected"),
    [
        ((Span("skills", 0, 5, "pumps", "Pumps"),), 0.0, FAR, 0, "en", True),
        ((QUOTE,), 0.1, FAR, 0, "en", False),
        ((QUOTE,), 0.1, NEAR, 0, "en", True),
        ((QUOTE,), 0.3, FAR, 0, "en", True),
        ((QUOTE,), 0.1, FAR, 0, "da", True),
        ((QUOTE,), 0.05, FAR, 0, "da", False),
        ((QUOTE,), 0.0, FAR, 80, "en", True),
        ((QUOTE,), 0.0, FAR, 20, "en", False),
        ((), 0.9, NEAR, 90, "en", False),
    ],
    ids=[
        "covers", "far", "near in words", "near in letters", "near in another language", "far in another language",
        "judged near", "judged far", "without proof",
    ],
)  # fmt: skip
def test_a_floor_keeps_out_who_neither_covers_anything_nor_is_near(
    evidence: tuple[Span, ...], letters: float, text: str, judged: int, language: str, expected: bool
):
    one = Candidate("a", 0.9, {"spelling": letters}, evidence, language=language)
    assert fits(one, QUERY, Document("a", "", {"summary": text}), judged=judged) is expected


def like(**fields: str) -> float:
    return likeness(QUERY, Document("a", "Pipes and bacteria", fields))


def test_likeness_counts_shared_words_of_both_texts_and_no_function_words():
    assert like(summary="Sensor for drinking waters") > like(summary="Drinking water, sensors, steel and glass") > 0
    assert like(summary="Sensors for steel") == 0
    assert likeness(Query("Pumps", language="en"), Document("a", "", {"summary": "A pump"})) == 1
    assert like(summary="We are in the for that") == 0
    assert like(summary="Wind turbines at sea") == 0


def test_neither_the_name_nor_what_is_sought_is_like_anything():
    assert like(sought="sensors that find E. coli in drinking water") == 0
    assert like() == 0


def test_likeness_does_not_depend_on_the_length_alone():
    short = like(skills="E. coli bacteria sensors")
    assert short > 0.2
    assert like(skills="E. coli bacteria sensors " * 40) == short


def test_nothing_asked_is_like_nothing():
    assert likeness(Query(""), Document("a", "", {"summary": "Sensors"})) == 0
    assert 0 < likeness(QUERY, Document("a", "", {"summary": QUERY.whole()})) <= 1
