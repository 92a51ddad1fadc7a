"""Conversations: who sits where, and which message goes to whom when several are talked about in one place."""

import threading

from sqlmodel import select

from handlers.requests import Place, Profiled, Said, Speaker
from store.queries import rooms
from store.tables.introductions import Introduction, Leg, RelayedMessage, Suggestion
from store.tables.people import Person
from store.tables.rooms import Post
from tests.integration.handlers.jobs import run_jobs
from tests.world import DELTA_MANAGERS, Message, World, text_of


def make_all(world: World) -> list[str]:
    """Take every suggestion of Waterlens to the reveal; returns the introductions."""
    with world.database.read() as session:
        rows = session.exec(select(Suggestion).where(Suggestion.organisation_id == world.sme_organisation)).all()
        values = [f"{row.id}:{row.ranking_id}" for row in rows]
    for value in values:
        world.act(world.manager_owner, "suggestion.approve", f"{value}:{world.clean}")
    with world.database.read() as session:
        intros = sorted(f"IN-{row.id}" for row in session.exec(select(Introduction)))
    for intro in intros:
        world.act(world.manager_partner, "introduction.approve", f"{intro}:{world.delta}")
        world.act(world.sme, "consent.give", intro)
        world.act(world.buyer, "consent.give", intro)
    world.deliver()
    return intros


def published(world: World, *titles: str) -> None:
    for title in titles:
        world.shared(world.published(title=title))
    run_jobs(world)


def say(world: World, speaker: Speaker, channel: str, text: str, *, thread: str = "", message: str = "") -> None:
    message = message or f"said-{text}"
    place = Place(channel=channel, thread=thread)
    world.desk.said(Said(speaker, place, text, message, f"event-{message}"), now=world.now)


def opening(world: World, intro: str, workspace: str) -> Message:
    found = [one for one in world.messages.values() if intro in text_of(one.card) and workspace in one.to]
    return next(one for one in found if "Both of you have agreed" in text_of(one.card))


def passed_on(world: World) -> list[Message]:
    world.deliver()
    return [
        one for one in world.messages.values() if text_of(one.card).startswith(("Buyer, Nordkaj", "Owner, Waterlens"))
    ]


def share_one_address(world: World, workspace: str) -> str:
    """Let the platform give the same people the same conversation twice."""
    with world.database.write() as session:
        legs = session.exec(select(Leg).where(Leg.workspace == workspace).order_by(Leg.id)).all()  # type: ignore[arg-type]
        first = legs[0].address
        for leg in legs[1:]:
            post = session.exec(select(Post).where(Post.destination == leg.address)).one()
            leg.address = post.destination = first
    return first


def test_everybody_sits_in_one_workspace_where_that_reaches_all(world: World):
    meet_in_clean = ("sme", "manager_partner")
    with world.database.read() as session:
        emails = {name: session.get_one(Person, world.people[name]).email for name in meet_in_clean}
    for name, email in emails.items():
        speaker = Speaker("web", "W-CLEAN", name)
        profiled = Profiled(speaker, name=name, address=f"web:W-CLEAN:@{name}", email=email or "")
        world.desk.meet(profiled, now=world.now)
    published(world, "E. coli in pipes")
    make_all(world)
    with world.database.read() as session:
        (leg,) = session.exec(select(Leg)).all()
    assert set(leg.people) == {world.people[one] for one in ("sme", "buyer", "manager_owner", "manager_partner")}
    say(world, world.buyer, leg.address, "Hello")
    assert passed_on(world) == []


def test_where_two_are_talked_about_only_replies_in_a_thread_are_passed_on(world: World):
    for title in ("E. coli in pipes", "E. coli in wells"):
        challenge = world.published(title=title)
        world.shared(challenge)
        world.answered(challenge)  # who answers may meet the same buyer again at once
    run_jobs(world)
    first, second = make_all(world)
    shared = share_one_address(world, "W-DELTA")
    say(world, world.sme, shared, "Which one do I mean?")
    assert passed_on(world) == []
    assert any("Several introductions" in text_of(one.card) for one in world.sent_to(shared))
    say(world, world.sme, shared, "About the wells.", thread=opening(world, second, "W-DELTA").ref)
    (message,) = passed_on(world)
    assert message.to == opening(world, second, "W-CLEAN").to
    say(world, world.buyer, opening(world, first, "W-CLEAN").to, "About the pipes.")
    back = passed_on(world)[-1]
    assert (back.to, back.thread) == (shared, opening(world, first, "W-DELTA").ref)


def test_ones_own_talk_with_the_bot_is_never_passed_on_but_a_reply_to_the_opening_is(world: World):
    published(world, "E. coli in pipes")
    (intro,) = make_all(world)
    private = f"web:W-DELTA:@{world.sme.user}"
    with world.database.write() as session:
        leg = session.exec(select(Leg).where(Leg.workspace == "W-DELTA")).one()
        post = rooms.post_of(session, kind="conversation", subject=intro, destination=leg.address)
        assert post is not None
        leg.address = post.destination = private
    say(world, world.sme, private, "help")
    assert passed_on(world) == []
    assert not any("Several introductions" in text_of(one.card) for one in world.sent_to(private))
    say(world, world.sme, private, "Hello Nordkaj", thread=opening(world, intro, "W-DELTA").ref)
    assert len(passed_on(world)) == 1


def test_what_is_said_before_the_other_side_is_open_arrives_afterwards_in_order(world: World):
    published(world, "E. coli in pipes")
    make_all(world)
    with world.database.write() as session:
        leg = session.exec(select(Leg).where(Leg.workspace == "W-DELTA")).one()
        address, leg.address = leg.address, ""
        here = session.exec(select(Leg).where(Leg.workspace == "W-CLEAN")).one().address
    for text in ("One", "Two", "Three"):
        say(world, world.buyer, here, text)
    assert passed_on(world) == []
    with world.database.write() as session:
        session.exec(select(Leg).where(Leg.workspace == "W-DELTA")).one().address = address
    world.now = world.now.replace(minute=5)
    assert [text_of(one.card).splitlines()[-1] for one in passed_on(world)] == ["One", "Two", "Three"]


def test_a_very_long_message_arrives_whole_and_a_strange_one_cleaned(world: World):
    published(world, "E. coli in pipes")
    make_all(world)
    with world.database.read() as session:
        here = session.exec(select(Leg).where(Leg.workspace == "W-CLEAN")).one().address
    say(world, world.buyer, here, "x" * 8000, message="m-1")
    say(world, world.buyer, here, "a\u202egnp.exe\u0000", message="m-2")
    say(world, world.buyer, here, "\u200b \u200b", message="m-3")
    first, second = passed_on(world)
    assert text_of(first.card).count("x") == 8000
    assert text_of(second.card).endswith("agnp.exe")
    with world.database.read() as session:
        assert {row.text for row in session.exec(select(RelayedMessage))} == {""}


def test_two_managers_who_press_at_once_give_one_approval(world: World):
    published(world, "E. coli in pipes")
    with world.database.read() as session:
        row = session.exec(select(Suggestion).where(Suggestion.organisation_id == world.sme_organisation)).one()
    said: list[str] = []

    def press() -> None:
        shown = world.act(world.manager_owner, "suggestion.approve", f"{row.id}:{row.ranking_id}:{world.clean}")
        said.append(text_of(shown.card))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("now waits for the manager" in text for text in said) == 1
    assert sum("Already decided by Manager, CLEAN" in text for text in said) == 3
    assert len([one for one in world.sent_to(DELTA_MANAGERS) if "Approved by: CLEAN" in text_of(one.card)]) == 1
