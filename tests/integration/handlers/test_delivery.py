"""The delivery loop against a messenger that does what platforms do: accept, refuse, throttle, drop, stay silent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from handlers import letters
from handlers.letters import JOBS, REPEATED, Deed, Drop, Later, Letter, Postponed
from handlers.outbox import Deliverer
from handlers.outcomes import Hand, Times
from handlers.ports import Forbidden, Found, Gone, Lookup, Messenger, Rejected, Throttled, Unreachable, Unsure
from handlers.rates import Buckets
from handlers.work import Kit, Work
from messages.card import Card, Home
from store import backlog, queue
from store.engine import Database, StoreUnavailable
from store.queue import LEASE, QUIET, Claimed
from store.tables.queue import Outbox, OutboxStatus
from tests.fakes.holidays import NoHolidays

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
LONG = LEASE + QUIET + timedelta(minutes=5)


@dataclass
class MovableClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class FakeMessenger:
    """Keeps what arrived; `trouble` is raised at the next sends, after accepting if `accepts`."""

    arrived: list[tuple[str, str]] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    accepts: bool = False
    lookups: list[Lookup | Exception] = field(default_factory=list)

    async def post(self, to: str, card: Card, *, key: str, thread: str = "") -> str:
        problem = self.trouble.pop(0) if self.trouble else None
        if problem is None or self.accepts:
            self.arrived.append((to, key))
            self.cards.append(card)
        if problem is not None:
            raise problem
        return f"{to}:m{len(self.arrived)}"

    async def update(self, ref: str, card: Card) -> None:
        self.arrived.append((ref, "update"))

    async def find(self, to: str, *, key: str, since: datetime, thread: str = "") -> Lookup:
        if self.lookups:
            found = self.lookups.pop(0)
            if isinstance(found, Exception):
                raise found
            return found
        there = [number for number, (_, seen) in enumerate(self.arrived, start=1) if seen == key]
        return Lookup(Found.PRESENT, f"{to}:m{there[0]}") if there else Lookup(Found.ABSENT)

    async def open_conversation(self, people: Sequence[str], *, title: str, key: str) -> str:
        return "test:C9"

    async def create_channel(self, workspace: str, *, name: str, private: bool, key: str) -> str:
        return "test:C8"

    async def bring_in(self, channel: str, person: str) -> None:
        self.arrived.append((channel, f"with {person}"))

    async def take_out(self, channel: str, person: str) -> None:
        self.arrived.append((channel, f"without {person}"))

    async def publish_home(self, to: str, home: Home) -> None:
        self.arrived.append((to, "home"))


@dataclass
class Bench:
    database: Database
    clock: MovableClock
    messenger: FakeMessenger
    deliverer: Deliverer
    noted: list[tuple[str, str]]

    def enqueue(self, key: str, *, kind: str = "test.letter", to: str = "test:C1", answer: str = "") -> None:
        with self.database.write() as session:
            intent = queue.Intent(kind=kind, key=key, destination=to, due_at=NOW, payload={"answer": answer})
            assert queue.enqueue(session, intent, now=NOW)

    def turn(self, after: timedelta = timedelta(0)) -> int:
        self.clock.at += after
        return asyncio.run(self.deliverer.turn())

    def row(self, key: str) -> Outbox:
        with self.database.read() as session:
            return session.exec(select(Outbox).where(Outbox.key == key)).one()

    def answer(self, key: str, answer: str) -> None:
        """Let the letter of a row say something else from now on."""
        with self.database.write() as session:
            row = session.exec(select(Outbox).where(Outbox.key == key)).one()
            row.payload = {**row.payload, "answer": answer}
            session.add(row)

    def age(self, key: str) -> None:
        """Let the lease and the quiet time pass, on the database's clock too."""
        with self.database.write() as session:
            row = session.exec(select(Outbox).where(Outbox.key == key)).one()
            past = timedelta(hours=1)
            if row.lease_until is not None:
                row.lease_until -= past
            if row.send_started is not None:
                row.send_started = min(row.send_started, self.clock.at) - past
            session.add(row)


