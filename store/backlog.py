"""What the outbox holds: figures for the metrics, lists for people, and the clearing of what is long finished."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, text, update
from sqlmodel import Session, col

from store.leases import changed
from store.tables.queue import FINISHED, HELD, WAITING, Outbox, OutboxStatus

#: In the payload of a row that a person ordered to be sent again although it may have arrived.
ORDERED = "ordered"

_DEAD = "status = 'dead'"
_UNCONFIRMED = "status = 'uncertain'"


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """Figures of the outbox. `oldest_due_seconds` is the delay of the row that has waited longest, or zero."""

    oldest_due_seconds: float
    pending: int
    leased: int
    sending: int
    uncertain: int
    dead: int


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of the outbox as a person reads of it, without its words."""

    id: int
    cluster_id: int | None
    kind: str
    key: str
    destination: str
    subject: str | None
    status: OutboxStatus
    due_at: datetime
    attempts: int
    send_started: datetime | None
    updated_at: datetime
    last_error: str | None


def backlog(session: Session, *, now: datetime) -> Backlog:
    """Count what is unfinished or dead. Costs what is counted, not what is stored."""
    status = col(Outbox.status)
    counts: dict[OutboxStatus, int] = {}
    for condition in (WAITING, HELD, _DEAD):
        rows = session.execute(select(status, func.count()).where(text(condition)).group_by(status)).all()
        counts.update((OutboxStatus(name), count) for name, count in rows)
    earliest = [
        session.execute(select(func.min(col(Outbox.due_at))).where(text(condition))).scalar_one()
        for condition in (WAITING, HELD)
    ]
    delays = [(now - instant).total_seconds() for instant in earliest if instant is not None]
    return Backlog(
        oldest_due_seconds=max([0.0, *delays]),
        pending=counts.get(OutboxStatus.PENDING, 0),
        leased=counts.get(OutboxStatus.LEASED, 0),
        sending=counts.get(OutboxStatus.SENDING, 0),
        uncertain=counts.get(OutboxStatus.UNCERTAIN, 0),
        dead=counts.get(OutboxStatus.DEAD, 0),
    )


def unconfirmed(session: Session, *, clusters: Collection[int] | None = None, limit: int = 50) -> tuple[Entry, ...]:
    """List what was sent once and nobody knows whether it arrived, newest first; of these clusters, or of all."""
    return _entries(session, _UNCONFIRMED, clusters, limit)


def dead(session: Session, *, clusters: Collection[int] | None = None, limit: int = 50) -> tuple[Entry, ...]:
    """List what a platform refused for good, newest first; of these clusters, or of all."""
    return _entries(session, _DEAD, clusters, limit)


def refusing(session: Session, destinations: Collection[str], reasons: Collection[str]) -> dict[str, str]:
    """Return which of these places refused something for good for one of these reasons, and took nothing since."""
    refused = (
        text(_DEAD),
        col(Outbox.destination).in_(sorted(destinations)),
        col(Outbox.last_error).in_(sorted(reasons)),
    )
    columns = (col(Outbox.destination), col(Outbox.last_error), col(Outbox.updated_at))
    rows = session.execute(select(*columns).where(*refused).order_by(col(Outbox.updated_at))).all()
    last = {place: (error, at) for place, error, at in rows}
    if not last:
        return {}
    since = min(at for _, at in last.values())
    arrived = select(col(Outbox.destination), func.max(Outbox.updated_at)).where(
        # The very words of the index, or SQLite reads the whole table.
        text(FINISHED),
        text("status = 'sent'"),
        col(Outbox.updated_at) > since,
        col(Outbox.destination).in_(sorted(last)),
    )
    taken = dict(session.execute(arrived.group_by(col(Outbox.destination))).all())
    return {place: error or "" for place, (error, at) in last.items() if place not in taken or taken[place] <= at}


def count_unconfirmed(session: Session, clusters: Collection[int]) -> int:
    """Count what `unconfirmed` would list without a limit."""
    return _count(session, _UNCONFIRMED, clusters)


def count_dead(session: Session, clusters: Collection[int]) -> int:
    """Count what `dead` would list without a limit."""
    return _count(session, _DEAD, clusters)


def _entries(session: Session, condition: str, clusters: Collection[int] | None, limit: int) -> tuple[Entry, ...]:
    columns = [getattr(Outbox, name) for name in Entry.__dataclass_fields__]
    statement = select(*columns).where(text(condition)).order_by(col(Outbox.id).desc()).limit(limit)
    if clusters is not None:
        statement = statement.where(col(Outbox.cluster_id).in_(sorted(clusters)))
    return tuple(Entry(**row) for row in session.execute(statement).mappings())


def ended(session: Session, *, since: datetime, until: datetime) -> tuple[Entry, ...]:
    """List what was sent or cancelled from an instant on and before another, in that order."""
    columns = [getattr(Outbox, name) for name in Entry.__dataclass_fields__]
    finished = (
        text(FINISHED),
        col(Outbox.updated_at) >= since,
        col(Outbox.updated_at) < until,
    )
    statement = select(*columns).where(*finished).order_by(col(Outbox.updated_at), col(Outbox.id))
    return tuple(Entry(**row) for row in session.execute(statement).mappings())


