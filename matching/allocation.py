"""One joint choice of shortlists for several challenges, so that nobody is expected to get more than it can take.

A pair is worth its score and weighs its load: the chance that it becomes an introduction. An SME's loads together must
stay within its room. That is an assignment with a knapsack for each SME; HiGHS (scipy) solves it exactly at the sizes
that occur. Filling challenge after challenge would let the first of them take what the others need more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize
from scipy.sparse import csr_array

SLACK = 1e-6
"""Load by which room may be exceeded: sums of chances are not exact."""

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Bid:
    """One candidate of one challenge: what the pair is worth (0 to 1), and the load it puts on the candidate."""

    id: str
    worth: float
    load: float


Bids = Mapping[str, Sequence[Bid]]
Chosen = dict[str, frozenset[str]]


def allocate(bids: Bids, room: Mapping[str, float], *, places: int) -> Chosen:
    """Choose at most `places` candidates for each challenge: as much worth in total as everybody's room allows.

    Whoever has no entry in `room` has room for everything. The order of the input does not matter. The result is never
    worth less than that of `allocate_greedily`.
    """
    ordered = {name: sorted(bids[name], key=lambda bid: (-bid.worth, bid.id)) for name in sorted(bids)}
    wished = {name: frozenset(bid.id for bid in mine[: max(places, 0)]) for name, mine in ordered.items()}
    if keeps_room(ordered, wished, room):
        return wished
    greedy = allocate_greedily(bids, room, places=places)
    solved = _solve(ordered, room, places)
    if solved is None or not keeps_room(ordered, solved, room) or worth_of(bids, solved) < worth_of(bids, greedy):
        return greedy
    return solved


def allocate_greedily(bids: Bids, room: Mapping[str, float], *, places: int) -> Chosen:
    """Give the places away pair by pair, the best pair of all challenges first."""
    left, chosen = dict(room), {name: set[str]() for name in bids}
    pairs = sorted((-bid.worth, name, bid.id, bid.load) for name, mine in bids.items() for bid in mine)
    for _, name, key, load in pairs:
        if len(chosen[name]) < places and load <= left.get(key, load) + SLACK:
            chosen[name].add(key)
            if key in left:
                left[key] -= load
    return {name: frozenset(keys) for name, keys in chosen.items()}


def worth_of(bids: Bids, chosen: Mapping[str, frozenset[str]]) -> float:
    """Return what a choice is worth in total."""
    return sum(bid.worth for name, mine in bids.items() for bid in mine if bid.id in chosen.get(name, ()))


def loads_of(bids: Bids, chosen: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Return the load that a choice puts on everybody who is chosen."""
    loads: dict[str, float] = {}
    for name, mine in bids.items():
        for bid in mine:
            if bid.id in chosen.get(name, ()):
                loads[bid.id] = loads.get(bid.id, 0.0) + bid.load
    return loads


def keeps_room(bids: Bids, chosen: Mapping[str, frozenset[str]], room: Mapping[str, float]) -> bool:
    """Tell whether nobody is expected to get more than it can take."""
    return all(load <= room.get(key, load) + SLACK for key, load in loads_of(bids, chosen).items())


def _solve(bids: Mapping[str, Sequence[Bid]], room: Mapping[str, float], places: int) -> Chosen | None:
    """Solve the whole exactly; `None` if the solver found nothing in time."""
    pairs = [(row, name, bid) for row, (name, mine) in enumerate(bids.items()) for bid in mine]
    bounded = {key: len(bids) + at for at, key in enumerate(sorted({bid.id for *_, bid in pairs} & set(room)))}
    entries = [(1.0, row, at) for at, (row, _, _) in enumerate(pairs)]
    entries += [(bid.load, bounded[bid.id], at) for at, (*_, bid) in enumerate(pairs) if bid.id in bounded]
    values, rows, columns = zip(*entries, strict=True)
    matrix = csr_array((values, (rows, columns)), shape=(len(bids) + len(bounded), len(pairs)))
    limits = [float(places)] * len(bids) + [max(room[key], 0.0) for key in bounded]
    limited: Any = optimize.LinearConstraint(matrix, ub=limits)  # type: ignore[arg-type]  # an array is taken as well
    result: Any = optimize.milp(
        c=[-bid.worth for *_, bid in pairs],
        constraints=limited,
        bounds=optimize.Bounds(0, 1),
        integrality=np.ones(len(pairs)),
        options={"time_limit": _SECONDS, "mip_rel_gap": 0.0},
    )
    if result.x is None:
        return None
    taken = np.flatnonzero(np.asarray(result.x) > 0.5)
    chosen = {name: set[str]() for name in bids}
    for at in taken.tolist():
        _, name, bid = pairs[at]
        chosen[name].add(bid.id)
    return {name: frozenset(keys) for name, keys in chosen.items()}
