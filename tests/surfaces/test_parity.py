"""What a card says and offers, it says and offers on every surface, in every language."""

from __future__ import annotations

import html.parser
import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

import handlers.journeys  # noqa: F401  (Teams must know what an action does before it draws its button)
from handlers.requests import Place
from messages.card import Card, Facts, FieldKind, Form, Option, Quote
from messages.chrome import chrome
from messages.compose.registry import CARDS, FORMS
from messages.i18n import LOCALES, Words
from surfaces.slack.forms import render_form as render_view
from surfaces.slack.render import read_action, render_message
from surfaces.slack.text import escape, unescape
from surfaces.teams.forms import render_form as render_dialog
from surfaces.teams.forms import render_form_message, with_channels
from surfaces.teams.render import render_message as render_activity
from surfaces.web.render import render_card, render_form
from tests.fakes.teams_cards import actions_of, elements_of, presses_of, texts_of
from tests.surfaces.specimens import (
    EXAMPLES,
    NOTICES,
    QUESTIONS,
    ZONE,
    buttons_of,
    cards_of,
    data_of,
    forms_of,
    said_in,
)

Shown = TypeVar("Shown", Card, Form)

notices = pytest.mark.parametrize("kind", NOTICES, ids=lambda kind: kind.__name__)
questions = pytest.mark.parametrize("kind", QUESTIONS, ids=lambda kind: kind.__name__)

#: What Slack shows of a dialog's title and buttons, an option, a title, and of a question before a button.
DIALOG, OPTION, TITLE, ASKED = 24, 75, 150, (100, 300, 30, 30)
#: Slack shows 75 characters of a button; longer than this it breaks into lines on a phone.
HANDY = 40


