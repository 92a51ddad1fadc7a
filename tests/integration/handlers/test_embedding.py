"""Vectors of profiles and challenges: made once, kept fresh, and what finds a profile in another language."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, delete, select

from domain.introductions import SuggestionState
from domain.organisations import OrganisationKind
from handlers.letters import JOBS, Postponed
from handlers.suggestions.embedding import find_missing, vector_of_text
from handlers.suggestions.profile_index import ProfileKeeper
from handlers.suggestions.ranking import RankedText, need_of_text, rank_text
from handlers.work import Kit
from prompts.client import ModelClient
from prompts.rerank import Need
from prompts.trouble import Trouble
from store import queue
from store.queries import embeddings
from store.tables.introductions import Ranking, Suggestion
from store.tables.ledger import ModelSpend
from store.tables.people import Competence, Organisation, Profile
from store.tables.vectors import Embedding
from tests.integration.handlers.jobs import run_jobs
from tests.unit.prompts.embedder import embed
from tests.unit.prompts.judge import Behaviour, Call, Judge
from tests.world import CLEAN_MANAGERS, World, add_organisation, add_person, add_profile, text_of

OTHER_LANGUAGES = "Only matches in the language of the challenge were looked for"
DANISH = "Vi laver målere, der opdager kim i hanevand og vandrør."


@pytest.fixture
def endpoint() -> Iterator[Judge]:
    playing = Judge()
    playing.behaviours = [embed()]
    yield playing
    playing.close()


def connect(world: World, endpoint: Judge, *, model: str = "played", seconds: float = 30.0, **values: Any) -> Kit:
    """Give the world's kit an embeddings endpoint, as a process that starts with it has one."""
    # A client belongs to one event loop, and every job of a test has its own.
    client = _Anew(model=model, base_url=endpoint.url, seconds=seconds)
    world.kit = replace(world.kit, embedder=client, profiles=ProfileKeeper(model=model), **values)
    world.desk._kit = world.kit  # pyright: ignore[reportPrivateUsage] - started again with other settings
    return world.kit


class _Anew(ModelClient):
    """Connects anew for every call."""

    def __init__(self, *, model: str, base_url: str, seconds: float) -> None:
        super().__init__(model=model, base_url=base_url)
        self._url, self._seconds = base_url, seconds

    async def embed(self, texts: Sequence[str], *, deadline_seconds: float | None = None) -> Any:
        client = ModelClient(model=self.model, base_url=self._url)
        try:
            return await client.embed(texts, deadline_seconds=deadline_seconds or self._seconds)
        finally:
            await client.aclose()


def asked(endpoint: Judge) -> list[str]:
    """Return all texts that were sent."""
    return [text for call in endpoint.calls for text in call.body["input"]]


def make_all(world: World) -> None:
    find_missing(world.database, world.kit, world.now)
    run_jobs(world)


def danish_supplier(world: World, name: str = "Brøndlyt") -> int:
    with world.database.write() as session:
        key = add_organisation(session, name, OrganisationKind.SME, world.clean)
        add_profile(session, key, DANISH)
        session.exec(select(Profile).where(Profile.organisation_id == key)).one().language = "da"
        return key


def proposed(world: World) -> set[str]:
    with world.database.read() as session:
        rows = session.exec(
            select(Organisation.name)
            .join(Suggestion, col(Suggestion.organisation_id) == Organisation.id)
            .where(Suggestion.state != SuggestionState.EXPIRED)
        )
        return set(rows)


def card(world: World) -> str:
    return text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)


def ask_for(world: World, text: str) -> RankedText:
    """Rank a text as the command line does: the vector first, with no transaction open."""
    vector, trouble = asyncio.run(vector_of_text(world.database, world.kit, need_of_text(text), world.now))
    assert not trouble
    return rank_text(world.database, world.kit, text, 5, now=world.now, vector=vector)


