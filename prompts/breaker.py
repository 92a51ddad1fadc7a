"""A circuit breaker: after repeated failures an endpoint is left alone for a while, then tried by one call."""

from __future__ import annotations

from collections.abc import Callable


class Breaker:
    """Count failures in a row. `monotonic` gives seconds that never run backwards."""

    def __init__(self, *, failures: int, open_seconds: float, monotonic: Callable[[], float]) -> None:
        self._limit = failures
        self._open_seconds = open_seconds
        self._monotonic = monotonic
        self._failures = 0
        self._opened_at: float | None = None
        self._held_until = float("-inf")

    def admits(self) -> bool:
        """Tell whether a call may be made now; when the time is up, one call is let through as a trial."""
        now = self._monotonic()
        if now < self._held_until:
            return False
        if self._opened_at is None:
            return True
        if now - self._opened_at < self._open_seconds:
            return False
        self._opened_at = now  # others wait for what the trial brings
        return True

    def succeeded(self) -> None:
        """Note that the endpoint answered."""
        self._failures = 0
        self._opened_at = None

    def failed(self) -> None:
        """Note that the endpoint failed."""
        self._failures += 1
        if self._opened_at is not None or self._failures >= self._limit:
            self._opened_at = self._monotonic()

    def hold(self, seconds: float) -> None:
        """Let nothing through for a while, because the endpoint asked for that."""
        self._held_until = max(self._held_until, self._monotonic() + seconds)
