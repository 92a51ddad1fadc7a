"""Messages: commands after a mention or in a person's own chat, and what is written in threads and conversations.

Where taking in a message fails, Teams is told so and may deliver it again; the inbox makes sure that it counts once.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from handlers.commands import spoken
from handlers.requests import Command, Deleted, Edited, Said
from surfaces.teams.gate import Reply
from surfaces.teams.listeners.ears import Ears
from surfaces.teams.payloads import Activity
from surfaces.teams.people import speaker_of
from surfaces.trouble import meaning, needs_fresh_rights, trouble

_log: Final = structlog.get_logger("matchpoint.teams")
_TAKEN: Final[Reply] = (200, None)
_AGAIN: Final[Reply] = (503, None)
_HELP: Final = ("matchpoint", "help")


async def on_message(ears: Ears, activity: Activity) -> Reply:
    """Take a message: a command, a person's reply, or nobody's business."""
    if not activity.user:
        return _TAKEN
    addressed = activity.is_personal or activity.is_mention
    command = spoken(activity.text) if addressed else None
    if activity.is_mention and not activity.text:
        command = ("matchpoint", "")
    if command is None:
        try:
            heard = await _hear(ears, activity)
        except Exception:
            _log.exception("a message was not taken in", event=activity.id)
            return _AGAIN
        if heard or not addressed:
            return _TAKEN
    if ears.is_first(activity):
        ears.tasks.start(_command(ears, activity, *(command or _HELP)), name="command")
    return _TAKEN


async def on_edit(ears: Ears, activity: Activity) -> Reply:
    """Take a message that its author wrote anew."""
    written_at, at = activity.written_at, activity.at
    if not activity.user or written_at is None or at is None or not await _may_be_ours(ears, activity):
        return _TAKEN
    edited = Edited(
        speaker_of(activity),
        activity.place,
        text=activity.text,
        message=activity.ref(activity.id),
        event=activity.event,
        at=at,
        written_at=written_at,
        files=activity.files,
    )
    try:
        await asyncio.to_thread(ears.desk.edited, edited, now=ears.clock.now())
    except Exception:
        _log.exception("an edit was not taken in", event=activity.id)
        return _AGAIN
    return _TAKEN


async def on_deletion(ears: Ears, activity: Activity) -> Reply:
    """Take note that a message was taken away."""
    if not activity.user or not await _may_be_ours(ears, activity):
        return _TAKEN
    deleted = Deleted(speaker_of(activity), activity.place, message=activity.ref(activity.id), event=activity.event)
    try:
        await asyncio.to_thread(ears.desk.deleted, deleted, now=ears.clock.now())
    except Exception:
        _log.exception("a deletion was not taken in", event=activity.id)
        return _AGAIN
    return _TAKEN


async def _hear(ears: Ears, activity: Activity) -> bool:
    """Hand a message to the journeys, where it may be theirs; tell whether one took it."""
    if not await _may_be_ours(ears, activity):
        return False
    speaker = await ears.ensure(activity)
    said = Said(
        speaker,
        activity.place,
        text=activity.text,
        message=activity.ref(activity.id),
        event=activity.event,
        files=activity.files,
    )
    return await asyncio.to_thread(ears.desk.said, said, now=ears.clock.now()) is not None


async def _may_be_ours(ears: Ears, activity: Activity) -> bool:
    if activity.is_personal:
        return True
    return await asyncio.to_thread(ears.desk.minds, activity.place)


async def _command(ears: Ears, activity: Activity, name: str, text: str) -> None:
    try:
        speaker = await ears.ensure(activity, anew=needs_fresh_rights(meaning(name, text)[0]))
        command = Command(speaker, name, text, place=activity.place, request=f"{activity.event}:command")
        shown = await asyncio.to_thread(ears.desk.command, command, now=ears.clock.now())
    except Exception as error:
        shown = trouble("command", error)
    await ears.showing.tell(shown, activity)
