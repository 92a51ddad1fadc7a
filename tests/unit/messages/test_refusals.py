"""Every refusal that the program raises has words, and its placeholders are filled."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.answers import ANSWER, AnswerState
from domain.challenges import CHALLENGE, ChallengeState
from domain.errors import OutOfDate
from messages.i18n import Words
from messages.refusals import REFUSALS, explain

ROOT = Path(__file__).parents[3]
KINDS = {"Refusal", "NotFound", "NotAllowed", "OutOfDate", "Invalid"}


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """Yield where a refusal is made with a key written out, the key, and the names of its parameters."""
    for package in ("domain", "handlers", "surfaces", "bot"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in KINDS:
                    continue
                keys = node.args[0] if node.args else None
                branches = [keys.body, keys.orelse] if isinstance(keys, ast.IfExp) else [keys]
                named = {keyword.arg for keyword in node.keywords if keyword.arg}
                starred = any(keyword.arg is None for keyword in node.keywords)
                for key in branches:
                    if isinstance(key, ast.Constant) and isinstance(key.value, str) and not starred:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", key.value, named


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_refusal_that_is_raised_has_words_and_what_fills_them():
    found = list(raised())
    assert len(found) > 50
    wordless = [f"{where} {key}" for where, key, _ in found if key not in REFUSALS]
    assert wordless == []
    unfilled = [
        f"{where} {key}: {sorted(placeholders(REFUSALS[key]) - named)}"
        for where, key, named in found
        if placeholders(REFUSALS[key]) - named
    ]
    assert unfilled == []


@pytest.mark.parametrize("state", ChallengeState)
def test_every_state_of_a_challenge_says_why_not(state: ChallengeState):
    said = explain(OutOfDate(f"challenge.now.{state.value}", id="CH-12"), Words("en"))
    assert "CH-12" in said
    if state is not ChallengeState.SUBMITTED:
        assert "CH-12" in explain(OutOfDate(f"screening.now.{state.value}", id="CH-12"), Words("en"))


@pytest.mark.parametrize("state", AnswerState)
def test_every_state_of_an_answer_says_why_not(state: AnswerState):
    assert "AN-7" in explain(OutOfDate(f"answer.now.{state.value}", id="AN-7"), Words("en"))


def test_every_lifecycle_of_the_two_journeys_has_its_general_words():
    assert {f"{one.name}.not_now" for one in (CHALLENGE, ANSWER)} <= set(REFUSALS)
