"""What there is to tell around answers: in threads, about questions, and what is open on one's own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ThreadIsPublic:
    """Says once in a thread that everybody in the channel reads it."""

    challenge: str


@dataclass(frozen=True, slots=True)
class JoinToAnswer:
    """Invites somebody without a membership who replied in a challenge's thread."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """Tells who replied in the thread of a challenge that takes no answers any more."""

    challenge: str
    title: str
    deadline_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReplyTaken:
    """Tells who replied in the thread of a challenge where the reply went; `draft` while the answer is one."""

    id: str
    draft: bool


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A question to the buyer (`to_buyer`) or to the SME; `who` asks is empty while the name is hidden."""

    value: str
    challenge: str
    title: str
    text: str
    to_buyer: bool
    who: str = ""
    country: str = ""
    answer: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class QuestionReplied:
    """Brings the reply to who asked."""

    challenge: str
    title: str
    text: str
    reply: str
    from_buyer: bool
    answer: str = ""


class AnswerTodoKind(StrEnum):
    """What is open about answers, on one's own page."""

    DRAFT = "draft"
    QUESTION = "question"
    BUYERS_QUESTION = "buyers_question"


@dataclass(frozen=True, slots=True)
class AnswerTodo:
    """One open thing about an answer or a question; `value` is what its button acts on.

    `said_in` is the language of a title that was translated.
    """

    kind: AnswerTodoKind
    value: str
    challenge: str
    title: str
    text: str = ""
    on: date | None = None
    said_in: str = ""


_TITLE = "Detect E. coli in drinking-water pipes"

EXAMPLES = (
    ThreadIsPublic(challenge="CH-12"),
    JoinToAnswer(),
    TooLate(challenge="CH-12", title=_TITLE, deadline_on=date(2026, 6, 30)),
    TooLate(challenge="CH-12", title=""),
    ReplyTaken("AN-7", draft=True),
    ReplyTaken("AN-7", draft=False),
    QuestionAsked(
        value="CH-12:5", challenge="CH-12", title=_TITLE, text="How wide are the pipes?", to_buyer=True, country="NL"
    ),
    QuestionAsked(
        value="CH-12:6",
        challenge="CH-12",
        title=_TITLE,
        text="How often is it serviced?",
        to_buyer=False,
        answer="AN-7",
        reply="Twice a year.",
    ),
    QuestionReplied(challenge="CH-12", title=_TITLE, text="How wide are the pipes?", reply="300 mm.", from_buyer=False),
    QuestionReplied(
        challenge="CH-12", title=_TITLE, text="How often?", reply="Twice a year.", from_buyer=True, answer="AN-7"
    ),
    *(
        AnswerTodo(kind=kind, value="AN-7", challenge="CH-12", title=_TITLE, text="How wide?", on=date(2026, 6, 30))
        for kind in AnswerTodoKind
    ),
)
