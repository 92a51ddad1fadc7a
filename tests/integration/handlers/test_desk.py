"""What nobody foresaw is told with a reference, in the person's own language, and leaves no trace in the store."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from handlers.routes import ROUTES
from handlers.work import Ask, Reply, Work
from store.engine import StoreUnavailable
from store.queries.rows import add
from store.tables.people import Person
from store.tables.rooms import Post
from tests.world import NOW, World, text_of


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let everybody's settings fail after something was written."""

    def fail(work: Work, _ask: Ask) -> Reply:
        row = Post(kind="x", subject="x", destination="x", created_at=NOW, updated_at=NOW)
        add(work.session, row)
        raise error

    monkeypatch.setitem(ROUTES, "settings.edit", replace(ROUTES["settings.edit"], handler=fail, writes=True))


def test_trouble_is_told_in_the_persons_language_and_nothing_is_kept(world: World, monkeypatch: pytest.MonkeyPatch):
    with world.database.write() as session:
        person = session.get_one(Person, world.people["buyer"])
        person.locale = "da"
        session.add(person)
    failing(monkeypatch, RuntimeError("the disk is full"))
    told = text_of(world.command(world.buyer, "matchpoint", "settings").card)
    assert "Noget gik galt hos os" in told
    assert "disk" not in told
    with world.database.read() as session:
        assert session.exec(select(Post).where(Post.kind == "x")).all() == []


def test_where_the_store_is_away_nothing_more_is_asked_of_it(world: World, monkeypatch: pytest.MonkeyPatch):
    failing(monkeypatch, StoreUnavailable("gone"))
    assert "Something went wrong" in text_of(world.command(world.buyer, "matchpoint", "settings").card)
