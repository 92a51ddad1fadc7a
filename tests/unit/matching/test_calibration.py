"""What scores came to mean: nothing below 200 decisions, rising steps from there on, and never another order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.calibration import ENOUGH, SMALLEST_STEP, Calibration, Step, calibrate

decided = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=ENOUGH, max_size=ENOUGH + 100)


def test_below_two_hundred_decisions_nothing_is_learnt():
    pairs = [(at / 200, at > 100) for at in range(ENOUGH)]
    assert calibrate(pairs[:-1]) is None
    assert calibrate(pairs) is not None
    assert calibrate([]) is None


def test_steps_by_hand():
    # 0.2: 10 of 50; 0.4: 30 of 50, 0.6: 20 of 50 (falls, so both are one step of 50 of 100); 0.9: 45 of 50.
    counts = {0.2: 10, 0.4: 30, 0.6: 20, 0.9: 45}
    pairs = [(score, at < yes) for score, yes in counts.items() for at in range(50)]
    found = calibrate(pairs)
    assert found is not None
    assert found == Calibration((Step(0.2, 10, 50), Step(0.4, 50, 100), Step(0.9, 45, 50)))
    assert [found.chance(score) for score in (0.0, 0.3, 0.4, 0.89, 0.9, 1.0)] == [0.2, 0.2, 0.5, 0.5, 0.9, 0.9]


def test_equal_scores_are_one_step_whatever_was_decided():
    found = calibrate([(0.5, at % 4 == 0) for at in range(400)])
    assert found == Calibration((Step(0.5, 100, 400),))


def test_a_few_lucky_ones_at_the_top_promise_nothing():
    pairs = [(0.3, at % 2 == 0) for at in range(300)] + [(0.99, True)] * 3
    found = calibrate(pairs)
    assert found is not None
    assert found.chance(1.0) < 0.6


@given(decided)
def test_a_higher_score_never_means_less_and_steps_are_wide(pairs: list[tuple[float, bool]]):
    found = calibrate(pairs)
    assert found is not None
    chances = [found.chance(at / 50) for at in range(51)]
    assert chances == sorted(chances)
    assert all(0 <= chance <= 1 for chance in chances)
    assert all(step.decided >= SMALLEST_STEP for step in found.steps)
    assert sum(step.decided for step in found.steps) == len(pairs)
    assert sum(step.approved for step in found.steps) == sum(approved for _, approved in pairs)


@given(decided, st.randoms(use_true_random=False))
def test_the_order_in_which_was_decided_does_not_matter(pairs: list[tuple[float, bool]], chance: random.Random):
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    assert calibrate(shuffled) == calibrate(pairs)


def test_what_is_learnt_comes_near_the_truth():
    chance = random.Random(5)  # noqa: S311 - a repeatable test
    scores = [chance.random() for _ in range(4000)]
    found = calibrate((score, chance.random() < score) for score in scores)
    assert found is not None
    for score in (0.1, 0.3, 0.5, 0.7, 0.9):
        assert found.chance(score) == pytest.approx(score, abs=0.12)
