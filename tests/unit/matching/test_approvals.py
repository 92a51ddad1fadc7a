"""Approval rates: who counts, intervals by hand, and newcomers weighed by their chance."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.approvals import HEAVIEST, Verdict, approvals, share_of, wilson

YES = Verdict("CH-1", 1, 0.8, relevant=True, ranker="r.1", prompt="p.1")
NO = replace(YES, relevant=False, reason="not_relevant")
BUSY = replace(YES, relevant=None, reason="busy")


def test_the_interval_of_wilson_by_hand():
    # Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=1e-4)
    assert wilson(0, 0) == (0, 1)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share(approved: int, more: int):
    low, high = wilson(approved, approved + more)
    assert 0 <= low <= approved / (approved + more) <= high <= 1


def test_only_not_relevant_counts_against_relevance_and_the_others_are_told():
    found = approvals([YES, YES, NO, BUSY, replace(BUSY, reason="conflict"), BUSY])
    assert (found.total.approved, found.total.decided) == (2, 3)
    assert found.left_out == {"busy": 2, "conflict": 1}


def test_approval_at_k_by_rank_and_by_version():
    verdicts = [
        YES,
        replace(NO, rank=1),
        replace(YES, rank=3, ranker="r.2"),
        replace(NO, rank=5, prompt=""),
        replace(NO, rank=9),
    ]
    found = approvals(verdicts)
    assert {depth: (one.approved, one.decided) for depth, one in found.at.items()} == {1: (1, 2), 3: (2, 3), 5: (2, 4)}
    assert {rank: one.decided for rank, one in found.by_rank.items()} == {"1": 2, "3": 1, "5": 1, "6+": 1}
    assert {name: (one.approved, one.decided) for name, one in found.by_ranker.items()} == {
        "r.1": (1, 4),
        "r.2": (1, 1),
    }
    assert {name: one.decided for name, one in found.by_prompt.items()} == {"": 1, "p.1": 4}


def test_a_newcomer_counts_by_the_inverse_of_its_chance():
    drawn = replace(YES, newcomer=True, propensity=0.25)
    found = share_of([drawn, NO, NO])  # 4 of 4 + 1 + 1
    assert found.weighted == pytest.approx(4 / 6)
    assert found.rate == pytest.approx(1 / 3)
    effective = 36 / 18
    assert (found.weighted_low, found.weighted_high) == pytest.approx(wilson(4 / 6 * effective, effective))


def test_weights_of_one_change_nothing_and_none_is_without_bound():
    plain = share_of([YES, NO, NO])
    assert plain.weighted == pytest.approx(plain.rate)
    assert (plain.weighted_low, plain.weighted_high) == pytest.approx((plain.low, plain.high))
    rare = share_of([replace(YES, propensity=1e-9), *[NO] * 20])
    assert rare.weighted == pytest.approx(HEAVIEST / (HEAVIEST + 20))


def test_newcomers_have_a_line_of_their_own():
    found = approvals([YES, NO, replace(YES, newcomer=True, propensity=0.5)])
    assert (found.newcomers.approved, found.newcomers.decided) == (1, 1)


def test_nothing_decided_is_no_error():
    found = approvals([])
    assert found.total == share_of([])
    assert (found.total.rate, found.total.low, found.total.high) == (0, 0, 1)
