"""What Matchpoint itself puts into the built-in web workspace: cards, conversations, channels, whole workspaces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from domain.rooms import WorkspaceState
from domain.text import fold, shorten
from handlers.again import again
from handlers.ports import Gone, Rejected, Unsure
from handlers.webroom.places import SURFACE, ChannelKind, PlaceKind, WebPlace, channel_address, is_native
from handlers.webroom.writing import direct_channel, note_change, rewrite, write_message
from messages.card import Card
from messages.codec import card_to_json
from store.engine import Database, Session, StoreUnavailable
from store.queries import people, web
from store.queries.rows import add, get, key_of
from store.tables.people import Workspace
from store.tables.rooms import WebChannel, WebMessage

TITLE_MAX: Final = 80
T = TypeVar("T")


class Webpost:
    """Deliver into the web workspace. Safe to share between threads; all methods are synchronous.

    Every method may raise `handlers.ports.Rejected` (nobody and nothing there) or `Unsure` (the store is away).
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def post(self, to: WebPlace, card: Card, *, key: str, thread: WebPlace | None, now: datetime) -> int:
        """Write a card into a channel, thread or direct channel, once per key; return the message's id."""

        def write(session: Session) -> int:
            channel_id = _destination(session, to, now=now)
            root = None if thread is None else _message(session, thread)
            if root is not None and root.channel_id != channel_id:
                raise Rejected("thread_not_found")
            row = WebMessage(
                channel_id=channel_id,
                thread_id=None if root is None else root.thread_id or root.id,
                key=_key(key),
                card=card_to_json(card),
                created_at=now,
                updated_at=now,
            )
            return write_message(session, row, now=now)[0]

        return self._write(write)

    def update(self, ref: WebPlace, card: Card, *, now: datetime) -> None:
        """Put another card into a message."""
        self._write(lambda session: rewrite(session, _message(session, ref), card, now=now))

    def find(self, key: str) -> tuple[str, int] | None:
        """Return workspace and id of the message that was written under a key; the look-up is complete."""
        with self._database.read() as session:
            row = web.message_by_key(session, _key(key))
            channel = None if row is None else get(session, WebChannel, row.channel_id)
            return None if row is None or row.id is None or channel is None else (channel.workspace, row.id)

    def open_conversation(self, members: Sequence[WebPlace], *, title: str, key: str, now: datetime) -> tuple[str, int]:
        """Open one conversation with these people of one workspace, once per key; return workspace and channel."""
        workspaces = {one.workspace for one in members}
        if len(workspaces) != 1 or any(one.kind is not PlaceKind.PERSON for one in members):
            raise Rejected("people_of_one_workspace_needed")
        workspace = workspaces.pop()
        users = tuple(dict.fromkeys(one.user for one in members))

        def write(session: Session) -> tuple[str, int]:
            for user in users:
                _known(session, workspace, user)
            return workspace, _channel(
                session,
                workspace,
                f"conversation:{key}",
                kind=ChannelKind.CONVERSATION,
                title=title,
                members=users,
                now=now,
            )

        return self._write(write)

    def create_channel(self, workspace: str, *, name: str, private: bool, now: datetime) -> int:
        """Create a channel, or take the one of this name; a private one is for the cluster's managers."""
        kind = ChannelKind.MANAGERS if private else ChannelKind.CHANNEL

        def write(session: Session) -> int:
            if people.workspace_of(session, surface=SURFACE, native_id=workspace) is None:
                raise Gone("workspace_not_found")
            plain = channel_name(name)
            if not plain:
                raise Rejected("invalid_name")
            return _channel(session, workspace, plain, kind=kind, title=plain, members=(), now=now)

        return self._write(write)

    def home_changed(self, to: WebPlace, *, now: datetime) -> None:
        """Tell a person's open pages that Home is another one now."""

        def write(session: Session) -> None:
            note_change(session, _destination(session, to, now=now), 0, now=now)

        self._write(write)

    def _write(self, step: Callable[[Session], T]) -> T:
        try:
            return again(self._database.write, step)
        except StoreUnavailable as error:
            raise Unsure from error


def ensure_workspace(database: Database, native_id: str, *, name: str, now: datetime) -> None:
    """Make a built-in web workspace of this id and name, bound to no cluster yet; one that exists is left alone.

    :raises ValueError: the id is more than letters, digits and `_ . -`.
    """
    if not is_native(native_id):
        raise ValueError(f"{native_id!r} cannot be the id of a workspace")

    def write(session: Session) -> None:
        if people.workspace_of(session, surface=SURFACE, native_id=native_id) is None:
            add(
                session,
                Workspace(
                    surface=SURFACE,
                    native_id=native_id,
                    name=name,
                    state=WorkspaceState.NEW,
                    created_at=now,
                    updated_at=now,
                ),
            )

    again(database.write, write)


def ensure_channel(database: Database, workspace: str, name: str, *, private: bool = False, now: datetime) -> str:
    """Make a channel, or take the one of this name, and return its address; a private one is for the managers."""
    return channel_address(workspace, Webpost(database).create_channel(workspace, name=name, private=private, now=now))


def channel_name(wanted: str) -> str:
    """Return a name as channels have it: small letters, digits and dashes, at most 80 characters."""
    plain = "".join(ch if ch.isalnum() else "-" for ch in fold(wanted.lstrip("#")))
    return "-".join(part for part in plain.split("-") if part)[:TITLE_MAX]


def _key(key: str) -> str:
    return f"post:{key}"


def _known(session: Session, workspace: str, user: str) -> None:
    if people.identity_of(session, surface=SURFACE, workspace=workspace, user=user) is None:
        raise Rejected("person_not_found")


def _destination(session: Session, to: WebPlace, *, now: datetime) -> int:
    if to.kind is PlaceKind.PERSON:
        _known(session, to.workspace, to.user)
        return direct_channel(session, to.workspace, to.user, now=now)
    channel = get(session, WebChannel, to.number) if to.kind is PlaceKind.CHANNEL else None
    if channel is None or channel.id is None or channel.workspace != to.workspace:
        raise Rejected("channel_not_found")
    return channel.id


def _message(session: Session, ref: WebPlace) -> WebMessage:
    row = get(session, WebMessage, ref.number) if ref.kind is PlaceKind.MESSAGE else None
    channel = None if row is None else get(session, WebChannel, row.channel_id)
    if row is None or channel is None or channel.workspace != ref.workspace:
        raise Rejected("message_not_found")
    return row


def _channel(
    session: Session,
    workspace: str,
    name: str,
    *,
    kind: ChannelKind,
    title: str,
    members: tuple[str, ...],
    now: datetime,
) -> int:
    found = web.channel_by_name(session, workspace, name)
    if found is None:
        row = WebChannel(
            workspace=workspace,
            name=name,
            kind=kind,
            title=shorten(title, TITLE_MAX),
            members=members,
            created_at=now,
            updated_at=now,
        )
        found = add(session, row)
        note_change(session, key_of(found), 0, now=now)
    return key_of(found)
