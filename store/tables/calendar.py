"""Meetings that were agreed on, and the private links of calendar feeds."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from domain.introductions import Party
from domain.meetings import MEETING_LENGTH, MeetingState
from store.tables.base import Row, encrypted_column, enum_column, json_column


class Meeting(Row, table=True):
    """The `number`-th meeting of an introduction; the one with the highest number is the one that is talked about.

    `starts_at` and what follows it is what was agreed, None before. `offer` is what waits for the other side's answer:
    `offered_by` and `offered_person_id` proposed it. `told` is the version that the newest message in the conversation
    shows, `token` opens its invitation file and nothing else.
    """

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("introduction_id", "number"), UniqueConstraint("token"))

    introduction_id: int = Field(foreign_key="introduction.id")
    number: int
    state: MeetingState = Field(sa_column=enum_column(MeetingState))
    starts_at: datetime | None = None
    zone: str = "UTC"
    minutes: int = MEETING_LENGTH
    place: str = ""
    note: str = ""
    host_person_id: int | None = Field(default=None, foreign_key="person.id")
    offer: dict[str, str | int] | None = Field(default=None, sa_column=json_column(nullable=True))
    offered_by: Party = Field(sa_column=enum_column(Party))
    offered_person_id: int = Field(foreign_key="person.id")
    told: int = 0
    token: str = Field(repr=False)


class CalendarFeed(Row, table=True):
    """A person's private calendar feed; without a `token` it is switched off.

    The link is found by the hash of its token, so that no query carries the token itself; the token is kept, encrypted,
    to be shown to its owner again. `digest` is of what the feed said when last read, `changed_at` since when it does.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("person_id"), UniqueConstraint("token_hash"))

    person_id: int = Field(foreign_key="person.id")
    token: str | None = Field(default=None, sa_column=encrypted_column(nullable=True), repr=False)
    token_hash: str | None = Field(default=None, repr=False)
    digest: str = ""
    changed_at: datetime
