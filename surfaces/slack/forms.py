"""Forms as Slack's dialogs (modal views), what comes back from them, and cards shown as dialogs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from handlers.requests import Place
from messages import edges
from messages.card import Card, Field, FieldKind, Form, Option
from messages.i18n import Words
from surfaces.slack import address
from surfaces.slack import text as markup
from surfaces.slack.payloads import part, parts
from surfaces.slack.render import (
    SECTION_TEXT,
    VIEW_BLOCKS,
    Json,
    Numbers,
    bound,
    one_line,
    plain,
    render_blocks,
)

FORM: Final = "form"
CARD: Final = "card"

TITLE: Final = 24
METADATA: Final = 3000
INPUT_TEXT: Final = 3000
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
OPTIONS: Final = 100
TICKS: Final = 10
_LABEL: Final = 2000
#: Every input's own action id; its block id is the name of the field.
_INPUT: Final = "value"


@dataclass(frozen=True, slots=True)
class Memory:
    """What a dialog remembers: the form's action and value, where it was asked for, and whether on Home.

    `clicked` answers the private message whose button opened the dialog; empty where it was none.
    """

    action: str = ""
    value: str = ""
    place: Place = field(default_factory=Place)
    on_home: bool = False
    clicked: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent, and the accounts that were chosen in it (native ids)."""

    memory: Memory
    fields: Mapping[str, str | tuple[str, ...]]
    people: tuple[str, ...]


def render_form(form: Form, *, place: Place, on_home: bool = False, clicked: str = "") -> Json:
    """Render a form as a dialog that remembers what it is about."""
    words = Words(form.locale)
    blocks: list[Json] = []
    if form.intro.strip():
        texts = markup.pieces(form.intro.strip(), first=SECTION_TEXT, others=SECTION_TEXT, most=2)
        blocks += [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}} for text in texts]
    blocks += [_input(field, words) for field in form.fields]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain(one_line(form.title), TITLE),
        "submit": plain(one_line(form.submit), TITLE),
        "close": plain(one_line(form.cancel), TITLE),
        "private_metadata": _remember(Memory(form.action, form.value, place, on_home, clicked)),
        "blocks": blocks[:VIEW_BLOCKS],
    }


def render_card_view(card: Card, *, place: Place, on_home: bool = False) -> Json:
    """Render a card as a dialog without a question."""
    words = Words(card.locale)
    blocks = render_blocks(card, Numbers())
    title = one_line(card.title)
    if title and len(markup.escape(title)) <= TITLE and len(blocks) > 1:
        blocks = blocks[1:]
    else:
        title = "Matchpoint"
    return {
        "type": "modal",
        "callback_id": CARD,
        "title": plain(title, TITLE),
        "close": plain(edges.close(words), TITLE),
        "private_metadata": _remember(Memory(place=place, on_home=on_home)),
        "blocks": bound(blocks, VIEW_BLOCKS, edges.more_on_home(words)),
    }


def read_memory(view: Mapping[str, Any]) -> Memory:
    """Return what a dialog remembered; nothing where it is not one of ours."""
    try:
        kept: object = json.loads(str(view.get("private_metadata") or "{}"))
    except ValueError:
        return Memory()
    if not isinstance(kept, dict):
        return Memory()
    texts = {key: value for key, value in cast("dict[str, object]", kept).items() if isinstance(value, str)}
    place = Place(channel=texts.get("c", ""), thread=texts.get("t", ""))
    return Memory(texts.get("a", ""), texts.get("v", ""), place, on_home="h" in texts, clicked=texts.get("r", ""))


def read_form(view: Mapping[str, Any], *, workspace: str) -> Filled:
    """Return what was filled in: channels and people as addresses, everything else as it was typed or chosen."""
    fields: dict[str, str | tuple[str, ...]] = {}
    people: list[str] = []
    for name, inputs in view["state"]["values"].items():
        for element in inputs.values():
            fields[name] = _read(element, workspace)
            people += users_of(element)
    return Filled(read_memory(view), fields, tuple(people))


def users_of(element: Mapping[str, Any]) -> list[str]:
    """Return the accounts that are chosen in an input (native ids)."""
    chosen: list[str] | None = element.get("selected_users")
    return chosen or []


