"""Guests: people of no workspace, who come in by a personal link and see only what they were invited to."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from store.tables.base import Row, json_column


class GuestPass(Row, table=True):
    """Lets one person into a web workspace for some challenges; `account` is his or her account there.

    The link is known by the hash of its token, and the one browser in which it was opened by the hash of its session. A
    pass ends when it expires or is revoked, and its session with it. `let_in`: the person is a member by it alone, and
    ceases to be one when it ends.
    """

    __tablename__ = "guest_pass"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "cluster_id"),
        UniqueConstraint("workspace", "account"),
        UniqueConstraint("token_hash"),
    )

    person_id: int = Field(foreign_key="person.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    workspace: str
    account: str
    challenges: tuple[int, ...] = Field(default=(), sa_column=json_column())
    token_hash: str
    session_hash: str = ""
    expires_at: datetime
    opened_at: datetime | None = None
    revoked_at: datetime | None = None
    invited_by: int = Field(foreign_key="person.id")
    let_in: bool = False