def unended(session: Session) -> tuple[Entry, ...]:
    """List what is neither sent nor cancelled, the oldest first."""
    columns = [getattr(Outbox, name) for name in Entry.__dataclass_fields__]
    statement = select(*columns).where(text("status NOT IN ('sent', 'cancelled')")).order_by(col(Outbox.id))
    return tuple(Entry(**row) for row in session.execute(statement).mappings())


def _count(session: Session, condition: str, clusters: Collection[int]) -> int:
    statement = select(func.count()).select_from(Outbox).where(text(condition))
    return int(session.execute(statement.where(col(Outbox.cluster_id).in_(sorted(clusters)))).scalar_one())


def entry(session: Session, row_id: int) -> Entry | None:
    """Give one row, whatever its status."""
    columns = [getattr(Outbox, name) for name in Entry.__dataclass_fields__]
    row = session.execute(select(*columns).where(col(Outbox.id) == row_id)).mappings().first()
    return None if row is None else Entry(**row)


def error_of(session: Session, key: str) -> str:
    """Give what was written down last with the row of a key; empty if there is nothing, or no such row any more."""
    return session.execute(select(col(Outbox.last_error)).where(col(Outbox.key) == key)).scalar() or ""


def revive(session: Session, row_id: int, *, due_at: datetime, now: datetime) -> bool:
    """Make a dead row due again, after its cause was mended. `False`: it is not dead.

    What may have arrived is looked up first; its payload says that somebody ordered it (`ORDERED`). It is tried for as
    long as anything new.
    """
    row = session.get(Outbox, row_id)
    if row is None:
        return False
    values: dict[str, Any] = {"status": OutboxStatus.PENDING, "due_at": due_at, "expires_at": None, "tried_at": None}
    if row.send_started is not None:
        values |= {"status": OutboxStatus.UNCERTAIN, "payload": {**row.payload, ORDERED: True}}
    return _was_dead(session, row_id, values, now)


def revive_all(session: Session, clusters: Collection[int], *, now: datetime) -> int:
    """Make all dead rows of these clusters due again; returns how many."""
    theirs = (text(_DEAD), col(Outbox.cluster_id).in_(sorted(clusters)))
    doubtful = select(col(Outbox.id)).where(*theirs, col(Outbox.send_started).is_not(None))
    revived = sum(revive(session, row_id or 0, due_at=now, now=now) for row_id in session.scalars(doubtful).all())
    values = {"status": OutboxStatus.PENDING, "due_at": now, "expires_at": None, "tried_at": None, "updated_at": now}
    return revived + changed(session, update(Outbox).where(*theirs).values(**values, version=Outbox.version + 1))


def drop_all(session: Session, clusters: Collection[int], *, now: datetime) -> int:
    """Cancel all dead rows of these clusters; returns how many."""
    theirs = (text(_DEAD), col(Outbox.cluster_id).in_(sorted(clusters)))
    values = {"status": OutboxStatus.CANCELLED, "send_started": None, "updated_at": now}
    return changed(session, update(Outbox).where(*theirs).values(**values, version=Outbox.version + 1))


def drop(session: Session, row_id: int, *, now: datetime) -> bool:
    """Cancel a dead row: nobody wants it any more. `False`: it is not dead."""
    return _was_dead(session, row_id, {"status": OutboxStatus.CANCELLED, "send_started": None}, now)


def end_workspace(session: Session, destination: str, *, now: datetime, reason: str) -> int:
    """End all that waits for the workspace that an address belongs to; returns how many rows that were.

    The first two words of an address are its surface and its workspace. What may have arrived stays unconfirmed.
    """
    workspace = ":".join(destination.split(":")[:2])
    place = col(Outbox.destination)
    inside = or_(place == workspace, func.substr(place, 1, len(workspace) + 1) == f"{workspace}:")
    ended = {"status": OutboxStatus.DEAD, "last_error": reason, "updated_at": now, "version": Outbox.version + 1}
    return changed(session, update(Outbox).where(text(WAITING), inside).values(**ended))


def _was_dead(session: Session, row_id: int, values: dict[str, Any], now: datetime) -> bool:
    changes = {**values, "updated_at": now, "version": Outbox.version + 1}
    statement = (
        update(Outbox).where(col(Outbox.id) == row_id, col(Outbox.status) == OutboxStatus.DEAD).values(**changes)
    )
    result: Any = session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount == 1


def purge(session: Session, *, before: datetime, limit: int = 1000) -> int:
    """Delete at most `limit` rows that were sent or cancelled before an instant; returns how many.

    Their keys are forgotten with them: choose an instant before which no tick would enqueue the same fact again.
    """
    finished = select(col(Outbox.id)).where(text(FINISHED), col(Outbox.updated_at) < before)
    old = finished.order_by(col(Outbox.updated_at)).limit(limit)
    statement = delete(Outbox).where(col(Outbox.id).in_(old)).execution_options(synchronize_session=False)
    result: Any = session.execute(statement)
    return int(result.rowcount)
