"""Claims for payment and their receipts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from domain.vouchers import ClaimState
from store.tables.people import Organisation
from store.tables.vouchers import Application, Claim, ClaimReceipt


def of_application(session: Session, application_id: int) -> Sequence[Claim]:
    """Return the claims of an application, the first first."""
    query = select(Claim).where(Claim.application_id == application_id)
    return session.exec(query.order_by(col(Claim.number))).all()


def of_applications(session: Session, applications: Collection[int]) -> dict[int, list[Claim]]:
    """Return the claims of several applications, by application."""
    query = select(Claim).where(col(Claim.application_id).in_(list(applications))).order_by(col(Claim.number))
    found: dict[int, list[Claim]] = {}
    for one in session.exec(query).all() if applications else ():
        found.setdefault(one.application_id, []).append(one)
    return found


def numbered(session: Session, application_id: int, number: int) -> Claim | None:
    """Return one claim of an application."""
    query = select(Claim).where(Claim.application_id == application_id, Claim.number == number)
    return session.exec(query).one_or_none()


def receipts_of(session: Session, claim_id: int) -> Sequence[ClaimReceipt]:
    """Return the receipts of a claim in the order in which they were added."""
    return session.exec(
        select(ClaimReceipt).where(ClaimReceipt.claim_id == claim_id).order_by(col(ClaimReceipt.id))
    ).all()


def same_receipt(
    session: Session, *, issuer_key: str, number_key: str, dated_on: date, cents: int, but: int | None = None
) -> tuple[ClaimReceipt, Claim] | None:
    """Return a receipt that counts and is this one: by issuer and number, or by number, date and amount."""
    query = (
        select(ClaimReceipt, Claim)
        .join(Claim, col(Claim.id) == ClaimReceipt.claim_id)
        .where(
            col(ClaimReceipt.counts),
            col(ClaimReceipt.number_key) == number_key,
            or_(
                col(ClaimReceipt.issuer_key) == issuer_key,
                (col(ClaimReceipt.dated_on) == dated_on) & (col(ClaimReceipt.cents) == cents),
            ),
        )
        .limit(2)
    )
    found = [(receipt, claim) for receipt, claim in session.exec(query).all() if receipt.id != but]
    return found[0] if found else None


def to_decide(
    session: Session, clusters: Collection[int], *, states: Collection[ClaimState], limit: int
) -> Sequence[tuple[Claim, Application, Organisation]]:
    """Return the claims of clusters in these states, with whose they are, the oldest first."""
    query = (
        select(Claim, Application, Organisation)
        .join(Application, col(Application.id) == Claim.application_id)
        .join(Organisation, col(Organisation.id) == Application.organisation_id)
        .where(col(Claim.cluster_id).in_(list(clusters)), col(Claim.state).in_(list(states)))
        .order_by(col(Claim.submitted_at), col(Claim.id))
        .limit(limit)
    )
    return [(claim, one, who) for claim, one, who in session.exec(query).all()]


def release(session: Session, application_id: int, *, now: datetime) -> None:
    """Let go of the receipts of claims that were not paid, so that they can be used elsewhere, and end these claims."""
    unpaid = select(Claim.id).where(
        Claim.application_id == application_id, col(Claim.state).not_in([ClaimState.PAID, ClaimState.REJECTED])
    )
    free(session, unpaid)
    statement = (
        update(Claim)
        .where(col(Claim.id).in_(unpaid))
        .values(state=ClaimState.WITHDRAWN, updated_at=now, version=col(Claim.version) + 1)
    )
    session.connection().execute(statement.execution_options(synchronize_session=False))


def free(session: Session, claims: Any) -> None:
    """Let go of the receipts of these claims (ids, or a query of ids)."""
    statement = update(ClaimReceipt).where(col(ClaimReceipt.claim_id).in_(claims)).values(counts=False)
    session.connection().execute(statement.execution_options(synchronize_session=False))
