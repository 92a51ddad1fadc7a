"""Three sides talk while workers are killed and platforms fail: nothing lost, nothing doubled, edits end right.

In Teams nothing can be looked up: there what may have arrived is sent once more and says so, and nothing is in silence.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlmodel import col, select

from handlers.letters import REPEATED
from handlers.requests import Deleted, Edited, Place, Said, Speaker
from store.engine import Database
from store.tables.introductions import Leg, RelayedMessage
from store.tables.queue import Outbox, OutboxStatus
from surfaces.teams.address import address_of
from tests.faults.conftest import Size
from tests.faults.rig import LATENCY, TEAM, Rig, finished, present, wait_until
from tests.integration.handlers.test_conversations import make_all, published
from tests.integration.handlers.test_relay import add_account
from tests.world import World, build_world

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
    """The conversation: the address of each side, and all that was written, in order.

    `chats` are the native chats of the sides that are in Teams, by their people.
    """

    world: World
    channels: dict[str, str]
    chats: dict[str, str]
    written: list[Wrote] = field(default_factory=list[Wrote])
    events: int = 0

    def event(self) -> str:
        self.events += 1
        return f"event-{self.events}"

    def say(self, writer: str) -> None:
        speaker: Speaker = getattr(self.world, writer)
        number, now = len(self.written), present()
        text = f"message {number}"
        said = Said(speaker, Place(self.channels[writer]), text, f"m-{number}", self.event())
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


def begin(database: Database, rig: Rig, teams: Sequence[str] = ()) -> Talk:
    """Bring an introduction to its conversation, with three sides at failing platforms; `teams` are those in Teams."""
    world = build_world(database)
    published(world, "E. coli in pipes")
    make_all(world)
    number = rig.prefix.strip("t:")
    talk = Talk(world, {}, {})
    for name, side in zip(_WRITERS, "ABC", strict=True):
        talk.channels[name] = f"slack:{TEAM}:C0RELAY{number}{side}"
        if name in teams:
            person = rig.ask("person", name=f"{name}{number}")
            talk.channels[name], talk.chats[name] = address_of(person["tenant"], person["id"]), person["chat"]
    with database.write() as session:
        session.connection().execute(delete(Outbox))
        legs = {leg.workspace: leg for leg in session.exec(select(Leg))}
        manager, partner = world.people["manager_partner"], legs["W-DELTA"]
        partner.people = tuple(one for one in partner.people if one != manager)
        values: dict[str, Any] = partner.model_dump(exclude={"id"})
        values |= {"workspace": "W-THIRD", "people": (manager,)}
        third = Leg(**values)
        for leg, writer in ((legs["W-CLEAN"], "buyer"), (partner, "sme"), (third, "manager_partner")):
            leg.address = talk.channels[writer]
            session.add(leg)
        add_account(session, world, "manager_partner", "W-THIRD")
    return talk


def run(rig: Rig, database: Database, talk: Talk, size: Size) -> None:
    """Let the sides talk while one worker after the other is killed, until nothing waits any more.

    Smaller than an ordeal of the same options: a message is several rows here, for each of three sides.
    """
    messages, kills = size.messages * 3 // 8, size.kills * 2 // 3
    chance = random.Random(11)  # noqa: S311 - no secret
    rig.settle(seed=11, rate=0.08, latency=LATENCY)
    workers = [rig.start(database) for _ in range(3)]
    for number in range(messages):
        talk.say(chance.choice(_WRITERS))
        if chance.random() < 0.35:
            talk.edit(chance.choice(talk.written))
        if chance.random() < 0.08:
            talk.delete(chance.choice(talk.written[-3:]))
        if number % (messages // kills) == 5:
            rig.kill(workers.pop(chance.randrange(3)))
            workers.append(rig.start(database))
    wait_until(finished(database), seconds=300)


def test_what_is_written_while_everything_fails_arrives_once_in_order_and_as_it_is_now(
    rig: Rig, database: Database, size: Size
):
    talk = begin(database, rig)
    run(rig, database, talk, size)
    kept = _kept(database, talk)
    for writer in _WRITERS:
        _judge(rig, talk, kept, writer)
    assert {name.partition(" ")[0] for name in rig.faults()} >= {"chat.postMessage", "chat.update"}


def test_between_slack_and_teams_nothing_is_lost_and_what_may_be_there_twice_says_so(
    rig: Rig, database: Database, size: Size
):
    talk = begin(database, rig, teams=("sme", "manager_partner"))
    run(rig, database, talk, size)
    kept = _kept(database, talk)
    _judge(rig, talk, kept, "buyer")
    strays = sum(_judge_teams(rig, database, talk, kept, writer) for writer in talk.chats)
    assert strays > 0, "no delivery was accepted and lost its answer"
    faults = rig.ask("chat", chat="")["outcomes"]
    assert {name.rpartition(" ")[0] for name in faults} >= {"POST activities", "PUT activities"}


def _kept(database: Database, talk: Talk) -> dict[int, Wrote]:
    """Return what was taken by its number, once everything has ended well and no text is kept any more."""
    with database.read() as session:
        kept = session.exec(select(RelayedMessage).order_by(col(RelayedMessage.id))).all()
        rows = session.exec(select(Outbox)).all()
    assert {row.text for row in kept} == {""}
    assert {row.status for row in rows} <= {OutboxStatus.SENT, OutboxStatus.CANCELLED}
    assert [row.message for row in kept] == [one.said.message for one in talk.written]
    return {row.id or 0: wrote for row, wrote in zip(kept, talk.written, strict=True)}


def _judge(rig: Rig, talk: Talk, kept: dict[int, Wrote], writer: str) -> None:
    """Hold what stands in a channel of Slack against what was written elsewhere."""
    standing = rig.ask("channel", channel=talk.channels[writer].rpartition(":")[2])["messages"]
    keys = [one["key"] for one in standing]
    assert len(set(keys)) == len(keys), "doubled"
    order = [int(key.split(":")[1]) for key in keys]
    assert order == sorted(order), "out of order"
    stands = {number: one["text"] for number, one in zip(order, standing, strict=True)}
    expected = {number: one for number, one in kept.items() if one.side != writer}
    for number, wrote in expected.items():
        _is_as_it_was_left(stands.get(number), wrote)
    assert set(stands) <= set(expected)


def _is_as_it_was_left(text: str | None, wrote: Wrote) -> None:
    if wrote.deleted:
        assert text is None or "took this message away" in text
    else:
        assert text is not None, "lost"
        assert re.search(rf"{wrote.text}(?!\d)", text), "not as it is now"
        assert ("corrected" in text) == ("corrected" in wrote.text)


def _judge_teams(rig: Rig, database: Database, talk: Talk, kept: dict[int, Wrote], writer: str) -> int:
    """Hold what stands in a chat of Teams against what was written elsewhere; return how much stands there twice.

    Of what may have arrived before, only the newest copy is known: it is the one that follows its author, and says that
    it may be a repeat.
    """
    standing = {one["id"]: one["text"] for one in rig.ask("chat", chat=talk.chats[writer])["messages"]}
    with database.read() as session:
        leg = session.exec(select(Leg.id).where(Leg.address == talk.channels[writer])).one()
        copies = session.exec(select(Outbox).where(Outbox.kind == "relay").order_by(col(Outbox.id))).all()
    known, flagged = list[str](), set[int]()
    for row in copies:
        if row.payload["leg"] != leg:
            continue
        number = int(row.payload["message"])
        activity = (row.sent_ref or "").rpartition(":")[2]
        _is_as_it_was_left(standing.get(activity), kept[number])
        if activity:
            known.append(activity)
            assert ("may be a repeat" in standing[activity]) == (row.last_error == REPEATED)
            flagged |= {number} if row.last_error == REPEATED else set()
    assert known == sorted(known, key=int), "out of order"
    strays = [text for one, text in standing.items() if one not in known]
    for text in strays:
        found = re.search(r"message (\d+)", text)
        at = int(found[1]) if found else None
        # One that was taken away before it was known to be there says no number any more.
        assert at is None or any(kept[number] is talk.written[at] for number in flagged), "doubled in silence"
    return len(strays)
