"""What is written in threads and conversations: whose is it, and what follows."""

from __future__ import annotations

from collections.abc import Callable

from handlers.requests import Deleted, Edited, Said
from handlers.work import Reply, Work

Listener = Callable[[Work, Said], Reply | None]
EditListener = Callable[[Work, Edited], None]
DeletionListener = Callable[[Work, Deleted], None]

_LISTENERS: list[tuple[int, Listener]] = []
_EDITS: list[EditListener] = []
_DELETIONS: list[DeletionListener] = []


def hears(order: int) -> Callable[[Listener], Listener]:
    """Register a function that takes a message if it is its own, else returns None; lower orders are asked first.

    The notice of its reply is for the author alone, where the surface has a place for it beside the message.
    """

    def register(listener: Listener) -> Listener:
        _LISTENERS.append((order, listener))
        _LISTENERS.sort(key=lambda entry: entry[0])
        return listener

    return register


def hear(work: Work, said: Said) -> Reply | None:
    """Offer a message to each journey in turn and return the reply of the one that took it; nobody's is not kept."""
    replies = (listener(work, said) for _, listener in _LISTENERS)
    return next((reply for reply in replies if reply is not None), None)


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
