"""Buttons on cards in conversations, and forms that stand in a card for want of a dialog."""

from __future__ import annotations

import asyncio
from typing import Final

from handlers.requests import Press, Shown, Submission
from surfaces.bodies import Json, part
from surfaces.teams.forms import CLOSE, is_form, read_form
from surfaces.teams.gate import Reply
from surfaces.teams.listeners.ears import Ears
from surfaces.teams.payloads import Activity
from surfaces.teams.show import Typed, executed
from surfaces.trouble import needs_fresh_rights, trouble

_NOTHING: Final[Reply] = (200, executed(None, ""))


async def on_press(ears: Ears, activity: Activity) -> Reply:
    """Take a click on a card: the card may change for who clicked, and for everybody once the outbox has its turn."""
    data = part(part(activity.value, "action"), "data")
    if not activity.user:
        return _NOTHING
    if data.get("action") == CLOSE:
        ears.tasks.start(_close(ears, activity), name="close")
        return _NOTHING
    typed: Typed | None = None
    try:
        if is_form(data):
            shown, typed = await submit(ears, activity, data)
        else:
            shown = await press(ears, activity, data)
    except Exception as error:
        shown = trouble("press", error)
    message = await ears.showing.replacement(shown, activity, typed)
    if message is None:
        ears.tasks.start(ears.showing.tell(shown, activity), name="answer")
    elif activity.is_personal and activity.replied_to:
        ears.tasks.start(ears.showing.keep(message, activity), name="replacement")
        if typed is not None:
            ears.tasks.start(ears.showing.replace_clicked(shown, activity, typed), name="replacement")
    return 200, executed(message, ears.showing.toast(shown, activity) if message is None else "")


async def press(ears: Ears, activity: Activity, data: Json) -> Shown:
    """Hand a click to the desk."""
    action = str(data.get("action") or "")
    speaker = await ears.ensure(activity, anew=needs_fresh_rights(action))
    pressed = Press(
        speaker,
        action,
        str(data.get("value") or ""),
        place=activity.place,
        message=activity.ref(activity.replied_to),
        request=activity.event,
    )
    return await asyncio.to_thread(ears.desk.press, pressed, now=ears.clock.now())


async def submit(ears: Ears, activity: Activity, data: Json) -> tuple[Shown, Typed]:
    """Hand a form that was sent to the desk; what was typed comes back with the answer."""
    filled = read_form(data, workspace=activity.tenant)
    typed = Typed(filled.memory, filled.fields)
    try:
        speaker = await ears.ensure(activity, *filled.people)
        submission = Submission(
            speaker,
            filled.memory.action,
            filled.memory.value,
            fields=filled.fields,
            place=filled.memory.place,
            request=activity.event,
            message=activity.ref(filled.memory.clicked),
        )
        shown = await asyncio.to_thread(ears.desk.submit, submission, now=ears.clock.now())
    except Exception as error:
        shown = trouble("submission", error)
    return shown, typed


async def _close(ears: Ears, activity: Activity) -> None:
    """Take away a form that nobody wants to fill in, where it stands in a person's own chat."""
    if activity.is_personal and activity.replied_to:
        await ears.client.delete(activity.tenant, activity.conversation, activity.replied_to)
