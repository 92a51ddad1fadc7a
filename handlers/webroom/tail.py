"""Following the changes of the built-in web workspace, and who may know of which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.webroom.places import Viewer, may_enter
from store.engine import Database, Session
from store.queries import web
from store.tables.rooms import WebChannel


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a person may know of; `message_id` is 0 where the person's own page changed."""

    id: int
    channel_id: int
    message_id: int
    thread_id: int | None
    author: str


@dataclass(frozen=True, slots=True)
class Places:
    """The channels of some changes."""

    channels: dict[int, WebChannel]

    @classmethod
    def of(cls, session: Session, rows: Sequence[web.ChangeRow]) -> Places:
        """Read the channels of these changes."""
        return cls(web.channels_by_id(session, {row.channel_id for row in rows}) if rows else {})

    def visible(self, viewer: Viewer, rows: Sequence[web.ChangeRow]) -> list[Change]:
        """Return the changes that a person may know of."""
        seen: list[Change] = []
        for row in rows:
            channel = self.channels.get(row.channel_id)
            if channel is None or row.private_to not in ("", viewer.user):
                continue
            kind, members = channel.kind, tuple(channel.members)
            if may_enter(viewer, row.channel_id, workspace=channel.workspace, kind=kind, members=members):
                seen.append(Change(row.id, row.channel_id, row.message_id, row.thread_id, row.author))
        return seen


class Webtail:
    """Read the changes in the order of their numbers. Safe to share between threads; all methods are synchronous."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def changes(
        self, *, after: int, among: Sequence[int] = (), limit: int = 500
    ) -> tuple[Sequence[web.ChangeRow], Places]:
        """Return the changes after one (and late ones `among` earlier numbers) with the channels they are in."""
        with self._database.read() as session:
            rows = web.changes(session, after=after, among=among, limit=limit)
            return rows, Places.of(session, rows)

    def oldest(self) -> int:
        """Return the number of the oldest change that is still kept."""
        with self._database.read() as session:
            return web.oldest_change(session)

    def newest(self) -> int:
        """Return the number of the newest change."""
        with self._database.read() as session:
            return web.newest_change(session)
