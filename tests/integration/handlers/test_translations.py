"""The language bridge: what a model translated is shown with its original one click away; else the original, marked."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlmodel import col, select

from domain.nudges import NudgeKind
from handlers.desk import Desk
from handlers.nudging.digests import build_digest
from handlers.requests import Speaker
from handlers.translations import needs_bridge, shown_in
from handlers.work import Kit, Work
from messages.card import Card
from messages.compose.digests import digest_blocks
from messages.i18n import LOCALES, Words
from prompts.client import ModelClient
from prompts.schema import Parsed
from prompts.trouble import ModelUnavailable, Trouble
from store.tables.people import Person, Workspace
from store.tables.queue import Outbox
from store.tables.translations import Translation
from tests.integration.handlers.jobs import run_jobs
from tests.world import CLEAN_CHANNEL, DELTA_CHANNEL, DELTA_MANAGERS, World, has_button, text_of, text_of_home

DUTCH = (
    "Wij maken een sensor die de bacterie binnen het uur in de leiding vindt, en die drie maanden zonder onderhoud "
    "kan werken. Waterlens heeft dit met een klant getest."
)

DANISH = {
    "title": "Find bakterier i vandrør",
    "problem": "Vi leder efter en sensor, der kan finde bakterier i vand, og som ikke er dyr at have i drift.",
    "background": "I dag får vi det først at vide, når laboratoriet har haft prøven i en dag.",
    "must_haves": "Svar inden for en time",
    "language": "da",
}


class Interpreter(ModelClient):
    """Puts the language before every text; `spoil` breaks a rule on the way; keeps what it was shown."""

    def __init__(self, *, trouble: Trouble | None = None, spoil: str = "") -> None:
        super().__init__(model="interpreter")
        self.trouble, self.spoil = trouble, spoil
        self.shown: list[dict[str, Any]] = []

    async def parse(self, *, system: str, user: str, schema: Any, max_tokens: int, deadline_seconds: Any = None) -> Any:
        del system, max_tokens, deadline_seconds
        said = json.loads(user)
        if "texts" not in said:
            raise ModelUnavailable(Trouble.REFUSED)
        self.shown.append(said)
        if self.trouble is not None:
            raise ModelUnavailable(self.trouble)
        texts = [
            {"number": one["number"], "text": f"{said['language'].upper()}: {one['text']}{self.spoil}"}
            for one in said["texts"]
        ]
        return Parsed(schema.model_validate({"texts": texts}), 50)

    @property
    def read(self) -> str:
        return json.dumps(self.shown, ensure_ascii=False)


def with_model(world: World, **how: Any) -> Interpreter:
    model = Interpreter(**how)
    world.kit = Kit(holidays=world.kit.holidays, model=model, public_url="http://localhost:8000")
    world.desk = Desk(world.database, world.kit)
    with world.database.write() as session:
        session.exec(select(Workspace).where(col(Workspace.native_id) == "W-DELTA")).one().locale = "nl"
    return model


def translate(world: World) -> None:
    world.deliver()
    run_jobs(world)
    world.deliver()


def test_each_workspace_reads_in_its_language_with_the_original_a_click_away(world: World):
    with_model(world)
    challenge = world.published()
    world.shared(challenge)
    before = text_of(world.only(DELTA_CHANNEL).card)
    assert "Engels" in before
    assert "NL: " not in before
    translate(world)
    post = world.only(DELTA_CHANNEL)
    assert "NL: We look for sensors" in text_of(post.card)
    assert "NL: Result within one hour" in text_of(post.card)
    assert post.updates
    assert "NL: " not in text_of(world.only(CLEAN_CHANNEL).card)
    original = world.press(world.sme, post.card, "challenge.untranslated")
    assert "\nWe look for sensors" in text_of(original.card)
    assert "NL: " not in text_of(original.card)
    assert original.replaces


def test_the_reader_goes_back_to_the_translation(world: World):
    with_model(world)
    with world.database.write() as session:
        session.get_one(Person, world.people["sme"]).locale = "nl"
    challenge = world.published()
    world.shared(challenge)
    translate(world)
    shown = world.act(world.sme, "challenge.show", challenge)
    assert "NL: We look" in text_of(shown.card)
    original = world.press(world.sme, shown.card, "challenge.untranslated")
    assert "NL: We look" not in text_of(original.card)
    assert "NL: We look" in text_of(world.press(world.sme, original.card, "challenge.show").card)


def test_without_a_model_the_original_stands_marked_with_its_language(world: World):
    with world.database.write() as session:
        session.exec(select(Workspace).where(col(Workspace.native_id) == "W-DELTA")).one().locale = "nl"
    challenge = world.published()
    world.shared(challenge)
    said = text_of(world.only(DELTA_CHANNEL).card)
    assert "We look for sensors" in said
    assert "Engels" in said
    assert not has_button(world.only(DELTA_CHANNEL).card, "challenge.untranslated")
    assert not world.waiting("translate")


def test_a_teaser_is_translated_after_its_redaction_and_names_never_leave(world: World):
    model = with_model(world)
    challenge = world.published(confidentiality="teaser", problem="Nordkaj Utility looks for a sensor in the pipes.")
    world.shared(challenge)
    translate(world)
    assert "NL: […] looks for a sensor" in text_of(world.only(DELTA_CHANNEL).card)
    assert "Nordkaj" not in model.read


def test_the_names_of_an_open_challenge_are_masked_and_come_back(world: World):
    model = with_model(world)
    challenge = world.published(
        problem="Nordkaj Utility looks for a sensor in the pipes. Write to a@nordkaj.example.org."
    )
    world.shared(challenge)
    translate(world)
    assert "NL: Nordkaj Utility looks for a sensor" in text_of(world.only(DELTA_CHANNEL).card)
    assert "Nordkaj" not in model.read
    assert "nordkaj" not in model.read
    assert "⟦1⟧" in model.read


@pytest.mark.parametrize("spoil", [" [⟦7⟧]", " https://evil.example/x", " x" * 900, " […]", "\x00"])
def test_a_translation_that_breaks_a_rule_is_refused(world: World, spoil: str):
    with_model(world, spoil=spoil)
    challenge = world.published()
    world.shared(challenge)
    translate(world)
    said = text_of(world.only(DELTA_CHANNEL).card)
    assert "NL: " not in said
    assert "Engels" in said
    with world.database.read() as session:
        assert all(row.refused and not row.text for row in session.exec(select(Translation)))
    assert challenge


def test_the_buyer_reads_answers_in_the_own_language(world: World):
    model = with_model(world)
    challenge = world.published()
    world.shared(challenge)
    answer = world.answered(challenge, text=DUTCH)
    translate(world)
    listed = text_of(world.command(world.buyer, "challenge", f"answers {challenge}").card)
    assert "EN: Wij maken" in listed
    assert "Waterlens" not in listed
    shown = world.act(world.buyer, "answer.show", answer)
    assert "EN: Wij maken" in text_of(shown.card)
    assert "Translated from Dutch" in text_of(shown.card)
    original = world.press(world.buyer, shown.card, "answer.untranslated").card
    assert "EN: " not in text_of(original)
    assert "Written in Dutch" in text_of(original)
    assert has_button(original, "answer.show")
    # Its own people read what they wrote.
    assert "EN: " not in text_of(world.act(world.sme, "answer.show", answer).card)
    assert "Waterlens" not in model.read


def test_what_was_translated_is_not_asked_for_again(world: World):
    model = with_model(world)
    challenge = world.published()
    world.shared(challenge)
    translate(world)
    asked = len(model.shown)
    form = world.command(world.buyer, "challenge", f"edit {challenge}").form
    world.submit(world.buyer, form, budget="EUR 200,000")
    translate(world)
    assert len(model.shown) == asked
    form = world.command(world.buyer, "challenge", f"edit {challenge}").form
    world.submit(world.buyer, form, problem="We look for other sensors that find it in the pipes.")
    translate(world)
    assert [len(one["texts"]) for one in model.shown[asked:]] == [1]
    assert "NL: We look for other" in text_of(world.only(DELTA_CHANNEL).card)


def test_a_model_in_trouble_is_asked_later_and_then_no_more(world: World):
    with_model(world, trouble=Trouble.TIMEOUT)
    challenge = world.published()
    world.shared(challenge)
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "translate")).all()
    assert rows
    assert all(row.expires_at is not None for row in rows)
    assert "We look for sensors" in text_of(world.only(DELTA_CHANNEL).card)


def test_danish_and_norwegian_need_no_bridge(world: World):
    with_model(world)
    with world.database.read() as session:
        work = Work(session, world.now, world.kit)
        danish = "Vi leder efter en sensor, der kan finde bakterier i vand, og som ikke er dyr at have i drift."
        assert not shown_in(work, danish, "nb").language
        assert not shown_in(work, danish, "da").language
        assert shown_in(work, danish, "nl").language == "da"
        assert not shown_in(work, "12 345", "nl").language


def test_danish_and_norwegian_are_bridged_to_everybody_else():
    near = {"da", "nb"}
    for spoken in LOCALES:
        for reader in LOCALES:
            assert needs_bridge(spoken, reader) == (spoken != reader and not {spoken, reader} <= near)


def listed(world: World, who: Speaker) -> str:
    return text_of(world.command(who, "challenge", "list").card)


def test_a_danish_challenge_is_bridged_to_a_dutch_reader_and_listed_with_its_translated_title(world: World):
    model = with_model(world)
    with world.database.write() as session:
        session.get_one(Person, world.people["sme"]).locale = "nl"
    challenge = world.published(**DANISH)
    world.shared(challenge)
    before = listed(world, world.sme)
    assert "Find bakterier i vandrør" in before
    assert "Deens" in before
    assert not model.shown, "a list asks nobody"
    translate(world)
    assert "NL: Vi leder efter" in text_of(world.only(DELTA_CHANNEL).card)
    asked = len(model.shown)
    after = listed(world, world.sme)
    assert "NL: Find bakterier i vandrør" in after
    assert "vertaald uit het Deens" in after
    assert len(model.shown) == asked
    # Who reads Danish, or is near it, reads what was written.
    for locale in ("da", "nb"):
        with world.database.write() as session:
            session.get_one(Person, world.people["neighbour"]).locale = locale
        said = listed(world, world.neighbour)
        assert "Find bakterier i vandrør" in said
        assert "NL: " not in said
        assert "dansk" not in said.lower()


def test_the_title_of_a_teaser_is_listed_translated_after_its_redaction(world: World):
    model = with_model(world)
    with world.database.write() as session:
        session.get_one(Person, world.people["sme"]).locale = "nl"
    challenge = world.published(confidentiality="teaser", title="Sensors for Nordkaj Utility")
    world.shared(challenge)
    translate(world)
    assert "NL: Sensors for […]" in listed(world, world.sme)
    assert "Nordkaj" not in listed(world, world.sme)
    assert "Nordkaj" not in model.read


def test_without_a_model_a_list_marks_titles_with_their_language(world: World):
    with world.database.write() as session:
        session.get_one(Person, world.people["sme"]).locale = "nl"
    challenge = world.published()
    world.shared(challenge)
    said = listed(world, world.sme)
    assert "Detect bacteria" in said
    assert "Engels" in said
    assert "Engels" not in listed(world, world.neighbour)
    assert "English" not in listed(world, world.neighbour)


def test_an_offer_is_read_in_the_managers_language(world: World):
    with_model(world)
    challenge = world.published()
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    world.submit(world.manager_owner, form, reach="every")
    translate(world)
    assert "NL: We look" in text_of(world.only(DELTA_MANAGERS).card)
    assert not re.search(r"⟦\d", text_of(world.only(DELTA_MANAGERS).card))


def read_by(world: World, *names: str, locale: str = "nl") -> None:
    with world.database.write() as session:
        for name in names:
            session.get_one(Person, world.people[name]).locale = locale


def in_digest(world: World, name: str, kind: NudgeKind) -> str:
    """Return the lines of a person's weekly digest in the words of its reader."""
    with world.database.read() as session:
        sections = build_digest(Work(session, world.now, world.kit), world.people[name], (kind,))
        words = Words(session.get_one(Person, world.people[name]).locale)
    return text_of(Card(title="-", blocks=tuple(digest_blocks(sections, words))) if sections else None)


