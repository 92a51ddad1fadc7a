"""Cards and forms as JSON, for the places that keep them; strict on the way back."""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any, Final, TypeVar, cast

from messages.card import (
    Actions,
    Block,
    Button,
    Card,
    Confirm,
    Divider,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Option,
    Picture,
    Quote,
    Section,
    Style,
)

Json = dict[str, object]
T = TypeVar("T")

_BLOCKS: Final[dict[str, type]] = {
    "section": Section,
    "facts": Facts,
    "quote": Quote,
    "picture": Picture,
    "note": Note,
    "divider": Divider,
    "actions": Actions,
}
_NAMES: Final = {kind: name for name, kind in _BLOCKS.items()}


class Undecodable(ValueError):
    """Say that a value is not what a card or form is written as."""


def card_to_json(card: Card) -> Json:
    """Return the card as values that JSON can hold."""
    return {**_plain(card, leave="blocks"), "blocks": [{"is": _NAMES[type(b)], **_plain(b)} for b in card.blocks]}


def card_from_json(value: object) -> Card:
    """Return the card that was written.

    :raises Undecodable: the value was not written by `card_to_json`.
    """
    given = _mapping(value)
    blocks = tuple(_block(block) for block in _sequence(given.get("blocks", ())))
    return _build(Card, {name: part for name, part in given.items() if name != "blocks"}, blocks=blocks)


def form_to_json(form: Form) -> Json:
    """Return the form as values that JSON can hold."""
    return _plain(form)


def form_from_json(value: object) -> Form:
    """Return the form that was written.

    :raises Undecodable: the value was not written by `form_to_json`.
    """
    given = dict(_mapping(value))
    questions = tuple(_field(one) for one in _sequence(given.pop("fields", ())))
    return _build(Form, given, fields=questions)


def _plain(value: object, *, leave: str = "") -> Json:
    return {name: _value(getattr(value, name)) for name in _parts(type(value)) if name != leave}


def _value(value: object) -> object:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, tuple):
        return [_value(item) for item in cast("tuple[object, ...]", value)]
    return _plain(value)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise Undecodable("an object is expected")
    return cast("Mapping[str, object]", value)


def _sequence(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise Undecodable("a list is expected")
    return cast("Sequence[object]", value)


def _build(kind: Callable[..., T], given: Mapping[str, object], /, **ready: object) -> T:
    """Make a dataclass whose remaining parts are text, numbers or nothing, as their declarations say."""
    allowed = _parts(kind)
    for name, value in given.items():
        if name in ready or name not in allowed:
            raise Undecodable(f"{name} is not a part of {kind}")
        if not _fits(value, allowed[name]):
            raise Undecodable(f"{name} is of another type")
    try:
        return kind(**given, **ready)
    except TypeError as error:
        raise Undecodable(str(error)) from error


@functools.cache
def _parts(kind: Callable[..., object]) -> dict[str, str]:
    return {part.name: str(part.type) for part in fields(cast("Any", kind))}


def _fits(value: object, declared: str) -> bool:
    if isinstance(value, str):
        return "str" in declared
    if value is None:
        return "None" in declared
    if isinstance(value, bool):
        return declared == "bool"
    return isinstance(value, int) and "int" in declared


def _block(value: object) -> Block:
    given = dict(_mapping(value))
    kind = _BLOCKS.get(str(given.pop("is", "")))
    if kind is Facts:
        items = tuple(_build(Fact, _mapping(one)) for one in _sequence(given.pop("items", ())))
        return _build(Facts, given, items=items)
    if kind is Actions:
        buttons = tuple(_button(one) for one in _sequence(given.pop("buttons", ())))
        return _build(Actions, given, buttons=buttons)
    if kind is Picture:
        return _build(Picture, given, png=_bytes(given.pop("png", None)))
    if kind is None:
        raise Undecodable("an unknown block")
    return cast("Block", _build(kind, given))


def _bytes(value: object) -> bytes:
    try:
        return base64.b64decode(_text(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Undecodable("no base64") from error


def _button(value: object) -> Button:
    given = dict(_mapping(value))
    asked = given.pop("confirm", None)
    confirm = None if asked is None else _build(Confirm, _mapping(asked))
    style = _member(Style, given.pop("style", Style.DEFAULT))
    return _build(Button, given, confirm=confirm, style=style)


def _field(value: object) -> Field:
    given = dict(_mapping(value))
    options = tuple(_build(Option, _mapping(one)) for one in _sequence(given.pop("options", ())))
    filled = given.pop("value", "")
    if not isinstance(filled, str):
        filled = tuple(_text(one) for one in _sequence(filled))
    kind = _member(FieldKind, given.pop("kind", "line"))
    return _build(Field, given, options=options, value=filled, kind=kind)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Undecodable("text is expected")
    return value


E = TypeVar("E", bound=StrEnum)


def _member(kind: type[E], value: object) -> E:
    try:
        return kind(value)
    except ValueError as error:
        raise Undecodable(f"no {kind.__name__}") from error
