"""The delivery loop: claim what is due, read it afresh, mark it as being sent, deliver, and note what became of it.

The intent is exactly once, and no delivery is ever repeated silently. Between the mark and the outcome lies the window
in which a crash leaves the fate of a message open: such a row is looked up by its key before anything is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from handlers.letters import JOBS, KINDS, Deed, Drop, Kind, Later, Letter, Postponed
from handlers.ports import Clock, Found, Messenger, Rejected, Throttled, Unreachable, Unsure
from handlers.rates import Buckets
from handlers.work import Kit, Work
from store import queue
from store.engine import Database, StoreUnavailable
from store.queue import Claimed

_log: Final = structlog.get_logger("matchpoint.outbox")

#: A delivery must end long before the lease does, or another worker may take the row while this one still sends.
DELIVERY_SECONDS: Final = 20.0
JOB_SECONDS: Final = 50.0
BATCH: Final = 20
JOBS_AT_ONCE: Final = 2
#: How often a row of unknown fate is looked up before its kind's policy decides.
LOOKUPS: Final = 6
_LONGEST_PAUSE: Final = timedelta(hours=1)
_STORE_PAUSE = 1.0


@dataclass(slots=True)
class Deliverer:
    """One worker's delivery loop. `owner` names the worker; `messengers` are found by the first word of an address."""

    database: Database
    kit: Kit
    messengers: Mapping[str, Messenger]
    clock: Clock
    owner: str
    buckets: Buckets = field(default_factory=Buckets)
    #: Slow work must not take every thread from the people who are waiting, nor one kind of it the place of another.
    _places: dict[str, asyncio.Semaphore] = field(default_factory=dict[str, asyncio.Semaphore])
    _held: dict[int, Claimed] = field(default_factory=dict[int, Claimed])
    _busy: set[str] = field(default_factory=set[str])

    async def run(self, stop: asyncio.Event, *, idle_seconds: float = 0.25) -> None:
        """Deliver until told to stop, then finish what is being sent and give back the rest."""
        tasks: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            tasks = {task for task in tasks if not task.done()}
            claimed: list[Claimed] = []
            try:
                if len(tasks) < BATCH:
                    claimed = await asyncio.to_thread(self._claim, BATCH - len(tasks))
            except StoreUnavailable as error:
                _log.warning("store unavailable", error=str(error))
                await _pause(stop, _STORE_PAUSE)
                continue
            tasks |= {asyncio.create_task(self._handle(row)) for row in claimed}
            if not claimed:
                await _pause(stop, idle_seconds)
        await asyncio.to_thread(self._release)
        if tasks:
            await asyncio.wait(tasks, timeout=DELIVERY_SECONDS / 2.5)

    async def turn(self) -> int:
        """Handle one batch to its end; return how many rows that were. For tests and for simulated time."""
        claimed = await asyncio.to_thread(self._claim, BATCH)
        await asyncio.gather(*(self._handle(row) for row in claimed))
        return len(claimed)

    def _claim(self, room: int) -> list[Claimed]:
        now = self.clock.now()
        with self.database.read() as session:
            if not queue.anything_due(session, now=now):
                return []
        with self.database.write() as session:
            rows = queue.claim(session, owner=self.owner, now=now, limit=room, busy=sorted(self._busy - {""}))
        for row in rows:
            self._held[row.id] = row
            self._busy.add(row.destination)
        return rows

    def _release(self) -> None:
        with self.database.write() as session:
            queue.release(session, tuple(self._held.values()), now=self.clock.now())

    async def _handle(self, row: Claimed) -> None:
        try:
            if row.kind in JOBS:
                await self._do(row)
            elif row.kind in KINDS:
                await self._send(row, KINDS[row.kind])
            else:
                await self._finish(row, "dead", error=f"unknown kind {row.kind}")
        except StoreUnavailable as error:
            # The row keeps its lease; whoever claims it next finds out what became of it.
            _log.warning("store unavailable", row=row.id, kind=row.kind, error=str(error))
        except Exception as error:
            _log.exception("row failed", row=row.id, kind=row.kind, attempts=row.attempts)
            await self._postpone(row, _pause_after(row), error=type(error).__name__)
        finally:
            self._held.pop(row.id, None)
            self._busy = {held.destination for held in self._held.values()}

    async def _do(self, row: Claimed) -> None:
        """Run a job. It is three steps of its own and guards its second one, so that doing it again does no harm."""
        async with self._places.setdefault(row.kind, asyncio.Semaphore(JOBS_AT_ONCE)):
            # A row that waited here until its lease was over is not ours any more, and the mark says so.
            if not await self._mark(row):
                return
            try:
                async with asyncio.timeout(JOB_SECONDS):
                    await JOBS[row.kind](self.database, self.kit, row, self.clock.now())
            except TimeoutError:
                await self._postpone(row, _pause_after(row), error="took too long")
                return
            except Postponed as later:
                await self._postpone(row, later.pause or _pause_after(row), error=later.why)
                return
        await self._finish(row, "sent")

    async def _send(self, row: Claimed, kind: Kind) -> None:
        letter = await asyncio.to_thread(self._read, row, kind)
        if isinstance(letter, Drop):
            await self._finish(row, "cancelled", error=letter.why)
            return
        if isinstance(letter, Later):
            await self._postpone(row, letter.due_at - self.clock.now())
            return
        messenger = self.messengers.get(letter.to.partition(":")[0] or letter.people[0].partition(":")[0])
        if messenger is None:
            await self._finish(row, "dead", error="no such surface")
            return
        to_settle = row.was_sending and not kind.repeatable and letter.deed is Deed.POST
        if to_settle and await self._settled(row, kind, letter, messenger):
            return
        await self.buckets.wait(row.destination)
        if await self._mark(row):
            await self._deliver(row, kind, letter, messenger)

    async def _settled(self, row: Claimed, kind: Kind, letter: Letter, messenger: Messenger) -> bool:
        """Find out what became of an earlier delivery; False only if it certainly did not arrive."""
        since = (row.send_started or row.due_at) - timedelta(minutes=2)
        try:
            async with asyncio.timeout(DELIVERY_SECONDS):
                seen = await messenger.find(letter.to, key=row.key, since=since, thread=letter.thread)
        except Throttled as error:
            await self._uncertain(row, timedelta(seconds=error.retry_after), "look-up throttled")
            return True
        except (Rejected, Unsure, Unreachable, TimeoutError) as error:
            await self._uncertain(row, _pause_after(row), f"look-up failed: {error}")
            return True
        if seen.found is Found.PRESENT:
            await self._finish(row, "sent", ref=seen.ref, kind=kind)
            return True
        if seen.found is Found.ABSENT:
            return False
        if row.fence < LOOKUPS:
            await self._uncertain(row, _pause_after(row), "look-up incomplete")
            return True
        if kind.repeat_unconfirmed:
            _log.warning("sent again, may be a repeat", row=row.id, kind=row.kind)
            return False
        await self._finish(row, "dead", error="unconfirmed: it may have arrived")
        return True

    async def _deliver(self, row: Claimed, kind: Kind, letter: Letter, messenger: Messenger) -> None:
        try:
            async with asyncio.timeout(DELIVERY_SECONDS):
                ref = await _carry_out(letter, messenger, row.key)
        except Throttled as error:
            self.buckets.pause(row.destination, error.retry_after)
            await self._postpone(row, timedelta(seconds=error.retry_after), error="throttled")
        except Rejected as error:
            _log.warning("refused by the platform", row=row.id, kind=row.kind, reason=error.reason)
            await self._finish(row, "dead", error=error.reason, kind=kind)
        except Unreachable as error:
            await self._postpone(row, _pause_after(row), error=f"unreachable: {error}")
        except (Unsure, TimeoutError) as error:
            await asyncio.to_thread(self._note, row, f"unsure: {error}")
        else:
            await self._finish(row, "sent", ref=ref, kind=kind)

    def _read(self, row: Claimed, kind: Kind) -> Letter | Drop | Later:
        with self.database.read() as session:
            return kind.writer(Work(session, self.clock.now(), self.kit), row)

    async def _mark(self, row: Claimed) -> bool:
        def mark() -> bool:
            with self.database.write() as session:
                return queue.mark_sending(session, row, now=self.clock.now())

        return await asyncio.to_thread(mark)

    async def _finish(
        self, row: Claimed, status: queue.Finished, *, ref: str = "", error: str | None = None, kind: Kind | None = None
    ) -> None:
        def finish() -> None:
            now = self.clock.now()
            with self.database.write() as session:
                mine = queue.finish(session, row, status=status, now=now, ref=ref or None, error=error)
                after = None if kind is None else kind.sent if status == "sent" else kind.refused
                if mine and after is not None:
                    after(Work(session, now, self.kit), row, ref or error or "")

        await asyncio.to_thread(finish)

    async def _postpone(self, row: Claimed, pause: timedelta, *, error: str | None = None) -> None:
        def postpone() -> None:
            now = self.clock.now()
            with self.database.write() as session:
                queue.postpone(session, row, due_at=now + pause, now=now, error=error)

        await asyncio.to_thread(postpone)

    async def _uncertain(self, row: Claimed, pause: timedelta, error: str) -> None:
        def leave() -> None:
            now = self.clock.now()
            with self.database.write() as session:
                queue.leave_uncertain(session, row, due_at=now + pause, now=now, error=error)

        await asyncio.to_thread(leave)

    def _note(self, row: Claimed, error: str) -> None:
        with self.database.write() as session:
            queue.note_failure(session, row, now=self.clock.now(), error=error)


