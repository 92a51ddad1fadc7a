"""Rate limits: a token bucket per destination, so that a slow one never delays another."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

#: Messages a second and burst, by surface. Slack: about one a second and channel. Teams takes of a bot and conversation
#: 7 in one second, 8 in two and 60 in thirty: five at once and 1.5 a second keep all three. Ours: no limit.
RATES: Final[Mapping[str, tuple[float, float]]] = {"slack": (1.0, 1.0), "teams": (1.5, 5.0)}
_FORGET_SECONDS: Final = 60.0


@dataclass(slots=True)
class _Bucket:
    rate: float
    burst: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """Take a token, on credit if need be; return the seconds until it is covered."""
        if now > self.at:
            self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
            self.at = now
        self.tokens -= 1
        return max(0.0, self.at - now) + max(0.0, -self.tokens / self.rate)


@dataclass(slots=True)
class Buckets:
    """The buckets of one process. `monotonic` can be replaced where time is simulated.

    That the pace holds over all processes is the claim's doing: it gives the rows of a destination to one worker at a
    time, and none of them for the time in `rests` after one was sent.
    """

    rates: Mapping[str, tuple[float, float]] = field(default_factory=lambda: dict(RATES))
    monotonic: Callable[[], float] = time.monotonic
    _buckets: dict[str, _Bucket] = field(default_factory=dict[str, _Bucket])

    def take(self, destination: str) -> float:
        """Take a place in the row of those who send to the destination; return the seconds until it is one's turn."""
        bucket = self._bucket(destination)
        return 0.0 if bucket is None else bucket.take(self.monotonic())

    def give_back(self, destination: str) -> None:
        """Leave the row again without having sent."""
        bucket = self._bucket(destination)
        if bucket is not None:
            bucket.tokens += 1

    def pause(self, destination: str, seconds: float) -> None:
        """Send nothing to the destination for a while: the platform has asked for it."""
        bucket = self._bucket(destination)
        if bucket is not None:
            bucket.at = max(bucket.at, self.monotonic() + seconds)
            bucket.tokens = min(bucket.tokens, 1.0)

    def paused(self, destination: str) -> float:
        """Return how many seconds the platform still wants no message for the destination."""
        bucket = self._bucket(destination)
        return 0.0 if bucket is None else max(0.0, bucket.at - self.monotonic())

    @property
    def rests(self) -> Mapping[str, timedelta]:
        """How long a destination rests after a message before another worker may send, by surface."""
        return {surface: timedelta(seconds=1 / rate) for surface, (rate, _) in self.rates.items()}

    def _bucket(self, destination: str) -> _Bucket | None:
        if destination in self._buckets:
            return self._buckets[destination]
        limit = self.rates.get(destination.partition(":")[0])
        if limit is None:
            return None
        now = self.monotonic()
        if len(self._buckets) > 10_000:
            self._buckets = {name: b for name, b in self._buckets.items() if b.at > now - _FORGET_SECONDS}
        rate, burst = limit
        return self._buckets.setdefault(destination, _Bucket(rate, burst, burst, now))
