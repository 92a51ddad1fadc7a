"""The numbers of a text, and whether they speak against what is asked for: ISO 9001 is not ISO 14001.

Numbers are compared, units only told apart: 40 minutes and 1 hour are not reckoned into each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from matching.language import is_function_word
from matching.words import word_set

_SIGN = r"%|°\s?[CFK]?"
# With thousands ("10 000", "10.000") and decimals ("0,5"). The 2 of "CO2" is a letter; "DN100" and "ISO14001" hold one.
_NUMBER = re.compile(
    r"(?P<attached>[^\W\d]?)(?P<number>\d{1,3}(?:[.,\s]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
    rf"\s?(?P<unit>{_SIGN}|[^\W\d_]+\d?)?"
)
_LAST_WORD = re.compile(r"([^\W\d_]+)\W*$")
_UNIT_LETTERS = 3
_PERCENT = frozenset({"%", "per", "pct", "pro"})
_DEGREES = frozenset({"deg", "gra", "°"})

_AT_MOST = (
    r"below|under|less than|fewer than|max(?:imum|imal|\.)?|at most|within|(?:not|no) (?:more|longer|above|over)"
    r"(?: than)?|[<≤]|unter|weniger als|höchstens|innerhalb von|nicht (?:mehr als|über)|mindre end|højst"
    r"|inden for|maks(?:imum|imalt|\.)?|ikke (?:over|mere end)|minder dan|onder|hoogstens|binnen"
    r"|niet meer dan|mindre än|högst|inom|inte (?:över|mer än)|mindre enn|høyst|innen|ikke mer enn"
)
_AT_LEAST = (
    r"above|over|more than|at least|min(?:imum|destens|imal|\.)?|from|[>≥]|über|mehr als|ab|mere end|mindst|fra"
    r"|meer dan|minstens|ten minste|boven|vanaf|mer än|minst|över|från|mer enn"
)
_UP_TO = r"up to|bis(?: zu)?|op til|tot|upp till|opp til|opptil|inntil"
_BOUND = re.compile(
    rf"(?:(?P<up_to>{_UP_TO})|(?P<most>{_AT_MOST})|(?P<least>{_AT_LEAST}))(?:\s+[^\W\d]{{1,3}})?\W{{0,2}}$",
    re.IGNORECASE,
)
BOUND_WORDS = word_set(
    "below under above over least most less more than within max min maximum minimum up höchstens mindestens bis "
    "zu mindst højst op minst högst upp høyst minstens hoogstens tenminste binnen inden inom innen opptil inntil"
)
"""Words that say how a number is meant, and nothing of what is asked for."""

_OR_MORE = re.compile(
    r"\W{0,2}(?:or|oder|eller|of)\s+(?:more|higher|above|mehr|höher|mere|højere|meer|hoger|mer|högre|høyere)\b"
    r"|\s?\+",
    re.IGNORECASE,
)
_OR_LESS = re.compile(
    r"\W{0,2}(?:or|oder|eller|of)\s+(?:less|lower|below|weniger|niedriger|mindre|lavere|minder|lager|lägre)\b",
    re.IGNORECASE,
)
_BEFORE = 40
#: What stands between the two ends of a range: "20–90 °C", "10 kW to 50 kW".
_JOINED = re.compile(
    rf"\s?(?:{_SIGN}|[^\W\d_]{{1,4}})?\s{{0,2}}(?:[-–—]|\b(?:to|bis|til|tot|till)\b)\s{{0,2}}(?:DN\s?)?"
)


class Bound(IntEnum):
    """How a number is meant; "up to" tells how far something reaches, which more of it reaches as well."""

    AT_MOST = -1
    EXACTLY = 0
    AT_LEAST = 1
    UP_TO = 2


@dataclass(frozen=True, slots=True)
class Quantity:
    """Hold a number, the words that may tell what it counts, how it is meant, its digits, whether it stands alone.

    Of a range it is the higher end, and `low` the other.
    """

    value: float
    units: frozenset[str]
    bound: Bound
    digits: int
    alone: bool
    low: float | None = None

    def met_by(self, other: Quantity) -> bool:
        """Tell whether another number is within the bound of this one."""
        if self.bound is Bound.UP_TO:
            return other.bound is not Bound.UP_TO or other.value >= self.value
        least, others = self._low(), other._low()
        if self.bound is Bound.EXACTLY:
            alike = not other.units.isdisjoint(self.units)
            overlap = max(least, others) <= min(self.value, other.value)
            reaches = other.bound is Bound.UP_TO and other.value > self.value
            return (overlap and (alike or least == others)) or (reaches and alike)
        return others <= self.value if self.bound is Bound.AT_MOST else other.value >= self.value

    def _low(self) -> float:
        return self.value if self.low is None else self.low


def quantities_of(text: str) -> tuple[Quantity, ...]:
    """List the numbers of a text in order; the two ends of a range are one."""
    numbers: list[Quantity] = []
    end = 0
    for found in _NUMBER.finditer(text):
        one, last = _quantity(text, found), numbers[-1] if numbers else None
        between = text[end : found.start("number")]
        end = found.end("number")
        if last and last.low is None and last.value < one.value and _JOINED.fullmatch(between):
            units, digits = last.units | one.units, max(last.digits, one.digits)
            numbers[-1] = Quantity(one.value, units, Bound.EXACTLY, digits, last.alone, last.value)
        else:
            numbers.append(one)
    return tuple(numbers)


def speaks_against(asked: Sequence[Quantity], told: Sequence[Quantity]) -> bool:
    """Tell whether what a text says of numbers leaves something asked for uncovered.

    A number of two digits and more is a name or a measure, and must be there. A bound ("below 5 percent"), or a single
    digit, which is as often written as a word, is only missed by another number of the same unit.
    """
    return any(one.alone and _missed(one, told) for one in asked)


def _missed(asked: Quantity, told: Sequence[Quantity]) -> bool:
    if asked.bound is Bound.EXACTLY and asked.digits > 1:
        return not any(map(asked.met_by, told))
    same = [one for one in told if one.units & asked.units]
    return bool(same) and not any(map(asked.met_by, same))


def _quantity(text: str, found: re.Match[str]) -> Quantity:
    before = text[max(0, found.start() - _BEFORE) : found.start()]
    unit, end = (found["unit"] or "").lower(), found.end()
    if is_function_word(unit):
        unit, end = "", found.end("number")
    told, after = _BOUND.search(before), text[end : end + _BEFORE]
    units = {_alike(unit)} if unit else set[str]()
    name = None if told else _LAST_WORD.search(before)
    if name and not is_function_word(name[1].lower()):
        units.add(f"{name[1].lower()} ")
    bound = Bound.EXACTLY
    if _OR_MORE.match(after) or (told and told["least"]):
        bound = Bound.AT_LEAST
    elif told and told["up_to"]:
        bound = Bound.UP_TO
    elif _OR_LESS.match(after) or told:
        bound = Bound.AT_MOST
    return Quantity(
        _value(found["number"]), frozenset(units), bound, sum(map(str.isdigit, found["number"])), not found["attached"]
    )


def _alike(unit: str) -> str:
    """Write a unit as others write it: by its first letters, and degrees and percent by their signs."""
    short = unit[:1] if unit[0] == "°" else unit[:_UNIT_LETTERS]
    return "%" if short in _PERCENT else "°" if short in _DEGREES else short


def _value(number: str) -> float:
    *whole, last = re.split(r"\D", number)
    thousands = len(last) == 3 and whole != ["0"]
    return float("".join((*whole, last)) if not whole or thousands else f"{''.join(whole)}.{last}")
