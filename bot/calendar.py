"""Public holidays, from the `holidays` library."""

from __future__ import annotations

import functools
from datetime import date

import structlog

_log = structlog.get_logger("matchpoint.calendar")


class PublicHolidays:
    """Fill the port `handlers.ports.Holidays`. The library is imported at the first question: it is large."""

    def is_holiday(self, on: date, *, country: str, region: str = "") -> bool:
        """Tell whether the day is a public holiday; a country without a calendar has Saturdays and Sundays only."""
        return on in _days(country.upper(), region.upper(), on.year)


@functools.lru_cache(maxsize=2048)
def _days(country: str, region: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year, expand=False))
    except NotImplementedError:
        if region:
            return _days(country, "", year)
        _log.warning("no holiday calendar", country=country)
        return frozenset()
