"""From a text to its numbers: how much of what, and how it is meant."""

from __future__ import annotations

import re
from dataclasses import replace

from matching.bounds import BOUND_WORDS, Bound, bound_after, bound_before
from matching.language import is_function_word
from matching.quantities import Quantity
from matching.units import Unit, is_time, unit_of
from matching.words import word_set

_SCALES = {
    10**3: "k thousand tausend tusind tusinde tusen duizend",
    10**6: "m million millions millionen mio mln mill millioner miljoner miljon miljoen milionów millió",
    10**9: "bn milliard milliarden milliarder miljard miljarder mia mrd",
}
_TIMES = {word: times for times, words in _SCALES.items() for word in words.split()}
_LARGE = "|".join(sorted((word for word in _TIMES if len(word) > 1), key=len, reverse=True))
_DIGIT = re.compile(r"\d")
_SIGN = r"%|°\s?[CFK]?|[€$£]"
# "M" is a metre, where no money stands beside it.
_MILLION = r"(?(money)[mM]\b|M(?=\s?(?:[€$£]|EUR\b|euro)))"
# With thousands ("10 000", "10.000") and decimals ("0,5"). The 2 of "CO2" is a letter.
_NUMBER = re.compile(
    r"(?P<minus>(?<![^\s(\[<>≤≥=:±])(?<!\d\s)(?:[-–−]|(?i:minus)\s))?(?P<money>[€$£]\s?)?"
    r"(?P<attached>[^\W\d]?)(?P<number>\d{1,3}(?:[.,\s]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
    rf"(?P<large>(?P<scale>k\b|{_MILLION}|\s?(?i:{_LARGE})\b)\.?)?(?:[\s-]?(?P<unit>{_SIGN}|[^\W\d_]+\d?))?"
)
_EACH = re.compile(r"\s?/\s?([^\W\d_]+\d?)|\s(?:per|pro|pr\.?|a|an|am|om|i)\s([^\W\d_]+)")
# The rest of a name, "EN 1090-2", or of what is written with a slash, "24/7" and "1/6/2026".
_PART = re.compile(r"(?:-\d{1,2})+(?![.,\s]?\d)")
_SLASHED = re.compile(r"/(\d{1,2})(/\d{2,4})?(?![\d/]|[.,]\d)")
_LAST_WORD = re.compile(r"([^\W\d_]+)\W*$")
_CAPITALS = re.compile(r"\b([A-ZÆØÅÄÖÜ]{2,})(?:\W+(?:is|of|ist|von|er|på|är|av|af|van))?\W*$")
_UNIT_LETTERS = 3
_NEAR = 40
_UNIT = rf"\s?(?:{_SIGN}|[^\W\d_]{{1,4}})?\s{{0,2}}"
#: What stands between the two ends of a range: "20–90 °C", "10 kW to 50 kW", "between 10 and 50 kW".
_JOINED = re.compile(rf"{_UNIT}(?:[-–—]|\b(?:to|bis|til|tot|till|à|do)\b)\s{{0,2}}(?:DN\s?|\+)?")
_AND = re.compile(rf"{_UNIT}\b(?:and|und|og|en|och|et)\b\s{{0,2}}")
_BETWEEN = re.compile(r"\b(?:between|zwischen|mellem|mellom|mellan|tussen|entre)\s+$", re.IGNORECASE)
_NEARLY_ALL = 90
"""Percent from which more is better: of what is removed, recovered, pure or at hand."""

# Of what lasts, more years are better; of other times, a payback or a delivery, fewer.
_LASTING = re.compile(
    r"\b(?:experience|guarantee|warranty|last|life|erfahrung|garanti|gewähr|lebensdauer|haltbar|erfaring|levetid"
    r"|holdbar|ervaring|levensduur|erfarenhet|livslängd|hållbar)",
    re.IGNORECASE,
)
_FLOWING = frozenset({"volume", "mass"})
# Who can serve more of these can serve fewer. Pieces to order at least, poles and grades of steel are no such things.
_COUNTED = word_set(
    "homes households houses flats dwellings buildings users customers inhabitants people citizens references "
    "projects haushalte haushalten wohnungen häuser gebäude nutzer kunden einwohner menschen referenzen projekte "
    "husstande husstander husholdninger boliger bygninger brugere brukere kunder indbyggere innbyggere personer "
    "referencer referanser projekter prosjekter hushåll bostäder byggnader användare invånare referenser projekt "
    "huishoudens woningen huizen gebouwen gebruikers klanten inwoners mensen referenties projecten"
)

NUMBER_WORDS = BOUND_WORDS | word_set(" ".join(_SCALES.values()))
"""Words that say how much, and nothing of what is asked for."""


