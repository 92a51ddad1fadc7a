"""What is written in threads and conversations: whose is it, and what follows."""

from __future__ import annotations

from collections.abc import Callable

from handlers.requests import Said
from handlers.work import Work

Listener = Callable[[Work, Said], bool]

_LISTENERS: list[tuple[int, Listener]] = []


def hears(order: int) -> Callable[[Listener], Listener]:
    """Register a function that takes a message if it is its own (and says True); lower orders are asked first."""

    def register(listener: Listener) -> Listener:
        _LISTENERS.append((order, listener))
        _LISTENERS.sort(key=lambda entry: entry[0])
        return listener

    return register


def hear(work: Work, said: Said) -> None:
    """Offer a message to each journey in turn; nobody's message is left alone, and nothing of it is kept."""
    for _, listener in _LISTENERS:
        if listener(work, said):
            return
