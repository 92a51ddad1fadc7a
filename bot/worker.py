"""The worker: the delivery loop and the clock, alone in a process or beside the web."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator
from typing import Final

import structlog

from bot.clock import start_clock
from bot.wiring import Parts
from handlers.outbox import Deliverer
from store.engine import StoreUnavailable

_log: Final = structlog.get_logger("matchpoint.worker")

_PROGRESS: Final = 10_000


class Worker:
    """Deliver what is due and turn the clock until told to stop."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.deliverer = Deliverer(parts.database, parts.kit, parts.messengers, parts.clock, owner=parts.worker_name)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Run in the background of the block; at its end finish what is being sent, within 10 seconds."""
        stop = asyncio.Event()
        parts = self._parts
        scheduler = start_clock(parts.database, parts.kit, worker=parts.worker_name, clock=parts.clock)
        # Built before the first challenge needs it: with a large directory that takes longer than a job may.
        warming = asyncio.create_task(asyncio.to_thread(_warm, parts))
        loop = asyncio.create_task(self.deliverer.run(stop))
        _log.info("worker started", worker=parts.worker_name)
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)
            stop.set()
            await loop
            await warming
            for client in (parts.kit.model, parts.kit.embedder):
                if client is not None:
                    await client.aclose()
            _log.info("worker stopped", worker=parts.worker_name)


def _warm(parts: Parts) -> None:
    try:
        parts.kit.profiles.fresh(parts.database, parts.clock.now(), tell=_tell)
    except StoreUnavailable as error:
        _log.warning("profiles not indexed yet", error=str(error))


def _tell(done: int, total: int | None) -> None:
    if done % _PROGRESS == 0:
        _log.info("indexing profiles", done=done, of=total)


async def run_worker(parts: Parts) -> None:
    """Run until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with contextlib.AsyncExitStack() as stack:
        if parts.slack is not None:
            await stack.enter_async_context(parts.slack.messenger_only())
        if parts.teams is not None:
            await stack.enter_async_context(parts.teams.messenger_only())
        await stack.enter_async_context(Worker(parts).running())
        await stopped.wait()
