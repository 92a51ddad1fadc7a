"""The language bridge of conversations: copies in the readers' language, originals a click away, no text kept idly."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from handlers.forgetting import DELIVERIES
from handlers.introductions.relay import forget_texts
from handlers.requests import Speaker
from prompts.trouble import Trouble
from store.tables.introductions import Leg
from store.tables.people import Workspace
from store.tables.translations import Translation
from tests.integration.handlers.jobs import run_jobs
from tests.integration.handlers.test_conversations import make_all, published
from tests.integration.handlers.test_relay import Talk, texts_kept
from tests.integration.handlers.test_translations import with_model
from tests.world import World, find_button, has_button, text_of

ENGLISH = "Could we come and see the sensor at your place on Tuesday, or would you rather have us wait?"
NEWER = "Could we come and see the sensor at your place on Friday, or would you rather have us wait?"


@pytest.fixture
def talk(world: World) -> Talk:
    published(world, "E. coli in pipes")
    (intro,) = make_all(world)
    with world.database.write() as session:
        legs = {leg.workspace: leg.address for leg in session.exec(select(Leg))}
        session.exec(select(Workspace).where(col(Workspace.native_id) == "W-DELTA")).one().locale = "nl"
    return Talk(world, intro, legs["W-CLEAN"], legs["W-DELTA"])


def translations(world: World) -> list[str]:
    with world.database.read() as session:
        return [row.text for row in session.exec(select(Translation)) if "sensor at your place" in row.text]


def test_a_copy_is_shown_in_the_readers_language_with_its_original_a_click_away(talk: Talk):
    world, model = talk.world, with_model(talk.world)
    talk.say(f"{ENGLISH} Waterlens should know.")
    world.deliver()
    (before,) = talk.texts_now(talk.there)
    assert "Geschreven in het Engels" in before
    assert texts_kept(world) != {""}  # its translation is outstanding
    run_jobs(world)
    (copy,) = talk.seen()
    assert f"NL: {ENGLISH} Waterlens" in text_of(copy.card)
    assert (copy.posts, copy.updates) == (1, 1)
    assert "Waterlens" not in model.read
    original = world.press(world.sme, copy.card, "conversation.untranslated")
    assert not original.replaces
    assert f"\n{ENGLISH}" in text_of(original.card)
    assert not has_button(original.card, "conversation.untranslated")


def test_what_is_in_the_readers_language_is_passed_on_as_it_is(talk: Talk):
    with_model(talk.world)
    with talk.world.database.write() as session:
        session.exec(select(Workspace).where(col(Workspace.native_id) == "W-DELTA")).one().locale = "en"
    talk.say(ENGLISH)
    assert talk.texts() == [f"Buyer, Nordkaj, Nordkaj Utility (CLEAN)\n{ENGLISH}"]
    assert not [key for key in talk.world.waiting("translate") if "RM-" in key]
    assert texts_kept(talk.world) == {""}


def test_without_a_model_the_original_is_marked_and_forgotten(talk: Talk):
    talk.say(ENGLISH)
    (copy,) = talk.seen()
    assert "Geschreven in het Engels" in text_of(copy.card)
    assert ENGLISH in text_of(copy.card)
    assert not has_button(copy.card, "conversation.untranslated")
    assert texts_kept(talk.world) == {""}


@pytest.mark.parametrize("delivered", [True, False])
def test_an_edit_while_the_translation_is_outstanding_ends_in_the_newest_wording(talk: Talk, delivered: bool):
    world = talk.world
    with_model(world)
    said = talk.say(ENGLISH)
    if delivered:
        world.deliver()
    talk.edit(said, NEWER)
    run_jobs(world)
    (copy,) = talk.seen()
    assert f"NL: {NEWER}" in text_of(copy.card)
    assert copy.posts == 1
    assert translations(world) == [f"NL: {NEWER}"]
    button = find_button(copy.card, "conversation.untranslated")
    assert NEWER in text_of(world.act(world.sme, button.action, button.value).card)


def test_an_edit_and_a_deletion_follow_a_translation(talk: Talk):
    world = talk.world
    with_model(world)
    said = talk.say(ENGLISH)
    run_jobs(world)
    talk.edit(said, NEWER)
    (copy,) = talk.seen()
    assert NEWER in text_of(copy.card)
    assert "NL: " not in text_of(copy.card)
    run_jobs(world)
    assert f"NL: {NEWER}" in text_of(talk.seen()[0].card)
    talk.delete(said)
    (gone,) = talk.texts()
    assert "sensor" not in gone
    assert texts_kept(world) == {""}
    assert translations(world) == []


def test_a_deletion_while_the_translation_is_outstanding_leaves_nothing(talk: Talk):
    world, model = talk.world, with_model(talk.world)
    said = talk.say(ENGLISH)
    world.deliver()
    talk.delete(said)
    run_jobs(world)
    assert "sensor" not in talk.texts()[0]
    assert "sensor at your place" not in model.read
    assert texts_kept(world) == {""}


def test_a_translation_that_is_refused_leaves_the_original_and_keeps_no_text(talk: Talk):
    with_model(talk.world, spoil=" https://evil.example/x")
    talk.say(ENGLISH)
    run_jobs(talk.world)
    (copy,) = talk.seen()
    assert "Geschreven in het Engels" in text_of(copy.card)
    assert copy.updates == 0
    assert texts_kept(talk.world) == {""}


def test_a_message_waits_for_no_model(talk: Talk):
    with_model(talk.world, trouble=Trouble.TIMEOUT)
    talk.say(ENGLISH)
    assert ENGLISH in talk.texts()[0]


@pytest.mark.parametrize("who", ["neighbour", "stranger", "colleague"])
def test_only_people_of_the_conversation_see_the_original(talk: Talk, who: str):
    world = talk.world
    with_model(world)
    talk.say(ENGLISH)
    run_jobs(world)
    button = find_button(talk.seen()[0].card, "conversation.untranslated")
    speaker: Speaker = getattr(world, who)
    for value in (button.value, "RM-999", "RM-x", "IN-1", ""):
        shown = world.act(speaker, button.action, value)
        assert shown.failed
        assert "sensor" not in text_of(shown.card)
    assert ENGLISH in text_of(world.act(world.manager_partner, button.action, button.value).card)


def test_the_original_is_forgotten_with_its_translation_in_time(talk: Talk):
    world = talk.world
    with_model(world)
    talk.say(ENGLISH)
    run_jobs(world)
    button = find_button(talk.seen()[0].card, "conversation.untranslated")
    assert forget_texts(world.database, world.kit, world.now + DELIVERIES) == 0
    world.now += DELIVERIES + DELIVERIES / 90
    assert forget_texts(world.database, world.kit, world.now) == 1
    assert texts_kept(world) == {""}
    assert translations(world) == []
    assert "not kept any more" in text_of(world.act(world.sme, button.action, button.value).card)
