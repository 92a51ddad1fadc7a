"""What the platforms saw: the only thing that the checks go by, beside who the people are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.simulation.cast import Person
from messages.card import Actions, Button, Card, Facts, Form, Note, Picture, Quote, Section


@dataclass(frozen=True)
class Arrived:
    """A card came to a place: posted under a `key`, or (`update`) changed in place, where `key` is the post's own."""

    at: datetime
    to: str
    ref: str
    key: str
    card: Card
    update: bool = False

    @property
    def kind(self) -> str:
        """Return the kind of card that the key tells: `card:consent:IN-34:…` is a consent."""
        parts = self.key.split(":")
        return parts[1] if parts[0] == "card" else parts[0]

    @property
    def subject(self) -> str:
        """Return the first thing that the key names: `IN-34`."""
        parts = self.key.split(":")
        return parts[2] if parts[0] == "card" else parts[1]

    @cached_property
    def text(self) -> str:
        """Return all that the card says."""
        return text_of(self.card)


@dataclass(frozen=True)
class Acted:
    """Somebody pressed, typed or sent something (`action` as the platform passes it on), and was shown `card`.

    `on` is the key of the message on which the button stood; `done` is False where it was refused.
    """

    at: datetime
    who: Person
    action: str
    value: str
    done: bool
    card: Card | None = None
    form: Form | None = None
    fields: Mapping[str, str | tuple[str, ...]] | None = None
    on: str = ""


@dataclass(frozen=True)
class Ended:
    """A row of the outbox came to its end at that time, or was found in another `status` when all was over.

    `due_at` is when it was, or will be, due.
    """

    at: datetime
    number: int
    key: str
    kind: str
    status: str
    why: str
    due_at: datetime


Entry = Arrived | Acted | Ended
Watcher = Callable[[Entry], None]


def buttons_of(card: Card | None) -> Iterator[Button]:
    """Go through the buttons of a card in reading order."""
    for block in card.blocks if card else ():
        if isinstance(block, Actions):
            yield from block.buttons


def text_of(card: Card) -> str:
    """Return all that a card says, its buttons left out."""
    return "\n".join(line for line in (card.title, card.summary, body_of(card)) if line)


def body_of(card: Card) -> str:
    """Return all that the blocks of a card say, its buttons left out."""
    lines: list[str] = []
    for block in card.blocks:
        if isinstance(block, Section):
            lines += [block.heading, block.text]
        elif isinstance(block, Quote):
            lines += [block.text, block.source]
        elif isinstance(block, Note):
            lines.append(block.text)
        elif isinstance(block, Picture):
            lines.append(block.alt)
        elif isinstance(block, Facts):
            lines += [f"{fact.label}: {fact.value}" for fact in block.items]
    return "\n".join(line for line in lines if line)


def text_of_form(form: Form) -> str:
    """Return all that a form says and is filled with."""
    lines = [form.title, form.intro]
    for one in form.fields:
        lines += [one.label, one.hint, one.value if isinstance(one.value, str) else "\n".join(one.value)]
        lines += [option.label for option in one.options]
    return "\n".join(line for line in lines if line)
