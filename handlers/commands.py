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
from enum import StrEnum
from typing import Final

from domain.errors import Invalid
from domain.ids import Kind, format_id, is_number, parse_id, read_number, split_id
from domain.text import shorten


class Behind(StrEnum):
    """What may stand behind a verb. ID: one id, and nothing else; REASON: an id, and a text if there is one.

    PAGE: the number of a page, behind an id if the verb takes one. FREE: whatever its handler reads.
    """

    NOTHING = "nothing"
    ID = "id"
    REASON = "reason"
    PAGE = "page"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Verb:
    """A word that may follow a command, and the action it means; `argument` shows what it takes (`CH-12`)."""

    word: str
    action: str
    argument: str = ""
    behind: Behind = Behind.FREE

    @property
    def kind(self) -> Kind | None:
        """Return the kind of id that the verb takes; None for a verb that takes none."""
        head, dash, _ = self.argument.partition("-")
        return Kind(head) if dash else None


@dataclass(frozen=True, slots=True)
class Grammar:
    """A command: what it means with nothing behind it (`bare`), with a verb, and with free text (`free`).

    `example` is what many type; it is told to who typed what means nothing.
    `shown` holds the kinds of id that mean, with nothing else behind the command, that it is to be shown.
    """

    name: str
    bare: str
    example: str
    verbs: tuple[Verb, ...]
    free: str = ""
    shown: Mapping[Kind, str] = field(default_factory=dict[Kind, str])


COMMANDS: Final[dict[str, Grammar]] = {
    "challenge": Grammar(
        "challenge",
        bare="challenge.new",
        example="/challenge Sensors for E. coli",
        free="challenge.title",
        shown={Kind.CHALLENGE: "challenge.show"},
        verbs=(
            Verb("list", "challenge.list", behind=Behind.PAGE),
            Verb("mine", "challenge.mine", behind=Behind.PAGE),
            Verb("show", "challenge.show", "CH-12", Behind.ID),
            Verb("answers", "challenge.answers", "CH-12", Behind.PAGE),
            Verb("edit", "challenge.edit", "CH-12", Behind.ID),
            Verb("close", "challenge.close", "CH-12", Behind.REASON),
            Verb("withdraw", "challenge.withdraw", "CH-12", Behind.REASON),
            Verb("help", "help.challenge"),
        ),
    ),
    "answer": Grammar(
        "answer",
        bare="answer.choose",
        example="/answer CH-12 We can do that",
        free="answer.write",
        shown={Kind.ANSWER: "answer.show"},
        verbs=(
            Verb("mine", "answer.mine", behind=Behind.PAGE),
            Verb("show", "answer.show", "AN-7", Behind.ID),
            Verb("edit", "answer.edit", "AN-7", Behind.ID),
            Verb("withdraw", "answer.withdraw", "AN-7", Behind.ID),
            Verb("help", "help.answer"),
        ),
    ),
    "voucher": Grammar(
        "voucher",
        bare="voucher.list",
        example="/voucher status VO-5",
        shown={Kind.VOUCHER: "voucher.status", Kind.CALL: "call.show"},
        verbs=(
            Verb("apply", "voucher.apply", "CA-3"),
            Verb("status", "voucher.status", "VO-5", Behind.ID),
            Verb("edit", "voucher.edit", "VO-5", Behind.ID),
            Verb("withdraw", "voucher.withdraw", "VO-5", Behind.REASON),
            Verb("claim", "voucher.claim", "VO-5", Behind.ID),
            Verb("report", "voucher.report", "VO-5", Behind.ID),
            Verb("declare", "voucher.declare"),
            Verb("schemes", "scheme.list"),
            Verb("board", "voucher.board"),
            Verb("help", "help.voucher"),
        ),
    ),
    "matchpoint": Grammar(
        "matchpoint",
        bare="home.show",
        example="/matchpoint profile",
        shown={Kind.INTRODUCTION: "introduction.show"},
        verbs=(
            Verb("setup", "setup.start", behind=Behind.NOTHING),
            Verb("join", "join.start"),
            Verb("invite", "guest.invite", "EMAIL"),
            Verb("profile", "profile.edit"),
            Verb("intros", "introduction.list"),
            Verb("leave", "conversation.leave", "IN-34", Behind.ID),
            Verb("cluster", "cluster.show"),
            Verb("nudges", "nudges.show"),
            Verb("settings", "settings.edit", behind=Behind.NOTHING),
            Verb("calendar", "calendar.show", behind=Behind.NOTHING),
            Verb("link", "link.start"),
            Verb("help", "help.matchpoint"),
        ),
    ),
}


