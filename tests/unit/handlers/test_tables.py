"""The tables that tie commands, buttons, forms, cards and outbox rows to what they do hold together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast

import handlers
import handlers.cards as cards_module
import handlers.journeys
from handlers.cards import READERS
from handlers.commands import COMMANDS, Grammar
from handlers.letters import JOBS, KINDS
from handlers.nudging.nudges import CAPPED_CARD, REMINDER_CARD
from handlers.routes import ROUTES
from handlers.work import Ask, Work
from messages.compose.help import PURPOSES
from messages.i18n import Words
from messages.notices.help import Help
from surfaces.slack.listeners.shortcuts import ACTION as SHORTCUT
from tests.surfaces.specimens import EXAMPLES, NOTICES, QUESTIONS, buttons_of, cards_of, forms_of

HERE: Final = Path(handlers.__path__[0])

#: Typed only, and the button that leads to the same in two steps.
IN_TWO_STEPS: Final = {
    "answer.write": "answer.start",  # the text at once; the button opens the form
    "challenge.title": "challenge.new",  # the title at once; the button opens the form
}


def actions_of(grammar: Grammar) -> set[str]:
    return {grammar.bare, *(verb.action for verb in grammar.verbs), *filter(None, [grammar.free])}


NOBODY: Final = cast("Work", SimpleNamespace(actor=None))  # help asks who it is for, and nothing of the store
COMMANDED: Final = set[str]().union(*(actions_of(grammar) for grammar in COMMANDS.values()))
PRESSABLE: Final = {
    button.action
    for kind in NOTICES
    for card in cards_of(kind, Words())
    for button in buttons_of(card)
    if button.url is None
}
SENDABLE: Final = {form.action for kind in QUESTIONS for form in forms_of(kind, Words())}


def test_every_button_form_and_command_leads_somewhere():
    assert (PRESSABLE | SENDABLE | COMMANDED | {SHORTCUT}) - ROUTES.keys() == set()


def test_everything_that_can_be_done_is_offered_somewhere():
    assert ROUTES.keys() - PRESSABLE - SENDABLE - {SHORTCUT} == IN_TWO_STEPS.keys() - SENDABLE


def test_everything_a_command_does_has_a_button():
    assert IN_TWO_STEPS.keys() == COMMANDED - PRESSABLE
    assert set(IN_TWO_STEPS.values()) <= PRESSABLE


def test_every_action_of_a_command_is_explained():
    assert PURPOSES.keys() == COMMANDED


def test_the_examples_of_help_are_what_the_commands_say():
    shown = [ROUTES[f"help.{name}"].handler(NOBODY, Ask()).notice for name in COMMANDS]
    assert shown == EXAMPLES[Help]


def test_every_kind_of_outbox_row_is_handled():
    used = _named("enqueue", at=0, keyword="kind") | _named("Intent", at=0, keyword="kind")
    assert {"card.post", "card.update", "rank", "nudge", "relay", "conversation.open"} <= used
    assert used == KINDS.keys() | JOBS.keys()


def test_every_living_card_that_is_told_has_a_reader_and_is_told():
    told = set[str]().union(*(_named(name, at=1, keyword="kind") for name in ("publish", "tell", "tell_managers")))
    told |= {CAPPED_CARD, REMINDER_CARD}  # which of the two, the row says
    refreshed = _named("refresh", at=1, keyword="kind")
    assert told | refreshed <= READERS.keys()
    assert told == READERS.keys()


def _named(function: str, *, at: int, keyword: str) -> set[str]:
    """Return what is given to a function as its kind, anywhere in the handlers; constants are looked up."""
    found: set[str] = set()
    for path in sorted(HERE.rglob("*.py")):
        relative = path.relative_to(HERE.parent).with_suffix("")
        module = import_module(".".join(relative.parts).removesuffix(".__init__"))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name == function:
                given = call.args[at : at + 1] + [one.value for one in call.keywords if one.arg == keyword]
                found |= {kind for one in given for kind in _constants(one, module, tree)}
    return found


def _constants(node: ast.expr, module: object, tree: ast.Module) -> Iterator[str]:
    """Return the texts that an expression may be: a literal, a constant, or what a loop goes through."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name):
        value = getattr(module, node.id, None)
        if isinstance(value, str):
            yield value
        for loop in (one for one in ast.walk(tree) if isinstance(one, ast.For)):
            if isinstance(loop.target, ast.Name) and loop.target.id == node.id and isinstance(loop.iter, ast.Tuple):
                for one in loop.iter.elts:
                    yield from _constants(one, module, tree)


def test_messages_of_nudges_are_not_repeated_on_a_guess_and_reminders_of_deadlines_are():
    assert {CAPPED_CARD} == cards_module._ONCE
    assert REMINDER_CARD in READERS
