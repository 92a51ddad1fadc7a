"""Metrics against cases computed by hand."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.metrics import Quality, gains, mean_quality, ndcg, percentile, quality, recall, reciprocal_rank


def test_gains_begin_at_one_with_the_lowest_relevant_grade():
    assert gains({"a": 3, "b": 2, "c": 1, "d": 0}, relevant_from=2) == {"a": 2, "b": 1}
    assert gains({"a": 1, "b": 0}) == {"a": 1}


def test_ndcg_of_a_graded_order_by_hand():
    # Ranks: b (1), x (0), a (3), so 1/log2(2) + 3/log2(4) = 2.5; best: a, c, b = 3 + 2/log2(3) + 1/2.
    worth = {"a": 3, "b": 1, "c": 2}
    assert ndcg(["b", "x", "a"], worth) == pytest.approx(2.5 / (3 + 2 / log2(3) + 0.5))


def test_ndcg_looks_at_ten_ranks_only():
    assert ndcg([f"x{at}" for at in range(10)] + ["a"], {"a": 1}) == 0
    assert ndcg([f"x{at}" for at in range(9)] + ["a"], {"a": 1}) == pytest.approx(1 / log2(11))


def test_more_than_ten_relevant_ones_can_still_be_a_perfect_order():
    ids = [f"a{at}" for at in range(15)]
    assert ndcg(ids, dict.fromkeys(ids, 1)) == pytest.approx(1)


def test_recall_and_reciprocal_rank_by_hand():
    worth = {"a": 1, "b": 1, "lost": 1, "c": 1}
    ranked = ["x", "b", *[f"y{at}" for at in range(47)], "a", "c"]  # a is 50th, c 51st
    assert recall(ranked, worth) == pytest.approx(2 / 4)
    assert reciprocal_rank(ranked, worth) == pytest.approx(1 / 2)
    assert reciprocal_rank([f"x{at}" for at in range(100)] + ["a"], worth) == 0


def test_a_query_without_anything_relevant_has_no_quality():
    assert quality(["a"], {"a": 0}) is None
    assert quality(["a"], {"a": 1}, relevant_from=2) is None
    assert quality([], {"a": 1}) == Quality(0, 0, 0)


def test_a_mean_counts_every_query_the_same():
    assert mean_quality([Quality(1, 1, 1), Quality(0, 0.5, 0)]) == Quality(0.5, 0.75, 0.5)
    assert mean_quality([]) == Quality(0, 0, 0)


def test_percentiles_are_values_that_occurred():
    values = list(range(1, 101))
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile(values, 1)) == (50, 95, 100)
    assert percentile([7], 0.95) == 7
    assert percentile([], 0.5) == 0


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 3), max_size=20), st.randoms())
def test_the_order_by_grade_is_perfect_and_no_order_is_better(judged: dict[str, int], random: object):
    best = sorted(judged, key=lambda key: -judged[key])
    shuffled = list(judged)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    rating, other = quality(best, judged), quality(shuffled, judged)
    if rating is None or other is None:
        assert not any(judged.values())
        return
    assert rating.ndcg10 == pytest.approx(1)
    assert rating.mrr == 1
    assert 0 <= other.ndcg10 <= 1 + 1e-9
