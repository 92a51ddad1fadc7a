from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Candidate, Contest, Shortlist, Slot, Span, shortlist, shortlists


def candidate(key: str, score: float, country: str | None = "DK"):
    return Candidate(key, score, {}, country=country)


SEVEN = [candidate(key, 1 - n / 10) for n, key in enumerate("abcdefg")]


def picked(chosen: Shortlist):
    return [pick.candidate.id for pick in chosen.picks]


def test_the_best_come_first_whatever_order_they_are_given_in():
    assert picked(shortlist(SEVEN[::-1])) == list("abcde")


def test_who_covers_no_must_have_stands_behind_the_others_with_its_place_kept():
    covering = (Span("solutions", 0, 4, "Warm", must_have="Heat"),)
    bare, near = candidate("a", 0.9), replace(candidate("d", 0.6), evidence=(Span("solutions", 0, 4, "Warm"),))
    some = [replace(candidate(key, score), evidence=covering) for key, score in (("b", 0.8), ("c", 0.7))]
    answered = replace(candidate("e", 0.75), sub_scores={"answered": 1.0})
    chosen = shortlist([bare, *some, near, answered])
    assert picked(chosen) == ["b", "e", "c", "a", "d"]
    assert [pick.rank for pick in chosen.picks] == [2, 3, 4, 1, 5]
    assert picked(shortlist([bare, *some, near, answered], limit=2)) == ["b", "a"]


def test_a_single_country_gives_its_last_place_to_another_and_says_what_it_cost():
    chosen = shortlist([*SEVEN, candidate("x", 0.5, "DE")])
    assert picked(chosen) == ["a", "b", "c", "d", "x"]
    assert chosen.picks[-1].slot is Slot.COUNTRY
    assert chosen.displaced == ("e",)
    assert chosen.given_up == pytest.approx(0.1 / 4.0)
    assert chosen.countries == {"DK", "DE"}


def test_relevance_is_not_given_up_for_a_stranger_to_the_matter():
    chosen = shortlist([*SEVEN, candidate("x", 0.1, "DE")])
    assert picked(chosen) == list("abcde")
    assert chosen.given_up == 0


def test_two_countries_among_the_best_need_no_change():
    chosen = shortlist([candidate("n", 0.95, "NL"), *SEVEN, candidate("x", 0.5, "DE")])
    assert picked(chosen) == ["a", "n", "b", "c", "d"]
    assert {pick.slot for pick in chosen.picks} == {Slot.RELEVANCE}


def test_unknown_countries_are_no_reason_to_move_anybody():
    unknown = [candidate(one.id, one.score, None) for one in SEVEN]
    assert picked(shortlist(unknown)) == list("abcde")


def test_one_place_goes_to_a_newcomer_and_is_labelled():
    chosen = shortlist(SEVEN, newcomers={"f", "g"}, draw=0.0)
    assert picked(chosen) == ["a", "b", "c", "d", "f"]
    last = chosen.picks[-1]
    assert (last.slot, last.rank) == (Slot.NEWCOMER, 6)
    assert last.propensity == pytest.approx(0.5 / 0.9, abs=1e-6)
    assert picked(shortlist(SEVEN, newcomers={"f", "g"}, draw=0.99))[-1] == "g"


def test_a_newcomer_among_the_best_needs_no_place_of_its_own():
    assert picked(shortlist(SEVEN, newcomers={"b", "f"})) == list("abcde")


def test_a_newcomer_who_does_not_fit_gets_no_place():
    assert picked(shortlist([*SEVEN, candidate("new", 0.2)], newcomers={"new"})) == list("abcde")


def test_newcomer_and_second_country_both_find_a_place():
    chosen = shortlist([*SEVEN, candidate("x", 0.45, "DE")], newcomers={"f"})
    assert picked(chosen) == ["a", "b", "c", "f", "x"]
    assert chosen.displaced == ("d", "e")


def test_a_newcomer_does_not_take_the_place_of_the_only_one_from_another_country():
    chosen = shortlist([*SEVEN[:4], candidate("x", 0.65, "DE"), *SEVEN[4:]], newcomers={"f"})
    assert picked(chosen) == ["a", "b", "c", "x", "f"]
    assert chosen.countries == {"DK", "DE"}
    assert chosen.displaced == ("d",)


