"""The relay: edits and deletions follow, files are links, people leave, managers close, sides are lost."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from domain.organisations import MembershipState
from domain.rooms import WorkspaceState
from handlers.introductions.news import lose_workspace
from handlers.letters import KINDS, Letter
from handlers.requests import Deleted, Edited, Files, Place, Said, Speaker
from handlers.work import Work
from store import backlog, queue
from store.engine import Session
from store.queries import rooms
from store.tables.introductions import Leg, RelayedMessage
from store.tables.people import Identity, Membership, Workspace
from store.tables.queue import Outbox, OutboxStatus
from tests.integration.handlers.test_conversations import make_all, published
from tests.world import Message, World, address_of, find_button, has_button, text_of


@dataclass
class Talk:
    """The conversation of one introduction: who writes where, and what arrives on the other side."""

    world: World
    intro: str
    here: str
    there: str
    events: int = 0

    def event(self) -> str:
        self.world.now += timedelta(seconds=1)
        self.events += 1
        return f"event-{self.events}"

    def say(self, text: str, *, who: Speaker | None = None, files: Files = (), message: str = "") -> Said:
        event = self.event()
        who = who or self.world.buyer
        place = Place(self.here if who.workspace == "W-CLEAN" else self.there)
        said = Said(who, place, text, message or f"{place.channel}/{event}", event, files)
        self.world.desk.said(said, now=self.world.now)
        return said

    def edit(self, said: Said, text: str, *, files: Files = (), at: int = 0, who: Speaker | None = None) -> Edited:
        event = self.event()
        when = self.world.now + timedelta(seconds=at)
        edited = Edited(who or said.speaker, said.place, text, said.message, event, when, self.world.now, files)
        self.world.desk.edited(edited, now=self.world.now)
        return edited

    def delete(self, said: Said, *, who: Speaker | None = None) -> None:
        deleted = Deleted(who or said.speaker, said.place, said.message, self.event())
        self.world.desk.deleted(deleted, now=self.world.now)

    def seen(self, address: str = "") -> list[Message]:
        """Return what arrived on the other side, without the opening."""
        return [
            one
            for one in self.world.sent_to(address or self.there)
            if "Both of you have agreed" not in text_of(one.card)
        ]

    def texts(self, address: str = "") -> list[str]:
        return [text_of(one.card) for one in self.seen(address)]

    def texts_now(self, address: str) -> list[str]:
        """Return what has arrived so far, and deliver nothing."""
        found = [text_of(one.card) for one in self.world.messages.values() if one.to == address]
        return [one for one in found if "Both of you have agreed" not in one]

    def opening(self, address: str) -> Message:
        return next(one for one in self.world.sent_to(address) if "Both of you have agreed" in text_of(one.card))


@pytest.fixture
def talk(world: World) -> Talk:
    published(world, "E. coli in pipes")
    (intro,) = make_all(world)
    with world.database.read() as session:
        legs = {leg.workspace: leg.address for leg in session.exec(select(Leg))}
    return Talk(world, intro, legs["W-CLEAN"], legs["W-DELTA"])


def ending(*lines: str) -> str:
    return "\n".join(("Buyer, Nordkaj, Nordkaj Utility (CLEAN)", *lines))


def texts_kept(world: World) -> set[str]:
    with world.database.read() as session:
        return {row.text for row in session.exec(select(RelayedMessage))}


def test_an_edit_changes_the_copy_and_its_text_is_forgotten_again(talk: Talk):
    said = talk.say("At tne")
    assert talk.texts() == [ending("At tne")]
    edited = talk.edit(said, "At ten")
    talk.world.desk.edited(edited, now=talk.world.now)
    assert talk.texts() == [ending("At ten", "Edited")]
    assert talk.seen()[0].updates == 1
    assert texts_kept(talk.world) == {""}


def test_an_edit_while_the_message_waits_ends_in_the_right_text_once(talk: Talk):
    said = talk.say("At tne")
    talk.edit(said, "At ten")
    assert talk.texts() == [ending("At ten", "Edited")]


def test_an_edit_that_comes_first_brings_the_message_once(talk: Talk):
    said = Said(talk.world.buyer, Place(talk.here), "At tne", "m-late", "event-late")
    talk.edit(said, "At ten")
    talk.world.desk.said(said, now=talk.world.now)
    assert talk.texts() == [ending("At ten", "Edited")]


def test_of_two_edits_the_later_one_counts_in_whichever_order_they_come(talk: Talk):
    said = talk.say("One")
    talk.edit(said, "Three", at=60)
    talk.edit(said, "Two")
    assert talk.texts() == [ending("Three", "Edited")]


def test_an_edit_of_what_is_older_than_the_conversation_brings_nothing(talk: Talk):
    old = talk.world.now - timedelta(days=30)
    edited = Edited(talk.world.buyer, Place(talk.here), "Old", "m-old", "event-old", talk.world.now, old)
    talk.world.desk.edited(edited, now=talk.world.now)
    assert talk.texts() == []


def test_only_the_author_edits_and_deletes(talk: Talk):
    said = talk.say("Mine")
    talk.edit(said, "Forged", who=talk.world.manager_owner)
    talk.delete(said, who=talk.world.manager_owner)
    assert talk.texts() == [ending("Mine")]


def test_a_deletion_takes_the_copy_away_and_nothing_brings_it_back(talk: Talk):
    said = talk.say("Too much")
    talk.world.deliver()
    talk.delete(said)
    talk.edit(said, "Again")
    talk.world.desk.said(Said(said.speaker, said.place, "Again", said.message, talk.event()), now=talk.world.now)
    assert talk.texts() == ["Buyer, Nordkaj, Nordkaj Utility (CLEAN) took this message away."]
    assert texts_kept(talk.world) == {""}


def test_what_is_deleted_before_it_left_never_arrives(talk: Talk):
    said = talk.say("Too much")
    talk.delete(said)
    assert talk.texts() == []


def test_a_deletion_that_comes_first_keeps_the_message_back(talk: Talk):
    said = Said(talk.world.buyer, Place(talk.here), "Too much", "m-late", "event-late")
    talk.delete(said)
    talk.world.desk.said(said, now=talk.world.now)
    assert talk.texts() == []


def test_what_may_have_arrived_is_taken_away_once_it_is_found(talk: Talk):
    said = talk.say("Too much")
    with talk.world.database.write() as session:
        (row,) = queue.claim(session, owner="killed", now=talk.world.now, kinds=("relay",))
        assert queue.mark_sending(session, row, now=talk.world.now)
    talk.delete(said)
    # Its worker died, and the platform has it: it is looked up, found, and then taken away.
    with talk.world.database.write() as session:
        again = replace(row, was_sending=True)
        assert isinstance(KINDS["relay"].writer(Work(session, talk.world.now, talk.world.kit), again), Letter)


def test_files_are_passed_on_as_links_and_unsafe_ones_are_not(talk: Talk):
    files = (
        ("plan.pdf\nx", "https://files.example.org/plan?a=1"),
        ("old.doc", "http://files.example.org/old"),
        ("trick", "https://user@evil.example.org/x"),
        ("break", "https://evil.example.org/x> <script>"),
        ("script", "javascript:alert(1)"),
    )
    talk.say("", files=files)
    (text,) = talk.texts()
    assert "plan.pdf x: https://files.example.org/plan?a=1" in text
    assert "you may need permission" in text
    assert "evil" not in text
    assert "old.doc" not in text
    assert "javascript" not in text


def test_who_leaves_is_told_of_and_neither_heard_nor_asked_why(talk: Talk):
    world = talk.world
    shown = world.press(world.buyer, talk.opening(talk.here).card, "conversation.leave")
    assert "You have left" in text_of(shown.card)
    assert any("Buyer, Nordkaj" in one and "has left this conversation" in one for one in talk.texts())
    talk.say("Hello?")
    talk.say("Hello again?")
    assert not any("Hello" in one for one in talk.texts())
    hints = [one for one in world.sent_to(world.buyer) if "was not passed on" in text_of(one.card)]
    assert len(hints) == 1
    assert "Left the conversation: Buyer, Nordkaj" in text_of(talk.opening(talk.there).card)
    assert "already" not in text_of(world.press(world.buyer, hints[0].card, "conversation.back").card)
    talk.say("I am back")
    assert talk.texts()[-1] == ending("I am back")
    assert any("is back in this conversation" in one for one in talk.texts())
    assert "I am back" not in "".join(texts_kept(world))


def test_an_edit_of_somebody_who_left_is_not_passed_on_but_a_deletion_is(talk: Talk):
    first, second = talk.say("First"), talk.say("Second")
    talk.world.deliver()
    talk.world.act(talk.world.buyer, "conversation.leave", talk.intro)
    talk.edit(first, "Changed")
    talk.delete(second)
    texts = talk.texts()
    assert ending("First") in texts
    assert any("took this message away" in one for one in texts)
    assert not any("Changed" in one for one in texts)


def test_a_side_whose_last_one_left_gets_nothing_and_the_author_learns_it_once(talk: Talk):
    world = talk.world
    for who in (world.sme, world.manager_partner):
        world.act(who, "conversation.leave", talk.intro)
    world.deliver()
    before = len(talk.seen())
    talk.say("Anybody?")
    talk.say("Nobody?")
    assert len(talk.seen()) == before
    hints = [one for one in world.sent_to(world.buyer) if "Nobody on the other side" in text_of(one.card)]
    assert len(hints) == 1


def test_nobody_leaves_for_somebody_else_or_twice(talk: Talk):
    world = talk.world
    assert "no introduction" in text_of(world.act(world.neighbour, "conversation.leave", talk.intro).card)
    world.act(world.buyer, "conversation.leave", talk.intro)
    assert "You have left" in text_of(world.act(world.buyer, "conversation.leave", talk.intro).card)
    assert len([one for one in talk.texts() if "has left" in one]) == 1
    assert "already" in text_of(world.act(world.sme, "conversation.back", talk.intro).card)


def test_a_manager_closes_it_both_sides_are_told_once_and_nothing_passes_until_it_is_open_again(talk: Talk):
    world = talk.world
    card = world.act(world.manager_partner, "introduction.show", talk.intro).card
    assert find_button(card, "conversation.close").confirm is not None
    world.press(world.manager_partner, card, "conversation.close")
    again = world.act(world.manager_owner, "conversation.close", talk.intro)
    assert "is closed" in text_of(again.card)
    for side in (talk.here, talk.there):
        assert len([one for one in talk.texts(side) if "has closed this conversation" in one]) == 1
        assert not has_button(talk.opening(side).card, "conversation.leave")
    talk.say("Still there?")
    talk.say("Hello?", who=world.sme)
    assert not any("there?" in one or "Hello" in one for one in talk.texts() + talk.texts(talk.here))
    assert any("is closed: what you wrote was not passed on" in text_of(one.card) for one in world.sent_to(world.buyer))
    card = world.act(world.manager_owner, "introduction.show", talk.intro).card
    world.press(world.manager_owner, card, "conversation.reopen")
    talk.say("Good")
    assert talk.texts()[-1] == ending("Good")


@pytest.mark.parametrize("action", ["conversation.close", "conversation.reopen"])
def test_only_managers_concerned_close_and_open(talk: Talk, action: str):
    for who in (talk.world.buyer, talk.world.sme, talk.world.neighbour, talk.world.stranger):
        shown = talk.world.act(who, action, talk.intro)
        assert shown.failed
    assert not any("closed" in one for one in talk.texts())


def test_a_message_begins_with_an_id_or_comes_by_the_form_where_one_chat_has_several(talk: Talk):
    world, private = talk.world, address_of(talk.world.sme)
    with world.database.write() as session:
        leg = session.exec(select(Leg).where(Leg.workspace == "W-DELTA")).one()
        post = rooms.post_of(session, kind="conversation", subject=talk.intro, destination=leg.address)
        assert post is not None
        leg.address = post.destination = private
    talk.there = private
    talk.say("help", who=world.sme)
    assert talk.texts(talk.here) == []
    talk.say(f"{talk.intro.lower().replace('-', '')}: Hello", who=world.sme)
    assert talk.texts(talk.here)[-1].endswith("\nHello")
    talk.say("Hello too")
    copy = next(one for one in world.sent_to(private) if "Hello too" in text_of(one.card))
    form = world.press(world.sme, copy.card, "conversation.write").form
    assert "Please write" in "".join(world.submit(world.sme, form, text=" ").errors.values())
    assert "passed on" in text_of(world.submit(world.sme, form, text="By form").card)
    assert talk.texts(talk.here)[-1].endswith("\nBy form")


def test_what_is_written_in_a_form_is_read_by_who_sits_beside_too(talk: Talk):
    world = talk.world
    form = world.act(world.buyer, "conversation.write", talk.intro).form
    world.submit(world.buyer, form, text="To all")
    assert talk.texts(talk.here) == talk.texts(talk.there) == [ending("To all")]


def test_a_removed_workspace_is_told_of_once_and_reached_again_when_somebody_writes_there(talk: Talk):
    world = talk.world
    _set_removed(world, removed=True)
    talk.say("One")
    talk.say("Two")
    assert len([one for one in world.sent_to(world.buyer) if "Nobody on the other side" in text_of(one.card)]) == 1
    assert talk.texts() == []
    _set_removed(world, removed=False)
    talk.say("Here we are", who=world.sme)
    assert talk.texts(talk.here)[-1].endswith("\nHere we are")
    talk.say("Welcome back")
    assert talk.texts()[-1] == ending("Welcome back")


def _set_removed(world: World, *, removed: bool) -> None:
    with world.database.write() as session:
        row = session.exec(select(Workspace).where(Workspace.native_id == "W-DELTA")).one()
        row.state = WorkspaceState.REMOVED if removed else WorkspaceState.ACTIVE


def test_three_sides_go_on_when_one_is_lost_and_the_others_learn_it(talk: Talk):
    world = talk.world
    third = _third_leg(world)
    talk.say("All of you")
    assert talk.texts()[-1] == talk.texts(third)[-1] == ending("All of you")

    for _ in range(2):
        with world.database.write() as session:
            backlog.end_workspace(session, "web:W-DELTA", now=world.now, reason="account_inactive")
            lose_workspace(Work(session, world.now, world.kit), "web:W-DELTA")
    talk.say("Those who are left")
    for side in (talk.here, third):
        assert len([one for one in talk.texts(side) if "Messages no longer reach" in one]) == 1
    assert talk.texts(third)[-1] == ending("Those who are left")
    assert talk.texts()[-1] == ending("All of you")


def _third_leg(world: World) -> str:
    """Let the manager of Delta sit in a workspace of her own."""
    with world.database.write() as session:
        leg = session.exec(select(Leg).where(Leg.workspace == "W-DELTA")).one()
        manager = world.people["manager_partner"]
        leg.people = tuple(one for one in leg.people if one != manager)
        values: dict[str, Any] = leg.model_dump(exclude={"id"})
        values |= {"workspace": "W-THIRD", "people": (manager,), "address": "web:W-THIRD:talk"}
        session.add(Leg(**values))
        add_account(session, world, "manager_partner", "W-THIRD")
    return "web:W-THIRD:talk"


def add_account(session: Session, world: World, name: str, workspace: str) -> None:
    """Give somebody an account in one more workspace."""
    row = Identity(
        person_id=world.people[name],
        surface="web",
        workspace=workspace,
        native_user=name,
        address=f"web:{workspace}:@{name}",
        seen_at=world.now,
        created_at=world.now,
        updated_at=world.now,
    )
    session.add(row)


def test_the_same_people_in_one_workspace_have_an_ordinary_group(talk: Talk):
    world = talk.world
    with world.database.write() as session:
        session.delete(session.exec(select(Leg).where(Leg.workspace == "W-DELTA")).one())
    talk.say("Just us")
    assert talk.texts(talk.here) == talk.texts() == []
    assert "ordinary group" in text_of(world.act(world.buyer, "conversation.leave", talk.intro).card)
    assert "ordinary group" in text_of(world.act(world.manager_owner, "conversation.close", talk.intro).card)
    assert not has_button(world.act(world.manager_owner, "introduction.show", talk.intro).card, "conversation.close")


def test_what_one_side_cannot_take_stays_in_order_and_no_other_waits_for_it(talk: Talk):
    world, third = talk.world, _third_leg(talk.world)
    first = talk.say("One")
    talk.say("Two")
    _deliver_but(world, talk.there)
    talk.edit(first, "One, corrected")
    talk.say("Three")
    _deliver_but(world, talk.there)
    assert [one.splitlines()[1] for one in talk.texts_now(third)] == ["One, corrected", "Two", "Three"]
    assert talk.texts_now(talk.there) == []
    world.now += timedelta(hours=2)
    assert [one.splitlines()[1] for one in talk.texts()] == ["One, corrected", "Two", "Three"]
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "relay")).all()
    assert {row.status for row in rows} == {OutboxStatus.SENT}


def _deliver_but(world: World, down: str) -> None:
    """Deliver what is due; what goes to a place that is down is put off for an hour."""
    while True:
        with world.database.write() as session:
            rows = queue.claim(session, owner="test", now=world.now, limit=200, per_destination=200)
        if not rows:
            return
        with world.database.write() as session:
            for row in rows:
                if row.destination == down:
                    queue.postpone(session, row, due_at=world.now + timedelta(hours=1), now=world.now)
                else:
                    world.hand_over(session, row)


def test_a_manager_who_is_none_any_more_neither_reads_nor_writes(talk: Talk):
    world = talk.world
    with world.database.write() as session:
        person = world.people["manager_partner"]
        one = session.exec(select(Membership).where(Membership.person_id == person)).one()
        one.state = MembershipState.LEFT
        leg = session.exec(select(Leg).where(Leg.workspace == "W-DELTA")).one()
        leg.people = tuple(number for number in leg.people if number != person)
        own = Leg(**leg.model_dump(exclude={"id", "people", "alone", "address"}), people=(person,), alone=person)
        own.address = address_of(world.manager_partner)
        session.add(own)
    talk.say("Between us")
    assert talk.texts() == [ending("Between us")]
    assert not any("Between us" in text for text in talk.texts(address_of(world.manager_partner)))
    talk.there = address_of(world.manager_partner)
    talk.say("Still here", who=world.manager_partner)
    assert talk.texts(talk.here) == []


def test_a_side_of_which_nobody_has_an_account_any_more_is_lost(talk: Talk):
    world = talk.world
    for who in (world.sme, world.manager_partner):
        world.desk.leaves(who, now=world.now)
    talk.say("One")
    talk.say("Two")
    assert len([one for one in world.sent_to(world.buyer) if "Nobody on the other side" in text_of(one.card)]) == 1
    assert talk.texts() == []
