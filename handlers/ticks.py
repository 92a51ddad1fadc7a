"""What the clock does at each turn: find what is due and act on it or enqueue it. The cost grows with what is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.work import Kit
from store import inbox
from store.engine import Database

TickFunction = Callable[[Database, Kit, datetime], int]

#: A platform repeats an event within an hour; a signed request is stale after five minutes.
_REMEMBER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tick:
    """One regular turn, every `seconds`; the function returns how much it found to do."""

    name: str
    seconds: int
    function: TickFunction


TICKS: dict[str, Tick] = {}


def tick(name: str, *, seconds: int) -> Callable[[TickFunction], TickFunction]:
    """Register the decorated function as a turn of the clock."""

    def register(function: TickFunction) -> TickFunction:
        if name in TICKS:
            raise ValueError(f"{name} is taken")
        TICKS[name] = Tick(name, seconds, function)
        return function

    return register


@tick("inbox.purge", seconds=600)
def purge_inbox(database: Database, _kit: Kit, now: datetime) -> int:
    """Forget events that no platform repeats any more."""
    with database.write() as session:
        return inbox.purge(session, before=now - _REMEMBER)
