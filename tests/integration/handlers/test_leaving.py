"""Somebody whose account the platform has switched off: no message any more, and the managers know."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlmodel import select

from handlers.requests import Profiled
from store.tables.people import Identity, Person
from store.tables.queue import Outbox, OutboxStatus
from tests.integration.handlers.asked import asked
from tests.integration.handlers.jobs import run_jobs
from tests.world import CLEAN_MANAGERS, DELTA_MANAGERS, World, text_of


def test_who_has_left_gets_nothing_and_the_managers_learn_who_is_there_instead(world: World):
    (intro,) = asked(world, "E. coli sensors in pipes")
    world.desk.leaves(world.neighbour, now=world.now)
    card = world.only(CLEAN_MANAGERS, holding="has left").card
    assert "Nobody else of Fjordsensor" in text_of(card)
    assert "has left" in text_of(world.command(world.manager_owner, "matchpoint", "nudges consent").card)
    told = len(world.sent_to(world.neighbour))
    world.now = datetime(2026, 5, 7, 9, tzinfo=UTC)
    run_jobs(world)
    assert len(world.sent_to(world.neighbour)) == told
    with world.database.read() as session:
        row = session.exec(select(Outbox).where(Outbox.key.startswith(f"consent:{intro}:3wd"))).one()  # type: ignore[attr-defined]
        assert (row.status, row.last_error) == (OutboxStatus.CANCELLED, "left")


def test_colleagues_are_named(world: World):
    world.desk.leaves(world.sme, now=world.now)
    assert "Still there for" in text_of(world.only(DELTA_MANAGERS, holding="has left").card)


def test_twice_and_unknown_accounts_are_nobodys_business(world: World):
    world.desk.leaves(world.sme, now=world.now)
    world.desk.leaves(world.sme, now=world.now)
    assert len([one for one in world.sent_to(DELTA_MANAGERS) if "has left" in text_of(one.card)]) == 1


def test_who_comes_back_is_the_same_person(world: World):
    with world.database.write() as session:
        session.get_one(Person, world.people["sme"]).email = "owner@example.org"
    world.desk.leaves(world.sme, now=world.now)
    profiled = Profiled(world.sme, "Owner", "web:W-DELTA:@sme", email="owner@example.org")
    world.desk.meet(profiled, now=world.now)
    with world.database.read() as session:
        person = session.get_one(Person, world.people["sme"])
        assert person.left_at is None
        assert len(session.exec(select(Identity).where(Identity.person_id == person.id)).all()) == 1


def test_somebody_with_another_account_has_not_left(world: World):
    with world.database.write() as session:
        session.get_one(Person, world.people["sme"]).email = "owner@example.org"
    other = replace(world.sme, workspace="W-CLEAN")
    world.desk.meet(Profiled(other, "Owner", "web:W-CLEAN:@sme", email="owner@example.org"), now=world.now)
    world.desk.leaves(world.sme, now=world.now)
    assert not any("has left" in text_of(one.card) for one in world.sent_to(DELTA_MANAGERS))
    with world.database.read() as session:
        assert session.get_one(Person, world.people["sme"]).left_at is None
