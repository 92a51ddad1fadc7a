"""Private links to files: signed, for one person, one part of the figures and one kind of file, for an hour.

The token is all that is known of who asks; it is found in no table and no log. What the person may see is looked up
again at the download, so that a link outlives neither a role nor its hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.signing import read_signed, sign

VALID_FOR: Final = timedelta(hours=1)
KINDS: Final = ("csv", "xlsx")
_PURPOSE: Final = "matchpoint.vouchers.export"


@dataclass(frozen=True, slots=True)
class Order:
    """For whom a file is, what it holds (`SC-2+CL-1`) and of which kind it is."""

    person_id: int
    value: str
    kind: str


def make_token(secret: str, order: Order, *, now: datetime) -> str:
    """Return a token for this order, good for an hour."""
    content = {"p": order.person_id, "v": order.value, "k": order.kind}
    return sign(secret, _PURPOSE, content, until=now + VALID_FOR)


def read_token(secret: str, token: str, *, now: datetime) -> Order | None:
    """Return what a token is for; None if it is too old, malformed, or was made for something else."""
    given = read_signed(secret, _PURPOSE, token, now=now) or {}
    person, value, kind = given.get("p"), given.get("v"), given.get("k")
    if not (isinstance(person, int) and isinstance(value, str)) or kind not in KINDS:
        return None
    return Order(person, value, str(kind))
