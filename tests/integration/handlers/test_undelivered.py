"""What a platform refused for good is seen by the cluster's manager, who sends it again or drops it."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from handlers.letters import KINDS
from store import queue
from store.tables.introductions import Leg
from store.tables.queue import Outbox, OutboxStatus
from tests.integration.handlers.jobs import run_jobs
from tests.integration.handlers.test_conversations import make_all, say
from tests.world import World, find_button


@pytest.fixture
def row_id(world: World) -> int:
    with world.database.write() as session:
        intent = queue.Intent(
            kind="card.post",
            key="dead",
            destination="web:W-CLEAN:gone",
            due_at=world.now,
            cluster_id=world.clean,
            subject="CH-9",
        )
        queue.enqueue(session, intent, now=world.now)
        (row,) = queue.claim(session, owner="w", now=world.now, kinds=("card.post",), destination="web:W-CLEAN:gone")
        assert queue.finish(session, row, status="dead", now=world.now, error="channel_not_found")
        return row.id


def status(world: World) -> OutboxStatus:
    with world.database.read() as session:
        return session.exec(select(Outbox).where(Outbox.key == "dead")).one().status


def test_a_manager_sees_what_was_refused_and_sends_it_again(world: World, row_id: int):
    card = next(one for one in world.home(world.manager_owner).cards if "CH-9" in str(one.blocks))
    shown = world.press(world.manager_owner, card, "undelivered.resend")
    assert shown.home is not None
    assert status(world) == OutboxStatus.PENDING
    assert find_button(card, "undelivered.drop").value == str(row_id)


def test_a_manager_drops_it_and_it_is_gone_from_home(world: World, row_id: int):
    world.act(world.manager_owner, "undelivered.drop", str(row_id))
    assert status(world) == OutboxStatus.CANCELLED
    assert not any("CH-9" in str(one.blocks) for one in world.home(world.manager_owner).cards)


def test_a_second_click_changes_nothing(world: World, row_id: int):
    world.act(world.manager_owner, "undelivered.drop", str(row_id))
    shown = world.act(world.manager_owner, "undelivered.resend", str(row_id))
    assert shown.card is not None
    assert "taken care of" in shown.card.summary
    assert status(world) == OutboxStatus.CANCELLED


@pytest.mark.parametrize("value", ["", "x", "9" * 30, "-1", "٣"])
def test_a_value_that_names_no_row_is_refused(world: World, row_id: int, value: str):
    shown = world.act(world.manager_owner, "undelivered.resend", value)
    assert shown.card is not None
    assert status(world) == OutboxStatus.DEAD


def test_nobody_but_the_clusters_manager_decides(world: World, row_id: int):
    for speaker in (world.manager_partner, world.sme, world.buyer):
        shown = world.act(speaker, "undelivered.resend", str(row_id))
        assert shown.card is not None
        assert status(world) == OutboxStatus.DEAD


def test_whatever_does_not_arrive_has_a_manager_who_learns_of_it(world: World):
    challenge = world.published()
    world.shared(challenge)
    world.answered(challenge)
    run_jobs(world)
    make_all(world)
    with world.database.read() as session:
        leg = session.exec(select(Leg).where(Leg.workspace == "W-DELTA")).one()
    say(world, world.sme, leg.address, "Shall we meet?")
    world.deliver()
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(col(Outbox.kind).in_(tuple(KINDS)))).all()
    assert {"card.post", "card.update", "conversation.open", "relay"} <= {row.kind for row in rows}
    assert [(row.kind, row.key) for row in rows if row.cluster_id is None] == []
