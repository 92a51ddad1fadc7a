"""Nudges in the outbox: what else is due for a person, what a message carried, and how many messages there were."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, text, update
from sqlmodel import Session, col, select

from domain.nudges import SNOOZED
from store.tables.queue import CARRIED, FINISHED, NUDGE_SENT, NUDGE_WAITING, UNFINISHED, Outbox, OutboxStatus
from store.tables.rooms import Post


def due_beside(session: Session, *, stream: str, until: datetime, but: int) -> Sequence[Outbox]:
    """Return the rows of a stream that wait and are due by then, without the row in hand."""
    query = (
        select(Outbox)
        .where(
            Outbox.stream == stream,
            # The very words of the index, or SQLite reads the whole table.
            text(f"stream IS NOT NULL AND {UNFINISHED}"),
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


def carried_by(session: Session, ref: str) -> Sequence[Outbox]:
    """Return the nudges and digests that one message carried."""
    # The very words of the index, or SQLite reads the whole table.
    query = select(Outbox).where(text(CARRIED), Outbox.sent_ref == ref, text(FINISHED))
    return session.exec(query.order_by(col(Outbox.id))).all()


def waiting_about(session: Session, subject: str) -> Sequence[Outbox]:
    """Return the nudges of one chain that still wait."""
    query = select(Outbox).where(
        Outbox.subject == subject,
        col(Outbox.subject).is_not(None),
        text(UNFINISHED),
        Outbox.kind == "nudge",
    )
    return session.exec(query.order_by(col(Outbox.due_at))).all()


def bundles_of(session: Session, person_id: int, days: Collection[date]) -> Sequence[datetime | None]:
    """Return when the bundled messages that were made for a person on these days arrived; None for one under way."""
    subjects = [f"P-{person_id}:{day.isoformat()}" for day in days]
    found = session.exec(select(Post).where(Post.kind == "nudges", col(Post.subject).in_(subjects))).all()
    return [post.posted_at for post in found if post.posted_at is not None or _under_way(session, post)]


def _under_way(session: Session, post: Post) -> bool:
    waits = select(Outbox.id).where(
        Outbox.stream == f"post:{post.id}", text(f"stream IS NOT NULL AND {UNFINISHED}"), Outbox.kind == "card.post"
    )
    return session.exec(waits.limit(1)).first() is not None


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
            # What was cancelled is in no message.
            *_sent(col(Outbox.subject) == subject, col(Outbox.updated_at) >= since),
        )
        .values(sent_ref=None)
        .execution_options(synchronize_session=False)
    )
    result: Any = session.execute(statement)
    return int(result.rowcount)


def unanswered(session: Session, subject: str) -> int:
    """Count the nudges of a chain that went out; those that the person asked for by a snooze do not count."""
    query = select(func.count()).where(*_sent(Outbox.subject == subject), ~col(Outbox.key).contains(f":{SNOOZED}-"))
    return session.exec(query).one()


def _sent(*conditions: Any) -> tuple[Any, ...]:
    return (text(NUDGE_SENT), *conditions)


@dataclass(frozen=True, slots=True)
class Ended:
    """A chain of which nothing waits any more: how often the person was nudged, and when last."""

    subject: str
    times: int
    last_at: datetime


def ended_chains(session: Session, clusters: Collection[int], *, since: datetime, limit: int) -> Sequence[Ended]:
    """Return the chains of these clusters whose last nudge went out since then, the oldest first."""
    query = (
        select(Outbox.subject, func.count(), func.max(Outbox.updated_at))
        .where(*_sent(col(Outbox.cluster_id).in_(list(clusters)), col(Outbox.updated_at) >= since))
        .group_by(col(Outbox.subject))
        .order_by(func.max(Outbox.updated_at))
        .limit(limit)
    )
    return [Ended(subject or "", times, last_at) for subject, times, last_at in session.exec(query).all()]


def still_waiting(session: Session, subjects: Collection[str]) -> frozenset[str]:
    """Return which of these chains have a nudge that is still to come."""
    query = select(Outbox.subject).where(
        text(f"subject IS NOT NULL AND {UNFINISHED}"), col(Outbox.subject).in_(list(subjects)), Outbox.kind == "nudge"
    )
    return frozenset(one for one in session.exec(query).all() if one is not None)


def planned(
    session: Session, cluster_id: int, *, until: datetime | None = None, limit: int | None = None
) -> Sequence[Outbox]:
    """Return the nudges of a cluster that wait (and are due by then), the earliest first."""
    query = select(Outbox).where(text(NUDGE_WAITING), Outbox.cluster_id == cluster_id)
    if until is not None:
        query = query.where(col(Outbox.due_at) <= until)
    return session.exec(query.order_by(col(Outbox.due_at), col(Outbox.id)).limit(limit)).all()


def forget(session: Session, ids: Collection[int]) -> None:
    """Forget nudges that wait, and their keys with them, so that the same steps can be planned again."""
    if ids:
        statement = delete(Outbox).where(col(Outbox.id).in_(ids), text(NUDGE_WAITING))
        session.execute(statement.execution_options(synchronize_session=False))


def planned_for(session: Session, streams: Collection[str], *, until: datetime) -> Sequence[Outbox]:
    """Return the nudges that wait in these streams, of whichever cluster."""
    query = select(Outbox).where(
        text(f"stream IS NOT NULL AND {UNFINISHED}"),
        col(Outbox.stream).in_(list(streams)),
        Outbox.kind == "nudge",
        col(Outbox.due_at) <= until,
    )
    return session.exec(query.order_by(col(Outbox.due_at), col(Outbox.id))).all()


def had_chain(session: Session, subject: str) -> bool:
    """Tell whether a chain was ever begun (within what is kept of the outbox)."""
    waits = select(Outbox.id).where(
        text(f"subject IS NOT NULL AND {UNFINISHED}"), Outbox.subject == subject, Outbox.kind == "nudge"
    )
    if session.exec(waits.limit(1)).first() is not None:
        return True
    return session.exec(select(Outbox.id).where(*_sent(Outbox.subject == subject)).limit(1)).first() is not None
