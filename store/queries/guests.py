"""Guests: who comes in by a personal link, for which challenges, and until when."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from domain.introductions import IntroductionState
from domain.organisations import MembershipState
from store.tables.guests import GuestPass
from store.tables.introductions import Introduction
from store.tables.people import Identity, Membership, Organisation, Person

Listed = tuple[GuestPass, Person, Organisation]


def pass_of_account(session: Session, workspace: str, account: str) -> GuestPass | None:
    """Return the pass of an account in a web workspace."""
    return session.exec(
        select(GuestPass).where(GuestPass.workspace == workspace, GuestPass.account == account)
    ).one_or_none()


def pass_by_token(session: Session, token_hash: str) -> GuestPass | None:
    """Return the pass of a link."""
    return session.exec(select(GuestPass).where(GuestPass.token_hash == token_hash)).one_or_none()


def pass_of(session: Session, *, person_id: int, organisation_id: int, cluster_id: int) -> GuestPass | None:
    """Return the pass that a person has from a cluster for an organisation."""
    return session.exec(
        select(GuestPass).where(
            GuestPass.person_id == person_id,
            GuestPass.organisation_id == organisation_id,
            GuestPass.cluster_id == cluster_id,
        )
    ).one_or_none()


def passes_of(session: Session, clusters: Sequence[int], *, limit: int, offset: int = 0) -> Sequence[Listed]:
    """Return the guests of these clusters, the last invited first."""
    rows = session.exec(
        select(GuestPass, Person, Organisation)
        .join(Person, col(Person.id) == GuestPass.person_id)
        .join(Organisation, col(Organisation.id) == GuestPass.organisation_id)
        .where(col(GuestPass.cluster_id).in_(clusters))
        .order_by(col(GuestPass.updated_at).desc(), col(GuestPass.id).desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return [(one, person, organisation) for one, person, organisation in rows]


def introduced_challenges(session: Session, organisation_id: int, cluster_id: int) -> frozenset[int]:
    """Return the challenges of the introductions for which an organisation of a cluster was asked."""
    rows = session.exec(
        select(Introduction.challenge_id).where(
            Introduction.organisation_id == organisation_id,
            Introduction.sme_cluster_id == cluster_id,
            # Before it is asked there is nothing that it may know of, also where the introduction came to an end.
            Introduction.state != IntroductionState.PENDING,
            col(Introduction.asked_at).is_not(None) | col(Introduction.sme_consent_at).is_not(None),
        )
    )
    return frozenset(rows.all())


def ended_among(session: Session, accounts: Collection[tuple[str, str]], *, now: datetime) -> set[tuple[str, str]]:
    """Return those of these accounts (workspace and user) whose pass is over."""
    rows = session.exec(
        select(GuestPass).where(
            col(GuestPass.workspace).in_({workspace for workspace, _ in accounts}),
            col(GuestPass.account).in_({account for _, account in accounts}),
        )
    ).all()
    live = {(one.workspace, one.account) for one in rows if one.revoked_at is None and one.expires_at > now}
    return set(accounts) - live


def is_reached_elsewhere(session: Session, person_id: int, *, guest: str) -> bool:
    """Tell whether a person has an account that is no guest's; those begin with `guest`."""
    found = session.exec(
        select(Identity.id)
        .where(Identity.person_id == person_id, ~col(Identity.native_user).startswith(guest, autoescape=True))
        .limit(1)
    ).first()
    return found is not None


def without_account(session: Session, organisations: Collection[int]) -> frozenset[int]:
    """Return those of these organisations of whose people nobody has an account anywhere."""
    rows = session.exec(
        select(Membership.organisation_id)
        .join(Identity, col(Identity.person_id) == Membership.person_id)
        .where(col(Membership.organisation_id).in_(organisations), Membership.state == MembershipState.ACTIVE)
        .distinct()
    )
    return frozenset(organisations) - frozenset(one for one in rows.all() if one is not None)


def expired(session: Session, now: datetime, *, limit: int) -> Sequence[GuestPass]:
    """Return passes whose time is over and that nobody has ended, or not with what they made."""
    return session.exec(
        select(GuestPass)
        .where(col(GuestPass.revoked_at).is_(None) | col(GuestPass.let_in), col(GuestPass.expires_at) <= now)
        .order_by(col(GuestPass.expires_at))
        .limit(limit)
    ).all()
