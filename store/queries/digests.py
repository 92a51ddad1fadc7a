"""Whose week begins, and for whom of them something can have gathered: asked of many people at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, text, update
from sqlmodel import Session, col, select

from domain.answers import UNDECIDED, AnswerState
from domain.challenges import ChallengeState
from domain.introductions import IntroductionState, SuggestionState
from domain.organisations import MembershipState, Role
from domain.rooms import ShareState
from domain.schemes import CallState, PartState
from store.tables.challenges import Answer, Challenge, Invitation, Question, Share
from store.tables.introductions import Introduction, Suggestion
from store.tables.people import Identity, Membership, OrganisationCluster, Person
from store.tables.queue import NUDGE_SENT, Outbox
from store.tables.vouchers import Call, CallPart

_CLOSED = (ChallengeState.CLOSED, ChallengeState.EVALUATING)


def anyone_due(session: Session, now: datetime) -> bool:
    """Tell whether `due` would find somebody; it locks nothing."""
    return any(session.exec(select(Person.id).where(*one).limit(1)).first() is not None for one in _week_begins(now))


def due(session: Session, now: datetime, *, limit: int) -> Sequence[Person]:
    """Return the people whose week begins, or of whom nobody has planned yet when it does; others skip them."""
    found: list[Person] = []
    for one in _week_begins(now):
        query = select(Person).where(*one).limit(limit - len(found))
        found += session.exec(query.with_for_update(skip_locked=True)).all()
    return found


def _week_begins(now: datetime) -> tuple[tuple[Any, ...], ...]:
    """Write both conditions apart: for the two with an "or" between them SQLite would read the whole index."""
    here = text("left_at IS NULL")
    return (here, col(Person.digest_at).is_(None)), (here, col(Person.digest_at) <= now)


def plan(session: Session, people: Collection[int], at: datetime) -> None:
    """Note when the next digest of these people is due."""
    statement = update(Person).where(col(Person.id).in_(list(people))).values(digest_at=at)
    session.execute(statement.execution_options(synchronize_session=False))


def forget_next(session: Session, cluster_id: int, *, after: datetime) -> None:
    """Have it planned anew when the next digest of the people is due who joined this cluster first."""
    members = select(Membership.person_id).where(
        Membership.cluster_id == cluster_id, Membership.state == MembershipState.ACTIVE
    )
    first = first_clusters(session, session.exec(members.distinct()).all())
    theirs = [person for person, cluster in first.items() if cluster == cluster_id]
    statement = update(Person).where(col(Person.id).in_(theirs), col(Person.digest_at) > after).values(digest_at=None)
    session.execute(statement.execution_options(synchronize_session=False))


def first_clusters(session: Session, people: Collection[int]) -> Mapping[int, int]:
    """Return the cluster in which each of these people became a member first; none for a member of nothing."""
    rows = session.exec(
        select(Membership.person_id, Membership.cluster_id)
        .where(col(Membership.person_id).in_(list(people)), Membership.state == MembershipState.ACTIVE)
        .order_by(col(Membership.id).desc())
    ).all()
    return dict(rows)


def with_news(session: Session, people: Collection[int], *, published_since: datetime, since: datetime) -> set[int]:
    """Return those of these people for whom something can be in a digest; for the others there is certainly nothing.

    Challenges count that were published since then; of nudges those that went out `since`.
    """
    rows = session.exec(
        select(Membership.person_id, Membership.cluster_id, Membership.organisation_id, Membership.role)
        .join(Identity, col(Identity.person_id) == Membership.person_id)
        .where(col(Membership.person_id).in_(list(people)), Membership.state == MembershipState.ACTIVE)
        .distinct()
    ).all()
    managed = {cluster for _, cluster, _, role in rows if role is Role.MANAGER}
    supplied = {organisation for _, _, organisation, role in rows if role is Role.SME and organisation is not None}
    told = {cluster for _, cluster, _, role in rows if role is Role.SME}
    busy = _union(session, _of_managers(managed, since)) if managed else set[int]()
    theirs = _union(session, _of_organisations(supplied, published_since)) if supplied else set[int]()
    news = _union(session, _published(told, published_since)) if told else set[int]()
    return {
        person
        for person, cluster, organisation, role in rows
        if (role is Role.MANAGER and cluster in busy)
        or (role is Role.SME and (organisation in theirs or cluster in news))
    }


def _union(session: Session, queries: Iterable[Select[Any]]) -> set[int]:
    return {value for query in queries for value in session.execute(query.distinct()).scalars() if value is not None}


def _of_managers(clusters: Collection[int], since: datetime) -> Iterable[Select[Any]]:
    """Write which of these clusters have something for their managers."""
    mine, owner = list(clusters), col(Challenge.owner_cluster_id)
    yield select(owner).where(owner.in_(mine), Challenge.state == ChallengeState.SUBMITTED)
    yield select(Share.cluster_id).where(col(Share.cluster_id).in_(mine), Share.state == ShareState.OFFERED)
    yield (
        select(owner)
        .join(Answer, col(Answer.challenge_id) == Challenge.id)
        .where(
            owner.in_(mine),
            col(Challenge.state).in_(_CLOSED),
            col(Answer.state).in_(tuple(UNDECIDED)),
        )
    )
    proposed = Suggestion.state == SuggestionState.PROPOSED
    yield select(Suggestion.cluster_id).where(proposed, col(Suggestion.cluster_id).in_(mine))
    yield (
        select(owner).join(Suggestion, col(Suggestion.challenge_id) == Challenge.id).where(proposed, owner.in_(mine))
    )
    for column in (col(Introduction.owner_cluster_id), col(Introduction.sme_cluster_id)):
        yield select(column).where(Introduction.state == IntroductionState.PENDING, column.in_(mine))
    yield select(Membership.cluster_id).where(
        col(Membership.cluster_id).in_(mine), Membership.state == MembershipState.ASKED
    )
    yield select(Outbox.cluster_id).where(text("status = 'dead'"), col(Outbox.cluster_id).in_(mine))
    yield select(Outbox.cluster_id).where(
        text(NUDGE_SENT), col(Outbox.cluster_id).in_(mine), col(Outbox.updated_at) >= since
    )


def _of_organisations(organisations: Collection[int], since: datetime) -> Iterable[Select[Any]]:
    """Write which of these SMEs have something open of their own, an invitation, or a call of their clusters."""
    mine = list(organisations)
    yield select(Answer.organisation_id).where(
        col(Answer.organisation_id).in_(mine), col(Answer.state).in_((AnswerState.DRAFT, *UNDECIDED))
    )
    yield select(Question.organisation_id).where(
        col(Question.organisation_id).in_(mine), col(Question.from_buyer).is_(True), Question.reply == ""
    )
    yield select(Introduction.organisation_id).where(
        col(Introduction.organisation_id).in_(mine),
        col(Introduction.state).in_((IntroductionState.APPROVED, IntroductionState.HALF)),
    )
    yield (
        select(OrganisationCluster.organisation_id)
        .join(CallPart, col(CallPart.cluster_id) == OrganisationCluster.cluster_id)
        .join(Call, col(Call.id) == CallPart.call_id)
        .where(
            col(OrganisationCluster.organisation_id).in_(mine),
            CallPart.state == PartState.TAKEN,
            Call.state == CallState.OPEN,
        )
    )
    yield (
        select(Invitation.organisation_id)
        .join(Challenge, col(Challenge.id) == Invitation.challenge_id)
        .where(col(Invitation.organisation_id).in_(mine), col(Challenge.published_at) >= since)
    )


def _published(clusters: Collection[int], since: datetime) -> Iterable[Select[Any]]:
    """Write in which of these clusters a challenge was published or taken since then."""
    mine, fresh = list(clusters), col(Challenge.published_at) >= since
    yield select(Challenge.owner_cluster_id).where(col(Challenge.owner_cluster_id).in_(mine), fresh)
    yield (
        select(Share.cluster_id)
        .join(Challenge, col(Challenge.id) == Share.challenge_id)
        .where(col(Share.cluster_id).in_(mine), Share.state == ShareState.TAKEN, fresh)
    )
