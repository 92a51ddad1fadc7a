"""Whatever a card or form holds, Slack accepts how it is rendered, and nothing in it becomes markup."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View

from handlers.requests import Place
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
    Home,
    Note,
    Option,
    Picture,
    Quote,
    Section,
    Style,
)
from messages.compose.registry import CARDS, FORMS, compose, lay_out
from messages.i18n import LOCALES, Words
from surfaces.slack.forms import read_form, read_memory, render_card_view, render_form
from surfaces.slack.render import read_action, render_home, render_home_message, render_message
from surfaces.slack.text import fit, pieces, to_plain, unescape
from tests.fakes.slack_blocks import message_problems, view_problems
from tests.fakes.slack_user import find_button, text_of

HOSTILE = "<!channel> <@U1> <http://x|y> @here &lt;!here&gt; *bold* `code`\n> quoted\n<!subteam^S1>"

lengths = st.sampled_from([0, 1, 20, 149, 160, 2999, 3001, 9000])
texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from([HOSTILE, "&" * 4000, "<" * 700, "\n" * 50, "a\n" * 2000, "wort " * 900, "  ", "😀" * 2000]),
    lengths.map(lambda n: "x" * n),
)
lines = st.one_of(st.text(max_size=40), st.sampled_from([HOSTILE, "&" * 300, "y" * 500, ""]))
values = st.text(max_size=2000)
actions = st.sampled_from(["challenge.edit", "introduction.approve", "a" * 250])
confirms = st.builds(Confirm, title=lines, text=texts, yes=lines, no=lines)
buttons = st.builds(
    Button,
    label=lines,
    action=actions,
    value=values,
    style=st.sampled_from(Style),
    confirm=st.none() | confirms,
    url=st.none() | st.just("https://example.org/a?b=c&d=e"),
)
blocks = st.one_of(
    st.builds(Section, text=texts, heading=lines),
    st.builds(Facts, items=st.lists(st.builds(Fact, label=lines, value=texts), max_size=25).map(tuple)),
    st.builds(Quote, text=texts, source=lines, language=st.sampled_from(["", "nl", "xx"])),
    st.builds(Note, text=texts),
    st.just(Divider()),
    st.builds(Picture, st.binary(max_size=9), texts),
    st.builds(Actions, buttons=st.lists(buttons, max_size=30).map(tuple)),
)
cards = st.builds(
    Card,
    title=lines,
    blocks=st.lists(blocks, max_size=70).map(tuple),
    summary=texts,
    locale=st.sampled_from(LOCALES),
)
options = st.lists(
    st.builds(Option, value=st.text(min_size=1, max_size=150), label=lines), max_size=230, unique_by=lambda o: o.value
).map(tuple)


@st.composite
def form_fields(draw: st.DrawFn, name: str) -> Field:
    kind = draw(st.sampled_from(FieldKind))
    offered = draw(options) if kind in (FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.CHECK) else ()
    value: str | tuple[str, ...] = draw(texts)
    if kind is FieldKind.DATE:
        value = draw(st.sampled_from(["", "2026-06-30"]))
    elif kind in (FieldKind.CHOICES, FieldKind.CHECK):
        value = tuple(one.value for one in offered[:3])
    elif kind is FieldKind.PEOPLE:
        value = draw(st.sampled_from([(), ("slack:T0CLEAN:U0ANNA", "web:W:anna")]))
    return Field(
        name,
        draw(lines),
        kind,
        required=draw(st.booleans()),
        hint=draw(texts),
        value=value,
        options=offered,
        max_length=draw(st.none() | st.integers(1, 9000)),
    )


@st.composite
def forms(draw: st.DrawFn) -> Form:
    count = draw(st.integers(1, 12))
    asked = tuple(draw(form_fields(f"field{n}")) for n in range(count))
    return Form(
        draw(actions),
        draw(lines),
        asked,
        draw(lines),
        draw(lines),
        value=draw(st.text(max_size=1000)),
        intro=draw(texts),
    )


@settings(max_examples=30)
@given(cards)
def test_every_card_is_accepted_as_a_message(card: Card):
    message = render_message(card)
    assert message_problems(message.blocks) == []
    assert message.text.strip()
    for block in message.blocks:
        parsed = SdkBlock.parse(block)
        assert parsed is not None
        parsed.validate_json()


@settings(max_examples=30)
@given(cards)
def test_every_card_is_accepted_as_a_dialog(card: Card):
    view = render_card_view(card, place=Place())
    assert view_problems(view) == []
    View(**view).validate_json()


@settings(max_examples=15)
@given(st.lists(cards, max_size=8))
def test_every_home_is_accepted(found: list[Card]):
    home = Home("Matchpoint for Anna", tuple(found))
    assert view_problems(render_home(home)) == []
    assert message_problems(render_home_message(home).blocks) == []


@settings(max_examples=30)
@given(forms())
def test_every_form_is_accepted(form: Form):
    place = Place("slack:T0CLEAN:C0CHALL", "slack:T0CLEAN:C0CHALL:1.000001")
    view = render_form(form, place=place)
    if any(block["type"] == "input" for block in view["blocks"]):
        assert view_problems(view) == []
        View(**view).validate_json()
    memory = read_memory(view)
    assert (memory.action, memory.value, memory.place) == (form.action, form.value, place)


@settings(max_examples=30)
@given(cards)
def test_every_button_keeps_its_action_and_value(card: Card):
    rendered = [one for block in render_message(card).blocks if block["type"] == "actions" for one in block["elements"]]
    asked = [one for block in card.blocks if isinstance(block, Actions) for one in block.buttons]
    if len(rendered) == len(asked):
        kept = [(read_action(one["action_id"]), one.get("value", "")) for one in rendered]
        assert kept == [(one.action, one.value) for one in asked]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_notice_and_question_of_the_house_is_accepted(locale: str):
    for notice in _examples():
        words = Words(locale, "Europe/Copenhagen")
        if type(notice) in CARDS:
            card = compose(notice, words)
            assert message_problems(render_message(card).blocks) == [], notice
            assert view_problems(render_card_view(card, place=Place())) == [], notice
        if type(notice) in FORMS:
            view = render_form(lay_out(notice, words), place=Place())
            has_input = any(block["type"] == "input" for block in view["blocks"])
            assert view_problems(view) == [] or not has_input, notice


def _examples() -> list[Any]:
    from importlib import import_module
    from pkgutil import iter_modules

    import messages.notices

    found: list[Any] = []
    for module in iter_modules(messages.notices.__path__):
        found += import_module(f"messages.notices.{module.name}").EXAMPLES
    return found


def test_hostile_text_pings_nobody_and_links_nowhere_else():
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
    written = json.dumps(render_message(card).as_json())
    assert re.findall(r"<[!@#]|<[^h]|\|", written.replace("|y", "")) == []
    assert '"verbatim": false' not in written
    mrkdwn = re.findall(r'\{"type": "mrkdwn"[^}]*\}', written)
    assert mrkdwn
    assert all('"verbatim": true' in one for one in mrkdwn)


def test_every_line_of_a_quotation_is_marked():
    blocks_ = render_message(Card("", (Quote("one\ntwo\n\nthree"),))).blocks
    assert blocks_[0]["text"]["text"] == "> one\n> two\n> \n> three"


def test_a_quotation_names_its_source():
    message = render_message(Card("", (Quote("Wij meten", "Waterlens, auf Niederländisch", "nl"),), locale="de"))
    assert message.blocks[1]["elements"][0]["text"] == "— Waterlens, auf Niederländisch"


def test_a_web_address_can_be_clicked_and_shows_itself():
    text = render_message(Card("", (Section("See https://example.org/a?b=1&c=2."),))).blocks[0]["text"]["text"]
    assert text == "See <https://example.org/a?b=1&amp;c=2>."


def test_a_long_text_goes_on_in_further_sections():
    text = "\n".join(f"line {n}" for n in range(1000))
    shown = render_message(Card("", (Section(text),))).blocks
    assert len(shown) == 3
    assert "\n".join(block["text"]["text"] for block in shown) == text


def test_what_does_not_fit_says_where_the_rest_is_and_keeps_its_buttons():
    many = tuple(Section(f"number {n}") for n in range(80))
    message = render_message(Card("List", (*many, Actions((Button("Next", "challenge.list"),)))))
    assert len(message.blocks) == 50
    assert "more than fits" in text_of({"blocks": message.blocks})
    assert find_button(message.blocks, "challenge.list")


def test_more_than_a_hundred_options_are_all_offered():
    offered = tuple(Option(f"CH-{n}", f"Challenge {n}") for n in range(1, 251))
    view = render_form(
        Form("a", "Choose", (Field("which", "Which", FieldKind.CHOICE, options=offered),), "Go", "Not"), place=Place()
    )
    groups = view["blocks"][0]["element"]["option_groups"]
    assert [len(group["options"]) for group in groups] == [100, 100, 50]


def test_a_choice_without_options_says_so_instead_of_breaking_the_form():
    fields = (Field("which", "Which one", FieldKind.CHOICE), Field("why", "Why"))
    view = render_form(Form("a", "Choose", fields, "Go", "Not"), place=Place())
    assert view_problems(view) == []
    assert "Which one: there is nothing to choose yet." in view["blocks"][0]["elements"][0]["text"]


def test_what_was_chosen_comes_back_as_addresses():
    state = {
        "where": {"value": {"type": "conversations_select", "selected_conversation": "C0CHALL"}},
        "who": {"value": {"type": "multi_users_select", "selected_users": ["U0ANNA", "U0BERT"]}},
        "nobody": {"value": {"type": "multi_users_select", "selected_users": None}},
        "text": {"value": {"type": "plain_text_input", "value": None}},
        "ticks": {"value": {"type": "checkboxes", "selected_options": [{"value": "R&amp;D"}]}},
        "date": {"value": {"type": "datepicker", "selected_date": "2026-06-30"}},
    }
    filled = read_form({"state": {"values": state}}, workspace="T0CLEAN")
    assert filled.fields == {
        "where": "slack:T0CLEAN:C0CHALL",
        "who": ("slack:T0CLEAN:U0ANNA", "slack:T0CLEAN:U0BERT"),
        "nobody": (),
        "text": "",
        "ticks": ("R&D",),
        "date": "2026-06-30",
    }
    assert filled.people == ("U0ANNA", "U0BERT")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<@U0ANNA> and <@U0ANNA|anna>", "@U0ANNA and @anna"),
        ("<#C1|general> <!here> <!subteam^S1|@sales>", "#general @here @sales"),
        ("<https://example.org> <https://example.org|example.org>", "https://example.org https://example.org"),
        ("<https://example.org/x|our page>", "our page (https://example.org/x)"),
        ("<mailto:a@example.org|a@example.org>", "a@example.org"),
        ("half \ud800 a character\0", "half  a character"),
        ("5 < 6 > 4", "5 < 6 > 4"),
    ],
)
def test_what_people_write_becomes_plain(written: str, meant: str):
    assert to_plain(written) == meant


@given(texts, st.integers(5, 3000))
def test_fitting_keeps_within_the_limit_and_never_cuts_an_entity(text: str, limit: int):
    fitted = fit(text, limit)
    assert len(fitted) <= limit
    assert re.search(r"&(?!amp;|lt;|gt;)", fitted) is None
    if len(fit(text, 10**6)) <= limit:
        assert unescape(fitted) == text


@given(texts)
def test_pieces_lose_nothing_but_white_space(text: str):
    found = pieces(text, first=1000, others=3000, most=100)
    assert all(len(one) <= 3000 for one in found)
    assert "".join(unescape("".join(found)).split()) == "".join(text.split())
