"""Slash commands. The answer travels in the very response that acknowledges them, after the work is committed."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from handlers.commands import COMMANDS
from handlers.requests import Command
from surfaces.slack.listeners.ears import Ears, Json, place_of
from surfaces.slack.show import Origin, Spot, answer_command
from surfaces.slack.text import to_plain
from surfaces.trouble import meaning, needs_fresh_rights, trouble

#: As they stand in the manifest of the app.
NAMES: Final = tuple(f"/{name}" for name in COMMANDS)
_ANY: Final = re.compile("")


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to every command; an unknown one gets the desk's kind answer too."""

    async def on_command(body: Json) -> BoltResponse:
        return await _serve(ears, body)

    app.command(_ANY)(on_command)


async def _serve(ears: Ears, body: Json) -> BoltResponse:
    speaker = ears.speaker(body, body["user_id"])
    name, text = body["command"][1:], to_plain(body.get("text") or "")
    again = meaning(name, text)
    origin = Origin(
        speaker,
        Spot.COMMAND,
        place=place_of(speaker.workspace, body.get("channel_id") or ""),
        trigger=body["trigger_id"],
        response_url=body.get("response_url") or "",
        again=again,
    )
    command = Command(speaker, name, text, place=origin.place, request=body["trigger_id"])
    try:
        await ears.ensure(speaker, anew=needs_fresh_rights(again[0]))
        shown = await asyncio.to_thread(ears.desk.command, command, now=ears.clock.now())
        answer = answer_command(shown)
    except Exception as error:
        shown = trouble("command", error)
        answer = answer_command(shown)
    if shown.form is not None or shown.home is not None:
        ears.show_later(replace(shown, card=None), origin)
    return BoltResponse(status=200, body=answer or "")
