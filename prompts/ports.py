"""What model calls need from outside: a budget with its book, and a memory. Both may block: call them in a thread."""

from __future__ import annotations

from typing import Protocol


class Ledger(Protocol):
    """Keep the budget of model tokens, per cluster and day, and count what was asked."""

    def reserve(self, cluster: str, tokens: int) -> bool:
        """Set aside tokens before a call, atomically; `False` if the day's budget does not allow it."""
        ...

    def note(self, purpose: str, outcome: str, tokens: int) -> None:
        """Count one question: `outcome` is "ok" or a trouble, `tokens` what the endpoint says it cost."""
        ...


class Cache(Protocol):
    """Keep answers by a key that covers everything they depend on."""

    def get(self, key: str) -> str | None:
        """Return what was put under a key, or `None`."""
        ...

    def put(self, key: str, value: str) -> None:
        """Keep a value under a key, replacing what was there."""
        ...
