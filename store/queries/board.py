"""What a voucher programme comes to: sums and counts by scheme, call and funder, and the records behind each of them.

Sums are made by the database. Everything is reached by way of the parts that one may see, so that what other clusters
do costs nothing here.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select, union
from sqlmodel import Session, col

from domain.board import By, Figure, Sums
from domain.organisations import OrganisationKind
from domain.schemes import CallState, PartState
from domain.vouchers import COMMITTED, ApplicationState, ClaimState
from store.queries.rows import key_of
from store.tables.people import Cluster, Organisation
from store.tables.vouchers import Application, Call, CallPart, Claim, ClaimReceipt, Scheme

_SETTLED: Final = (ApplicationState.PAID, ApplicationState.REPORTED)
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: the parts that clusters may see (`clusters` None: all), of one scheme, call or funder."""

    clusters: tuple[int, ...] | None
    scheme: int | None = None
    call: int | None = None
    funder: int | None = None
    currency: str = ""

    def within(self, by: By, key: int) -> "Scope":
        """Return the part of it that has this scheme, call or funder."""
        return replace(self, **{by.value: key})


#: What an application takes from the budget now: what was approved, and once it is paid out what was paid.
_TAKEN: Final[Any] = case(
    (col(Application.state).in_(_SETTLED), col(Application.paid_cents)),
    (col(Application.state).in_(COMMITTED), col(Application.approved_cents)),
    else_=0,
)
#: Of a call that was cancelled nothing is free any more.
_BUDGET: Final[Any] = case(
    (col(Call.state) == CallState.CANCELLED, col(CallPart.committed_cents)), else_=col(CallPart.budget_cents)
)
#: What was never submitted is its author's own.
_SUBMITTED: Final[Any] = col(Application.submitted_at).is_not(None)
_GROUPS: Final[dict[By, Any]] = {
    By.SCHEME: col(Scheme.id),
    By.CALL: col(Call.id),
    By.FUNDER: col(CallPart.cluster_id),
}
_WHICH: Final[dict[Figure, Any]] = {
    Figure.APPLICATIONS: _SUBMITTED,
    Figure.APPROVED: col(Application.approved_on).is_not(None),
    Figure.REJECTED: col(Application.state) == ApplicationState.REJECTED,
    Figure.SMES: and_(_SUBMITTED, col(Organisation.kind) == OrganisationKind.SME),
    Figure.EXPIRED: and_(_SUBMITTED, col(Application.state) == ApplicationState.EXPIRED),
    Figure.COMMITTED: col(Application.state).in_(COMMITTED),
    Figure.SPENT: col(Application.paid_cents) > 0,
}
_AMOUNTS: Final[dict[Figure, Any]] = {
    Figure.COMMITTED: _TAKEN,
    Figure.SPENT: col(Application.paid_cents),
    Figure.APPROVED: col(Application.approved_cents),
}


