"""Dialogs: what opens one, and what is sent from one."""

from __future__ import annotations

from handlers.requests import Place
from surfaces.bodies import Json, part
from surfaces.teams.forms import CLOSE, LOOK, is_form, read_form, read_memory
from surfaces.teams.gate import Reply
from surfaces.teams.listeners.ears import Ears
from surfaces.teams.listeners.presses import press, submit
from surfaces.teams.payloads import Activity
from surfaces.teams.show import Typed
from surfaces.trouble import trouble


async def on_dialog(ears: Ears, activity: Activity) -> Reply:
    """Open the dialog that a button asks for."""
    try:
        shown = await press(ears, activity, part(activity.value, "data"))
    except Exception as error:
        shown = trouble("dialog", error)
    return 200, await ears.showing.dialog(shown, activity, activity.place)


async def on_submission(ears: Ears, activity: Activity) -> Reply:
    """Take what was sent from a dialog; nothing in the answer closes it."""
    data = part(activity.value, "data")
    if not activity.user or data.get("action") == CLOSE:
        return 200, None
    place = read_memory(data).place
    if data.get(LOOK):
        return 200, await _look(ears, activity, data, place)
    if is_form(data):
        shown, typed = await submit(ears, activity, data)
        answer = await ears.showing.dialog(shown, activity, place, typed)
        ears.tasks.start(ears.showing.replace_clicked(shown, activity, typed), name="replacement")
    else:
        try:
            shown = await press(ears, activity, data)
        except Exception as error:
            shown = trouble("press", error)
        answer = await ears.showing.dialog(shown, activity, activity.place)
    if shown.home is not None:
        ears.tasks.start(ears.showing.refresh_home(shown, activity), name="home")
    return 200, answer


async def _look(ears: Ears, activity: Activity, data: Json, place: Place) -> Json | None:
    """Show a thing as it is now beside the form that was refused because of it."""
    action, _, value = str(data[LOOK]).partition(" ")
    try:
        shown = await press(ears, activity, {"action": action, "value": value})
    except Exception as error:
        shown = trouble("press", error)
    filled = read_form(data, workspace=activity.tenant)
    typed = Typed(filled.memory, filled.fields)
    if typed.memory.form is not None:
        ears.tasks.start(ears.showing.tell(shown, activity), name="answer")
    return await ears.showing.beside(shown, activity, place, typed)
