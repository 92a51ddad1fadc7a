"""The built-in web workspace as one person uses it: rooms, messages, and what the person writes.

It stands where a platform stands for the other surfaces: it keeps messages and says who may read them, and knows
nothing of challenges or introductions. Everything here checks first that the person may be where it is asked for.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from domain.errors import Invalid, NotAllowed, NotFound
from domain.organisations import Role
from domain.text import clean_text
from handlers import people
from handlers.again import again
from handlers.directory.importing import import_file
from handlers.guests.passes import Passes
from handlers.requests import Speaker
from handlers.webroom.places import SURFACE, ChannelKind, channel_address, is_guest, person_address
from handlers.webroom.post import ensure_channel, ensure_workspace
from handlers.webroom.tail import Webtail
from handlers.webroom.views import (
    ChannelPage,
    Frame,
    MessageView,
    Shelf,
    ThreadView,
    build_frame,
    enter,
    find_message,
    is_own,
    known,
    see,
    view_channel,
    view_messages,
)
from handlers.webroom.writing import direct_channel, put_text, rewrite, write_message
from handlers.work import Kit
from messages import compose
from messages.card import Card
from messages.codec import card_to_json
from store.engine import Database, Session
from store.queries import web
from store.queries.rows import get
from store.tables.rooms import WebMessage

__all__ = ["MESSAGE_MAX", "PAGE", "Option", "Persona", "Webroom", "ensure_channel", "ensure_workspace"]

MESSAGE_MAX: Final = 12_000
COMMAND_SHOWN: Final = 300
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Option:
    """A channel or a person to choose in a form, by address."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody one can be in a demonstration; `role` is None for those without a membership."""

    workspace: str
    workspace_name: str
    user: str
    name: str
    role: Role | None
    organisation: str
    country: str


