"""Tokens of private links: signed ones say what they are for and are kept in no table, random ones by their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast

from itsdangerous import BadData, URLSafeSerializer

#: Characters; what we sign is short.
_TOKEN_MAX: Final = 500


def sign(secret: str, purpose: str, content: Mapping[str, object], *, until: datetime) -> str:
    """Return a token that holds this content until an instant; what has another purpose cannot be read with it."""
    return URLSafeSerializer(secret, salt=purpose).dumps({**content, "until": int(until.timestamp())})


def read_signed(secret: str, purpose: str, token: str, *, now: datetime) -> Mapping[str, object] | None:
    """Return what a token holds; None if it is too old, malformed, or was made for something else.

    Without a secret no token says anything: everybody could sign with none.
    """
    if not secret or len(token) > _TOKEN_MAX:
        return None
    try:
        found: object = URLSafeSerializer(secret, salt=purpose).loads(token)
    except (BadData, ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    content = cast("dict[str, object]", found)
    until = content.get("until")
    return content if isinstance(until, int) and now.timestamp() < until else None


def hashed(token: str) -> str:
    """Return what the store knows a random token by; it is too random to need a salt."""
    return hashlib.sha256(token.encode()).hexdigest()
