"""Who speaks: identities, people and their memberships."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, func, literal_column
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from domain.organisations import MembershipState, Role
from domain.rooms import WorkspaceState
from store.tables.guests import GuestPass
from store.tables.people import Cluster, Identity, Membership, Organisation, Person, Workspace


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What is known of the account that speaks; each part may be missing.

    The parts are rows of columns, not objects of the session: this is asked at every click. The columns of the room
    are called `room_…`.
    """

    room: RowMapping | None
    account: RowMapping | None
    memberships: tuple[RowMapping, ...]


def _recognising() -> Select[Any]:
    """Write one row per active membership, and one where there is none: workspace and account as far as they exist."""
    always = select_columns(literal_column("1").label("one")).subquery()
    room = ("id", "surface", "native_id", "cluster_id", "state", "locale", "challenge_channel", "managers_channel")
    workspace = (col(Workspace.surface) == bindparam("surface")) & (col(Workspace.native_id) == bindparam("workspace"))
    account = (
        (col(Identity.surface) == bindparam("surface"))
        & (col(Identity.workspace) == bindparam("workspace"))
        & (col(Identity.native_user) == bindparam("user"))
    )
    active = (col(Membership.person_id) == col(Person.id)) & (col(Membership.state) == MembershipState.ACTIVE)
    return (
        select_columns(
            *(col(getattr(Workspace, name)).label(f"room_{name}") for name in room),
            col(Identity.address),
            col(Identity.is_admin),
            col(Person.id).label("person_id"),
            col(Person.name),
            col(Person.locale),
            col(Person.zone),
            col(Person.country),
            col(Person.email),
            col(Membership.id).label("membership_id"),
            col(Membership.cluster_id),
            col(Membership.role),
            col(Membership.organisation_id),
        )
        .select_from(always)
        .outerjoin(Workspace, workspace)
        .outerjoin(Identity, account)
        .outerjoin(Person, col(Person.id) == col(Identity.person_id))
        .outerjoin(Membership, active)
        .order_by(col(Membership.id))
    )


#: Made once: making it costs more than asking.
_RECOGNISING: Final = _recognising()


def recognise(session: Session, *, surface: str, workspace: str, user: str) -> Acquaintance:
    """Find the workspace, the account, its person and active memberships in one query."""
    given = {"surface": surface, "workspace": workspace, "user": user}
    # Columns need nothing of what a session does for objects.
    found = session.connection().execute(_RECOGNISING, given).mappings().all()
    first = found[0]
    return Acquaintance(
        room=first if first["room_id"] is not None else None,
        account=first if first["person_id"] is not None else None,
        memberships=tuple(row for row in found if row["membership_id"] is not None),
    )


def identity_of(session: Session, *, surface: str, workspace: str, user: str) -> Identity | None:
    """Return the account, if it was met."""
    return session.exec(
        select(Identity).where(
            Identity.surface == surface, Identity.workspace == workspace, Identity.native_user == user
        )
    ).one_or_none()


def is_reachable() -> ColumnElement[bool]:
    """Write the condition that an account's workspace was not removed, and a guest's invitation has not ended."""
    gone = select(Workspace.id).where(
        Workspace.surface == Identity.surface,
        Workspace.native_id == Identity.workspace,
        Workspace.state == WorkspaceState.REMOVED,
    )
    over = select(GuestPass.id).where(
        GuestPass.workspace == Identity.workspace,
        GuestPass.account == Identity.native_user,
        col(GuestPass.revoked_at).is_not(None),
    )
    return ~gone.exists() & ~over.exists()


@cache
def _identities_of() -> Select[Identity]:
    theirs = col(Identity.person_id) == bindparam("person")
    return select(Identity).where(theirs, is_reachable()).order_by(col(Identity.seen_at).desc())


def identities_of(session: Session, person_id: int) -> Sequence[Identity]:
    """Return the accounts through which a person can be reached, the most recently seen first."""
    return session.scalars(_identities_of(), {"person": person_id}).all()


def accounts_of(session: Session, person_id: int) -> Sequence[Identity]:
    """Return all accounts of a person, also those in workspaces that were removed, in the order in which they came."""
    return session.exec(select(Identity).where(Identity.person_id == person_id).order_by(col(Identity.id))).all()


def person_by_email(session: Session, email: str) -> Person | None:
    """Return the person with this address; `email` must be lower case."""
    return session.exec(select(Person).where(Person.email == email)).one_or_none()


def managers_of(session: Session, cluster_id: int) -> Sequence[Person]:
    """Return the active managers of a cluster."""
    return session.exec(
        select(Person)
        .join(Membership, col(Membership.person_id) == Person.id)
        .where(
            Membership.cluster_id == cluster_id,
            Membership.role == Role.MANAGER,
            Membership.state == MembershipState.ACTIVE,
        )
        .order_by(col(Person.id))
    ).all()


