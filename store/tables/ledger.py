"""What must be provable later: the audit trail, and what a language model was asked and what that cost."""

from datetime import date

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from store.tables.base import Row, json_column


class AuditEvent(Row, table=True):
    """Who did what to which thing; hashes instead of contents. Append-only.

    `place`, `previous` and `digest` are filled once, when the row is sealed into the chain.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject"),
        UniqueConstraint("place"),
        Index("ix_audit_event_open", "id", sqlite_where=text("place IS NULL"), postgresql_where=text("place IS NULL")),
    )

    actor_id: int | None = None
    action: str
    subject: str
    cluster_id: int | None = None
    before_hash: str = ""
    after_hash: str = ""
    place: int | None = None
    previous: str = ""
    digest: str = ""


class ModelSpend(Row, table=True):
    """Tokens reserved for a language model by a cluster on a day."""

    __tablename__ = "model_spend"
    __table_args__ = (UniqueConstraint("cluster_id", "spent_on"),)

    cluster_id: int = Field(foreign_key="cluster.id")
    spent_on: date
    tokens: int = 0


class ModelUse(Row, table=True):
    """How often a language model was asked for a purpose on a day, by what came of it: "ok" or a trouble."""

    __tablename__ = "model_use"
    __table_args__ = (UniqueConstraint("used_on", "purpose", "outcome"),)

    used_on: date
    purpose: str
    outcome: str
    calls: int = 0
    tokens: int = 0


class ModelCache(Row, table=True):
    """An answer of a language model, kept under the hash of all that went into it."""

    __tablename__ = "model_cache"
    __table_args__ = (UniqueConstraint("key"),)

    key: str
    value: dict[str, object] = Field(default_factory=dict, sa_column=json_column())
