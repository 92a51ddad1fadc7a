"""Partner clusters: to whom a challenge may still be offered, and in what their members work."""

from collections.abc import Sequence
from typing import Final

from sqlmodel import Session, col, exists, select

from domain.organisations import ClusterState, OrganisationKind
from domain.rooms import WorkspaceState
from store.tables.challenges import Challenge, Share
from store.tables.people import Cluster, Organisation, OrganisationCluster, Workspace

_SUPPLIERS: Final = (OrganisationKind.SME, OrganisationKind.RESEARCH)


def partners_for(session: Session, challenge: Challenge, *, limit: int = 1000) -> Sequence[Cluster]:
    """Return the active clusters with a workspace to which a challenge may still be offered, by name."""
    here = exists().where(col(Workspace.cluster_id) == Cluster.id, col(Workspace.state) == WorkspaceState.ACTIVE)
    told = exists().where(col(Share.challenge_id) == challenge.id, col(Share.cluster_id) == Cluster.id)
    return session.exec(
        select(Cluster)
        .where(Cluster.state == ClusterState.ACTIVE, Cluster.id != challenge.owner_cluster_id, here, ~told)
        .order_by(col(Cluster.name), col(Cluster.id))
        .limit(limit)
    ).all()


def sectors_of_members(session: Session, clusters: Sequence[int]) -> dict[int, list[tuple[str, ...]]]:
    """Return the sectors of every supplier that is a member of these clusters, in one query."""
    rows = session.exec(
        select(OrganisationCluster.cluster_id, Organisation.sectors)
        .join(Organisation, col(Organisation.id) == OrganisationCluster.organisation_id)
        .where(col(OrganisationCluster.cluster_id).in_(clusters), col(Organisation.kind).in_(_SUPPLIERS))
    ).all()
    found: dict[int, list[tuple[str, ...]]] = {}
    for cluster_id, sectors in rows:
        found.setdefault(cluster_id, []).append(tuple(sectors))
    return found