@pytest.fixture
def bench(database: Database, monkeypatch: pytest.MonkeyPatch) -> Bench:
    noted: list[tuple[str, str]] = []

    def write(work: Work, row: Claimed) -> Letter | Drop | Later:
        if row.payload["answer"] == "drop":
            return Drop("no longer true")
        if row.payload["answer"] == "later":
            return Later(work.now + timedelta(hours=3))
        if row.payload["answer"] == "bug":
            raise KeyError("a mistake of ours")
        careful = row.kind == "test.nudge"
        return Letter(Deed.POST, to=row.destination, card=Card(title=row.key), repeat_unconfirmed=not careful)

    def sent(work: Work, row: Claimed, ref: str) -> None:
        noted.append((row.key, ref))
        if row.payload["answer"] == "late bug" and len(noted) == 1:
            raise KeyError("a mistake of ours after it was sent")

    def refused(work: Work, row: Claimed, reason: str) -> None:
        noted.append((row.key, f"refused: {reason}"))

    def write_update(work: Work, row: Claimed) -> Letter | Drop | Later:
        return Letter(Deed.UPDATE, to="test:C1:m1", card=Card(title=row.key))

    kinds = {
        "test.letter": letters.Kind("test.letter", write, sent),
        "test.nudge": letters.Kind("test.nudge", write, sent),
        "test.firm": letters.Kind("test.firm", write, sent, refused),
        "test.update": letters.Kind("test.update", write_update, repeatable=True),
    }
    monkeypatch.setattr(letters, "KINDS", kinds)
    monkeypatch.setattr("handlers.outbox.KINDS", kinds)
    clock, messenger = MovableClock(), FakeMessenger()
    messengers: dict[str, Messenger] = {"test": messenger}
    kit = Kit(holidays=NoHolidays())
    deliverer = Deliverer(database, kit, messengers, clock, owner="w1", buckets=Buckets(rates={}))
    return Bench(database, clock, messenger, deliverer, noted)


def test_what_is_due_is_delivered_once_and_its_ref_is_noted(bench: Bench):
    bench.enqueue("a")
    assert bench.turn() == 1
    assert bench.turn(timedelta(days=1)) == 0
    assert bench.messenger.arrived == [("test:C1", "a")]
    assert bench.noted == [("a", "test:C1:m1")]
    assert bench.row("a").status == OutboxStatus.SENT
    assert bench.row("a").sent_ref == "test:C1:m1"


def test_what_is_no_longer_true_is_cancelled_unsent(bench: Bench):
    bench.enqueue("a", answer="drop")
    bench.turn()
    assert bench.messenger.arrived == []
    assert bench.row("a").status == OutboxStatus.CANCELLED
    assert bench.row("a").last_error == "no longer true"


def test_what_may_not_be_sent_now_waits_until_it_may(bench: Bench):
    bench.enqueue("a", answer="later")
    bench.turn()
    assert bench.row("a").status == OutboxStatus.PENDING
    assert bench.row("a").due_at == NOW + timedelta(hours=3)


def test_a_throttled_message_waits_as_long_as_the_platform_asks(bench: Bench):
    bench.enqueue("a")
    bench.enqueue("b")
    bench.messenger.trouble = [Throttled(30), Throttled(30)]
    bench.turn()
    assert bench.turn(timedelta(seconds=29)) == 0
    bench.age("a")
    bench.age("b")
    assert bench.turn(timedelta(seconds=2)) == 2
    assert sorted(bench.messenger.arrived) == [("test:C1", "a"), ("test:C1", "b")]


def test_a_refusal_for_good_is_dead_and_not_tried_again(bench: Bench):
    bench.enqueue("a")
    bench.messenger.trouble = [Rejected("channel_not_found")]
    bench.turn()
    assert bench.turn(LONG) == 0
    assert bench.row("a").status == OutboxStatus.DEAD
    assert bench.row("a").last_error == "channel_not_found"


