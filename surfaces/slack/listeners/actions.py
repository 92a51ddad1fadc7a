"""Buttons: on messages, in dialogs and on a person's own page."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from handlers.requests import Press
from surfaces.slack.address import ref_of
from surfaces.slack.forms import read_memory
from surfaces.slack.listeners.ears import Ears, Json, place_of
from surfaces.slack.payloads import part
from surfaces.slack.render import read_action
from surfaces.slack.show import Origin, Spot
from surfaces.slack.text import unescape
from surfaces.trouble import needs_fresh_rights, trouble

_ANY: Final = re.compile("")


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to every button."""

    async def on_press(body: Json) -> BoltResponse:
        await _serve(ears, body)
        return BoltResponse(status=200)

    app.action({"type": "block_actions", "action_id": _ANY})(on_press)


async def _serve(ears: Ears, body: Json) -> None:
    pressed: Json = body["actions"][0]
    action, value = read_action(pressed["action_id"]), unescape(pressed.get("value") or "")
    if pressed.get("type") != "button" or action == "url":
        return
    origin = _origin(ears, body, action, value)
    try:
        await ears.ensure(origin.speaker, anew=needs_fresh_rights(action))
        press = Press(
            origin.speaker,
            action,
            value,
            place=origin.place,
            message=_message(origin.speaker.workspace, body),
            request=body.get("trigger_id") or "",
        )
        shown = await asyncio.to_thread(ears.desk.press, press, now=ears.clock.now())
    except Exception as error:
        shown = trouble("press", error)
    ears.show_later(shown, origin)


def _origin(ears: Ears, body: Json, action: str, value: str) -> Origin:
    speaker = ears.speaker(body, body["user"]["id"])
    container, view = part(body, "container"), part(body, "view")
    whispered = bool(container.get("is_ephemeral"))
    channel = _channel(body)
    thread_ts = str(container.get("thread_ts") or part(body, "message").get("thread_ts") or "")
    if view:
        spot, place = (Spot.HOME if view.get("type") == "home" else Spot.DIALOG), read_memory(view).place
    else:
        private = whispered or channel.startswith("D")
        spot, place = (Spot.PRIVATE if private else Spot.MESSAGE), place_of(speaker.workspace, channel, thread_ts)
    return Origin(
        speaker,
        spot,
        place=place,
        trigger=body.get("trigger_id") or "",
        response_url=body.get("response_url") or "",
        thread_ts=thread_ts,
        view=str(view.get("id") or ""),
        again=(action, value),
        whispered=whispered and not view,
    )


def _channel(body: Json) -> str:
    return str(part(body, "channel").get("id") or part(body, "container").get("channel_id") or "")


def _message(workspace: str, body: Json) -> str:
    """Return the ref of the card that was pressed; a private message has none."""
    container = part(body, "container")
    if container.get("is_ephemeral"):
        return ""
    ts = str(container.get("message_ts") or part(body, "message").get("ts") or "")
    return ref_of(workspace, _channel(body), ts)
