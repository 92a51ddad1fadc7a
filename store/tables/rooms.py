"""Where things were said: posts on every surface, and the messages of the built-in web workspace."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.tables.base import Row, json_column


class Post(Row, table=True):
    """One appearance of a card in one channel, conversation or private place; `message` is its ref once it is known.

    `kind` is the sort of card (challenge, screening, review, offer, membership, consent …), `subject` the human id that
    it is about, `destination` the address it goes to, `wanted` the number of the newest state that it should show.
    `posted_at` is when it arrived.
    """

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "destination"),
        Index("ix_post_message", "message"),
        Index("ix_post_subject", "subject"),
    )

    kind: str
    subject: str
    destination: str
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    message: str = ""
    thread: str = ""
    wanted: int = 1
    told_public: bool = False
    posted_at: datetime | None = None


class WebChannel(Row, table=True):
    """A channel of the built-in web workspace; `members` empty means everybody in the workspace."""

    __tablename__ = "web_channel"
    __table_args__ = (UniqueConstraint("workspace", "name"),)

    workspace: str
    name: str
    kind: str = "channel"
    title: str = ""
    members: tuple[str, ...] = Field(default=(), sa_column=json_column())


class WebMessage(Row, table=True):
    """A message of the web workspace: a card of ours, or a person's text; `private_to` hides it from others."""

    __tablename__ = "web_message"
    __table_args__ = (UniqueConstraint("key"), Index("ix_web_message_channel_id_id", "channel_id", "id"))

    channel_id: int = Field(foreign_key="web_channel.id")
    thread_id: int | None = Field(default=None, foreign_key="web_message.id", index=True)
    key: str
    author: str = ""
    private_to: str = ""
    text: str = ""
    card: dict[str, object] | None = Field(default=None, sa_column=json_column(nullable=True))
    edited_at: datetime | None = None


class WebChange(SQLModel, table=True):
    """One change to tail, a message written or edited; a reader asks for the ids after its last."""

    __tablename__ = "web_change"

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int
    message_id: int
    at: datetime