class Webroom:
    """Serve the pages of the web workspace. Safe to share between threads; all methods are synchronous.

    `tail` follows the changes, `passes` opens the links of guests.
    """

    def __init__(self, database: Database, kit: Kit) -> None:
        self._database = database
        self._kit = kit
        self.tail = Webtail(database)
        self.passes = Passes(database)
        self._shelf = Shelf()

    def frame(self, workspace: str, user: str) -> Frame | None:
        """Return what surrounds a page, or None for an account that is not (or no longer) known."""
        with self._database.read() as session:
            viewer = see(session, workspace, user)
            return None if viewer is None else build_frame(session, viewer)

    def channel(
        self,
        workspace: str,
        user: str,
        channel_id: int,
        *,
        before: int | None = None,
        thread: int | None = None,
        thread_before: int | None = None,
    ) -> ChannelPage:
        """Return one page of a channel, with a thread beside it if one is named.

        :raises NotFound: there is no such channel or message for this person.
        """
        with self._database.read() as session:
            viewer = known(session, workspace, user)
            channel = enter(session, viewer, channel_id)
            frame = build_frame(session, viewer)
            found = web.messages_of(session, channel_id, user, before=before, limit=PAGE + 1)
            page = view_messages(session, viewer, found[-PAGE:], self._shelf)
            beside = None
            if thread is not None:
                root = find_message(session, viewer, thread, channel_id)
                if root.thread_id is not None:
                    raise NotFound("web.message.unknown")
                said = web.messages_of(
                    session, channel_id, user, thread_id=thread, before=thread_before, limit=PAGE + 1
                )
                views = view_messages(session, viewer, [root, *said[-PAGE:]], self._shelf)
                beside = ThreadView(views[0], views[1:], earlier=len(said) > PAGE)
            return ChannelPage(
                frame, view_channel(channel), page, len(found) > PAGE, later=before is not None, thread=beside
            )

    def message(self, workspace: str, user: str, message_id: int, *, channel_id: int | None = None) -> MessageView:
        """Return one message. :raises NotFound: there is none such for this person."""
        with self._database.read() as session:
            viewer = known(session, workspace, user)
            return view_messages(session, viewer, [find_message(session, viewer, message_id, channel_id)], self._shelf)[
                0
            ]

    def check(self, workspace: str, user: str, *, channel: int | None, thread: int | None, message: int | None) -> None:
        """Make sure that a person may act in a place. :raises NotFound: he or she cannot see it."""
        with self._database.read() as session:
            viewer = known(session, workspace, user)
            if channel is not None:
                enter(session, viewer, channel)
            for one in (thread, message):
                if one is not None:
                    find_message(session, viewer, one, channel)

    def say(
        self, workspace: str, user: str, channel_id: int, text: str, *, thread: int | None, key: str, now: datetime
    ) -> tuple[int, bool, ChannelKind]:
        """Record what a person writes; return the message's id, whether it is new, and the kind of its channel.

        The same key is recorded once. :raises NotFound: no such place for this person. :raises Invalid: "text.empty",
        "text.too_long".
        """
        words = clean_text(text, limit=MESSAGE_MAX)
        if not words:
            raise Invalid("web.text.empty")

        def record(session: Session) -> tuple[int, bool, ChannelKind]:
            viewer = known(session, workspace, user)
            channel = enter(session, viewer, channel_id)
            if thread is not None and find_message(session, viewer, thread, channel_id).thread_id is not None:
                raise NotFound("web.message.unknown")
            row = WebMessage(
                channel_id=channel_id,
                thread_id=thread,
                key=f"say:{workspace}:{user}:{key}",
                author=user,
                text=words,
                created_at=now,
                updated_at=now,
            )
            message_id, fresh = write_message(session, row, now=now)
            return message_id, fresh, ChannelKind(channel.kind)

        return again(self._database.write, record)

    def reword(
        self, workspace: str, user: str, message_id: int, text: str | None, *, now: datetime
    ) -> tuple[int, int | None, datetime]:
        """Put another text into one's own message, or take it away with None; harmless to repeat.

        Returns its channel, its thread, and when it was written.
        :raises NotFound: it is not one's own, or is gone. :raises Invalid: "text.empty", "text.too_long".
        """
        words = "" if text is None else clean_text(text, limit=MESSAGE_MAX)
        if text is not None and not words:
            raise Invalid("web.text.empty")

        def record(session: Session) -> tuple[int, int | None, datetime]:
            viewer = known(session, workspace, user)
            row = find_message(session, viewer, message_id, None)
            if row.author != viewer.user or not (is_own(viewer, row) or text is None):
                raise NotFound("web.message.unknown")
            if row.text != words:
                put_text(session, row, words, now=now)
            return row.channel_id, row.thread_id, row.created_at

        return again(self._database.write, record)

    def whisper(
        self,
        workspace: str,
        user: str,
        card: Card,
        *,
        channel: int | None,
        thread: int | None,
        answers: str = "",
        replaces: int | None = None,
        now: datetime,
    ) -> tuple[int, int]:
        """Keep a private reply; return the ids of its channel and message.

        Without a channel it goes into the person's direct channel. `answers` is the command that was typed. `replaces`
        names the private message that was clicked: if it is one, the card takes its place.
        """

        def record(session: Session) -> tuple[int, int]:
            viewer = known(session, workspace, user)
            old = None if replaces is None else get(session, WebMessage, replaces)
            if old is not None and old.id is not None and old.private_to == user:
                rewrite(session, old, card, now=now)
                return old.channel_id, old.id
            place = channel if channel is not None else direct_channel(session, workspace, user, now=now)
            enter(session, viewer, place)
            row = WebMessage(
                channel_id=place,
                thread_id=thread if channel is not None else None,
                key=f"whisper:{secrets.token_hex(12)}",
                private_to=user,
                text=answers[:COMMAND_SHOWN],
                card=card_to_json(card),
                created_at=now,
                updated_at=now,
            )
            return place, write_message(session, row, now=now)[0]

        return again(self._database.write, record)

    def options(self, workspace: str, user: str) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
        """Return the shared channels and the people of a workspace, for forms that ask for them."""
        with self._database.read() as session:
            viewer = known(session, workspace, user)
            if viewer.guest:
                return (), ()
            frame = build_frame(session, viewer)
            shared = (c for c in frame.channels if c.kind in (ChannelKind.CHANNEL, ChannelKind.MANAGERS))
            names = {one.user: one.name for one in web.residents(session, workspace=workspace, limit=1000)}
        channels = tuple(Option(channel_address(workspace, c.id), c.title) for c in shared)
        return channels, tuple(Option(person_address(workspace, u), name) for u, name in names.items())

    def import_file(
        self,
        workspace: str,
        user: str,
        path: Path,
        *,
        file_name: str,
        partial: bool,
        now: datetime,
        progress: Callable[[int, int | None], None],
    ) -> Card:
        """Import a directory file for the cluster of a manager's workspace and return the report; may take minutes.

        :raises Refusal: the person manages no such cluster, or the file is none of the kinds.
        """
        with self._database.read() as session:
            actor, room = people.recognise(session, Speaker(SURFACE, workspace, user))
        if actor is None or room is None or not actor.manages(room.cluster_id):
            raise NotAllowed("directory.managers_only")
        report = import_file(
            self._database,
            self._kit,
            path,
            actor=actor,
            cluster_id=room.cluster_id,
            now=now,
            partial=partial,
            progress=progress,
            file_name=file_name,
        )
        return compose(report, actor.words())

    def personas(self) -> tuple[Persona, ...]:
        """Return the people of all web workspaces, each once with his or her first role; empty outside a demo."""
        if not self._kit.demo:
            return ()
        with self._database.read() as session:
            rows = [row for row in web.residents(session) if not is_guest(row.user)]
            names = {native: row.name or native for native, row in web.workspaces(session).items()}
        first = {(row.workspace, row.user): row for row in reversed(rows)}
        return tuple(
            Persona(r.workspace, names.get(r.workspace, r.workspace), r.user, r.name, r.role, r.organisation, r.country)
            for r in rows
            if first[r.workspace, r.user] is r
        )
