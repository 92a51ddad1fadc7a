"""Runs what waits in the outbox of the small world: jobs and messages, as the worker would."""

import asyncio
from datetime import datetime

from handlers.letters import JOBS
from handlers.work import Kit
from store import queue
from store.engine import Database
from tests.world import World


def run_jobs(world: World) -> int:
    """Run the jobs that are due and deliver what they enqueue, until nothing is left; returns how many it were."""
    handled = 0
    while True:
        with world.database.write() as session:
            rows = queue.claim(session, owner="test", now=world.now, limit=200, per_destination=200, kinds=tuple(JOBS))
            for row in rows:
                queue.mark_sending(session, row, now=world.now)
        for row in rows:
            do_job(world.database, world.kit, row, world.now)
            with world.database.write() as session:
                queue.finish(session, row, status="sent", now=world.now)
        world.deliver()
        handled += len(rows)
        if not rows:
            return handled


def do_job(database: Database, kit: Kit, row: queue.Claimed, now: datetime) -> None:
    """Do the job that a row stands for."""

    async def do() -> None:
        await JOBS[row.kind](database, kit, row, now)

    asyncio.run(do())