def _parts(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a part belongs to what is looked at."""
    kept: list[Any] = [col(CallPart.state) == PartState.TAKEN]
    if scope.clusters is not None:
        # Each way by an index of its own; an OR over two tables would read all parts there are.
        owned = (
            select(col(CallPart.id))
            .join(Call, col(Call.id) == CallPart.call_id)
            .join(Scheme, col(Scheme.id) == Call.scheme_id)
            .where(col(Scheme.owner_cluster_id).in_(scope.clusters))
        )
        funded = select(col(CallPart.id)).where(col(CallPart.cluster_id).in_(scope.clusters))
        seen = union(owned, funded).subquery()
        kept.append(col(CallPart.id).in_(select(seen.c.id)))
    for column, wanted in (
        (col(Call.scheme_id), scope.scheme),
        (col(CallPart.call_id), scope.call),
        (col(CallPart.cluster_id), scope.funder),
        (col(Scheme.currency), scope.currency or None),
    ):
        if wanted is not None:
            kept.append(column == wanted)
    return and_(*kept)


def _of_parts(statement: Any, scope: Scope) -> Any:
    return (
        statement.select_from(CallPart)
        .join(Call, col(Call.id) == CallPart.call_id)
        .join(Scheme, col(Scheme.id) == Call.scheme_id)
        .where(_parts(scope))
    )


def _of_applications(statement: Any, scope: Scope) -> Any:
    return (
        _of_parts(statement, scope)
        .join(Application, col(Application.part_id) == CallPart.id)
        .join(Organisation, col(Organisation.id) == Application.organisation_id)
    )


def exists(session: Session, scope: Scope) -> bool:
    """Tell whether there is a part in what is looked at."""
    return session.execute(_of_parts(select(col(CallPart.id)), scope).limit(1)).first() is not None


def sums(session: Session, scope: Scope, by: By | None = None, *, offset: int = 0, limit: int = 100) -> list[Sums]:
    """Return the figures in all (`by` None: one entry a currency), or for each scheme, call or funder, newest first."""
    group: tuple[Any, ...] = (_GROUPS[by], col(Scheme.currency)) if by else (col(Scheme.currency),)
    money = _of_parts(
        select(*group, func.sum(_BUDGET), func.sum(CallPart.committed_cents), func.sum(CallPart.spent_cents)), scope
    )
    order = [group[0].desc(), *group[1:]] if by else list(group)
    rows = session.execute(money.group_by(*group).order_by(*order).offset(offset).limit(limit)).all()
    counted = _counted(session, scope, group, [row[0] for row in rows] if by else None)
    found: list[Sums] = []
    for row in rows:
        *name, budget, committed, spent = row
        key, currency = (name[0], name[1]) if by else (0, name[0])
        counts = counted.get(tuple(name), (0,) * 5)
        found.append(Sums(key, currency, int(budget), int(committed), int(spent), *counts))
    return found


def _counted(
    session: Session, scope: Scope, group: tuple[Any, ...], keys: Collection[int] | None
) -> dict[tuple[Any, ...], tuple[int, ...]]:
    def count(figure: Figure) -> Any:
        return func.count(case((_WHICH[figure], 1)))

    smes = func.count(func.distinct(case((_WHICH[Figure.SMES], col(Application.organisation_id)))))
    statement = _of_applications(
        select(
            *group,
            count(Figure.APPLICATIONS),
            count(Figure.APPROVED),
            count(Figure.REJECTED),
            smes,
            count(Figure.EXPIRED),
        ),
        scope,
    )
    if keys is not None:
        statement = statement.where(group[0].in_(keys))
    size = len(group)
    return {tuple(row[:size]): tuple(row[size:]) for row in session.execute(statement.group_by(*group)).all()}


def records(
    session: Session, scope: Scope, figure: Figure, *, offset: int, limit: int
) -> Sequence[tuple[Application, Organisation, Scheme, int]]:
    """Return the applications behind a figure with what each adds to it in cents, the newest first.

    For a figure that is a number of things it is the amount applied for.
    """
    amount = _AMOUNTS.get(figure, func.coalesce(Application.amount_cents, 0))
    statement = _of_applications(select(Application, Organisation, Scheme, amount), scope).where(_WHICH[figure])
    # The firms behind a number of firms stand together.
    firms = [col(Organisation.name), col(Organisation.id)] if figure is Figure.SMES else []
    rows = session.execute(statement.order_by(*firms, col(Application.id).desc()).offset(offset).limit(limit)).all()
    return [(row[0], row[1], row[2], int(row[3])) for row in rows]


def parts(
    session: Session, scope: Scope, *, offset: int, limit: int
) -> Sequence[tuple[CallPart, Call, Scheme, Cluster, int]]:
    """Return the parts behind a budget with what each adds to it in cents, the newest first."""
    statement = _of_parts(select(CallPart, Call, Scheme, Cluster, _BUDGET), scope)
    statement = statement.join(Cluster, col(Cluster.id) == CallPart.cluster_id)
    rows = session.execute(statement.order_by(col(CallPart.id).desc()).offset(offset).limit(limit)).all()
    return [(row[0], row[1], row[2], row[3], int(row[4])) for row in rows]


def committed_by_day(session: Session, scope: Scope) -> list[tuple[date, int]]:
    """Return what stands committed now, in cents, by the day on which it was approved."""
    day: Any = col(Application.approved_on)
    statement = _of_applications(select(day, func.sum(_TAKEN)), scope).where(_WHICH[Figure.COMMITTED])
    return [(row[0], int(row[1])) for row in session.execute(statement.group_by(day).order_by(day)).all()]


def spent_by_day(session: Session, scope: Scope) -> list[tuple[date, int]]:
    """Return what was paid, in cents, by day."""
    day: Any = col(Claim.paid_on)
    statement = _of_applications(select(day, func.sum(Claim.cents)), scope)
    statement = statement.join(Claim, col(Claim.application_id) == Application.id).where(
        col(Claim.state) == ClaimState.PAID
    )
    return [(row[0], int(row[1])) for row in session.execute(statement.group_by(day).order_by(day)).all()]


def application_pages(
    session: Session, scope: Scope
) -> Iterator[Sequence[tuple[Application, Call, Scheme, Cluster, Organisation, int]]]:
    """Give every application that was submitted, with how many receipts it came to, the oldest first, in pages."""
    receipts = (
        select(func.count(col(ClaimReceipt.id)))
        .join(Claim, col(Claim.id) == ClaimReceipt.claim_id)
        .where(col(Claim.application_id) == Application.id, col(Claim.state) != ClaimState.DRAFT)
        .scalar_subquery()
    )
    statement = _of_applications(select(Application, Call, Scheme, Cluster, Organisation, receipts), scope)
    statement = statement.join(Cluster, col(Cluster.id) == CallPart.cluster_id).where(_SUBMITTED)
    return _pages(session, statement, col(Application.id))


def claim_pages(session: Session, scope: Scope) -> Iterator[Sequence[tuple[Claim, Scheme]]]:
    """Give every claim that was submitted, in pages."""
    statement = _of_applications(select(Claim, Scheme), scope)
    statement = statement.join(Claim, col(Claim.application_id) == Application.id)
    return _pages(session, statement.where(col(Claim.state) != ClaimState.DRAFT), col(Claim.id))


def receipt_pages(session: Session, scope: Scope) -> Iterator[Sequence[tuple[ClaimReceipt, Claim, Scheme]]]:
    """Give every receipt of a claim that was submitted, in pages."""
    statement = _of_applications(select(ClaimReceipt, Claim, Scheme), scope)
    statement = statement.join(Claim, col(Claim.application_id) == Application.id)
    statement = statement.join(ClaimReceipt, col(ClaimReceipt.claim_id) == Claim.id)
    return _pages(session, statement.where(col(Claim.state) != ClaimState.DRAFT), col(ClaimReceipt.id))


def part_pages(session: Session, scope: Scope) -> Iterator[Sequence[tuple[CallPart, Call, Scheme, Cluster, int]]]:
    """Give every part of a call with its budget, in pages."""
    statement = _of_parts(select(CallPart, Call, Scheme, Cluster, _BUDGET), scope)
    return _pages(session, statement.join(Cluster, col(Cluster.id) == CallPart.cluster_id), col(CallPart.id))


def _pages(session: Session, statement: Any, key: Any) -> Iterator[Any]:
    """Give what a statement finds by its first column's id, so many rows at a time that any number fits."""
    after = 0
    while True:
        rows = session.execute(statement.where(key > after).order_by(key).limit(_PAGE)).all()
        if rows:
            yield rows
        if len(rows) < _PAGE:
            return
        after = key_of(rows[-1][0])
        session.expunge_all()
