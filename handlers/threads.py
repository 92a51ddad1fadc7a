"""What is written in threads and conversations: whose is it, and what follows."""

from __future__ import annotations

from collections.abc import Callable

from handlers.requests import Deleted, Edited, Said
from handlers.work import Work

Listener = Callable[[Work, Said], bool]
EditListener = Callable[[Work, Edited], None]
DeletionListener = Callable[[Work, Deleted], None]

_LISTENERS: list[tuple[int, Listener]] = []
_EDITS: list[EditListener] = []
_DELETIONS: list[DeletionListener] = []


def hears(order: int) -> Callable[[Listener], Listener]:
    """Register a function that takes a message if it is its own (and says True); lower orders are asked first."""

    def register(listener: Listener) -> Listener:
        _LISTENERS.append((order, listener))
        _LISTENERS.sort(key=lambda entry: entry[0])
        return listener

    return register


def hear(work: Work, said: Said) -> bool:
    """Offer a message to each journey in turn and tell whether one took it; of nobody's message nothing is kept."""
    return any(listener(work, said) for _, listener in _LISTENERS)


def hears_edits(listener: EditListener) -> EditListener:
    """Register a function that looks after messages that are written anew; what is not its own it leaves alone."""
    _EDITS.append(listener)
    return listener


def hears_deletions(listener: DeletionListener) -> DeletionListener:
    """Register a function that looks after messages that are taken away; what is not its own it leaves alone."""
    _DELETIONS.append(listener)
    return listener


def hear_edit(work: Work, edited: Edited) -> None:
    """Tell the journeys that a message has another text now."""
    for listener in _EDITS:
        listener(work, edited)


def hear_deletion(work: Work, deleted: Deleted) -> None:
    """Tell the journeys that a message is no more."""
    for listener in _DELETIONS:
        listener(work, deleted)
