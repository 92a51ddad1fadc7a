"""What a model drafts is offered: the parts of a text to its author, first lines to both sides of an introduction."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import select

from handlers.desk import Desk
from handlers.work import Kit
from prompts.client import ModelClient
from prompts.schema import Parsed
from prompts.trouble import ModelUnavailable, Trouble
from store.tables.challenges import Challenge, ChallengeReading
from store.tables.introductions import Opening
from tests.integration.handlers.jobs import run_jobs
from tests.integration.handlers.test_introductions import both_approved, made, only_introduction
from tests.world import World, find_button, has_button, text_of

TEXT = (
    "We need to find E. coli in drinking-water pipes at Nordkaj Utility. Samples go to a laboratory and take two days. "
    "The result must be there within one hour. The sensor must run for three months without service."
)
FOUND: dict[str, Any] = {
    "title": "find E. coli in drinking-water pipes",
    "problem": ["Samples go to a laboratory and take two days."],
    "background": [],
    "must_haves": ["result must be there within one hour", "has an EU certificate"],
    "criteria": [],
    "countries": [],
    "deadline": [],
}
LINES = "{sme} measures what {buyer} waits for. How would a first test look?"


class Drafter(ModelClient):
    """Answers each purpose in its way, or is in trouble; keeps what it was shown."""

    def __init__(self, *, trouble: Trouble | None = None) -> None:
        super().__init__(model="drafter")
        self.trouble = trouble
        self.shown: list[dict[str, Any]] = []

    async def parse(self, *, system: str, user: str, schema: Any, max_tokens: int, deadline_seconds: Any = None) -> Any:
        del max_tokens, deadline_seconds
        said = json.loads(user)
        if "candidates" in said:
            raise ModelUnavailable(Trouble.REFUSED)
        self.shown.append(said)
        if self.trouble is not None:
            raise ModelUnavailable(self.trouble)
        if "languages" in said:
            return Parsed(schema(texts=[{"language": one, "text": LINES} for one in said["languages"]]), 50)
        assert "must_haves" in system
        return Parsed(schema.model_validate(FOUND), 50)


def with_model(world: World, *, trouble: Trouble | None = None) -> Drafter:
    model = Drafter(trouble=trouble)
    kit = Kit(holidays=world.kit.holidays, public_url=world.kit.public_url, model=model)
    world.kit = kit
    world.desk = Desk(world.database, kit)
    return model


class TestReadings:
    def test_a_title_alone_has_nothing_to_be_sorted(self, world: World):
        assert not has_button(world.command(world.buyer, "challenge", "Sensors").card, "challenge.structure")

    def test_without_a_model_the_form_opens_with_what_demands_something(self, world: World):
        draft = world.command(world.buyer, "challenge", TEXT).card
        form = world.press(world.buyer, draft, "challenge.structure").form
        assert form is not None
        values = {one.name: one.value for one in form.fields}
        assert values["problem"] == TEXT
        assert str(values["must_haves"]).split("\n") == [
            "We need to find E. coli in drinking-water pipes at Nordkaj Utility.",
            "The result must be there within one hour.",
            "The sensor must run for three months without service.",
        ]
        assert world.waiting("structure") == []

    def test_a_model_finds_the_parts_and_its_author_decides(self, world: World):
        model = with_model(world)
        draft = world.command(world.buyer, "challenge", TEXT).card
        assert "I am reading your text" in text_of(world.press(world.buyer, draft, "challenge.structure").card)
        run_jobs(world)
        offer = world.only(world.buyer, holding="what I found")
        assert "result must be there within one hour" in text_of(offer.card)
        assert "EU certificate" not in text_of(offer.card)
        assert "A language model has sorted it" in text_of(offer.card)
        assert "Nordkaj" not in json.dumps(model.shown)
        with world.database.read() as session:
            assert session.exec(select(Challenge)).one().must_haves == ()
        form = world.press(world.buyer, offer.card, "challenge.reading").form
        shown = world.submit(world.buyer, form, deadline_on="2026-06-30")
        assert not shown.errors
        with world.database.read() as session:
            row = session.exec(select(Challenge)).one()
        assert row.must_haves == ("result must be there within one hour",)
        assert row.title == "find E. coli in drinking-water pipes"
        assert row.problem == "Samples go to a laboratory and take two days."
        world.deliver()
        assert "no longer offered" in text_of(offer.card)
        assert TEXT in text_of(world.press(world.buyer, offer.card, "challenge.original").card)

    def test_asking_twice_reads_once(self, world: World):
        model = with_model(world)
        draft = world.command(world.buyer, "challenge", TEXT).card
        for _ in range(2):
            world.press(world.buyer, draft, "challenge.structure")
        run_jobs(world)
        again = world.press(world.buyer, draft, "challenge.structure").card
        assert has_button(again, "challenge.reading")
        assert len(model.shown) == 1

    @pytest.mark.parametrize("trouble", [Trouble.TIMEOUT, Trouble.REFUSED])
    def test_a_model_in_trouble_leaves_the_local_reading(self, world: World, trouble: Trouble):
        with_model(world, trouble=trouble)
        draft = world.command(world.buyer, "challenge", TEXT).card
        world.press(world.buyer, draft, "challenge.structure")
        run_jobs(world)
        offer = world.only(world.buyer, holding="what I found")
        assert "The language model could not be asked" in text_of(offer.card)
        assert "The result must be there within one hour." in text_of(offer.card)

    def test_a_draft_that_was_changed_meanwhile_is_left_alone(self, world: World):
        with_model(world)
        draft = world.command(world.buyer, "challenge", TEXT).card
        world.press(world.buyer, draft, "challenge.structure")
        form = world.press(world.buyer, draft, "challenge.edit").form
        world.submit(world.buyer, form, must_haves="Cheap", keep=("keep",))
        run_jobs(world)
        with world.database.read() as session:
            assert session.exec(select(ChallengeReading)).all() == []

    @pytest.mark.parametrize("who", ["neighbour", "sme", "manager_partner", "stranger"])
    @pytest.mark.parametrize("action", ["challenge.structure", "challenge.reading", "challenge.original"])
    def test_a_draft_is_its_authors_alone(self, world: World, who: str, action: str):
        with_model(world)
        draft = world.command(world.buyer, "challenge", TEXT).card
        button = find_button(draft, "challenge.structure")
        world.act(world.buyer, button.action, button.value)
        run_jobs(world)
        shown = world.act(getattr(world, who), action, button.value)
        assert shown.form is None
        assert "laboratory" not in text_of(shown.card)


def opening(world: World) -> str:
    return text_of([one for one in world.messages.values() if ":talk-" in one.to][-1].card)


class TestOpenings:
    def test_without_a_model_there_is_a_beginning_all_the_same(self, world: World):
        made(world)
        assert "You could begin with" in opening(world)

    def test_both_sides_read_what_a_model_drafted_with_the_names_filled_in(self, world: World):
        model = with_model(world)
        intro = both_approved(world)
        run_jobs(world)
        assert "Nordkaj Utility" not in json.dumps(model.shown)
        assert "Waterlens" not in json.dumps(model.shown)
        shown = world.act(world.manager_owner, "introduction.show", intro)
        assert "Waterlens measures what Nordkaj Utility waits for" in text_of(shown.card)
        assert "Drafted by a language model" in text_of(shown.card)
        for who in (world.sme, world.manager_partner):
            assert "waits for. How" not in text_of(world.act(who, "introduction.show", intro).card)
        consent(world, intro)
        assert "Waterlens measures what Nordkaj Utility waits for" in opening(world)
        assert "Suggested by a language model." in opening(world)

    def test_a_manager_changes_them_and_is_named(self, world: World):
        with_model(world)
        intro = both_approved(world)
        run_jobs(world)
        shown = world.act(world.manager_owner, "introduction.show", intro)
        form = world.press(world.manager_owner, shown.card, "opening.edit").form
        world.submit(world.manager_owner, form, text="Please {begin} with the <pipes>.")
        consent(world, intro)
        assert "Please {begin} with the <pipes>." in opening(world)
        assert "Suggested by Manager, CLEAN." in opening(world)

    def test_a_manager_takes_them_out(self, world: World):
        with_model(world)
        intro = both_approved(world)
        run_jobs(world)
        form = world.act(world.manager_owner, "opening.edit", intro).form
        world.submit(world.manager_owner, form, text="")
        run_jobs(world)
        consent(world, intro)
        assert "You could begin with" in opening(world)

    def test_a_model_in_trouble_leaves_the_usual_beginning(self, world: World):
        with_model(world, trouble=Trouble.TIMEOUT)
        intro = both_approved(world)
        run_jobs(world)
        with world.database.read() as session:
            assert session.exec(select(Opening)).all() == []
        consent(world, intro)
        assert "You could begin with" in opening(world)

    @pytest.mark.parametrize("who", ["manager_partner", "buyer", "sme", "stranger"])
    def test_nobody_else_changes_them(self, world: World, who: str):
        intro = both_approved(world)
        assert world.act(getattr(world, who), "opening.edit", intro).form is None

    def test_what_was_said_is_not_changed_any_more(self, world: World):
        intro = made(world)
        assert world.act(world.manager_owner, "opening.edit", intro).form is None
        assert only_introduction(world).state == "made"


def consent(world: World, intro: str) -> None:
    for who in (world.sme, world.buyer):
        world.act(who, "consent.give", intro)
    world.deliver()
