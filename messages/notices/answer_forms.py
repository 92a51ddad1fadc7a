"""What is asked about answers and questions: each becomes a form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.answers import AnswerKind


@dataclass(frozen=True, slots=True)
class WriteAnswer:
    """Asks for an answer; what is known is filled in.

    `value` is what the form acts on: `CH-12` for a new one, else `AN-7:3`. `criteria` are the buyer's, with what is
    written already. `submitted`: saving it changes what the buyer reads.
    """

    value: str
    challenge: str
    title: str
    kind: AnswerKind = AnswerKind.IDEA
    text: str = ""
    criteria: tuple[tuple[str, str], ...] = ()
    nda: str = ""
    show_name: bool = False
    links: tuple[str, ...] = ()
    organisations: tuple[tuple[int, str], ...] = ()
    submitted: bool = False


@dataclass(frozen=True, slots=True)
class DeclineAnswer:
    """Asks why an answer is declined; its author reads it."""

    id: str
    value: str


@dataclass(frozen=True, slots=True)
class AskQuestion:
    """Asks for a question to the buyer of a challenge, or (`to_buyer` False) to the author of an answer."""

    subject: str
    to_buyer: bool


@dataclass(frozen=True, slots=True)
class ReplyToQuestion:
    """Asks for the reply to a question."""

    value: str
    text: str


_NEW = WriteAnswer(
    value="CH-12",
    challenge="CH-12",
    title="Detect E. coli in drinking-water pipes",
    criteria=(("Accuracy", ""), ("Cost of running", "")),
)

EXAMPLES = (
    _NEW,
    replace(_NEW, organisations=((1, "Waterlens (invented)"), (2, "Fjordsensor (invented)"))),
    replace(
        _NEW,
        value="AN-7:3",
        kind=AnswerKind.EXISTING,
        text="An optical probe.",
        criteria=(("Accuracy", "One cell in 100 ml"),),
        nda="Patent pending.",
        show_name=True,
        links=("https://example.org/probe",),
        submitted=True,
    ),
    DeclineAnswer(id="AN-7", value="AN-7:3"),
    AskQuestion(subject="CH-12", to_buyer=True),
    AskQuestion(subject="AN-7", to_buyer=False),
    ReplyToQuestion(value="CH-12:5", text="How wide are the pipes?"),
)
