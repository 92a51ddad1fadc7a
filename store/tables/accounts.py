"""What lets us into workspaces, and the codes with which a person links accounts."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from store.tables.base import Row, encrypted_column


class Installation(Row, table=True):
    """What a platform granted for a workspace, or for an organisation of workspaces; tokens are encrypted.

    A row without a token of its own is served by that of its `enterprise`. `expires_at` is the token's, and
    `renewing_until` how long the process that renews it has the right to. `installed_by` is an account there. Kept
    apart from `Workspace`, so that nothing else ever decrypts a token.
    """

    __tablename__ = "installation"
    __table_args__ = (UniqueConstraint("surface", "native_id"),)

    surface: str
    native_id: str
    enterprise: str = ""
    bot_token: str | None = Field(default=None, sa_column=encrypted_column(nullable=True), repr=False)
    refresh_token: str | None = Field(default=None, sa_column=encrypted_column(nullable=True), repr=False)
    expires_at: datetime | None = None
    renewing_until: datetime | None = None
    bot_user: str = ""
    bot: str = ""
    scopes: str = ""
    installed_by: str = ""
    installed_at: datetime
    removed_at: datetime | None = None


class LinkCode(Row, table=True):
    """The code with which a person may link another account, and how often that person has typed a wrong one.

    Only a keyed hash of the code is kept; it is None once it was used. `tries` counts since `tries_since`.
    """

    __tablename__ = "link_code"
    __table_args__ = (UniqueConstraint("person_id"), UniqueConstraint("code_hash"))

    person_id: int = Field(foreign_key="person.id")
    code_hash: str | None = Field(default=None, repr=False)
    expires_at: datetime | None = None
    tries: int = 0
    tries_since: datetime | None = None
