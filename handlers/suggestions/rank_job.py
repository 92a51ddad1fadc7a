"""The rank job: reads, ranks with no transaction open, and writes guarded by what was read.

What waits to be ranked at the same moment is ranked together, so that the shortlists are chosen jointly. If a
challenge, or another run of the ranker, was faster, nothing is written for it and it is done again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Final

from domain.ids import Kind, parse_id
from handlers.letters import job
from handlers.suggestions.contenders import read_task
from handlers.suggestions.proposals import write_proposals
from handlers.suggestions.ranking import find_orders
from handlers.work import Kit
from prompts.client import MOST_AT_ONCE
from store import queue
from store.along import take_along
from store.engine import Database, StoreContended
from store.queue import Claimed

#: Challenges that are ranked together: as many as a model is asked about at the same time.
TOGETHER: Final = MOST_AT_ONCE
_TRIES: Final = 3


@job("rank")
async def rank_challenge(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """Rank the challenge that the row is about, and with it those that wait.

    :raises StoreContended: the challenge changed again and again; the row is done later.
    """
    along = await asyncio.to_thread(_take_along, database, row, now)
    own, left = _challenge_of(row), {_challenge_of(one) for one in (row, *along)}
    troubles: dict[int, str] = {}
    try:
        for _ in range(_TRIES):
            left -= await _rank(database, kit, left, now, troubles)
            if not left:
                break
    finally:
        await asyncio.to_thread(_settle, database, along, left, now)
    if own in left:
        raise StoreContended("The challenge changed while it was ranked.")


async def _rank(
    database: Database, kit: Kit, challenges: Collection[int], now: datetime, troubles: dict[int, str]
) -> set[int]:
    """Rank these challenges together; return those that are done: written down, or not to be ranked (any more).

    `troubles` takes what a model could not do, so that it is not asked again.
    """
    read = {one: await asyncio.to_thread(read_task, database, one, now) for one in sorted(challenges)}
    tasks = [task for task in read.values() if task is not None]
    done = {one for one, task in read.items() if task is None}
    for task, order in zip(tasks, await find_orders(database, kit, tasks, now, troubles=troubles), strict=True):
        troubles[task.challenge_id] = order.model_trouble
        if await asyncio.to_thread(write_proposals, database, kit, task, order, now):
            done.add(task.challenge_id)
    return done


def _take_along(database: Database, row: Claimed, now: datetime) -> list[Claimed]:
    # What failed before is done alone, so that it spoils nothing but itself.
    if row.attempts:
        return []
    with database.write() as session:
        return take_along(session, row, now=now, limit=TOGETHER - 1)


def _settle(database: Database, rows: Collection[Claimed], left: Collection[int], now: datetime) -> None:
    """End the rows whose challenges are done, and put the others back."""
    with database.write() as session:
        for row in rows:
            if _challenge_of(row) in left:
                queue.postpone(session, row, due_at=now, now=now, error="not done together")
            else:
                queue.finish(session, row, status="sent", now=now)


def _challenge_of(row: Claimed) -> int:
    _, number = parse_id(row.subject or "", Kind.CHALLENGE)
    return number
