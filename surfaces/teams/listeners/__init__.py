"""Platform callbacks, thin: an activity becomes a request, one call serves it, and what comes back is shown.

None of them decides anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from surfaces.teams.gate import Reply
from surfaces.teams.listeners import dialogs, extensions, messages, presses, rooms
from surfaces.teams.listeners.ears import Ears
from surfaces.teams.payloads import Activity, Kind

_LISTENERS: Final[dict[Kind, Callable[[Ears, Activity], Awaitable[Reply]]]] = {
    Kind.MESSAGE: messages.on_message,
    Kind.EDIT: messages.on_edit,
    Kind.DELETION: messages.on_deletion,
    Kind.PRESS: presses.on_press,
    Kind.DIALOG: dialogs.on_dialog,
    Kind.SUBMISSION: dialogs.on_submission,
    Kind.EXTENSION: extensions.on_extension,
    Kind.EXTENSION_SUBMISSION: dialogs.on_submission,
    Kind.MEMBERS: rooms.on_change,
    Kind.INSTALLATION: rooms.on_installation,
}


async def serve(ears: Ears, activity: Activity) -> Reply:
    """Let the one listener have an activity."""
    return await _LISTENERS[activity.kind](ears, activity)
