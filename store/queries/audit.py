"""The audit trail: what is not yet sealed into the chain, the end of the chain, and the chain itself."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from store.tables.ledger import AuditEvent


def unsealed(session: Session, *, limit: int) -> Sequence[AuditEvent]:
    """Return rows that have no place in the chain yet, as they came."""
    query = select(AuditEvent).where(col(AuditEvent.place).is_(None)).order_by(col(AuditEvent.id)).limit(limit)
    return session.exec(query).all()


def last_sealed(session: Session) -> AuditEvent | None:
    """Return the row at the end of the chain."""
    query = select(AuditEvent).where(col(AuditEvent.place).is_not(None)).order_by(col(AuditEvent.place).desc())
    return session.exec(query.limit(1)).first()


def seal(session: Session, event: AuditEvent, *, place: int, previous: str, digest: str) -> bool:
    """Give a row its place in the chain, once; False if it has one."""
    statement = (
        update(AuditEvent)
        .where(col(AuditEvent.id) == event.id, col(AuditEvent.place).is_(None))
        .values(place=place, previous=previous, digest=digest)
        .execution_options(synchronize_session=False)
    )
    result: Any = session.execute(statement)
    return result.rowcount == 1


def chain(session: Session, *, batch: int = 500) -> Iterator[AuditEvent]:
    """Read the chain from its beginning, a batch at a time."""
    after = 0
    while True:
        query = select(AuditEvent).where(col(AuditEvent.place) > after).order_by(col(AuditEvent.place)).limit(batch)
        rows = session.exec(query).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].place or after
        session.expunge_all()


def about(session: Session, subject: str, *, limit: int = 100) -> Sequence[AuditEvent]:
    """Return what happened to a subject, the newest first."""
    query = select(AuditEvent).where(AuditEvent.subject == subject).order_by(col(AuditEvent.id).desc()).limit(limit)
    return session.exec(query).all()
