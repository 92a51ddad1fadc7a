"""Telling open pages what has changed: one reader of the store per process, and one event stream per page.

A change number may be given out earlier and become visible later than its neighbour (PostgreSQL); numbers that were
skipped are asked for again for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from typing import Final

import structlog
from starlette.types import Receive, Scope, Send

from handlers.webroom.places import Viewer
from handlers.webroom.tail import Change, Webtail

INTERVAL: Final = 0.25
GAP_SECONDS: Final = 30.0
GAPS_MAX: Final = 500
OVERLAP: Final = 64
QUEUE_MAX: Final = 200
BACKLOG_MAX: Final = 200
STREAMS_MAX: Final = 1000
HEARTBEAT: Final = 15.0
SEND_SECONDS: Final = 10.0
LIFETIME: Final = 600.0
_log: Final = structlog.get_logger("matchpoint.web.stream")


class Watcher:
    """One open page; it is cut off when it does not keep up, and its browser then asks again."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.changes: asyncio.Queue[Change] = asyncio.Queue(QUEUE_MAX)
        self.ended = asyncio.Event()

    def offer(self, change: Change) -> None:
        """Hand over a change, or give up on a page that has stopped reading."""
        try:
            self.changes.put_nowait(change)
        except asyncio.QueueFull:
            self.ended.set()


