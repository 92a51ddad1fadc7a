"""Simulated time: an event loop in which nobody waits, and a clock that shows its time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Run coroutines in simulated time: who sleeps wakes at once, and it is later.

    What goes to a thread is done on the spot: of everything that happens at one instant, the order is the same in every
    run, and SQLite has one writer anyway.
    """

    def __init__(self) -> None:
        #: Seconds that somebody waited, all in all.
        self.elapsed = 0.0
        super().__init__(_Skipping(self._skip))

    def time(self) -> float:
        """Return the time that everything goes by that sleeps or times out on this loop."""
        return self.elapsed

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # noqa: ANN401
        """Call the function now."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # whoever awaits the thread gets it
            done.set_exception(error)
        return done

    def _skip(self, seconds: float) -> None:
        self.elapsed += seconds


class _Skipping(selectors.SelectSelector):
    """Let time pass where an event loop would wait for it."""

    def __init__(self, skip: Callable[[float], None]) -> None:
        super().__init__()
        self._skip = skip

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits for something that will never happen")
        if timeout > 0:
            self._skip(timeout)
        return []


class SimulatedClock:
    """Show the time of a simulated loop as an instant, aware UTC, and let it jump where nobody waits for anything.

    The jumps are kept here: a loop that counted years in seconds could not tell its smallest intervals any more.
    """

    def __init__(self, loop: SimulatedLoop, begin: datetime) -> None:
        self._loop = loop
        self._base = begin
        self.begin = begin

    def now(self) -> datetime:
        """Return the present instant."""
        return self._base + timedelta(seconds=self._loop.elapsed)

    def seconds(self) -> float:
        """Return the seconds since the beginning."""
        return (self.now() - self.begin).total_seconds()

    def jump(self, to: datetime) -> None:
        """Make it this instant; one that has passed changes nothing."""
        self._base += max(timedelta(0), to - self.now())
