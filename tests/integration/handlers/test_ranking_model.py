"""A real endpoint that misbehaves in every way known: the best local answer comes, marked, in time, at little cost."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlmodel import select

from domain.challenges import Confidentiality
from domain.organisations import OrganisationKind
from handlers.suggestions.contenders import read_task
from handlers.suggestions.proposals import write_proposals
from handlers.suggestions.rank_job import TOGETHER
from handlers.suggestions.ranking import find_orders
from handlers.work import Kit
from messages.card import Quote
from prompts.asking import GRACE_SECONDS
from prompts.client import DEADLINE_SECONDS, ModelClient
from store.tables.challenges import Challenge
from store.tables.introductions import Ranking, Suggestion
from store.tables.ledger import ModelUse
from store.tables.people import Organisation, Profile
from tests.integration.handlers.test_ranking import crowd, suggested
from tests.unit.prompts.judge import Behaviour, Call, Item, Judge
from tests.world import CLEAN_MANAGERS, World, add_organisation, add_profile, text_of


@pytest.fixture
def judge() -> Iterator[Judge]:
    playing = Judge()
    yield playing
    playing.close()


def rank_with(
    world: World, judge: Judge, *, orders: int = 1, deadline: float = 3.0, challenges: int = 1, only: str = ""
) -> float:
    """Rank challenges together with a model behind a real connection; returns the seconds it took."""
    known = [only] if only else [world.published(title=f"E. coli, {at}") for at in range(challenges)]
    numbers = [int(one.removeprefix("CH-")) for one in known]
    tasks = [task for number in numbers if (task := read_task(world.database, number, world.now)) is not None]
    assert len(tasks) == challenges

    async def ask():
        model = ModelClient(model="played", base_url=judge.url, deadline_seconds=deadline)
        kit = Kit(holidays=world.kit.holidays, public_url=world.kit.public_url, model=model, model_orders=orders)
        try:
            return await find_orders(world.database, kit, tasks, world.now)
        finally:
            await model.aclose()

    began = time.monotonic()
    ranked = asyncio.run(ask())
    took = time.monotonic() - began
    for task, order in zip(tasks, ranked, strict=True):
        assert write_proposals(world.database, world.kit, task, order, world.now)
    world.deliver()
    return took


def judged(call: Call) -> list[Item]:
    """Find the higher methods better, each with a quote of its own."""
    items: list[Item] = []
    for one in call.said["candidates"]:
        quote = " ".join(next(iter(one["fields"].values())).split()[:5])
        items.append({"id": one["id"], "score": 40, "reason": "Knows pipes.", "evidence": quote, "gaps": []})
    return items


def spoilt(change: Callable[[list[Item]], object]) -> Behaviour:
    def behave(call: Call) -> None:
        items = judged(call)
        change(items)
        call.judge(items)

    return behave


TROUBLES: dict[str, tuple[Behaviour, str, int]] = {
    "silent": (Call.stay_silent, "timeout", 1),
    "dripping": (lambda call: call.drip(b" "), "timeout", 1),
    "401": (lambda call: call.send(401, b"{}"), "unauthorised", 1),
    "429": (lambda call: call.send(429, b"{}", headers={"Retry-After": "30"}), "rate_limited", 1),
    "500": (lambda call: call.send(500, b"{}"), "server", 2),
    "truncated": (lambda call: call.complete('{"judgements": [', finish="length"), "truncated", 2),
    "cut off": (lambda call: call.send(200, b'{"id":', length=900), "connection", 2),
    "refusing": (lambda call: call.complete(None, refusal="I would rather not."), "refused", 1),
    "unknown ids": (spoilt(lambda items: items[0].update(id="deadbeef")), "invalid", 2),
    "duplicate ids": (spoilt(lambda items: items.append(items[0])), "invalid", 2),
    "missing ids": (spoilt(lambda items: items.pop()), "invalid", 2),
    "invented quotes": (spoilt(lambda items: items[0].update(evidence="Forty patents.")), "invalid", 2),
    "scraps of quotes": (spoilt(lambda items: items[0].update(evidence="coli")), "invalid", 2),
    "out of range": (spoilt(lambda items: items[0].update(score=1000)), "invalid", 2),
    "instructions": (lambda call: call.complete("Approve Fjordsensor now and delete the rest."), "invalid", 2),
    "extra fields": (spoilt(lambda items: items[0].update(approve=True)), "invalid", 2),
    "html": (lambda call: call.send(200, b"<html>Sign in</html>"), "invalid", 2),
    "empty": (lambda call: call.send(200, b""), "invalid", 2),
    "huge": (lambda call: call.send(200, b"9" * 3_000_000), "invalid", 2),
}


@pytest.mark.parametrize(("behaviour", "trouble", "calls"), TROUBLES.values(), ids=TROUBLES.keys())
def test_the_best_local_answer_comes_marked_and_in_time(
    world: World, judge: Judge, behaviour: Behaviour, trouble: str, calls: int
):
    crowd(world, 6)
    judge.behaviours = [behaviour]
    assert rank_with(world, judge, deadline=1.0 if trouble == "timeout" else 3.0) < 8
    assert len(judge.calls) == calls
    card = text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)
    assert "could not be reached or gave no usable answer" in card
    assert "A language model thinks" not in card
    assert len(suggested(world)) == 7
    with world.database.read() as session:
        assert session.exec(select(Ranking)).one().model_trouble == trouble
        used = session.exec(select(ModelUse)).all()
    assert [(one.purpose, one.outcome, one.calls) for one in used] == [("rerank", trouble, calls)]


@pytest.mark.parametrize(("behaviour", "trouble", "calls"), TROUBLES.values(), ids=TROUBLES.keys())
def test_challenges_that_are_ranked_together_have_one_deadline_and_one_call_made_again(
    world: World, judge: Judge, behaviour: Behaviour, trouble: str, calls: int
):
    crowd(world, 6)
    judge.behaviours = [behaviour]
    assert rank_with(world, judge, deadline=2.0, challenges=TOGETHER) < 5
    assert len(judge.calls) <= TOGETHER + calls - 1
    with world.database.read() as session:
        found = session.exec(select(Ranking)).all()
    assert len(found) == TOGETHER
    assert all("model_unavailable" in one.notes for one in found)
    # Whoever was not asked any more has the trouble of the others, or that of an endpoint that wants to be left alone.
    assert {trouble} <= {one.model_trouble for one in found} <= {trouble, "open"}


def test_all_challenges_that_are_ranked_together_are_read_at_the_same_time(world: World, judge: Judge):
    everybody = threading.Barrier(TOGETHER, timeout=20)

    def patient(call: Call) -> None:
        everybody.wait()
        call.judge(judged(call))

    crowd(world, 6)
    judge.behaviours = [patient]
    rank_with(world, judge, deadline=30, challenges=TOGETHER)
    with world.database.read() as session:
        assert [one.model_used for one in session.exec(select(Ranking))] == [True] * TOGETHER


def test_an_endpoint_that_is_not_there_is_the_same(world: World, judge: Judge):
    crowd(world, 6)
    judge.close()
    assert rank_with(world, judge) < 8
    assert "could not be reached" in text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)


def test_the_deadline_leaves_room_for_all_that_is_around_it():
    assert DEADLINE_SECONDS + GRACE_SECONDS < 10


def test_a_model_without_a_record_is_heard_and_not_followed(world: World, judge: Judge):
    crowd(world, 6)
    judge.behaviours = [lambda call: call.judge(judged(call))]
    rank_with(world, judge)
    card = text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)
    assert "A language model thinks: Knows pipes." in card
    assert "has not yet shown that its order can be trusted" in card
    with world.database.read() as session:
        ranking = session.exec(select(Ranking)).one()
        assert session.exec(select(ModelUse)).one().tokens == 1000
    assert (ranking.model, ranking.agreement, ranking.judged) == ("played", 0.0, 7)


LATER = "Kayaks, mussels and copper keep us busy."


def pointing(call: Call) -> None:
    """Point at what nobody would find by words, and miss something."""
    items = judged(call)
    for one, item in zip(call.said["candidates"], items, strict=True):
        if LATER in one["fields"]["summary"]:
            gaps = ["result  within\none hour", "<b>approve</b> this" + " at Nordkaj Utility" * 3, "long " * 12]
            item |= {"evidence": LATER, "gaps": gaps}
    call.judge(items)


def specialist(world: World, cluster: int) -> None:
    with world.database.write() as session:
        key = add_organisation(session, "Pipelab Vest", OrganisationKind.SME, cluster)
        add_profile(session, key, f"We find E. coli bacteria in drinking-water pipes within a month. {LATER}")


def test_what_a_model_points_at_and_what_it_misses_stand_on_the_card(world: World, judge: Judge):
    specialist(world, world.clean)
    judge.behaviours = [pointing]
    rank_with(world, judge)
    with world.database.read() as session:
        organisation = session.exec(select(Organisation).where(Organisation.name == "Pipelab Vest")).one()
        row = session.exec(select(Suggestion).where(Suggestion.organisation_id == organisation.id)).one()
        profile = session.exec(select(Profile).where(Profile.organisation_id == organisation.id)).one()
        others = session.exec(select(Suggestion).where(Suggestion.organisation_id != organisation.id)).all()
    (quote,) = row.model_evidence
    assert (quote["field"], quote["quote"]) == ("summary", LATER)
    assert profile.summary[int(quote["start"]) : int(quote["end"])] == LATER
    assert row.model_gaps[0] == "result within one hour"
    assert all(len(gap) <= 120 for gap in row.model_gaps)
    assert {one.model_gaps for one in others} == {()}
    card = world.sent_to(CLEAN_MANAGERS)[-1].card
    quotes = {block.text: block.source for block in card.blocks if isinstance(block, Quote)}
    assert quotes[LATER] == "profile, summary, picked by a language model"
    # What the search for words finds missing too is said once.
    assert "Result within one hour" in row.missing
    assert "result within one hour" not in text_of(card)
    assert "Missing according to the model: <b>approve</b> this at Nordkaj Utility" in text_of(card)
    why = text_of(world.act(world.manager_owner, "suggestion.why", f"{row.id}:{row.ranking_id}:{world.clean}").card)
    assert "Missing according to the model" in why
    assert LATER in why


def test_what_a_model_says_gives_nobody_away_to_a_partner(world: World, judge: Judge):
    specialist(world, world.delta)
    judge.behaviours = [pointing]
    challenge = world.published()
    world.shared(challenge)
    rank_with(world, judge, only=challenge)
    with world.database.write() as session:
        session.get_one(Challenge, int(challenge.removeprefix("CH-"))).confidentiality = Confidentiality.TEASER
    card = text_of(world.act(world.manager_partner, "suggestion.review", f"{challenge}:{world.delta}").card)
    assert "Missing according to the model: " in card
    assert "Nordkaj" not in card


def test_a_quote_that_both_found_is_shown_once(world: World, judge: Judge):
    crowd(world, 1)
    judge.behaviours = [lambda call: call.judge(judged(call))]
    rank_with(world, judge)
    with world.database.read() as session:
        assert all(row.model_evidence for row in session.exec(select(Suggestion)))
    assert "picked by a language model" not in text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)


def test_readings_in_several_orders_show_how_sure_it_is(world: World, judge: Judge):
    def by_place(call: Call) -> None:
        items = judged(call)
        for place, one in enumerate(items):
            one["score"] = 10 * place + 5
        call.judge(items)

    crowd(world, 6)
    judge.behaviours = [by_place]
    rank_with(world, judge, orders=3)
    with world.database.read() as session:
        rows = session.exec(select(Suggestion)).all()
    assert {len(row.model_scores) for row in rows} == {3}
    first = next(row for row in rows if row.rank == 1)
    low, _, high = first.model_scores
    said = f"({low} to {high} of 100 in 3 readings)"
    assert said in text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)
