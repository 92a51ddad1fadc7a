"""What the outbox must look like after each step, as a dictionary; and a platform that may accept late, or refuse.

The model knows which rows exist and how they stand. Which of those that may be taken a claim does take, it leaves open.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from store.queue import Claimed, Intent
from store.tables.queue import OutboxStatus

#: Far longer than the test takes, because PostgreSQL's own clock goes on meanwhile.
LEASE = timedelta(hours=2)
QUIET = timedelta(hours=3)
UNFINISHED = {OutboxStatus.PENDING, OutboxStatus.LEASED, OutboxStatus.SENDING, OutboxStatus.UNCERTAIN}
HELD = {OutboxStatus.LEASED, OutboxStatus.SENDING}


@dataclass
class Known:
    """One row. `lease_until` and `started` go by the clock of the leases, the rest by that of the callers."""

    id: int
    intent: Intent
    due_at: datetime
    updated_at: datetime
    expires_at: datetime | None
    status: OutboxStatus = OutboxStatus.PENDING
    fence: int = 0
    attempts: int = 0
    lease_until: datetime | None = None
    started: datetime | None = None
    #: Somebody gave it up although it may have arrived.
    given_up: bool = False

    def shown(self) -> tuple[object, ...]:
        return (self.status, self.fence, self.attempts, self.due_at, self.started is not None)


@dataclass
class Hold:
    """What one worker believes to hold; `marked` once it began to deliver, `too_late` once it found that it lost it."""

    claimed: Claimed
    worker: str
    marked: bool = False
    learnt: str = ""
    too_late: bool = False


@dataclass
class Model:
    """All rows that were ever enqueued, by key, and what arrived on the platform."""

    now: datetime
    leases: datetime
    rows: dict[str, Known] = field(default_factory=dict[str, Known])
    forgotten: set[str] = field(default_factory=set[str])
    arrived: Counter[str] = field(default_factory=Counter[str])

    def mine(self, hold: Hold, *statuses: OutboxStatus) -> Known | None:
        """Give the row if this worker really holds it, in one of these states."""
        row = self.rows.get(hold.claimed.key)
        if row is None or row.fence != hold.claimed.fence or row.status not in (statuses or HELD):
            return None
        return row

    def is_first_of_its_stream(self, row: Known) -> bool:
        if row.intent.stream is None:
            return True
        place = (row.intent.seq, row.id)
        beside = (one for one in self.rows.values() if one.intent.stream == row.intent.stream and one is not row)
        return all(one.status not in UNFINISHED or place < (one.intent.seq, one.id) for one in beside)

    def may_be_taken(self, row: Known) -> bool:
        """Tell whether a claim may take the row; a claim that takes one that it may not is wrong."""
        if not self.is_first_of_its_stream(row):
            return False
        if row.status in HELD:
            assert row.lease_until is not None
            quiet = row.started is None or row.started <= self.leases - QUIET
            return row.lease_until <= self.leases and quiet
        return row.status in UNFINISHED and row.due_at <= self.now

    def expire(self) -> None:
        for row in self.rows.values():
            late = row.expires_at is not None and row.expires_at <= self.now and row.started is None
            if late and row.status in {OutboxStatus.PENDING, OutboxStatus.LEASED}:
                self.end(row, OutboxStatus.CANCELLED)

    def cancel(self, subject: str) -> int:
        found = [
            row
            for row in self.rows.values()
            if row.status in {OutboxStatus.PENDING, OutboxStatus.LEASED}
            and row.started is None
            and row.intent.subject is not None
            and f"{row.intent.subject}:".startswith(f"{subject}:")
        ]
        for row in found:
            self.end(row, OutboxStatus.CANCELLED)
        return len(found)

    def take(self, row: Known) -> None:
        row.status, row.fence, row.updated_at = OutboxStatus.LEASED, row.fence + 1, self.now
        row.lease_until = self.leases + LEASE

    def mark(self, row: Known) -> None:
        row.status, row.attempts, row.updated_at = OutboxStatus.SENDING, row.attempts + 1, self.now
        row.started, row.lease_until = self.leases, self.leases + LEASE

    def take_along(self, row: Known, kind: str, limit: int) -> list[Known]:
        """Give what a job takes along: what is due of its kind and was never begun, whoever holds it."""
        fresh = [
            one
            for one in self.rows.values()
            if one.intent.kind == kind and one.due_at <= self.now and one.started is None and one.attempts == 0
        ]
        found: list[Known] = []
        for status in (OutboxStatus.PENDING, OutboxStatus.LEASED):
            found += sorted((one for one in fresh if one.status is status), key=lambda one: (one.due_at, one.id))
        return [one for one in found if one is not row][:limit]

    def put_back(self, row: Known, status: OutboxStatus, due_at: datetime) -> None:
        row.status, row.due_at, row.lease_until, row.updated_at = status, due_at, None, self.now
        if status is OutboxStatus.PENDING:
            row.started = None

    def hold_off(self, row: Known, *, unsure: bool) -> None:
        """Close the destination for a time of the length of a lease."""
        row.status, row.lease_until, row.updated_at = OutboxStatus.LEASED, self.leases + LEASE, self.now
        row.started = row.started if unsure else None

    def end(self, row: Known, status: OutboxStatus, *, unconfirmed: bool = False) -> None:
        row.status, row.lease_until, row.updated_at = status, None, self.now
        row.started = row.started if unconfirmed else None
        row.given_up = row.given_up or unconfirmed

    def end_workspace(self, workspace: str) -> int:
        waiting = {OutboxStatus.PENDING, OutboxStatus.UNCERTAIN}
        here = [row for row in self.rows.values() if row.intent.destination.startswith(f"{workspace}:")]
        ended = [row for row in here if row.status in waiting]
        for row in ended:
            self.end(row, OutboxStatus.DEAD, unconfirmed=row.started is not None)
        return len(ended)

    def purge(self, before: datetime) -> int:
        ended = {OutboxStatus.SENT, OutboxStatus.CANCELLED}
        old = {key for key, row in self.rows.items() if row.status in ended and row.updated_at < before}
        self.rows = {key: row for key, row in self.rows.items() if key not in old}
        self.forgotten |= old
        return len(old)
