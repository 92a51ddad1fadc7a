from hypothesis import given
from hypothesis import strategies as st

from matching import Candidate, Fused, Query, ReasonCode, Span, fuse, reasons, shortlist
from prompts.judgement import Judgement


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
    fused = fuse(local(), judged, largest_move=5)
    assert ids(fused).index("c19") == 14
    assert [key for key in ids(fused) if key != "c19"] == [f"c{n:02}" for n in range(19)]


def test_a_judge_that_talks_the_best_down_lowers_it_by_no_more_than_the_cap():
    judged = [verdict(candidate.id, 0 if candidate.id == "c00" else 100) for candidate in local()]
    assert ids(fuse(local(), judged, largest_move=5)).index("c00") == 5


def test_swapping_the_order_of_candidates_and_judgements_keeps_the_result():
    judged = [verdict(candidate.id, (n * 37) % 101) for n, candidate in enumerate(local())]
    assert ids(fuse(local(), judged)) == ids(fuse(local()[::-1], judged[::-1]))


@given(
    scores=st.lists(st.floats(0, 1), max_size=20),
    judged=st.dictionaries(st.integers(0, 25), st.integers(0, 100)),
    move=st.integers(0, 25),
)
def test_everybody_keeps_a_place_within_the_cap(scores: list[float], judged: dict[int, int], move: int):
    candidates = [Candidate(str(n), score, {}) for n, score in enumerate(scores)]
    fused = fuse(candidates, [verdict(str(key), score) for key, score in judged.items()], largest_move=move)
    assert sorted(ids(fused)) == sorted(candidate.id for candidate in candidates)
    assert [one.rank for one in fused] == list(range(1, len(fused) + 1))
    assert all(abs(one.rank - one.local_rank) <= move for one in fused)


def test_reasons_show_proof_gaps_and_what_moved_a_candidate():
    span = Span("skills", 0, 5, "pumps", "pumps")
    found = Candidate("b", 0.8, {"words": 0.4, "spelling": 0.05, "title": 0.0}, (span,), ("filters",), "da", "DK")
    other = Candidate("a", 1.0, {})
    query = Query("pumps", must_haves=("pumps", "filters"), language="en")
    (first, _) = fuse([other, found], [verdict("b", 100), verdict("a", 0)])
    told = reasons(found, query, fused=first)
    assert [reason.code for reason in told] == [
        ReasonCode.COVERS,
        ReasonCode.MISSING,
        ReasonCode.COMPETENCES,
        ReasonCode.WORDS,
        ReasonCode.OTHER_LANGUAGE,
        ReasonCode.MODEL_LIFTED,
    ]
    assert told[0].span == span
    assert dict(told[2].params) == {"covered": 1, "asked": 2}
    assert dict(told[5].params) == {"ranks": 1}


def test_reasons_mark_the_local_order_and_a_place_given_for_the_spread():
    candidates = [Candidate(key, score, {}, country=country) for key, score, country in
                  (("a", 1.0, "DK"), ("b", 0.9, "DK"), ("c", 0.8, "NL"))]  # fmt: skip
    chosen = shortlist(candidates, limit=2)
    told = reasons(candidates[2], Query("pumps"), pick=chosen.picks[-1])
    assert [(reason.code, dict(reason.params)) for reason in told] == [
        (ReasonCode.COUNTRY, {"country": "NL"}),
        (ReasonCode.LOCAL_ORDER, {}),
    ]
    newcomers = shortlist([Candidate(str(n), 1 - n / 20, {}) for n in range(7)], newcomers={"6"})
    assert reasons(newcomers.picks[-1].candidate, Query("x"), pick=newcomers.picks[-1])[0].code is ReasonCode.NEWCOMER
