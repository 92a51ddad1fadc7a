"""The table of composers: which function turns which notice into a card, and which question into a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from messages.card import Card, Form
from messages.i18n import Words

Notice = TypeVar("Notice")
Composer = Callable[[Notice, Words], Card]
Asker = Callable[[Notice, Words], Form]

CARDS: dict[type, Callable[[Any, Words], Card]] = {}
FORMS: dict[type, Callable[[Any, Words], Form]] = {}


def composes(kind: type[Notice]) -> Callable[[Composer[Notice]], Composer[Notice]]:
    """Register the decorated function as the composer of this kind of notice."""

    def register(composer: Composer[Notice]) -> Composer[Notice]:
        if kind in CARDS:
            raise ValueError(f"{kind.__name__} has a composer already")
        CARDS[kind] = composer
        return composer

    return register


def asks(kind: type[Notice]) -> Callable[[Asker[Notice]], Asker[Notice]]:
    """Register the decorated function as the one that lays out this kind of question as a form."""

    def register(asker: Asker[Notice]) -> Asker[Notice]:
        if kind in FORMS:
            raise ValueError(f"{kind.__name__} has a form already")
        FORMS[kind] = asker
        return asker

    return register


def compose(notice: object, words: Words) -> Card:
    """Turn a notice into a card in the reader's language."""
    return CARDS[type(notice)](notice, words)


def lay_out(question: object, words: Words) -> Form:
    """Turn a question into a form in the reader's language."""
    return FORMS[type(question)](question, words)
