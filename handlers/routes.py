"""The table of actions: every command, button and form ends at one entry of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from handlers.work import Ask, Reply, Work

Handler = Callable[[Work, Ask], Reply]


class Need(StrEnum):
    """Who may reach a handler at all; what exactly a person may do, the handler checks itself.

    ANYONE: also somebody unknown, also before the set-up. KNOWN: a person in a workspace that is set up. MEMBER: one
    with an active membership.
    """

    ANYONE = "anyone"
    KNOWN = "known"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Route:
    """One entry: `writes` False opens the transaction for reading only, and is asked again without harm.

    `asks` says that it writes and yet may answer with a form, for surfaces that must know before they ask.
    """

    action: str
    handler: Handler
    need: Need
    writes: bool
    asks: bool = False


ROUTES: dict[str, Route] = {}


def route(
    action: str, *, need: Need = Need.MEMBER, writes: bool = True, asks: bool = False
) -> Callable[[Handler], Handler]:
    """Register the decorated handler under an action name such as `challenge.publish`."""

    def register(handler: Handler) -> Handler:
        if action in ROUTES:
            raise ValueError(f"{action} is taken")
        ROUTES[action] = Route(action, handler, need, writes, asks)
        return handler

    return register


def opens_window(action: str) -> bool:
    """Tell whether an action answers with a form or with something to read, and changes nothing that others see."""
    found = ROUTES.get(action)
    return found is not None and (found.asks or not found.writes)
