"""What was received, so that an event that a platform sends twice has one effect."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlmodel import Session, col

from store.inserting import insert_new
from store.tables.queue import Inbox


def receive(session: Session, source: str, key: str, now: datetime) -> bool:
    """Note an event, and tell whether it is new.

    Call it in the transaction of the event's effect: both are kept, or neither is and the platform may send it again.
    """
    row = {"source": source, "event_key": key, "received_at": now}
    return bool(insert_new(session, Inbox, [row], returning="event_key"))


def purge(session: Session, *, before: datetime, limit: int = 1000) -> int:
    """Forget at most `limit` of the events received before an instant; returns how many were forgotten."""
    event = tuple_(col(Inbox.source), col(Inbox.event_key))
    old = select(col(Inbox.source), col(Inbox.event_key)).where(col(Inbox.received_at) < before)
    statement = delete(Inbox).where(event.in_(old.order_by(col(Inbox.received_at)).limit(limit)))
    result: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)
