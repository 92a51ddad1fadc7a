"""From an order of candidates to a shortlist: spread over countries, with a labelled place for a newcomer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matching.model import Candidate

SHORTLIST_LIMIT = 5
"""Names in a shortlist: more is a directory, not a recommendation."""

COUNTRY_FLOOR = 0.5
"""Share of the displaced candidate's score that one from another country needs to take its place."""

NEWCOMER_FLOOR = 0.4
"""Share of the best score that a newcomer needs to be shown."""

_PLACES_BEFORE_NEWCOMER = 3


class Slot(StrEnum):
    """Say why somebody is on the shortlist."""

    RELEVANCE = "relevance"
    COUNTRY = "country"
    NEWCOMER = "newcomer"


@dataclass(frozen=True, slots=True)
class Pick:
    """Hold one place: the candidate, why it has it, its local rank (from 1), and the chance it had of being shown."""

    candidate: Candidate
    slot: Slot
    rank: int
    propensity: float = 1.0


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Hold the picks in the order of their scores, and what the spread cost.

    `given_up` is the score lost against the plain order, as a share (0 to 1) of that order's score; `displaced` names
    those who would have been on the list; `countries` are those represented.
    """

    picks: tuple[Pick, ...]
    given_up: float
    displaced: tuple[str, ...]
    countries: frozenset[str]


def shortlist(
    candidates: Sequence[Candidate],
    *,
    limit: int = SHORTLIST_LIMIT,
    countries: Mapping[str, str] | None = None,
    newcomers: Collection[str] = (),
    draw: float = 0.0,
) -> Shortlist:
    """Choose at most `limit` of the candidates, who passed the hard rules already.

    The best come first. If all of them are of one country, the last gives way to the best of another country, provided
    its score is at least `COUNTRY_FLOOR` of the one it displaces. If no newcomer is among them, the last of four or
    more places goes to one whose score is at least `NEWCOMER_FLOOR` of the best: drawn by score with `draw` (0 up to 1;
    the same draw gives the same list), labelled, its chance noted. `countries` overrides what candidates say.
    """
    ordered = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.id))
    ranks = {candidate.id: rank for rank, candidate in enumerate(ordered, 1)}
    home = {candidate.id: (countries or {}).get(candidate.id) or candidate.country for candidate in ordered}
    plain = ordered[: max(limit, 0)]
    picks = {candidate.id: Pick(candidate, Slot.RELEVANCE, ranks[candidate.id]) for candidate in plain}
    rest = ordered[len(plain) :]
    newcomer = _newcomer(plain, rest, newcomers, draw)
    if newcomer is not None:
        chosen, propensity = newcomer
        del picks[plain[-1].id]
        picks[chosen.id] = Pick(chosen, Slot.NEWCOMER, ranks[chosen.id], propensity)
    foreigner = _foreigner(list(picks.values()), rest, home)
    if foreigner is not None:
        chosen, displaced = foreigner
        del picks[displaced]
        picks[chosen.id] = Pick(chosen, Slot.COUNTRY, ranks[chosen.id])
    final = tuple(sorted(picks.values(), key=lambda pick: pick.rank))
    whole = sum(candidate.score for candidate in plain)
    lost = whole - sum(pick.candidate.score for pick in final)
    return Shortlist(
        picks=final,
        given_up=round(lost / whole, 4) if whole else 0.0,
        displaced=tuple(candidate.id for candidate in plain if candidate.id not in picks),
        countries=frozenset(country for pick in final if (country := home[pick.candidate.id])),
    )


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


def _foreigner(
    picks: Sequence[Pick], rest: Sequence[Candidate], home: Mapping[str, str | None]
) -> tuple[Candidate, str] | None:
    """Find who would bring a second country, and whose place that is: the last one held by relevance alone."""
    shown = {home[pick.candidate.id] for pick in picks} - {None}
    giving = [pick for pick in picks if pick.slot is Slot.RELEVANCE]
    if len(shown) != 1 or len(picks) < 2 or not giving:
        return None
    last = max(giving, key=lambda pick: pick.rank)
    here = {pick.candidate.id for pick in picks}
    for candidate in rest:
        country = home[candidate.id]
        if country and country not in shown and candidate.id not in here:
            enough = candidate.score >= max(COUNTRY_FLOOR * last.candidate.score, 1e-9)
            return (candidate, last.candidate.id) if enough else None
    return None
