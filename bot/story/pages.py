"""Reading the pages of the web workspace as a person without script sees them: messages, cards, buttons and forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.story.html import Node

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5"})
#: What stands beside a card's own words: its title, its author, the link to its thread.
_BESIDE: Final = frozenset({"card-title", "by", "below", "only-you"})
Sent = dict[str, str | list[str]]


@dataclass(frozen=True)
class Button:
    """A button: what it says, what sends it, how many lines stand above it, and what it asks first, if anything."""

    label: str
    target: str
    sends: Mapping[str, str]
    below: int = 0
    question: str = ""

    @property
    def action(self) -> str:
        """The name of what it does, such as `screening.publish`."""
        return self.sends.get("do", "").partition(" ")[0]

    @property
    def value(self) -> str:
        """What it is about, such as `CH-12`."""
        return self.sends.get("do", "").partition(" ")[2]


@dataclass(frozen=True)
class Card:
    """A card or a plain message as it is read: its title, its lines, its buttons."""

    title: str
    lines: tuple[str, ...]
    buttons: tuple[Button, ...]
    author: str = ""
    private: bool = False
    number: int = 0
    link: str = ""

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(line for line in (self.title, *self.lines) if line)

    @property
    def labels(self) -> tuple[str, ...]:
        """What its buttons say."""
        return tuple(button.label for button in self.buttons)

    def find(self, button: str, *, below: str = "") -> Button | None:
        """Give the first button with this label or action, if wanted the first below a line that holds this."""
        start = next((at for at, line in enumerate(self.lines) if below in line), len(self.lines)) if below else -1
        fits = (one for one in self.buttons if button in (one.label, one.action) and one.below > start)
        return next(fits, None)


@dataclass(frozen=True)
class Question:
    """A field of a form: its label, what is filled in, what may be chosen, and what is wrong with it."""

    label: str
    values: tuple[str, ...]
    options: Mapping[str, str]
    error: str = ""


@dataclass(frozen=True)
class Form:
    """A form: its fields by name."""

    title: str
    intro: str
    questions: Mapping[str, Question]
    target: str
    hidden: Mapping[str, str]
    submit: str

    @property
    def errors(self) -> Mapping[str, str]:
        """What is wrong, by the names of fields."""
        return {name: one.error for name, one in self.questions.items() if one.error}

    def filled(self, answers: Mapping[str, str | tuple[str, ...]]) -> Sent:
        """Return what is sent: what is filled in stays, unless it is given. :raises KeyError: it has no such field."""
        for name in answers:
            if name not in self.questions:
                raise KeyError(f"{name}: the form asks for {', '.join(self.questions)}")
        sent: Sent = dict(self.hidden)
        for name, question in self.questions.items():
            given = answers.get(name, question.values)
            sent[f"f.{name}"] = [given] if isinstance(given, str) else list(given)
        return sent


@dataclass(frozen=True)
class Page:
    """One page as it came: its address, its status and its tree."""

    url: str
    status: int
    tree: Node

    @property
    def heading(self) -> str:
        """The title of what it shows."""
        found = self.tree.first("h1")
        return found.text if found else ""

    @property
    def change(self) -> str:
        """The change up to which it is complete."""
        body = self.tree.first("body")
        return body.get("data-change") if body else ""

    @property
    def channels(self) -> Mapping[str, str]:
        """Where the menu leads: addresses by title."""
        links = ((link.first("span", "name"), link.get("href")) for link in self.tree.all("a", "room"))
        return {name.text: address for name, address in links if name is not None}

    @property
    def messages(self) -> tuple[Card, ...]:
        """The messages of a channel; with a thread open, those of the thread, its root first."""
        inside = self.tree.first("aside", "thread") or self.tree
        return tuple(_message(one) for one in inside.all("article", "message"))

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards of a person's own page."""
        return tuple(_card(one) for one in self.tree.all("section", "tile"))

    @property
    def form(self) -> Form | None:
        """The form that it shows."""
        found = self.tree.first("form", "dialog-form")
        return _form(found) if found else None

    @property
    def reply(self) -> Card | None:
        """The private answer or the new message to which the page was opened."""
        mark = self.url.rpartition("#")[2] if "#" in self.url else ""
        node = self.tree.first("article", id=mark) if mark else None
        if node is None:
            box = self.tree.first("div", "reply")
            node = box.first("article", "message") if box else None
        return _message(node) if node else None

    def where(self, fits: Callable[[Card], bool]) -> Card | None:
        """Give the newest message or card that fits."""
        return next((one for one in reversed((*self.cards, *self.messages)) if fits(one)), None)


