"""The buttons of a card: in rows that a phone shows whole, with the question before those that want to be sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.text import shorten
from handlers.routes import opens_window
from messages.card import Button, Style
from surfaces.teams.elements import Json, heading, lines, one_line
from surfaces.teams.fitting import ROOMS

#: A row shows six buttons; older clients drop what is beyond instead of putting it into a menu.
BUTTONS: Final = 6
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2000
#: A phone's row in characters, and what the frame of a button takes of it.
_WIDTH: Final = 38
_FRAME: Final = 4
_STYLES: Final = {Style.PRIMARY: "positive", Style.DANGER: "destructive"}


class Stage(StrEnum):
    """Where a card is shown, which decides what a button can be.

    MESSAGE: in a conversation, where what only shows or asks opens a dialog. PLAIN: there, with a client that opens no
    dialogs. DIALOG: in a dialog, where every button sends the dialog.
    """

    MESSAGE = "message"
    PLAIN = "plain"
    DIALOG = "dialog"


@dataclass(slots=True)
class Drawing:
    """One card being drawn: where it is shown, how much of each text has room, and the ids given so far."""

    stage: Stage
    room: int = ROOMS[0]
    last: int = field(default=0)

    def name(self, of: str) -> str:
        """Return an id that is used once in the card."""
        self.last += 1
        return f"{of}-{self.last}"


def rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """Divide buttons into rows that a phone shows whole."""
    found: list[list[Button]] = []
    width = _WIDTH
    for button in buttons:
        needed = len(_label(button.label)) + _FRAME
        if not found or len(found[-1]) == BUTTONS or width + needed > _WIDTH:
            found.append([])
            width = 0
        found[-1].append(button)
        width += needed
    return found


def buttons_of(buttons: Sequence[Button], drawing: Drawing) -> list[Json]:
    """Return a row of buttons, and below it, hidden until one asks, the questions before those that want to be sure."""
    row: list[Json] = []
    questions: list[Json] = []
    for button in buttons:
        if button.confirm is None or button.url is not None:
            row.append(_button(button, drawing.stage))
        else:
            opener, question = _asked_first(button, drawing)
            row.append(opener)
            questions.append(question)
    return [{"type": "ActionSet", "actions": row}, *questions]


def _asked_first(button: Button, drawing: Drawing) -> tuple[Json, Json]:
    confirm, name = button.confirm, drawing.name("ask")
    assert confirm is not None  # noqa: S101  (said by who calls)
    toggle = {"type": "Action.ToggleVisibility", "targetElements": [name]}
    sure = _button(Button(confirm.yes, button.action, button.value, button.style), drawing.stage)
    items = [
        heading(confirm.title),
        *lines(confirm.text, drawing.room),
        {"type": "ActionSet", "actions": [sure, {**toggle, "title": _label(confirm.no)}]},
    ]
    question = {"type": "Container", "id": name, "isVisible": False, "style": "emphasis", "items": items}
    return {**toggle, "title": _label(button.label)} | _style(button), question


def _button(button: Button, stage: Stage) -> Json:
    if button.url is not None:
        return {"type": "Action.OpenUrl", "title": _label(button.label), "url": button.url}
    if len(button.value) > BUTTON_VALUE:
        raise ValueError(f"the value of the button {button.action} is too long")
    data: Json = {"action": button.action, "value": button.value}
    base = {"title": _label(button.label), "data": data} | _style(button)
    if stage is Stage.DIALOG:
        return {"type": "Action.Submit", **base}
    if stage is Stage.MESSAGE and opens_window(button.action):
        return {"type": "Action.Submit", **base, "data": {**data, "msteams": {"type": "task/fetch"}}}
    return {"type": "Action.Execute", "verb": button.action, **base}


def _style(button: Button) -> Json:
    return {"style": _STYLES[button.style]} if button.style in _STYLES else {}


def _label(text: str) -> str:
    return shorten(one_line(text), BUTTON_TEXT) or "–"