def test_the_only_one_of_a_known_country_does_not_give_way_to_a_second():
    chosen = shortlist([*[candidate(key, 0.9, None) for key in "abcd"], candidate("x", 0.6, "DE"), candidate("y", 0.5)])
    assert chosen.countries == {"DE", "DK"}


def test_whoever_is_held_gets_no_place_and_is_named():
    chosen = shortlist(SEVEN, held={"b", "g"})
    assert picked(chosen) == list("acdef")
    assert chosen.held == ("b",)
    assert chosen.given_up == 0


def loaded(key: str, score: float, load: float, country: str = "DK"):
    return Candidate(key, score, {"load": load}, country=country)


def test_two_challenges_share_one_sme_by_where_it_is_needed_more():
    one = Contest((loaded("a", 0.9, 0.8), loaded("b", 0.8, 0.1)))
    two = Contest((loaded("a", 0.8, 0.8), loaded("c", 0.2, 0.1)))
    chosen = shortlists({"1": one, "2": two}, {"a": 1.0, "b": 1.0, "c": 1.0}, limit=1)
    assert {name: picked(found) for name, found in chosen.items()} == {"1": ["b"], "2": ["a"]}
    assert chosen["1"].held == ("a",)


def test_what_is_settled_costs_no_room():
    contest = Contest((loaded("a", 0.9, 0.8),), settled=frozenset("a"))
    assert picked(shortlists({"1": contest}, {"a": 0.0})["1"]) == ["a"]


def test_a_second_country_or_newcomer_without_room_gets_no_place():
    many = tuple(loaded(str(n), 0.9 - n / 100, 0.1) for n in range(6))
    contest = Contest((*many, loaded("x", 0.7, 0.5, "NL")), newcomers=frozenset("x"))
    assert "x" in picked(shortlists({"1": contest}, {"x": 0.5})["1"])
    assert "x" not in picked(shortlists({"1": contest}, {"x": 0.4})["1"])


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 9), st.floats(0.01, 1), st.floats(0, 1), st.sampled_from(["DK", "NL"]), st.booleans()
            ),
            max_size=9,
            unique_by=lambda row: row[0],
        ),
        min_size=1,
        max_size=4,
    ),
    room=st.dictionaries(st.integers(0, 9).map(str), st.floats(0, 2)),
    limit=st.integers(1, 5),
)
def test_nobody_is_expected_to_get_more_than_it_has_room_for(
    rows: list[list[tuple[int, float, float, str, bool]]], room: dict[str, float], limit: int
):
    contests = {
        str(at): Contest(
            tuple(loaded(str(key), score, load, country) for key, score, load, country, _ in row),
            newcomers=frozenset(str(key) for key, *_, new in row if new),
        )
        for at, row in enumerate(rows)
    }
    chosen = shortlists(contests, room, limit=limit)
    assert chosen == shortlists(dict(reversed(contests.items())), room, limit=limit)
    loads: dict[str, float] = {}
    for found in chosen.values():
        assert len(found.picks) <= limit
        for pick in found.picks:
            loads[pick.candidate.id] = loads.get(pick.candidate.id, 0.0) + pick.candidate.sub_scores["load"]
    assert all(load <= room.get(key, load) + 1e-5 for key, load in loads.items())


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 30), st.floats(0, 1), st.sampled_from(["DK", "DE", None])),
        max_size=12,
        unique_by=lambda row: row[0],
    ),
    newcomers=st.sets(st.integers(0, 30)),
    draw=st.floats(0, 1, exclude_max=True),
    limit=st.integers(0, 6),
)
def test_a_shortlist_is_bounded_and_deterministic(
    rows: list[tuple[int, float, str | None]], newcomers: set[int], draw: float, limit: int
):
    candidates = [candidate(str(key), score, country) for key, score, country in rows]
    news = {str(key) for key in newcomers}
    one = shortlist(candidates, limit=limit, newcomers=news, draw=draw)
    assert one == shortlist(candidates[::-1], limit=limit, newcomers=news, draw=draw)
    assert len(one.picks) == min(limit, len(candidates))
    assert len(set(picked(one))) == len(one.picks)
    assert 0 <= one.given_up <= 1
    assert sum(pick.slot is Slot.NEWCOMER for pick in one.picks) <= 1
    assert sum(pick.slot is Slot.COUNTRY for pick in one.picks) <= 1