def _message(node: Node) -> Card:
    author, link = node.first("p", "by"), node.first("a", "at")
    name = author.first("strong") if author else None
    whole = _card(node)
    return Card(
        whole.title,
        whole.lines,
        whole.buttons,
        author=name.text if name else "",
        private="private" in node.get("class").split(),
        number=int(node.get("data-message") or 0),
        link=link.get("href") if link else "",
    )


def _card(node: Node) -> Card:
    inner = node.first("div", "card") or node.first("div", "body") or node
    title = inner.first(css="card-title")
    lines: list[str] = []
    buttons: list[Button] = []
    _read(inner, lines, buttons)
    return Card(title.text if title else "", tuple(lines), tuple(buttons))


def _read(node: Node, lines: list[str], buttons: list[Button]) -> None:
    for child in node.children:
        if isinstance(child, str) or _BESIDE.intersection(child.get("class").split()):
            continue
        if child.tag == "form":
            buttons += _buttons(child, len(lines))
        elif child.tag == "figure":
            quote, source = child.first("blockquote"), child.first("figcaption")
            lines.append(f"“{quote.text if quote else ''}”" + (f" ({source.text})" if source else ""))
        elif child.tag == "dl":
            lines += (_fact(one) for one in child.all("div"))
        elif child.tag == "p" or child.tag in _HEADINGS:
            lines += (line.strip() for line in re.split(r"\n+", child.raw) if line.strip())
        else:
            _read(child, lines, buttons)


def _fact(node: Node) -> str:
    label, value = node.first("dt"), node.first("dd")
    return f"{label.text if label else ''}: {value.text if value else ''}"


def _buttons(form: Node, below: int) -> Iterator[Button]:
    hidden, target = _hidden(form), form.get("action")
    for one in form.children:
        if isinstance(one, str) or one.tag not in ("button", "a"):
            continue
        box = form.first(id=one.get("popovertarget")) if one.get("popovertarget") else None
        if one.tag == "a":
            yield Button(one.text, one.get("href"), {}, below)
        elif box is not None:
            yes = box.first("button", name="do") or one
            question = " ".join(part.text for part in box.all("p"))
            yield Button(one.text, target, hidden | {"do": yes.get("value")}, below, question)
        else:
            yield Button(one.text, target, hidden | {"do": one.get("value")}, below)


def _hidden(form: Node) -> dict[str, str]:
    return {one.get("name"): one.get("value") for one in form.all("input", type="hidden")}


def _form(node: Node) -> Form:
    heading, intro = node.first(id="form-title"), node.first("p", "intro")
    submit = node.first("button", "primary")
    asked = dict(_question(one) for one in node.all("div", "field"))
    return Form(
        heading.text if heading else "",
        intro.text if intro else "",
        asked,
        node.get("action"),
        _hidden(node),
        submit.text if submit else "",
    )


def _question(node: Node) -> tuple[str, Question]:
    label, error = node.first("legend") or node.first("label"), node.first("p", "error")
    options: dict[str, str] = {}
    values: list[str] = []
    name = ""
    for one in node.all():
        if one.tag not in ("input", "textarea", "select", "option"):
            continue
        name = name or one.get("name")
        if one.get("type") in ("radio", "checkbox"):
            options[one.get("value")] = ""
            values += [one.get("value")] if "checked" in one.attributes else []
        elif one.tag == "option":
            options[one.get("value")] = one.text
            values += [one.get("value")] if "selected" in one.attributes else []
        elif one.tag != "select":
            values.append(one.raw.removeprefix("\n") if one.tag == "textarea" else one.get("value"))
    for label_node in node.all("label", "option"):
        box = label_node.first("input")
        if box is not None:
            options[box.get("value")] = label_node.text
    question = Question(label.text if label else "", tuple(values), options, error.text if error else "")
    return name.removeprefix("f."), question
