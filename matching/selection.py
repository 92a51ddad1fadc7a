"""From an order of candidates to a shortlist: spread over countries, a labelled place for a newcomer.

The shortlists of several challenges are chosen together, so that nobody is expected to get more than it can take.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.introductions import Slot
from matching.allocation import SLACK, Bid, allocate, loads_of
from matching.model import Candidate

SHORTLIST_LIMIT = 5
"""Names in a shortlist: more is a directory, not a recommendation."""

COUNTRY_FLOOR = 0.5
"""Share of the displaced candidate's score that one from another country needs to take its place."""

NEWCOMER_FLOOR = 0.4
"""Share of the best score that a newcomer needs to be shown."""

_PLACES_BEFORE_NEWCOMER = 3


@dataclass(frozen=True, slots=True)
class Pick:
    """Hold one place: the candidate, why it has it, its local rank (from 1), and the chance it had of being shown."""

    candidate: Candidate
    slot: Slot
    rank: int
    propensity: float = 1.0


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Hold the picks in their order, those who cover no must-have last, and what the spread cost.

    `given_up` is the score lost against the plain order, as a share (0 to 1) of that order's score; `displaced` names
    those who would have been on the list; `countries` are those represented. `held` names those who would have been
    on it and have no room: they are expected to get as many introductions as they can take.
    """

    picks: tuple[Pick, ...]
    given_up: float
    displaced: tuple[str, ...]
    countries: frozenset[str]
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contest:
    """What the places of one challenge are given by: its candidates, the newcomers among them, a draw (0 up to 1).

    `settled` are candidates about whom a manager has decided already: their place costs them no room.
    """

    candidates: tuple[Candidate, ...]
    newcomers: frozenset[str] = frozenset()
    draw: float = 0.0
    settled: frozenset[str] = frozenset()


def shortlists(
    contests: Mapping[str, Contest], room: Mapping[str, float], *, limit: int = SHORTLIST_LIMIT
) -> dict[str, Shortlist]:
    """Choose the shortlists of several challenges together.

    The sub-score "load" of a candidate is the chance that its place becomes an introduction; the sum of its loads stays
    within its `room` (in introductions; whoever is not in it has room for everything).
    """
    bids = {name: [_bid(candidate, contest) for candidate in contest.candidates] for name, contest in contests.items()}
    chosen = allocate(bids, room, places=limit)
    loads = loads_of(bids, chosen)
    left = {key: amount - loads.get(key, 0.0) for key, amount in room.items()}
    found: dict[str, Shortlist] = {}
    for name in sorted(contests):
        contest, mine = contests[name], chosen[name]
        held = {bid.id for bid in bids[name] if bid.id not in mine and bid.load > left.get(bid.id, bid.load) + SLACK}
        found[name] = shortlist(
            contest.candidates, limit=limit, newcomers=contest.newcomers, draw=contest.draw, held=held
        )
        # Whoever gave way to a newcomer or a second country has its room back; they have less now.
        listed = {pick.candidate.id for pick in found[name].picks}
        for bid in bids[name]:
            if bid.id in left:
                left[bid.id] += bid.load * ((bid.id in mine) - (bid.id in listed))
    return found


def _bid(candidate: Candidate, contest: Contest) -> Bid:
    load = 0.0 if candidate.id in contest.settled else candidate.sub_scores.get("load", 0.0)
    return Bid(candidate.id, candidate.score, load)


def shortlist(
    candidates: Sequence[Candidate],
    *,
    limit: int = SHORTLIST_LIMIT,
    newcomers: Collection[str] = (),
    draw: float = 0.0,
    held: Collection[str] = (),
) -> Shortlist:
    """Choose at most `limit` of the candidates, who passed the hard rules already.

    The best come first. If all of them are of one country, the last gives way to the best of another country, provided
    its score is at least `COUNTRY_FLOOR` of the one it displaces. If no newcomer is among them, the last of four or
    more places goes to one whose score is at least `NEWCOMER_FLOOR` of the best: drawn by score with `draw` (0 up to 1;
    the same draw gives the same list), labelled, its chance noted. Whoever is `held` gets no place. Those who cover
    none of the must-haves come after the others; their places are theirs all the same.
    """
    everybody = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.id))
    ranks = {candidate.id: rank for rank, candidate in enumerate(everybody, 1)}
    ordered = [candidate for candidate in everybody if candidate.id not in held]
    plain = ordered[: max(limit, 0)]
    picks = {candidate.id: Pick(candidate, Slot.RELEVANCE, ranks[candidate.id]) for candidate in plain}
    rest = ordered[len(plain) :]
    newcomer = _newcomer(plain, rest, newcomers, draw)
    if newcomer is not None:
        chosen, propensity = newcomer
        del picks[plain[-1].id]
        picks[chosen.id] = Pick(chosen, Slot.NEWCOMER, ranks[chosen.id], propensity)
    foreigner = _foreigner(list(picks.values()), ordered)
    if foreigner is not None:
        chosen, displaced = foreigner
        del picks[displaced]
        picks[chosen.id] = Pick(chosen, Slot.COUNTRY, ranks[chosen.id])
    final = tuple(sorted(picks.values(), key=lambda pick: (_covers_nothing(pick.candidate), pick.rank)))
    whole = sum(candidate.score for candidate in plain)
    lost = whole - sum(pick.candidate.score for pick in final)
    return Shortlist(
        picks=final,
        given_up=round(lost / whole, 4) if whole else 0.0,
        displaced=tuple(candidate.id for candidate in plain if candidate.id not in picks),
        countries=frozenset(pick.candidate.country for pick in final if pick.candidate.country),
        held=tuple(candidate.id for candidate in everybody[: max(limit, 0)] if candidate.id in held),
    )


def _covers_nothing(candidate: Candidate) -> bool:
    """Tell whether nothing that was asked for is covered: such a candidate stands behind the others of a shortlist.

    Whoever answered stands where the score says: it knows what was asked.
    """
    return not candidate.sub_scores.get("answered") and not any(span.must_have for span in candidate.evidence)


def _newcomer(
    plain: Sequence[Candidate], rest: Sequence[Candidate], newcomers: Collection[str], draw: float
) -> tuple[Candidate, float] | None:
    if len(plain) <= _PLACES_BEFORE_NEWCOMER or any(candidate.id in newcomers for candidate in plain):
        return None
    floor = NEWCOMER_FLOOR * plain[0].score
    fitting = [candidate for candidate in rest if candidate.id in newcomers and candidate.score >= max(floor, 1e-9)]
    whole = sum(candidate.score for candidate in fitting)
    reached = 0.0
    for candidate in fitting:
        reached += candidate.score
        if draw * whole < reached:
            return candidate, round(candidate.score / whole, 6)
    return None


def _foreigner(picks: Sequence[Pick], ordered: Sequence[Candidate]) -> tuple[Candidate, str] | None:
    """Find who would bring a second country, and whose place that is: the last one held by relevance alone."""
    shown = {pick.candidate.country for pick in picks} - {None, ""}
    known = [pick for pick in picks if pick.candidate.country]
    giving = [pick for pick in picks if pick.slot is Slot.RELEVANCE and [pick] != known]
    if len(shown) != 1 or len(picks) < 2 or not giving:
        return None
    last = max(giving, key=lambda pick: pick.rank)
    here = {pick.candidate.id for pick in picks}
    for candidate in ordered:
        country = candidate.country
        if country and country not in shown and candidate.id not in here:
            enough = candidate.score >= max(COUNTRY_FLOOR * last.candidate.score, 1e-9)
            return (candidate, last.candidate.id) if enough else None
    return None
