"""How long a worker may hold a row of the outbox, and the clock that this goes by."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Interval, Update, bindparam, func
from sqlmodel import Session, UTCDateTime

from store.inserting import dialect_of

#: How long a worker may hold a row before another one may take it. More than twice the time-out of a delivery.
LEASE = timedelta(seconds=60)
#: How long to wait before looking up what became of a delivery. More than the longest time a platform takes to accept.
QUIET = timedelta(seconds=60)


def server_clock(ahead: BindParameter[timedelta]) -> ColumnElement[datetime]:
    """Give PostgreSQL's instant, and so much ahead of it."""
    return func.statement_timestamp(type_=UTCDateTime()) + ahead


def lease_clock(session: Session, now: datetime, *, ahead: timedelta = timedelta(0)) -> ColumnElement[datetime]:
    """Give the instant that leases go by, or one `ahead` of it: the server's on PostgreSQL, else the caller's."""
    if dialect_of(session) == "postgresql":
        return server_clock(bindparam(None, ahead, type_=Interval()))
    return bindparam(None, now + ahead, type_=UTCDateTime())


def changed(session: Session, statement: Update) -> int:
    """Run an update and return how many rows it changed."""
    result: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)
