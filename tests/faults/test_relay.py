"""Three sides talk while workers are killed and the platform fails: nothing lost, nothing doubled, edits end right."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlmodel import col, select

from handlers.requests import Deleted, Edited, Place, Said, Speaker
from store.engine import Database
from store.tables.introductions import Leg, RelayedMessage
from store.tables.queue import Outbox, OutboxStatus
from tests.faults.rig import LATENCY, TEAM, Rig, finished, present, wait_until
from tests.integration.handlers.test_conversations import make_all, published
from tests.integration.handlers.test_relay import add_account
from tests.world import World, build_world

_MESSAGES: Final = 90
_KILLS: Final = 8
_WRITERS: Final = ("buyer", "sme", "manager_partner")


@dataclass
class Wrote:
    """A message, what it says in the end, and whose side it is from."""

    said: Said
    text: str
    side: str
    written_at: datetime
    deleted: bool = False


@dataclass
class Talk:
    """The conversation: the channel of each side, and all that was written, in order."""

    world: World
    channels: dict[str, str]
    written: list[Wrote] = field(default_factory=list[Wrote])
    events: int = 0

    def event(self) -> str:
        self.events += 1
        return f"event-{self.events}"

    def say(self, writer: str) -> None:
        speaker: Speaker = getattr(self.world, writer)
        number, now = len(self.written), present()
        text = f"message {number}"
        said = Said(speaker, Place(f"slack:{TEAM}:{self.channels[writer]}"), text, f"m-{number}", self.event())
        for _ in range(2):  # Slack delivers what it is not sure of again
            self.world.desk.said(said, now=now)
        self.written.append(Wrote(said, text, writer, now))

    def edit(self, wrote: Wrote) -> None:
        said, now = wrote.said, present()
        text = f"{said.text} corrected at {self.events}"
        edited = Edited(said.speaker, said.place, text, said.message, self.event(), now, wrote.written_at)
        for _ in range(2):
            self.world.desk.edited(edited, now=now)
        if not wrote.deleted:
            wrote.text = text

    def delete(self, wrote: Wrote) -> None:
        said = wrote.said
        self.world.desk.deleted(Deleted(said.speaker, said.place, said.message, self.event()), now=present())
        wrote.deleted = True


def begin(database: Database, rig: Rig) -> Talk:
    """Bring an introduction to its conversation, with three sides in channels of the failing platform."""
    world = build_world(database)
    published(world, "E. coli in pipes")
    make_all(world)
    number = rig.prefix.strip("t:")
    channels = {name: f"C0RELAY{number}{side}" for name, side in zip(_WRITERS, "ABC", strict=True)}
    with database.write() as session:
        session.connection().execute(delete(Outbox))
        legs = {leg.workspace: leg for leg in session.exec(select(Leg))}
        manager, partner = world.people["manager_partner"], legs["W-DELTA"]
        partner.people = tuple(one for one in partner.people if one != manager)
        values: dict[str, Any] = partner.model_dump(exclude={"id"})
        values |= {"workspace": "W-THIRD", "people": (manager,)}
        third = Leg(**values)
        for leg, writer in ((legs["W-CLEAN"], "buyer"), (partner, "sme"), (third, "manager_partner")):
            leg.address = f"slack:{TEAM}:{channels[writer]}"
            session.add(leg)
        add_account(session, world, "manager_partner", "W-THIRD")
    return Talk(world, channels)


def test_what_is_written_while_everything_fails_arrives_once_in_order_and_as_it_is_now(rig: Rig, database: Database):
    chance = random.Random(11)  # noqa: S311 - no secret
    talk = begin(database, rig)
    rig.settle(seed=11, rate=0.08, latency=LATENCY)
    workers = [rig.start(database) for _ in range(3)]
    for number in range(_MESSAGES):
        talk.say(chance.choice(_WRITERS))
        if chance.random() < 0.35:
            talk.edit(chance.choice(talk.written))
        if chance.random() < 0.08:
            talk.delete(chance.choice(talk.written[-3:]))
        if number % (_MESSAGES // _KILLS) == 5:
            rig.kill(workers.pop(chance.randrange(3)))
            workers.append(rig.start(database))
    wait_until(finished(database), seconds=300)
    _judge(rig, database, talk)
    faults = rig.faults()
    assert {name.partition(" ")[0] for name in faults} >= {"chat.postMessage", "chat.update"}


def _judge(rig: Rig, database: Database, talk: Talk) -> None:
    with database.read() as session:
        kept = session.exec(select(RelayedMessage).order_by(col(RelayedMessage.id))).all()
        rows = session.exec(select(Outbox)).all()
    assert {row.text for row in kept} == {""}
    assert {row.status for row in rows} <= {OutboxStatus.SENT, OutboxStatus.CANCELLED}
    assert [row.message for row in kept] == [one.said.message for one in talk.written]
    for writer, channel in talk.channels.items():
        standing = rig.ask("channel", channel=channel)["messages"]
        keys = [one["key"] for one in standing]
        assert len(set(keys)) == len(keys), "doubled"
        order = [int(key.split(":")[1]) for key in keys]
        assert order == sorted(order), "out of order"
        texts = {kept[at].id: one for at, one in enumerate(talk.written) if one.side != writer}
        stands = {number: one["text"] for number, one in zip(order, standing, strict=True)}
        for number, wrote in texts.items():
            if wrote.deleted:
                assert "took this message away" in stands.get(number or 0, "took this message away")
            else:
                assert re.search(rf"{wrote.text}(?!\d)", stands[number or 0]), "lost, or not as it is now"
                assert ("corrected" in stands[number or 0]) == ("corrected" in wrote.text)
        assert set(stands) <= {number or 0 for number in texts}