class TestATextOfOnesOwn:
    TEXT = "Sensors that detect bacteria in drinking water"

    def test_finds_in_other_languages_by_its_meaning(self, world: World, endpoint: Judge):
        danish_supplier(world)
        assert {one.quotes for one in ask_for(world, self.TEXT).candidates if one.name == "Brøndlyt"} <= {()}
        connect(world, endpoint)
        make_all(world)
        found = ask_for(world, self.TEXT)
        (danish,) = (one for one in found.candidates if one.name == "Brøndlyt")
        assert danish.quotes == (("summary", DANISH),)
        assert danish.sub_scores["meaning"] > 0.5
        assert found.compared == found.profiles
        assert asked(endpoint).count(self.TEXT) == 1

    def test_is_sent_to_nobody_where_its_vector_is_kept_or_no_endpoint_is_set_up(self, world: World, endpoint: Judge):
        assert ask_for(world, self.TEXT).compared == 0
        connect(world, endpoint)
        assert asyncio.run(vector_of_text(world.database, world.kit, Need(""), world.now)) == (None, "")
        assert not endpoint.calls

    def test_trouble_is_told_and_counted_and_the_order_is_that_of_the_words(self, world: World, endpoint: Judge):
        endpoint.behaviours = [lambda call: call.send(503, b"{}")]
        connect(world, endpoint)
        asking = vector_of_text(world.database, world.kit, need_of_text(self.TEXT), world.now)
        assert asyncio.run(asking) == (None, Trouble.SERVER)
        local = rank_text(world.database, world.kit, self.TEXT, 5, now=world.now)
        assert local.compared == 0
        assert local.candidates


class TestAcrossLanguages:
    def test_a_danish_profile_is_found_for_an_english_challenge_only_with_vectors(self, world: World, endpoint: Judge):
        danish_supplier(world)
        world.published()
        run_jobs(world)
        assert proposed(world) == {"Fjordsensor"}
        assert OTHER_LANGUAGES in card(world)
        connect(world, endpoint)
        make_all(world)
        assert proposed(world) == {"Fjordsensor", "Brøndlyt"}
        assert OTHER_LANGUAGES not in card(world)
        with world.database.read() as session:
            evidence = session.exec(select(Suggestion).order_by(col(Suggestion.id).desc())).first()
        assert evidence is not None
        assert [span["quote"] for span in evidence.evidence] == [DANISH]

    def test_who_is_far_from_the_meaning_is_not_found_by_its_vector(self, world: World, endpoint: Judge):
        danish_supplier(world)
        with world.database.write() as session:
            key = add_organisation(session, "Vindvinge", OrganisationKind.SME, world.clean)
            add_profile(session, key, "Vi reparerer vinger på vindmøller ved kysten.")
            session.exec(select(Profile).where(Profile.organisation_id == key)).one().language = "da"
        connect(world, endpoint)
        make_all(world)
        world.published()
        run_jobs(world)
        assert proposed(world) == {"Fjordsensor", "Brøndlyt"}

    def test_other_languages_are_mentioned_only_where_some_are_eligible(self, world: World):
        with world.database.write() as session:  # of a cluster that was not asked
            key = add_organisation(session, "Elders", OrganisationKind.SME, world.delta)
            add_profile(session, key, DANISH)
            session.exec(select(Profile).where(Profile.organisation_id == key)).one().language = "da"
        world.published()
        run_jobs(world)
        assert OTHER_LANGUAGES not in card(world)

    def test_an_answer_does_not_push_the_meaning_aside(self, world: World, endpoint: Judge):
        danish_supplier(world)
        connect(world, endpoint)
        make_all(world)
        challenge = world.published()
        run_jobs(world)
        world.answered(challenge, world.neighbour)
        run_jobs(world)
        assert proposed(world) == {"Fjordsensor", "Brøndlyt"}


