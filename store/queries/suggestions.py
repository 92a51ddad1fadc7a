"""Rankings and suggestions: the newest run, what it proposes, what was decided."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, update
from sqlmodel import Session, col, select

from domain.challenges import ChallengeState
from domain.introductions import SuggestionState
from store.tables.challenges import Challenge
from store.tables.introductions import Decision, Ranking, Suggestion
from store.tables.people import Organisation, Person

LIVE = (SuggestionState.PROPOSED, SuggestionState.APPROVED, SuggestionState.REJECTED)


def lock_challenge(session: Session, challenge_id: int) -> Challenge | None:
    """Return the challenge as it is now and keep others from ranking it until the transaction ends."""
    query = select(Challenge).where(Challenge.id == challenge_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def newest_ranking(session: Session, challenge_id: int) -> Ranking | None:
    """Return the last run of the ranker over a challenge."""
    query = select(Ranking).where(Ranking.challenge_id == challenge_id).order_by(col(Ranking.id).desc())
    return session.exec(query.limit(1)).first()


def agreements(
    session: Session, model: str, prompt_version: str, *, but_challenge: int, limit: int
) -> list[tuple[float, int]]:
    """Return how far a model agreed with the local order on the latest other challenges, and over how many judged."""
    newest = (
        select(func.max(Ranking.id))
        .where(
            col(Ranking.model) == model,
            col(Ranking.prompt_version) == prompt_version,
            col(Ranking.challenge_id) != but_challenge,
            col(Ranking.agreement).is_not(None),
        )
        .group_by(col(Ranking.challenge_id))
        .order_by(func.max(Ranking.id).desc())
        .limit(limit)
    )
    rows = session.exec(select(Ranking.agreement, Ranking.judged).where(col(Ranking.id).in_(newest)))
    return [(rho, judged) for rho, judged in rows if rho is not None]


def settled(session: Session, challenges: Collection[int]) -> frozenset[tuple[int, int]]:
    """Return the pairs of these challenges and an organisation about which a manager has decided."""
    query = select(Suggestion.challenge_id, Suggestion.organisation_id).where(
        col(Suggestion.challenge_id).in_(list(challenges)),
        col(Suggestion.state).in_((SuggestionState.APPROVED, SuggestionState.REJECTED)),
    )
    return frozenset((challenge, organisation) for challenge, organisation in session.exec(query))


def live_suggestions(
    session: Session, challenge_id: int, *, cluster_id: int | None = None
) -> Sequence[tuple[Suggestion, Organisation]]:
    """Return what is proposed and decided for a challenge, by rank; only what concerns one cluster, if it is named."""
    query = (
        select(Suggestion, Organisation)
        .join(Organisation, col(Organisation.id) == Suggestion.organisation_id)
        .where(Suggestion.challenge_id == challenge_id, col(Suggestion.state).in_(LIVE))
        .order_by(col(Suggestion.rank), col(Suggestion.id))
    )
    if cluster_id is not None:
        query = query.where(Suggestion.cluster_id == cluster_id)
    return [(suggestion, organisation) for suggestion, organisation in session.exec(query).all()]


def expire(session: Session, challenge_id: int, *, now: datetime, but: Collection[int] = ()) -> int:
    """Let the undecided suggestions of a challenge expire, those of some organisations left out; return how many."""
    statement = (
        update(Suggestion)
        .where(
            col(Suggestion.challenge_id) == challenge_id,
            col(Suggestion.state) == SuggestionState.PROPOSED,
            col(Suggestion.organisation_id).not_in(list(but)),
        )
        .values(state=SuggestionState.EXPIRED, updated_at=now, version=Suggestion.version + 1)
        .execution_options(synchronize_session=False)
    )
    result: Any = session.execute(statement)
    return int(result.rowcount)


def decision_on(session: Session, suggestion_id: int) -> tuple[Decision, Person] | None:
    """Return the first decision about a suggestion and who took it."""
    query = (
        select(Decision, Person)
        .join(Person, col(Person.id) == Decision.person_id)
        .where(Decision.suggestion_id == suggestion_id)
        .order_by(col(Decision.id))
        .limit(1)
    )
    found = session.exec(query).first()
    return None if found is None else (found[0], found[1])


def decisions_on(session: Session, suggestions: Collection[int]) -> dict[int, tuple[Decision, Person]]:
    """Return the first decision about each of these suggestions and who took it."""
    query = (
        select(Decision, Person)
        .join(Person, col(Person.id) == Decision.person_id)
        .where(col(Decision.suggestion_id).in_(list(suggestions)))
        .order_by(col(Decision.id).desc())
    )
    return {decision.suggestion_id: (decision, person) for decision, person in session.exec(query).all()}


@cache
def _undecided() -> Select[int, int]:
    """Write the query once, as two: with an "or" it would go through every challenge of the deployment that is open."""
    mine = bindparam("clusters", expanding=True)
    proposed = Suggestion.state == SuggestionState.PROPOSED
    wanted = [ChallengeState.PUBLISHED, ChallengeState.CLOSED, ChallengeState.EVALUATING]
    owned = (
        select(Suggestion.id)
        .join(Challenge, col(Challenge.id) == Suggestion.challenge_id)
        .where(proposed, col(Challenge.owner_cluster_id).in_(mine))
    )
    asked = select(Suggestion.id).where(proposed, col(Suggestion.cluster_id).in_(mine))
    return (
        select(Suggestion.challenge_id, func.count(col(Suggestion.id)))
        .join(Challenge, col(Challenge.id) == Suggestion.challenge_id)
        .where(col(Suggestion.id).in_(owned.union(asked)), col(Challenge.state).in_(wanted))
        .group_by(col(Suggestion.challenge_id))
        .order_by(col(Suggestion.challenge_id))
        .limit(bindparam("limit"))
    )


def undecided(session: Session, clusters: Collection[int], *, limit: int) -> Sequence[tuple[Challenge, int, int]]:
    """Return challenges with open suggestions for these clusters: the challenge, a cluster and how many."""
    found: list[tuple[Challenge, int, int]] = []
    for challenge_id, open_ones in session.execute(_undecided(), {"clusters": list(clusters), "limit": limit}).all():
        challenge = session.get_one(Challenge, challenge_id)
        if challenge.owner_cluster_id in clusters:
            found.append((challenge, challenge.owner_cluster_id, open_ones))
            continue
        query = select(Suggestion.cluster_id).where(
            Suggestion.challenge_id == challenge_id,
            Suggestion.state == SuggestionState.PROPOSED,
            col(Suggestion.cluster_id).in_(list(clusters)),
        )
        cluster = session.exec(query.order_by(col(Suggestion.cluster_id)).limit(1)).one()
        found.append((challenge, cluster, open_ones))
    return found


def lock_organisation(session: Session, organisation_id: int) -> Organisation | None:
    """Return an organisation and keep others from counting its introductions until the transaction ends."""
    query = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()
