"""What the ranker reads: the texts of profiles, a page at a time, and who may be proposed for a challenge at all."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from domain.answers import UNDECIDED
from domain.introductions import DEFAULT_CAPACITY, OPEN, SPEAKS_OF_THE_PAIR
from domain.organisations import OrganisationKind, name_key, same_group
from domain.rooms import ShareState
from store.tables.challenges import Answer, Challenge, Invitation, Share
from store.tables.introductions import Decision, Introduction, Suggestion
from store.tables.people import AvoidedOrganisation, Competence, Organisation, OrganisationCluster, Profile

PAGE = 1000

PROPOSED_KINDS = (OrganisationKind.SME, OrganisationKind.RESEARCH)


@dataclass(frozen=True, slots=True)
class ProfileText:
    """The texts of one organisation; `competences` are (kind, text, sought) and all confirmed."""

    organisation_id: int
    name: str
    country: str
    language: str
    summary: str
    evidence: str
    competences: tuple[tuple[str, str, bool], ...] = field(default=())


# Columns, not rows: a directory of a hundred thousand profiles is read at every start.
_Texts = tuple[int, str, str, str, str, str]
_TEXTS: Select[_Texts] = (
    columns(
        col(Profile.organisation_id),
        col(Organisation.name),
        col(Organisation.country),
        col(Profile.language),
        col(Profile.summary),
        col(Profile.evidence),
    )
    .join(Organisation, col(Organisation.id) == Profile.organisation_id)
    .where(col(Organisation.kind).in_(PROPOSED_KINDS))
)


def profile_texts(session: Session, *, only: Collection[int] | None = None) -> Iterator[ProfileText]:
    """Read the profiles of SMEs and research bodies (all, or only of these organisations), a page at a time."""
    wanted = None if only is None else sorted(only)
    after = 0
    while wanted is None or wanted:
        query = _TEXTS.where(col(Profile.organisation_id) > after).order_by(col(Profile.organisation_id)).limit(PAGE)
        if wanted is not None:
            query, wanted = query.where(col(Profile.organisation_id).in_(wanted[:PAGE])), wanted[PAGE:]
        page: list[_Texts] = [tuple(row) for row in session.execute(query)]
        if page:
            yield from _texts(session, page)
            after = page[-1][0] if wanted is None else 0
        elif wanted is None:
            return


def _texts(session: Session, page: Sequence[_Texts]) -> Iterator[ProfileText]:
    competences = _competences(session, [row[0] for row in page])
    for row in page:
        yield ProfileText(*row, competences=tuple(competences.get(row[0], ())))


def count_profiles(session: Session) -> int:
    """Count the profiles that `profile_texts` reads."""
    query = (
        select(func.count()).select_from(Profile).join(Organisation, col(Organisation.id) == Profile.organisation_id)
    )
    return session.exec(query.where(col(Organisation.kind).in_(PROPOSED_KINDS))).one()


def active_in(session: Session, countries: Collection[str]) -> frozenset[int]:
    """Return the SMEs and research bodies that are at home or active in one of these countries."""
    query = select(Organisation.id, Organisation.country, Organisation.countries)
    rows = session.exec(query.where(col(Organisation.kind).in_(PROPOSED_KINDS)))
    wanted = frozenset(countries)
    return frozenset(
        key for key, country, more in rows if key is not None and (country in wanted or not wanted.isdisjoint(more))
    )


def _competences(session: Session, organisations: Sequence[int]) -> dict[int, list[tuple[str, str, bool]]]:
    query = (
        select(Competence.organisation_id, Competence.kind, Competence.text, Competence.sought)
        .where(col(Competence.organisation_id).in_(organisations), col(Competence.confirmed).is_(True))
        .order_by(col(Competence.organisation_id), col(Competence.position), col(Competence.id))
    )
    found: dict[int, list[tuple[str, str, bool]]] = {}
    for organisation, kind, text, sought in session.exec(query):
        found.setdefault(organisation, []).append((kind, text, sought))
    return found


def clusters_concerned(session: Session, challenge_id: int, owner_cluster_id: int) -> tuple[int, ...]:
    """Return the owner's cluster first, then those that took the challenge."""
    taken = session.exec(
        select(Share.cluster_id)
        .where(Share.challenge_id == challenge_id, Share.state == ShareState.TAKEN)
        .order_by(col(Share.cluster_id))
    ).all()
    return tuple(dict.fromkeys([owner_cluster_id, *taken]))


