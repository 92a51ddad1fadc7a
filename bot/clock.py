"""The clock: APScheduler with a memory job store and a few interval ticks. All that is due lies in the database.

Every worker runs it. Two workers that turn at once find the same and enqueue it under the same keys: it happens once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, cast

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from handlers.ticks import TICKS, Tick
from handlers.work import Kit
from store import heartbeat
from store.engine import Database, StoreUnavailable

_log: Final = structlog.get_logger("matchpoint.clock")

PULSE: Final = "pulse"
PULSE_SECONDS: Final = 10


class SystemClock:
    """The time of this machine, aware UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


def start_clock(database: Database, kit: Kit, *, worker: str, clock: SystemClock) -> AsyncIOScheduler:
    """Start the ticks on the running event loop; call `shutdown(wait=False)` on what is returned to stop them."""
    scheduler = AsyncIOScheduler(timezone=UTC)

    def add(name: str, seconds: int, turn: Callable[[datetime], object]) -> None:
        async def run() -> None:
            await _turn(name, lambda: turn(clock.now()))

        scheduler.add_job(
            run,
            "interval",
            seconds=seconds,
            next_run_time=clock.now(),
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    add(PULSE, PULSE_SECONDS, lambda now: _pulse(database, worker, now))
    for one in TICKS.values():
        add(one.name, one.seconds, _bind(one, database, kit))
    scheduler.start()
    _watch(scheduler, clock)
    return scheduler


def _watch(scheduler: AsyncIOScheduler, clock: SystemClock) -> None:
    """Look regularly, by a clock that nobody sets, whether the other one was set back; until the scheduler ends."""
    loop = asyncio.get_running_loop()

    def look() -> None:
        if scheduler.running:
            go_on(scheduler, clock.now())
            loop.call_later(PULSE_SECONDS, look)

    loop.call_later(PULSE_SECONDS, look)


def go_on(scheduler: AsyncIOScheduler, now: datetime) -> None:
    """Turn at once what would wait for longer than its interval: the clock was set back since it was planned.

    APScheduler waits for instants. Without this, a clock that goes back an hour stops every tick for an hour.
    """
    jobs = cast("list[Any]", scheduler.get_jobs())
    for job in jobs:
        if job.next_run_time - now > job.trigger.interval:
            job.modify(next_run_time=now)


def _bind(one: Tick, database: Database, kit: Kit) -> Callable[[datetime], object]:
    return lambda now: one.function(database, kit, now)


async def _turn(name: str, turn: Callable[[], object]) -> None:
    try:
        await asyncio.to_thread(turn)
    except StoreUnavailable as error:
        _log.warning("tick skipped", tick=name, error=str(error))
    except Exception:
        _log.exception("tick failed", tick=name)


def _pulse(database: Database, worker: str, now: datetime) -> None:
    with database.write() as session:
        heartbeat.beat(session, PULSE, worker=worker, now=now)
