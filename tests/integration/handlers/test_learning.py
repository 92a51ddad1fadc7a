"""What is kept of decisions and learnt from them: calibration, the words on the card, and the reports' data."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from domain.introductions import RejectReason
from handlers.suggestions import learning
from matching import RANKER_VERSION
from matching.approvals import approvals
from matching.calibration import ENOUGH
from matching.weights import Weights
from store.engine import Session
from store.queries import decisions as query
from store.queries.decisions import Make
from store.tables.introductions import Calibration, Decision, Suggestion
from tests.integration.handlers.jobs import run_jobs
from tests.world import CLEAN_MANAGERS, World, text_of


def ranked(world: World) -> str:
    challenge = world.published()
    run_jobs(world)
    return challenge


def decide(world: World, number: int, **values: Any) -> None:
    """Write decisions about the one suggestion there is; the values may be functions of their number."""
    with world.database.write() as session:
        one = session.exec(select(Suggestion)).one()
        for at in range(number):
            given: dict[str, Any] = {"approved": True, "rank": 1, "score": one.score, "sub_scores": one.sub_scores}
            given |= {name: value(at) if callable(value) else value for name, value in values.items()}
            session.add(
                Decision(
                    suggestion_id=one.id or 0,
                    person_id=world.people["manager_owner"],
                    cluster_id=world.clean,
                    challenge_id=one.challenge_id,
                    ranker_version=given.pop("ranker_version", one.ranker_version),
                    created_at=world.now,
                    updated_at=world.now,
                    **given,
                )
            )


def learn(world: World) -> int:
    return learning.calibrate_scores(world.database, world.kit, world.now + timedelta(minutes=2))


def calibrations(world: World) -> list[Calibration]:
    with world.database.read() as session:
        return list(session.exec(select(Calibration).order_by(col(Calibration.id))))


def rank_again(world: World, challenge: str) -> str:
    """Let an answer rank the challenge again; returns what the review card says."""
    world.now += timedelta(minutes=1)
    world.answered(challenge, world.neighbour)
    run_jobs(world)
    return text_of(world.only(CLEAN_MANAGERS, holding="Fjordsensor").card)


class TestDecisions:
    def test_all_that_is_needed_to_learn_is_kept_with_the_decision(self, world: World):
        ranked(world)
        card = world.only(CLEAN_MANAGERS, holding="Fjordsensor").card
        form = world.press(world.manager_owner, card, "suggestion.reject").form
        world.submit(world.manager_owner, form, reason=RejectReason.BUSY.value)
        with world.database.read() as session:
            row, one = session.exec(select(Decision)).one(), session.exec(select(Suggestion)).one()
        assert (row.approved, row.reason, row.rank) == (False, RejectReason.BUSY, 1)
        assert (row.challenge_id, row.score, row.sub_scores) == (one.challenge_id, one.score, one.sub_scores)
        assert row.sub_scores
        assert (row.ranker_version, row.prompt_version, row.model_used) == (RANKER_VERSION, "", False)
        assert (row.slot, row.propensity, row.chance) == ("relevance", 1.0, None)

    def test_they_are_read_as_verdicts_in_the_order_in_which_they_were_taken(self, world: World):
        ranked(world)
        decide(world, 3, rank=lambda at: at + 1)
        decide(world, 2, approved=False, reason=RejectReason.NOT_RELEVANT)
        decide(world, 1, approved=False, reason=RejectReason.BUSY)
        decide(world, 1, slot="newcomer", propensity=0.2)
        verdicts = learning.verdicts(world.database)
        assert [one.relevant for one in verdicts] == [True, True, True, False, False, None, True]
        assert [one.rank for one in verdicts[:3]] == [1, 2, 3]
        found = approvals(verdicts)
        assert (found.total.approved, found.total.decided, found.left_out) == (4, 6, {"busy": 1})
        assert found.newcomers.decided == 1
        assert found.total.weighted == pytest.approx((3 + 5) / (3 + 5 + 2))


class TestCalibration:
    def test_each_turn_counts_only_what_was_decided_since_the_last(self, world: World, monkeypatch: pytest.MonkeyPatch):
        ranked(world)
        read: list[int] = []
        count = query.relevance_counts

        def counting(session: Session, **bounds: Any) -> dict[Make, int]:
            found = count(session, **bounds)
            read.append(sum(found.values()))
            return found

        monkeypatch.setattr(query, "relevance_counts", counting)
        decide(world, ENOUGH - 10)
        assert learn(world) == 0
        decide(world, 10)
        # What is being written at this moment may still be missing: it is counted in the next turn.
        assert learning.calibrate_scores(world.database, world.kit, world.now) == 0
        assert learn(world) == 1
        assert learn(world) == 0
        assert read == [ENOUGH - 10, 0, 10, 0]

    def test_below_two_hundred_decisions_on_relevance_nothing_changes(self, world: World):
        challenge = ranked(world)
        decide(world, ENOUGH - 1, approved=lambda at: at % 10 < 7, reason=RejectReason.NOT_RELEVANT)
        decide(world, 50, approved=False, reason=RejectReason.BUSY)
        decide(world, 50, ranker_version="another make")
        assert learn(world) == 0
        assert calibrations(world) == []
        assert "like this" not in rank_again(world, challenge)

    def test_after_two_hundred_the_card_says_how_many_like_it_were_approved(self, world: World):
        challenge = ranked(world)
        decide(world, ENOUGH, approved=lambda at: at % 10 < 7, reason=RejectReason.NOT_RELEVANT)
        assert learn(world) == 1
        (learnt,) = calibrations(world)
        assert (learnt.ranker_version, learnt.decisions, learnt.approved) == (RANKER_VERSION, ENOUGH, 140)
        text = rank_again(world, challenge)
        assert "About 7 of 10 like this were approved so far." in text
        with world.database.read() as session:
            one = session.exec(select(Suggestion)).one()
        assert (one.chance, one.calibration_id) == (pytest.approx(0.7), learnt.id)
        card = world.only(CLEAN_MANAGERS, holding="Fjordsensor").card
        world.press(world.manager_owner, card, "suggestion.approve")
        with world.database.read() as session:
            row = session.exec(select(Decision).order_by(col(Decision.id).desc())).first()
        assert row is not None
        assert row.chance == pytest.approx(0.7)

    def test_it_is_learnt_once_by_two_workers_and_again_after_a_tenth_more(self, world: World):
        ranked(world)
        decide(world, ENOUGH, approved=lambda at: at % 2 == 0, reason=RejectReason.NOT_RELEVANT)
        assert [learn(world), learn(world)] == [1, 0]
        decide(world, 19)
        assert learn(world) == 0
        decide(world, 1)
        assert learn(world) == 1
        assert [one.decisions for one in calibrations(world)] == [200, 220]

    def test_the_same_decisions_are_written_down_once_if_two_learn_at_the_same_time(self, world: World):
        from store.queries import decisions as query

        make, steps = query.Make("r", "p"), [(0.1, 100, 200)]
        with world.database.write() as session:
            assert query.keep_calibration(session, make, steps, now=world.now)
        with world.database.write() as session:
            assert not query.keep_calibration(session, make, steps, now=world.now)
        assert len(calibrations(world)) == 1

    def test_the_makes_are_reported_with_what_is_known(self, world: World):
        ranked(world)
        decide(world, ENOUGH)
        decide(world, 3, ranker_version="older")
        learn(world)
        first, second = learning.makes(world.database)
        assert (first.ranker_version, first.decisions) == (RANKER_VERSION, ENOUGH)
        assert first.calibration is not None
        assert (second.ranker_version, second.decisions, second.calibration) == ("older", 3, None)


class TestWeightsOfAnOperator:
    def test_they_order_the_suggestions_and_are_named_with_them(self, world: World):
        weights = Weights.parse("spelling=1")
        object.__setattr__(world.kit, "weights", weights)
        ranked(world)
        with world.database.read() as session:
            one = session.exec(select(Suggestion)).one()
        assert one.ranker_version == weights.ranker_version != RANKER_VERSION

    def test_decisions_of_one_challenge_are_learnt_from_together(self, world: World):
        ranked(world)
        decide(world, 2, approved=lambda at: at == 0, reason=RejectReason.NOT_RELEVANT, rank=lambda at: 2 - at)
        decide(world, 1, approved=False, reason=RejectReason.BUSY)
        (group,) = learning.examples(world.database)
        assert [one.grade for one in group] == [0.0, 1.0]  # by rank
        assert {"score", "words", "spelling"} <= group[0].features.keys()
