"""Work that waits is taken over by a job that can do it together with its own."""

from datetime import datetime, timedelta

from store.along import take_along
from store.engine import Database
from store.queue import Claimed, Intent, finish, mark_sending, postpone
from store.tables.queue import OutboxStatus
from tests.integration.store.queue_rows import NOW, add, row, take

LATER = NOW + timedelta(days=1)


def rank(name: str, *, kind: str = "rank", due_at: datetime = NOW) -> Intent:
    return Intent(kind=kind, key=name, destination="", due_at=due_at)


def begun(database: Database) -> Claimed:
    """Let a worker begin the first of three rows that it holds; a fourth waits."""
    add(database, *(rank(f"rank-{at}") for at in range(4)), rank("later", due_at=LATER), rank("card", kind="card"))
    first, *_ = take(database, limit=3)
    with database.write() as session:
        assert mark_sending(session, first, now=NOW)
    return first


def along(database: Database, first: Claimed, limit: int = 10) -> list[Claimed]:
    with database.write() as session:
        return take_along(session, first, now=NOW, limit=limit)


def test_what_is_due_of_the_same_kind_is_taken_whether_it_is_held_or_not(database: Database):
    first = begun(database)
    assert {one.key for one in along(database, first)} == {"rank-1", "rank-2", "rank-3"}
    assert along(database, first) == []
    assert row(database, "later").status is OutboxStatus.PENDING
    assert row(database, "card").status is OutboxStatus.PENDING


def test_no_more_are_taken_than_asked_for(database: Database):
    assert len(along(database, begun(database), limit=2)) == 2


def test_who_held_it_before_finds_that_it_has_it_no_more(database: Database):
    add(database, rank("own"), rank("other"))
    own, other = take(database)
    with database.write() as session:
        assert mark_sending(session, own, now=NOW)
    (taken,) = along(database, own)
    with database.write() as session:
        assert not mark_sending(session, other, now=NOW)
        assert not finish(session, other, status="sent", now=NOW)
        assert finish(session, taken, status="sent", now=NOW)
    assert row(database, "other").status is OutboxStatus.SENT


def test_what_is_put_back_was_begun_and_is_not_taken_along_again(database: Database):
    first = begun(database)
    taken = along(database, first)
    with database.write() as session:
        for one in taken:
            assert postpone(session, one, due_at=NOW, now=NOW)
    assert along(database, first) == []
    assert {one.key for one in take(database, owner="worker-2") if one.kind == "rank"} == {one.key for one in taken}
