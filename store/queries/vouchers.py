"""Voucher schemes, calls, their parts, and applications."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, case, update
from sqlmodel import Session, col, select

from domain.calendars import zone_or_utc
from domain.meetings import STANDING
from domain.organisations import ClusterState
from domain.schemes import CallState, PartState
from domain.vouchers import LIVE, ApplicationState
from store.tables.calendar import Meeting
from store.tables.people import Cluster, Membership, Organisation, OrganisationCluster
from store.tables.vouchers import Application, Call, CallPart, Scheme

Found = tuple[Application, Call, Scheme]


def application(session: Session, key: int) -> Found | None:
    """Return an application with its call and scheme."""
    query = (
        select(Application, Call, Scheme)
        .join(Call, col(Call.id) == Application.call_id)
        .join(Scheme, col(Scheme.id) == Call.scheme_id)
        .where(Application.id == key)
    )
    found = session.exec(query).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


def call(session: Session, key: int) -> tuple[Call, Scheme] | None:
    """Return a call with its scheme."""
    query = select(Call, Scheme).join(Scheme, col(Scheme.id) == Call.scheme_id).where(Call.id == key)
    found = session.exec(query).one_or_none()
    return None if found is None else (found[0], found[1])


def parts_of(session: Session, call_id: int) -> Sequence[tuple[CallPart, Cluster]]:
    """Return who funds a call with how much, in the order in which they were asked."""
    query = (
        select(CallPart, Cluster)
        .join(Cluster, col(Cluster.id) == CallPart.cluster_id)
        .where(CallPart.call_id == call_id)
        .order_by(col(CallPart.id))
    )
    return [(part, cluster) for part, cluster in session.exec(query).all()]


@cache
def _funded_by(after: bool) -> Select[CallPart, Call, Scheme]:
    """Write the query once: it is asked for every member of a cluster."""
    query = (
        select(CallPart, Call, Scheme)
        .join(Call, col(Call.id) == CallPart.call_id)
        .join(Scheme, col(Scheme.id) == Call.scheme_id)
        .where(
            col(CallPart.cluster_id).in_(bindparam("clusters", expanding=True)),
            CallPart.state == PartState.TAKEN,
            col(Call.state).in_(bindparam("states", expanding=True)),
        )
        .order_by(col(Call.cutoff_at), col(Call.id), col(CallPart.id))
        .limit(bindparam("limit"))
    )
    return query.where(col(Call.cutoff_at) >= bindparam("after")) if after else query


def funded_by(
    session: Session,
    clusters: Collection[int],
    *,
    states: Collection[CallState],
    limit: int,
    after: datetime | None = None,
) -> Sequence[tuple[CallPart, Call, Scheme]]:
    """Return the parts that these clusters fund of calls in these states, the earliest cut-off first.

    With `after` only of calls whose cut-off is not before that.
    """
    given: dict[str, Any] = {"clusters": list(clusters), "states": list(states), "limit": limit}
    if after is not None:
        given["after"] = after
    return [(part, one, scheme) for part, one, scheme in session.execute(_funded_by(after is not None), given)]


def applications_of(
    session: Session,
    organisations: Collection[int],
    *,
    states: Collection[ApplicationState],
    limit: int,
    offset: int = 0,
) -> Sequence[Found]:
    """Return the applications of organisations in these states, the newest first."""
    query = (
        select(Application, Call, Scheme)
        .join(Call, col(Call.id) == Application.call_id)
        .join(Scheme, col(Scheme.id) == Call.scheme_id)
        .where(col(Application.organisation_id).in_(list(organisations)), col(Application.state).in_(list(states)))
        .order_by(col(Application.id).desc())
        .offset(offset)
        .limit(limit)
    )
    return [(one, of, scheme) for one, of, scheme in session.exec(query).all()]


def applications_for(
    session: Session,
    clusters: Collection[int],
    *,
    states: Collection[ApplicationState],
    limit: int,
    wished: bool = False,
) -> Sequence[tuple[Application, Call, Scheme, Organisation]]:
    """Return the applications on which clusters decide, with who applied, the oldest first.

    With `wished` only those for which other dates are asked.
    """
    query = (
        select(Application, Call, Scheme, Organisation)
        .join(Call, col(Call.id) == Application.call_id)
        .join(Scheme, col(Scheme.id) == Call.scheme_id)
        .join(Organisation, col(Organisation.id) == Application.organisation_id)
        .where(col(Application.cluster_id).in_(list(clusters)), col(Application.state).in_(list(states)))
        .order_by(col(Application.submitted_at), col(Application.id))
        .limit(limit)
    )
    if wished:
        query = query.where(col(Application.wished_ends_on).is_not(None))
    return [(one, of, scheme, who) for one, of, scheme, who in session.exec(query).all()]


def applications_due(session: Session, now: datetime, *, limit: int) -> Sequence[Application]:
    """Return the applications that the clock has to look at, locked; another worker's are left out."""
    query = (
        select(Application)
        .where(col(Application.due_at) <= now)
        .order_by(col(Application.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.exec(query).all()


def any_application_due(session: Session, now: datetime) -> bool:
    """Tell whether the clock has to look at an application."""
    return session.exec(select(Application.id).where(col(Application.due_at) <= now).limit(1)).first() is not None


@cache
def _clusters_of() -> Select[int, int]:
    return (
        select(OrganisationCluster.organisation_id, OrganisationCluster.cluster_id)
        .join(Cluster, col(Cluster.id) == OrganisationCluster.cluster_id)
        .join(Organisation, col(Organisation.id) == OrganisationCluster.organisation_id)
        .where(
            col(Organisation.id).in_(bindparam("organisations", expanding=True)), Cluster.state == ClusterState.ACTIVE
        )
        .order_by(case((col(Cluster.id) == Organisation.home_cluster_id, 0), else_=1), col(Cluster.id))
    )


def clusters_of(session: Session, organisations: Collection[int]) -> dict[int, list[int]]:
    """Return the active clusters of which each of these organisations is a member, its home first."""
    found: dict[int, list[int]] = {one: [] for one in organisations}
    for organisation_id, cluster_id in session.execute(_clusters_of(), {"organisations": list(organisations)}):
        found[organisation_id].append(cluster_id)
    return found


def agreed_day(session: Session, introduction_id: int, *, after: datetime) -> date | None:
    """Return the day of the meeting that the two sides of an introduction have agreed on and is still to come."""
    query = select(Meeting).where(
        Meeting.introduction_id == introduction_id,
        col(Meeting.state).in_(list(STANDING)),
        col(Meeting.starts_at) > after,
    )
    found = session.exec(query.order_by(col(Meeting.number).desc()).limit(1)).first()
    if found is None or found.starts_at is None:
        return None
    return found.starts_at.astimezone(zone_or_utc(found.zone)).date()


def live_of_person(session: Session, person_id: int, *, limit: int) -> Sequence[Application]:
    """Return what a person applied for and something is still to be done about."""
    organisations = select(Membership.organisation_id).where(Membership.person_id == person_id)
    query = select(Application).where(
        col(Application.organisation_id).in_(organisations),
        Application.person_id == person_id,
        col(Application.state).in_(list(LIVE)),
    )
    return session.exec(query.order_by(col(Application.id)).limit(limit)).all()


def drafts_of_call(session: Session, call_id: int) -> Sequence[Application]:
    """Return the drafts for a call."""
    query = select(Application).where(Application.call_id == call_id, Application.state == ApplicationState.DRAFT)
    return session.exec(query.order_by(col(Application.id))).all()


def take_from_budget(session: Session, part_id: int, cents: int) -> bool:
    """Commit an amount if the part has so much left; False: it has not, and nothing was changed.

    The row is locked until the transaction ends, so that any number at once take no more than there is.
    """
    statement = (
        update(CallPart)
        .where(
            col(CallPart.id) == part_id,
            col(CallPart.state) == PartState.TAKEN,
            col(CallPart.committed_cents) + cents <= col(CallPart.budget_cents),
        )
        .values(committed_cents=col(CallPart.committed_cents) + cents)
        .returning(col(CallPart.id))
        .execution_options(synchronize_session=False)
    )
    return session.connection().execute(statement).first() is not None


def give_back(session: Session, part_id: int, cents: int) -> None:
    """Free an amount that was committed."""
    _add(session, part_id, committed=-cents)


def spend(session: Session, part_id: int, cents: int) -> None:
    """Note that an amount was paid out of what was committed."""
    _add(session, part_id, spent=cents)


def _add(session: Session, part_id: int, *, committed: int = 0, spent: int = 0) -> None:
    statement = (
        update(CallPart)
        .where(col(CallPart.id) == part_id)
        .values(
            committed_cents=col(CallPart.committed_cents) + committed, spent_cents=col(CallPart.spent_cents) + spent
        )
        .execution_options(synchronize_session=False)
    )
    session.connection().execute(statement)
