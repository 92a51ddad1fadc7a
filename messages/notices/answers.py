"""What there is to tell about answers: to the SME that writes one, to the buyer who reads it, to the managers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.answers import AnswerKind, AnswerState, DeclineReason


class Reader(StrEnum):
    """Who reads an answer."""

    BUYER = "buyer"
    SME = "sme"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """The SME's own card of an answer: a draft until it is submitted, and afterwards where it stands.

    `open` while the challenge takes answers; `cut` says that a long reply did not fit; `version` is what was shown.
    """

    id: str
    challenge: str
    title: str
    state: AnswerState
    kind: AnswerKind
    text: str
    version: int
    organisation: str
    deadline_on: date | None = None
    zone: str = "UTC"
    open: bool = True
    cut: bool = False
    show_name: bool = False
    nda: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its reply; `from_buyer` says who asked."""

    text: str
    reply: str
    from_buyer: bool


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer, as far as this reader may read it; `who` is empty while the name is hidden.

    `cluster` is the cluster through which it came. `said_in` is the language of the original where it is not the
    reader's, `translated` says that this is not it, `original` that the reader asked for it.

    `open`: the SME may still change it. `decidable`: the buyer may still say yes or no.
    """

    id: str
    challenge: str
    title: str
    reader: Reader
    state: AnswerState
    kind: AnswerKind
    text: str
    version: int
    who: str = ""
    country: str = ""
    cluster: str = ""
    criteria: tuple[tuple[str, str], ...] = ()
    nda: str = ""
    has_nda: bool = False
    links: tuple[str, ...] = ()
    redacted: bool = False
    reason: DeclineReason | None = None
    note: str = ""
    asked: tuple[Exchange, ...] = ()
    open: bool = False
    decidable: bool = False
    said_in: str = ""
    translated: bool = False
    original: bool = False


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One line of the buyer's list of answers."""

    id: str
    state: AnswerState
    kind: AnswerKind
    excerpt: str
    who: str = ""
    country: str = ""
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class AnswerList:
    """A page of the answers to a challenge; `more` says that another page follows."""

    challenge: str
    title: str
    items: tuple[AnswerLine, ...]
    page: int = 1
    more: bool = False


@dataclass(frozen=True, slots=True)
class MyAnswer:
    """One line of the list of one's own answers."""

    id: str
    challenge: str
    title: str
    state: AnswerState
    deadline_on: date | None = None


@dataclass(frozen=True, slots=True)
class MyAnswers:
    """A page of one's own organisation's answers."""

    items: tuple[MyAnswer, ...]
    page: int = 1
    more: bool = False


class AnswerDeed(StrEnum):
    """What has just been done with an answer or a question."""

    SUBMITTED = "submitted"
    CHANGED = "changed"
    DISCARDED = "discarded"
    WITHDRAWN = "withdrawn"
    SHORTLISTED = "shortlisted"
    DECLINED = "declined"
    ASKED_BUYER = "asked_buyer"
    ASKED_SME = "asked_sme"
    REPLIED = "replied"


@dataclass(frozen=True, slots=True)
class AnswerDone:
    """Says to who acted that it is done; `id` is empty where only a question was asked."""

    done: AnswerDeed
    challenge: str
    title: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Tells the SME what the buyer decided about its answer."""

    id: str
    challenge: str
    title: str
    state: AnswerState
    reason: DeclineReason | None = None
    note: str = ""


_TITLE = "Detect E. coli in drinking-water pipes"
_DRAFT = AnswerDraft(
    id="AN-7",
    challenge="CH-12",
    title=_TITLE,
    state=AnswerState.DRAFT,
    kind=AnswerKind.IDEA,
    text="Our optical probe counts cells every ten minutes.",
    version=1,
    organisation="Waterlens (invented)",
    deadline_on=date(2026, 6, 30),
    zone="Europe/Copenhagen",
)
_SHOWN = AnswerShown(
    id="AN-7",
    challenge="CH-12",
    title=_TITLE,
    reader=Reader.BUYER,
    state=AnswerState.SUBMITTED,
    kind=AnswerKind.EXISTING,
    text="[…] has an optical probe that counts cells every ten minutes.",
    version=2,
    country="NL",
    cluster="Clean Tech Delta",
    criteria=(("Accuracy", "One cell in 100 ml"), ("Cost of running", "EUR 300 a year")),
    has_nda=True,
    redacted=True,
    asked=(
        Exchange("How often is it serviced?", "Twice a year.", True),
        Exchange("How wide are the pipes?", "", False),
    ),
    decidable=True,
)

EXAMPLES = (
    _DRAFT,
    replace(_DRAFT, cut=True, show_name=True, nda=True),
    replace(_DRAFT, open=False),
    *(replace(_DRAFT, state=state) for state in AnswerState if state is not AnswerState.DRAFT),
    _SHOWN,
    replace(_SHOWN, said_in="nl", translated=True),
    replace(_SHOWN, said_in="nl", original=True),
    replace(_SHOWN, state=AnswerState.SHORTLISTED, who="Waterlens (invented)", redacted=False),
    replace(
        _SHOWN,
        reader=Reader.SME,
        who="Waterlens (invented)",
        redacted=False,
        nda="Works with patent 123.",
        links=("https://example.org/probe",),
        open=True,
        decidable=False,
    ),
    replace(
        _SHOWN,
        reader=Reader.MANAGER,
        who="Waterlens (invented)",
        redacted=False,
        state=AnswerState.DECLINED,
        reason=DeclineReason.TOO_EARLY,
        note="Come back with a pilot.",
        decidable=False,
    ),
    AnswerList(
        challenge="CH-12",
        title=_TITLE,
        items=(
            AnswerLine(
                "AN-7", AnswerState.SUBMITTED, AnswerKind.EXISTING, "An optical probe…", country="NL", cluster="Delta"
            ),
            AnswerLine("AN-9", AnswerState.DECLINED, AnswerKind.IDEA, "A dye…", who="Fjordsensor (invented)"),
        ),
        more=True,
    ),
    AnswerList(challenge="CH-12", title=_TITLE, items=()),
    MyAnswers(items=(MyAnswer("AN-7", "CH-12", _TITLE, AnswerState.DRAFT, date(2026, 6, 30)),), page=2),
    MyAnswers(items=()),
    *(AnswerDone(done=deed, id="AN-7", challenge="CH-12", title=_TITLE) for deed in AnswerDeed),
    Verdict(id="AN-7", challenge="CH-12", title=_TITLE, state=AnswerState.SHORTLISTED),
    Verdict(
        id="AN-7",
        challenge="CH-12",
        title=_TITLE,
        state=AnswerState.DECLINED,
        reason=DeclineReason.CHOSEN_OTHER,
        note="It was close.",
    ),
    Verdict(id="AN-7", challenge="CH-12", title=_TITLE, state=AnswerState.INTRODUCED),
)