def test_a_refusal_for_good_is_told_to_its_kind(bench: Bench):
    bench.enqueue("a", kind="test.firm")
    bench.messenger.trouble = [Rejected("channel_not_found")]
    bench.turn()
    assert bench.row("a").status == OutboxStatus.DEAD
    assert bench.noted == [("a", "refused: channel_not_found")]


def test_what_certainly_did_not_arrive_is_tried_again_after_a_pause(bench: Bench):
    bench.enqueue("a")
    bench.messenger.trouble = [Unreachable("connection refused")]
    bench.turn()
    assert bench.turn() == 0
    assert bench.turn(timedelta(seconds=5)) == 1
    assert bench.messenger.arrived == [("test:C1", "a")]


def test_a_message_accepted_and_then_dropped_is_found_and_not_sent_again(bench: Bench):
    bench.enqueue("a")
    bench.messenger.trouble, bench.messenger.accepts = [Unsure("dropped")], True
    bench.turn()
    assert bench.row("a").status == OutboxStatus.SENDING
    bench.age("a")
    bench.turn(LONG)
    assert bench.messenger.arrived == [("test:C1", "a")]
    assert bench.row("a").status == OutboxStatus.SENT
    assert bench.noted == [("a", "test:C1:m1")]


def test_a_message_dropped_before_it_was_accepted_is_sent_again_after_a_complete_look_up(bench: Bench):
    bench.enqueue("a")
    bench.messenger.trouble = [Unsure("dropped")]
    bench.turn()
    assert bench.messenger.arrived == []
    assert bench.turn(timedelta(seconds=1)) == 0  # still quiet: the platform may yet accept it
    bench.age("a")
    bench.turn(LONG)
    assert bench.messenger.arrived == [("test:C1", "a")]


def test_nothing_is_sent_while_a_look_up_fails_or_is_incomplete(bench: Bench):
    bench.deliverer.times = Times(patience=timedelta(days=1))
    bench.enqueue("a")
    bench.messenger.trouble = [Unsure("timed out")]
    bench.turn()
    bench.age("a")
    bench.messenger.lookups = [Unsure("5xx"), Throttled(3), Lookup(Found.UNKNOWN)]
    for _ in range(3):
        bench.turn(LONG)
        assert bench.row("a").status == OutboxStatus.UNCERTAIN
    assert bench.messenger.arrived == []
    bench.turn(LONG)
    assert bench.messenger.arrived == [("test:C1", "a")]


@pytest.mark.parametrize(("kind", "status", "times"), [("test.letter", "sent", 1), ("test.nudge", "dead", 0)])
def test_where_no_look_up_ever_tells_the_letter_decides(bench: Bench, kind: str, status: str, times: int):
    bench.enqueue("a", kind=kind)
    bench.messenger.trouble = [Unsure("timed out")]
    bench.turn()
    bench.age("a")
    bench.messenger.lookups = [Lookup(Found.UNKNOWN)] * 9
    bench.turn()
    row = bench.row("a")
    assert row.status == status
    assert len(bench.messenger.arrived) == times
    if times:
        assert "may be a repeat" in str(bench.messenger.cards[0].blocks)
        assert row.last_error == REPEATED
    else:
        assert row.send_started is not None


def test_an_incomplete_look_up_is_made_again_until_patience_ends(bench: Bench):
    bench.deliverer.times = Times(patience=timedelta(hours=3))
    bench.enqueue("a")
    bench.messenger.trouble = [Unsure("timed out")]
    bench.turn()
    bench.age("a")
    bench.messenger.lookups = [Lookup(Found.UNKNOWN)] * 9
    for _ in range(2):
        assert bench.turn(timedelta(minutes=20)) == 1
        assert bench.row("a").status == OutboxStatus.UNCERTAIN
    bench.turn(timedelta(hours=3))
    assert bench.messenger.arrived == [("test:C1", "a")]


