"""A card or form that is kept comes back as it was, and nothing else comes back at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.card import (
    Actions,
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
from messages.codec import Undecodable, card_from_json, card_to_json, form_from_json, form_to_json

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
confirms = st.builds(Confirm, words, words, words, words)
buttons = st.builds(
    Button, words, words, words, st.sampled_from(Style), st.none() | confirms, st.none() | st.just("https://a.example")
)
blocks = st.one_of(
    st.builds(Section, words, words),
    st.builds(Facts, st.lists(st.builds(Fact, words, words), max_size=3).map(tuple)),
    st.builds(Quote, words, words, words),
    st.builds(Note, words),
    st.just(Divider()),
    st.builds(Picture, st.binary(max_size=40), words),
    st.builds(Actions, st.lists(buttons, max_size=3).map(tuple)),
)
cards = st.builds(Card, words, st.lists(blocks, max_size=6).map(tuple), words, words)
fields = st.builds(
    Field,
    words,
    words,
    st.sampled_from(FieldKind),
    st.booleans(),
    words,
    words | st.lists(words, max_size=3).map(tuple),
    st.lists(st.builds(Option, words, words), max_size=3).map(tuple),
    st.none() | st.integers(1, 10_000),
)
forms = st.builds(Form, words, words, st.lists(fields, max_size=5).map(tuple), words, words, words, words, words)


@given(cards)
def test_a_card_survives_being_kept(card: Card):
    assert card_from_json(json.loads(json.dumps(card_to_json(card)))) == card


@given(forms)
def test_a_form_survives_being_kept(form: Form):
    assert form_from_json(json.loads(json.dumps(form_to_json(form)))) == form


def test_a_card_comes_back_from_a_column_whose_lists_are_tuples():
    card = Card("Title", (Facts((Fact("Country", "DK"),)), Actions((Button("Open", "a.b", "1"),))))
    assert card_from_json({**card_to_json(card), "blocks": tuple(card_to_json(card)["blocks"])}) == card  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "card",
        [],
        {},
        {"title": 3},
        {"title": "x", "colour": "red"},
        {"title": "x", "blocks": "none"},
        {"title": "x", "blocks": [{"is": "script", "text": "x"}]},
        {"title": "x", "blocks": [{"is": "section", "text": None}]},
        {"title": "x", "blocks": [{"is": "section"}]},
        {"title": "x", "blocks": [{"is": "actions", "buttons": [{"label": "x", "style": "loud"}]}]},
        {"title": "x", "blocks": [{"is": "facts", "items": [{"label": "x"}]}]},
    ],
)
def test_what_is_no_card_is_refused(value: Any):
    with pytest.raises(Undecodable):
        card_from_json(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | words, lambda inner: st.lists(inner) | st.dictionaries(words, inner)
    )
)
def test_nothing_but_a_refusal_comes_of_other_values(value: Any):
    with pytest.raises(Undecodable):
        card_from_json(value)