def test_a_title_on_home_and_in_the_digest_is_in_the_readers_language_once_it_was_translated(world: World):
    model = with_model(world)
    read_by(world, "sme", "manager_partner")
    challenge = world.published(**DANISH)
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    world.submit(world.manager_owner, form, reach="every")
    # Nothing is translated yet: the title stands as it was written, and nobody is asked because of it.
    before = (
        text_of_home(world.home(world.manager_partner)),
        in_digest(world, "manager_partner", NudgeKind.MANAGERS_DIGEST),
    )
    for said in before:
        assert "Find bakterier i vandrør" in said
        assert "NL: " not in said
    assert not model.shown
    translate(world)
    asked = len(model.shown)
    offered = (
        text_of_home(world.home(world.manager_partner)),
        in_digest(world, "manager_partner", NudgeKind.MANAGERS_DIGEST),
    )
    world.press(world.manager_partner, world.only(DELTA_MANAGERS).card, "sharing.take")
    new = in_digest(world, "sme", NudgeKind.SMES_DIGEST)
    world.say(world.sme, world.only(DELTA_CHANNEL), "We make such a sensor for pipes of every width.")
    drafts = (text_of_home(world.home(world.sme)), in_digest(world, "sme", NudgeKind.SMES_DIGEST))
    for said in (*offered, new, *drafts):
        assert "NL: Find bakterier i vandrør" in said
        assert re.search("[Uu]it het Deens", said)
    assert len(model.shown) == asked, "a page asks nobody"


def test_home_and_digest_show_danish_titles_as_written_to_who_reads_them(world: World):
    with_model(world)
    read_by(world, "neighbour", locale="nb")
    challenge = world.published(**DANISH)
    world.shared(challenge)
    translate(world)
    said = in_digest(world, "neighbour", NudgeKind.SMES_DIGEST)
    assert "Find bakterier i vandrør" in said
    assert "oversatt" not in said
