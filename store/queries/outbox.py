"""Questions about the outbox that are no part of claiming."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Session, UTCDateTime, col, select

from store.tables.queue import HELD, WAITING, Outbox, OutboxStatus


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the outbox stands: rows that are due, uncertain, dead; how long the oldest due one has waited (seconds)."""

    due: int
    uncertain: int
    dead: int
    oldest_due_seconds: float


def anything_due(session: Session, now: datetime) -> bool:
    """Tell whether a claim could find something; reads two partial indexes and locks nothing."""
    waiting = select(Outbox.id).where(text(WAITING), col(Outbox.due_at) <= now).limit(1)
    if session.exec(waiting).first() is not None:
        return True
    # Leases go by the database's clock where it has one.
    clock = func.statement_timestamp(type_=UTCDateTime()) if session.get_bind().dialect.name == "postgresql" else now
    held = select(Outbox.id).where(text(HELD), col(Outbox.lease_until) <= clock).limit(1)
    return session.exec(held).first() is not None


def state(session: Session, now: datetime) -> QueueState:
    """Count what is open; the cost grows with what is open, not with what is stored."""
    due, oldest = session.exec(
        select(func.count(), func.min(Outbox.due_at)).where(text(WAITING), col(Outbox.due_at) <= now)
    ).one()
    uncertain = session.exec(select(func.count()).select_from(Outbox).where(text("status = 'uncertain'"))).one()
    dead = session.exec(select(func.count()).select_from(Outbox).where(text("status = 'dead'"))).one()
    waited = (now - oldest).total_seconds() if oldest is not None else 0.0
    return QueueState(due=due, uncertain=uncertain, dead=dead, oldest_due_seconds=max(0.0, waited))


def dead_letters(session: Session, cluster_ids: tuple[int, ...], *, limit: int = 10) -> list[Outbox]:
    """Return the newest dead rows of these clusters."""
    query = (
        select(Outbox)
        .where(text("status = 'dead'"), col(Outbox.cluster_id).in_(cluster_ids))
        .order_by(col(Outbox.id).desc())
        .limit(limit)
    )
    return list(session.exec(query).all())


def resend(session: Session, row: Outbox, *, now: datetime) -> bool:
    """Put a dead row back to be sent now; False if it is not dead any more."""
    if row.status != OutboxStatus.DEAD:
        return False
    row.status = OutboxStatus.PENDING
    row.due_at = now
    row.expires_at = None
    row.attempts = 0
    row.updated_at = now
    session.add(row)
    return True
