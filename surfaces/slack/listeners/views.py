"""Forms that were sent. The answer to the request decides what becomes of the dialog."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from handlers.requests import Submission
from surfaces.slack.forms import FORM, Filled, read_form
from surfaces.slack.listeners.ears import Ears, Json
from surfaces.slack.show import answer_submission
from surfaces.trouble import needs_fresh_rights, trouble

_ANY: Final = re.compile("")


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to every form."""

    async def on_submission(body: Json) -> BoltResponse:
        if body["view"]["callback_id"] != FORM:
            return BoltResponse(status=200)
        return await _serve(ears, body)

    app.view(_ANY)(on_submission)


async def _serve(ears: Ears, body: Json) -> BoltResponse:
    view: Json = body["view"]
    speaker = ears.speaker(body, body["user"]["id"])
    filled = read_form(view, workspace=speaker.workspace)
    memory = filled.memory
    try:
        await _meet_all(ears, body, filled)
        # A form that is sent again, because the answer was lost, is the same form; a refusal takes nothing in.
        request = f"{view['id']}:{view['hash']}" if view.get("hash") else body.get("trigger_id") or view["id"]
        submission = Submission(
            speaker, memory.action, memory.value, fields=filled.fields, place=memory.place, request=request
        )
        shown = await asyncio.to_thread(ears.desk.submit, submission, now=ears.clock.now())
        answer = answer_submission(shown, view, memory)
    except Exception as error:
        shown = trouble("submission", error)
        answer = answer_submission(shown, view, memory)
    if shown.home is not None or (memory.on_home and not shown.errors and not shown.failed):
        ears.tasks.start(ears.showing.refresh_home(speaker, shown.home), name="home")
    if shown.replaces and shown.card is not None and memory.clicked:
        ears.tasks.start(ears.showing.replace(shown.card, speaker, memory.clicked), name="replacement")
    return BoltResponse(status=200, body=answer or "")


async def _meet_all(ears: Ears, body: Json, filled: Filled) -> None:
    """Meet who sent the form and everybody who was chosen in it."""
    sender = ears.speaker(body, body["user"]["id"])
    chosen = (ears.speaker(body, user) for user in filled.people)
    await ears.ensure(sender, *chosen, anew=needs_fresh_rights(filled.memory.action))
