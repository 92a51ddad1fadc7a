"""Every word that reaches a person comes out of the catalogues, and every language has its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

import pytest

from messages.card import Card, Form
from messages.catalogues import load
from messages.compose.registry import CARDS
from messages.i18n import LOCALES, Money, Words
from tests.surfaces.specimens import EXAMPLES, ZONE, cards_of, data_of, forms_of, said_in

kinds = pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)
OTHERS = [locale for locale in LOCALES if locale != "en"]


class Marked(Words):
    """Words that put everything they say between brackets."""

    def say(self, sentence: str, /, **params: object) -> str:
        return f"⟦{super().say(sentence, **params)}⟧"

    def count(self, one: str, many: str, n: int, /, **params: object) -> str:
        return f"⟦{super().count(one, many, n, **params)}⟧"

    def date(self, value: date, *, style: str = "long") -> str:
        return f"⟦{super().date(value, style=style)}⟧"

    def weekday(self, number: int) -> str:
        return f"⟦{super().weekday(number)}⟧"

    def instant(self, value: datetime) -> str:
        return f"⟦{super().instant(value)}⟧"

    def money(self, value: Money) -> str:
        return f"⟦{super().money(value)}⟧"

    def country(self, code: str) -> str:
        return f"⟦{super().country(code)}⟧"

    def language(self, code: str) -> str:
        return f"⟦{super().language(code)}⟧"

    def listed(self, items: Sequence[str]) -> str:
        return super().listed([f"⟧{item}⟦" for item in items]).join("⟦⟧")


def shown(kind: type, words: Words) -> list[Card] | list[Form]:
    return cards_of(kind, words) if kind in CARDS else forms_of(kind, words)


def outside_of_brackets(text: str) -> str:
    while "⟦" in text:
        inner = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
        if inner == text:
            return text
        text = inner
    return text


@kinds
def test_everything_said_comes_out_of_a_catalogue_or_out_of_the_notice(kind: type):
    data = " ".join(data_of(tuple(EXAMPLES[kind])))
    texts = [text for one in shown(kind, Marked("en", ZONE)) for text in said_in(one)]
    loose = {word for text in texts for word in re.findall(r"[^\W\d_]{2,}", outside_of_brackets(text))}
    assert {word for word in loose if word not in data} == set()


@kinds
def test_no_placeholder_is_left_open(kind: type):
    for locale in LOCALES:
        texts = [text for one in shown(kind, Words(locale, ZONE)) for text in said_in(one)]
        assert [text for text in texts if re.search(r"[{}]|%\(", text)] == []


@pytest.mark.parametrize("locale", OTHERS)
def test_no_sentence_is_left_in_english(locale: str):
    same = [message.id for message in load(locale) if message.id and message.id == message.string]
    assert [text for text in same if len(re.findall(r"[^\W\d_]{2,}", re.sub(r"\{\w+\}", "", str(text)))) > 2] == []
