"""Every example of every notice and question, and all that their cards and forms say."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from enum import Enum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import messages.notices
from messages.card import Actions, Block, Button, Card, Facts, Form, Note, Quote, Section
from messages.compose.registry import CARDS, FORMS, compose, lay_out
from messages.i18n import Words

ZONE = "Europe/Copenhagen"


def _examples() -> dict[type, list[Any]]:
    found: dict[type, list[Any]] = {}
    for module in iter_modules(messages.notices.__path__):
        for example in import_module(f"messages.notices.{module.name}").EXAMPLES:
            found.setdefault(type(example), []).append(example)
    return dict(sorted(found.items(), key=lambda entry: entry[0].__name__))


EXAMPLES = _examples()
NOTICES = [kind for kind in EXAMPLES if kind in CARDS]
QUESTIONS = [kind for kind in EXAMPLES if kind in FORMS]


def cards_of(kind: type, words: Words) -> list[Card]:
    return [compose(example, words) for example in EXAMPLES[kind]]


def forms_of(kind: type, words: Words) -> list[Form]:
    return [lay_out(example, words) for example in EXAMPLES[kind]]


def buttons_of(card: Card) -> list[Button]:
    return [button for block in card.blocks if isinstance(block, Actions) for button in block.buttons]


def said_in(shown: Card | Form) -> list[str]:
    """Return every text a person reads, in reading order."""
    texts = _card_texts(shown) if isinstance(shown, Card) else _form_texts(shown)
    return [text for text in texts if text]


def data_of(value: object) -> Iterator[str]:
    """Return every text that comes out of a notice as it is: what people wrote, names and ids."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from data_of(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from data_of(one)
    elif isinstance(value, Enum | date):
        return
    elif isinstance(value, str):
        yield value


def _card_texts(card: Card) -> Iterator[str]:
    yield card.title
    for block in card.blocks:
        yield from _block_texts(block)
    yield card.summary


def _block_texts(block: Block) -> Iterator[str]:
    match block:
        case Section():
            yield from (block.heading, block.text)
        case Facts():
            for fact in block.items:
                yield from (fact.label, fact.value)
        case Quote():
            yield from (block.text, block.source)
        case Note():
            yield block.text
        case Actions():
            for button in block.buttons:
                yield button.label
                if button.confirm is not None:
                    yield from dataclasses.astuple(button.confirm)
        case _:
            return


def _form_texts(form: Form) -> Iterator[str]:
    yield from (form.title, form.intro, form.submit, form.cancel)
    for field in form.fields:
        yield from (field.label, field.hint, *(option.label for option in field.options))
