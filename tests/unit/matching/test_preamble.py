"""What only asks is no part of what is asked for, in six languages."""

import time

import pytest

from matching import Document, ProfileIndex, Query, evidence_in
from matching.preamble import without_preamble
from matching.words import words_of


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("We are looking for a company that can dry sewage sludge", "dry sewage sludge"),
        ("Is there anybody who can repair pipes?", "repair pipes"),
        ("Wir suchen eine Firma, die Klärschlamm trocknet", "klärschlamm trocknet"),
        ("Gesucht: Anbieter von Wärmepumpen", "wärmepumpen"),
        ("Vi søger en virksomhed, der kan tørre slam", "tørre slam"),
        ("Vi vil gerne have en løsning til at tørre slam", "tørre slam"),
        ("Vi ser etter en bedrift som kan tørke slam", "tørke slam"),
        ("Vi söker ett företag som torkar slam", "torkar slam"),
        ("Wij zoeken een bedrijf dat slib droogt", "slib droogt"),
        ("Wij zijn op zoek naar een bedrijf dat ons helpt met pompen", "pompen"),
        ("Hello, our utility is  looking for pumps", "pumps"),
        ("We are seeking a new company that can help us with pumps", "pumps"),
        ("Vi søger en virksomhed, der kan hjælpe os med pumper", "pumper"),
        ("Wir sind auf der Suche nach Pumpen", "pumpen"),
        ("We need a supplier portal", "supplier portal"),
        ("We need small pumps", "small pumps"),
        ("We need technology transfer", "technology transfer"),
        ("Wir suchen KMU-Förderung", "kmu förderung"),
        ("We want to find out why pumps fail", "find out why pumps fail"),
        ("Seeking solutions\nSmall water works need dosing", "small water works need dosing"),
        ("Our seals fail. We seek suppliers of seals that last.", "our seals fail seals that last"),
    ],
)
def test_a_phrase_that_only_asks_is_left_out(text: str, asked: str) -> None:
    assert words_of(without_preamble(text)) == words_of(asked)


@pytest.mark.parametrize(
    "text",
    [
        "A sensor that we need for pumps",
        "Anaerobic digestion",
        "Two water companies",
        "Looking for partners",
        "Wir suchen",
        "Suchtberatung",
        "Seeking-alpha robots",
        "",
    ],
)
def test_all_else_stays_as_it_is(text: str) -> None:
    assert without_preamble(text) == text


def test_a_word_that_begins_like_a_joining_one_stays_whole() -> None:
    assert words_of(without_preamble("We need anaerobic toasters of thatch")) == [
        "anaerobic",
        "toasters",
        "of",
        "thatch",
    ]


def test_who_looks_for_a_company_does_not_find_companies() -> None:
    index = ProfileIndex.of(
        [
            Document("dryer", "A", {"summary": "Belts that dry sewage sludge with waste heat."}),
            Document("client", "B", {"summary": "A trial with two water companies, who look at it still."}),
            *(Document(f"other{n}", "C", {"summary": f"Windows and doors, model {n}."}) for n in range(20)),
        ]
    )
    found = index.rank(Query("We are looking for a company that can dry sewage sludge"), 5)
    assert [one.id for one in found] == ["dryer"]


def test_a_must_have_is_covered_by_what_it_asks_for_alone() -> None:
    must_have = "We are looking for a company that dries sludge"
    assert evidence_in({"summary": "Our belt dries sludge."}, (must_have,))
    assert not evidence_in({"summary": "Looking for a company that sells windows."}, (must_have,))


@pytest.mark.parametrize(
    "text", [" " * 8000, "\n" * 8000, "we need " * 1000, "- " * 4000, "we need a " + "new " * 2000], ids=repr
)
def test_no_text_takes_long(text: str) -> None:
    began = time.perf_counter()
    without_preamble(text)
    assert time.perf_counter() - began < 1
