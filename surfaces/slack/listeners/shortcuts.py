"""The shortcut in the menu of a message: answer a challenge with what was written there."""

from __future__ import annotations

import asyncio
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from handlers.requests import Press
from surfaces.slack.address import ref_of
from surfaces.slack.listeners.ears import Ears, Json, place_of
from surfaces.slack.payloads import part
from surfaces.slack.show import Origin, Spot
from surfaces.slack.text import to_plain
from surfaces.trouble import trouble

#: As it stands in the manifest of the app.
CALLBACK: Final = "answer_from_message"
ACTION: Final = "answer.from_message"


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to the shortcut."""

    async def on_shortcut(body: Json) -> BoltResponse:
        await _serve(ears, body)
        return BoltResponse(status=200)

    app.shortcut({"type": "message_action", "callback_id": CALLBACK})(on_shortcut)


async def _serve(ears: Ears, body: Json) -> None:
    speaker = ears.speaker(body, body["user"]["id"])
    message: Json = body["message"]
    channel = str(part(body, "channel").get("id") or "")
    thread_ts = str(message.get("thread_ts") or message["ts"])
    place = place_of(speaker.workspace, channel, thread_ts)
    # Nobody's words but one's own are carried out of a thread.
    text = to_plain(message.get("text") or "") if message.get("user") == speaker.user else ""
    origin = Origin(
        speaker,
        Spot.MESSAGE,
        place=place,
        trigger=body.get("trigger_id") or "",
        response_url=body.get("response_url") or "",
        thread_ts=str(message.get("thread_ts") or ""),
    )
    press = Press(
        speaker,
        ACTION,
        text,
        place=place,
        message=ref_of(speaker.workspace, channel, message["ts"]),
        request=body.get("trigger_id") or "",
    )
    try:
        await ears.ensure(speaker)
        shown = await asyncio.to_thread(ears.desk.press, press, now=ears.clock.now())
    except Exception as error:
        shown = trouble("shortcut", error)
    ears.show_later(shown, origin)