def members(
    session: Session, clusters: Sequence[int], *, only: Collection[int] | None = None
) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Return the SMEs and research bodies of these clusters that are not paused, with country and further countries.

    All of them, or `only` those of these organisations.
    """
    here = select(OrganisationCluster.organisation_id).where(col(OrganisationCluster.cluster_id).in_(clusters))
    query = select(Organisation.id, Organisation.country, Organisation.countries).where(
        col(Organisation.kind).in_(PROPOSED_KINDS),
        col(Organisation.paused_at).is_(None),
        col(Organisation.capacity) > 0,
        col(Organisation.id).in_(here) | col(Organisation.home_cluster_id).in_(clusters),
    )
    if only is not None:
        query = query.where(col(Organisation.id).in_(list(only)))
    return {key: (country, tuple(more)) for key, country, more in session.exec(query) if key is not None}


def of_group(session: Session, buyer: Organisation) -> frozenset[int]:
    """Return the organisations of a buyer's own group: its parent, its daughters and its sisters."""
    own = (buyer.name, buyer.parent_group)
    # Only who has a parent, or is one, can be of a group; names are compared as they are folded, which SQL cannot.
    query = select(Organisation.id, Organisation.name, Organisation.parent_group).where(
        (col(Organisation.parent_group) != "")
        | col(Organisation.name_key).in_([name_key(text) for text in own if text])
    )
    found = session.exec(query)
    return frozenset(key for key, *names in found if key is not None and same_group(own, (names[0], names[1])))


def invited(session: Session, challenge_id: int) -> frozenset[int]:
    """Return the organisations that were invited by name."""
    query = select(Invitation.organisation_id).where(Invitation.challenge_id == challenge_id)
    return frozenset(session.exec(query).all())


def avoiding(session: Session, organisation_id: int) -> frozenset[int]:
    """Return whom an organisation avoids, and who avoids it."""
    one, other = col(AvoidedOrganisation.organisation_id), col(AvoidedOrganisation.avoided_id)
    rows = session.exec(select(one, other).where((one == organisation_id) | (other == organisation_id))).all()
    return frozenset(key for pair in rows for key in pair) - {organisation_id}


def introduced_lately(
    session: Session, buyer_id: int, *, now: datetime, days: int, but_challenge: int
) -> frozenset[int]:
    """Return whom a buyer was introduced to, or was about to be, within these days because of another challenge."""
    query = select(Introduction.organisation_id).where(
        Introduction.buyer_id == buyer_id,
        col(Introduction.created_at) > now - timedelta(days=days),
        Introduction.challenge_id != but_challenge,
    )
    return frozenset(session.exec(query).all())


def kept_apart(session: Session, buyer_id: int, *, now: datetime, days: int, but_challenge: int) -> frozenset[int]:
    """Return whom managers declined for another challenge of a buyer within these days, because of the pair itself."""
    query = (
        select(Suggestion.organisation_id)
        .join(Decision, col(Decision.suggestion_id) == Suggestion.id)
        .join(Challenge, col(Challenge.id) == Suggestion.challenge_id)
        .where(
            Challenge.organisation_id == buyer_id,
            Suggestion.challenge_id != but_challenge,
            col(Decision.reason).in_(tuple(SPEAKS_OF_THE_PAIR)),
            col(Decision.created_at) > now - timedelta(days=days),
        )
    )
    return frozenset(session.exec(query).all())


def at_capacity(session: Session, *, but_challenge: int) -> frozenset[int]:
    """Return the organisations with as many open introductions as they can take, those of one challenge left out."""
    number = func.count(col(Introduction.id))
    query = (
        select(Introduction.organisation_id)
        .join(Organisation, col(Organisation.id) == Introduction.organisation_id)
        .where(col(Introduction.state).in_(tuple(OPEN)), Introduction.challenge_id != but_challenge)
        .group_by(col(Introduction.organisation_id), col(Organisation.capacity))
        .having(number >= func.coalesce(col(Organisation.capacity), DEFAULT_CAPACITY))
    )
    return frozenset(session.exec(query).all())


def open_introductions(session: Session, organisation_id: int, *, but_challenge: int) -> int:
    """Count an organisation's open introductions, those of one challenge left out."""
    query = select(func.count()).where(
        Introduction.organisation_id == organisation_id,
        col(Introduction.state).in_(tuple(OPEN)),
        Introduction.challenge_id != but_challenge,
    )
    return session.exec(query.select_from(Introduction)).one()


def known_before(session: Session, organisations: Sequence[int]) -> frozenset[int]:
    """Return which of these organisations had an introduction before."""
    query = select(Introduction.organisation_id).where(col(Introduction.organisation_id).in_(organisations))
    return frozenset(session.exec(query.distinct()).all())


def live_answers(session: Session, challenge_id: int) -> Sequence[Answer]:
    """Return the submitted answers to a challenge that have no final verdict."""
    query = select(Answer).where(Answer.challenge_id == challenge_id, col(Answer.state).in_(tuple(UNDECIDED)))
    return session.exec(query.order_by(col(Answer.id))).all()


def clusters_of(session: Session, organisations: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return the clusters of organisations, the home first."""
    homes = session.exec(
        select(Organisation.id, Organisation.home_cluster_id).where(col(Organisation.id).in_(organisations))
    ).all()
    found: dict[int, list[int]] = {key: [home] if home else [] for key, home in homes if key is not None}
    rows = session.exec(
        select(OrganisationCluster.organisation_id, OrganisationCluster.cluster_id)
        .where(col(OrganisationCluster.organisation_id).in_(organisations))
        .order_by(col(OrganisationCluster.cluster_id))
    ).all()
    for organisation, cluster in rows:
        found.setdefault(organisation, []).append(cluster)
    return {key: tuple(dict.fromkeys(clusters)) for key, clusters in found.items()}