async def _carry_out(letter: Letter, messenger: Messenger, key: str) -> str:
    """Do what the letter says; return the ref or address that came of it."""
    if letter.deed is Deed.POST and letter.card is not None:
        return await messenger.post(letter.to, letter.card, key=key, thread=letter.thread)
    if letter.deed is Deed.UPDATE and letter.card is not None:
        await messenger.update(letter.to, letter.card)
        return letter.to
    if letter.deed is Deed.HOME and letter.home is not None:
        await messenger.publish_home(letter.to, letter.home)
        return ""
    if letter.deed is Deed.CONVERSATION:
        return await messenger.open_conversation(letter.people, title=letter.title, key=key)
    if letter.deed is Deed.CHANNEL:
        return await messenger.create_channel(letter.to, name=letter.title, private=letter.private, key=key)
    if letter.deed is Deed.BRING_IN:
        await messenger.bring_in(letter.to, letter.people[0])
        return ""
    if letter.deed is Deed.TAKE_OUT:
        await messenger.take_out(letter.to, letter.people[0])
        return ""
    raise ValueError(f"a letter without what its deed needs: {letter.deed}")


def _pause_after(row: Claimed) -> timedelta:
    """Back off: 2 s after the first claim, doubling up to an hour."""
    return min(timedelta(seconds=2 ** min(row.fence, 12)), _LONGEST_PAUSE)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), timeout=seconds)
    except TimeoutError:
        return
