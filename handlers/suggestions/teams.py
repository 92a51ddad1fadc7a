"""The smallest team among the candidates of a challenge, from what is stored about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.introductions import SuggestionState
from handlers.suggestions.pairs import Curtain
from matching import Candidate, Span, smallest_team
from messages.notices.suggestions import Team, TeamMember
from store.tables.introductions import Suggestion
from store.tables.people import Organisation

Row = tuple[Suggestion, Organisation]


@dataclass(frozen=True, slots=True)
class FoundTeam:
    """A team as managers see it, and its members' rows in the same order."""

    team: Team
    rows: tuple[Row, ...]


def find_team(rows: Sequence[Row], must_haves: Sequence[str], behind: Curtain, *, value: str) -> FoundTeam | None:
    """Return the smallest team among the candidates of a list that were not declined; None where none is needed.

    `rows` are the whole list by rank: a member's place is its place there.
    """
    candidates = [candidate_of(*row) for row in rows if row[0].state is not SuggestionState.REJECTED]
    team = smallest_team(candidates, must_haves)
    if team is None:
        return None
    members = [
        (TeamMember(place, row[1].name, row[1].country, behind.show_all(team.members[candidate_of(*row).id])), row)
        for place, row in enumerate(rows, start=1)
        if candidate_of(*row).id in team.members
    ]
    shown = Team(tuple(member for member, _ in members), behind.show_all(team.uncovered), value)
    return FoundTeam(shown, tuple(row for _, row in members))


def candidate_of(suggestion: Suggestion, organisation: Organisation) -> Candidate:
    """Return what the ranker found, as it is stored."""
    spans = (
        Span(str(one["field"]), int(one["start"]), int(one["end"]), str(one["quote"]), str(one["must_have"]) or None)
        for one in suggestion.evidence
    )
    return Candidate(
        id=str(suggestion.organisation_id),
        score=suggestion.score,
        sub_scores=suggestion.sub_scores,
        evidence=tuple(spans),
        missing=suggestion.missing,
        country=organisation.country or None,
    )