class TestSaving:
    def test_a_saved_profile_has_its_vector_at_once_and_in_every_process(self, world: World, endpoint: Judge):
        kit = connect(world, endpoint)
        make_all(world)
        other = ProfileKeeper(model="played")
        before = vectors_in(other, world)
        form = world.act(world.neighbour, "profile.edit").form
        world.submit(world.neighbour, form, summary="Membranen für Trinkwasser.", language="de")
        assert vectors_in(other, world) == before - {world.neighbour_organisation}
        run_jobs(world)
        assert vectors_in(other, world) == before
        assert vectors_in(kit.profiles, world) == before
        assert sum("Membranen" in text for text in asked(endpoint)) == 1

    def test_a_challenge_has_its_vector_before_it_is_published(self, world: World, endpoint: Judge):
        danish_supplier(world)
        connect(world, endpoint)
        make_all(world)
        challenge = world.submitted()
        run_jobs(world)
        sent = len(endpoint.calls)
        world.press(world.manager_owner, world.only(CLEAN_MANAGERS, holding=challenge).card, "screening.publish")
        run_jobs(world)
        assert proposed(world) == {"Fjordsensor", "Brøndlyt"}
        assert rankings(world) == 1
        make_all(world)
        assert (len(endpoint.calls), rankings(world)) == (sent, 1)

    def test_the_same_text_is_never_paid_twice(self, world: World, endpoint: Judge):
        connect(world, endpoint)
        make_all(world)
        twin = danish_supplier(world)
        make_all(world)
        danish_supplier(world, "Tvillingen")
        make_all(world)
        for summary in ("Something else.", DANISH):
            with world.database.write() as session:
                row = session.exec(select(Profile).where(Profile.organisation_id == twin)).one()
                row.summary, row.version, row.updated_at = summary, row.version + 1, world.now
            make_all(world)
        assert asked(endpoint).count(DANISH) == 1
        assert len(asked(endpoint)) == len(set(asked(endpoint)))
        with world.database.read() as session:
            assert embeddings.profiles_without(session, "played") == (0, 4)

    def test_two_saves_before_the_worker_comes_are_one_call(self, world: World, endpoint: Judge):
        connect(world, endpoint)
        for text in ("First wording of it.", "Second wording of it."):
            form = world.act(world.neighbour, "profile.edit").form
            world.submit(world.neighbour, form, summary=text)
        run_jobs(world)
        assert len(endpoint.calls) == 1
        assert not any("First wording" in text for text in asked(endpoint))

    def test_of_old_wordings_only_a_few_are_kept(self, world: World, endpoint: Judge):
        connect(world, endpoint)
        make_all(world)
        number_of_profile: int | None = None
        for number in range(embeddings.KEPT + 2):
            with world.database.write() as session:
                row = session.exec(select(Profile).where(Profile.organisation_id == world.neighbour_organisation)).one()
                row.summary, row.version = f"Wording {number}", row.version + 1
                number_of_profile = row.id
            make_all(world)
        with world.database.read() as session:
            rows = session.exec(select(Embedding.seen_version).where(Embedding.profile_id == number_of_profile)).all()
        assert sorted(rows) == list(range(embeddings.KEPT - 1, embeddings.KEPT + 4))[-embeddings.KEPT :]

    def test_what_changes_while_the_endpoint_answers_is_not_kept(self, world: World, endpoint: Judge):
        connect(world, endpoint)

        def change_then_answer(call: Call) -> None:
            if len(endpoint.calls) == 1:
                with world.database.write() as session:
                    row = session.exec(
                        select(Profile).where(Profile.organisation_id == world.neighbour_organisation)
                    ).one()
                    row.summary, row.version = "Changed meanwhile.", row.version + 1
            embed()(call)

        endpoint.behaviours = [change_then_answer]
        make_all(world)
        assert any("Changed meanwhile." in text for text in asked(endpoint))
        assert vectors_in(ProfileKeeper(model="played"), world) >= {world.neighbour_organisation}

    def test_it_goes_with_the_profile(self, world: World, endpoint: Judge):
        kit = connect(world, endpoint)
        make_all(world)
        assert world.neighbour_organisation in vectors_in(kit.profiles, world)
        with world.database.write() as session:
            session.execute(delete(Competence).where(col(Competence.organisation_id) == world.neighbour_organisation))
            session.execute(delete(Profile).where(col(Profile.organisation_id) == world.neighbour_organisation))
        assert world.neighbour_organisation not in vectors_in(kit.profiles, world)
        with world.database.read() as session:
            assert len(session.exec(select(Embedding)).all()) == 1