class Hub:
    """Read the changes while anybody watches, and hand to each what he or she may know of."""

    def __init__(
        self,
        tail: Webtail,
        *,
        interval: float = INTERVAL,
        over: Callable[[Collection[tuple[str, str]]], set[tuple[str, str]]] = lambda _: set(),
    ) -> None:
        self._tail = tail
        self._over = over
        self._interval = interval
        self._watchers: set[Watcher] = set()
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._closed = False
        self._last = 0
        self._gaps: dict[int, float] = {}

    @property
    def full(self) -> bool:
        """Whether no more pages can be watched over, or we are about to stop."""
        return self._closed or len(self._watchers) >= STREAMS_MAX

    @property
    def settled(self) -> int:
        """Up to which number nothing is missing any more: from here a page may ask again without missing anything."""
        return min(self._gaps) - 1 if self._gaps else self._last

    @property
    def watching(self) -> int:
        """How many pages are open."""
        return len(self._watchers)

    @contextlib.asynccontextmanager
    async def watch(self, viewer: Viewer) -> AsyncGenerator[Watcher]:
        """Watch for one page; when this is entered, every change from now on will be offered."""
        watcher = Watcher(viewer)
        self._watchers.add(watcher)
        try:
            if self._reader is None:
                self._ready.clear()
                self._reader = asyncio.create_task(self._read())
            await self._ready.wait()
            yield watcher
        finally:
            self._watchers.discard(watcher)
            if not self._watchers:
                await self._stop()

    async def since(self, viewer: Viewer, after: int) -> Sequence[Change] | None:
        """Return what a page has missed after a change, or None if that is too much or partly forgotten."""
        rows, places = await asyncio.to_thread(self._tail.changes, after=after, limit=BACKLOG_MAX)
        # Asked last: what is forgotten from now on was read above.
        oldest = await asyncio.to_thread(self._tail.oldest)
        return None if len(rows) >= BACKLOG_MAX or after < oldest - 1 else places.visible(viewer, rows)

    async def close(self) -> None:
        """End every stream; no new one is accepted."""
        self._closed = True
        for watcher in self._watchers:
            watcher.ended.set()
        await self._stop()

    async def _stop(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader

    async def _read(self) -> None:
        pause, started = self._interval, False
        while True:
            try:
                if started:
                    await self._poll()
                else:
                    await self._begin()
                    started = True
                    self._ready.set()
                pause = self._interval
            except Exception:
                _log.exception("changes_unreadable")
                pause = min(5.0, pause * 2)
            await asyncio.sleep(pause)

    async def _begin(self) -> None:
        newest = await asyncio.to_thread(self._tail.newest)
        self._last, self._gaps = max(0, newest - OVERLAP), {}
        rows, _ = await asyncio.to_thread(self._tail.changes, after=self._last)
        self._note([row.id for row in rows])

    async def _poll(self) -> None:
        rows, places = await asyncio.to_thread(self._tail.changes, after=self._last, among=tuple(self._gaps))
        self._note([row.id for row in rows])
        guests = {(one.viewer.workspace, one.viewer.user) for one in self._watchers if one.viewer.guest}
        gone = await asyncio.to_thread(self._over, guests) if guests else set[tuple[str, str]]()
        for watcher in self._watchers:
            if (watcher.viewer.workspace, watcher.viewer.user) in gone:
                watcher.ended.set()
        if rows:
            for watcher in self._watchers:
                if watcher.ended.is_set():
                    continue
                for change in places.visible(watcher.viewer, rows):
                    watcher.offer(change)

    def _note(self, numbers: Sequence[int]) -> None:
        """Remember how far we have read, and which numbers on the way are still to come."""
        now = time.monotonic()
        for number in numbers:
            if number in self._gaps:
                del self._gaps[number]
                continue
            for skipped in range(max(self._last + 1, number - GAPS_MAX), number):
                self._gaps[skipped] = now + GAP_SECONDS
            self._last = max(self._last, number)
        self._gaps = {number: until for number, until in self._gaps.items() if until > now}


class EventStream:
    """Answer a request with server-sent events until the page is closed, falls behind, or is asked to come again."""

    def __init__(self, hub: Hub, viewer: Viewer, *, after: int | None) -> None:
        self._hub = hub
        self._viewer = viewer
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        speaking = asyncio.create_task(self._speak(send))
        leaving = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait((speaking, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (speaking, leaving):
                task.cancel()
            results = await asyncio.gather(speaking, leaving, return_exceptions=True)
        failed = results[0]
        if isinstance(failed, Exception) and not isinstance(failed, TimeoutError | OSError):
            raise failed

    async def _speak(self, send: Send) -> None:
        async def write(text: str, *, more: bool = True) -> None:
            async with asyncio.timeout(SEND_SECONDS):
                await send({"type": "http.response.body", "body": text.encode(), "more_body": more})

        async with self._hub.watch(self._viewer) as watcher:
            await write("retry: 1500\n\n")
            missed = await self._hub.since(self._viewer, self._after) if self._after is not None else ()
            if missed is None:
                await write("event: reload\ndata: {}\n\n", more=False)
                return
            told = {change.id for change in missed}
            for change in missed:
                await write(event(change, settled=self._hub.settled))
            end = time.monotonic() + LIFETIME
            while not watcher.ended.is_set() and time.monotonic() < end:
                change = await _next(watcher, HEARTBEAT)
                if change is None:
                    await write(": still here\n\n")
                elif change.id not in told:
                    await write(event(change, settled=self._hub.settled))
            await write("", more=False)


def event(change: Change, *, settled: int) -> str:
    """Return a change as a server-sent event: ids only, the page asks for what it may see.

    The event's own id is the change from which a page that was cut off has to ask again.
    """
    resume = min(change.id, settled)
    if change.message_id == 0:
        return f"id: {resume}\nevent: home\ndata: {{}}\n\n"
    told = {"channel": change.channel_id, "message": change.message_id, "thread": change.thread_id}
    return f"id: {resume}\nevent: message\ndata: {json.dumps(told)}\n\n"


async def _next(watcher: Watcher, seconds: float) -> Change | None:
    """Return the next change, or None after a while or at the end."""
    waiting = asyncio.ensure_future(watcher.changes.get())
    ending = asyncio.ensure_future(watcher.ended.wait())
    try:
        await asyncio.wait((waiting, ending), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return waiting.result() if waiting.done() else None
    finally:
        waiting.cancel()
        ending.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
