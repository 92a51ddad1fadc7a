"""What one person sees of the built-in web workspace: who he or she is there, which channels, and which messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from domain.errors import NotFound
from handlers import people
from handlers.requests import Speaker
from handlers.webroom.places import SURFACE, ChannelKind, Viewer, direct_name, may_enter
from messages.card import Card
from messages.codec import Undecodable, card_from_json
from store.engine import Session
from store.queries import web
from store.queries.rows import get, key_of
from store.tables.rooms import WebChannel, WebMessage

SHELF_MAX: Final = 2_000
_log: Final = structlog.get_logger("matchpoint.webroom")


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel as it stands in the menu; `title` is empty for the direct channel."""

    id: int
    kind: ChannelKind
    title: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as one person sees it: a card of ours (`author` empty) or somebody's text.

    `private`: nobody else sees it; then `text` is the command that it answers. `lost`: its card cannot be read now.
    `own`: the reader wrote it, and may change it or take it away. `gone`: its author took it away.
    """

    id: int
    channel_id: int
    thread_id: int | None
    author: str
    author_name: str
    private: bool
    text: str
    card: Card | None
    at: datetime
    edited: bool
    replies: int = 0
    last_reply_at: datetime | None = None
    lost: bool = False
    own: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page: who looks, where, which channels there are, and up to which change it is complete."""

    viewer: Viewer
    workspace_name: str
    channels: tuple[ChannelView, ...]
    change: int


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A message and what was said below it."""

    root: MessageView
    replies: tuple[MessageView, ...]
    earlier: bool


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """One page of a channel; `earlier` and `later` say that there is more on that side."""

    frame: Frame
    channel: ChannelView
    messages: tuple[MessageView, ...]
    earlier: bool
    later: bool
    thread: ThreadView | None = None


def see(session: Session, workspace: str, user: str) -> Viewer | None:
    """Return who an account is, or None if it was never met."""
    actor, room = people.recognise(session, Speaker(SURFACE, workspace, user))
    if actor is None or room is None:
        return None
    manages = room.cluster_id is not None and actor.manages(room.cluster_id)
    return Viewer(workspace, user, actor.name, actor.locale, actor.zone, manages, room.managers_channel)


def known(session: Session, workspace: str, user: str) -> Viewer:
    """Return who an account is. :raises NotFound: it was never met."""
    viewer = see(session, workspace, user)
    if viewer is None:
        raise NotFound("web.person.unknown")
    return viewer


def enter(session: Session, viewer: Viewer, channel_id: int) -> WebChannel:
    """Return a channel that a person may be in. :raises NotFound: there is none such for him or her."""
    channel = get(session, WebChannel, channel_id)
    if channel is None or not _open_to(viewer, channel):
        raise NotFound("web.channel.unknown")
    return channel


def _open_to(viewer: Viewer, channel: WebChannel) -> bool:
    return may_enter(
        viewer, key_of(channel), workspace=channel.workspace, kind=channel.kind, members=tuple(channel.members)
    )


def find_message(session: Session, viewer: Viewer, message_id: int, channel_id: int | None) -> WebMessage:
    """Return a message that a person may see, of this channel if one is named. :raises NotFound: there is none such."""
    row = get(session, WebMessage, message_id)
    if row is None or row.private_to not in ("", viewer.user) or channel_id not in (None, row.channel_id):
        raise NotFound("web.message.unknown")
    enter(session, viewer, row.channel_id)
    return row


def is_own(viewer: Viewer, row: WebMessage) -> bool:
    """Tell whether a person wrote a message, which still stands."""
    return bool(row.author) and row.author == viewer.user and row.card is None and not _is_gone(row)


def _is_gone(row: WebMessage) -> bool:
    return bool(row.author) and row.card is None and not row.text


def view_channel(channel: WebChannel) -> ChannelView:
    """Return a channel as it stands in the menu."""
    kind = ChannelKind(channel.kind)
    title = "" if kind is ChannelKind.DIRECT else channel.title or channel.name
    return ChannelView(key_of(channel), kind, title)


def build_frame(session: Session, viewer: Viewer) -> Frame:
    """Read what surrounds a page."""
    settled = web.settled_change(session)
    name = web.workspace_name(session, viewer.workspace)
    found = web.channels_of(session, viewer.workspace, viewer.user, direct=direct_name(viewer.user))
    channels = tuple(view_channel(one) for one in found if _open_to(viewer, one))
    return Frame(viewer, name or viewer.workspace, channels, settled)


def card_of(row: WebMessage) -> Card | None:
    """Return the card of a message, or None where there is none or it cannot be read."""
    if row.card is None:
        return None
    try:
        return card_from_json(row.card)
    except Undecodable:
        _log.warning("card_unreadable", message=row.id)
        return None


class Shelf:
    """Keep the cards that were read last, so that a page that is looked at again is not decoded again.

    A message's version changes with its card. Safe to share between threads: what two of them do twice is the same.
    """

    def __init__(self) -> None:
        self._cards: dict[tuple[int, int], Card | None] = {}

    def card(self, row: WebMessage) -> Card | None:
        """Return the card of a message."""
        if row.card is None or row.id is None:
            return None
        key, shelf = (row.id, row.version), self._cards
        if key not in shelf:
            if len(shelf) >= SHELF_MAX:
                self._cards = shelf = {}
            shelf[key] = card_of(row)
        return shelf[key]


def view_messages(
    session: Session, viewer: Viewer, rows: Sequence[WebMessage], shelf: Shelf
) -> tuple[MessageView, ...]:
    """Return messages as one person sees them, with what was said below."""
    names = web.names_of(session, viewer.workspace, {row.author for row in rows if row.author})
    threads = web.replies_of(session, [row.id for row in rows if row.thread_id is None and row.id], viewer.user)
    views: list[MessageView] = []
    for row in rows:
        card, below = shelf.card(row), threads.get(key_of(row))
        views.append(
            MessageView(
                id=key_of(row),
                channel_id=row.channel_id,
                thread_id=row.thread_id,
                author=row.author,
                author_name=names.get(row.author, row.author),
                private=bool(row.private_to),
                text=row.text,
                card=card,
                at=row.created_at,
                edited=row.edited_at is not None,
                replies=below.count if below else 0,
                last_reply_at=below.last_at if below else None,
                lost=row.card is not None and card is None,
                own=is_own(viewer, row),
                gone=_is_gone(row),
            )
        )
    return tuple(views)
