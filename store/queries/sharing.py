"""Whom a challenge reaches beside its own cluster: clusters that it is offered to, organisations invited by name."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from domain.challenges import ChallengeState
from domain.rooms import ShareState
from store.tables.challenges import Challenge, Invitation, Share
from store.tables.people import Cluster, Organisation


def offered_to(session: Session, clusters: Sequence[int], *, limit: int) -> Sequence[tuple[Share, Challenge]]:
    """Return the open challenges that were offered to these clusters and wait for a yes or a no."""
    rows = session.exec(
        select(Share, Challenge)
        .join(Challenge, col(Challenge.id) == Share.challenge_id)
        .where(
            col(Share.cluster_id).in_(clusters),
            Share.state == ShareState.OFFERED,
            Challenge.state == ChallengeState.PUBLISHED,
        )
        .order_by(col(Share.id))
        .limit(limit)
    ).all()
    return [(share, challenge) for share, challenge in rows]


def shares_of(session: Session, challenge_id: int) -> Sequence[tuple[Share, Cluster]]:
    """Return to whom a challenge was offered, by the name of the cluster."""
    rows = session.exec(
        select(Share, Cluster)
        .join(Cluster, col(Cluster.id) == Share.cluster_id)
        .where(Share.challenge_id == challenge_id)
        .order_by(col(Cluster.name))
    ).all()
    return [(share, cluster) for share, cluster in rows]


def share_of(session: Session, challenge_id: int, cluster_id: int) -> Share | None:
    """Return the offer of a challenge to a cluster."""
    return session.exec(
        select(Share).where(Share.challenge_id == challenge_id, Share.cluster_id == cluster_id)
    ).one_or_none()


def share_states(session: Session, challenge_id: int, clusters: Sequence[int]) -> dict[int, ShareState]:
    """Return what each of these clusters said to the offer of a challenge."""
    rows = session.exec(
        select(Share).where(Share.challenge_id == challenge_id, col(Share.cluster_id).in_(clusters))
    ).all()
    return {row.cluster_id: row.state for row in rows}


def is_invited(session: Session, challenge_id: int, organisations: Sequence[int]) -> bool:
    """Tell whether one of these organisations was invited by name."""
    if not organisations:
        return False
    found = session.exec(
        select(Invitation.id)
        .where(Invitation.challenge_id == challenge_id, col(Invitation.organisation_id).in_(organisations))
        .limit(1)
    ).first()
    return found is not None


def invited_to(session: Session, challenge_id: int) -> Sequence[Organisation]:
    """Return the organisations that were invited, by name."""
    return session.exec(
        select(Organisation)
        .join(Invitation, col(Invitation.organisation_id) == Organisation.id)
        .where(Invitation.challenge_id == challenge_id)
        .order_by(col(Organisation.name))
    ).all()


def set_invited(session: Session, challenge_id: int, invitations: Sequence[Invitation], *, only_add: bool) -> None:
    """Invite these organisations, and nobody else unless `only_add`."""
    known = {
        row.organisation_id: row
        for row in session.exec(select(Invitation).where(Invitation.challenge_id == challenge_id)).all()
    }
    wanted = {row.organisation_id for row in invitations}
    session.add_all(row for row in invitations if row.organisation_id not in known)
    for key, row in known.items():
        if key not in wanted and not only_add:
            session.delete(row)
    session.flush()
