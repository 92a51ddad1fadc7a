from hypothesis import given
from hypothesis import strategies as st

from matching import Agreement, Candidate, Fused, agreement, fuse, trust
from prompts.judgement import Judgement

PROVEN = [Agreement(0.8, 20)] * 20


def local(count: int = 20):
    return [Candidate(f"c{n:02}", 1 - n / 40, {}) for n in range(count)]


def verdict(key: str, score: int):
    return Judgement(key, score, "fits", None)


def ids(fused: list[Fused]):
    return [one.candidate.id for one in fused]


def test_without_judgements_the_local_order_stands():
    assert ids(fuse(local(), [])) == [candidate.id for candidate in local()]


def test_a_judge_that_agrees_changes_nothing():
    judged = [verdict(candidate.id, round(100 * candidate.score)) for candidate in local()]
    assert ids(fuse(local(), judged)) == [candidate.id for candidate in local()]


def test_a_talked_over_judge_lifts_nobody_by_more_than_the_cap():
    judged = [verdict(candidate.id, 100 if candidate.id == "c19" else 0) for candidate in local()]
    fused = fuse(local(), judged, earlier=PROVEN, largest_move=5)
    assert ids(fused).index("c19") == 14
    assert [key for key in ids(fused) if key != "c19"] == [f"c{n:02}" for n in range(19)]


def test_a_judge_that_talks_the_best_down_lowers_it_by_no_more_than_the_cap():
    judged = [verdict(candidate.id, 0 if candidate.id == "c00" else 100) for candidate in local()]
    assert ids(fuse(local(), judged, earlier=PROVEN, largest_move=5)).index("c00") == 5


def test_swapping_the_order_of_candidates_and_judgements_keeps_the_result():
    judged = [verdict(candidate.id, (n * 37) % 101) for n, candidate in enumerate(local())]
    assert ids(fuse(local(), judged, earlier=PROVEN)) == ids(fuse(local()[::-1], judged[::-1], earlier=PROVEN))


def test_a_judge_without_a_record_that_contradicts_the_texts_moves_nobody():
    judged = [verdict(candidate.id, 5 * n) for n, candidate in enumerate(local())]
    assert agreement(local(), judged) == Agreement(-1.0, 20)
    assert ids(fuse(local(), judged)) == [candidate.id for candidate in local()]


def test_trust_grows_with_what_was_shown_and_not_with_chance():
    once, often = [Agreement(0.4, 20)], [Agreement(0.4, 20)] * 20
    assert 0 < trust(once) < trust(often) == 1.0
    assert trust([Agreement(0.3, 20)]) == 0.0  # a judge that guesses gets there one time in ten
    assert trust([Agreement(0.3, 20)] * 2) > 0.0
    assert trust([Agreement(0.9, 3)]) == 0.0  # three in the right order are no proof
    assert trust([Agreement(0.6, 20), Agreement(-0.6, 20)]) == 0.0
    assert trust([]) == trust([Agreement(1.0, 1)]) == 0.0


def test_agreement_is_of_ranks_and_scores_that_are_alike_agree_with_nothing():
    assert agreement(local(), [verdict(one.id, round(one.score**9 * 100)) for one in local(5)]) == Agreement(1.0, 5)
    assert agreement(local(), [verdict(one.id, 50) for one in local()]) == Agreement(0.0, 20)
    assert agreement(local(), [verdict("nobody", 50)]) == Agreement(0.0, 0)


@given(
    scores=st.lists(st.floats(0, 1), max_size=20),
    judged=st.dictionaries(st.integers(0, 25), st.integers(0, 100)),
    move=st.integers(0, 25),
)
def test_everybody_keeps_a_place_within_the_cap(scores: list[float], judged: dict[int, int], move: int):
    candidates = [Candidate(str(n), score, {}) for n, score in enumerate(scores)]
    verdicts = [verdict(str(key), score) for key, score in judged.items()]
    fused = fuse(candidates, verdicts, earlier=PROVEN, largest_move=move)
    assert sorted(ids(fused)) == sorted(candidate.id for candidate in candidates)
    assert [one.rank for one in fused] == list(range(1, len(fused) + 1))
    assert all(abs(one.rank - one.local_rank) <= move for one in fused)
