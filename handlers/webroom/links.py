"""Personal links into the web workspace: signed, for one person in one workspace, and only for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.signing import read_signed, sign
from handlers.webroom.places import is_native

VALID_FOR: Final = timedelta(days=7)
_PURPOSE: Final = "matchpoint.web.personal-link"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the web workspace."""

    workspace: str
    user: str


def make_personal_link(
    secret: str, *, public_url: str, workspace: str, user: str, now: datetime, valid_for: timedelta = VALID_FOR
) -> str:
    """Return the address that lets one person in until it expires; whoever holds it is that person.

    :raises ValueError: there is no secret, or workspace or user cannot be such.
    """
    if not secret or not is_native(workspace) or not is_native(user):
        raise ValueError("a personal link needs a secret, a workspace and a user")
    token = sign(secret, _PURPOSE, {"w": workspace, "u": user}, until=now + valid_for)
    return f"{public_url}/in/{token}"


def read_personal_link(secret: str, token: str, *, now: datetime) -> Account | None:
    """Return whom a token lets in, or None if it is too old, incomplete, or was made for something else."""
    given = read_signed(secret, _PURPOSE, token, now=now) or {}
    workspace, user = given.get("w"), given.get("u")
    if not isinstance(workspace, str) or not isinstance(user, str):
        return None
    return Account(workspace, user)
