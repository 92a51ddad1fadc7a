"""Cards as Adaptive Cards 1.5. The limits of Teams are kept here and nowhere else.

Text is never read as Markdown (see `text`), every id is unique within its card, and what does not fit into 25 KB is
shortened and says where the rest is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.text import shorten
from handlers.routes import opens_window
from messages import edges
from messages.card import Actions, Block, Button, Card, Divider, Fact, Facts, Home, Note, Picture, Quote, Section, Style
from messages.i18n import Words
from surfaces.teams.elements import Json, heading, line, lines, one_line
from surfaces.teams.text import is_plain, settled

CARD_TYPE: Final = "application/vnd.microsoft.card.adaptive"
CARD_BYTES: Final = 25_000
VERSION: Final = "1.5"
#: A row shows six buttons; older clients drop what is beyond instead of putting it into a menu.
BUTTONS: Final = 6
BUTTON_TEXT: Final = 75
#: A phone's row in characters, and what the frame of a button takes of it.
_WIDTH: Final = 38
_FRAME: Final = 4
BUTTON_VALUE: Final = 2000
SUMMARY: Final = 500
#: What somebody hears instead of a picture; all of it stands below.
_ALT_TEXT: Final = 300
_HEADING: Final = 200
#: A fact that is longer is told under its label instead of beside it.
_FACT: Final = 200
#: How much of one text is shown: as much as possible of these, until the card fits.
_ROOMS: Final = (6000, 3000, 1500, 800, 400)
_STYLES: Final = {Style.PRIMARY: "positive", Style.DANGER: "destructive"}


class Stage(StrEnum):
    """Where a card is shown, which decides what a button can be.

    MESSAGE: in a conversation, where what only shows or asks opens a dialog. PLAIN: there, with a client that opens no
    dialogs. DIALOG: in a dialog, where every button sends the dialog.
    """

    MESSAGE = "message"
    PLAIN = "plain"
    DIALOG = "dialog"


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says: `text` for notifications and screen readers, `card` for the eye."""

    text: str
    card: Json

    def as_json(self) -> Json:
        """Return both as an activity to be sent."""
        return {"type": "message", "summary": self.text, "attachments": [attach(self.card)]}


@dataclass(slots=True)
class Drawing:
    """One card being drawn: where it is shown, how much of each text has room, and the ids given so far."""

    stage: Stage
    room: int = _ROOMS[0]
    last: int = field(default=0)

    def name(self, of: str) -> str:
        """Return an id that is used once in the card."""
        self.last += 1
        return f"{of}-{self.last}"


def attach(card: Json) -> Json:
    """Return an Adaptive Card as an attachment."""
    return {"contentType": CARD_TYPE, "content": card}


def render_message(card: Card, *, dialogs: bool = True) -> Message:
    """Render a card as a message of at most 25 KB; `dialogs` False is for clients that open none from a card."""
    return Message(_fallback(card), render_card(card, Stage.MESSAGE if dialogs else Stage.PLAIN))


def render_home(home: Home, *, dialogs: bool = True) -> Message:
    """Render a person's own page as one message, which stands in for a Home that Teams does not have."""
    stage = Stage.MESSAGE if dialogs else Stage.PLAIN
    return Message(shorten(one_line(home.title), SUMMARY) or "Matchpoint", render_page(home, stage))


def render_card(card: Card, stage: Stage) -> Json:
    """Render a card as an Adaptive Card."""
    words = Words(card.locale)
    return fitted(lambda room: render_blocks(card, Drawing(stage, room)), card.locale, edges.more_on_home(words))


def render_page(home: Home, stage: Stage) -> Json:
    """Render a person's own page as an Adaptive Card."""
    note = edges.more_in_commands(Words(home.locale))
    return fitted(lambda room: _page(home, Drawing(stage, room)), home.locale, note)


def render_blocks(card: Card, drawing: Drawing, *, title_size: str = "Large") -> list[Json]:
    """Render a card, title first; at least one element, and as many as it takes."""
    elements: list[Json] = []
    if card.title.strip():
        elements.append(heading(card.title, size=title_size))
    divided = False
    for block in card.blocks:
        if isinstance(block, Divider):
            divided = bool(elements)
            continue
        found = list(_render(block, drawing))
        if divided and found:
            found[0] |= {"separator": True, "spacing": "Large"}
            divided = False
        elements.extend(found)
    return elements or lines(_fallback(card), drawing.room)


def fitted(draw: Callable[[int], list[Json]], locale: str, note: str) -> Json:
    """Return a card of at most 25 KB: with shorter texts, else without its last parts and a note that there is more."""
    elements: list[Json] = []
    for room in _ROOMS:
        elements = draw(room)
        card = shell(elements, locale)
        if weight(card) <= CARD_BYTES:
            return card
    parts = _parts(elements)
    last = parts.pop() if parts[-1][0]["type"] == "ActionSet" else []
    end = [*lines(note, _ROOMS[0], size="Small", isSubtle=True), *last]
    return shell([*_within(parts, CARD_BYTES - weight(shell(end, locale))), *end], locale)


