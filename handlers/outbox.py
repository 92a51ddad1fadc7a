"""The delivery loop: claim what is due, read it afresh, mark it as being sent, deliver, and note what became of it.

The intent is exactly once, and no delivery is ever repeated silently. Between the mark and the outcome lies the window
in which a crash leaves the fate of a message open: such a row is looked up by its key before anything is sent again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

import structlog

from handlers.letters import JOBS, KINDS, REPEATED, Deed, Drop, Kind, Later, Letter, Postponed, carry_out
from handlers.outcomes import Hand, Outcomes, Times
from handlers.ports import Clock, Forbidden, Found, Gone, Messenger, Rejected, Throttled, Unreachable, Unsure
from handlers.rates import Buckets
from handlers.work import Kit, Work
from messages.repeats import mark_as_repeat
from store import queue
from store.backlog import ORDERED
from store.engine import Database, StoreUnavailable
from store.queries import rooms

_log: Final = structlog.get_logger("matchpoint.outbox")

JOBS_AT_ONCE: Final = 2
#: After so many claims that ended in a mistake of ours a letter is listed as dead; that is after some hours.
_MISTAKES: Final = 16
#: So often what is forbidden is tried, that is for two hours and longer.
_FORBIDDEN: Final = 12
#: What a platform neither takes nor refuses is given up after so many claims, and so long after the first try.
_VAIN: Final = 24
_VAIN_LEAST: Final = timedelta(days=3)
#: Clocks of platforms differ a little from the database's.
_ALLOWANCE: Final = timedelta(minutes=2)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_STORE_PAUSE = 1.0
#: A claim is followed by a pause of so many times what it took.
_LOOKS: Final = 3


class _Fate(StrEnum):
    """What a look-up says of an earlier delivery; SETTLED: the row is written down, nothing is to be sent now."""

    SETTLED = "settled"
    ABSENT = "absent"
    OPEN = "open"


@dataclass(slots=True)
class Deliverer:
    """One worker's delivery loop. `owner` names the worker; `messengers` are found by the first word of an address.

    It has at most `room` rows in hand at once, of one workspace at most `per_workspace`, so that one that hangs leaves
    room for the others, and takes at most `per_destination` of one place.
    """

    database: Database
    kit: Kit
    messengers: Mapping[str, Messenger]
    clock: Clock
    owner: str
    buckets: Buckets = field(default_factory=Buckets)
    times: Times = field(default_factory=Times)
    room: int = 32
    per_workspace: int = 8
    per_destination: int = 2
    #: Slow work must not take every thread from the people who are waiting, nor one kind of it the place of another.
    _places: dict[str, asyncio.Semaphore] = field(default_factory=dict[str, asyncio.Semaphore])
    _hands: dict[int, Hand] = field(default_factory=dict[int, Hand])

    async def run(self, stop: asyncio.Event, *, idle_seconds: float = 0.25) -> None:
        """Deliver until told to stop, then finish what is being sent and give back the rest."""
        tasks: dict[asyncio.Task[None], Hand] = {}
        while not stop.is_set():
            tasks = {task: hand for task, hand in tasks.items() if not task.done()}
            began = time.monotonic()
            try:
                hands = await asyncio.to_thread(self._claim, self.room - len(tasks))
            except StoreUnavailable as error:
                _log.warning("store unavailable", error=str(error))
                await _pause(stop, _STORE_PAUSE)
                continue
            except Exception:
                # The loop outlives whatever it meets: a worker that lives and delivers nothing would go unnoticed.
                _log.exception("claim failed")
                await _pause(stop, _STORE_PAUSE)
                continue
            tasks |= {asyncio.create_task(self._handle(hand)): hand for hand in hands}
            # The more there is to choose from, the more a look costs: it takes a part of the time, not all of it.
            rest = min(_LOOKS * (time.monotonic() - began), _STORE_PAUSE)
            if not hands:
                rest = max(rest, idle_seconds / 5 if tasks else idle_seconds)
            await _pause(stop, rest)
        await self._end(tasks)

    async def _end(self, tasks: Mapping[asyncio.Task[None], Hand]) -> None:
        try:
            await asyncio.to_thread(self._outcomes.release, list(self._hands.values()))
        except StoreUnavailable as error:
            # The leases run out by themselves.
            _log.warning("store unavailable", error=str(error))
        for task, hand in tasks.items():
            if not hand.begun:
                task.cancel()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self.times.stop.total_seconds())
            for task in late:
                task.cancel()

    async def turn(self) -> int:
        """Handle one batch to its end; return how many rows that were. For tests and for simulated time."""
        hands = await asyncio.to_thread(self._claim, self.room)
        await asyncio.gather(*(self._handle(hand) for hand in hands))
        return len(hands)

    @property
    def _outcomes(self) -> Outcomes:
        return Outcomes(self.database, self.kit, self.clock, self.times)

    def _claim(self, room: int) -> list[Hand]:
        now, times = self.clock.now(), self.times
        if room <= 0:
            return []
        with self.database.read() as session:
            if not queue.anything_due(session, now=now, quiet=times.quiet):
                return []
        with self.database.write() as session:
            rows = queue.claim(
                session,
                owner=self.owner,
                now=now,
                limit=room,
                per_destination=self.per_destination,
                per_workspace=self.per_workspace,
                rests=self.buckets.rests,
                lease=times.lease,
                quiet=times.quiet,
            )
        hands = [Hand(row, unsure=row.was_sending and _must_not_repeat(row.kind)) for row in rows]
        self._hands |= {hand.row.id: hand for hand in hands}
        return hands

    async def _handle(self, hand: Hand) -> None:
        row = hand.row
        try:
            if row.kind in JOBS:
                await self._do(hand)
            elif row.kind in KINDS:
                await self._send(hand, KINDS[row.kind])
            else:
                await self._outcomes.finish(hand, "dead", error=f"unknown kind {row.kind}")
        except StoreUnavailable as error:
            # The row keeps its lease; whoever claims it next finds out what became of it.
            _log.warning("store unavailable", row=row.id, kind=row.kind, error=str(error))
        except Exception as error:
            _log.exception("row failed", row=row.id, kind=row.kind, attempts=row.attempts)
            with contextlib.suppress(StoreUnavailable):
                await self._failed(hand, type(error).__name__)
        finally:
            if self._hands.get(row.id) is hand:
                del self._hands[row.id]

    async def _failed(self, hand: Hand, error: str) -> None:
        """Take down a mistake of ours: what may have left already is looked up before it is tried again."""
        if hand.exposed:
            await self._outcomes.leave_sending(hand, error)
        elif hand.row.kind in KINDS and hand.row.fence >= _MISTAKES:
            await self._outcomes.finish(hand, "dead", error=f"internal {error}")
        else:
            await self._outcomes.put_back(hand, _pause_after(hand), error=error)

    async def _do(self, hand: Hand) -> None:
        """Run a job. It is three steps of its own and guards its second one, so that doing it again does no harm."""
        row = hand.row
        async with self._places.setdefault(row.kind, asyncio.Semaphore(JOBS_AT_ONCE)):
            # A row that waited here until its lease was over is not ours any more, and the mark says so.
            if not await self._outcomes.mark(hand):
                return
            try:
                async with asyncio.timeout(self.times.job.total_seconds()):
                    await JOBS[row.kind](self.database, self.kit, row, self.clock.now())
            except TimeoutError:
                await self._outcomes.put_back(hand, _pause_after(hand), error="took too long")
                return
            except Postponed as later:
                await self._outcomes.put_back(hand, later.pause or _pause_after(hand), error=later.why)
                return
        await self._outcomes.finish(hand, "sent")

    async def _send(self, hand: Hand, kind: Kind) -> None:
        row = hand.row
        try:
            letter = await asyncio.to_thread(self._read, hand, kind)
        except Gone as gone:
            await self._refused(hand, kind, gone)
            return
        if isinstance(letter, Drop):
            await self._outcomes.finish(hand, "cancelled", error=letter.why)
            return
        if isinstance(letter, Later):
            await self._outcomes.put_back(hand, letter.due_at - self.clock.now())
            return
        messenger = self.messengers.get(letter.to.partition(":")[0] or letter.people[0].partition(":")[0])
        if messenger is None:
            await self._outcomes.finish(hand, "dead", error="no such surface")
            return
        if hand.unsure and letter.deed is Deed.POST:
            fate = await self._fate(hand, kind, letter, messenger)
            if fate is _Fate.SETTLED:
                return
            hand.unsure = hand.repeat = fate is _Fate.OPEN
            if hand.repeat and letter.card is not None:
                _log.warning("sent again, may be a repeat", row=row.id, kind=row.kind)
                letter = replace(letter, card=mark_as_repeat(letter.card))
        if await self._turn_comes(hand):
            await self._deliver(hand, kind, letter, messenger)

    async def _fate(self, hand: Hand, kind: Kind, letter: Letter, messenger: Messenger) -> _Fate:
        """Find out what became of an earlier delivery; ABSENT only if it certainly did not arrive."""
        row, outcomes = hand.row, self._outcomes
        # What was sent several times is looked for in all the time since it was thought of.
        sent_at = row.send_started if row.attempts == 1 and row.send_started else row.created_at
        try:
            async with asyncio.timeout(self.times.delivery.total_seconds()):
                seen = await messenger.find(letter.to, key=row.key, since=sent_at - _ALLOWANCE, thread=letter.thread)
        except Throttled as error:
            await outcomes.put_back(hand, timedelta(seconds=error.retry_after), error="look-up throttled")
            return _Fate.SETTLED
        except Rejected as error:
            await self._refused(hand, kind, error)
            return _Fate.SETTLED
        except (Unsure, Unreachable, TimeoutError) as error:
            await outcomes.put_back(hand, _pause_after(hand), error=f"look-up failed: {error}")
            return _Fate.SETTLED
        if seen.found is Found.PRESENT:
            await outcomes.finish(hand, "sent", ref=seen.ref, kind=kind)
            return _Fate.SETTLED
        if seen.found is Found.ABSENT:
            return _Fate.ABSENT
        if row.payload.get(ORDERED):
            return _Fate.OPEN
        if self.clock.now() - (row.send_started or row.created_at) < self.times.patience:
            await outcomes.put_back(hand, _pause_after(hand), error="look-up incomplete")
            return _Fate.SETTLED
        if letter.repeat_unconfirmed:
            return _Fate.OPEN
        await outcomes.finish(hand, "dead", error="unconfirmed")
        return _Fate.SETTLED

    async def _turn_comes(self, hand: Hand) -> bool:
        """Wait until the destination may be sent to; if that takes long, put the row back before its lease runs out."""
        destination = hand.row.destination
        pause = self.buckets.take(destination)
        if pause <= self.times.bucket.total_seconds():
            await asyncio.sleep(pause)
            # The platform may have asked for a pause meanwhile, because of another message.
            pause = self.buckets.paused(destination)
            if pause == 0:
                return True
        self.buckets.give_back(destination)
        await self._outcomes.put_back(hand, timedelta(seconds=pause))
        return False

    async def _deliver(self, hand: Hand, kind: Kind, letter: Letter, messenger: Messenger) -> None:
        row, outcomes, loop = hand.row, self._outcomes, asyncio.get_running_loop()
        # Counted from before the mark: a worker that froze in between must not send when others think it is quiet.
        deadline = loop.time() + self.times.delivery.total_seconds()
        if not await outcomes.mark(hand):
            return
        hand.exposed = letter.deed is Deed.POST and not kind.repeatable
        try:
            async with asyncio.timeout_at(deadline):
                if loop.time() >= deadline:
                    raise TimeoutError
                ref = await carry_out(letter, messenger, row.key)
        except Throttled as error:
            if self._is_in_vain(hand):
                await outcomes.finish(hand, "dead", error="throttled", kind=kind)
                return
            pause = timedelta(seconds=error.retry_after)
            pause = pause if error.stated else max(pause, _pause_after(hand))
            self.buckets.pause(row.destination, pause.total_seconds())
            await outcomes.hold_off(hand, pause, error="throttled")
        except Rejected as error:
            await self._refused(hand, kind, error)
        except Unreachable as error:
            await outcomes.put_back(hand, _pause_after(hand), error=f"unreachable: {error}")
        except (Unsure, TimeoutError) as error:
            if self._is_in_vain(hand):
                hand.unsure = hand.exposed
                await outcomes.finish(hand, "dead", error="unconfirmed", kind=kind)
                return
            await outcomes.leave_sending(hand, f"unsure: {error}")
        else:
            await outcomes.finish(hand, "sent", ref=ref, kind=kind, error=REPEATED if hand.repeat else None)

    async def _refused(self, hand: Hand, kind: Kind, refusal: Rejected) -> None:
        _log.warning("refused by the platform", row=hand.row.id, kind=hand.row.kind, reason=refusal.reason)
        if isinstance(refusal, Forbidden) and hand.row.attempts + 1 < _FORBIDDEN:
            await self._outcomes.put_back(hand, _pause_after(hand), error=refusal.reason)
            return
        await self._outcomes.finish(hand, "dead", error=refusal.reason, kind=kind)
        if isinstance(refusal, Gone):
            await self._outcomes.end_workspace(hand.row.destination, refusal.reason)

    def _is_in_vain(self, hand: Hand) -> bool:
        """Tell whether a platform has been asked so often, and for so long, that a manager should see it."""
        first = hand.row.tried_at
        return hand.row.fence >= _VAIN and first is not None and self.clock.now() - first >= _VAIN_LEAST

    def _read(self, hand: Hand, kind: Kind) -> Letter | Drop | Later:
        with self.database.read() as session:
            access = rooms.access_to(session, hand.row.destination)
            if access.removed:
                raise Gone("workspace_removed")
            hand.closed = access.closed
            return kind.writer(Work(session, self.clock.now(), self.kit), hand.row)


def _pause_after(hand: Hand) -> timedelta:
    """Back off: 2 s after the first claim, doubling up to an hour."""
    return min(timedelta(seconds=2 ** min(hand.row.fence, 12)), _LONGEST_PAUSE)


def _must_not_repeat(kind: str) -> bool:
    return kind in KINDS and not KINDS[kind].repeatable


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), timeout=seconds)
    except TimeoutError:
        return