def vectors_in(keeper: ProfileKeeper, world: World) -> set[int]:
    """Return whose vectors a process holds after its next look."""
    keeper.fresh(world.database, world.now)
    return {int(key) for key in keeper.likeness([1.0] * 96)}


def rankings(world: World) -> int:
    with world.database.read() as session:
        return len(session.exec(select(Ranking)).all())


class TestFinding:
    def test_what_was_there_before_the_endpoint_is_found_and_a_new_model_begins_anew(
        self, world: World, endpoint: Judge
    ):
        connect(world, endpoint)
        assert find_missing(world.database, world.kit, world.now) == 2
        assert find_missing(world.database, world.kit, world.now) == 2
        assert len(world.waiting("embed")) == 2  # the same lack is the same fact: one for each cluster
        run_jobs(world)
        assert find_missing(world.database, world.kit, world.now) == 0
        connect(world, endpoint, model="another")
        make_all(world)
        assert {call.body["model"] for call in endpoint.calls} == {"played", "another"}
        assert len(asked(endpoint)) == 4
        assert len(vectors_in(world.kit.profiles, world)) == 2

    def test_many_are_asked_in_batches_one_after_the_other(self, world: World, endpoint: Judge):
        with world.database.write() as session:
            for number in range(100):
                key = add_organisation(session, f"Firm {number}", OrganisationKind.SME, world.clean)
                add_profile(session, key, f"We make thing number {number}.")
        connect(world, endpoint)
        make_all(world)
        assert sorted(len(call.body["input"]) for call in endpoint.calls) == [1, 37, 64]
        assert len(vectors_in(world.kit.profiles, world)) == 102

    def test_a_profile_without_words_is_not_asked_about_again(self, world: World, endpoint: Judge):
        with world.database.write() as session:
            add_profile(session, add_organisation(session, "Mute", OrganisationKind.SME, world.clean), "")
        connect(world, endpoint)
        make_all(world)
        assert "" not in asked(endpoint)
        assert find_missing(world.database, world.kit, world.now) == 0

    def test_a_buyer_is_not_compared_and_pays_nothing(self, world: World, endpoint: Judge):
        with world.database.write() as session:
            add_profile(session, world.buyer_organisation, "We buy water.")
        connect(world, endpoint)
        make_all(world)
        assert not any("We buy" in text for text in asked(endpoint))

    def test_without_an_endpoint_nothing_is_asked_for(self, world: World):
        world.published()
        form = world.act(world.neighbour, "profile.edit").form
        world.submit(world.neighbour, form, summary="Other words.")
        assert find_missing(world.database, world.kit, world.now) == 0
        assert world.waiting("embed") == []

    def test_no_name_goes_out(self, world: World, endpoint: Judge):
        with world.database.write() as session:
            row = session.get_one(Organisation, world.neighbour_organisation)
            row.brands, row.website = ("PipeWhisper",), "https://fjordsensor.example.org"
            add_person(session, "Ask Person", None, world.clean, None)
            profile = session.exec(select(Profile).where(Profile.organisation_id == row.id)).one()
            profile.summary = "Fjordsensor sells PipeWhisper: ask Owner, Fjordsensor, or fjordsensor.example.org."
        connect(world, endpoint)
        world.submitted(background="Nordkaj Utility asks, says Buyer, Nordkaj.")
        make_all(world)
        whole = "\n".join(asked(endpoint)).lower()
        for name in ("fjordsensor", "pipewhisper", "nordkaj", "waterlens"):
            assert name not in whole


def refuse(status: int) -> Behaviour:
    return lambda call: call.send(status, b'{"error": {"message": "no"}}')


