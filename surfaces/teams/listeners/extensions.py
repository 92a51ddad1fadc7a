"""The message extension: stating a challenge from where one writes, and answering one with a message of one's own."""

from __future__ import annotations

import asyncio
from typing import Final

from handlers.requests import Place, Press
from surfaces.bodies import part
from surfaces.teams.address import is_activity, ref_of
from surfaces.teams.gate import Reply
from surfaces.teams.listeners.ears import Ears
from surfaces.teams.payloads import Activity
from surfaces.teams.text import to_plain
from surfaces.trouble import trouble

#: As they stand in the manifest of the app, where each is called after its action.
ACTIONS: Final = ("challenge.new", "answer.from_message")


async def on_extension(ears: Ears, activity: Activity) -> Reply:
    """Open the dialog that an action of the extension asks for."""
    action = str(activity.value.get("commandId"))
    if action not in ACTIONS or not activity.user:
        return 200, None
    place, text, message = _context(activity)
    try:
        speaker = await ears.ensure(activity)
        press = Press(speaker, action, text, place=place, message=message, request=activity.event)
        shown = await asyncio.to_thread(ears.desk.press, press, now=ears.clock.now())
    except Exception as error:
        shown = trouble("extension", error)
    return 200, await ears.showing.dialog(shown, activity, place)


def _context(activity: Activity) -> tuple[Place, str, str]:
    """Return the place, the text and the ref of the message that the action was chosen on, if it was on one."""
    payload = part(activity.value, "messagePayload")
    message = str(payload.get("id") or "")
    if not is_activity(message):
        return activity.place, "", ""
    root = str(payload.get("replyToId") or message)
    thread = ref_of(activity.tenant, activity.channel, root) if is_activity(root) else ""
    place = Place(activity.place.channel, "" if activity.is_personal else thread)
    # Nobody's words but one's own are carried out of a thread.
    author = part(part(payload, "from"), "user").get("id")
    own = isinstance(author, str) and author.lower() == activity.user
    text = to_plain(str(part(payload, "body").get("content") or "")) if own else ""
    return place, text, ref_of(activity.tenant, activity.channel, message)
