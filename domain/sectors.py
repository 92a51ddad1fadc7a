"""Whether what a cluster or a company works in fits the sector of a challenge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from domain.text import fold

_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_STEM: Final = 4
_BESIDE: Final = """
and und och met mit med for fur til the von van der technology technologies technologie technologien teknologi teknik
techniek technik tech industry industries industrie industri industrial sector sectors sektor branche service services
solutions systems products production development management other clean green sustainable
"""
#: Words that stand beside every sector and tell none apart.
_VAGUE: Final = frozenset(_BESIDE.split())


def sector_words(text: str) -> frozenset[str]:
    """Return the words of a sector that tell it apart from others, in compared form."""
    return frozenset(_WORD.findall(fold(text))) - _VAGUE


def fits_sector(wanted: frozenset[str], texts: Iterable[str]) -> bool:
    """Tell whether one of these fields has a word in common with a sector.

    Two words are common if they are one, or the longer one begins with the shorter one of at least four letters:
    "water" fits "Waterzuivering" and "Water and sewage".
    """
    words = frozenset[str]().union(*(sector_words(text) for text in texts))
    return any(_alike(one, other) for one in wanted for other in words)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _STEM and long.startswith(short))
