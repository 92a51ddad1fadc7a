"""Cards and forms: what a person is shown, before any platform is known.

All text is plain text. Nothing here is markup: a renderer escapes it for its platform and owns that platform's limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Style(StrEnum):
    """How much a button wants to be pressed."""

    DEFAULT = "default"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Confirm:
    """A question asked before a button takes effect."""

    title: str
    text: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be done from a card.

    `action` names an entry of the action table (`introduction.approve`); `value` is its opaque argument (`IN-34`),
    at most 2,000 characters. A button with a `url` opens it and has no action.
    """

    label: str
    action: str = ""
    value: str = ""
    style: Style = Style.DEFAULT
    confirm: Confirm | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A paragraph, with a heading if it has one; line breaks are kept."""

    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled values shown side by side where there is room."""

    items: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, verbatim, with where they come from.

    `language` is a code such as `nl`, if known, for those who have it read aloud; `source`
    says what a reader must know of it.
    """

    text: str
    source: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (PNG), and all that it shows in words: for who cannot see it, and for places that show none.

    `url` is where it is fetched by platforms that take no picture themselves; empty where nobody could.
    """

    png: bytes
    alt: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    text: str


@dataclass(frozen=True, slots=True)
class Divider:
    """A line between two parts."""


@dataclass(frozen=True, slots=True)
class Actions:
    """A row of buttons, at most 5 where it is meant to be read on a phone."""

    buttons: tuple[Button, ...]


Block = Section | Facts | Quote | Picture | Note | Divider | Actions


@dataclass(frozen=True, slots=True)
class Card:
    """One message: a title, blocks in reading order, and one line for notifications (the title if empty)."""

    title: str
    blocks: tuple[Block, ...] = ()
    summary: str = ""
    locale: str = "en"


class FieldKind(StrEnum):
    """What a field of a form takes.

    LINE one line of text; TEXT several; CHOICE one of the options; CHOICES any of them; DATE an ISO date; NUMBER
    digits; CHECK the options as tick boxes (none or more); CHANNEL one channel and PEOPLE some people of the
    workspace, chosen with the platform's own picker where it has one, else from the options.
    """

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    CHECK = "check"
    DATE = "date"
    NUMBER = "number"
    CHANNEL = "channel"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form; `value` is what is filled in already (a tuple for CHOICES, CHECK and PEOPLE)."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    required: bool = True
    hint: str = ""
    value: str | tuple[str, ...] = ""
    options: tuple[Option, ...] = ()
    max_length: int | None = None

    @property
    def one(self) -> str:
        """Return what is filled in where one answer is taken."""
        return self.value if isinstance(self.value, str) else next(iter(self.value), "")

    @property
    def many(self) -> tuple[str, ...]:
        """Return what is filled in where several answers are taken."""
        if isinstance(self.value, str):
            return (self.value,) if self.value else ()
        return self.value


@dataclass(frozen=True, slots=True)
class Form:
    """A dialog: `action` names the entry of the action table that takes the answers, `value` its argument.

    `intro` is a line or two above the fields. `draft` names the checkbox with which required fields may stay empty,
    where the surface can allow that.
    """

    action: str
    title: str
    fields: tuple[Field, ...]
    submit: str
    cancel: str
    value: str = ""
    intro: str = ""
    locale: str = "en"
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """A person's own page: cards under headings, in order of urgency."""

    title: str
    cards: tuple[Card, ...] = field(default_factory=tuple[Card, ...])
    locale: str = "en"
