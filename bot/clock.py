"""The clock: APScheduler with a memory job store and a few interval ticks. All that is due lies in the database.

Every worker runs it. Two workers that turn at once find the same and enqueue it under the same keys: it happens once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

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
    return scheduler


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