def members_of(session: Session, organisation_id: int, *, role: Role | None = None) -> Sequence[Person]:
    """Return the people who act for an organisation, in the order in which they joined."""
    query = (
        select(Person)
        .join(Membership, col(Membership.person_id) == Person.id)
        .where(Membership.organisation_id == organisation_id, Membership.state == MembershipState.ACTIVE)
        .order_by(col(Membership.id))
    )
    if role is not None:
        query = query.where(Membership.role == role)
    return session.exec(query).all()


def workspace_of(session: Session, *, surface: str, native_id: str) -> Workspace | None:
    """Return a workspace by its platform's own id."""
    return session.exec(
        select(Workspace).where(Workspace.surface == surface, Workspace.native_id == native_id)
    ).one_or_none()


def workspaces_of(session: Session, cluster_id: int) -> Sequence[Workspace]:
    """Return the active workspaces of a cluster."""
    return session.exec(
        select(Workspace)
        .where(Workspace.cluster_id == cluster_id, Workspace.state == WorkspaceState.ACTIVE)
        .order_by(col(Workspace.id))
    ).all()


def clusters_with_names(session: Session, ids: Sequence[int]) -> dict[int, Cluster]:
    """Return clusters by id."""
    rows = session.exec(select(Cluster).where(col(Cluster.id).in_(ids))).all()
    return {row.id: row for row in rows if row.id is not None}


@cache
def _organisations_by_id() -> Select[Organisation]:
    return select(Organisation).where(col(Organisation.id).in_(bindparam("ids", expanding=True)))


def organisations_by_id(session: Session, ids: Sequence[int]) -> dict[int, Organisation]:
    """Return organisations by id."""
    rows = session.scalars(_organisations_by_id(), {"ids": ids}).all()
    return {row.id: row for row in rows if row.id is not None}


def touch_identity(session: Session, identity: Identity, *, now: datetime, address: str) -> None:
    """Remember that an account was seen, and where it is reached."""
    identity.seen_at = now
    identity.updated_at = now
    identity.address = address
    session.add(identity)


@dataclass(frozen=True, slots=True)
class Places:
    """How many people live, and clusters are, in each country and region, and in each zone."""

    people: Mapping[tuple[str, str], int]
    clusters: Mapping[tuple[str, str], int]
    zones_of_people: Mapping[str, int]
    zones_of_clusters: Mapping[str, int]


def places(session: Session) -> Places:
    """Count where the people who are here and the clusters are."""
    here, number = col(Person.left_at).is_(None), func.count()
    country, region, zone = col(Person.country), col(Person.region), col(Person.zone)
    people = session.execute(select_columns(country, region, number).where(here).group_by(country, region)).all()
    zones = session.execute(select_columns(zone, number).where(here).group_by(zone)).all()
    clusters = session.execute(select_columns(col(Cluster.country), number).group_by(col(Cluster.country))).all()
    theirs = session.execute(select_columns(col(Cluster.zone), number).group_by(col(Cluster.zone))).all()
    return Places(
        people={(one, part): many for one, part, many in people},
        clusters={(one, ""): many for one, many in clusters},
        zones_of_people=dict(tuple(row) for row in zones),
        zones_of_clusters=dict(tuple(row) for row in theirs),
    )


def all_workspaces(session: Session) -> Sequence[Workspace]:
    """Return every workspace, in the order in which they came."""
    return session.exec(select(Workspace).order_by(col(Workspace.id))).all()


@cache
def _organisations_for(role: Role | None) -> Select[Any]:
    query = select(Membership.organisation_id).where(
        col(Membership.person_id) == bindparam("person"),
        Membership.state == MembershipState.ACTIVE,
        col(Membership.organisation_id).is_not(None),
    )
    return (query if role is None else query.where(Membership.role == role)).order_by(col(Membership.id))


def organisations_for(session: Session, person_id: int, *, role: Role | None = None) -> tuple[int, ...]:
    """Return the organisations for which a person acts, in this role or any, in the order of joining."""
    rows = session.scalars(_organisations_for(role), {"person": person_id}).all()
    return tuple(dict.fromkeys(row for row in rows if row is not None))


@cache
def _first_cluster_of() -> Select[int]:
    active = (col(Membership.person_id) == bindparam("person"), Membership.state == MembershipState.ACTIVE)
    return select(Membership.cluster_id).where(*active).order_by(col(Membership.id)).limit(1)


def first_cluster_of(session: Session, person_id: int) -> int | None:
    """Return the cluster in which a person became a member first; None for a member of nothing."""
    return session.scalars(_first_cluster_of(), {"person": person_id}).first()


def cluster_named(session: Session, name: str, country: str) -> int | None:
    """Return the id of the cluster of this name in this country."""
    return session.exec(select(Cluster.id).where(Cluster.name == name, Cluster.country == country)).first()


def people_of(session: Session, cluster_id: int) -> Sequence[Person]:
    """Return the people with an active membership in a cluster, each once."""
    belongs = select(Membership.person_id).where(
        Membership.cluster_id == cluster_id, Membership.state == MembershipState.ACTIVE
    )
    return session.exec(select(Person).where(col(Person.id).in_(belongs)).order_by(col(Person.id))).all()
