"""The vectors of profiles and challenges: which are missing, which are of today, and what is known by its content."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, tuple_, update
from sqlmodel import Session, col, select

from domain.challenges import ChallengeState
from store.queries.profiles_for_ranking import PROPOSED_KINDS
from store.tables.challenges import Challenge
from store.tables.people import Membership, Organisation, OrganisationCluster, Person, Profile
from store.tables.vectors import Embedding

#: Wordings of one profile or challenge of which the vectors are kept: who goes back to an earlier one pays nothing.
KEPT = 5
_PAGE = 1000
#: Challenges that others than their author may read, and that are not over.
_READ = (ChallengeState.SUBMITTED, ChallengeState.PUBLISHED, ChallengeState.CLOSED, ChallengeState.EVALUATING)


@dataclass(frozen=True, slots=True)
class Vector:
    """The vector of one text as it is stored, of a profile or a challenge as of a version of it."""

    content: str
    seen_version: int
    dimensions: int
    vector: bytes
    profile_id: int | None = None
    challenge_id: int | None = None


def _payer() -> ColumnElement[int]:
    """Return the cluster that pays for an organisation: its home, or else the first one it is a member of."""
    first = select(func.min(OrganisationCluster.cluster_id)).where(
        OrganisationCluster.organisation_id == Organisation.id
    )
    return func.coalesce(col(Organisation.home_cluster_id), first.correlate(Organisation).scalar_subquery())


def _profile_lacks(model: str) -> ColumnElement[bool]:
    known = select(Embedding.id).where(
        Embedding.profile_id == Profile.id, Embedding.model == model, Embedding.seen_version == Profile.version
    )
    return ~known.correlate(Profile).exists() & col(Organisation.kind).in_(PROPOSED_KINDS)


def _challenge_lacks(model: str) -> ColumnElement[bool]:
    known = select(Embedding.id).where(
        Embedding.challenge_id == Challenge.id, Embedding.model == model, Embedding.seen_version == Challenge.version
    )
    return ~known.correlate(Challenge).exists() & col(Challenge.state).in_(_READ)


def clusters_that_lack(session: Session, model: str) -> list[int]:
    """Return the clusters that have to pay for a vector that is missing."""
    payer = _payer()
    profiles = (
        select(payer)
        .select_from(Profile)
        .join(Organisation, col(Organisation.id) == Profile.organisation_id)
        .where(_profile_lacks(model), payer.is_not(None))
    )
    challenges = select(Challenge.owner_cluster_id).where(_challenge_lacks(model))
    return sorted({*session.exec(profiles.distinct()), *session.exec(challenges.distinct())})


def profiles_that_lack(session: Session, model: str, cluster_id: int, *, limit: int) -> list[tuple[int, int, int]]:
    """Return profiles of a cluster without a vector of today: their ids, organisations and versions."""
    query = (
        select(Profile.id, Profile.organisation_id, Profile.version)
        .join(Organisation, col(Organisation.id) == Profile.organisation_id)
        .where(_profile_lacks(model), _payer() == cluster_id)
        .order_by(col(Profile.id))
        .limit(limit)
    )
    return [(key, organisation, version) for key, organisation, version in session.exec(query) if key is not None]


def challenges_that_lack(session: Session, model: str, cluster_id: int, *, limit: int) -> Sequence[Challenge]:
    """Return challenges of a cluster without a vector of today."""
    query = select(Challenge).where(_challenge_lacks(model), Challenge.owner_cluster_id == cluster_id)
    return session.exec(query.order_by(col(Challenge.id)).limit(limit)).all()


def profiles_without(session: Session, model: str) -> tuple[int, int]:
    """Count the profiles that lack a vector of today, and all that should have one."""
    everyone = (
        select(func.count())
        .select_from(Profile)
        .join(Organisation, col(Organisation.id) == Profile.organisation_id)
        .where(col(Organisation.kind).in_(PROPOSED_KINDS))
    )
    return session.exec(everyone.where(_profile_lacks(model))).one(), session.exec(everyone).one()


def names_of(session: Session, organisations: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of organisations, their brands and websites, and of the people who act or acted for them."""
    query = select(Organisation.id, Organisation.name, Organisation.brands, Organisation.website)
    rows = session.exec(query.where(col(Organisation.id).in_(organisations)))
    found = {key: [name, *brands, website, _host(website)] for key, name, brands, website in rows if key is not None}
    people = (
        select(Membership.organisation_id, Person.name)
        .join(Person, col(Person.id) == Membership.person_id)
        .where(col(Membership.organisation_id).in_(organisations))
    )
    for key, name in session.exec(people):
        found.setdefault(key or 0, []).append(name)
    return {key: tuple(name for name in names if name) for key, names in found.items()}


def _host(website: str) -> str:
    return website.partition("://")[2].partition("/")[0].removeprefix("www.")


