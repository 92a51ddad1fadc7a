"""Forms as dialogs of Teams and as cards with inputs, what comes back from them, and cards shown as dialogs.

A dialog remembers itself: Teams sends back what was typed and what its button carries, and nothing else. So the button
carries the form, packed, and a refusal can show it again with every answer and the words where they belong.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from handlers.requests import Place, Values
from messages import edges
from messages.card import Button, Card, Field, FieldKind, Form, Home, Option
from messages.chrome import Chrome, chrome
from messages.codec import Undecodable, form_from_json, form_to_json
from surfaces.teams import address
from surfaces.teams.buttons import Stage
from surfaces.teams.elements import Json, heading, lines, one_line
from surfaces.teams.fitting import CARD_BYTES, shell, weight
from surfaces.teams.render import Message, attach, render_card, render_page

#: The action of the button that closes a form and does nothing.
CLOSE: Final = "close"
TITLE: Final = 60
INPUT_TEXT: Final = 4000
_LABEL: Final = 300
_INTRO: Final = 3000
#: So many people are read from one form; each of them may have to be looked up.
PEOPLE_MOST: Final = 50
#: Fewer choices stand one below the other, more of them in a list, and many in one that can be searched.
_IN_SIGHT: Final = 6
_SEARCHED: Final = 12
_UNPACKED_MOST: Final = 200_000
_SEVERAL: Final = frozenset({FieldKind.CHOICES, FieldKind.CHECK, FieldKind.PEOPLE})
_CHOSEN: Final = _SEVERAL | {FieldKind.CHOICE, FieldKind.CHANNEL}
#: What the button of a form carries that shows a thing as it is now, beside the form itself.
LOOK: Final = "look"
#: What an input's id begins with says how its answer is read: one text, several, or people of the picker.
_ONE, _MANY, _PEOPLE = "f.", "s.", "p."


@dataclass(frozen=True, slots=True)
class Memory:
    """What a form remembers: its action and value, where it was asked for, whether on Home, and itself.

    `clicked` is the message in the person's own chat whose button asked for it; empty where it was none.
    """

    action: str = ""
    value: str = ""
    place: Place = field(default_factory=Place)
    on_home: bool = False
    form: Form | None = None
    clicked: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent, and the accounts that were chosen in it (native ids)."""

    memory: Memory
    fields: Values
    people: tuple[str, ...]


def render_form(
    form: Form,
    *,
    place: Place,
    on_home: bool = False,
    clicked: str = "",
    errors: Mapping[str, str] | None = None,
    typed: Values | None = None,
    looks: Sequence[Button] = (),
) -> Json:
    """Render a form as a dialog, with words per field that is wrong, and what was answered already.

    `looks` are buttons that show what has changed meanwhile.
    """
    data = _carried(place, on_home=on_home, clicked=clicked)
    body, actions = _draw(form, data, errors=errors or {}, typed=typed, looks=looks, stage=Stage.DIALOG)
    return _dialog(form.title, shell(body, form.locale, actions=actions), tall=len(form.fields) > 3)


def render_form_message(
    form: Form,
    *,
    place: Place,
    on_home: bool = False,
    clicked: str = "",
    errors: Mapping[str, str] | None = None,
    typed: Values | None = None,
    looks: Sequence[Button] = (),
) -> Message:
    """Render a form as a message with inputs, for where no dialog is offered."""
    data = _carried(place, on_home=on_home, clicked=clicked)
    body, actions = _draw(form, data, errors=errors or {}, typed=typed, looks=looks, stage=Stage.PLAIN)
    title = heading(form.title, size="Large")
    return Message(one_line(form.title), shell([title, *body], form.locale, actions=actions))


def render_card_view(card: Card) -> Json:
    """Render a card as a dialog without a question; its buttons say what they are about, and Teams says where."""
    title = one_line(card.title)
    bare = replace(card, title="") if title and len(title) <= TITLE and card.blocks else card
    return _dialog(title if bare is not card else "Matchpoint", render_card(bare, Stage.DIALOG), tall=True)


def render_home_view(home: Home) -> Json:
    """Render a person's own page as a dialog."""
    return _dialog(home.title, render_page(home, Stage.DIALOG), tall=True)


def with_channels(form: Form, channels: tuple[Option, ...]) -> Form:
    """Return the form with channels to choose where it asks for them without naming any; Teams has no picker for it."""
    fields = (
        replace(one, options=channels) if one.kind is FieldKind.CHANNEL and not one.options else one
        for one in form.fields
    )
    return replace(form, fields=tuple(fields))


def needs_channels(form: Form) -> bool:
    """Tell whether the form asks for channels without naming any."""
    return any(one.kind is FieldKind.CHANNEL and not one.options for one in form.fields)


