"""The outbox against a model: whatever workers do, die of or know too late, in whatever order.

Workers keep to the protocol: what was being sent is looked up before anything is sent again. The platform may accept a
message long after its worker is gone, but not after the quiet time; that is what the quiet time is for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, text
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from store import backlog
from store.along import take_along
from store.engine import Database
from store.queue import (
    Intent,
    anything_due,
    cancel,
    claim,
    enqueue,
    expire,
    finish,
    hold_off,
    leave_uncertain,
    mark_sending,
    note_failure,
    postpone,
    release,
    renew,
)
from store.tables.queue import Outbox, OutboxStatus
from tests.integration.store.queue_model import HELD, LEASE, QUIET, UNFINISHED, Hold, Known, Model
from tests.integration.store.queue_rows import MINUTE, NOW

STEP = timedelta(minutes=40)
HOUR = timedelta(hours=1)

JOB = "job:rank"
OUTCOMES = ("sent", "sent", "sent", "dead", "throttled", "unreachable", "lost")
ACTS = ("cancel", "cancel", "revive", "drop", "purge", "expire", "remove")
SUBJECTS = ("IN-1", "IN-1:consent", "IN-12", "IN-123")

#: Destination, stream, its number in it, subject, when it is due, and after which time it is not worth sending.
Given = tuple[str, str | None, int, str | None, timedelta, timedelta | None]

workers = st.sampled_from(["worker-1", "worker-2", "worker-3"])
intents: st.SearchStrategy[Given] = st.tuples(
    st.sampled_from(["slack:T1:C1", "slack:T1:C2", "slack:T2:C3", JOB]),
    st.sampled_from([None, "s1", "s2"]),
    st.integers(0, 2),
    st.sampled_from([None, None, *SUBJECTS[:3]]),
    st.sampled_from([timedelta(0), -STEP, STEP]),
    st.sampled_from([None, None, STEP, 3 * STEP, 6 * STEP]),
)


class OutboxMachine(RuleBasedStateMachine):
    """One outbox, three workers, one platform."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        with self.database.write() as session:
            session.execute(delete(Outbox))
        self.model = Model(NOW, NOW)
        self.holds: list[Hold] = []
        #: Messages that have left a worker and that the platform has not decided about.
        self.flights: list[tuple[Hold, Known]] = []

    @initialize(given=st.lists(intents, min_size=4, max_size=8))
    def there_is_much_to_do(self, given: list[Given]) -> None:
        for number, one in enumerate(given):
            self._enqueue(f"key-{number}", one)

    @rule(number=st.integers(0, 11), given=intents)
    def a_fact_is_told(self, number: int, given: Given) -> None:
        if f"key-{number}" not in self.model.forgotten:
            self._enqueue(f"key-{number}", given)

    # What workers do

    @rule(worker=workers, limit=st.sampled_from([2, 20, 20]), share=st.sampled_from([1, 5]))
    def a_worker_takes_what_is_due(self, worker: str, limit: int, share: int) -> None:
        self._take(worker, limit, share)
        for hold in self.holds:
            if self.model.mine(hold) is None and not hold.too_late:
                self._changes_nothing(hold)
                hold.too_late = True

    @precondition(lambda self: self.holds)
    @rule(picks=st.lists(st.integers(0, 20), min_size=1, max_size=4))
    def workers_go_on(self, picks: list[int]) -> None:
        """Look up what was being sent, deliver what did not arrive, and note what is known of what was delivered."""
        for pick in picks:
            if not self.holds:
                return
            hold = self.holds[pick % len(self.holds)]
            if not hold.marked:
                self._begin(hold)
            elif hold.learnt == "throttled":
                self._hold_off(hold)
            elif hold.learnt == "unreachable":
                self._put_back(hold, OutboxStatus.PENDING)
            elif hold.learnt:
                self._finish(hold, OutboxStatus(hold.learnt))

    @precondition(lambda self: self.holds)
    @rule(pick=st.integers(0, 20), what=st.sampled_from(["drop", "later", "release", "renew", "throttled"]))
    def a_worker_does_something_else(self, pick: int, what: str) -> None:
        hold = self.holds[pick % len(self.holds)]
        if hold.marked:
            if not hold.learnt:
                self._no_answer(hold)
            return
        unsure = hold.claimed.was_sending
        back = OutboxStatus.UNCERTAIN if unsure else OutboxStatus.PENDING
        if what == "renew":
            self._renew(hold)
        elif what == "release":
            self._release(hold)
        elif what == "drop":
            self._finish(hold, OutboxStatus.DEAD if unsure else OutboxStatus.CANCELLED, unconfirmed=unsure)
        elif what == "throttled":
            self._hold_off(hold)
        else:
            self._put_back(hold, back)

    @rule(worker=workers, politely=st.booleans())
    def a_worker_ends(self, worker: str, politely: bool) -> None:
        """Give back what was not begun, or die at once; what was sent may arrive all the same."""
        for hold in [hold for hold in self.holds if politely and hold.worker == worker and not hold.marked]:
            self._release(hold)
        self.holds = [hold for hold in self.holds if hold.worker != worker]

    @rule(worker=workers, heir=workers, arrive=st.lists(st.booleans(), max_size=4), quiet=st.booleans())
    def a_worker_is_killed_while_it_sends(self, worker: str, heir: str, arrive: list[bool], quiet: bool) -> None:
        for hold in self._take(worker, 5, 5):
            self._begin(hold)
        self.a_worker_ends(worker, politely=False)
        self.the_platform_decides(["sent" if arrived else "lost" for arrived in arrive])
        self._pass(QUIET if quiet else LEASE)
        self._take(heir, 20, 5)

    # What the platform, people and time do

    @rule(
        outcomes=st.lists(
            st.sampled_from(["sent", "sent", "sent", "dead", "throttled", "unreachable", "lost"]), max_size=4
        )
    )
    def the_platform_decides(self, outcomes: list[str]) -> None:
        for outcome in outcomes[: len(self.flights)]:
            hold, _row = self.flights.pop(0)
            self.model.arrived[hold.claimed.key] += outcome == "sent"
            hold.learnt = "" if outcome == "lost" else outcome

    @rule(
        pick=st.integers(0, 20),
        what=st.sampled_from(["cancel", "cancel", "revive", "drop", "purge", "expire", "remove"]),
    )
    def somebody_acts(self, pick: int, what: str) -> None:
        if what == "cancel":
            self._cancel(SUBJECTS[pick % len(SUBJECTS)])
        elif what == "purge":
            self._purge(self.model.now - pick % 4 * STEP)
        elif what == "remove":
            with self.database.write() as session:
                ended = backlog.end_workspace(session, "slack:T2:C9", now=self.model.now, reason="removed")
            assert ended == self.model.end_workspace("slack:T2")
        elif what == "expire":
            with self.database.write() as session:
                expire(session, now=self.model.now)
            self.model.expire()
        else:
            self._decide(pick, again=what == "revive")

    @rule(by=st.sampled_from([STEP, STEP, LEASE, QUIET]))
    def time_passes(self, by: timedelta) -> None:
        self._pass(by)

    @rule(jump=st.sampled_from([-HOUR, HOUR]))
    def the_clock_jumps(self, jump: timedelta) -> None:
        """Set the clock of the workers wrong; on SQLite it is that of the leases too, and nobody sends meanwhile."""
        if self.database.dialect == "sqlite":
            if self.flights:
                return
            self.model.leases += jump
        self.model.now += jump

    # What always holds

    @invariant()
    def the_table_is_as_the_model_says(self) -> None:
        names = ("key", "status", "fence", "attempts", "due_at")
        columns = [*(col(getattr(Outbox, name)) for name in names), col(Outbox.send_started).is_not(None)]
        with self.database.read() as session:
            found = session.execute(select_columns(*columns)).all()
            due = anything_due(session, now=self.model.now)
        assert {key: tuple(rest) for key, *rest in found} == {key: row.shown() for key, row in self.model.rows.items()}
        waits = [row for row in self.model.rows.values() if row.status not in HELD and row.status in UNFINISHED]
        assert due or all(row.due_at > self.model.now for row in waits)

    @invariant()
    def no_row_is_held_twice_and_nothing_arrives_twice(self) -> None:
        held = [hold.claimed.id for hold in self.holds if self.model.mine(hold) is not None]
        assert len(held) == len(set(held))
        assert not [key for key, times in self.model.arrived.items() if times > 1]

    def teardown(self) -> None:
        """Let every worker die; the next one brings all to its end, and nothing is lost."""
        self.holds.clear()
        self.flights.clear()
        for _ in range(60):
            self._pass(QUIET + HOUR)
            for hold in self._take("heir", 50, 50):
                self._begin(hold)
                self.the_platform_decides(["sent"])
            for hold in [*self.holds]:
                self._finish(hold, OutboxStatus.SENT)
            self.the_table_is_as_the_model_says()
            if not any(row.status in UNFINISHED for row in self.model.rows.values()):
                break
        for key, row in self.model.rows.items():
            assert row.status not in UNFINISHED
            if row.intent.kind == "notice" and not (row.given_up and row.status is not OutboxStatus.SENT):
                assert self.model.arrived[key] == (row.status is OutboxStatus.SENT), (key, row)

    def _enqueue(self, key: str, given: Given) -> None:
        now, new = self.model.now, key not in self.model.rows
        place, stream, seq, subject, due, expires = given
        intent = Intent(
            kind="rank" if place == JOB else "notice", key=key, destination=place,
            stream=None if place == JOB else stream, seq=seq, subject=subject, due_at=now + due,
            expires_at=None if expires is None else now + expires,
        )  # fmt: skip
        with self.database.write() as session:
            assert enqueue(session, intent, now=now) is new
        if new:
            with self.database.read() as session:
                number = session.exec(select(Outbox.id).where(Outbox.key == key)).one()
            self.model.rows[key] = Known(number or 0, intent, intent.due_at, now, intent.expires_at)

    def _take(self, worker: str, limit: int, share: int) -> list[Hold]:
        now = self.model.now
        with self.database.write() as session:
            taken = claim(
                session, owner=worker, now=now, limit=limit, per_destination=share, lease=LEASE, quiet=QUIET,
                rests={"slack": STEP},
            )  # fmt: skip
        self.model.expire()
        assert len({one.id for one in taken}) == len(taken) <= limit
        places = [one.destination for one in taken]
        assert all(places.count(place) <= share for place in places)
        rows = [self.model.rows[one.key] for one in taken]
        assert all(self.model.may_be_taken(row) for row in rows)
        for one, row in zip(taken, rows, strict=True):
            assert one.was_sending is (row.started is not None)
            self.model.take(row)
            assert one.fence == row.fence
        holds = [Hold(one, worker) for one in taken]
        self.holds += holds
        return holds

    def _begin(self, hold: Hold) -> None:
        if hold.claimed.was_sending and self.model.arrived[hold.claimed.key]:
            self._finish(hold, OutboxStatus.SENT)
            return
        row = self.model.mine(hold, OutboxStatus.LEASED)
        with self.database.write() as session:
            assert mark_sending(session, hold.claimed, now=self.model.now, lease=LEASE) is (row is not None)
        if row is None:
            self.holds.remove(hold)
            return
        self.model.mark(row)
        hold.marked = True
        if hold.claimed.kind == "rank":
            hold.learnt = "sent"
            self._take_along(hold, row)
        else:
            self.flights.append((hold, row))

    def _take_along(self, hold: Hold, row: Known) -> None:
        with self.database.write() as session:
            taken = take_along(session, hold.claimed, now=self.model.now, limit=2, lease=LEASE)
        rows = self.model.take_along(row, "rank", 2)
        assert [one.key for one in taken] == [one.intent.key for one in rows]
        for one, other in zip(taken, rows, strict=True):
            self.model.take(other)
            self.model.mark(other)
            assert one.fence == other.fence
            self.holds.append(Hold(one, hold.worker, marked=True, learnt="sent"))

    def _changes_nothing(self, hold: Hold) -> None:
        """Let a worker whose row passed to another, or was ended, try all it could do."""
        one, now = hold.claimed, self.model.now
        with self.database.write() as session:
            assert not mark_sending(session, one, now=now)
            assert not finish(session, one, status="sent", now=now)
            assert not finish(session, one, status="dead", now=now)
            assert not postpone(session, one, due_at=now, now=now)
            assert not leave_uncertain(session, one, due_at=now, now=now, error="")
            assert not note_failure(session, one, now=now, error="")
            assert not renew(session, one, now=now)
            assert release(session, [one], now=now) == 0

    def _no_answer(self, hold: Hold) -> None:
        row = self.model.mine(hold, OutboxStatus.SENDING)
        with self.database.write() as session:
            assert note_failure(session, hold.claimed, now=self.model.now, error="503") is (row is not None)
        if row is not None:
            # It may be claimed as soon as it is quiet, if not before then.
            row.lease_until, row.updated_at = self.model.leases, self.model.now
        self.holds.remove(hold)

    def _hold_off(self, hold: Hold) -> None:
        """Put the row back, and leave its destination alone for a while; what was unsure before stays so."""
        unsure = hold.claimed.was_sending and not hold.marked
        row, now = self.model.mine(hold), self.model.now
        with self.database.write() as session:
            done = hold_off(session, hold.claimed, pause=LEASE, now=now, error="429", unsure=unsure)
        assert done is (row is not None)
        if row is not None:
            self.model.hold_off(row, unsure=unsure)
        self.holds.remove(hold)

    def _renew(self, hold: Hold) -> None:
        row = self.model.mine(hold, OutboxStatus.LEASED)
        with self.database.write() as session:
            assert renew(session, hold.claimed, now=self.model.now, lease=LEASE) is (row is not None)
        if row is not None:
            row.lease_until, row.updated_at = self.model.leases + LEASE, self.model.now

    def _release(self, hold: Hold) -> None:
        row = self.model.mine(hold, OutboxStatus.LEASED)
        with self.database.write() as session:
            assert release(session, [hold.claimed], now=self.model.now) == (row is not None)
        if row is not None:
            unsure = hold.claimed.was_sending
            self.model.put_back(row, OutboxStatus.UNCERTAIN if unsure else OutboxStatus.PENDING, row.due_at)
        self.holds.remove(hold)

    def _cancel(self, subject: str) -> None:
        with self.database.write() as session:
            cancelled = cancel(session, subject, now=self.model.now, reason="acted")
        assert cancelled == self.model.cancel(subject)

    def _purge(self, before: datetime) -> None:
        with self.database.write() as session:
            purged = backlog.purge(session, before=before)
        assert purged == self.model.purge(before)

    def _decide(self, pick: int, *, again: bool) -> None:
        """Send a dead row again, or drop it; nothing else can be."""
        rows, now = [*self.model.rows.values()], self.model.now
        if not rows:
            return
        found = [one for one in rows if one.status is OutboxStatus.DEAD] or rows
        row = found[pick % len(found)]
        dead = row.status is OutboxStatus.DEAD
        with self.database.write() as session:
            if again:
                assert backlog.revive(session, row.id, due_at=now, now=now) is dead
            else:
                assert backlog.drop(session, row.id, now=now) is dead
        if dead and again:
            unsure = row.started is not None
            self.model.end(row, OutboxStatus.UNCERTAIN if unsure else OutboxStatus.PENDING, unconfirmed=unsure)
            row.due_at, row.expires_at = now, None
        elif dead:
            self.model.end(row, OutboxStatus.CANCELLED)

    def _finish(self, hold: Hold, status: OutboxStatus, *, unconfirmed: bool = False) -> None:
        row, now = self.model.mine(hold), self.model.now
        with self.database.write() as session:
            done = finish(session, hold.claimed, status=status.value, now=now, unconfirmed=unconfirmed)  # type: ignore[arg-type]
        assert done is (row is not None)
        if row is not None:
            self.model.end(row, status, unconfirmed=unconfirmed)
        self.holds.remove(hold)

    def _put_back(self, hold: Hold, status: OutboxStatus) -> None:
        row, now = self.model.mine(hold), self.model.now
        with self.database.write() as session:
            if status is OutboxStatus.PENDING:
                done = postpone(session, hold.claimed, due_at=now + MINUTE, now=now)
            else:
                done = leave_uncertain(session, hold.claimed, due_at=now + MINUTE, now=now, error="no answer")
        assert done is (row is not None)
        if row is not None:
            self.model.put_back(row, status, now + MINUTE)
        self.holds.remove(hold)

    def _pass(self, by: timedelta) -> None:
        """Let the time pass, on PostgreSQL by making all that goes by its own clock older."""
        self.model.now += by
        self.model.leases += by
        # What has been quiet for so long was lost on its way.
        self.flights = [one for one in self.flights if one[1].started and self.model.leases < one[1].started + QUIET]
        if self.database.dialect == "postgresql":
            older = "UPDATE outbox SET lease_until = lease_until - :by, send_started = send_started - :by"
            with self.database.write() as session:
                session.execute(text(older), {"by": by})


def test_the_outbox_does_what_its_model_does(database: Database) -> None:
    machine = type("Machine", (OutboxMachine,), {"database": database})
    run_state_machine_as_test(machine, settings=settings(max_examples=24, stateful_step_count=50))
