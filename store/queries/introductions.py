"""Introductions: approvals, consents, conversations and what a person has to do with them."""

from collections.abc import Collection, Sequence
from functools import cache

from sqlalchemy import Select, bindparam
from sqlmodel import Session, col, select

from domain.introductions import IntroductionState
from store.queries.people import is_reachable
from store.queries.rows import key_of
from store.tables.challenges import Challenge
from store.tables.introductions import Approval, Conversation, Introduction, Leg, Opening
from store.tables.people import Identity, Person


def of_suggestions(session: Session, suggestions: Collection[int]) -> dict[int, Introduction]:
    """Return the introductions that came of these suggestions, by suggestion."""
    rows = session.exec(select(Introduction).where(col(Introduction.suggestion_id).in_(list(suggestions)))).all()
    return {row.suggestion_id: row for row in rows}


def approvals_of(session: Session, introduction_id: int) -> Sequence[tuple[Approval, Person]]:
    """Return the approvals given, with who gave them."""
    query = (
        select(Approval, Person)
        .join(Person, col(Person.id) == Approval.person_id)
        .where(Approval.introduction_id == introduction_id)
        .order_by(col(Approval.id))
    )
    return [(approval, person) for approval, person in session.exec(query).all()]


def approved_clusters(session: Session, introduction_id: int) -> frozenset[int]:
    """Return the clusters that approved."""
    return frozenset(session.exec(select(Approval.cluster_id).where(Approval.introduction_id == introduction_id)).all())


def of_challenge(session: Session, challenge_id: int, states: Collection[IntroductionState]) -> Sequence[Introduction]:
    """Return the introductions of a challenge in these states."""
    query = select(Introduction).where(
        Introduction.challenge_id == challenge_id, col(Introduction.state).in_(list(states))
    )
    return session.exec(query.order_by(col(Introduction.id))).all()


def of_pair(session: Session, challenge_id: int, organisation_id: int) -> Introduction | None:
    """Return the introduction of an SME because of a challenge."""
    query = select(Introduction).where(
        Introduction.challenge_id == challenge_id, Introduction.organisation_id == organisation_id
    )
    return session.exec(query.order_by(col(Introduction.id).desc()).limit(1)).first()


def awaiting_approval(session: Session, clusters: Collection[int], *, limit: int) -> Sequence[tuple[Introduction, int]]:
    """Return pending introductions and the one of these clusters whose approval is missing, the oldest first."""
    given = select(Approval.id).where(col(Approval.introduction_id) == Introduction.id)
    query = select(Introduction).where(
        Introduction.state == IntroductionState.PENDING,
        (
            col(Introduction.owner_cluster_id).in_(list(clusters))
            & ~given.where(col(Approval.cluster_id) == Introduction.owner_cluster_id).exists()
        )
        | (
            col(Introduction.sme_cluster_id).in_(list(clusters))
            & ~given.where(col(Approval.cluster_id) == Introduction.sme_cluster_id).exists()
        ),
    )
    found: list[tuple[Introduction, int]] = []
    for row in session.exec(query.order_by(col(Introduction.id)).limit(limit)).all():
        done = approved_clusters(session, key_of(row))
        missing = [one for one in (row.owner_cluster_id, row.sme_cluster_id) if one in clusters and one not in done]
        found.append((row, missing[0]))
    return found


def of_person(
    session: Session,
    *,
    smes: Collection[int],
    buyers: Collection[int],
    clusters: Collection[int],
    states: Collection[IntroductionState] = (),
    limit: int,
) -> Sequence[Introduction]:
    """Return the introductions that concern a person, the newest change first.

    As one of an SME: from the moment it is asked. As one of a buyer: from the SME's consent. As a manager of a cluster:
    all of them.
    """
    given = {"smes": list(smes), "buyers": list(buyers), "clusters": list(clusters), "limit": limit}
    narrowed = {"states": list(states)} if states else {}
    return session.scalars(_of_person(bool(states)), {**given, **narrowed}).all()


@cache
def _of_person(narrowed: bool) -> Select[Introduction]:
    asked = col(Introduction.state).not_in([IntroductionState.PENDING])
    smes, buyers, clusters, states = (
        bindparam(name, expanding=True) for name in ("smes", "buyers", "clusters", "states")
    )
    query = (
        select(Introduction)
        .where(
            (col(Introduction.organisation_id).in_(smes) & asked & col(Introduction.asked_at).is_not(None))
            | (col(Introduction.buyer_id).in_(buyers) & col(Introduction.sme_consent_at).is_not(None) & asked)
            | col(Introduction.owner_cluster_id).in_(clusters)
            | col(Introduction.sme_cluster_id).in_(clusters)
        )
        .order_by(col(Introduction.updated_at).desc(), col(Introduction.id).desc())
        .limit(bindparam("limit"))
    )
    return query.where(col(Introduction.state).in_(states)) if narrowed else query


def titles(session: Session, challenges: Collection[int]) -> dict[int, Challenge]:
    """Return challenges by id."""
    rows = session.exec(select(Challenge).where(col(Challenge.id).in_(list(challenges)))).all()
    return {row.id: row for row in rows if row.id is not None}


def conversation_of(session: Session, introduction_id: int) -> Conversation | None:
    """Return the conversation of an introduction."""
    return session.exec(select(Conversation).where(Conversation.introduction_id == introduction_id)).one_or_none()


def legs_of(session: Session, conversation_id: int) -> Sequence[Leg]:
    """Return the legs of a conversation."""
    return session.exec(select(Leg).where(Leg.conversation_id == conversation_id).order_by(col(Leg.id))).all()


def identities_of_people(session: Session, person_ids: Collection[int]) -> Sequence[Identity]:
    """Return the accounts of these people, the most recently seen first."""
    query = select(Identity).where(col(Identity.person_id).in_(list(person_ids)), is_reachable())
    return session.exec(query.order_by(col(Identity.seen_at).desc(), col(Identity.id))).all()


def opening_of(session: Session, introduction_id: int) -> Opening | None:
    """Return the first lines that were drafted for the conversation of an introduction."""
    return session.exec(select(Opening).where(Opening.introduction_id == introduction_id)).one_or_none()
