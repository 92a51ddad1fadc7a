"""Countries as people write them: by name, in any language of ours, or by code."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from domain.countries import COUNTRIES
from domain.organisations import parse_country
from messages.i18n import country_names

#: What people also call a country, folded.
_OTHER_NAMES: Final = {"holland": "NL", "great britain": "GB", "usa": "US", "czech republic": "CZ"}


def read_country(text: str) -> str:
    """Return the code (ISO 3166-1 alpha-2) of a country.

    :raises Invalid: key "country.unknown".
    """
    return _codes_by_name().get(_folded(text)) or parse_country(text)


@cache
def _codes_by_name() -> dict[str, str]:
    return _OTHER_NAMES | {_folded(name): code for code in sorted(COUNTRIES) for name in country_names(code)}


def _folded(name: str) -> str:
    """Write a name as names are compared: without capitals, accents and needless spaces."""
    parted = unicodedata.normalize("NFKD", " ".join(name.split()).casefold())
    return "".join(letter for letter in parted if not unicodedata.combining(letter))
