"""De minimis aid: what one single undertaking may be granted.

The rules are those of Commission Regulation (EU) 2023/2831, by whose articles they are named here; the few things that
it leaves open are read the cautious way. Amounts are euro cents.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from domain.countries import COUNTRIES

WINDOW_YEARS: Final = 3  # article 3 (2)
#: For so long a declaration counts when an application is submitted; then it is confirmed or made anew.
DECLARED_DAYS: Final = 90

EU_STATES: Final = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
"""The Member States, as ISO 3166-1 codes."""

CEILINGS: Final[Mapping[str, int]] = MappingProxyType(dict.fromkeys(sorted(EU_STATES), 300_000_00))
"""What each state may grant a single undertaking in three years, in euro cents (article 3 (2))."""

_EUROS = re.compile(r"[0-9]{1,9}")


class LinkKind(StrEnum):
    """Say why two firms are one single undertaking.

    Article 2 (2) (a) to (d), in its order: one holds the majority of the other's votes; appoints the majority of its
    board; has a dominant influence over it by a contract or its articles; controls the majority of its votes by an
    agreement with others. Article 3 (8): they were merged, or one took the other over.
    """

    VOTES = "votes"
    BOARD = "board"
    INFLUENCE = "influence"
    AGREEMENT = "agreement"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Link:
    """Two organisations that are one single undertaking; which of them is named first does not matter."""

    one: int
    other: int
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Award:
    """Aid of `cents` that a `state` (ISO 3166-1) granted an organisation.

    `awarded_on` is the day on which the right to it arose, whenever it is paid (article 3 (3)).
    """

    organisation_id: int
    state: str
    awarded_on: date
    cents: int


def single_undertaking(organisation_id: int, links: Iterable[Link]) -> frozenset[int]:
    """Return all organisations that are one single undertaking with this one, itself included.

    Article 2 (2): chains of links join too. Article 3 (8): firms that merged bring along what each had been granted,
    so that the one that lives on counts together with the one that is gone. Every link counts, across borders too.
    """
    neighbours: defaultdict[int, set[int]] = defaultdict(set)
    for link in links:
        neighbours[link.one].add(link.other)
        neighbours[link.other].add(link.one)
    found, ahead = {organisation_id}, [organisation_id]
    while ahead:
        new = neighbours[ahead.pop()] - found
        found |= new
        ahead.extend(new)
    return frozenset(found)


def window_starts(on: date) -> date:
    """Return the first day of the three years that end with `on`; 28 February where 29 February does not exist.

    Article 3 (2): any three years, to the day. What was granted exactly three years ago still counts: the Regulation
    does not say, and counting it cannot break it.
    """
    try:
        return on.replace(year=on.year - WINDOW_YEARS)
    except ValueError:
        return on.replace(year=on.year - WINDOW_YEARS, day=28)


def is_stale(declared_on: date, *, on: date) -> bool:
    """Tell whether a declaration is too old to rest an application on that is submitted on a day."""
    return on - declared_on > timedelta(days=DECLARED_DAYS)


def granted(awards: Iterable[Award], *, undertaking: Collection[int], state: str, on: date) -> int:
    """Return the euro cents that a state granted a single undertaking in the three years that end with `on`."""
    return _sum_until(on, _relevant(awards, undertaking, state))


def headroom(
    awards: Iterable[Award],
    *,
    undertaking: Collection[int],
    state: str,
    on: date,
    ceilings: Mapping[str, int] = CEILINGS,
) -> int | None:
    """Return the euro cents that a state may still grant a single undertaking on a day; None where it has no ceiling.

    Article 3 (2): the ceiling may be reached but not exceeded, in *any* three years. So not only the window that ends
    with `on` has room for a new award, but also those that end with a later award that is in the register already.
    """
    ceiling = ceilings.get(state)
    if ceiling is None:
        return None
    relevant = _relevant(awards, undertaking, state)
    ends = {on} | {one.awarded_on for one in relevant if window_starts(one.awarded_on) <= on < one.awarded_on}
    return max(0, ceiling - max(_sum_until(end, relevant) for end in ends))


def may_grant(
    cents: int,
    awards: Iterable[Award],
    *,
    undertaking: Collection[int],
    state: str,
    on: date,
    ceilings: Mapping[str, int] = CEILINGS,
) -> bool:
    """Tell whether an award of so many euro cents fits, all of it: article 3 (7) leaves no room for a part of it."""
    room = headroom(awards, undertaking=undertaking, state=state, on=on, ceilings=ceilings)
    return room is None or cents <= room


def parse_ceilings(text: str) -> dict[str, int]:
    """Read an operator's own ceilings in euros, `NO=300000, GB=off`, over those of the Member States, as euro cents.

    `off` takes a state out: what it grants is not counted.
    :raises ValueError: the text has another form, or names a state twice; the message says which.
    """
    ceilings, named = dict(CEILINGS), set[str]()
    for part in filter(None, (part.strip() for part in text.split(","))):
        state, _, given = (piece.strip().upper() for piece in part.partition("="))
        if state not in COUNTRIES or not (given == "OFF" or _EUROS.fullmatch(given)):
            raise ValueError(
                f"{part!r} is no ceiling: write a country's two letters, = and whole euros or off, as in NO=300000"
            )
        if state in named:
            raise ValueError(f"{state} has two ceilings: write one")
        named.add(state)
        if given == "OFF":
            ceilings.pop(state, None)
        else:
            ceilings[state] = int(given) * 100
    return ceilings


def to_euro_cents(cents: int, per_euro: Decimal) -> int:
    """Return what an amount in another currency is in euro cents, rounded up, since a ceiling must not be exceeded.

    `per_euro` is what a euro costs in that currency.
    :raises ValueError: it is no number above zero.
    """
    if not per_euro.is_finite() or per_euro <= 0:
        raise ValueError("what a euro costs is a number above zero")
    return math.ceil(Fraction(cents) / Fraction(per_euro))


def _relevant(awards: Iterable[Award], undertaking: Collection[int], state: str) -> list[Award]:
    return [one for one in awards if one.state == state and one.organisation_id in undertaking]


def _sum_until(end: date, awards: Iterable[Award]) -> int:
    start = window_starts(end)
    return sum(one.cents for one in awards if start <= one.awarded_on <= end)