def is_form(data: Mapping[str, Any]) -> bool:
    """Tell whether what was sent is a form, and not a button of a card."""
    return "form" in data or any(key.startswith((_ONE, _MANY, _PEOPLE)) for key in data)


def read_memory(data: Mapping[str, Any]) -> Memory:
    """Return what a form remembered; nothing where the data is not one of ours."""
    texts = {key: value for key, value in data.items() if isinstance(value, str)}
    place = Place(channel=texts.get("c", ""), thread=texts.get("t", ""))
    form, clicked = _unpack(texts.get("form", "")), texts.get("m", "")
    return Memory(
        texts.get("action", ""),
        texts.get("value", ""),
        place,
        on_home="h" in texts,
        form=form,
        clicked=clicked if address.is_activity(clicked) else "",
    )


def read_form(data: Mapping[str, Any], *, workspace: str) -> Filled:
    """Return what was filled in: channels and people as addresses, everything else as it was typed or chosen.

    An input that is empty is not sent; where the form is remembered, its fields are all there.
    """
    memory = read_memory(data)
    fields: dict[str, str | tuple[str, ...]] = {}
    for asked in memory.form.fields if memory.form else ():
        fields[asked.name] = () if asked.kind in _SEVERAL else ""
    people: list[str] = []
    for key, value in data.items():
        name = key[len(_ONE) :]
        if key.startswith(_ONE):
            fields[name] = _text(value)
        elif key.startswith(_MANY):
            fields[name] = _several(value)
        elif key.startswith(_PEOPLE):
            room = PEOPLE_MOST - len(people)
            chosen = [one for one in dict.fromkeys(_several(value)) if address.is_id(one)][:room]
            people += chosen
            fields[name] = tuple(address.address_of(workspace, one) for one in chosen)
    return Filled(memory, fields, tuple(people))


def _carried(place: Place, *, on_home: bool, clicked: str) -> dict[str, str]:
    """Return what every form remembers beside itself."""
    return {"c": place.channel, "t": place.thread, "h": "1" if on_home else "", "m": clicked}


def _draw(
    form: Form,
    carried: Mapping[str, str],
    *,
    errors: Mapping[str, str],
    typed: Values | None,
    looks: Sequence[Button],
    stage: Stage,
) -> tuple[list[Json], list[Json]]:
    filled = form if typed is None else replace(form, fields=tuple(_with(one, typed) for one in form.fields))
    words = chrome(form.locale, "UTC")
    body = lines(form.intro, _INTRO)
    names = {one.name for one in form.fields}
    astray = [text for name, text in errors.items() if name not in names]
    if errors:
        # Where the whole is refused, no answer is wrong.
        told = astray if len(astray) == len(errors) else [words.errors, *astray]
        body += lines("\n".join(told), _INTRO, color="Attention", weight="Bolder")
    beside = len(body)
    for one in filled.fields:
        body += _asked(one, words, errors.get(one.name, ""), eager=form.draft == "")
    keep = _packed(filled)
    data = {"action": form.action, "value": form.value, "form": keep, **carried}
    if weight(shell(body, form.locale)) + len(keep) * (1 + len(looks)) > CARD_BYTES - 2000:
        # What is typed must not be lost, so a very full form goes without its memory rather than without an answer.
        data["form"] = ""
    button = {key: value for key, value in data.items() if value or key in ("action", "value", "form")}
    if looks:
        body.insert(beside, {"type": "ActionSet", "actions": [_look(one, button, stage) for one in looks]})
    return body, [_send(form.submit, button, stage, "positive"), _close(form.cancel, stage)]


def _look(button: Button, form: Json, stage: Stage) -> Json:
    """Return a button that shows a thing as it is now, and leaves the form with what was typed."""
    title = one_line(button.label)
    if stage is Stage.DIALOG:
        # It takes the answers along: what comes of it is told in the chat, and the dialog shows them again.
        return {"type": "Action.Submit", "title": title, "data": {**form, LOOK: f"{button.action} {button.value}"}}
    data: Json = {"action": button.action, "value": button.value}
    return {"type": "Action.Execute", "title": title, "verb": button.action, "data": data, "associatedInputs": "none"}


def _send(label: str, data: Json, stage: Stage, style: str) -> Json:
    button: Json = {"title": one_line(label), "style": style, "data": data}
    if stage is Stage.DIALOG:
        return {"type": "Action.Submit", **button}
    return {"type": "Action.Execute", "verb": data["action"], **button}


