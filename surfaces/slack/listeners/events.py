"""Events: what is written in threads and conversations, a person who opens the own page, an account switched off.

Where taking in a message fails, Slack is told so and delivers it again; the inbox makes sure that it counts once.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from handlers.requests import Said
from surfaces.slack.address import ref_of
from surfaces.slack.listeners.ears import Ears, Json, place_of
from surfaces.slack.text import to_plain

_log: Final = structlog.get_logger("matchpoint.slack")

NAMES: Final = ("app_home_opened", "message", "user_change")
#: Messages of people; every other subtype is an edit, a deletion or the platform's own.
_SUBTYPES: Final = (None, "", "file_share", "thread_broadcast")
_CONVERSATIONS: Final = ("im", "mpim", "group")


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to messages, to the own page being opened, and to accounts that change."""

    async def on_message(body: Json) -> BoltResponse:
        try:
            await _hear(ears, body)
        except Exception:
            _log.exception("an event was not taken in", event_id=body["event_id"])
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    async def on_home(body: Json) -> BoltResponse:
        if body["event"].get("tab", "home") == "home":
            ears.tasks.start(_open_home(ears, body), name="home")
        return BoltResponse(status=200)

    async def on_change(body: Json) -> BoltResponse:
        try:
            await _notice_change(ears, body)
        except Exception:
            _log.exception("an event was not taken in", event_id=body["event_id"])
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    app.event("user_change")(on_change)
    app.event("message")(on_message)
    app.event("app_home_opened")(on_home)


async def _hear(ears: Ears, body: Json) -> None:
    event: Json = body["event"]
    if not _is_said(event, ears.people.bot_user):
        return
    channel, ts, thread_ts = event["channel"], event["ts"], event.get("thread_ts") or ""
    speaker = ears.speaker(body, event["user"])
    in_thread = bool(thread_ts) and thread_ts != ts
    # Threads begin at a card of ours; elsewhere in a channel people talk among themselves.
    # Until Slack has said who we are, any thread may be ours.
    us = ears.people.bot_user
    ours = in_thread and (not us or event.get("parent_user_id") in (None, "", us))
    if not ours and event.get("channel_type") not in _CONVERSATIONS:
        return
    if ours or event["channel_type"] != "group":
        await ears.people.ensure(speaker)
    said = Said(
        speaker,
        place_of(speaker.workspace, channel, thread_ts if in_thread else ""),
        text=to_plain(event.get("text") or ""),
        message=ref_of(speaker.workspace, channel, ts),
        event=body["event_id"],
    )
    await asyncio.to_thread(ears.desk.said, said, now=ears.clock.now())


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
