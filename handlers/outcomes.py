"""What became of a row: how long things may take, what is known of a row in hand, and how it is taken down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from handlers.letters import ENDINGS, RETURNS, Kind
from handlers.ports import Clock
from handlers.work import Kit, Work
from store import backlog, queue
from store.engine import Database
from store.leases import LEASE, QUIET
from store.queue import Claimed

_log: Final = structlog.get_logger("matchpoint.outbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long things may take. Shorter ones, in the same proportions, are for tests.

    `delivery`: one attempt, look-up included. `lease`: how long a row is held. `quiet`: how long a message of unknown
    fate is left alone, more than the worst time a platform takes to accept. `patience`: how long it is looked up before
    its policy decides. `job`: one job. `stop`: what is being sent when the worker is told to stop.
    :raises ValueError: a delivery could outlast half a lease, or be looked up while it may still arrive.
    """

    delivery: timedelta = timedelta(seconds=20)
    lease: timedelta = LEASE
    quiet: timedelta = QUIET
    patience: timedelta = timedelta(minutes=10)
    job: timedelta = timedelta(seconds=50)
    stop: timedelta = timedelta(seconds=8)

    def __post_init__(self) -> None:
        if self.delivery * 2 >= self.lease or self.delivery >= self.quiet:
            raise ValueError("a delivery must end well before its lease and before the quiet time")

    @property
    def bucket(self) -> timedelta:
        """How long a row may wait for its turn in a worker's hands, so that its lease does not run out there."""
        return self.lease / 6


@dataclass(slots=True, eq=False)
class Hand:
    """A row in this worker's hands. `unsure`: an earlier delivery of it may have arrived.

    `begun`: it is marked as being sent or done. `exposed`: a delivery of this claim may have arrived. `repeat`: it is
    sent although nobody knows whether it arrived. `closed`: its workspace was closed to us when it was last tried.
    """

    row: Claimed
    unsure: bool = False
    begun: bool = False
    exposed: bool = False
    repeat: bool = False
    closed: bool = False


def workspace_of(destination: str) -> str:
    """Return the address of the workspace that a destination belongs to: its first two words."""
    return ":".join(destination.split(":")[:2])


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Write down what became of a row, each in a short transaction of its own and under the fence of the claim."""

    database: Database
    kit: Kit
    clock: Clock
    times: Times

    async def mark(self, hand: Hand) -> bool:
        """Note that a delivery or a job begins; False: the row is not ours any more."""

        def mark() -> bool:
            with self.database.write() as session:
                return queue.mark_sending(session, hand.row, now=self.clock.now(), lease=self.times.lease)

        hand.begun = await asyncio.to_thread(mark)
        return hand.begun

    async def finish(
        self, hand: Hand, status: queue.Finished, *, ref: str = "", error: str | None = None, kind: Kind | None = None
    ) -> None:
        """End the row, and let its kind do what follows in the same transaction."""
        row, unconfirmed = hand.row, hand.unsure and status == "dead"

        def finish() -> None:
            now = self.clock.now()
            with self.database.write() as session:
                mine = queue.finish(
                    session, row, status=status, now=now, ref=ref or None, error=error, unconfirmed=unconfirmed
                )
                after = None if kind is None else kind.sent if status == "sent" else kind.refused
                if mine and after is not None:
                    after(Work(session, now, self.kit), row, ref or error or "")
                if mine and hand.closed and status == "sent":
                    for follow in RETURNS:
                        follow(Work(session, now, self.kit), workspace_of(row.destination))

        await asyncio.to_thread(finish)

    async def put_back(self, hand: Hand, pause: timedelta, *, error: str | None = None) -> None:
        """Let the row be due again after a pause; what was of unknown fate stays so."""

        def put_back() -> None:
            now = self.clock.now()
            with self.database.write() as session:
                if hand.unsure:
                    queue.leave_uncertain(session, hand.row, due_at=now + pause, now=now, error=error or "later")
                else:
                    queue.postpone(session, hand.row, due_at=now + pause, now=now, error=error)

        await asyncio.to_thread(put_back)

    async def hold_off(self, hand: Hand, pause: timedelta, *, error: str) -> None:
        """Put the row back, and keep its destination closed to every worker for the pause that the platform wants."""

        def hold_off() -> None:
            now = self.clock.now()
            with self.database.write() as session:
                queue.hold_off(session, hand.row, pause=pause, now=now, error=error, unsure=hand.unsure)

        await asyncio.to_thread(hold_off)

    async def leave_sending(self, hand: Hand, error: str) -> None:
        """Leave the row as being sent: whoever claims it after the quiet time finds out what became of it."""

        def note() -> None:
            with self.database.write() as session:
                queue.note_failure(session, hand.row, now=self.clock.now(), error=error)

        await asyncio.to_thread(note)

    async def end_workspace(self, destination: str, reason: str) -> None:
        """End all that waits for a workspace that is closed to us, so that nobody tries it one by one."""

        def end() -> int:
            now = self.clock.now()
            with self.database.write() as session:
                count = backlog.end_workspace(session, destination, now=now, reason=reason)
                for follow in ENDINGS:
                    follow(Work(session, now, self.kit), workspace_of(destination))
                return count

        ended = await asyncio.to_thread(end)
        _log.warning("workspace is closed to us", reason=reason, ended=ended)

    def release(self, hands: list[Hand]) -> None:
        """Give back what was claimed and not begun."""
        with self.database.write() as session:
            queue.release(session, [hand.row for hand in hands], now=self.clock.now())
