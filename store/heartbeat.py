"""The pulse of the clock and of the workers, for `/readyz` and for the metrics."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import DateTime, func, select
from sqlmodel import Session

from store.inserting import dialect_of, put
from store.tables.queue import Heartbeat


@dataclass(frozen=True)
class Beat:
    """The last turn of a tick."""

    name: str
    worker: str
    at: datetime


def beat(session: Session, name: str, *, worker: str, now: datetime) -> None:
    """Record a turn of the tick called `name`."""
    put(session, Heartbeat, {"name": name, "worker": worker, "at": now})


def last_beat(session: Session, name: str) -> Beat | None:
    """Give the last turn of the tick called `name`, if it ever turned."""
    row = session.get(Heartbeat, name)
    return None if row is None else Beat(name=row.name, worker=row.worker, at=row.at)


def clock_skew(session: Session, now: datetime) -> timedelta:
    """Tell how far the caller's clock is ahead of the database's. A file has no clock of its own: always zero there.

    Leases go by the database's clock and due instants by the caller's, so a skew of seconds is worth an alarm.
    """
    if dialect_of(session) != "postgresql":
        return timedelta(0)
    theirs: datetime = session.execute(select(func.clock_timestamp(type_=DateTime(timezone=True)))).scalar_one()
    return now - theirs
