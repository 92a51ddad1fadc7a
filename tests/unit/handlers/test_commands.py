"""What is typed behind a command becomes an action and what is left for its handler."""

from __future__ import annotations

import pytest

from domain.errors import Invalid
from handlers.commands import resolve


@pytest.mark.parametrize(
    ("command", "typed", "meant"),
    [
        ("challenge", "", ("challenge.new", "")),
        ("challenge", "  LIST ", ("challenge.list", "")),
        ("challenge", "show CH-12", ("challenge.show", "CH-12")),
        ("challenge", "Sensors for E. coli", ("challenge.title", "Sensors for E. coli")),
        ("challenge", "CH-12", ("challenge.show", "CH-12")),
        ("challenge", " ch 12 ", ("challenge.show", "ch 12")),
        ("challenge", "CH-12 needs a title", ("challenge.title", "CH-12 needs a title")),
        ("challenge", "CO2 capture", ("challenge.title", "CO2 capture")),
        ("answer", "CH-12", ("answer.write", "CH-12")),
        ("answer", "CH-12 We can do that", ("answer.write", "CH-12 We can do that")),
        ("answer", "an7", ("answer.show", "an7")),
        ("matchpoint", "IN-34", ("introduction.show", "IN-34")),
        ("matchpoint", "intros", ("introduction.list", "")),
    ],
)
def test_what_is_typed_means_one_action(command: str, typed: str, meant: tuple[str, str]):
    assert resolve(command, typed) == meant


@pytest.mark.parametrize(
    ("command", "typed", "example"),
    [
        ("challenge", "lst", "/challenge list"),
        ("challenge", "shw CH-12", "/challenge show CH-12"),
        ("matchpoint", "sttings", "/matchpoint settings"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_an_example(command: str, typed: str, example: str):
    with pytest.raises(Invalid) as refused:
        resolve(command, typed)
    assert refused.value.params["example"] == example


@pytest.mark.parametrize("typed", ["CH-12", "zzzz"])
def test_where_no_verb_is_near_none_is_guessed(typed: str):
    with pytest.raises(Invalid) as refused:
        resolve("matchpoint", typed)
    assert refused.value.key == "command.verb.none"


def test_a_command_that_does_not_exist_is_refused():
    with pytest.raises(Invalid):
        resolve("chalenge", "list")
