"""What model calls need from outside: a budget and a memory. Both may block; they are called in a thread."""

from __future__ import annotations

from typing import Protocol


class Ledger(Protocol):
    """Keep the budget of model tokens, per cluster and day."""

    def reserve(self, cluster: str, tokens: int) -> bool:
        """Set aside tokens before a call, atomically; `False` if the day's budget does not allow it."""
        ...


class Cache(Protocol):
    """Keep answers by a key that covers everything they depend on."""

    def get(self, key: str) -> str | None:
        """Return what was put under a key, or `None`."""
        ...

    def put(self, key: str, value: str) -> None:
        """Keep a value under a key, replacing what was there."""
        ...
