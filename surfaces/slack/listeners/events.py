"""Events: what is written, edited and deleted in threads and conversations, the own page opened, accounts changed.

Where taking in a message fails, Slack is told so and delivers it again; the inbox makes sure that it counts once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from handlers.requests import Deleted, Edited, Files, Place, Said, Speaker
from surfaces.slack.address import address_of, is_id, is_ts, ref_of
from surfaces.slack.listeners.ears import Ears, Json, place_of
from surfaces.slack.payloads import ENDINGS, part, parts, workspace_of
from surfaces.slack.text import to_plain

_log: Final = structlog.get_logger("matchpoint.slack")

NAMES: Final = ("app_home_opened", "app_uninstalled", "message", "tokens_revoked", "user_change")
#: Messages of people; every other subtype is the platform's own, but for edits and deletions.
_SUBTYPES: Final = (None, "", "file_share", "thread_broadcast")
_CONVERSATIONS: Final = ("im", "mpim", "group")


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to messages, to the own page being opened, to accounts that change, and to the end of an installation."""

    async def on_home(body: Json) -> BoltResponse:
        if body["event"].get("tab", "home") == "home":
            ears.tasks.start(_open_home(ears, body), name="home")
        return BoltResponse(status=200)

    for name in ENDINGS:
        app.event(name)(_taking(ears, _end))
    app.event("user_change")(_taking(ears, _notice_change))
    app.event("message")(_taking(ears, _hear))
    app.event("app_home_opened")(on_home)


def _taking(ears: Ears, take: Callable[[Ears, Json], Awaitable[None]]) -> Callable[[Json], Awaitable[BoltResponse]]:
    """Return the listener that takes an event in, or has it delivered again."""

    async def listener(body: Json) -> BoltResponse:
        try:
            await take(ears, body)
        except Exception:
            _log.exception("an event was not taken in", event_id=body["event_id"])
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    return listener


async def _end(ears: Ears, body: Json) -> None:
    if ears.endings is not None:
        await ears.endings.take(body)


async def _hear(ears: Ears, body: Json) -> None:
    event: Json = body["event"]
    if event.get("subtype") == "message_changed":
        await _hear_change(ears, body)
    elif event.get("subtype") == "message_deleted":
        await _hear_deletion(ears, body, part(event, "previous_message"))
    else:
        spot = await _meet(ears, body, event)
        if spot is not None:
            text, files = to_plain(event.get("text") or ""), _files(event)
            said = Said(spot.speaker, spot.place, text, spot.ref, event=body["event_id"], files=files)
            await asyncio.to_thread(ears.desk.said, said, now=ears.clock.now())


async def _hear_change(ears: Ears, body: Json) -> None:
    """Take an edit by the message's own author; a preview that Slack adds to a message is none."""
    message = part(body["event"], "message")
    if message.get("subtype") == "tombstone":
        # A message with replies, taken away.
        await _hear_deletion(ears, body, part(body["event"], "previous_message"))
        return
    edited = part(message, "edited")
    at, written_at = _instant(edited.get("ts")), _instant(message.get("ts"))
    if at is None or written_at is None or edited.get("user") != message.get("user"):
        return
    spot = await _meet(ears, body, message)
    if spot is not None:
        text, files = to_plain(str(message.get("text") or "")), _files(message)
        request = Edited(spot.speaker, spot.place, text, spot.ref, body["event_id"], at, written_at, files)
        await asyncio.to_thread(ears.desk.edited, request, now=ears.clock.now())


async def _hear_deletion(ears: Ears, body: Json, message: Json) -> None:
    spot = await _meet(ears, body, message)
    if spot is not None:
        request = Deleted(spot.speaker, spot.place, spot.ref, body["event_id"])
        await asyncio.to_thread(ears.desk.deleted, request, now=ears.clock.now())


@dataclass(frozen=True, slots=True)
class _Spot:
    """Whose message, where, and its ref."""

    speaker: Speaker
    place: Place
    ref: str


async def _meet(ears: Ears, body: Json, message: Json) -> _Spot | None:
    """Return where a person wrote a message, and meet who it was; None for what is none of our business."""
    event: Json = body["event"]
    us = await ears.people.bot_user(workspace_of(body))
    channel, ts, thread_ts = event["channel"], str(message.get("ts")), message.get("thread_ts") or ""
    if not _is_said(message, us) or not is_ts(ts) or not is_id(message["user"]) or (thread_ts and not is_ts(thread_ts)):
        return None
    speaker = ears.speaker(body, message["user"])
    in_thread = bool(thread_ts) and thread_ts != ts
    # Threads begin at a card of ours; elsewhere in a channel people talk among themselves.
    # Until Slack has said who we are, any thread may be ours.
    ours = in_thread and (not us or message.get("parent_user_id") in (None, "", us))
    if not ours and event.get("channel_type") not in _CONVERSATIONS:
        return None
    if ours or event["channel_type"] != "group":
        await ears.people.ensure(speaker)
    place = place_of(speaker.workspace, channel, thread_ts if in_thread else "")
    if event.get("channel_type") == "im":
        # A talk with the bot alone is known by whom it is with.
        place = Place(address_of(speaker.workspace, speaker.user), place.thread)
    return _Spot(speaker, place, ref_of(speaker.workspace, channel, ts))


def _files(message: Json) -> Files:
    """Return what is attached, as links into Slack; what is gone or hidden there has none."""
    found = ((str(one.get("name") or one.get("title") or ""), one.get("permalink")) for one in parts(message, "files"))
    return tuple((name, url) for name, url in found if isinstance(url, str))


def _instant(ts: object) -> datetime | None:
    """Return the instant that a timestamp of Slack tells; None where it tells none."""
    try:
        return datetime.fromtimestamp(float(str(ts)), UTC) if is_ts(ts) else None
    except (OverflowError, ValueError, OSError):
        return None


async def _notice_change(ears: Ears, body: Json) -> None:
    user: Json = body["event"]["user"]
    speaker = ears.speaker(body, user["id"])
    if user.get("deleted") is True:
        await ears.people.leaves(speaker)
    else:
        # It may have been switched on again, or be somebody's who has another name now.
        ears.people.forget(speaker)


def _is_said(event: Json, bot_user: str) -> bool:
    """Tell whether a person wrote this, and wrote it anew."""
    own = event.get("bot_id") or event.get("app_id") or (bot_user and event.get("user") == bot_user)
    return bool(event.get("user")) and not own and event.get("subtype") in _SUBTYPES


async def _open_home(ears: Ears, body: Json) -> None:
    speaker = ears.speaker(body, body["event"]["user"])
    await ears.people.ensure(speaker)
    await ears.showing.refresh_home(speaker)
