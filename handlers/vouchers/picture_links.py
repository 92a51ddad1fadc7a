"""Addresses of pictures for platforms that show a picture only from an address: signed, and good for a month.

The token says what is drawn, for the managers of which cluster and in which language; it opens that one picture and
nothing else, stands in no table of ours but the card, and cannot be guessed. What it shows is what that card shows: who
reads the one may see the other. After its month the card still tells it in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from handlers.signing import read_signed, sign

VALID_FOR: Final = timedelta(days=30)
_PURPOSE: Final = "matchpoint.vouchers.picture"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn: a scheme or call (`CA-3`) for the managers of a cluster, until a day, in a language."""

    value: str
    cluster_id: int
    until: date
    locale: str


def make_token(secret: str, drawn: Drawn, *, now: datetime) -> str:
    """Return a token for this picture."""
    content = {"v": drawn.value, "c": drawn.cluster_id, "d": drawn.until.isoformat(), "l": drawn.locale}
    return sign(secret, _PURPOSE, content, until=now + VALID_FOR)


def read_token(secret: str, token: str, *, now: datetime) -> Drawn | None:
    """Return what a token is for; None if it is too old, malformed, or was made for something else."""
    given = read_signed(secret, _PURPOSE, token, now=now) or {}
    value, cluster, day, locale = (given.get(name) for name in "vcdl")
    if not (isinstance(value, str) and isinstance(cluster, int) and isinstance(day, str) and isinstance(locale, str)):
        return None
    return Drawn(value, cluster, date.fromisoformat(day), locale)
