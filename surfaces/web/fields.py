"""What a browser sends for a form: taken by the form that was shown, and checked as a platform's own dialog would.

What the answers mean is the handlers' matter; here an answer is only held to its field: there, short enough, of the
kind that was asked for, one of the options.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from starlette.datastructures import FormData

from handlers.requests import Values
from handlers.webroom.room import Option
from messages.card import Field, FieldKind, Form
from messages.card import Option as Choice
from messages.chrome import Chrome

SEVERAL = frozenset({FieldKind.CHOICES, FieldKind.CHECK, FieldKind.PEOPLE})
OFFERED = SEVERAL | {FieldKind.CHOICE, FieldKind.CHANNEL}


def with_options(form: Form, *, channels: tuple[Option, ...], people: tuple[Option, ...]) -> Form:
    """Return the form with channels and people to choose where it asks for them without naming any."""
    offers = {FieldKind.CHANNEL: channels, FieldKind.PEOPLE: people}
    return replace(
        form,
        fields=tuple(
            replace(field, options=tuple(Choice(one.address, one.name) for one in offers[field.kind]))
            if field.kind in offers and not field.options
            else field
            for field in form.fields
        ),
    )


def needs_options(form: Form) -> bool:
    """Tell whether the form asks for channels or people without naming any."""
    return any(f.kind in (FieldKind.CHANNEL, FieldKind.PEOPLE) and not f.options for f in form.fields)


def read_values(form: Form, data: FormData) -> Values:
    """Return what was sent for the form's fields, and nothing else; a missing answer is empty."""
    values: dict[str, str | tuple[str, ...]] = {}
    for field in form.fields:
        sent = tuple(one for one in data.getlist(f"f.{field.name}") if isinstance(one, str))
        if field.kind in SEVERAL:
            values[field.name] = sent
        else:
            values[field.name] = (sent[0] if sent else "").replace("\r\n", "\n")
    return values


def mistakes(form: Form, values: Values, words: Chrome) -> Mapping[str, str]:
    """Return what is wrong with the answers, in words per field."""
    draft = bool(form.draft and values.get(form.draft))
    asked = (replace(field, required=False) if draft else field for field in form.fields)
    found = ((field.name, _mistake(field, values.get(field.name, ""), words)) for field in asked)
    return {name: text for name, text in found if text}


def in_order(form: Form, errors: Mapping[str, str]) -> dict[str, str]:
    """Return mistakes in the order of the form's fields; what belongs to none of them comes first."""
    places = {field.name: at for at, field in enumerate(form.fields)}
    return dict(sorted(errors.items(), key=lambda one: places.get(one[0], -1)))


def _mistake(field: Field, value: str | tuple[str, ...], words: Chrome) -> str:
    if not isinstance(value, str):
        return _choice_mistake(field, value, words)
    if not value.strip():
        return words.missing if field.required else ""
    if field.max_length is not None and len(value) > field.max_length:
        return words.too_long(field.max_length, len(value))
    if field.kind in OFFERED:
        return _choice_mistake(field, (value,), words)
    if field.kind is FieldKind.DATE and not _is_date(value):
        return words.bad_date
    if field.kind is FieldKind.NUMBER and not (value.strip().isascii() and value.strip().isdigit()):
        return words.bad_number
    return ""


def _choice_mistake(field: Field, chosen: tuple[str, ...], words: Chrome) -> str:
    if not chosen:
        return words.missing if field.required else ""
    offered = {option.value for option in field.options}
    return "" if offered.issuperset(chosen) else words.not_offered


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
