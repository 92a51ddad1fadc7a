"""What a platform refused for good is seen by the cluster's manager, who sends it again or drops it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from domain.nudges import NudgeKind
from domain.rooms import WorkspaceState
from handlers import cards
from handlers.letters import KINDS
from handlers.nudging.digests import build_digest
from handlers.outbox import Deliverer
from handlers.requests import Shown, Speaker
from handlers.work import Work
from messages.card import Card
from messages.compose.digests import digest_blocks
from messages.i18n import Words
from store import queue
from store.tables.introductions import Leg
from store.tables.people import Person, Workspace
from store.tables.queue import Outbox, OutboxStatus
from tests.fakes.clock import StillClock
from tests.integration.handlers.jobs import run_jobs
from tests.integration.handlers.test_conversations import make_all, say
from tests.world import CLEAN_CHANNEL, World, find_button, text_of, text_of_home


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


def fail(world: World, key: str, *, cluster: int, error: str, unsure: bool = False, subject: str = "CH-9") -> None:
    """Let a message come to nothing, or nobody knows what became of it."""
    place = f"web:W:{key}"
    with world.database.write() as session:
        intent = queue.Intent(
            kind="card.post", key=key, destination=place, due_at=world.now, cluster_id=cluster, subject=subject
        )
        queue.enqueue(session, intent, now=world.now)
        (row,) = queue.claim(session, owner="w", now=world.now, destination=place)
        assert queue.mark_sending(session, row, now=world.now)
        if error:
            assert queue.finish(session, row, status="dead", now=world.now, error=error, unconfirmed=unsure)
        else:
            assert queue.leave_uncertain(session, row, due_at=world.now, now=world.now, error="no answer")


def home(world: World, speaker: Speaker) -> str:
    return text_of_home(world.home(speaker))


def summary(shown: Shown) -> str:
    return text_of(shown.card)


def test_the_reason_is_told_in_plain_words(world: World):
    fail(world, "a", cluster=world.clean, error="token_revoked")
    fail(world, "b", cluster=world.clean, error="never_heard_of")
    shown = home(world, world.manager_owner)
    assert "the workspace has removed Matchpoint" in shown
    assert "the chat platform refused it: never_heard_of" in shown
    assert "may have arrived" not in shown


def test_what_may_have_arrived_says_so_before_anybody_sends_it_again(world: World):
    fail(world, "a", cluster=world.clean, error="unconfirmed", unsure=True, subject=f"P-{world.people['sme']}:2026")
    shown = home(world, world.manager_owner)
    assert "It may have arrived all the same" in shown
    with world.database.read() as session:
        name = session.get_one(Person, world.people["sme"]).name
    assert f"The message to {name}: the chat platform could not say whether it arrived" in shown


def test_every_message_of_unknown_fate_is_listed_with_what_it_is_and_since_when(world: World):
    for number in range(5):
        fail(world, f"{number}", cluster=world.clean, error="")
    shown = home(world, world.manager_owner)
    assert "5 messages may not have arrived" in shown
    assert "The card about CH-9, since" in shown
    assert "and 2 more" in shown
    assert "may not have arrived" not in home(world, world.manager_partner)
    assert "may not have arrived" not in home(world, world.buyer)


def test_all_of_them_are_sent_again_or_dropped_at_once_by_their_own_manager(world: World):
    for number in range(4):
        fail(world, f"{number}", cluster=world.clean, error="token_revoked", unsure=number == 0)
    fail(world, "theirs", cluster=world.delta, error="token_revoked")
    assert "4 messages are on their way again" in summary(world.act(world.manager_owner, "undelivered.resend", "all"))
    assert "taken care of" in summary(world.act(world.manager_owner, "undelivered.drop", "all"))
    assert "taken care of" in summary(world.act(world.sme, "undelivered.drop", "all"))
    assert "One message is dropped" in summary(world.act(world.manager_partner, "undelivered.drop", "all"))
    with world.database.read() as session:
        rows = session.exec(select(Outbox.status, Outbox.key).where(col(Outbox.key).in_(("0", "1", "theirs")))).all()
    assert {(key, status) for status, key in rows} == {
        ("0", OutboxStatus.UNCERTAIN), ("1", OutboxStatus.PENDING), ("theirs", OutboxStatus.CANCELLED)
    }  # fmt: skip


def test_what_fails_again_after_it_was_sent_again_is_listed_again(world: World, row_id: int):
    world.act(world.manager_owner, "undelivered.resend", str(row_id))
    with world.database.write() as session:
        (row,) = queue.claim(session, owner="w", now=world.now, kinds=("card.post",), destination="web:W-CLEAN:gone")
        assert queue.finish(session, row, status="dead", now=world.now, error="channel_not_found")
    assert "The card about CH-9" in home(world, world.manager_owner)
    world.act(world.manager_owner, "undelivered.resend", str(row_id))
    assert status(world) == OutboxStatus.PENDING


def test_who_is_a_member_of_nothing_was_met_somewhere_whose_manager_learns_of_it(world: World):
    with world.database.write() as session:
        work = Work(session, world.now, world.kit)
        assert cards.tell(work, "consent", "IN-1", world.people["stranger"])
        row = session.exec(select(Outbox).where(Outbox.kind == "card.post")).one()
    assert row.cluster_id == world.clean


def test_a_removed_workspace_ends_its_messages_visibly(world: World):
    world.deliver()
    with world.database.write() as session:
        where = col(Workspace.native_id) == "W-CLEAN"
        session.exec(update(Workspace).where(where).values(state=WorkspaceState.REMOVED))
        for number in range(3):
            place = f"web:W-CLEAN:channel:{number}"
            intent = queue.Intent(
                kind="relay",
                key=f"{number}",
                destination=place,
                due_at=world.now,
                cluster_id=world.clean,
                subject="IN-4",
            )
            queue.enqueue(session, intent, now=world.now)
    deliverer = Deliverer(world.database, world.kit, {}, StillClock(world.now), owner="w", room=1)
    assert asyncio.run(deliverer.turn()) == 1
    assert asyncio.run(deliverer.turn()) == 0
    shown = home(world, world.manager_owner)
    assert "3 messages could not be delivered" in shown
    assert "What was written in IN-4: the workspace has removed Matchpoint" in shown


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


def in_digest(world: World) -> str:
    with world.database.read() as session:
        work = Work(session, world.now, world.kit)
        sections = build_digest(work, world.people["manager_owner"], (NudgeKind.MANAGERS_DIGEST,))
    return text_of(Card(title="-", blocks=tuple(digest_blocks(sections, Words("en")))) if sections else None)


def of_cluster(world: World) -> str:
    return text_of(world.command(world.manager_owner, "matchpoint", "cluster").card)


def test_a_channel_that_takes_nothing_is_named_in_the_digest_and_with_the_cluster_until_it_takes_something(
    world: World,
):
    with world.database.write() as session:
        for key, error, at in (("dead", "is_archived", 0), ("form", "invalid_blocks", 1)):
            intent = queue.Intent(
                kind="card.post", key=key, destination=CLEAN_CHANNEL, due_at=world.now, cluster_id=world.clean
            )
            queue.enqueue(session, intent, now=world.now)
            (row,) = queue.claim(session, owner="w", now=world.now, kinds=("card.post",), destination=CLEAN_CHANNEL)
            now = world.now + timedelta(minutes=at)
            assert queue.finish(session, row, status="dead", now=now, error=error)
    for said in (in_digest(world), of_cluster(world)):
        assert "The challenge channel in" in said
        assert "the channel is archived. Open it again" in said
        assert "/matchpoint setup" in said
    assert "2 messages" in in_digest(world)
    # A member reads nothing of it, and another cluster's manager neither.
    assert "archived" not in text_of(world.command(world.neighbour, "matchpoint", "cluster").card)
    assert "archived" not in text_of(world.command(world.manager_partner, "matchpoint", "cluster").card)
    world.now += timedelta(hours=1)
    world.published()
    for said in (in_digest(world), of_cluster(world)):
        assert "archived" not in said
    assert "2 messages" in in_digest(world)
