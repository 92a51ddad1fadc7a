"""Steps that the tests of the outbox share."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from store.engine import Database
from store.queue import Claimed, Intent, claim, enqueue_all, mark_sending
from store.tables.queue import Outbox

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


def intent(key: str, **changes: object) -> Intent:
    plain = Intent(kind="notice", key=key, destination="slack:C1", due_at=NOW, payload={"notice": key})
    return replace(plain, **changes)  # type: ignore[arg-type]


def add(database: Database, *intents: Intent) -> None:
    with database.write() as session:
        assert len(enqueue_all(session, intents, now=NOW)) == len(intents)


def take(database: Database, owner: str = "worker-1", now: datetime = NOW, **options: object) -> list[Claimed]:
    with database.write() as session:
        return claim(session, owner=owner, now=now, **options)  # type: ignore[arg-type]


def take_one(database: Database, owner: str = "worker-1", now: datetime = NOW) -> Claimed:
    (one,) = take(database, owner, now)
    return one


def keys(claimed: list[Claimed]) -> list[str]:
    return [one.key for one in claimed]


def row(database: Database, key: str) -> Outbox:
    with database.read() as session:
        return session.exec(select(Outbox).where(Outbox.key == key)).one()


def let_time_pass(database: Database, by: timedelta) -> None:
    """Let leases and sending marks grow old. On PostgreSQL these go by the server's clock, which nobody can move."""
    with database.write() as session:
        for held in session.exec(select(Outbox).where(col(Outbox.lease_until).is_not(None))):
            assert held.lease_until is not None
            started = held.send_started and held.send_started - by
            aged = update(Outbox).where(col(Outbox.id) == held.id)
            session.execute(aged.values(lease_until=held.lease_until - by, send_started=started))


def sending(database: Database, key: str) -> Claimed:
    one = take_one(database)
    assert one.key == key
    with database.write() as session:
        assert mark_sending(session, one, now=NOW)
    return one
