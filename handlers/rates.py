"""Rate limits: a token bucket per destination, so that a slow one never delays another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

#: Messages a second and burst, by surface. Slack: about one a second and channel. Teams: seven. Ours: no limit.
RATES: Final[Mapping[str, tuple[float, float]]] = {"slack": (1.0, 2.0), "teams": (7.0, 7.0)}
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
    """The buckets of one process. `monotonic` and `sleep` can be replaced where time is simulated."""

    rates: Mapping[str, tuple[float, float]] = field(default_factory=lambda: dict(RATES))
    monotonic: Callable[[], float] = time.monotonic
    _buckets: dict[str, _Bucket] = field(default_factory=dict[str, _Bucket])

    async def wait(self, destination: str) -> None:
        """Wait until the destination may be sent to again."""
        bucket = self._bucket(destination)
        if bucket is None:
            return
        pause = bucket.take(self.monotonic())
        if pause > 0:
            await asyncio.sleep(pause)

    def pause(self, destination: str, seconds: float) -> None:
        """Send nothing to the destination for a while: the platform has asked for it."""
        bucket = self._bucket(destination)
        if bucket is not None:
            bucket.at = max(bucket.at, self.monotonic() + seconds)
            bucket.tokens = min(bucket.tokens, 1.0)

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
