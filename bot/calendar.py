"""Public holidays, from the `holidays` library."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date
from typing import cast

import structlog

_log = structlog.get_logger("matchpoint.calendar")


class PublicHolidays:
    """Fill the port `handlers.ports.Holidays`. The library is imported at the first question: it is large."""

    def is_holiday(self, on: date, *, country: str, region: str = "") -> bool:
        """Tell whether the day is a public holiday.

        A country without a calendar has Saturdays and Sundays only; in a region that is none, the country's days hold.
        """
        return on in _days(country.strip().upper(), _folded(region), on.year)

    def knows(self, country: str, region: str = "") -> bool:
        """Tell whether there is a calendar of this country and, where one is named, of this region."""
        regions = _regions(country.strip().upper())
        return regions is not None and (not region.strip() or _folded(region) in regions)


@functools.lru_cache(maxsize=2048)
def _days(country: str, region: str, year: int) -> frozenset[date]:
    regions = _regions(country)
    if regions is None:
        return frozenset()
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=regions.get(region), years=year, expand=False))


@functools.lru_cache(maxsize=512)
def _regions(country: str) -> dict[str, str] | None:
    """Return the codes of a country's regions by code, ISO 3166-2 code ("DE-BY") and name; None without a calendar."""
    if not country:
        return None
    import holidays

    try:
        calendar = holidays.country_holidays(country)
    except NotImplementedError:
        _log.warning("no holiday calendar", country=country)
        return None
    found: dict[str, str] = {}
    aliases = cast("Mapping[str, Iterable[str]]", calendar.get_subdivision_aliases())
    for code, names in aliases.items():
        found |= {_folded(name): code for name in (code, f"{country}-{code}", *names)}
    return found


def _folded(region: str) -> str:
    return region.strip().casefold()
