"""The neutral command table and its grammar: the same words on every surface.

`/challenge list`, `@matchpoint challenge list` and a button end at the same action. A verb is the first word, in any
case; what follows is the handler's. `messages.compose.help` has a line for every verb here, and a test holds the two
together.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from domain.errors import Invalid
from domain.ids import Kind, parse_id


@dataclass(frozen=True, slots=True)
class Verb:
    """A word that may follow a command, and the action it means; `argument` shows what it takes (`CH-12`)."""

    word: str
    action: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Grammar:
    """A command: what it means with nothing behind it (`bare`), with a verb, and with free text (`free`).

    `shown` holds the kinds of id that mean, with nothing else behind the command, that it is to be shown.
    """

    name: str
    bare: str
    verbs: tuple[Verb, ...]
    free: str = ""
    shown: Mapping[Kind, str] = field(default_factory=dict[Kind, str])


COMMANDS: Final[dict[str, Grammar]] = {
    "challenge": Grammar(
        "challenge",
        bare="challenge.new",
        free="challenge.title",
        shown={Kind.CHALLENGE: "challenge.show"},
        verbs=(
            Verb("list", "challenge.list"),
            Verb("mine", "challenge.mine"),
            Verb("show", "challenge.show", "CH-12"),
            Verb("answers", "challenge.answers", "CH-12"),
            Verb("edit", "challenge.edit", "CH-12"),
            Verb("close", "challenge.close", "CH-12"),
            Verb("withdraw", "challenge.withdraw", "CH-12"),
            Verb("help", "help.challenge"),
        ),
    ),
    "answer": Grammar(
        "answer",
        bare="answer.choose",
        free="answer.write",
        shown={Kind.ANSWER: "answer.show"},
        verbs=(
            Verb("mine", "answer.mine"),
            Verb("show", "answer.show", "AN-7"),
            Verb("edit", "answer.edit", "AN-7"),
            Verb("withdraw", "answer.withdraw", "AN-7"),
            Verb("help", "help.answer"),
        ),
    ),
    "voucher": Grammar(
        "voucher",
        bare="voucher.list",
        shown={Kind.VOUCHER: "voucher.status", Kind.CALL: "call.show"},
        verbs=(
            Verb("apply", "voucher.apply", "CA-3"),
            Verb("status", "voucher.status", "VO-5"),
            Verb("edit", "voucher.edit", "VO-5"),
            Verb("withdraw", "voucher.withdraw", "VO-5"),
            Verb("claim", "voucher.claim", "VO-5"),
            Verb("report", "voucher.report", "VO-5"),
            Verb("declare", "voucher.declare"),
            Verb("schemes", "scheme.list"),
            Verb("board", "voucher.board"),
            Verb("help", "help.voucher"),
        ),
    ),
    "matchpoint": Grammar(
        "matchpoint",
        bare="home.show",
        shown={Kind.INTRODUCTION: "introduction.show"},
        verbs=(
            Verb("setup", "setup.start"),
            Verb("join", "join.start"),
            Verb("invite", "guest.invite", "EMAIL"),
            Verb("profile", "profile.edit"),
            Verb("intros", "introduction.list"),
            Verb("leave", "conversation.leave", "IN-34"),
            Verb("cluster", "cluster.show"),
            Verb("nudges", "nudges.show"),
            Verb("settings", "settings.edit"),
            Verb("calendar", "calendar.show"),
            Verb("link", "link.start"),
            Verb("help", "help.matchpoint"),
        ),
    ),
}


_SPOKEN: Final = re.compile(r"/?([A-Za-z]+)(?:[:\s]+(.*))?", re.DOTALL)


def resolve(name: str, text: str) -> tuple[str, str]:
    """Return the action that a typed command means, and what is left for its handler.

    :raises Invalid: there is no such command (`command.unknown`), or its first word is none of its verbs and no free
        text is taken (`command.verb`, with the nearest as a suggestion; `command.verb.none` where nothing is near).
    """
    grammar = COMMANDS.get(name.lower().lstrip("/"))
    if grammar is None:
        raise Invalid("command.unknown", command=name)
    head, _, rest = text.strip().partition(" ")
    if not head:
        return grammar.bare, ""
    for verb in grammar.verbs:
        if head.lower() == verb.word:
            return verb.action, rest.strip()
    action = _shown(grammar, text)
    if action:
        return action, text.strip()
    if grammar.free and not _looks_like_a_slip(grammar, head, rest):
        return grammar.free, text.strip()
    near = _nearest(grammar, head)
    if not near:
        raise Invalid("command.verb.none", command=grammar.name, typed=head)
    raise Invalid("command.verb", command=grammar.name, typed=head, example=near)


def spoken(text: str) -> tuple[str, str] | None:
    """Return the command that a sentence to Matchpoint is, and the text behind it; None where it is none.

    `challenge list` and `/challenge list` are the same; what only /matchpoint can do needs no command before it.
    """
    found = _SPOKEN.fullmatch(text.strip())
    if found is None:
        return None
    word, rest = found[1].lower(), (found[2] or "").strip()
    if word in COMMANDS:
        return word, rest
    own = COMMANDS["matchpoint"]
    return (own.name, f"{word} {rest}".rstrip()) if any(verb.word == word for verb in own.verbs) else None


def _shown(grammar: Grammar, text: str) -> str:
    """Return the action that shows what is named by an id and nothing else; empty where it is none."""
    try:
        kind, _ = parse_id(text)
    except Invalid:
        return ""
    return grammar.shown.get(Kind(kind), "")


def _looks_like_a_slip(grammar: Grammar, head: str, rest: str) -> bool:
    """Tell whether a lone word, or one followed by an id, is a misspelt verb rather than the beginning of a text."""
    if grammar.name == "answer" and any(c.isdigit() for c in head):
        return False
    behind = rest.strip()
    alone = not behind or (len(behind.split()) == 1 and any(c.isdigit() for c in behind))
    return alone and bool(difflib.get_close_matches(head.lower(), [v.word for v in grammar.verbs], n=1, cutoff=0.6))


def _nearest(grammar: Grammar, head: str) -> str:
    near = difflib.get_close_matches(head.lower(), [v.word for v in grammar.verbs], n=1, cutoff=0.5)
    verb = next((v for v in grammar.verbs if v.word in near), None)
    return "" if verb is None else f"/{grammar.name} {verb.word} {verb.argument}".rstrip()
