"""The outbox (what must be sent or done), the inbox (what was received) and the heartbeat of the clock."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, String, text
from sqlmodel import Field, SQLModel

from store.tables.base import Row, enum_column, json_column


class OutboxStatus(StrEnum):
    """Where a row of the outbox stands.

    `leased`: a worker has it and nothing has left. `sending`: a delivery may be under way. `uncertain`: nobody knows
    whether the last delivery arrived, and a look-up is tried again later. The last three are final.
    """

    PENDING = "pending"
    LEASED = "leased"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"


UNFINISHED = "status IN ('pending', 'leased', 'sending', 'uncertain')"
WAITING = "status IN ('pending', 'uncertain')"
HELD = "status IN ('leased', 'sending')"
FINISHED = "status IN ('sent', 'cancelled')"
NUDGE_WAITING = "kind = 'nudge' AND status = 'pending'"
NUDGE_SENT = "kind = 'nudge' AND status = 'sent'"
#: What went into the message of a day; `sent_ref` names the message.
CARRIED = "sent_ref IS NOT NULL AND kind IN ('nudge', 'digest')"


def _partial(name: str, *columns: str, where: str) -> Index:
    """Index only the rows that a query looks for, so that it costs what is open and not what is stored."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Outbox(Row, table=True):
    """One message or job. Its key is a business fact, so that the same fact enqueued twice is one row.

    `send_started` is set while the fate of a delivery is unknown, whatever the status, and empty otherwise. `tried_at`
    is when it was first tried, or first since somebody revived it.
    `cluster_id` is no foreign key: what was sent is kept for as long as the registers need it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(f"({HELD}) = (lease_until IS NOT NULL)", name="lease_while_held"),
        CheckConstraint("status NOT IN ('sending', 'uncertain') OR send_started IS NOT NULL", name="sending_since"),
        _partial("ix_outbox_waiting", "due_at", "id", where=WAITING),
        _partial("ix_outbox_held", "lease_until", where=HELD),
        _partial("ix_outbox_stream", "stream", "seq", "id", where=f"stream IS NOT NULL AND {UNFINISHED}"),
        _partial("ix_outbox_subject", "subject", where=f"subject IS NOT NULL AND {UNFINISHED}"),
        _partial("ix_outbox_expiry", "expires_at", where="expires_at IS NOT NULL AND status IN ('pending', 'leased')"),
        _partial("ix_outbox_nudge_waiting", "cluster_id", "due_at", where=NUDGE_WAITING),
        _partial("ix_outbox_nudge_sent", "subject", where=NUDGE_SENT),
        _partial("ix_outbox_nudge_sent_at", "cluster_id", "updated_at", where=NUDGE_SENT),
        _partial("ix_outbox_carried", "sent_ref", where=CARRIED),
        _partial("ix_outbox_uncertain", "id", where="status = 'uncertain'"),
        _partial("ix_outbox_dead", "id", where="status = 'dead'"),
        _partial("ix_outbox_finished", "updated_at", where=FINISHED),
    )

    cluster_id: int | None = None
    kind: str
    key: str = Field(unique=True)
    destination: str
    stream: str | None = None
    seq: int = 0
    # Compared as bytes on every engine, so that a prefix is a range of the index.
    subject: str | None = Field(
        default=None, sa_column=Column(String().with_variant(String(collation="C"), "postgresql"), nullable=True)
    )
    payload: dict[str, Any] = Field(sa_column=json_column())
    due_at: datetime
    expires_at: datetime | None = None
    status: OutboxStatus = Field(default=OutboxStatus.PENDING, sa_column=enum_column(OutboxStatus))
    attempts: int = 0
    fence: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = None
    send_started: datetime | None = None
    tried_at: datetime | None = None
    sent_ref: str | None = None
    last_error: str | None = None


class Inbox(SQLModel, table=True):
    """One event that was received: a platform may send it again, and it must have its effect once."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_received_at", "received_at"),)

    source: str = Field(primary_key=True)
    event_key: str = Field(primary_key=True)
    received_at: datetime


class Heartbeat(SQLModel, table=True):
    """The last turn of one tick, and the worker that made it."""

    __tablename__ = "heartbeat"

    name: str = Field(primary_key=True)
    worker: str
    at: datetime
