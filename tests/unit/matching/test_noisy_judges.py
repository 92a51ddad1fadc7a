"""Whatever a language model is worth, with it the order is never worse than without by more than half a point."""

from statistics import fmean

import pytest

from benchmarks.judges import JUDGES, Judging, play

LOSS_ALLOWED = 0.005


@pytest.mark.parametrize("judging", JUDGES.values(), ids=JUDGES.keys())
def test_the_fused_order_is_never_worse_than_the_local_one(judging: Judging):
    found = [play(judging, seed=seed, number=150) for seed in range(11, 15)]
    local = fmean(one.local for one in found)
    assert fmean(one.new for one in found) >= local - LOSS_ALLOWED
    assert fmean(one.known for one in found) >= local - LOSS_ALLOWED


@pytest.mark.parametrize(
    ("name", "new", "known"), [("perfect", 0.05, 0.12), ("noise 15", 0.02, 0.08), ("noise 30", 0, 0.03)]
)
def test_a_judge_that_knows_something_is_of_use_and_more_so_with_a_record(name: str, new: float, known: float):
    found = play(JUDGES[name], seed=21, number=150)
    assert found.new > found.local + new
    assert found.known > found.local + known


def test_the_local_order_of_the_measurement_is_of_the_usual_quality():
    assert 0.68 < play(JUDGES["always the same"], seed=3, number=150).local < 0.76
