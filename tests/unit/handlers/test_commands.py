"""What is typed behind a command becomes an action and what is left for its handler."""

from __future__ import annotations

import pytest

from domain.errors import Invalid
from handlers.commands import COMMANDS, resolve


@pytest.mark.parametrize(
    ("command", "typed", "meant"),
    [
        ("challenge", "", ("challenge.new", "")),
        ("challenge", "  LIST ", ("challenge.list", "")),
        ("challenge", "show CH-12", ("challenge.show", "CH-12")),
        ("challenge", "Sensors for E. coli", ("challenge.title", "Sensors for E. coli")),
        ("challenge", "CH-12", ("challenge.show", "CH-12")),
        ("challenge", " ch 12 ", ("challenge.show", "CH-12")),
        ("challenge", "#12", ("challenge.show", "CH-12")),
        ("challenge", "show ch 22.", ("challenge.show", "CH-22")),
        ("challenge", "show #22", ("challenge.show", "CH-22")),
        ("challenge", "SHOW\tCH-22,", ("challenge.show", "CH-22")),
        ("challenge", "list 2", ("challenge.list", "2")),
        ("challenge", "answers CH 22 3", ("challenge.answers", "CH-22 3")),
        ("challenge", "close CH-22 because we found one", ("challenge.close", "CH-22 because we found one")),
        ("challenge", "withdraw ch22: stopped,\nsorry", ("challenge.withdraw", "CH-22 stopped,\nsorry")),
        ("voucher", "withdraw 5 no time", ("voucher.withdraw", "VO-5 no time")),
        ("voucher", "apply IN-34 CA-3", ("voucher.apply", "IN-34 CA-3")),
        ("challenge", "(22)", ("challenge.show", "CH-22")),
        ("challenge", "22.", ("challenge.show", "CH-22")),
        ("challenge", "CH-12 needs a title", ("challenge.title", "CH-12 needs a title")),
        ("challenge", "CO2 capture", ("challenge.title", "CO2 capture")),
        ("answer", "CH-12", ("answer.write", "CH-12")),
        ("answer", "CH-12 We can do that", ("answer.write", "CH-12 We can do that")),
        ("answer", "an7", ("answer.show", "AN-7")),
        ("answer", "12", ("answer.write", "12")),
        ("answer", "hello", ("answer.write", "hello")),
        ("matchpoint", "34", ("introduction.show", "IN-34")),
        ("matchpoint", "IN-34", ("introduction.show", "IN-34")),
        ("matchpoint", "intros", ("introduction.list", "")),
    ],
)
def test_what_is_typed_means_one_action(command: str, typed: str, meant: tuple[str, str]):
    assert resolve(command, typed) == meant


def test_a_page_of_blanks_is_read_as_fast_as_any_other_text():
    # Were the blanks tried in every way, this would take an hour.
    with pytest.raises(Invalid):
        resolve("challenge", "close CH" + " " * 1_000_000 + "x")


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


@pytest.mark.parametrize("command", COMMANDS)
def test_help_behind_any_verb_is_the_help_of_the_command(command: str):
    for verb in COMMANDS[command].verbs:
        assert resolve(command, f"{verb.word} HELP") == (f"help.{command}", "")


@pytest.mark.parametrize(
    ("command", "typed", "example"),
    [
        ("challenge", "show the pipes", "/challenge show CH-12"),
        ("challenge", "edit AN-1", "/challenge edit CH-12"),
        ("voucher", "withdraw foo", "/voucher withdraw VO-5"),
    ],
)
def test_what_is_no_id_of_the_verbs_kind_is_refused_with_an_example(command: str, typed: str, example: str):
    with pytest.raises(Invalid) as refused:
        resolve(command, typed)
    assert (refused.value.key, refused.value.params["example"]) == ("id.unknown", example)


@pytest.mark.parametrize(
    ("command", "typed", "example"),
    [
        ("challenge", "show CH-22 please", "/challenge show CH-22"),
        ("challenge", "answers CH-22 all of them", "/challenge answers CH-22"),
        ("challenge", "list of needs", "/challenge list"),
        ("answer", "withdraw AN-7 and AN-8", "/answer withdraw AN-7"),
        ("matchpoint", "settings German", "/matchpoint settings"),
        ("matchpoint", "leave in 34 now", "/matchpoint leave IN-34"),
    ],
)
def test_what_a_verb_cannot_use_is_refused_with_an_example(command: str, typed: str, example: str):
    with pytest.raises(Invalid) as refused:
        resolve(command, typed)
    assert (refused.value.key, refused.value.params["example"]) == ("command.extra", example)


@pytest.mark.parametrize(
    ("command", "typed"),
    [
        ("matchpoint", "CH-12"),
        ("matchpoint", "zzzz"),
        ("matchpoint", "hello"),
        ("challenge", "hello"),
        ("voucher", "hello"),
        ("voucher", "CH-12"),
    ],
)
def test_where_no_verb_is_near_none_is_guessed_and_an_example_is_told(command: str, typed: str):
    with pytest.raises(Invalid) as refused:
        resolve(command, typed)
    assert refused.value.key == "command.verb.none"
    assert refused.value.params["example"] == COMMANDS[command].example


def test_a_command_that_does_not_exist_is_refused():
    with pytest.raises(Invalid):
        resolve("chalenge", "list")
