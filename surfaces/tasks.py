"""Work that goes on after a platform has its answer, and is finished before the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from handlers.ports import Rejected, Throttled, Unreachable, Unsure

_log: Final = structlog.get_logger("matchpoint.surfaces")


class Tasks:
    """Keeps hold of what was started, so that nothing is dropped or fails in silence."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Start something that nobody waits for."""
        task = asyncio.create_task(self._watched(work, name))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self, seconds: float = 5.0) -> None:
        """Wait until everything is done; what takes longer is cancelled."""
        while self._running:
            _done, late = await asyncio.wait(set(self._running), timeout=seconds)
            if late:
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)
                return

    async def _watched(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except (Rejected, Throttled, Unreachable, Unsure) as error:
            _log.warning("not shown", what=name, error=type(error).__name__, reason=str(error))
        except Exception:
            _log.exception("background work failed", what=name)
