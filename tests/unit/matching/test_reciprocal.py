"""Both sides must want it: what speaks for a yes of either, and that a no of one is not outweighed by the other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import Candidate, Query, Stance, weigh
from matching.reciprocal import ANSWERED, harmonic_mean, yes_rate

QUERY = Query("Rapid test of drinking water", "Our utility looks for a sensor. Laboratories are slow.", language="en")


def weighed(stance: Stance, score: float = 0.6, country: str = "DK"):
    return weigh(Candidate("a", score, {"words": 0.3}), stance, QUERY, buyer_country=country)


def sme(stance: Stance, **values: str) -> float:
    return weighed(stance, **values).sub_scores["sme"]  # type: ignore[arg-type]


def test_it_is_as_little_wanted_as_by_the_side_that_wants_it_less():
    assert harmonic_mean(0.9, 0.1) == pytest.approx(0.18)
    assert harmonic_mean(0.5, 0.5) == 0.5
    assert harmonic_mean(0.0, 1.0) == harmonic_mean(0.0, 0.0) == 0.0


def test_nothing_known_is_even_chances():
    assert yes_rate(Stance()) == 0.5
    assert sme(Stance()) == 0.5


def test_a_single_yes_or_no_moves_little_and_many_move_much():
    assert 0.5 < yes_rate(Stance(accepted=1)) < 0.65
    assert 0.35 < yes_rate(Stance(ignored=1)) < 0.5
    assert yes_rate(Stance(accepted=20)) > 0.9
    assert yes_rate(Stance(declined=10, ignored=10)) < 0.1


def test_an_answer_is_a_yes_whatever_was_before():
    assert sme(Stance(answered=True, ignored=3, open_introductions=2, countries=frozenset({"NL"}))) == ANSWERED


def test_a_buyer_abroad_and_full_hands_make_a_yes_less_likely():
    home, abroad = Stance(countries=frozenset({"DK", "NL"})), Stance(countries=frozenset({"NL"}))
    assert sme(abroad) < sme(home) == sme(Stance())
    assert sme(replace(home, open_introductions=2)) < sme(replace(home, open_introductions=1)) < sme(home)


def test_a_challenge_that_says_what_is_looked_for_makes_a_yes_more_likely():
    assert sme(Stance(sought=("a utility", "steel"))) > sme(Stance(sought=("steel",))) == sme(Stance())


def test_room_is_what_open_introductions_and_promises_leave():
    assert Stance(capacity=3, open_introductions=1, promised=0.5).room == 1.5
    assert Stance(capacity=1, open_introductions=1, promised=0.5).room == 0.0


def test_every_part_is_told_and_what_was_there_stays():
    scores = weighed(Stance()).sub_scores
    assert scores["words"] == 0.3
    assert scores["relevance"] == 0.6
    assert scores["load"] == pytest.approx(scores["buyer"] * scores["sme"], abs=1e-3)


@given(
    scores=st.lists(st.floats(0, 1), min_size=2, max_size=6),
    stance=st.builds(
        Stance,
        answered=st.booleans(),
        accepted=st.integers(0, 50),
        declined=st.integers(0, 50),
        ignored=st.integers(0, 50),
        open_introductions=st.integers(0, 5),
        capacity=st.integers(0, 5),
        countries=st.sampled_from([frozenset[str](), frozenset({"DK"}), frozenset({"NL"})]),
    ),
)
def test_among_equally_ready_smes_the_order_is_that_of_relevance(scores: list[float], stance: Stance):
    found = [weighed(stance, score) for score in sorted(scores)]
    assert all(0 <= one.score <= 1 for one in found)
    assert all(0 <= value <= 1 for one in found for value in one.sub_scores.values())
    assert [one.score for one in found] == sorted(one.score for one in found)
