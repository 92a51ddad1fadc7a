"""The smallest team that covers all must-haves together, where nobody does alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.model import Candidate

MOST_MUST_HAVES = 12
"""Must-haves that a team is sought for: the search is exact, and its cost doubles with each."""

_SEVERAL = "*"


@dataclass(frozen=True, slots=True)
class Team:
    """Name a team's members by id, best first, each with the must-haves it covers, and what nobody covers."""

    members: Mapping[str, tuple[str, ...]]
    uncovered: tuple[str, ...]
    countries: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Part:
    covers: int
    country: str
    score: float
    id: str


#: The best team (its scores summed and negated, its members) by what it covers and from where: one country, or `*`.
_Teams = dict[tuple[int, str], tuple[float, tuple[str, ...]]]


def smallest_team(candidates: Sequence[Candidate], must_haves: Sequence[str]) -> Team | None:
    """Find the fewest candidates whose evidence covers together all that anybody's evidence covers.

    Of several teams of that size the one over two or more countries is taken, then the one with the higher sum of
    scores, then by id. `None` where no team is needed: one candidate covers as much alone, or nobody covers anything.
    Exact: all states (must-haves covered, country so far) are looked at, member by member.
    """
    asked = tuple(dict.fromkeys(must_haves))[:MOST_MUST_HAVES]
    parts = _parts(candidates, asked)
    whole = 0
    for part in parts:
        whole |= part.covers
    if not parts or any(part.covers == whole for part in parts):
        return None
    reached: _Teams = {(0, ""): (0.0, ())}
    while all(covered != whole for covered, _ in reached):
        reached = _with_one_more(reached, parts, whole)
    final = {state: team for state, team in reached.items() if state[0] == whole}
    _, (_, ids) = min(final.items(), key=lambda one: (one[0][1] != _SEVERAL, one[1][0], one[1][1]))
    chosen = [candidate for candidate in candidates if candidate.id in ids]
    chosen.sort(key=lambda candidate: (-candidate.score, candidate.id))
    covers = {candidate.id: _covered(candidate, asked) for candidate in chosen}
    covered = {must_have for mine in covers.values() for must_have in mine}
    return Team(
        members=covers,
        uncovered=tuple(must_have for must_have in must_haves if must_have not in covered),
        countries=frozenset(candidate.country for candidate in chosen if candidate.country),
    )


def _parts(candidates: Sequence[Candidate], asked: Sequence[str]) -> list[_Part]:
    """Return what each can contribute; of those who cover the same from one country, only the best can be needed."""
    best: dict[tuple[int, str], _Part] = {}
    for candidate in candidates:
        mine = _covered(candidate, asked)
        bits = sum(1 << at for at, must_have in enumerate(asked) if must_have in mine)
        part = _Part(bits, candidate.country or "", candidate.score, candidate.id)
        known = best.get((bits, part.country))
        if bits and (known is None or (-part.score, part.id) < (-known.score, known.id)):
            best[bits, part.country] = part
    return sorted(best.values(), key=lambda part: part.id)


def _covered(candidate: Candidate, asked: Sequence[str]) -> tuple[str, ...]:
    named = {span.must_have for span in candidate.evidence}
    return tuple(must_have for must_have in asked if must_have in named)


def _with_one_more(reached: _Teams, parts: Sequence[_Part], whole: int) -> _Teams:
    """Add one member to every team: whoever covers the first must-have that is still open."""
    found: _Teams = {}
    for (covered, country), (cost, ids) in reached.items():
        missing = whole & ~covered
        first = missing & -missing
        for part in parts:
            if not part.covers & first:
                continue
            state = covered | part.covers, _joined(country, part.country)
            team = (round(cost - part.score, 9), tuple(sorted((*ids, part.id))))
            if state not in found or team < found[state]:
                found[state] = team
    return found


def _joined(country: str, other: str) -> str:
    if not other or country == _SEVERAL:
        return country
    return other if country in ("", other) else _SEVERAL
