"""Two clusters that share no chat, while what happens comes twice, in another order, or not at all for an hour."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import permutations
from typing import Final

import pytest
from sqlmodel import select

from store.tables.challenges import Answer
from store.tables.introductions import Introduction, Leg, RelayedMessage
from store.tables.queue import Outbox, OutboxStatus
from tests.fakes.slack import Fault
from tests.journeys.stage import CHALLENGES, SME
from tests.journeys.two_clusters import ROLES, SEATS, Across, introduce

HOUR: Final = 3600
REPEATED: Final = "may be a repeat"
AWAY: Final = "took this message away"


async def heard(across: Across, role: str) -> list[str]:
    """Return what a person reads in the conversation, oldest first."""
    (conversation,) = await across.stage.people[role].conversations()
    return [one.text for one in conversation]


async def hears(across: Across, role: str, text: str) -> int:
    """Return how many messages of the conversation hold a text."""
    return sum(bool(re.search(rf"{re.escape(text)}(?!\w)", one)) for one in await heard(across, role))


async def test_what_comes_twice_counts_once(across: Across):
    across.twice()
    stage = across.stage
    await introduce(stage)
    for role, text in (("buyer", "When can you come to Copenhagen?"), ("sme", "On Tuesday at ten.")):
        await stage.people[role].talk(text)
        await stage.deliver()
        await stage.people[role].rewrite(f"{text} Please")
        await stage.deliver()
        for reader in across.beside(role):
            assert await hears(across, reader, f"{text} Please") == 1
            assert await hears(across, reader, text) == 1
    posts = [one for one in await stage.people["sme"].channel(CHALLENGES) if "answer.start" in one.actions]
    assert len(posts) == 1
    with stage.parts.database.read() as session:
        for table in (Answer, Introduction):
            assert len(session.exec(select(table)).all()) == 1
        assert len(session.exec(select(RelayedMessage)).all()) == 2
    for surface in {"slack", "teams"} & set(across.seats.values()):
        assert across.lines[surface].repeated > 2


@pytest.mark.parametrize("across", [SEATS[0], SEATS[2], SEATS[4]], indirect=True, ids="-".join)
async def test_in_whatever_order_things_come_they_end_as_their_author_left_them(across: Across):
    await introduce(across.stage)
    for role in ("buyer", "sme"):
        if across.seats[role] != "web":  # whose forms are answered one after the other
            await _edits_overtake(across, role)
            await _deletions_overtake(across, role)
            await _a_deletion_overtakes_an_edit_of_what_arrived(across, role)
            await _a_reply_overtakes(across, role)


async def _edits_overtake(across: Across, role: str) -> None:
    author, line = across.stage.people[role], across.lines[across.seats[role]]
    for order in permutations(range(3)):
        name = f"{role} {order}"
        line.hold()
        await author.talk(f"At ten, {name}")
        for text in ("At eleven", "At twelve"):
            across.stage.clock.advance(5)
            await author.rewrite(f"{text}, {name}")
        await line.release(order)
        await across.stage.deliver()
        for reader in across.beside(role):
            assert await hears(across, reader, f"At twelve, {name}") == 1
            assert await hears(across, reader, name) == 1


async def _deletions_overtake(across: Across, role: str) -> None:
    author, line = across.stage.people[role], across.lines[across.seats[role]]
    for order in ((2, 1, 0), (2, 0, 1), (1, 2, 0)):
        name = f"gone {role} {order}"
        line.hold()
        await author.talk(f"At ten, {name}")
        across.stage.clock.advance(5)
        await author.rewrite(f"At eleven, {name}")
        across.stage.clock.advance(5)
        await author.take_back()
        await line.release(order)
        await across.stage.deliver()
        for reader in across.beside(role):
            assert await hears(across, reader, name) == 0


async def _a_deletion_overtakes_an_edit_of_what_arrived(across: Across, role: str) -> None:
    author, line = across.stage.people[role], across.lines[across.seats[role]]
    readers = across.beside(role)
    before = [await hears(across, reader, AWAY) for reader in readers]
    await author.talk(f"Soon, {role}")
    await across.stage.deliver()
    line.hold()
    await author.rewrite(f"Later, {role}")
    across.stage.clock.advance(5)
    await author.take_back()
    await line.release((1, 0))
    await across.stage.deliver()
    for reader, count in zip(readers, before, strict=True):
        assert await hears(across, reader, f"Soon, {role}") == await hears(across, reader, f"Later, {role}") == 0
        assert await hears(across, reader, AWAY) == count + 1


async def _a_reply_overtakes(across: Across, role: str) -> None:
    author, line = across.stage.people[role], across.lines[across.seats[role]]
    line.hold()
    await author.talk(f"When, asks {role}?")
    await author.talk(f"On Tuesday, says {role}!", below=True)
    await line.release((1, 0))
    await across.stage.deliver()
    for reader in across.beside(role):
        *_, first, second = await heard(across, reader)
        assert f"On Tuesday, says {role}!" in first, "in the order in which they came"
        assert f"When, asks {role}?" in second
        assert await hears(across, reader, f"On Tuesday, says {role}!") == 1


@dataclass
class Outage:
    """One platform that is away, and how."""

    across: Across
    surface: str
    how: str
    away: bool = field(default=False, init=False)

    def begin(self) -> None:
        self.away = True
        if self.surface == "slack":
            self.across.slack.down = Fault[self.how]
        elif self.how == "refused":
            self.across.teams.shut()
        else:
            self.across.teams.down = int(self.how)

    def end(self) -> None:
        self.away = False
        self.across.slack.down, self.across.teams.down = None, 0
        if self.how == "refused":
            self.across.teams.reopen()

    def reaches(self, role: str) -> bool:
        return not self.away or self.across.seats[role] != self.surface


OUTAGES: Final = (
    (SEATS[0], "teams", "503"),
    (SEATS[4], "teams", "429"),
    (SEATS[0], "slack", "ERROR_500"),
    (SEATS[1], "teams", "refused"),
    (SEATS[2], "slack", "THROTTLE"),
    (SEATS[2], "teams", "502"),
    (SEATS[3], "slack", "ERROR_500"),
)


@pytest.fixture
def outage(across: Across, request: pytest.FixtureRequest) -> Outage:
    surface, how = request.param
    return Outage(across, surface, how)


@pytest.mark.parametrize(
    ("across", "outage"),
    [(seats, (surface, how)) for seats, surface, how in OUTAGES],
    indirect=True,
    ids=[f"{'-'.join(seats)}: {surface} {how}" for seats, surface, how in OUTAGES],
)
async def test_a_side_that_is_away_for_an_hour_misses_nothing_and_delays_nobody(across: Across, outage: Outage):
    stage = across.stage
    await introduce(stage)
    outage.begin()
    for number in range(4):
        for role in ("buyer", "sme"):
            await stage.people[role].talk(f"{role} says {number}!")
            await stage.deliver()
            for reader in across.beside(role):
                assert await hears(across, reader, f"{role} says {number}!") == (1 if outage.reaches(reader) else 0)
            if number == 1:
                await stage.people[role].rewrite(f"{role} says one!")
            if number == 2:
                await stage.people[role].take_back()
            await stage.deliver()
        await stage.wait(HOUR / 4, step=15)
    outage.end()
    await stage.wait(2 * HOUR)

    for role in ("buyer", "sme"):
        for reader in across.beside(role):
            said = [one for one in await heard(across, reader) if f"{role} says" in one]
            marks = ("0!", "one!", "3!")
            assert len(said) == len(marks), said
            for one, mark in zip(said, marks, strict=True):
                assert f"{role} says {mark}" in one
                assert REPEATED not in one or (across.seats[reader], outage.how) in (("teams", "503"), ("teams", "502"))
    with stage.parts.database.read() as session:
        rows = session.exec(select(Outbox)).all()
    assert {row.status for row in rows} <= {OutboxStatus.SENT, OutboxStatus.CANCELLED, OutboxStatus.PENDING}
    assert {row.status for row in rows if row.kind.startswith("relay")} <= {OutboxStatus.SENT, OutboxStatus.CANCELLED}


@pytest.mark.parametrize(
    ("across", "outage"),
    [((SEATS[0]), ("teams", "503")), (SEATS[2], ("slack", "ERROR_500")), (SEATS[1], ("teams", "refused"))],
    indirect=True,
    ids=str,
)
async def test_an_outage_at_every_step_of_the_journey_only_puts_it_off(across: Across, outage: Outage):
    stage = across.stage

    async def with_an_outage() -> None:
        outage.begin()
        await stage.wait(HOUR / 2, step=60)
        outage.end()
        await stage.wait(HOUR, step=60)

    await introduce(stage, with_an_outage)
    posts = [one for one in await stage.people["sme"].channel(CHALLENGES) if "answer.start" in one.actions]
    assert len(posts) == 1
    for role in ROLES:
        (conversation,) = await stage.people[role].conversations()
        assert sum("Both of you have agreed" in one.text and SME in one.text for one in conversation) == 1
    with stage.parts.database.read() as session:
        assert {row.status for row in session.exec(select(Outbox)).all()}.isdisjoint({OutboxStatus.DEAD})
        assert all(leg.address for leg in session.exec(select(Leg)).all())
