"""De minimis aid as people write it down: one award a line, `2024-05-17; 12.000,00; NL; RVO; measure`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.deminimis import window_starts
from domain.errors import Invalid
from domain.money import format_plain, parse_amount
from domain.organisations import NAME_MAX, name_key, parse_country
from domain.text import clean_line

#: What a field holds, in characters: no platform takes more.
AID_TEXT_MAX: Final = 3000
AID_LINES_MAX: Final = 40
GRANTOR_MAX: Final = 100
MEASURE_MAX: Final = 100
FIRMS_MAX: Final = 30

_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTED: Final = re.compile("[;\t]")
_NEEDED: Final = 4
_EXAMPLE_CENTS: Final = 12_000_00


@dataclass(frozen=True, slots=True)
class AidLine:
    """One award; `cents` of euros, `state` by ISO 3166-1."""

    awarded_on: date
    cents: int
    state: str
    grantor: str
    measure: str = ""


def parse_day(typed: str) -> date:
    """Return a date that is written as 2026-12-24; no other way of ISO 8601 is taken.

    :raises Invalid: key "voucher.date.invalid".
    """
    try:
        return date.fromisoformat(typed if _DAY.fullmatch(typed) else "")
    except ValueError:
        raise Invalid("voucher.date.invalid", value=typed[:40], example="2026-12-24") from None


def parse_line(typed: str, *, locale: str, today: date, country: Callable[[str], str] = parse_country) -> AidLine:
    """Read one award by a person who writes in the language `locale`; `country` reads its country into a code.

    :raises Invalid: keys "aid.line.…" and those of dates, amounts, countries and texts that are too long.
    """
    parts = [part.strip() for part in _PARTED.split(typed)]
    while len(parts) > _NEEDED and not parts[-1]:
        parts.pop()
    if not _NEEDED <= len(parts) <= _NEEDED + 1 or not all(parts[:_NEEDED]):
        raise Invalid("aid.line.parts")
    awarded_on = parse_day(parts[0])
    if awarded_on > today:
        raise Invalid("aid.line.future")
    if awarded_on < window_starts(today):
        raise Invalid("aid.line.old", start=window_starts(today))
    return AidLine(
        awarded_on,
        parse_amount(parts[1], locale=locale),
        country(parts[2]),
        clean_line(parts[3], limit=GRANTOR_MAX),
        clean_line("".join(parts[_NEEDED:]), limit=MEASURE_MAX),
    )


def parse_lines(
    text: str, *, locale: str, today: date, country: Callable[[str], str] = parse_country
) -> tuple[dict[int, AidLine], dict[int, Invalid]]:
    """Read awards, one a line; return what each line says and what is wrong with the others, by number from 1.

    Two lines that say the same are refused: counted twice, an award that was pasted twice would use up the ceiling, and
    counted once, two equal awards of one day would exceed it; only who writes knows which it is.
    :raises Invalid: "aid.many": these are more than can be taken.
    """
    seen: dict[tuple[object, ...], int] = {}
    found: dict[int, AidLine] = {}
    wrong: dict[int, Invalid] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if len(found) + len(wrong) == AID_LINES_MAX:
            raise Invalid("aid.many", most=AID_LINES_MAX)
        try:
            read = parse_line(line, locale=locale, today=today, country=country)
            key = (read.awarded_on, read.cents, read.state, read.grantor.casefold(), read.measure.casefold())
            if key in seen:
                raise Invalid("aid.line.twice", first=seen[key])
            seen[key] = number
            found[number] = read
        except Invalid as error:
            wrong[number] = error
    return found, wrong


def format_lines(lines: Sequence[AidLine], *, locale: str) -> str:
    """Write awards as the language does; `parse_lines` reads them."""
    return "\n".join(
        "; ".join(
            part
            for part in (
                one.awarded_on.isoformat(),
                format_plain(one.cents, locale=locale),
                one.state,
                one.grantor,
                one.measure,
            )
            if part
        )
        for one in lines
    )


def example_line(*, locale: str, today: date) -> str:
    """Return an award of a year ago as it can be written in the language."""
    day = window_starts(today).replace(year=today.year - 1)
    return format_lines([AidLine(day, _EXAMPLE_CENTS, "NL", "RVO", "Innovation voucher")], locale=locale)


def parse_firms(text: str, *, own: str) -> tuple[str, ...]:
    """Return the names of firms, one a line, each once; `own` is the name of who says so.

    :raises Invalid: keys "aid.firms.…".
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if len(line.strip()) > NAME_MAX:
            raise Invalid("aid.firms.long", number=number, limit=NAME_MAX)
        name = clean_line(line, limit=NAME_MAX)
        if name_key(name) == name_key(own):
            raise Invalid("aid.firms.own", number=number)
        found.setdefault(name_key(name), name)
    if len(found) > FIRMS_MAX:
        raise Invalid("aid.firms.many", most=FIRMS_MAX)
    return tuple(found.values())