def place_errors(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """Return the words per input of this dialog; those that belong to none stand at the first."""
    names = [str(block.get("block_id")) for block in parts(view, "blocks") if block.get("type") == "input"]
    placed: dict[str, str] = {}
    for question, words in errors.items():
        name = question if question in names else next(iter(names), "")
        if name:
            placed[name] = f"{placed[name]} {words}" if name in placed else words
    return placed


def _remember(memory: Memory) -> str:
    kept = {"a": memory.action, "v": memory.value, "c": memory.place.channel, "t": memory.place.thread}
    kept["h"] = "1" if memory.on_home else ""
    text = _written(kept)
    if len(text) > METADATA:
        raise ValueError(f"the value of the form {memory.action} is too long")
    # An old card that stays is a smaller evil than a form that cannot be opened.
    whole = _written(kept | {"r": memory.clicked})
    return whole if len(whole) <= METADATA else text


def _written(kept: Mapping[str, str]) -> str:
    return json.dumps({key: value for key, value in kept.items() if value}, ensure_ascii=False, separators=(",", ":"))


def _read(element: Mapping[str, Any], workspace: str) -> str | tuple[str, ...]:
    kind = element.get("type")
    if kind in ("multi_static_select", "checkboxes"):
        return tuple(markup.unescape(one["value"]) for one in parts(element, "selected_options"))
    if kind == "multi_users_select":
        return tuple(address.address_of(workspace, user) for user in users_of(element))
    if kind == "static_select":
        return markup.unescape(str(part(element, "selected_option").get("value") or ""))
    if kind == "conversations_select":
        return address.address_of(workspace, element.get("selected_conversation") or "")
    if kind == "datepicker":
        return element.get("selected_date") or ""
    return markup.to_plain(element.get("value") or "")


def _input(field: Field, words: Words) -> Json:
    if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.CHECK) and not field.options:
        note = markup.fit(edges.nothing_to_choose(words, field.label), SECTION_TEXT)
        return {"type": "context", "elements": [{"type": "mrkdwn", "text": note, "verbatim": True}]}
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain(one_line(field.label), _LABEL),
        # Ticking none of the boxes is an answer.
        "optional": not field.required or field.kind is FieldKind.CHECK,
        "element": {"action_id": _INPUT, **_element(field)},
    }
    if field.hint.strip():
        block["hint"] = plain(field.hint, _LABEL)
    return block


def _element(field: Field) -> Json:
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            return _text_element(field)
        case FieldKind.NUMBER:
            element: Json = {"type": "number_input", "is_decimal_allowed": False}
            return element | ({"initial_value": field.one} if field.one.lstrip("-").isdigit() else {})
        case FieldKind.DATE:
            return {"type": "datepicker"} | ({"initial_date": field.one} if field.one else {})
        case FieldKind.CHOICE:
            return _choice_element(field)
        case FieldKind.CHOICES | FieldKind.CHECK:
            return _choices_element(field)
        case FieldKind.CHANNEL:
            chosen = _native(field.one)
            shown = {"include": ["public", "private"], "exclude_bot_users": True}
            element = {"type": "conversations_select", "filter": shown}
            return element | ({"initial_conversation": chosen} if chosen else {})
        case FieldKind.PEOPLE:
            users = [native for one in field.many if (native := _native(one))]
            return {"type": "multi_users_select"} | ({"initial_users": users} if users else {})


def _text_element(field: Field) -> Json:
    most = min(field.max_length or INPUT_TEXT, INPUT_TEXT)
    element: Json = {"type": "plain_text_input", "multiline": field.kind is FieldKind.TEXT, "max_length": max(most, 1)}
    filled = field.one
    if filled:
        element["initial_value"] = filled[:most]
    return element


def _choice_element(field: Field) -> Json:
    chosen = [_option(one) for one in field.options if one.value == field.one]
    element = {"type": "static_select", **_options(field.options)}
    return element | ({"initial_option": chosen[0]} if chosen else {})


def _choices_element(field: Field) -> Json:
    ticks = field.kind is FieldKind.CHECK and len(field.options) <= TICKS
    element: Json = {"type": "checkboxes" if ticks else "multi_static_select", **_options(field.options)}
    filled = set(field.many)
    chosen = [_option(one) for one in field.options if one.value in filled]
    return element | ({"initial_options": chosen} if chosen else {})


def _options(options: tuple[Option, ...]) -> Json:
    if len(options) <= OPTIONS:
        return {"options": [_option(one) for one in options]}
    rows = [options[at : at + OPTIONS] for at in range(0, len(options), OPTIONS)][:OPTIONS]
    return {
        "option_groups": [{"label": plain(_span(row), OPTION_TEXT), "options": [*map(_option, row)]} for row in rows]
    }


def _span(row: tuple[Option, ...]) -> str:
    first, last = (one_line(row[at].label)[:30] for at in (0, -1))
    return f"{first} – {last}"


def _option(option: Option) -> Json:
    if len(option.value) > OPTION_VALUE:
        raise ValueError("the value of an option is too long")
    return {"text": plain(one_line(option.label), OPTION_TEXT), "value": option.value}


def _native(given: str) -> str:
    try:
        return address.read_address(given).native
    except ValueError:
        return given if address.is_id(given) else ""
