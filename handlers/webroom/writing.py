"""Writing into the built-in web workspace: every message and every edit leaves a change for those who watch."""

from __future__ import annotations

from datetime import datetime

from handlers.webroom.places import ChannelKind, direct_name
from handlers.webroom.views import card_of
from messages.card import Card
from messages.codec import card_to_json
from store.engine import Session, StoreContended
from store.queries import web
from store.queries.rows import add, change, key_of
from store.tables.rooms import WebChange, WebChannel, WebMessage


def write_message(session: Session, row: WebMessage, *, now: datetime) -> tuple[int, bool]:
    """Write a message and its change, once per key; return its id and whether it is new."""
    known = web.message_by_key(session, row.key)
    if known is not None and known.id is not None:
        return known.id, False
    written = add(session, row)
    note_change(session, row.channel_id, key_of(written), now=now)
    return key_of(written), True


def rewrite(session: Session, row: WebMessage, card: Card, *, now: datetime) -> None:
    """Put another card into a message, and tell of it; the same card again changes nothing."""
    fresh = card_to_json(card)
    if row.card is not None and card_of(row) == card:
        return
    if change(session, row, now=now, card=fresh, edited_at=now):
        note_change(session, row.channel_id, key_of(row), now=now)
        return
    raise StoreContended("The message was changed by somebody else.")


def put_text(session: Session, row: WebMessage, text: str, *, now: datetime) -> None:
    """Put another text into a person's message, and tell of it; without any it is a message that was taken away."""
    if not change(session, row, now=now, text=text, edited_at=now):
        raise StoreContended("The message was changed by somebody else.")
    note_change(session, row.channel_id, key_of(row), now=now)


def note_change(session: Session, channel_id: int, message_id: int, *, now: datetime) -> None:
    """Write down that something changed, for those who watch."""
    session.add(WebChange(channel_id=channel_id, message_id=message_id, at=now))


def direct_channel(session: Session, workspace: str, user: str, *, now: datetime) -> int:
    """Return the channel in which Matchpoint and one person talk, made where it is missing."""
    found = web.channel_by_name(session, workspace, direct_name(user))
    if found is None:
        found = add(
            session,
            WebChannel(
                workspace=workspace,
                name=direct_name(user),
                kind=ChannelKind.DIRECT,
                members=(user,),
                created_at=now,
                updated_at=now,
            ),
        )
    return key_of(found)
