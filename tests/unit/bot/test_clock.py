"""The clock goes on when somebody sets the machine's: forth, back, or by an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import go_on

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def _turn() -> None:
    """Do nothing."""


@pytest.mark.parametrize(
    ("planned", "now", "next_turn"),
    [
        (NOW + timedelta(seconds=20), NOW - HOUR, NOW - HOUR),  # set back: it turns at once
        (NOW + timedelta(seconds=20), NOW, NOW + timedelta(seconds=20)),
        (NOW + timedelta(seconds=20), NOW + HOUR, NOW + timedelta(seconds=20)),  # set forth: it is due, once
    ],
)
async def test_a_tick_never_waits_for_longer_than_its_interval(
    planned: datetime, now: datetime, next_turn: datetime
) -> None:
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.start(paused=True)
    job = scheduler.add_job(_turn, "interval", seconds=20, next_run_time=planned, id="tick")
    go_on(scheduler, now)
    assert job.next_run_time == next_turn
    scheduler.shutdown(wait=False)
