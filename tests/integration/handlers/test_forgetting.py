"""What is forgotten after a while, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel, col, func, select

from handlers import forgetting
from handlers.ticks import TICKS
from store import inbox, queue
from store.engine import Database
from store.queries import ledger, web
from store.tables.ledger import ModelCache
from store.tables.queue import Inbox, Outbox, OutboxStatus
from store.tables.rooms import WebChange

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


def turn(name: str, database: Database, now: datetime = NOW) -> int:
    no_kit: Any = None
    return TICKS[name].function(database, no_kit, now)


def count(database: Database, table: type[SQLModel]) -> int:
    with database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def write_changes(database: Database, *instants: datetime) -> None:
    with database.write() as session:
        for at in instants:
            session.add(WebChange(channel_id=1, message_id=1, at=at))
            session.flush()


def write_outbox(database: Database, statuses: dict[str, OutboxStatus], *, at: datetime) -> None:
    with database.write() as session:
        for key in statuses:
            queue.enqueue(session, queue.Intent(kind="x", key=key, destination="web:a", due_at=at), now=at)
        for row in session.exec(select(Outbox)):
            row.status = statuses[row.key]
            session.add(row)


def test_what_was_delivered_long_ago_is_forgotten_and_what_was_refused_is_not(database: Database):
    wanted = {
        "sent": OutboxStatus.SENT,
        "cancelled": OutboxStatus.CANCELLED,
        "dead": OutboxStatus.DEAD,
        "pending": OutboxStatus.PENDING,
    }
    write_outbox(database, wanted, at=NOW)
    assert turn("outbox.purge", database, NOW + forgetting.DELIVERIES) == 0
    assert turn("outbox.purge", database, NOW + forgetting.DELIVERIES + MOMENT) == 2
    with database.read() as session:
        assert set(session.exec(select(Outbox.key))) == {"dead", "pending"}


def test_an_event_is_remembered_while_a_platform_may_repeat_it(database: Database):
    with database.write() as session:
        inbox.receive(session, "slack", "Ev1", NOW)
    turn("inbox.purge", database, NOW + timedelta(hours=2))
    with database.write() as session:
        assert not inbox.receive(session, "slack", "Ev1", NOW)
    turn("inbox.purge", database, NOW + forgetting.EVENTS + MOMENT)
    assert count(database, Inbox) == 0


def test_old_changes_are_forgotten_and_numbers_are_never_given_twice(database: Database):
    old = NOW - forgetting.CHANGES - MOMENT
    write_changes(database, old, old, old)
    assert turn("web.changes.purge", database) == 2
    with database.read() as session:
        newest = web.newest_change(session)
        assert web.oldest_change(session) == newest
    write_changes(database, NOW)
    with database.read() as session:
        assert web.newest_change(session) == newest + 1
    assert turn("web.changes.purge", database) == 1
    with database.read() as session:
        assert web.oldest_change(session) == web.newest_change(session) == newest + 1


def test_recent_changes_stay(database: Database):
    write_changes(database, NOW - forgetting.CHANGES, NOW - timedelta(minutes=1), NOW)
    assert turn("web.changes.purge", database) == 0
    assert count(database, WebChange) == 3


def test_an_answer_of_a_model_is_forgotten_after_a_month_unless_it_was_asked_anew(database: Database):
    with database.write() as session:
        for key in ("one", "two", "three"):
            ledger.keep(session, key, "{}", now=NOW)
        ledger.keep(session, "one", "{}", now=NOW + MOMENT)
    assert turn("model.answers.purge", database, NOW + forgetting.MODEL_ANSWERS + MOMENT) == 1
    with database.read() as session:
        assert set(session.exec(select(col(ModelCache.key)))) == {"one", "three"}


def test_a_turn_goes_on_until_everything_old_is_gone(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    with database.write() as session:
        for number in range(5):
            inbox.receive(session, "slack", f"Ev{number}", NOW)
    assert turn("inbox.purge", database, NOW + timedelta(days=30)) == 5
