"""Whatever a form holds, Teams accepts it, and what was answered comes back as it was typed or chosen."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.requests import Place
from messages.card import Field, FieldKind, Form, Option
from surfaces.teams.fitting import CARD_BYTES, weight
from surfaces.teams.forms import (
    CLOSE,
    PEOPLE_MOST,
    needs_channels,
    read_form,
    read_memory,
    render_form,
    render_form_message,
    with_channels,
)
from tests.fakes.teams_cards import dialog_problems, elements_of, message_problems, texts_of

TENANT = "5c0ffee0-0000-4000-8000-000000000001"
PLACE = Place(f"teams:{TENANT}:19%3Aa%40thread.tacv2", f"teams:{TENANT}:19%3Aa%40thread.tacv2:17")
ANNA = "a1a1a1a1-0000-4000-8000-00000000000a"
HOSTILE = "<at>Anna</at> [x](http://evil.example) **bold**\n# big"

words = st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
texts = st.one_of(st.text(max_size=40), st.sampled_from([HOSTILE, "\n" * 9, "y" * 900, ""]))
codes = st.text(alphabet="abcXYZ0123456789:_-%", min_size=1, max_size=30)
options = st.lists(st.builds(Option, value=codes, label=words), max_size=20, unique_by=lambda one: one.value).map(tuple)


@st.composite
def fields(draw: st.DrawFn, name: str) -> Field:
    kind = draw(st.sampled_from(FieldKind))
    offered = draw(options) if kind in (FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.CHECK) else ()
    value: str | tuple[str, ...] = draw(texts)
    if kind is FieldKind.DATE:
        value = draw(st.sampled_from(["", "2026-06-30"]))
    elif kind is FieldKind.CHOICE:
        value = offered[0].value if offered else ""
    elif kind in (FieldKind.CHOICES, FieldKind.CHECK):
        value = tuple(one.value for one in offered[:3])
    elif kind is FieldKind.PEOPLE:
        value = draw(st.sampled_from([(), (f"teams:{TENANT}:{ANNA}",)]))
    return Field(
        name,
        draw(words),
        kind,
        required=draw(st.booleans()),
        hint=draw(texts),
        value=value,
        options=offered,
        max_length=draw(st.sampled_from([None, 900, 4000])),
    )


@st.composite
def forms(draw: st.DrawFn) -> Form:
    asked = tuple(draw(fields(f"field{n}")) for n in range(draw(st.integers(1, 6))))
    return Form("challenge.submit", draw(words), asked, draw(words), draw(words), value="CH-12", intro=draw(texts))


def answers_of(card: dict[str, Any]) -> dict[str, Any]:
    """Return what Teams sends when a form is sent as it was shown: what its button carries, and every input."""
    filled = {
        one["id"]: one["value"] for one in elements_of(card) if one["type"].startswith("Input.") if "value" in one
    }
    return {**card["actions"][0]["data"], **filled}


@settings(max_examples=40, deadline=None)
@given(forms())
def test_every_form_is_accepted_and_remembers_itself(form: Form):
    dialog, message = render_form(form, place=PLACE, on_home=True), render_form_message(form, place=PLACE)
    if list(elements_of(dialog["card"]["content"])):
        assert dialog_problems(dialog) == []
    assert message_problems(message.as_json()) == []
    memory = read_memory(dialog["card"]["content"]["actions"][0]["data"])
    assert (memory.action, memory.value, memory.place, memory.on_home) == (form.action, form.value, PLACE, True)
    assert memory.form is not None
    assert [one.label for one in memory.form.fields] == [one.label for one in form.fields]


@settings(max_examples=40, deadline=None)
@given(forms())
def test_what_is_filled_in_comes_back(form: Form):
    filled = read_form(answers_of(render_form(form, place=PLACE)["card"]["content"]), workspace=TENANT)
    assert filled.fields.keys() == {one.name for one in form.fields}
    for field in form.fields:
        if field.kind in (FieldKind.CHOICES, FieldKind.CHECK, FieldKind.PEOPLE, FieldKind.DATE):
            assert filled.fields[field.name] == field.value
        elif field.kind in (FieldKind.LINE, FieldKind.TEXT):
            assert filled.fields[field.name] == str(field.value).replace("\r\n", "\n").replace("\0", "")


def test_mistakes_stand_at_their_fields_and_nothing_that_was_typed_is_lost():
    form = Form(
        "challenge.submit",
        "State a challenge",
        (Field("title", "Title"), Field("sectors", "Sectors", FieldKind.CHOICES, options=(Option("w", "Water"),))),
        "Submit",
        "Cancel",
    )
    sent = {
        **answers_of(render_form(form, place=PLACE)["card"]["content"]),
        "f.title": "Find *E. coli*",
        "s.sectors": "w",
    }
    filled = read_form(sent, workspace=TENANT)
    assert filled.memory.form == form
    errors = {"title": "Too vague.", "budget": "Nobody asked for it."}
    again = render_form(form, place=PLACE, errors=errors, typed=filled.fields)
    assert dialog_problems(again) == []
    card = again["card"]["content"]
    assert list(texts_of(card)) == [
        "Some answers need another look",
        "Nobody asked for it.",
        "Title",
        "Too vague.",
        "Sectors",
        "Water",
        "Submit",
        "Cancel",
    ]
    assert {one["id"]: one.get("value") for one in elements_of(card) if "id" in one} == {
        "f.title": "Find *E. coli*",
        "s.sectors": "w",
    }


def test_a_required_answer_is_asked_for_before_it_is_sent_unless_it_may_wait_as_a_draft():
    form = Form("a", "T", (Field("title", "Title"), Field("note", "Note", required=False)), "Go", "Not")

    def required(form: Form) -> list[bool]:
        card = render_form(form, place=PLACE)["card"]["content"]
        return [one.get("isRequired", False) for one in elements_of(card) if one["type"].startswith("Input.")]

    assert required(form) == [True, False]
    assert required(replace(form, draft="keep")) == [False, False]


def test_closing_asks_for_no_answers():
    form = Form("a", "T", (Field("title", "Title"),), "Go", "Not")
    submit, close = render_form(form, place=PLACE)["card"]["content"]["actions"]
    assert submit["type"] == close["type"] == "Action.Submit"
    assert (close["data"], close["associatedInputs"]) == ({"action": CLOSE}, "none")
    inline = render_form_message(form, place=PLACE).card["actions"]
    assert [one["type"] for one in inline] == ["Action.Execute", "Action.Execute"]


def test_what_was_chosen_comes_back_as_addresses():
    data = {
        "action": "setup.save",
        "value": "",
        "p.managers": f"{ANNA},29:1abc",
        "p.nobody": "",
        "f.channel": f"teams:{TENANT}:19%3Aa%40thread.tacv2",
        "s.ticks": "a,b",
        "f.number": 12.0,
        "f.text": "one\r\ntwo\0",
    }
    filled = read_form(data, workspace=TENANT)
    assert filled.fields == {
        "managers": (f"teams:{TENANT}:{ANNA}", f"teams:{TENANT}:29%3A1abc"),
        "nobody": (),
        "channel": f"teams:{TENANT}:19%3Aa%40thread.tacv2",
        "ticks": ("a", "b"),
        "number": "12",
        "text": "one\ntwo",
    }
    assert filled.people == (ANNA, "29:1abc")


@pytest.mark.parametrize("packed", ["", "x", "c-jPA" * 40, "\ud800", "{" * 900, 7, None, ["a"], {"a": 1}])
def test_what_is_no_form_of_ours_is_no_form(packed: Any):
    memory = read_memory({"action": "a", "form": packed})
    assert (memory.action, memory.form) == ("a", None)


def test_a_packed_form_that_grows_beyond_all_bounds_is_not_read():
    huge = Form("a", "T", (Field("x", "y" * 400_000),), "Go", "Not")
    data = render_form(Form("a", "T", (), "Go", "Not"), place=PLACE)["card"]["content"]["actions"][0]["data"]
    from surfaces.teams.forms import _packed

    assert len(_packed(huge)) < 5000
    assert read_memory({**data, "form": _packed(huge)}).form is None


def test_a_very_full_form_goes_without_its_memory_rather_than_without_an_answer():
    full = tuple(Field(f"f{n}", f"Part {n}", FieldKind.TEXT, value="wort " * 780, max_length=4000) for n in range(6))
    card = render_form(Form("a", "T", full, "Go", "Not"), place=PLACE)["card"]["content"]
    assert weight(card) > CARD_BYTES - 3000
    filled = read_form(answers_of(card), workspace=TENANT)
    assert filled.memory.form is None
    assert [filled.fields[f"f{n}"] for n in range(6)] == ["wort " * 780] * 6


def test_channels_are_offered_where_the_form_asks_for_them():
    form = Form("a", "T", (Field("where", "Where", FieldKind.CHANNEL),), "Go", "Not")
    assert needs_channels(form)
    assert "there is nothing to choose yet" in " ".join(texts_of(render_form(form, place=PLACE)["card"]["content"]))
    offered = with_channels(form, (Option("teams:t:19%3Aa%40thread.tacv2", "challenges"),))
    assert not needs_channels(offered)
    assert "challenges" in list(texts_of(render_form(offered, place=PLACE)["card"]["content"]))


def test_no_more_people_are_read_than_can_be_looked_up():
    crowd = [f"{number:08d}-0000-0000-0000-000000000000" for number in range(200)]
    filled = read_form({"action": "x", "p.managers": crowd, "p.others": crowd}, workspace="tenant")
    assert len(filled.people) == PEOPLE_MOST
