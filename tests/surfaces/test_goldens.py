"""Golden cards and forms: every example in six languages on every surface, for people to read.

One file per notice and surface. What all languages share is written once; where they differ, their lines stand one
below the other. `pytest tests/surfaces/test_goldens.py --snapshot-update` writes them anew: read what changed before it
goes in.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import handlers.journeys  # noqa: F401  (Teams must know what an action does before it draws its button)
from handlers.requests import Place
from messages.card import Card, Form
from messages.chrome import chrome
from messages.compose.registry import CARDS, compose, lay_out
from messages.i18n import LOCALES, Words
from surfaces.slack.forms import render_card_view
from surfaces.slack.forms import render_form as render_view
from surfaces.slack.render import render_message
from surfaces.teams.forms import render_card_view as render_card_dialog
from surfaces.teams.forms import render_form as render_dialog
from surfaces.teams.forms import render_form_message
from surfaces.teams.render import render_message as render_activity
from surfaces.web.render import render_card, render_form
from tests.fakes import teams_cards
from tests.fakes.slack_blocks import message_problems, view_problems
from tests.surfaces.specimens import EXAMPLES, ZONE

HERE = Path(__file__).parent / "goldens"
MOST = 10_000_000

kinds = pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)


@kinds
@pytest.mark.parametrize("surface", ["slack", "teams", "web"])
def test_every_card_and_form_looks_as_it_did(kind: type, surface: str, pytestconfig: pytest.Config):
    path = HERE / surface / f"{kind.__name__}.txt"
    lines = told(kind, {"slack": slack, "teams": teams, "web": html}[surface])
    if pytestconfig.option.update_snapshots:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert path.exists(), "pytest tests/surfaces/test_goldens.py --snapshot-update writes it"
    assert lines == path.read_text(encoding="utf-8").split("\n")[:-1]


def test_every_golden_belongs_to_a_notice_and_all_are_small():
    files = list(HERE.rglob("*.txt"))
    assert sorted(path.stem for path in files) == sorted(kind.__name__ for kind in EXAMPLES for _ in range(3))
    assert sum(path.stat().st_size for path in files) < MOST


def slack(shown: Card | Form, words: Words) -> list[str]:
    """Return the blocks or the dialog that Slack gets, which it accepts, as an outline."""
    if isinstance(shown, Card):
        message = render_message(shown).as_json()
        assert message_problems(message["blocks"]) == []
        assert view_problems(render_card_view(shown, place=Place())) == []
        return list(outline(message))
    view = render_view(shown, place=Place())
    assert view_problems(view) == []
    return list(outline(view))


def teams(shown: Card | Form, words: Words) -> list[str]:
    """Return the Adaptive Card or the dialog that Teams gets, which it accepts, as an outline."""
    if isinstance(shown, Card):
        message = render_activity(shown)
        assert teams_cards.message_problems(message.as_json()) == []
        assert teams_cards.dialog_problems(render_card_dialog(shown)) == []
        return list(outline(flat({"summary": message.text, **message.card})))
    assert teams_cards.message_problems(render_form_message(shown, place=Place()).as_json()) == []
    dialog = render_dialog(shown, place=Place())
    assert teams_cards.dialog_problems(dialog) == []
    card = dialog["card"]["content"]
    for button in card["actions"]:
        # What a form remembers of itself is for machines, and depends on the version of zlib.
        button["data"].pop("form", None)
    return list(outline(flat({**dialog, "card": card})))


def html(shown: Card | Form, words: Words) -> list[str]:
    """Return the HTML that a browser gets, with neighbouring tags on lines of their own."""
    card = isinstance(shown, Card)
    page = render_card(shown) if card else render_form(shown, chrome(words.locale, words.zone))
    return [line for line in page.replace("><", ">\n<").splitlines() if line.strip()]


def told(kind: type, render: Callable[[Card | Form, Words], list[str]]) -> list[str]:
    """Return all examples of a notice or question, each in all languages."""
    lines: list[str] = []
    for number, example in enumerate(EXAMPLES[kind], 1):
        in_words = [Words(locale, ZONE) for locale in LOCALES]
        make = compose if kind in CARDS else lay_out
        lines += [f"===== {number}{_traits(example)}", *side_by_side([render(make(example, w), w) for w in in_words])]
    return "\n".join(lines).split("\n")


def side_by_side(versions: Sequence[Sequence[str]]) -> Iterator[str]:
    """Write what the languages share once, and the rest language by language."""
    if len({len(lines) for lines in versions}) > 1:
        versions = [["\n".join(lines)] for lines in versions]
    for row in zip(*versions, strict=True):
        if len(set(row)) == 1:
            yield f"   | {row[0]}"
        else:
            yield from (f"{locale} | {line}" for locale, line in zip(LOCALES, row, strict=True))


def outline(value: Any, indent: str = "") -> Iterator[str]:
    """Write JSON as an indented outline, one value a line; nothing is left out."""
    entries = value.items() if isinstance(value, dict) else ((None, one) for one in value)
    for name, one in entries:
        head = indent + ("-" if name is None else f"{name}:")
        if isinstance(one, dict | list) and one:
            yield head
            yield from outline(one, indent + "  ")
        else:
            yield f"{head} {one if isinstance(one, str) and one.isprintable() else json.dumps(one, ensure_ascii=False)}"


def flat(value: Any) -> Any:
    """Put the look of a text on one line and its words below, so that what languages share is written once."""
    if isinstance(value, list):
        return [flat(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "text" not in value or any(isinstance(one, dict | list) for one in value.values()):
        return {name: flat(one) for name, one in value.items()}
    look = [f"{name}={one}" for name, one in value.items() if name not in ("type", "text", "wrap")]
    return {" ".join([value["type"], *look]): value["text"]}


def _traits(example: Any) -> str:
    values = {field.name: getattr(example, field.name) for field in dataclasses.fields(example)}
    told = (f"{name}={value}" for name, value in values.items() if isinstance(value, Enum) or value is True)
    return "".join(f" · {one}" for one in told)