class Page(html.parser.HTMLParser):
    """The words of a page, what its buttons do, and what its fields hold."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text = ""
        self.deeds: list[str] = []
        self.links: list[str] = []
        self.held: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.text += "\n"
        if given.get("name") == "do":
            self.deeds.append(given["value"] or "")
        elif tag in ("input", "option"):
            self.held.append(given.get("value") or "")
        elif tag == "a":
            self.links.append(given["href"] or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def in_all_languages(make: Callable[[type, Words], list[Shown]], kind: type) -> list[Shown]:
    return [one for locale in LOCALES for one in make(kind, Words(locale, ZONE))]


def flat(text: str) -> str:
    return " ".join(text.replace("\n> ", "\n").split())


def slack_text(blocks: Any) -> str:
    """Return all that Slack shows, as a person reads it."""
    return flat(unescape(re.sub(r"<(https?://[^<>|]+)>", r"\1", "\n".join(_texts(blocks))).replace("*", "")))


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if not isinstance(value, dict):
        return []
    if value.get("type") in ("plain_text", "mrkdwn"):
        return [value["text"].removeprefix("> ")]
    return [text for one in value.values() for text in _texts(one)]


def teams_text(card: Any) -> str:
    """Return all that Teams shows of a card, as a person reads it."""
    return flat("\n".join(texts_of(card)))


def dialog_text(form: Form) -> str:
    """Return all that Teams shows of a form, as a person reads it."""
    dialog = render_dialog(form, place=Place())
    return flat(f"{dialog['title']}\n{teams_text(dialog['card']['content'])}")


def test_every_composer_has_an_example_and_every_example_a_composer():
    assert set(EXAMPLES) == CARDS.keys() | FORMS.keys()
    assert not CARDS.keys() & FORMS.keys()


@notices
def test_nothing_a_card_says_is_lost_on_any_surface(kind: type):
    lost: list[str] = []
    for card in in_all_languages(cards_of, kind):
        message, activity = render_message(card), render_activity(card)
        shown = (slack_text(message.blocks), teams_text(activity.card), flat(Page(render_card(card)).text))
        visible = [flat(text) for text in said_in(card) if text != card.summary]
        lost += [text for text in visible if not all(text in one for one in shown)]
        assert unescape(message.text) == activity.text == card.summary or not card.summary
    assert lost == []


@notices
def test_a_label_stays_with_its_value_and_a_quote_with_its_source(kind: type):
    for card in in_all_languages(cards_of, kind):
        pairs = [(fact.label, fact.value) for block in card.blocks if isinstance(block, Facts) for fact in block.items]
        pairs += [(block.text, block.source) for block in card.blocks if isinstance(block, Quote)]
        slack, web = slack_text(render_message(card).blocks), flat(Page(render_card(card)).text)
        for shown in slack, teams_text(render_activity(card).card), web:
            for first, second in pairs:
                assert re.search(rf"{re.escape(flat(first))}\W{{0,8}}{re.escape(flat(second))}", shown)


@notices
def test_every_button_does_the_same_on_every_surface(kind: type):
    for card in cards_of(kind, Words()):
        wanted = [(button.action, button.value) for button in buttons_of(card) if button.url is None]
        addresses = [button.url for button in buttons_of(card) if button.url is not None]
        elements = [one for block in render_message(card).blocks for one in block.get("elements", ())]
        buttons = [one for one in elements if one["type"] == "button"]
        page = Page(render_card(card))
        assert [(read_action(one["action_id"]), one.get("value", "")) for one in buttons if "url" not in one] == wanted
        assert [tuple(deed.split(" ", 1)) for deed in page.deeds] == wanted
        activity = render_activity(card).card
        assert presses_of(activity) == wanted
        assert [one["url"] for one in actions_of(activity) if "url" in one] == addresses
        assert [one["url"] for one in buttons if "url" in one] == addresses
        assert [link for link in page.links if link in addresses] == addresses


@questions
def test_every_question_of_a_form_is_asked_on_every_surface(kind: type):
    lost: list[str] = []
    for form in in_all_languages(forms_of, kind):
        slack = slack_text(render_view(form, place=Place()))
        web = flat(Page(render_form(form, chrome(form.locale, ZONE))).text)
        said = [form.title, form.intro, form.submit, form.cancel]
        for field in form.fields:
            said += [field.label, field.hint]
            # Slack offers its own channels and people.
            if field.kind not in (FieldKind.CHANNEL, FieldKind.PEOPLE):
                said += [option.label for option in field.options]
        # Teams has no picker of channels: its surface offers those of the team.
        offered = with_channels(form, (Option("teams:t:19%3Aa%40thread.tacv2", "challenges"),))
        shown = (slack, web, dialog_text(offered), teams_text(render_form_message(offered, place=Place()).card))
        lost += [text for text in map(flat, said) if not all(text in one for one in shown)]
    assert lost == []


@questions
def test_every_field_of_a_form_keeps_what_is_filled_in(kind: type):
    for form in forms_of(kind, Words()):
        view = json.dumps(render_view(form, place=Place()), ensure_ascii=False)
        page = Page(render_form(form, chrome("en", ZONE)))
        dialog = render_dialog(form, place=Place())["card"]["content"]
        inputs = {one["id"][2:]: one for one in elements_of(dialog) if one["type"].startswith("Input.")}
        for field in form.fields:
            if field.kind in (FieldKind.CHANNEL, FieldKind.PEOPLE):
                continue
            for value in filter(None, field.value if isinstance(field.value, tuple) else (field.value,)):
                assert json.dumps(value, ensure_ascii=False)[1:-1] in view
                assert value in page.held or flat(value) in flat(page.text)
                assert value in (str(inputs[field.name]["value"]), *str(inputs[field.name]["value"]).split(","))


@notices
def test_no_words_of_a_card_are_cut(kind: type):
    cut: list[str] = []
    names = set(data_of(tuple(EXAMPLES[kind])))
    for card in in_all_languages(cards_of, kind):
        cut += [card.title] if len(escape(card.title)) > TITLE else []
        for button in buttons_of(card):
            cut += [button.label] if len(button.label) > HANDY and button.label not in names else []
            if button.confirm is not None:
                asked = (button.confirm.title, button.confirm.text, button.confirm.yes, button.confirm.no)
                cut += [text for text, most in zip(asked, ASKED, strict=True) if len(escape(text)) > most]
    assert cut == []


@questions
def test_no_words_of_a_form_are_cut(kind: type):
    cut: list[str] = []
    for form in in_all_languages(forms_of, kind):
        cut += [text for text in (form.title, form.submit, form.cancel) if len(escape(text)) > DIALOG]
        labels = [option.label for field in form.fields for option in field.options]
        cut += [label for label in labels if len(escape(label)) > OPTION]
    assert cut == []
