"""Whatever happens in whichever order: every side has what a simple model says, each message once, in one order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlmodel import select

from handlers.requests import Deleted, Edited, Place, Said, Speaker
from messages.card import Section
from store import queue
from store.engine import Database
from store.tables import metadata
from store.tables.introductions import Conversation, Leg, RelayedMessage
from store.tables.queue import Inbox, Outbox
from tests.integration.handlers.test_conversations import make_all, published
from tests.integration.handlers.test_relay import add_account
from tests.world import World, build_world, text_of

WRITERS: Final = ("buyer", "sme", "manager_owner", "manager_partner")
SIDES: Final = {"buyer": "W-CLEAN", "manager_owner": "W-CLEAN", "sme": "W-DELTA", "manager_partner": "W-THIRD"}
#: At most so many messages and edits of each, so that one step often meets what another one did.
_NUMBERS: Final = st.integers(0, 4)

Step = tuple[str, int, int]
STEPS: Final = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["said", "edited"]), _NUMBERS, st.integers(1, 3)),
        st.tuples(st.sampled_from(["said", "edited", "deleted"]), _NUMBERS, st.integers(1, 3)),
        st.tuples(st.sampled_from(["leave", "back"]), st.integers(0, 3), st.just(0)),
        st.tuples(st.sampled_from(["close", "reopen", "deliver"]), st.just(0), st.just(0)),
        st.tuples(st.sampled_from(["down", "up"]), st.integers(0, 2), st.just(0)),
    ),
    min_size=4,
    max_size=30,
)


@dataclass
class Taken:
    """What became of a message: its text, at which edit, for whom; None for nobody."""

    text: str
    edit: int
    readers: tuple[str, ...]
    deleted: bool = False


@dataclass
class Model:
    """What the sides should have, told in a few lines: no store, no outbox, no platform."""

    closed: bool = False
    gone: set[str] = field(default_factory=set)
    taken: dict[int, Taken] = field(default_factory=dict)

    def readers(self, author: str) -> tuple[str, ...]:
        if self.closed or author in self.gone:
            return ()
        there = {side for name, side in SIDES.items() if name not in self.gone}
        return tuple(sorted(there - {SIDES[author]}))

    def said(self, number: int, author: str, text: str, *, edit: int = 0) -> None:
        if number not in self.taken:
            self.taken[number] = Taken(text, edit, self.readers(author))

    def edited(self, number: int, author: str, text: str, edit: int) -> None:
        known = self.taken.get(number)
        if known is None:
            self.said(number, author, text, edit=edit)
        elif not self.closed and author not in self.gone and edit > known.edit:
            known.text, known.edit = text, edit

    def deleted(self, number: int) -> None:
        self.taken.setdefault(number, Taken("", 0, ())).deleted = True

    def of(self, side: str) -> list[str]:
        return [one.text for one in self.taken.values() if side in one.readers and not one.deleted]


@dataclass
class Stage:
    """One conversation with three sides, swept clean for each example."""

    world: World
    intro: str
    places: dict[str, str]
    before: set[str] = field(default_factory=set)

    def sweep(self) -> None:
        self.before = set(self.world.messages)
        with self.world.database.write() as session:
            for table in (RelayedMessage, Outbox, Inbox):
                session.connection().execute(delete(table))
            session.connection().execute(update(Leg).values(gone=(), lost_at=None))
            session.connection().execute(update(Conversation).values(closed_at=None, closed_by=None))

    def deliver(self, down: set[str]) -> None:
        """Deliver what is due; what goes to a side that is down is put off."""
        away = {self.places[side] for side in down}
        while True:
            with self.world.database.write() as session:
                rows = queue.claim(session, owner="test", now=self.world.now, limit=200, per_destination=200)
                for row in rows:
                    if row.destination in away:
                        queue.postpone(session, row, due_at=self.world.now + timedelta(minutes=5), now=self.world.now)
                    else:
                        self.world.hand_over(session, row)
            if not rows:
                return

    def of(self, side: str) -> list[str]:
        """Return the texts that stand on a side, in the order in which they came."""
        fresh = [one for ref, one in self.world.messages.items() if ref not in self.before]
        here = [one for one in fresh if one.to == self.places[side]]
        copies = [one for one in here if any(text_of(one.card).startswith(name) for name in NAMES)]
        sections = [[block for block in one.card.blocks if isinstance(block, Section)] for one in copies]
        return [found[0].text for found in sections if found and found[0].heading]


NAMES: Final = ("Buyer, Nordkaj", "Owner, Waterlens", "Manager, CLEAN", "Manager, Delta")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('relay') / 'matchpoint.db'}")
    metadata.create_all(database.engine)
    world = build_world(database)
    published(world, "E. coli in pipes")
    (intro,) = make_all(world)
    _third_side(world)
    with database.read() as session:
        places = {leg.workspace: leg.address for leg in session.exec(select(Leg))}
    yield Stage(world, intro, places)
    database.close()


def _third_side(world: World) -> None:
    with world.database.write() as session:
        leg = session.exec(select(Leg).where(Leg.workspace == "W-DELTA")).one()
        manager = world.people["manager_partner"]
        leg.people = tuple(one for one in leg.people if one != manager)
        values: dict[str, Any] = leg.model_dump(exclude={"id"})
        values |= {"workspace": "W-THIRD", "people": (manager,), "address": "web:W-THIRD:talk"}
        session.add(Leg(**values))
        add_account(session, world, "manager_partner", "W-THIRD")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_every_side_has_what_the_model_says(stage: Stage, steps: list[Step]):
    stage.sweep()
    world, model, down = stage.world, Model(), set[str]()
    began = world.now
    for at, (what, number, edit) in enumerate(steps):
        world.now += timedelta(seconds=1)
        author = WRITERS[number % len(WRITERS)]
        speaker: Speaker = getattr(world, author)
        place, message = Place(stage.places[SIDES[author]]), f"m-{number}"
        if what == "said":
            # Often enough the very same event comes again.
            world.desk.said(Said(speaker, place, f"text {number}", message, f"said-{number}-{edit}"), now=world.now)
            model.said(number, author, f"text {number}")
        elif what == "edited":
            text, when = f"text {number}, edit {edit}", began + timedelta(seconds=edit)
            request = Edited(speaker, place, text, message, f"edited-{number}-{at}", when, world.now)
            world.desk.edited(request, now=world.now)
            model.edited(number, author, text, edit)
        elif what == "deleted":
            world.desk.deleted(Deleted(speaker, place, message, f"deleted-{number}-{at}"), now=world.now)
            model.deleted(number)
        elif what in ("leave", "back"):
            world.act(getattr(world, WRITERS[number]), f"conversation.{what}", stage.intro)
            if not model.closed:
                (model.gone.add if what == "leave" else model.gone.discard)(WRITERS[number])
        elif what in ("close", "reopen"):
            world.act(world.manager_partner, f"conversation.{what}", stage.intro)
            model.closed = what == "close"
        elif what == "down":
            down.add(sorted(stage.places)[number])
        elif what == "up":
            down.discard(sorted(stage.places)[number])
        else:
            stage.deliver(down)
    world.now += timedelta(minutes=10)
    stage.deliver(set())
    assert {side: stage.of(side) for side in stage.places} == {side: model.of(side) for side in stage.places}
    with world.database.read() as session:
        assert {row.text for row in session.exec(select(RelayedMessage))} <= {""}
