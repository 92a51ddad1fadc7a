"""A few use cases to press, fill and type, for tests that are about pages and not about any journey."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from domain.errors import Invalid, InvalidForm, NotAllowed, OutOfDate
from handlers.routes import ROUTES, Need, Route
from handlers.work import Ask, Reply, Work
from messages.card import Actions, Button, Card, Confirm, Field, FieldKind, Form, Option, Section, Style
from messages.compose.registry import CARDS, FORMS
from messages.i18n import Words

SURE = Confirm("Really?", "It cannot be undone.", "Yes", "No")
BOARD = Card(
    "Board",
    (
        Section("Things to try."),
        Actions(
            (
                Button("Form", "test.ask", "CH-12", Style.PRIMARY),
                Button("Done", "test.done", "IN-34", confirm=SURE),
                Button("Refused", "test.refused"),
                Button("Home", "home.show"),
                Button("Trouble", "test.trouble"),
            )
        ),
    ),
)
QUESTION = Form(
    "test.answer",
    "A question",
    (
        Field("title", "Title", max_length=10),
        Field("kind", "Kind", FieldKind.CHOICE, options=(Option("new", "New"), Option("old", "Old"))),
        Field(
            "countries",
            "Countries",
            FieldKind.CHECK,
            required=False,
            options=(Option("DK", "Denmark"), Option("NL", "NL")),
        ),
        Field("until", "Until", FieldKind.DATE, required=False),
        Field("size", "Size", FieldKind.NUMBER, required=False),
        Field("channel", "Channel", FieldKind.CHANNEL, required=False),
        Field("people", "People", FieldKind.PEOPLE, required=False),
    ),
    "Send",
    "Cancel",
    value="CH-12",
)


@dataclass(frozen=True)
class Told:
    text: str
    button: str = ""


@dataclass(frozen=True)
class Question:
    pass


def compose_told(notice: Told, words: Words) -> Card:
    again = (Actions((Button("Again", notice.button),)),) if notice.button else ()
    return Card(notice.text, (Section("Told."), *again), locale=words.locale)


class Routes:
    """What was asked of the handlers, in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Ask]] = []

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(CARDS, Told, compose_told)
        monkeypatch.setitem(FORMS, Question, lambda _notice, _words: QUESTION)
        replies: dict[str, tuple[Callable[[Work, Ask], Any], bool]] = {
            "test.ask": (lambda _work, _ask: Reply(question=Question()), False),
            "test.done": (lambda _work, ask: Reply(notice=Told(f"Done {ask.value}", "test.replace")), True),
            "test.replace": (lambda _work, _ask: Reply(notice=Told("Replaced"), replaces=True), True),
            "test.refused": (self._refuse, True),
            "test.trouble": (self._fail, True),
            "test.answer": (self._answer, True),
            "challenge.list": (lambda _work, _ask: Reply(notice=Told("The list")), False),
            "challenge.new": (lambda _work, _ask: Reply(question=Question()), False),
            "challenge.show": (self._bad, False),
        }
        for action, (reply, writes) in replies.items():
            route = Route(action, self._noting(action, reply), Need.KNOWN, writes)
            monkeypatch.setitem(ROUTES, action, route)

    def _noting(self, action: str, reply: Callable[[Work, Ask], Any]) -> Callable[[Work, Ask], Any]:
        def handle(work: Work, ask: Ask) -> Any:
            self.asked.append((action, ask))
            return reply(work, ask)

        return handle

    def _refuse(self, _work: Work, _ask: Ask) -> Reply:
        raise NotAllowed("join.first")

    def _bad(self, _work: Work, _ask: Ask) -> Reply:
        raise Invalid("web.text.empty", field="challenge")

    def _fail(self, _work: Work, _ask: Ask) -> Reply:
        raise RuntimeError("on purpose")

    def _answer(self, _work: Work, ask: Ask) -> Reply:
        if ask.text("title") == "taken":
            raise InvalidForm([Invalid("web.text.empty", field="title")])
        if ask.text("title") == "late":
            raise NotAllowed("join.first")
        if ask.text("title") == "changed":
            raise OutOfDate("challenge.now.closed", id="CH-12")
        return Reply(notice=Told(f"Saved {ask.text('title')}"))
