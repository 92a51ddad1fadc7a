"""Clusters: by name, with their members, and what waits in them."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, bindparam, func
from sqlmodel import Session, col, select

from domain.organisations import ClusterState, MembershipState, Role
from domain.rooms import ShareState, WorkspaceState
from store.tables.challenges import Challenge, Share
from store.tables.people import Cluster, Identity, Membership, Organisation, OrganisationCluster, Person, Workspace

Asked = tuple[Membership, Person, Organisation]


def cluster_named(session: Session, key: str, country: str) -> Cluster | None:
    """Return the cluster with this folded name in a country."""
    return session.exec(select(Cluster).where(Cluster.name_key == key, Cluster.country == country)).one_or_none()


def is_any_active(session: Session) -> bool:
    """Tell whether there is an active cluster at all."""
    return session.exec(select(Cluster.id).where(Cluster.state == ClusterState.ACTIVE).limit(1)).first() is not None


def without_workspace(session: Session, *, limit: int = 300) -> Sequence[Cluster]:
    """Return the clusters that no workspace belongs to, by name."""
    bound = select(Workspace.cluster_id).where(col(Workspace.cluster_id).is_not(None))
    return session.exec(
        select(Cluster)
        .where(col(Cluster.id).not_in(bound), Cluster.state != ClusterState.ARCHIVED)
        .order_by(col(Cluster.name), col(Cluster.id))
        .limit(limit)
    ).all()


def bound_workspaces(session: Session, cluster_id: int) -> Sequence[Workspace]:
    """Return the workspaces of a cluster that are not removed, active or not."""
    return session.exec(
        select(Workspace)
        .where(Workspace.cluster_id == cluster_id, Workspace.state != WorkspaceState.REMOVED)
        .order_by(col(Workspace.id))
    ).all()


def active_clusters(session: Session) -> Sequence[Cluster]:
    """Return the active clusters that have a workspace, in the order in which they came."""
    bound = select(Workspace.cluster_id).where(Workspace.state == WorkspaceState.ACTIVE)
    return session.exec(
        select(Cluster)
        .where(Cluster.state == ClusterState.ACTIVE, col(Cluster.id).in_(bound))
        .order_by(col(Cluster.id))
    ).all()


def waiting_clusters(session: Session, *, limit: int) -> Sequence[Cluster]:
    """Return the clusters whose workspace waits to be let in."""
    waiting = select(Workspace.cluster_id).where(Workspace.state == WorkspaceState.NEW)
    return session.exec(
        select(Cluster).where(col(Cluster.id).in_(waiting)).order_by(col(Cluster.id)).limit(limit)
    ).all()


def manager_memberships(session: Session, cluster_id: int) -> Sequence[tuple[Membership, Person]]:
    """Return the managers of a cluster whatever the state of their membership, in the order of joining."""
    rows = session.exec(
        select(Membership, Person)
        .join(Person, col(Person.id) == Membership.person_id)
        .where(Membership.cluster_id == cluster_id, Membership.role == Role.MANAGER)
        .order_by(col(Membership.id))
    ).all()
    return [(membership, person) for membership, person in rows]


def people_at(session: Session, addresses: Sequence[str]) -> dict[str, Person]:
    """Return people by the addresses that reach them privately."""
    rows = session.exec(
        select(Identity.address, Person)
        .join(Person, col(Person.id) == Identity.person_id)
        .where(col(Identity.address).in_(addresses))
    ).all()
    return dict(rows)


def addresses_in(session: Session, people: Sequence[int], *, surface: str, workspace: str) -> dict[int, str]:
    """Return where people are reached privately in one workspace."""
    rows = session.exec(
        select(Identity.person_id, Identity.address).where(
            col(Identity.person_id).in_(people), Identity.surface == surface, Identity.workspace == workspace
        )
    ).all()
    return dict(rows)


def membership_of(
    session: Session, person_id: int, cluster_id: int, role: Role, organisation_id: int | None
) -> Membership | None:
    """Return a person's membership of this kind, whatever its state."""
    organisation = col(Membership.organisation_id)
    return session.exec(
        select(Membership).where(
            Membership.person_id == person_id,
            Membership.cluster_id == cluster_id,
            Membership.role == role,
            organisation.is_(None) if organisation_id is None else organisation == organisation_id,
        )
    ).one_or_none()


@cache
def _memberships_of() -> Select[Membership]:
    return select(Membership).where(col(Membership.person_id) == bindparam("person")).order_by(col(Membership.id))


def memberships_of(session: Session, person_id: int) -> Sequence[Membership]:
    """Return all memberships of a person, whatever their state."""
    return session.scalars(_memberships_of(), {"person": person_id}).all()


def asked_in(session: Session, clusters: Sequence[int], *, limit: int) -> Sequence[Asked]:
    """Return who asked to join these clusters for an organisation, the longest waiting first."""
    rows = session.exec(
        select(Membership, Person, Organisation)
        .join(Person, col(Person.id) == Membership.person_id)
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(col(Membership.cluster_id).in_(clusters), Membership.state == MembershipState.ASKED)
        .order_by(col(Membership.updated_at), col(Membership.id))
        .limit(limit)
    ).all()
    return [(membership, person, organisation) for membership, person, organisation in rows]


def count_asked(session: Session, cluster_id: int) -> int:
    """Count who waits to be let into a cluster."""
    return session.exec(
        select(func.count())
        .select_from(Membership)
        .where(
            Membership.cluster_id == cluster_id,
            Membership.state == MembershipState.ASKED,
            Membership.role != Role.MANAGER,
        )
    ).one()


def count_members(session: Session, cluster_id: int) -> tuple[int, int]:
    """Count the organisations of a cluster, and the people who act in it."""
    organisations = session.exec(
        select(func.count()).select_from(OrganisationCluster).where(OrganisationCluster.cluster_id == cluster_id)
    ).one()
    people = session.exec(
        select(func.count(func.distinct(Membership.person_id))).where(
            Membership.cluster_id == cluster_id, Membership.state == MembershipState.ACTIVE
        )
    ).one()
    return organisations, people


def partners_of(session: Session, cluster_id: int) -> Sequence[Cluster]:
    """Return the clusters with which a challenge was shared, in either direction, by name."""
    owned = (
        select(Share.cluster_id)
        .join(Challenge, col(Challenge.id) == Share.challenge_id)
        .where(Challenge.owner_cluster_id == cluster_id, Share.state == ShareState.TAKEN)
    )
    taken = (
        select(Challenge.owner_cluster_id)
        .join(Share, col(Share.challenge_id) == Challenge.id)
        .where(Share.cluster_id == cluster_id, Share.state == ShareState.TAKEN)
    )
    wanted = col(Cluster.id).in_(owned) | col(Cluster.id).in_(taken)
    return session.exec(select(Cluster).where(wanted, Cluster.id != cluster_id).order_by(col(Cluster.name))).all()


def home_clusters(session: Session, organisation_id: int) -> Sequence[int]:
    """Return the clusters that an organisation is a member of."""
    return session.exec(
        select(OrganisationCluster.cluster_id)
        .where(OrganisationCluster.organisation_id == organisation_id)
        .order_by(col(OrganisationCluster.cluster_id))
    ).all()
