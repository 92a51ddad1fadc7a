"""An operator's weights, and weights fitted to judgments: better only where there is something to learn."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import RANKER_VERSION, Candidate
from matching.refit import FEWEST_GROUPS, Example, fit
from matching.weights import Weights


def candidate(key: str, score: float, **sub_scores: float) -> Candidate:
    return Candidate(key, score, sub_scores)


class TestWeights:
    def test_no_weights_leave_everything_as_it_is(self):
        found = [candidate("a", 0.4), candidate("b", 0.3)]
        assert Weights.parse("").apply(found) == found
        assert Weights().ranker_version == RANKER_VERSION

    def test_the_score_is_taken_relative_to_the_best_and_sums_are_means(self):
        found = Weights.parse("score=1, words=1").apply(
            [candidate("a", 0.4, words=0.2), candidate("b", 0.2, words=0.9)]
        )
        assert [(one.id, one.score) for one in found] == [("b", 0.7), ("a", 0.6)]

    def test_what_is_written_is_read_again_and_has_a_version_of_its_own(self):
        weights = Weights.parse("words=0.4,score=1")
        assert Weights.parse(str(weights)) == weights
        assert weights.ranker_version.startswith(f"{RANKER_VERSION}+")
        assert weights.ranker_version == Weights.parse("score=1.0 , words=.4").ranker_version
        assert weights.ranker_version != Weights.parse("score=1,words=0.5").ranker_version

    @pytest.mark.parametrize("text", ["words", "words=x", "=1", "words=-1", "words=nan", "Words=1", "words=0", "a=1;b"])
    def test_anything_else_is_refused(self, text: str):
        with pytest.raises(ValueError, match="weight"):
            Weights.parse(text)

    @given(st.lists(st.floats(0, 1), max_size=20))
    def test_the_score_alone_keeps_the_order(self, scores: list[float]):
        found = [candidate(f"{at:02}", round(score, 3)) for at, score in enumerate(scores)]
        found.sort(key=lambda one: (-one.score, one.id))
        assert [one.id for one in Weights.parse("score=2").apply(found)] == [one.id for one in found]


def groups(count: int, truth: str, seed: int = 3) -> list[list[Example]]:
    """Make groups in which one feature decides the grade, or none does."""
    chance, found = random.Random(seed), list[list[Example]]()  # noqa: S311 - a repeatable test
    for _ in range(count):
        group: list[Example] = []
        for _ in range(12):
            features = {name: chance.random() for name in ("score", "words", "noise")}
            grade = features[truth] if truth in features else chance.random()
            group.append(Example(features, round(3 * grade)))
        found.append(sorted(group, key=lambda one: -one.features["score"]))
    return found


class TestFit:
    def test_too_little_is_not_learnt_from(self):
        assert fit(groups(FEWEST_GROUPS - 1, "words"), present={}) is None
        same = [[Example({"score": 0.5}, 1.0), Example({"score": 0.1}, 1.0)]] * 50
        assert fit(same, present={}) is None

    def test_what_decides_is_found_and_the_gain_is_clear(self):
        found = fit(groups(60, "words"), present={})
        assert found is not None
        assert found.weights["words"] > 2 * found.weights.get("score", 0)
        assert found.weights.get("noise", 0) < 0.2 * found.weights["words"]
        assert found.gain.is_clear
        assert found.gain.groups == 60

    def test_where_the_score_is_right_already_nothing_is_gained(self):
        found = fit(groups(60, "score"), present={})
        assert found is not None
        assert found.weights["score"] == 1
        assert abs(found.gain.after - found.gain.before) < 0.01

    def test_chance_promises_nothing(self):
        found = fit(groups(60, "nothing"), present={})
        assert found is not None
        assert not found.gain.is_clear

    def test_the_gain_is_measured_on_what_was_held_out(self):
        found = fit(groups(40, "words"), present={}, held_out=groups(25, "score", seed=8))
        assert found is not None
        assert found.gain.groups == 25
        assert found.gain.after < found.gain.before  # learnt from another world

    def test_weights_are_never_negative_and_fitting_twice_gives_the_same(self):
        backwards = [
            [Example({"score": 1 - one.grade / 3}, one.grade) for one in group] for group in groups(30, "words")
        ]
        found = fit(backwards, present={})
        assert found is not None
        assert all(value >= 0 for value in found.weights.values())
        assert fit(backwards, present={}) == found