TROUBLES: dict[str, Behaviour] = {
    "401": refuse(401),
    "429": refuse(429),
    "500": refuse(500),
    "silent": Call.stay_silent,
    "dripping": lambda call: call.drip(b" "),
    "too few": embed(lambda items: items.pop()),
    "not a number": embed(lambda items: items[0].update(embedding=[float("nan")] * 96)),
    "huge": lambda call: call.drip(b" " * 8_000_000),
    "other dimensions": embed(dimensions=12),
}


class TestTrouble:
    @pytest.mark.parametrize("behaviour", TROUBLES.values(), ids=TROUBLES.keys())
    def test_the_local_answer_stands_marked_and_the_job_is_done_later(
        self, world: World, endpoint: Judge, behaviour: Behaviour
    ):
        danish_supplier(world)
        connect(world, endpoint)
        make_all(world)
        connect(world, endpoint, seconds=0.5 if behaviour in (TROUBLES["silent"], TROUBLES["dripping"]) else 30.0)
        endpoint.behaviours, calls = [behaviour], len(endpoint.calls)
        world.submitted()
        row = claimed(world)
        with pytest.raises(Postponed):
            do(world, row)
        assert len(endpoint.calls) == calls + 1
        give_back(world, row)
        world.press(world.manager_owner, world.sent_to(CLEAN_MANAGERS)[-1].card, "screening.publish")
        rank(world)
        assert proposed(world) == {"Fjordsensor"}
        assert OTHER_LANGUAGES in card(world)
        connect(world, endpoint)
        endpoint.behaviours = [embed()]
        world.now += timedelta(hours=2)
        run_jobs(world)
        assert proposed(world) == {"Fjordsensor", "Brøndlyt"}
        assert OTHER_LANGUAGES not in card(world)

    def test_a_spent_budget_waits_for_the_next_day(self, world: World, endpoint: Judge):
        connect(world, endpoint, model_tokens=3)
        find_missing(world.database, world.kit, world.now)
        with pytest.raises(Postponed) as caught:
            do(world, claimed(world))
        assert caught.value.pause == timedelta(hours=15)  # it is nine in the morning
        assert endpoint.calls == []

    def test_the_budget_is_set_aside_before_the_call_and_half_of_it_is_left_to_a_model_that_talks(
        self, world: World, endpoint: Judge
    ):
        connect(world, endpoint)
        make_all(world)
        with world.database.read() as session:
            spent = {row.cluster_id: row.tokens for row in session.exec(select(ModelSpend))}
        embeddings_cost, texts = spent[world.delta], len(asked(endpoint))
        assert (texts, set(spent)) == (2, {world.clean, world.delta})
        with world.database.write() as session:
            session.execute(delete(Embedding))
            session.execute(delete(ModelSpend))
        connect(world, endpoint, model_tokens=2 * embeddings_cost - 1)
        world.kit = replace(world.kit, model=ModelClient(model="m", base_url="http://127.0.0.1:9"))
        with world.database.write() as session:
            profile = session.exec(select(Profile).where(Profile.organisation_id == world.sme_organisation)).one()
            profile.version += 1
        find_missing(world.database, world.kit, world.now)
        world.now += timedelta(hours=1)
        with pytest.raises(Postponed):
            do(world, next(row for row in claimed_all(world) if row.payload["cluster"] == world.delta))


def claimed(world: World) -> queue.Claimed:
    (row,) = claimed_all(world)[:1]
    return row


def claimed_all(world: World) -> list[queue.Claimed]:
    with world.database.write() as session:
        return queue.claim(session, owner="test", now=world.now, kinds=("embed",))


def do(world: World, row: queue.Claimed) -> None:
    async def run() -> None:
        await JOBS[row.kind](world.database, world.kit, row, world.now)

    asyncio.run(run())


def give_back(world: World, row: queue.Claimed) -> None:
    with world.database.write() as session:
        queue.postpone(session, row, due_at=world.now + timedelta(hours=1), now=world.now)


def rank(world: World) -> None:
    """Run what is to be ranked, and only that."""
    with world.database.write() as session:
        rows = queue.claim(session, owner="test", now=world.now, kinds=("rank",))
    assert rows
    for row in rows:
        do(world, row)
    world.deliver()