def test_a_possible_repeat_that_is_throttled_stays_one(bench: Bench):
    bench.enqueue("a")
    bench.messenger.trouble = [Unsure("timed out"), Throttled(1)]
    bench.messenger.accepts = True
    bench.turn()
    bench.age("a")
    bench.messenger.lookups = [Lookup(Found.UNKNOWN)]
    bench.messenger.accepts = False
    bench.turn()
    bench.age("a")
    bench.messenger.lookups = [Lookup(Found.UNKNOWN)]
    bench.turn(LONG)
    assert len(bench.messenger.arrived) == 2
    assert "may be a repeat" in str(bench.messenger.cards[-1].blocks)


def test_what_a_person_ordered_again_is_sent_as_a_possible_repeat_where_no_look_up_tells(bench: Bench):
    bench.enqueue("a", kind="test.nudge")
    bench.messenger.trouble = [Unsure("timed out")]
    bench.turn()
    bench.age("a")
    bench.messenger.lookups = [Lookup(Found.UNKNOWN)] * 2
    bench.turn()
    with bench.database.write() as session:
        assert backlog.revive(session, bench.row("a").id or 0, due_at=NOW, now=NOW)
    bench.turn()
    assert "may be a repeat" in str(bench.messenger.cards[0].blocks)
    assert bench.row("a").status == OutboxStatus.SENT


def test_a_look_up_that_is_refused_ends_the_row_as_unconfirmed(bench: Bench):
    bench.enqueue("a")
    bench.messenger.trouble = [Unsure("timed out")]
    bench.turn()
    bench.age("a")
    bench.messenger.lookups = [Rejected("channel_not_found")]
    bench.turn()
    row = bench.row("a")
    assert (row.status, row.last_error) == (OutboxStatus.DEAD, "channel_not_found")
    assert row.send_started is not None


def test_an_unknown_fate_outlives_closed_hours(bench: Bench):
    bench.enqueue("a", answer="later")
    with bench.database.write() as session:
        (row,) = queue.claim(session, owner="killed", now=NOW)
        assert queue.mark_sending(session, row, now=NOW)
    bench.age("a")
    bench.turn()
    assert bench.row("a").status == OutboxStatus.UNCERTAIN


def test_a_mistake_of_ours_after_the_message_left_does_not_send_it_again(bench: Bench):
    bench.enqueue("a", answer="late bug")
    bench.turn()
    assert bench.row("a").status == OutboxStatus.SENDING
    bench.age("a")
    bench.turn(LONG)
    assert bench.messenger.arrived == [("test:C1", "a")]
    assert bench.row("a").status == OutboxStatus.SENT


def test_a_mistake_that_is_made_again_and_again_is_listed(bench: Bench):
    bench.enqueue("a", answer="bug")
    for _ in range(16):
        assert bench.turn(timedelta(hours=2)) == 1
    row = bench.row("a")
    assert (row.status, row.last_error) == (OutboxStatus.DEAD, "internal KeyError")


def test_a_workspace_that_is_gone_ends_all_that_waits_for_it(bench: Bench):
    bench.enqueue("a", to="test:T1:C1")
    bench.enqueue("b", to="test:T1:C2")
    bench.enqueue("c", to="test:T12:C2")
    with bench.database.write() as session:
        later = queue.Intent(kind="test.letter", key="d", destination="test:T1", due_at=NOW + LONG)
        queue.enqueue(session, later, now=NOW)
    bench.deliverer.room = 1
    bench.messenger.trouble = [Gone("account_inactive")]
    bench.turn()
    ended = {key: (bench.row(key).status, bench.row(key).last_error) for key in "abd"}
    assert set(ended.values()) == {(OutboxStatus.DEAD, "account_inactive")}
    assert bench.row("c").status == OutboxStatus.PENDING


def test_what_is_forbidden_is_tried_for_some_hours_and_then_listed(bench: Bench):
    bench.enqueue("a")
    bench.messenger.trouble = [Forbidden("BotNotInConversationRoster") for _ in range(12)]
    pauses: list[timedelta] = []
    while (row := bench.row("a")).status is OutboxStatus.PENDING:
        pauses.append(row.due_at - bench.clock.at)
        assert bench.turn(pauses[-1]) == 1
    assert (row.status, row.last_error) == (OutboxStatus.DEAD, "BotNotInConversationRoster")
    assert pauses[1:] == sorted(pauses[1:])
    assert timedelta(hours=1) < bench.clock.at - NOW < timedelta(hours=4)