def _parts(elements: list[Json]) -> list[list[Json]]:
    """Keep a row of buttons and the hidden questions below it together: a button cannot show what is not there."""
    parts: list[list[Json]] = []
    for element in elements:
        if parts and element.get("isVisible") is False:
            parts[-1].append(element)
        else:
            parts.append([element])
    return parts


def _within(parts: list[list[Json]], room: int) -> list[Json]:
    """Return the elements of as many parts as have room, from the first."""
    found: list[Json] = []
    for part in parts:
        room -= sum(weight(element) + 1 for element in part)
        if room < 0:
            break
        found.extend(part)
    return found


def shell(body: list[Json], locale: str, **more: object) -> Json:
    """Return an Adaptive Card of these elements, as wide as the conversation."""
    return {
        "type": "AdaptiveCard",
        "version": VERSION,
        "lang": locale,
        "msteams": {"width": "Full"},
        "body": body,
        **more,
    }


def weight(part: Json) -> int:
    """Return the bytes of a card or a part of it on the wire."""
    return len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())


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


def _page(home: Home, drawing: Drawing) -> list[Json]:
    elements: list[Json] = []
    if home.title.strip() and (not home.cards or home.cards[0].title != home.title):
        elements.append(heading(home.title, size="Large"))
    for card in home.cards:
        found = render_blocks(card, drawing, title_size="Medium" if elements else "Large")
        if elements:
            found[0] |= {"separator": True, "spacing": "Large"}
        elements.extend(found)
    return elements or lines("Matchpoint", drawing.room)


def _render(block: Block, drawing: Drawing) -> Iterable[Json]:
    match block:
        case Section():
            return _section(block, drawing)
        case Facts():
            return _facts(block, drawing)
        case Quote():
            return _quote(block, drawing)
        case Picture():
            return _picture(block, drawing)
        case Note():
            return lines(block.text, drawing.room, size="Small", isSubtle=True)
        case Divider():
            return []
        case Actions():
            return [one for row in rows(block.buttons) for one in _buttons(row, drawing)]


def _picture(picture: Picture, drawing: Drawing) -> list[Json]:
    """Tell a picture in words, below the picture itself where Teams can fetch it: a card has no room for one within."""
    told = _section(Section(picture.alt), drawing)
    if not picture.url.startswith("https://"):
        return told
    alt = shorten(one_line(picture.alt), _ALT_TEXT)
    return [{"type": "Image", "url": picture.url, "altText": alt, "size": "Stretch"}, *told]


def _section(section: Section, drawing: Drawing) -> list[Json]:
    head = [heading(section.heading, most=_HEADING)] if section.heading.strip() else []
    body = lines(section.text, drawing.room)
    if head and body:
        body[0] |= {"spacing": "None"}
    return head + body


def _facts(facts: Facts, drawing: Drawing) -> list[Json]:
    """Show facts in two columns; one that is long, or could be read as markup, under its label."""
    elements: list[Json] = []
    for fact in facts.items:
        label, value = one_line(fact.label) or "–", fact.value.strip() or "–"
        if _fits_beside(label, value):
            row = {"title": settled(label), "value": settled(value)}
            if elements and elements[-1]["type"] == "FactSet":
                elements[-1]["facts"].append(row)
            else:
                elements.append({"type": "FactSet", "facts": [row]})
        else:
            elements.extend(_told_below(Fact(label, value), drawing))
    return elements


def _fits_beside(label: str, value: str) -> bool:
    return "\n" not in value and len(value) <= _FACT and is_plain(settled(label)) and is_plain(settled(value))


def _told_below(fact: Fact, drawing: Drawing) -> list[Json]:
    body = lines(fact.value, drawing.room)
    body[0] |= {"spacing": "None"}
    return [line(shorten(fact.label, _HEADING), weight="Bolder"), *body]


def _quote(quote: Quote, drawing: Drawing) -> list[Json]:
    items = lines(quote.text, drawing.room)
    source = one_line(quote.source)
    if source:
        items.append(line(f"— {shorten(source, _HEADING)}", size="Small", isSubtle=True) | {"spacing": "Small"})
    return [{"type": "Container", "style": "emphasis", "items": items}] if items else []


def _buttons(buttons: Sequence[Button], drawing: Drawing) -> list[Json]:
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


def _fallback(card: Card) -> str:
    said = [card.summary, card.title, *(block.text for block in card.blocks if isinstance(block, Section | Note))]
    return shorten(next((one.strip() for one in said if one.strip()), "Matchpoint"), SUMMARY)