_HELP: Final = ("help", "--help", "?")
_TYPED_MAX: Final = 60
_SPOKEN: Final = re.compile(r"/?([A-Za-z]+)(?:[:\s]+(.*))?", re.DOTALL)


def resolve(name: str, text: str) -> tuple[str, str]:
    """Return the action that a typed command means, and what is left for its handler.

    An id is handed on as people see it (`CH-12`), however it was typed.

    :raises Invalid: there is no such command (`command.unknown`); its first word is none of its verbs and no free text
        is taken (`command.verb`, with the nearest as a suggestion; `command.verb.none` where nothing is near); or what
        stands behind the verb is no id of its kind (`id.unknown`), or more than it takes (`command.extra`).
    """
    grammar = COMMANDS.get(name.lower().lstrip("/"))
    if grammar is None:
        raise Invalid("command.unknown", command=name)
    if not text.strip():
        return grammar.bare, ""
    head, *behind = text.split(maxsplit=1)
    rest = behind[0].strip() if behind else ""
    for verb in grammar.verbs:
        if head.lower() == verb.word:
            # Who asks for help behind a verb gets it, and has done nothing.
            return (f"help.{grammar.name}", "") if rest.lower() in _HELP else (verb.action, _read(grammar, verb, rest))
    action, shown = _shown(grammar, text)
    if action:
        return action, shown
    if grammar.free and not _looks_like_a_slip(grammar, head, rest):
        return grammar.free, text.strip()
    near = _nearest(grammar, head)
    typed = shorten(head, _TYPED_MAX)
    if not near:
        raise Invalid("command.verb.none", command=grammar.name, typed=typed, example=grammar.example)
    raise Invalid("command.verb", command=grammar.name, typed=typed, example=near)


def _read(grammar: Grammar, verb: Verb, rest: str) -> str:
    """Return what stands behind a verb as its handler reads it.

    :raises Invalid: it is no id of the verb's kind, or more than the verb takes.
    """
    if verb.behind is Behind.FREE or not rest:
        return rest
    named, more = split_id(rest, verb.kind) if verb.kind is not None else ("", rest)
    if verb.kind is not None and not named:
        raise Invalid("id.unknown", example=f"/{grammar.name} {verb.word} {verb.argument}")
    if not more:
        return named
    if verb.behind is Behind.REASON or (verb.behind is Behind.PAGE and read_number(more) is not None):
        return f"{named} {more}".strip()
    example = f"/{grammar.name} {verb.word} {named}".rstrip()
    raise Invalid("command.extra", typed=shorten(more, _TYPED_MAX), example=example)


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


def _shown(grammar: Grammar, text: str) -> tuple[str, str]:
    """Return the action that shows what is named by an id and nothing else, and the id; empty where it is none."""
    # A number alone names something where only one kind can be meant; behind /answer it is the challenge's.
    only = next(iter(grammar.shown)) if len(grammar.shown) == 1 and grammar.name != "answer" else None
    try:
        kind, number = parse_id(text, only if is_number(text) else None)
    except Invalid:
        return "", ""
    return grammar.shown.get(Kind(kind), ""), format_id(kind, number)


def _looks_like_a_slip(grammar: Grammar, head: str, rest: str) -> bool:
    """Tell whether a lone word, or one followed by an id, is a misspelt verb rather than the beginning of a text."""
    # Behind /answer a text needs a challenge in any case, and the refusal that says so helps more than a guess.
    if grammar.name == "answer" and (any(c.isdigit() for c in head) or not _nearest(grammar, head)):
        return False
    behind = rest.strip()
    alone = not behind or (len(behind.split()) == 1 and any(c.isdigit() for c in behind))
    return alone and bool(difflib.get_close_matches(head.lower(), [v.word for v in grammar.verbs], n=1, cutoff=0.6))


def _nearest(grammar: Grammar, head: str) -> str:
    """Return an example of the verb that was meant; never that of help, which is told in any case."""
    near = difflib.get_close_matches(head.lower(), [v.word for v in grammar.verbs], n=1, cutoff=0.5)
    verb = next((v for v in grammar.verbs if v.word in near and v.word != "help"), None)
    return "" if verb is None else f"/{grammar.name} {verb.word} {verb.argument}".rstrip()
