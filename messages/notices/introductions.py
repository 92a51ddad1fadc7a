"""What is told about introductions: to managers, to the two parties, and in their conversation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from domain.introductions import IntroductionState, OutcomeKind, Party
from messages.notices.meetings import AGREED, PROPOSED, MeetingCard
from messages.notices.suggestions import Evidence


@dataclass(frozen=True, slots=True)
class Given:
    """An approval: the cluster, and who gave it."""

    cluster: str
    by: str


class Talk(StrEnum):
    """How the conversation between workspaces stands; NONE where there is none, or it is an ordinary group."""

    NONE = ""
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Approval:
    """An introduction as managers see it.

    `title` is empty and `buyer` is empty where these managers may not know them. `given` are the approvals there are,
    `waiting` the clusters whose approval is missing; `value` goes into the buttons where this reader may decide.
    `declined_by` names who said no. `unreached` says that nobody of the party that is asked has been met. `opening` is
    what the conversation is to begin with, and `opening_by` who wrote it if it was a person, for readers who may
    change it. `talk` is how the conversation stands that these managers can close.
    """

    id: str
    challenge: str
    title: str
    name: str
    country: str
    state: IntroductionState
    buyer: str = ""
    buyer_country: str = ""
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    waiting: tuple[str, ...] = ()
    lapses_on: datetime | None = None
    declined_by: str = ""
    outcome: OutcomeKind | None = None
    value: str = ""
    follow_up: bool = False
    unreached: bool = False
    opening: str = ""
    opening_by: str = ""
    may_open: bool = False
    talk: Talk = Talk.NONE


class ConsentState(StrEnum):
    """How a party's consent stands for this reader."""

    OPEN = "open"
    YES = "yes"
    NO = "no"
    OVER = "over"
    MADE = "made"


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """One party's yes or no to an introduction.

    `other` is the other side, empty where it is hidden until both have agreed. `by` is who answered for this party.
    `conversations` says that a conversation is opened on yes.
    """

    id: str
    challenge: str
    title: str
    party: Party
    state: ConsentState
    problem: str = ""
    must_haves: tuple[str, ...] = ()
    deadline_on: date | None = None
    other: str = ""
    country: str = ""
    evidence: tuple[Evidence, ...] = ()
    lapses_on: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of the other side, as both parties may know after the reveal."""

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Introduced:
    """The other side, told to a party; `open` while something can still be said about it.

    `meeting` is how the meeting stands that they agree on. `voucher`: there is a voucher that fits it.
    """

    id: str
    challenge: str
    title: str
    other: str
    country: str
    contact: Contact
    state: IntroductionState
    website: str = ""
    outcome: OutcomeKind | None = None
    open: bool = True
    meeting: MeetingCard | None = None
    voucher: bool = False


@dataclass(frozen=True, slots=True)
class ChangeOpening:
    """Asks a manager for the first lines of a conversation; `text` is what they are now."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class IntroductionLine:
    """One line of a person's introductions; `waits` says that it waits for this person."""

    id: str
    title: str
    other: str
    state: IntroductionState
    role: str
    waits: bool = False
    outcome: OutcomeKind | None = None


@dataclass(frozen=True, slots=True)
class IntroductionList:
    """A person's introductions, at most ten; `more` says that there are others."""

    lines: tuple[IntroductionLine, ...]
    more: bool = False


class Done(StrEnum):
    """What has just been done with an introduction."""

    APPROVED = "approved"
    COMPLETE = "complete"
    DECLINED = "declined"
    CONSENTED = "consented"
    MADE = "made"
    REFUSED = "refused"
    MET = "met"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class IntroductionDone:
    """Says to who acted that it is done."""

    id: str
    done: Done


@dataclass(frozen=True, slots=True)
class DeclineIntroduction:
    """Asks a manager why an introduction is declined; `value` is the introduction's and the cluster's."""

    value: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class RefuseConsent:
    """Asks a party, who need not answer, why it does not want an introduction."""

    id: str


@dataclass(frozen=True, slots=True)
class TellOutcome:
    """Asks what came of an introduction; `preset` is chosen already."""

    id: str
    other: str
    preset: OutcomeKind | None = None


