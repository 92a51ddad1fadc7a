"""Living cards: posted once, updated in place, and never showing less than the newest change."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from handlers import cards
from handlers.letters import REPEATED, Drop, Letter
from handlers.work import Kit, Work
from messages.notices.trouble import Refused
from store.engine import Database
from store.queue import claim, finish
from store.tables.queue import Outbox
from store.tables.rooms import Post
from tests.fakes.holidays import NoHolidays

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
PLACE = "web:W:channel:1"


KIT = Kit(holidays=NoHolidays())


@pytest.fixture(autouse=True)
def _reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(work: Work, view: cards.View) -> object:
        return Refused(text=f"{view.subject} as it is")

    monkeypatch.setitem(cards.READERS, "test", read)


def publish(database: Database) -> None:
    with database.write() as session:
        cards.publish(Work(session, NOW, KIT), "test", "CH-1", destination=PLACE)


def rows(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        found = session.exec(select(Outbox).order_by(col(Outbox.id))).all()
        return [(row.kind, row.payload.get("wanted", 1)) for row in found]


def test_publishing_again_updates_the_card_that_stands_there(database: Database):
    publish(database)
    publish(database)
    assert rows(database) == [("card.post", 1), ("card.update", 2)]


def test_nothing_is_posted_where_no_channel_is_chosen(database: Database):
    with database.write() as session:
        cards.publish(Work(session, NOW, KIT), "test", "CH-1", destination="")
    assert rows(database) == []


def test_an_update_waits_for_its_post_and_an_older_one_steps_aside(database: Database):
    publish(database)
    publish(database)
    publish(database)
    with database.write() as session:
        (first,) = claim(session, owner="w", now=NOW)
        assert first.kind == "card.post"
        assert finish(session, first, status="sent", now=NOW, ref="web:W:message:7")
        post = session.exec(select(Post)).one()
        post.message = "web:W:message:7"
        session.add(post)
    with database.write() as session:
        (second,) = claim(session, owner="w", now=NOW)
        assert isinstance(cards.write_update(Work(session, NOW, KIT), second), Drop)
        assert finish(session, second, status="cancelled", now=NOW)
    with database.write() as session:
        (third,) = claim(session, owner="w", now=NOW)
        letter = cards.write_update(Work(session, NOW, KIT), third)
        assert isinstance(letter, Letter)
        assert letter.to == "web:W:message:7"


def test_of_two_changes_at_once_each_gets_an_update_of_its_own(database: Database):
    publish(database)
    barrier = threading.Barrier(2)

    def change() -> None:
        barrier.wait()
        publish(database)

    threads = [threading.Thread(target=change) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(rows(database)) == [("card.post", 1), ("card.update", 2), ("card.update", 3)]


def test_two_first_posts_at_once_become_one(database: Database):
    barrier = threading.Barrier(2)

    def first() -> None:
        barrier.wait()
        publish(database)

    threads = [threading.Thread(target=first) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(rows(database)) == [("card.post", 1), ("card.update", 2)]


@pytest.mark.parametrize("repeated", [True, False])
def test_an_update_of_a_possible_repeat_goes_on_saying_so(database: Database, repeated: bool):
    publish(database)
    with database.write() as session:
        (row,) = claim(session, owner="w", now=NOW)
        assert finish(session, row, status="sent", now=NOW, ref="x", error=REPEATED if repeated else None)
        post = session.exec(select(Post)).one()
        post.message = "web:W:message:7"
        session.add(post)
    publish(database)
    with database.write() as session:
        (update,) = claim(session, owner="w", now=NOW)
        letter = cards.write_update(Work(session, NOW, KIT), update)
    assert isinstance(letter, Letter)
    assert letter.card is not None
    assert ("may be a repeat" in str(letter.card.blocks)) is repeated


def test_a_card_that_must_come_once_is_not_repeated_where_nobody_can_tell(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cards, "_ONCE", {"test"})
    publish(database)
    with database.write() as session:
        (row,) = claim(session, owner="w", now=NOW)
        letter = cards.write_post(Work(session, NOW, KIT), row)
    assert isinstance(letter, Letter)
    assert not letter.repeat_unconfirmed