def by_content(session: Session, contents: Collection[str]) -> dict[str, tuple[int, bytes]]:
    """Return dimensions and vectors by content, whoever they were made for."""
    query = select(Embedding.content, Embedding.dimensions, Embedding.vector)
    rows = session.exec(query.where(col(Embedding.content).in_(contents)))
    return {content: (dimensions, vector) for content, dimensions, vector in rows}


def dimensions_of(session: Session, model: str) -> int:
    """Return how many dimensions the vectors of a model have (0: there is none)."""
    query = select(Embedding.dimensions).where(Embedding.model == model, Embedding.dimensions > 0)
    return session.exec(query.order_by(col(Embedding.id).desc()).limit(1)).first() or 0


def keep(session: Session, model: str, vectors: Collection[Vector], *, now: datetime) -> list[Vector]:
    """Keep the vectors of those texts that are still of today; return these. Older wordings are forgotten by and by."""
    profiles = _versions(session, Profile, [one.profile_id for one in vectors if one.profile_id])
    challenges = _versions(session, Challenge, [one.challenge_id for one in vectors if one.challenge_id])
    fresh = [
        one
        for one in vectors
        if one.seen_version == (profiles.get(one.profile_id) if one.profile_id else challenges.get(one.challenge_id))
    ]
    for column, owners in (
        (col(Embedding.profile_id), [one for one in fresh if one.profile_id]),
        (col(Embedding.challenge_id), [one for one in fresh if one.challenge_id]),
    ):
        if owners:
            _write(session, column, model, owners, now)
            _forget_old(session, column, owners)
    return fresh


def _versions(session: Session, table: type[Profile] | type[Challenge], keys: list[int]) -> dict[int | None, int]:
    """Return the present versions, and let nobody delete these rows before the transaction ends."""
    query = select(table.id, table.version).where(col(table.id).in_(keys)).with_for_update(read=True, of=table)
    return dict(session.exec(query).all()) if keys else {}


def _write(session: Session, owner: Any, model: str, vectors: Collection[Vector], now: datetime) -> None:
    by_key = {(getattr(one, owner.key), one.content): one for one in vectors}
    query = select(Embedding.id, owner, Embedding.content).where(
        tuple_(owner, col(Embedding.content)).in_(list(by_key))
    )
    for key, *place in session.execute(query).all():
        one = by_key.pop((place[0], place[1]))
        values = {"seen_version": one.seen_version, "updated_at": now}
        session.execute(
            update(Embedding).where(col(Embedding.id) == key).values(**values, version=Embedding.version + 1)
        )
    rows = [
        {
            "profile_id": one.profile_id,
            "challenge_id": one.challenge_id,
            "model": model,
            "content": one.content,
            "seen_version": one.seen_version,
            "dimensions": one.dimensions,
            "vector": one.vector,
            "created_at": now,
            "updated_at": now,
            "version": 1,
        }
        for one in by_key.values()
    ]
    if rows:
        session.execute(insert(Embedding), rows)


def _forget_old(session: Session, owner: Any, vectors: Collection[Vector]) -> None:
    place = func.row_number().over(
        partition_by=owner, order_by=(col(Embedding.updated_at).desc(), col(Embedding.id).desc())
    )
    ids = {getattr(one, owner.key) for one in vectors}
    ranked = select(Embedding.id, place.label("place")).where(owner.in_(ids)).subquery()
    old = select(ranked.c.id).where(ranked.c.place > KEPT)
    session.execute(delete(Embedding).where(col(Embedding.id).in_(old)).execution_options(synchronize_session=False))


def present(
    session: Session, model: str, *, since: datetime | None = None, only: Collection[int] | None = None
) -> dict[int, int]:
    """Return the vectors of today by organisation, as ids: all, those kept since an instant, or of these."""
    query = (
        select(Profile.organisation_id, Embedding.id)
        .join(Profile, (col(Profile.id) == Embedding.profile_id) & (col(Profile.version) == Embedding.seen_version))
        .where(Embedding.model == model, Embedding.dimensions > 0)
    )
    if since is not None:
        query = query.where(col(Embedding.updated_at) >= since)
    if only is None:
        return {organisation: key or 0 for organisation, key in session.exec(query)}
    found: dict[int, int] = {}
    wanted = sorted(only)
    for at in range(0, len(wanted), _PAGE):
        page = query.where(col(Profile.organisation_id).in_(wanted[at : at + _PAGE]))
        found.update((organisation, key or 0) for organisation, key in session.exec(page))
    return found


def vectors_by_id(session: Session, ids: Collection[int]) -> Iterator[Mapping[int, bytes]]:
    """Return vectors by id, a page at a time."""
    wanted = sorted(ids)
    for at in range(0, len(wanted), _PAGE):
        query = select(Embedding.id, Embedding.vector).where(col(Embedding.id).in_(wanted[at : at + _PAGE]))
        yield {key: vector for key, vector in session.exec(query) if key is not None}