_QUOTE = Evidence("Optische sensor telt E. coli binnen 40 minuten.", "summary", "nl", "Result within one hour")
_LAPSES = datetime.fromisoformat("2026-12-03T16:00:00+00:00")
_PIPES = "Detect bacteria in drinking-water pipes"
_APPROVAL = Approval(
    id="IN-34",
    challenge="CH-12",
    title=_PIPES,
    name="Waterlens (invented)",
    country="NL",
    state=IntroductionState.PENDING,
    buyer="Nordkaj Utility (invented)",
    buyer_country="DK",
    evidence=(_QUOTE,),
    missing=("Runs three months without service",),
    given=(Given("CLEAN", "Manager, CLEAN"),),
    waiting=("Clean Tech Delta",),
    value="IN-34:2",
)
_CONSENT = ConsentAsked(
    id="IN-34",
    challenge="CH-12",
    title=_PIPES,
    party=Party.SME,
    state=ConsentState.OPEN,
    problem="We look for sensors that find E. coli in the pipe network within the hour.",
    must_haves=("Result within one hour",),
    deadline_on=date(2026, 12, 1),
    other="Nordkaj Utility (invented)",
    country="DK",
    lapses_on=_LAPSES,
)
_BUYER = replace(
    _CONSENT,
    party=Party.BUYER,
    other="Waterlens (invented)",
    country="NL",
    evidence=(_QUOTE,),
    problem="",
    must_haves=(),
)
_INTRODUCED = Introduced(
    id="IN-34",
    challenge="CH-12",
    title=_PIPES,
    other="Waterlens (invented)",
    country="NL",
    contact=Contact("Owner, Waterlens", "Owner", "owner@waterlens.example", "+31 10 000 00 00"),
    state=IntroductionState.MADE,
    website="https://waterlens.example",
)
_OPENING = "Waterlens finds E. coli within 40 minutes, Nordkaj needs it within the hour. How is it cleaned?"

EXAMPLES = (
    _APPROVAL,
    replace(_APPROVAL, value="", state=IntroductionState.MADE, waiting=(), follow_up=True, talk=Talk.OPEN),
    replace(_APPROVAL, value="", state=IntroductionState.MET, waiting=(), talk=Talk.CLOSED),
    replace(_APPROVAL, opening=_OPENING, may_open=True),
    replace(_APPROVAL, opening=_OPENING, opening_by="Manager, CLEAN", may_open=True, value=""),
    replace(_APPROVAL, may_open=True),
    ChangeOpening(id="IN-34", text=_OPENING),
    replace(_APPROVAL, value="", title="", buyer="", state=IntroductionState.APPROVED, waiting=(), lapses_on=_LAPSES),
    replace(_APPROVAL, value="", state=IntroductionState.HALF, waiting=(), lapses_on=_LAPSES, unreached=True),
    replace(_APPROVAL, value="", state=IntroductionState.MADE, waiting=(), follow_up=True),
    replace(_APPROVAL, value="", state=IntroductionState.MET, waiting=()),
    replace(_APPROVAL, value="", state=IntroductionState.CLOSED, waiting=(), outcome=OutcomeKind.PILOT),
    replace(_APPROVAL, value="", state=IntroductionState.DECLINED, declined_by="Clean Tech Delta"),
    replace(_APPROVAL, value="", state=IntroductionState.LAPSED, waiting=()),
    _CONSENT,
    replace(_CONSENT, other="", title="Detect bacteria in […] pipes"),
    _BUYER,
    *(replace(_BUYER, state=state, by="Buyer, Nordkaj") for state in ConsentState if state is not ConsentState.OPEN),
    _INTRODUCED,
    replace(_INTRODUCED, state=IntroductionState.MET, contact=Contact("Owner, Waterlens"), website=""),
    replace(_INTRODUCED, state=IntroductionState.CLOSED, outcome=OutcomeKind.CONTRACT, open=False),
    replace(_INTRODUCED, meeting=PROPOSED),
    replace(_INTRODUCED, meeting=AGREED),
    replace(_INTRODUCED, voucher=True),
    IntroductionList(lines=()),
    IntroductionList(
        lines=(
            IntroductionLine("IN-34", _PIPES, "", IntroductionState.APPROVED, role="sme", waits=True),
            IntroductionLine(
                "IN-31", _PIPES, "Fjordsensor (invented)", IntroductionState.MADE, role="buyer", waits=True
            ),
            *(
                IntroductionLine("IN-30", _PIPES, "Waterlens (invented)", one, role="manager")
                for one in IntroductionState
            ),
        ),
        more=True,
    ),
    *(IntroductionDone(id="IN-34", done=done) for done in Done),
    DeclineIntroduction(value="IN-34:2", id="IN-34", name="Waterlens (invented)"),
    RefuseConsent(id="IN-34"),
    TellOutcome(id="IN-34", other="Waterlens (invented)"),
    TellOutcome(id="IN-34", other="Waterlens (invented)", preset=OutcomeKind.NO_CONTACT),
)