def test_what_is_allowed_again_meanwhile_goes_out_once(bench: Bench):
    bench.enqueue("a")
    bench.messenger.trouble = [Forbidden("NotEnoughPermissions") for _ in range(3)]
    for _ in range(4):
        bench.turn(timedelta(minutes=1))
    assert bench.row("a").status == OutboxStatus.SENT
    assert bench.messenger.arrived == [("test:C1", "a")]


def test_a_pause_that_the_platform_does_not_state_grows(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    pauses: list[float] = []
    monkeypatch.setattr(Buckets, "pause", lambda _self, _destination, seconds: pauses.append(seconds))
    bench.enqueue("a")
    bench.messenger.trouble = [Throttled(3, stated=False) for _ in range(4)]
    for _ in range(4):
        bench.turn(timedelta(hours=2))
        bench.age("a")
    assert pauses == [3, 4, 8, 16]
    assert bench.turn(timedelta(hours=2)) == 1
    assert bench.row("a").status == OutboxStatus.SENT


@pytest.mark.parametrize(
    ("trouble", "why"), [(Throttled(1), "throttled"), (Unsure("status 502"), "unconfirmed")], ids=["429", "502"]
)
def test_what_is_neither_taken_nor_refused_for_days_is_listed(bench: Bench, trouble: Exception, why: str):
    bench.enqueue("a")
    for _ in range(23):
        bench.messenger.trouble = [trouble]
        bench.turn(timedelta(hours=2))
        bench.age("a")
        assert bench.row("a").status is not OutboxStatus.DEAD
    bench.messenger.trouble = [trouble]
    bench.turn(timedelta(days=2))
    row = bench.row("a")
    assert (row.status, row.last_error) == (OutboxStatus.DEAD, why)
    assert (row.send_started is not None) == (why == "unconfirmed")


@pytest.mark.parametrize("trouble", [Throttled(1), Unsure("status 502")], ids=["429", "502"])
def test_what_waited_for_weeks_is_tried_for_three_days_from_its_first_try(bench: Bench, trouble: Exception):
    bench.enqueue("a", answer="later")
    for _ in range(30):  # quiet hours, a snooze: claimed each day, and never tried
        bench.turn(timedelta(days=1))
    bench.answer("a", "")
    tried = 0
    while bench.row("a").status is not OutboxStatus.DEAD:
        bench.messenger.trouble = [trouble]
        tried += bench.turn(timedelta(hours=6))
        bench.age("a")
        assert tried <= 13
    assert bench.row("a").attempts == 13
    # Whoever orders it again has three days anew.
    with bench.database.write() as session:
        assert backlog.revive(session, bench.row("a").id or 0, due_at=bench.clock.at, now=bench.clock.at)
    bench.messenger.trouble = [trouble]
    bench.turn()
    assert bench.row("a").status is not OutboxStatus.DEAD


def test_what_would_wait_long_for_its_turn_is_put_back_before_its_lease_runs_out(bench: Bench):
    bench.deliverer.buckets = Buckets(rates={"test": (0.01, 1)})
    bench.enqueue("a")
    bench.enqueue("b")
    assert bench.turn() == 2
    ((_, sent),) = bench.messenger.arrived
    waiting = bench.row("a" if sent == "b" else "b")
    assert (waiting.status, waiting.attempts) == (OutboxStatus.PENDING, 0)
    assert NOW + timedelta(seconds=90) < waiting.due_at < NOW + timedelta(seconds=101)


def test_a_worker_that_froze_after_the_mark_sends_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    bench.deliverer.times = Times(delivery=timedelta(milliseconds=1))
    mark = queue.mark_sending

    def slowly(*args: Any, **options: Any) -> bool:
        frozen = time.monotonic() + 0.02
        while time.monotonic() < frozen:
            pass
        return mark(*args, **options)

    monkeypatch.setattr(queue, "mark_sending", slowly)
    bench.enqueue("a")
    bench.turn()
    assert bench.messenger.arrived == []
    assert bench.row("a").status == OutboxStatus.SENDING


def test_times_keep_their_proportions():
    with pytest.raises(ValueError, match="well before its lease"):
        Times(delivery=timedelta(seconds=30))
    with pytest.raises(ValueError, match="well before its lease"):
        Times(quiet=timedelta(seconds=20))


def test_an_update_of_unknown_fate_is_simply_sent_again(bench: Bench):
    bench.enqueue("u", kind="test.update")
    with bench.database.write() as session:
        (row,) = queue.claim(session, owner="killed", now=NOW)
        assert queue.mark_sending(session, row, now=NOW)
    bench.age("u")
    bench.messenger.lookups = [Unsure("never asked")]
    bench.turn(LONG)
    assert bench.messenger.arrived == [("test:C1:m1", "update")]
    assert len(bench.messenger.lookups) == 1


def test_a_worker_that_lost_its_row_delivers_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    bench.enqueue("a")
    monkeypatch.setattr(queue, "mark_sending", lambda *_args, **_kwargs: False)
    bench.turn()
    assert bench.messenger.arrived == []


def test_a_mistake_of_ours_keeps_the_row_for_later(bench: Bench):
    bench.enqueue("a", answer="bug")
    bench.turn()
    assert bench.row("a").status == OutboxStatus.PENDING
    assert bench.row("a").due_at > bench.clock.at


def test_a_job_that_cannot_be_done_now_is_done_later(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    reasons = [Postponed("budget", timedelta(hours=5)), Postponed("away")]

    async def do(*_: object) -> None:
        if reasons:
            raise reasons.pop(0)

    monkeypatch.setitem(JOBS, "test.job", do)
    bench.enqueue("j", kind="test.job")
    bench.turn()
    row = bench.row("j")
    assert (row.status, row.due_at, row.last_error) == (OutboxStatus.PENDING, NOW + timedelta(hours=5), "budget")
    bench.turn(after=timedelta(hours=5))
    row = bench.row("j")
    assert row.status is OutboxStatus.PENDING
    assert NOW + timedelta(hours=5) < row.due_at < NOW + timedelta(hours=6)
    bench.turn(after=timedelta(hours=1))
    assert bench.row("j").status is OutboxStatus.SENT


def test_an_unknown_kind_is_listed_as_dead(bench: Bench):
    bench.enqueue("a", kind="from.the.future")
    bench.turn()
    assert bench.row("a").status == OutboxStatus.DEAD


def test_a_restarting_database_does_not_end_the_loop(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    bench.enqueue("a")
    real, failures = bench.deliverer._claim, [StoreUnavailable("restarting"), KeyError("a mistake")]

    def claim(self: Deliverer, room: int) -> list[Hand]:
        if failures:
            raise failures.pop()
        return real(room)

    monkeypatch.setattr(Deliverer, "_claim", claim)
    monkeypatch.setattr("handlers.outbox._STORE_PAUSE", 0.01)

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.create_task(bench.deliverer.run(stop, idle_seconds=0.01))
        async with asyncio.timeout(20):
            while not bench.messenger.arrived:
                await asyncio.sleep(0.01)
        stop.set()
        await loop

    asyncio.run(run())
    assert bench.messenger.arrived == [("test:C1", "a")]


def test_stopping_gives_back_what_was_claimed_and_not_begun(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    bench.enqueue("a")
    never = asyncio.Event()

    async def wait(self: Deliverer, hand: Hand) -> bool:
        return await never.wait()

    monkeypatch.setattr(Deliverer, "_turn_comes", wait)

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.create_task(bench.deliverer.run(stop, idle_seconds=0.01))
        async with asyncio.timeout(20):
            while bench.row("a").status != OutboxStatus.LEASED:
                await asyncio.sleep(0.01)
        stop.set()
        await asyncio.wait_for(loop, 10)

    asyncio.run(run())
    assert bench.messenger.arrived == []
    assert bench.row("a").status == OutboxStatus.PENDING
