"""Schemes and calls as their managers see them, whom a call concerns, and what the clock opens and closes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from domain.organisations import ClusterState, MembershipState, Role
from domain.schemes import CallState, PartState, SchemeState
from domain.vouchers import COMMITTED, ApplicationState
from store.tables.people import Cluster, Membership, Organisation, OrganisationCluster, Person
from store.tables.vouchers import Application, Call, CallPart, Scheme

#: What a call takes applications in, or will.
AHEAD = (CallState.PLANNED, CallState.OPEN)
#: What an application is in before its amount is committed.
PENDING = (
    ApplicationState.DRAFT,
    ApplicationState.SUBMITTED,
    ApplicationState.RETURNED,
    ApplicationState.ELIGIBLE,
)
#: What an application is in that ended without money: one may apply anew.
OVER = (ApplicationState.REJECTED, ApplicationState.WITHDRAWN, ApplicationState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Totals:
    """What the clusters that take part in a call put into it, in cents; `offered` is what others were asked for."""

    budget: int = 0
    committed: int = 0
    spent: int = 0
    offered: int = 0


def schemes_of(session: Session, cluster_id: int, *, offset: int, limit: int) -> Sequence[Scheme]:
    """Return the active schemes of a cluster, the newest first."""
    return session.exec(
        select(Scheme)
        .where(Scheme.owner_cluster_id == cluster_id, Scheme.state == SchemeState.ACTIVE)
        .order_by(col(Scheme.id).desc())
        .offset(offset)
        .limit(limit)
    ).all()


def count_archived(session: Session, cluster_id: int) -> int:
    """Count the archived schemes of a cluster."""
    mine = (Scheme.owner_cluster_id == cluster_id, Scheme.state == SchemeState.ARCHIVED)
    return session.exec(select(func.count()).select_from(Scheme).where(*mine)).one()


def calls_of(session: Session, schemes: Collection[int]) -> Sequence[Call]:
    """Return the calls of schemes, the newest first."""
    return session.exec(select(Call).where(col(Call.scheme_id).in_(list(schemes))).order_by(col(Call.id).desc())).all()


def totals(session: Session, calls: Collection[int]) -> Mapping[int, Totals]:
    """Return what is put into calls, and what of it is taken."""
    columns = (CallPart.budget_cents, CallPart.committed_cents, CallPart.spent_cents)
    rows = session.execute(
        select_columns(col(CallPart.call_id), col(CallPart.state), *(func.sum(col(one)) for one in columns))
        .where(col(CallPart.call_id).in_(list(calls)), col(CallPart.state) != PartState.REFUSED)
        .group_by(col(CallPart.call_id), col(CallPart.state))
    ).all()
    taken = {call: (budget, committed, spent) for call, state, budget, committed, spent in rows if state == "taken"}
    offered = {call: budget for call, state, budget, _, _ in rows if state == "offered"}
    return {
        # PostgreSQL sums 64-bit numbers into decimals.
        call: Totals(*(int(one) for one in taken.get(call, (0, 0, 0))), offered=int(offered.get(call, 0)))
        for call in taken.keys() | offered.keys()
    }


def has_call(session: Session, scheme_id: int, *, states: Collection[CallState] = tuple(CallState)) -> bool:
    """Tell whether a scheme has a call in one of these states."""
    mine = (Call.scheme_id == scheme_id, col(Call.state).in_(list(states)))
    return session.exec(select(Call.id).where(*mine).limit(1)).first() is not None


def has_granted(session: Session, scheme_id: int) -> bool:
    """Tell whether a voucher of a scheme was granted."""
    query = (
        select(Application.id)
        .join(Call, col(Call.id) == Application.call_id)
        .where(Call.scheme_id == scheme_id, col(Application.state).in_(list(COMMITTED)))
    )
    return session.exec(query.limit(1)).first() is not None


def part_of(session: Session, call_id: int, cluster_id: int) -> CallPart | None:
    """Return the part of a call that a cluster has, or was asked for."""
    return session.exec(
        select(CallPart).where(CallPart.call_id == call_id, CallPart.cluster_id == cluster_id)
    ).one_or_none()


def offered_to(session: Session, clusters: Collection[int], *, limit: int) -> Sequence[tuple[CallPart, Call, Scheme]]:
    """Return the parts that clusters were asked to fund and have not answered, of calls that are not over."""
    query = (
        select(CallPart, Call, Scheme)
        .join(Call, col(Call.id) == CallPart.call_id)
        .join(Scheme, col(Scheme.id) == Call.scheme_id)
        .where(
            col(CallPart.cluster_id).in_(list(clusters)),
            CallPart.state == PartState.OFFERED,
            col(Call.state).in_(AHEAD),
        )
        .order_by(col(CallPart.id))
        .limit(limit)
    )
    return [(part, call, scheme) for part, call, scheme in session.exec(query).all()]


def set_budget(session: Session, part: CallPart, cents: int, *, now: datetime, **values: Any) -> bool:
    """Give a part another budget, unless more than that is committed; False: it is, and nothing was changed."""
    statement = (
        update(CallPart)
        .where(col(CallPart.id) == part.id, col(CallPart.committed_cents) <= cents, col(CallPart.state) == part.state)
        .values(budget_cents=cents, updated_at=now, version=col(CallPart.version) + 1, **values)
        .returning(col(CallPart.id))
        .execution_options(synchronize_session=False)
    )
    changed = session.connection().execute(statement).first() is not None
    session.refresh(part)
    return changed


def remove_part(session: Session, part: CallPart) -> None:
    """Take back what a cluster was asked for."""
    session.delete(part)
    session.flush()


def partners_named(session: Session, keys: Collection[str]) -> Sequence[Cluster]:
    """Return the active clusters with these folded names."""
    named = (col(Cluster.name_key).in_(list(keys)), Cluster.state == ClusterState.ACTIVE)
    return session.exec(select(Cluster).where(*named).order_by(col(Cluster.id))).all()


def partner_names(session: Session) -> Sequence[str]:
    """Return the names of all active clusters."""
    return session.exec(
        select(Cluster.name).where(Cluster.state == ClusterState.ACTIVE).order_by(col(Cluster.name))
    ).all()


def due_to_open(session: Session, now: datetime, *, limit: int, lock: bool = False) -> Sequence[Call]:
    """Return the planned calls whose day has begun; with `lock` others skip them."""
    due = (Call.state == CallState.PLANNED, col(Call.opens_at) <= now)
    query = select(Call).where(*due).order_by(col(Call.opens_at), col(Call.id)).limit(limit)
    return session.exec(query.with_for_update(skip_locked=True) if lock else query).all()


def due_to_close(session: Session, now: datetime, *, limit: int, lock: bool = False) -> Sequence[Call]:
    """Return the open calls whose last day has ended; with `lock` others skip them."""
    due = (Call.state == CallState.OPEN, col(Call.cutoff_at) <= now)
    query = select(Call).where(*due).order_by(col(Call.cutoff_at), col(Call.id)).limit(limit)
    return session.exec(query.with_for_update(skip_locked=True) if lock else query).all()


def funders(session: Session, call_id: int) -> Sequence[Cluster]:
    """Return the clusters that take part in a call, in the order in which they were asked."""
    query = select(Cluster).join(CallPart, col(CallPart.cluster_id) == Cluster.id)
    taken = (CallPart.call_id == call_id, CallPart.state == PartState.TAKEN)
    return session.exec(query.where(*taken).order_by(col(CallPart.id))).all()


def members_after(session: Session, cluster_id: int, after: int, *, limit: int) -> Sequence[Organisation]:
    """Return members of a cluster whose id is higher than `after`, the lowest first."""
    return session.exec(
        select(Organisation)
        .join(OrganisationCluster, col(OrganisationCluster.organisation_id) == Organisation.id)
        .where(OrganisationCluster.cluster_id == cluster_id, col(Organisation.id) > after)
        .order_by(col(Organisation.id))
        .limit(limit)
    ).all()


def suppliers_in(session: Session, organisations: Collection[int]) -> Sequence[int]:
    """Return the people who act for organisations as suppliers, each once."""
    query = (
        select(Membership.person_id)
        .join(Person, col(Person.id) == Membership.person_id)
        .where(
            col(Membership.organisation_id).in_(list(organisations)),
            Membership.role == Role.SME,
            Membership.state == MembershipState.ACTIVE,
            col(Person.left_at).is_(None),
        )
    )
    return session.exec(query.distinct().order_by(col(Membership.person_id))).all()


@cache
def _applied(again: bool) -> Select[int, int]:
    query = select(Application.organisation_id, Application.call_id).where(
        col(Application.organisation_id).in_(bindparam("organisations", expanding=True)),
        col(Application.call_id).in_(bindparam("calls", expanding=True)),
    )
    return query.where(col(Application.state).not_in(OVER)) if again else query


def applied(
    session: Session, organisations: Collection[int], calls: Collection[int], *, again: bool = False
) -> set[tuple[int, int]]:
    """Return which of these organisations wrote an application, a draft too, in which of these calls.

    With `again` without those that were rejected or withdrawn, or have expired.
    """
    given = {"organisations": list(organisations), "calls": list(calls)}
    return {(organisation, call) for organisation, call in session.execute(_applied(again), given)}


def count_pending(session: Session, call_id: int) -> int:
    """Count the applications in a call that are not decided."""
    pending = (Application.call_id == call_id, col(Application.state).in_(PENDING))
    return session.exec(select(func.count()).select_from(Application).where(*pending)).one()


def pending(session: Session, call_id: int) -> Sequence[Application]:
    """Return the applications in a call that are not decided; nobody decides on them before this transaction ends."""
    query = select(Application).where(Application.call_id == call_id, col(Application.state).in_(PENDING))
    return session.exec(query.order_by(col(Application.id)).with_for_update()).all()


def newest_application(session: Session, call_id: int, organisations: Collection[int]) -> Application | None:
    """Return the newest application of one of these organisations in a call."""
    mine = (Application.call_id == call_id, col(Application.organisation_id).in_(list(organisations)))
    return session.exec(select(Application).where(*mine).order_by(col(Application.id).desc()).limit(1)).first()


def newest(session: Session) -> int:
    """Return the id of the scheme that was made last. :raises LookupError: there is none."""
    found = session.exec(select(Scheme.id).order_by(col(Scheme.id).desc()).limit(1)).first()
    if found is None:
        raise LookupError("no scheme was made")
    return found
