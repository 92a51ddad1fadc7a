"""What the clock does at each turn: find what is due and act on it or enqueue it. The cost grows with what is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from handlers.work import Kit
from store.engine import Database

TickFunction = Callable[[Database, Kit, datetime], int]


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