def quantities_of(text: str) -> tuple[Quantity, ...]:
    """List the numbers of a text in order; the two ends of a range are one."""
    if not _DIGIT.search(text):
        return ()
    numbers: list[Quantity] = []
    start = end = 0
    for found in _NUMBER.finditer(text):
        if found.start("number") < end:
            continue
        rest = _rest(text, found)
        one, between = _quantity(text, found, rest), text[end : found.start()]
        if numbers and (
            _JOINED.fullmatch(between)
            or (_AND.fullmatch(between) and _BETWEEN.search(text[max(0, start - _NEAR) : start]))
        ):
            numbers[-1:] = _range(numbers[-1], one, _scale(found))
        else:
            numbers.append(one)
        start, end = found.start(), found.end("number") + len(rest)
    return tuple(numbers)


def _range(first: Quantity, second: Quantity, scale: int) -> tuple[Quantity, ...]:
    """Return the range that begins with one number and ends with another, or both if they are none."""
    times = second.unit.times(first.unit) if first.unit and second.unit else 1
    low = first.times(times or 1).value
    if low * scale < second.value:  # "1 to 5 million"
        low *= scale
    if not times or first.low is not None or first.rest or low >= second.value:
        return first, second
    units, digits = first.units | second.units, max(first.digits, second.digits)
    both = replace(second, units=units, bound=Bound.EXACTLY, digits=digits, alone=first.alone, low=low, more=False)
    return (both,)


def _rest(text: str, found: re.Match[str]) -> str:
    """Return what makes a name or a date of a number and not two numbers: of "1090-2" and "24/7", not of "50/60"."""
    number, end = found["number"], found.end("number")
    if not number.isdecimal():
        return ""
    if len(number) > 2:
        part = _PART.match(text, end)
        return part[0] if part else ""
    slashed = _SLASHED.match(text, end)
    return slashed[0] if slashed and (slashed[2] or int(slashed[1]) < int(number)) else ""


def _quantity(text: str, found: re.Match[str], rest: str) -> Quantity:
    unit, written, end = _unit(text, found)
    before, after = text[max(0, found.start() - _NEAR) : found.start()], text[end : end + _NEAR]
    told, earlier = bound_before(before)
    units = {unit.kind if unit else written[:_UNIT_LETTERS]} - {""}
    if (name := _name(before, earlier, told)) and written not in _COUNTED:  # "serves 500 homes" is no name
        units.add(f"{name} ")
    digits = sum(map(str.isdigit, found["number"]))
    value = _value(found["number"]) * _scale(found)
    if found["scale"]:
        digits = max(2, digits)
    bound = bound_after(after) or told or Bound.EXACTLY
    # Elsewhere it tells of less: "-30 %" saves 30 percent. And what reaches up to the cold reaches down.
    if found["minus"] and (unit.kind == "degrees" if unit else not written):
        value, bound = -value, Bound.DOWN_TO if bound is Bound.UP_TO else bound
    more = not found["attached"] and _is_better(value, unit, written, before + after)
    return Quantity(
        value,
        frozenset(units),
        bound,
        digits,
        alone=not found["attached"],
        unit=unit,
        written=written,
        rest=rest,
        more=more,
    )


def _scale(found: re.Match[str]) -> int:
    return _TIMES[found["scale"].strip().lower()] if found["scale"] else 1


def _name(before: str, unbound: str, bound: Bound | None) -> str:
    """Return what may name a number: the word right before it, or capitals such as "TRL" in "TRL is at least 7"."""
    if capitals := _CAPITALS.search(before) or _CAPITALS.search(unbound):
        return capitals[1].lower()
    word = None if bound else _LAST_WORD.search(before)
    return word[1].lower() if word and not is_function_word(word[1].lower()) else ""


def _unit(text: str, found: re.Match[str]) -> tuple[Unit | None, str, int]:
    """Return the unit of a number if it is known, its word, and where what belongs to the number ends."""
    written, end = (found["unit"] or "").lower(), found.end()
    unit = unit_of((found["money"] or "").strip() or written)
    small = is_function_word(written) or written in NUMBER_WORDS
    if found["money"] or not written or (unit is None and small):
        return unit, "", found.end("large") if found["large"] else found.end("number")
    over = _EACH.match(text, end)
    if over and (over[1] or is_time(over[2])):
        return unit_of(written, over[1] or over[2]), written, over.end()
    return unit, written, end


def _is_better(value: float, unit: Unit | None, written: str, near: str) -> bool:
    """Tell whether who asks for so much is content with more: of what flows, of what lasts, and of what is counted."""
    if unit is None:
        return written in _COUNTED
    if unit.kind == "share":
        return value >= _NEARLY_ALL
    if unit.kind == "time":
        return bool(_LASTING.search(near))
    return unit.kind in _FLOWING and unit.per == "time"


def _value(number: str) -> float:
    *whole, last = re.split(r"\D", number)
    thousands = len(last) == 3 and whole != ["0"]
    return float("".join((*whole, last)) if not whole or thousands else f"{''.join(whole)}.{last}")
