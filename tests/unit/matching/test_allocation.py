"""Shortlists that are chosen together: room is kept, nothing better is missed, the order of the input is no matter."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation import Bid, allocate, allocate_greedily, keeps_room, loads_of, worth_of

Bids = Mapping[str, Sequence[Bid]]

_SHARES = st.integers(0, 20).map(lambda n: n / 20)


@st.composite
def markets(draw: st.DrawFn, challenges: int = 4, candidates: int = 6):
    """Give challenges with bids, and the room of some of the candidates."""
    names = [f"c{n}" for n in range(draw(st.integers(1, challenges)))]
    keys = [f"s{n}" for n in range(candidates)]
    bids = {
        name: [Bid(key, draw(_SHARES), draw(_SHARES)) for key in sorted(draw(st.sets(st.sampled_from(keys))))]
        for name in names
    }
    room = {key: draw(st.integers(0, 8)) / 4 for key in sorted(draw(st.sets(st.sampled_from(keys))))}
    return bids, room


def best_worth(bids: Bids, room: Mapping[str, float], places: int) -> float:
    """Try every choice."""
    ways = [
        [frozenset(some) for size in range(places + 1) for some in combinations([bid.id for bid in mine], size)]
        for mine in bids.values()
    ]
    choices = (dict(zip(bids, choice, strict=True)) for choice in product(*ways))
    return max(worth_of(bids, chosen) for chosen in choices if keeps_room(bids, chosen, room))


def in_turn(bids: Bids, room: Mapping[str, float], places: int) -> dict[str, frozenset[str]]:
    """Fill challenge after challenge, each with its best."""
    left, chosen = dict(room), dict[str, frozenset[str]]()
    for name, mine in bids.items():
        taken: set[str] = set()
        for bid in sorted(mine, key=lambda bid: (-bid.worth, bid.id)):
            if len(taken) < places and bid.load <= left.get(bid.id, bid.load):
                taken.add(bid.id)
                left |= {bid.id: left[bid.id] - bid.load} if bid.id in left else {}
        chosen[name] = frozenset(taken)
    return chosen


def test_without_a_shortage_everybody_gets_the_best():
    bids = {name: [Bid(key, 1 - n / 10, 0.5) for n, key in enumerate("abcdefg")] for name in ("one", "two")}
    assert allocate(bids, {}, places=5) == dict.fromkeys(bids, frozenset("abcde"))


def test_load_is_a_sum_of_chances_and_no_head_count():
    bids = {str(n): [Bid("a", 0.5, 0.25)] for n in range(6)}
    chosen = allocate(bids, {"a": 1.0}, places=5)
    assert sum("a" in ids for ids in chosen.values()) == 4
    assert loads_of(bids, chosen) == {"a": 1.0}


def test_the_challenge_that_has_nobody_else_gets_the_one_whom_both_want():
    bids = {
        "first": [Bid("a", 0.9, 1.0), Bid("b", 0.8, 1.0)],
        "second": [Bid("a", 0.85, 1.0), Bid("c", 0.1, 1.0)],
    }
    room = {"a": 1.0}
    chosen = allocate(bids, room, places=1)
    assert chosen == {"first": frozenset("b"), "second": frozenset("a")}
    assert worth_of(bids, in_turn(bids, room, 1)) < worth_of(bids, chosen)
    assert worth_of(bids, allocate_greedily(bids, room, places=1)) < worth_of(bids, chosen)


def test_who_has_no_room_is_not_chosen():
    assert allocate({"one": [Bid("a", 0.9, 0.3), Bid("b", 0.2, 0.3)]}, {"a": 0.0}, places=1) == {"one": frozenset("b")}


def test_what_costs_nothing_needs_no_room():
    assert allocate({"one": [Bid("a", 0.9, 0.0)]}, {"a": 0.0}, places=1) == {"one": frozenset("a")}


@pytest.mark.parametrize("places", [0, 1, 5])
def test_nothing_to_choose_from(places: int):
    assert allocate({}, {}, places=places) == {}
    assert allocate({"one": []}, {"a": 1.0}, places=places) == {"one": frozenset()}


@settings(deadline=None, max_examples=60)
@given(market=markets(), places=st.integers(0, 3))
def test_room_is_kept_and_nothing_is_worth_more_than_what_was_chosen(
    market: tuple[Bids, Mapping[str, float]], places: int
):
    bids, room = market
    chosen = allocate(bids, room, places=places)
    assert keeps_room(bids, chosen, room)
    assert all(len(ids) <= places for ids in chosen.values())
    assert worth_of(bids, chosen) >= worth_of(bids, allocate_greedily(bids, room, places=places)) - 1e-9
    assert worth_of(bids, chosen) >= worth_of(bids, in_turn(bids, room, places)) - 1e-9


@settings(deadline=None, max_examples=40)
@given(market=markets(challenges=3, candidates=4))
def test_it_is_the_best_there_is(market: tuple[Bids, Mapping[str, float]]):
    bids, room = market
    chosen = allocate(bids, room, places=2)
    assert worth_of(bids, chosen) == pytest.approx(best_worth(bids, room, 2), abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(market=markets(), places=st.integers(1, 3), data=st.data())
def test_the_order_of_the_input_does_not_matter(
    market: tuple[Bids, Mapping[str, float]], places: int, data: st.DataObject
):
    bids, room = market
    names = data.draw(st.permutations(sorted(bids)))
    turned = {name: data.draw(st.permutations(bids[name])) for name in names}
    assert allocate(turned, room, places=places) == allocate(bids, room, places=places)
