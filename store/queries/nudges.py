"""Nudges in the outbox: what else is due for a person, what a message carried, and how many messages there were."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, text, update
from sqlmodel import Session, col, select

from store.tables.queue import Outbox, OutboxStatus
from store.tables.rooms import Post


def due_beside(session: Session, *, stream: str, until: datetime, but: int) -> Sequence[Outbox]:
    """Return the rows of a stream that wait and are due by then, without the row in hand."""
    query = (
        select(Outbox)
        .where(
            Outbox.stream == stream,
            text("status = 'pending'"),
            col(Outbox.due_at) <= until,
            col(Outbox.id) != but,
        )
        .order_by(col(Outbox.due_at), col(Outbox.id))
    )
    return session.exec(query).all()


def finish_beside(session: Session, ids: Collection[int], *, now: datetime, ref: str | None, why: str | None) -> int:
    """End rows that still wait: sent with another one (`ref` names the message), or cancelled (`why`)."""
    status = OutboxStatus.CANCELLED if ref is None else OutboxStatus.SENT
    statement = (
        update(Outbox)
        .where(col(Outbox.id).in_(ids), text("status = 'pending'"))
        .values(status=status, sent_ref=ref, last_error=why, updated_at=now, version=Outbox.version + 1)
        .execution_options(synchronize_session=False)
    )
    result: Any = session.execute(statement)
    return int(result.rowcount)


def carried_by(session: Session, ref: str, *, since: datetime, until: datetime) -> Sequence[Outbox]:
    """Return the nudges that one message carried; it was made between these instants."""
    query = (
        select(Outbox)
        .where(
            text("status IN ('sent', 'cancelled')"),
            col(Outbox.updated_at) >= since,
            col(Outbox.updated_at) <= until,
            Outbox.kind == "nudge",
            Outbox.sent_ref == ref,
        )
        .order_by(col(Outbox.id))
    )
    return session.exec(query).all()


def waiting_about(session: Session, subject: str) -> Sequence[Outbox]:
    """Return the nudges of one chain that still wait."""
    query = select(Outbox).where(
        Outbox.subject == subject,
        col(Outbox.subject).is_not(None),
        text("status IN ('pending', 'leased', 'sending', 'uncertain')"),
        Outbox.kind == "nudge",
    )
    return session.exec(query.order_by(col(Outbox.due_at))).all()


def messages_on(session: Session, person_id: int, days: Collection[date]) -> int:
    """Count the bundled messages that a person was sent on these days."""
    subjects = [f"P-{person_id}:{day.isoformat()}" for day in days]
    query = select(func.count()).select_from(Post).where(Post.kind == "nudges", col(Post.subject).in_(subjects))
    return session.exec(query).one()


def messages_to(session: Session, person_ids: Collection[int], days: Collection[date]) -> Sequence[Post]:
    """Return the messages of these people on these days."""
    subjects = [f"P-{person}:{day.isoformat()}" for person in person_ids for day in days]
    query = select(Post).where(col(Post.kind).in_(["nudges", "reminders"]), col(Post.subject).in_(subjects))
    return session.exec(query.order_by(col(Post.id))).all()


def let_go(session: Session, subject: str, *, since: datetime) -> int:
    """Take a chain out of the messages that carried it since then: they show it no more."""
    statement = (
        update(Outbox)
        .where(
            text("status IN ('sent', 'cancelled')"),
            col(Outbox.updated_at) >= since,
            col(Outbox.subject) == subject,
            col(Outbox.kind) == "nudge",
        )
        .values(sent_ref=None)
        .execution_options(synchronize_session=False)
    )
    result: Any = session.execute(statement)
    return int(result.rowcount)
