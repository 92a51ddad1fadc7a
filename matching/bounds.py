"""How a number is meant: "below", "at least", "up to" and their like, before and after it."""

from __future__ import annotations

import re
from enum import IntEnum

from matching.words import word_set


class Bound(IntEnum):
    """How a number is meant; "up to" and "down to" tell how far something reaches, which more of it reaches as well."""

    AT_MOST = -1
    EXACTLY = 0
    AT_LEAST = 1
    UP_TO = 2
    DOWN_TO = 3


_AT_MOST = (
    r"(?:smaller|lower|shorter) than|(?:kleiner|niedriger) als|(?:mindre|lavere) (?:end|enn)|(?:mindre|lägre) än"
    r"|kleiner dan"
    r"|below|under|less than|fewer than|max(?:imum|imal|\.)?|at most|within|(?:not|no) (?:more|longer|above|over)"
    r"(?: than)?|unter|weniger als|höchstens|innerhalb von|nicht (?:mehr als|über)|højst"
    r"|inden for|maks(?:imum|imalt|\.)?|ikke (?:over|mere end)|minder dan|onder|hoogstens|binnen"
    r"|niet meer dan|högst|inom|inte (?:över|mer än)|høyst|innen|ikke mer enn"
    r"|inférieure?s? à|moins de|au plus|au maximum|en dessous de|poniżej|mniej niż|najwyżej|maksymalnie"
    r"|alle|enintään|korkeintaan|vähemmän kuin|inferior(?:es)? a|menos de|por debajo de|como máximo"
    r"|inferior[ei] a|meno di|al massimo|sotto|abaixo de|no máximo"
)
_AT_LEAST = (
    r"(?:not|no) (?:less|fewer|under|below)(?: than)?|nicht (?:weniger als|unter)|niet (?:minder dan|onder)"
    r"|ikke (?:under|mindre (?:end|enn))|inte (?:under|mindre än)|(?:larger|greater|bigger|higher) than"
    r"|(?:größer|höher) als|(?:større|højere|høyere) (?:end|enn)|(?:större|högre) än|(?:groter|hoger) dan"
    r"|above|over|more than|at least|min(?:imum|destens|imal|\.)?|from|über|mehr als|ab|mere end|mindst|fra"
    r"|meer dan|minstens|ten minste|boven|vanaf|mer än|minst|över|från|mer enn"
    r"|supérieure?s? à|plus de|au moins|au minimum|à partir de|powyżej|ponad|więcej niż|co najmniej|od"
    r"|yli|vähintään|enemmän kuin|superior(?:es)? a|más de|al menos|como mínimo|por encima de|a partir de"
    r"|superior[ei] a|più di|almeno|oltre|mais de|pelo menos|acima de"
)
_UP_TO = (
    r"up to|bis(?: zu)?|op til|tot|upp till|opp til|opptil|inntil|jusqu['’](?:à|au|aux)|aż do|do|jopa|hasta|fino a|até"
)
_DOWN_TO = r"down to|ned til|ner till"
_BEFORE = re.compile(
    rf"(?:\b(?:(?P<down>{_DOWN_TO})|(?P<up>{_UP_TO})|(?P<least>{_AT_LEAST})|(?P<most>{_AT_MOST}))"
    rf"|(?P<less>[<≤])|(?P<greater>[>≥]))(?:\s+[^\W\d]{{1,3}})?\W{{0,2}}$",
    re.IGNORECASE,
)
_OR = r"\W{0,2}(?:or|oder|eller|of|ou|lub|tai|o)\s+"
_MORE = re.compile(
    rf"{_OR}(?:more|higher|above|mehr|höher|mere|højere|meer|hoger|mer|högre|høyere|plus|więcej|wyżej|enemmän|más|più"
    r"|mais)\b|\s?\+",
    re.IGNORECASE,
)
_LESS = re.compile(
    rf"{_OR}(?:less|lower|below|weniger|niedriger|mindre|lavere|minder|lager|lägre|moins|mniej|niżej|vähemmän|menos"
    r"|meno)\b",
    re.IGNORECASE,
)
BOUND_WORDS = word_set(
    "below under above over least most less more than within max min maximum minimum up höchstens mindestens bis zu "
    "mindst højst op minst högst upp høyst minstens hoogstens tenminste binnen inden inom innen opptil inntil down to "
    "from between ned ner higher lower or oder eller højere lavere höher hoger lager högre høyere lägre inférieur "
    "inférieure supérieur supérieure moins plus au jusqu poniżej powyżej ponad mniej więcej niż najmniej najwyżej co "
    "do od alle yli enintään vähintään korkeintaan jopa inferior superior menos más hasta almeno meno più fino oltre "
    "até mais larger greater bigger smaller größer kleiner større mindre större groter shorter niedriger fewer "
    "weniger mehr mere mer meer end enn än dan als"
)
"""Words that say how a number is meant, and nothing of what is asked for."""


def bound_before(text: str) -> tuple[Bound | None, str]:
    """Return how a number is meant by the words that end `text`, after which it stands, and what precedes them."""
    found = _BEFORE.search(text)
    if not found:
        return None, text
    if found["down"] or found["up"]:
        return Bound.DOWN_TO if found["down"] else Bound.UP_TO, text[: found.start()]
    return Bound.AT_LEAST if found["least"] or found["greater"] else Bound.AT_MOST, text[: found.start()]


def bound_after(text: str) -> Bound | None:
    """Return how a number is meant by the words with which `text` begins, that follows it."""
    return Bound.AT_LEAST if _MORE.match(text) else Bound.AT_MOST if _LESS.match(text) else None
