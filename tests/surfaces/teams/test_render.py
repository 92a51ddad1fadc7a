"""Whatever a card holds, Teams accepts how it is rendered, and nothing in it becomes markup, a mention or a link."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handlers.journeys  # noqa: F401  (the table of actions)
from messages.card import (
    Actions,
    Button,
    Card,
    Confirm,
    Divider,
    Fact,
    Facts,
    Home,
    Note,
    Picture,
    Quote,
    Section,
    Style,
)
from messages.i18n import LOCALES
from surfaces.teams.fitting import CARD_BYTES, weight
from surfaces.teams.forms import render_card_view, render_home_view
from surfaces.teams.render import render_home, render_message
from surfaces.teams.text import linked, to_plain
from tests.fakes.teams_cards import (
    actions_of,
    card_problems,
    dialog_problems,
    elements_of,
    message_problems,
    presses_of,
    texts_of,
)

HOSTILE = (
    "<at>Anna</at> [x](http://evil.example) **bold** _i_ `code` {{DATE(2026-01-01)}} &lt;b&gt;\n# big\n- one\n1. two"
)

lengths = st.sampled_from([0, 1, 20, 149, 160, 2999, 3001, 9000])
texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [HOSTILE, "&" * 4000, "\n" * 50, "a\n" * 2000, "wort " * 900, "  ", "😀" * 2000, "    code", "---"]
    ),
    lengths.map(lambda n: "x" * n),
)
lines = st.one_of(st.text(max_size=40), st.sampled_from([HOSTILE, "&" * 300, "y" * 500, ""]))
actions = st.sampled_from(["challenge.edit", "introduction.approve", "answer.write", "nobody.knows"])
confirms = st.builds(Confirm, title=lines, text=texts, yes=lines, no=lines)
buttons = st.builds(
    Button,
    label=lines,
    action=actions,
    value=st.text(max_size=30),
    style=st.sampled_from(Style),
    confirm=st.none() | confirms,
    url=st.none() | st.just("https://example.org/a?b=c&d=e"),
)
blocks = st.one_of(
    st.builds(Section, text=texts, heading=lines),
    st.builds(Facts, items=st.lists(st.builds(Fact, label=lines, value=texts), max_size=8).map(tuple)),
    st.builds(Quote, text=texts, source=lines, language=st.sampled_from(["", "nl", "xx"])),
    st.builds(Note, text=texts),
    st.just(Divider()),
    st.builds(Picture, st.binary(max_size=9), texts),
    st.builds(Actions, buttons=st.lists(buttons, max_size=8).map(tuple)),
)
cards = st.builds(
    Card,
    title=lines,
    blocks=st.lists(blocks, max_size=8).map(tuple),
    summary=texts,
    locale=st.sampled_from(LOCALES),
)


@settings(max_examples=25, deadline=None)
@given(cards, st.booleans())
def test_every_card_is_accepted_as_a_message(card: Card, dialogs: bool):
    message = render_message(card, dialogs=dialogs)
    assert message_problems(message.as_json()) == []
    if not dialogs:
        assert all(one["type"] != "Action.Submit" for one in actions_of(message.card))


@settings(max_examples=20, deadline=None)
@given(cards)
def test_every_card_is_accepted_as_a_dialog(card: Card):
    assert dialog_problems(render_card_view(card)) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(cards, max_size=4))
def test_every_home_is_accepted(found: list[Card]):
    home = Home("Matchpoint for Anna", tuple(found))
    assert message_problems(render_home(home).as_json()) == []
    assert dialog_problems(render_home_view(home)) == []


@pytest.mark.parametrize("before", range(0, 1500, 100))
def test_a_page_that_is_cut_keeps_a_button_with_the_question_it_asks(before: int):
    asks = Button("Withdraw", "challenge.edit", "CH-1", confirm=Confirm("Sure?", "wort " * 400, "Yes", "No"))
    blocks = (Section("x" * before), *[Actions((asks,))] * 60)
    message = render_home(Home("Matchpoint for Anna", (Card("Open", blocks, "Open", "en"),)))
    assert message_problems(message.as_json()) == []
    assert presses_of(message.card)


@settings(max_examples=20, deadline=None)
@given(cards)
def test_every_button_keeps_its_action_and_value(card: Card):
    rendered = presses_of(render_message(card).card)
    asked = [one for block in card.blocks if isinstance(block, Actions) for one in block.buttons if one.url is None]
    if len(rendered) == len(asked):
        assert rendered == [(one.action, one.value) for one in asked]


@given(st.text(max_size=300))
def test_no_text_is_lost_and_none_is_added(text: str):
    shown = "".join(texts_of(render_message(Card("", (Section(text),), summary="s")).card))
    wanted = "".join(text.split())
    assert not wanted or "".join(shown.split()) == wanted


def test_hostile_text_is_shown_as_it_was_written():
    card = Card(
        HOSTILE,
        (
            Section(HOSTILE, HOSTILE),
            Facts((Fact(HOSTILE, HOSTILE),)),
            Quote(HOSTILE, HOSTILE),
            Note(HOSTILE),
            Actions((Button(HOSTILE, "a", confirm=Confirm(HOSTILE, HOSTILE, HOSTILE, HOSTILE)),)),
        ),
        summary=HOSTILE,
    )
    message = render_message(card)
    assert message_problems(message.as_json()) == []
    assert "entities" not in json.dumps(message.as_json())
    links = {
        run["text"] for one in elements_of(message.card) for run in one.get("inlines", ()) if "selectAction" in run
    }
    assert links == {"http://evil.example"}
    shown = "\n".join(texts_of(message.card))
    for line in HOSTILE.split("\n"):
        assert shown.count(line) >= 5


def test_a_question_before_a_button_is_hidden_until_it_is_asked_for():
    sure = Confirm("Close it?", "Nobody can answer any more.", "Close it", "Keep it open")
    button = Button("Close", "challenge.close_now", "CH-12", style=Style.DANGER, confirm=sure)
    row, question = render_message(Card("", (Actions((button,)),))).card["body"]
    assert row["actions"] == [
        {"type": "Action.ToggleVisibility", "targetElements": ["ask-1"], "title": "Close", "style": "destructive"}
    ]
    assert (question["id"], question["isVisible"]) == ("ask-1", False)
    yes, no = question["items"][-1]["actions"]
    assert (yes["title"], yes["data"]) == ("Close it", {"action": "challenge.close_now", "value": "CH-12"})
    assert (no["type"], no["title"], no["targetElements"]) == ("Action.ToggleVisibility", "Keep it open", ["ask-1"])


def test_what_asks_or_only_shows_opens_a_dialog_and_what_acts_is_executed():
    row = Actions((Button("Answer", "answer.write", "CH-12"), Button("Approve", "introduction.approve", "IN-34")))
    (drawn,) = render_message(Card("", (row,))).card["body"]
    assert [one["type"] for one in drawn["actions"]] == ["Action.Submit", "Action.Execute"]
    assert drawn["actions"][0]["data"] == {
        "action": "answer.write",
        "value": "CH-12",
        "msteams": {"type": "task/fetch"},
    }
    in_dialog = render_card_view(Card("", (row,)))["card"]["content"]
    assert {one["type"] for one in actions_of(in_dialog)} == {"Action.Submit"}


def test_facts_stand_in_two_columns_unless_they_are_long_or_could_be_misread():
    facts = Facts((Fact("Deadline", "1. oktober 2026"), Fact("Contact", "jan_k@example.org"), Fact("Budget", "–")))
    drawn = render_message(Card("", (facts,))).card["body"]
    assert drawn[0] == {"type": "FactSet", "facts": [{"title": "Deadline", "value": "1.\u00a0oktober 2026"}]}
    assert [one["type"] for one in drawn[1:]] == ["TextBlock", "RichTextBlock", "FactSet"]


def test_what_does_not_fit_says_where_the_rest_is_and_keeps_its_buttons():
    many = tuple(Section("wort " * 70) for _ in range(120))
    message = render_message(Card("List", (*many, Actions((Button("Next", "challenge.list"),)))))
    assert 20_000 < weight(message.card) <= CARD_BYTES
    assert any("more than fits" in text for text in texts_of(message.card))
    assert presses_of(message.card) == [("challenge.list", "")]


def test_long_texts_are_shortened_before_anything_is_left_out():
    message = render_message(Card("List", tuple(Section("wort " * 2000, f"Part {n}") for n in range(9))))
    shown = list(texts_of(message.card))
    assert [f"Part {n}" in shown for n in range(9)] == [True] * 9
    assert not any("more than fits" in text for text in shown)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "See https://example.org/a?b=1.",
            [("See ", ""), ("https://example.org/a?b=1", "https://example.org/a?b=1"), (".", "")],
        ),
        ("nothing", [("nothing", "")]),
        ("", []),
    ],
)
def test_a_web_address_can_be_clicked_and_shows_itself(text: str, pieces: list[Any]):
    assert list(linked(text)) == pieces


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<at>Matchpoint</at> challenge list", "challenge list"),
        ("challenge&nbsp;list", "challenge list"),
        ('<at id="0">Matchpoint</at>&nbsp; answer CH-12 <at>Bert</at> can', "answer CH-12 Bert can"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("5 &lt; 6 &amp;amp; c", "5 < 6 &amp; c"),
        ("a <b> c", "a  c"),
        ("5 < 6 > 4", "5 < 6 > 4"),
        ("half \ud800 a character\0", "half  a character"),
    ],
)
def test_what_people_write_becomes_plain(written: str, meant: str):
    assert to_plain(written, bot="Matchpoint") == meant


@pytest.mark.parametrize(
    ("url", "shown"),
    [("https://matchpoint.example.org/pictures/x", True), ("", False), ("http://127.0.0.1:3000/pictures/x", False)],
)
def test_a_picture_is_shown_where_it_can_be_fetched_and_told_in_words_everywhere(url: str, shown: bool):
    card = render_message(Card("CA-3", (Picture(b"png", "Two rising lines.\nWeek of 4 May", url),))).card
    images = [one for one in elements_of(card) if one["type"] == "Image"]
    assert [one["url"] for one in images] == ([url] if shown else [])
    assert all(one["altText"] == "Two rising lines. Week of 4 May" for one in images)
    assert "Week of 4 May" in "\n".join(texts_of(card))
    assert card_problems(card) == []