def _close(label: str, stage: Stage) -> Json:
    # Closing asks for no answers.
    button = {"title": one_line(label), "data": {"action": CLOSE}, "associatedInputs": "none"}
    if stage is Stage.DIALOG:
        return {"type": "Action.Submit", **button}
    return {"type": "Action.Execute", "verb": CLOSE, **button}


def _dialog(title: str, card: Json, *, tall: bool) -> Json:
    shown = one_line(title)[:TITLE] or "Matchpoint"
    return {"title": shown, "height": "large" if tall else "medium", "width": "medium", "card": attach(card)}


def _asked(field: Field, words: Chrome, error: str, *, eager: bool) -> list[Json]:
    """Return an input under its label, its hint, and what is wrong with the answer."""
    if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.CHECK, FieldKind.CHANNEL) and not field.options:
        return lines(edges.nothing_to_choose(words.words, field.label), _LABEL, isSubtle=True)
    element: Json = {"id": _id(field), "label": one_line(field.label)[:_LABEL], **_input(field)}
    # Where answers may stay open in a draft, only the handler knows which; ticking none of the boxes is an answer.
    if field.required and eager and field.kind is not FieldKind.CHECK:
        element |= {"isRequired": True, "errorMessage": words.missing}
    found = [element]
    if field.hint.strip():
        found += [one | {"spacing": "None"} for one in lines(field.hint, _LABEL * 2, size="Small", isSubtle=True)]
    if error:
        found += [one | {"spacing": "None"} for one in lines(error, _LABEL * 2, color="Attention")]
    return found


def _input(field: Field) -> Json:
    value = field.one
    filled: Json = {"value": value} if value else {}
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            most = {"maxLength": field.max_length or INPUT_TEXT}
            several = {"isMultiline": True} if field.kind is FieldKind.TEXT else {}
            return {"type": "Input.Text", **most, **several, **filled}
        case FieldKind.NUMBER:
            number = value.strip().lstrip("-")
            return {"type": "Input.Number"} | ({"value": int(value)} if number.isascii() and number.isdigit() else {})
        case FieldKind.DATE:
            return {"type": "Input.Date", **filled}
        case FieldKind.PEOPLE if not field.options:
            picker = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
            return {**_choices(field), "choices": [], "choices.data": picker}
        case _:
            return _choices(field)


def _choices(field: Field) -> Json:
    several = field.kind in _SEVERAL
    count = len(field.options)
    style = "expanded" if field.kind is FieldKind.CHECK or (0 < count <= _IN_SIGHT and several) else "compact"
    if not several and count > _SEARCHED:
        style = "filtered"
    element: Json = {"type": "Input.ChoiceSet", "style": style, "wrap": True}
    element["choices"] = [_choice(one, several=several) for one in field.options]
    chosen = [_native(one) for one in field.many] if field.kind is FieldKind.PEOPLE else list(field.many)
    if several:
        element["isMultiSelect"] = True
    return element | ({"value": ",".join(filter(None, chosen))} if any(chosen) else {})


def _choice(option: Option, *, several: bool) -> Json:
    if several and "," in option.value:
        raise ValueError("the value of one of several options holds a comma")
    return {"title": one_line(option.label), "value": option.value}


def _id(field: Field) -> str:
    if field.kind is FieldKind.PEOPLE and not field.options:
        return _PEOPLE + field.name
    return (_MANY if field.kind in _SEVERAL else _ONE) + field.name


def _with(field: Field, typed: Values) -> Field:
    return replace(field, value=typed[field.name]) if field.name in typed else field


def _native(given: str) -> str:
    try:
        return address.read_address(given).native
    except ValueError:
        return given


def _packed(form: Form) -> str:
    """Write a form down for its own button, without the answers, which come back by themselves."""
    bare = replace(form, fields=tuple(replace(one, value="") for one in form.fields))
    text = json.dumps(form_to_json(bare), ensure_ascii=False, separators=(",", ":"))
    return base64.b85encode(zlib.compress(text.encode(), 9)).decode()


def _unpack(packed: str) -> Form | None:
    """Read a form that came back; None where it is not one of ours. What it says reaches only who sent it."""
    try:
        engine = zlib.decompressobj()
        text = engine.decompress(base64.b85decode(packed), _UNPACKED_MOST)
        return form_from_json(json.loads(text)) if text and not engine.unconsumed_tail else None
    except (ValueError, zlib.error, binascii.Error, RecursionError, Undecodable):
        return None


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    clean = text.encode("utf-8", "ignore").decode("utf-8")  # half a character cannot be stored
    return clean.replace("\r\n", "\n").replace("\0", "")


def _several(value: object) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else _text(value).split(",")
    return tuple(one.strip() for one in map(_text, items) if one.strip())
