"""What is told about the conversation of an introduction between workspaces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from domain.introductions import IntroductionState, OutcomeKind
from messages.notices.meetings import AGREED, MeetingCard
from messages.notices.suggestions import Evidence


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a conversation, for whom, and of which cluster unless that is whom; `left`: not there any more."""

    name: str
    organisation: str
    cluster: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class TalkOpened:
    """The first message of a conversation; `relayed`: others read along in another workspace.

    `in_thread`: what is meant for the others is written as a reply to this message. `opening` are first lines that a
    model drafted, or the person `opening_by` wrote; `missing` are must-haves for which no evidence was found. A
    `meeting` that is talked about has messages of its own. `voucher`: there is one that fits, for the SME. `closed`:
    nothing is passed on any more, by the word of the manager `closed_by`.
    """

    id: str
    challenge: str
    title: str
    sme: str
    sme_country: str
    buyer: str
    buyer_country: str
    participants: tuple[Participant, ...]
    evidence: tuple[Evidence, ...] = ()
    problem: str = ""
    state: IntroductionState = IntroductionState.MADE
    outcome: OutcomeKind | None = None
    relayed: bool = False
    in_thread: bool = False
    opening: str = ""
    opening_by: str = ""
    missing: tuple[str, ...] = ()
    meeting: MeetingCard | None = None
    voucher: bool = False
    closed: bool = False
    closed_by: str = ""


@dataclass(frozen=True, slots=True)
class Relayed:
    """What somebody wrote in another workspace, as it is now.

    `cluster` is the author's, where the organisation is not the cluster itself; `files` are name and address of what is
    attached; `reply` names the introduction where several things are said in one place. `said_in`: the language that it
    was written in, where its readers have another; `original` names the message where `text` is a translation.
    """

    author: str
    organisation: str
    text: str
    cluster: str = ""
    files: tuple[tuple[str, str], ...] = ()
    edited: bool = False
    deleted: bool = False
    reply: str = ""
    said_in: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class RelayUnclear:
    """Several introductions are talked about in one place: which one was meant? `ids` are theirs."""

    ids: tuple[str, ...]


class News(StrEnum):
    """What happened to a conversation."""

    LEFT = "left"
    BACK = "back"
    CLOSED = "closed"
    REOPENED = "reopened"
    UNREACHED = "unreached"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class TalkNews:
    """Tells in a conversation what happened to it; `people` are those who did it, or who are (not) reached."""

    id: str
    what: News
    people: tuple[Participant, ...]


class Hint(StrEnum):
    """Why what a person writes reaches nobody."""

    CLOSED = "closed"
    LEFT = "left"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class TalkHint:
    """Tells a person privately that what he or she wrote was not passed on, and why."""

    id: str
    why: Hint


class TalkState(StrEnum):
    """What has just been done."""

    LEFT = "left"
    BACK = "back"
    CLOSED = "closed"
    REOPENED = "reopened"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class TalkDone:
    """Says to who acted that it is done."""

    id: str
    done: TalkState


@dataclass(frozen=True, slots=True)
class WriteTalk:
    """Asks for a message to the others of a conversation."""

    id: str


_BUYER = Participant("Buyer, Nordkaj", "Nordkaj Utility (invented)", "CLEAN")
_OWNER = Participant("Owner, Waterlens", "Waterlens (invented)", "Clean Tech Delta")
_MANAGER = Participant("Manager, CLEAN", "CLEAN")

_QUOTE = Evidence("Optische sensor telt E. coli binnen 40 minuten.", "summary", "nl", "Result within one hour")


@dataclass(frozen=True, slots=True)
class StillReads:
    """A manager is told that `name`, who manages no more, can still read the conversation of introduction `id`."""

    id: str
    name: str


_OPENING = "Waterlens finds E. coli within 40 minutes, Nordkaj needs it within the hour. How is it cleaned?"
_TALK = TalkOpened(
    id="IN-34",
    challenge="CH-12",
    title="Detect bacteria in drinking-water pipes",
    sme="Waterlens (invented)",
    sme_country="NL",
    buyer="Nordkaj Utility (invented)",
    buyer_country="DK",
    participants=(
        Participant("Owner, Waterlens", "Waterlens (invented)", "Clean Tech Delta"),
        Participant("Buyer, Nordkaj", "Nordkaj Utility (invented)", "CLEAN"),
        Participant("Manager, CLEAN", "CLEAN"),
    ),
    evidence=(_QUOTE,),
    problem="We look for sensors that find E. coli in the pipe network within the hour.",
    relayed=True,
)
_RELAYED = Relayed(
    author="Buyer, Nordkaj",
    organisation="Nordkaj Utility (invented)",
    text="Could we see it on Tuesday?",
    cluster="CLEAN",
)

EXAMPLES = (
    _TALK,
    replace(_TALK, opening=_OPENING),
    replace(_TALK, opening=_OPENING, opening_by="Manager, CLEAN"),
    replace(_TALK, missing=("Runs three months without service",)),
    replace(_TALK, meeting=AGREED),
    replace(_TALK, voucher=True),
    replace(_TALK, relayed=False, state=IntroductionState.MET, evidence=(), problem=""),
    replace(_TALK, in_thread=True, state=IntroductionState.CLOSED, outcome=OutcomeKind.NO_FIT),
    replace(_TALK, in_thread=True, participants=(*_TALK.participants[1:], replace(_TALK.participants[0], left=True))),
    replace(_TALK, closed=True, closed_by="Manager, CLEAN"),
    _RELAYED,
    replace(_RELAYED, edited=True, reply="IN-34"),
    replace(
        _RELAYED, files=(("plan.pdf", "https://files.example.org/plan"), ("map.png", "https://files.example.org/m"))
    ),
    replace(_RELAYED, text="", files=(("plan.pdf", "https://files.example.org/plan"),)),
    replace(_RELAYED, text="", deleted=True),
    replace(_RELAYED, text="Kan vi se den på tirsdag?", said_in="da"),
    replace(_RELAYED, said_in="da", original="RM-5", edited=True, reply="IN-34"),
    RelayUnclear(ids=("IN-34", "IN-35")),
    TalkNews("IN-34", News.LEFT, (_OWNER,)),
    TalkNews("IN-34", News.BACK, (_OWNER,)),
    TalkNews("IN-34", News.CLOSED, (_MANAGER,)),
    TalkNews("IN-34", News.REOPENED, (_MANAGER,)),
    TalkNews("IN-34", News.UNREACHED, (_BUYER, _MANAGER)),
    TalkNews("IN-34", News.REACHED, (_BUYER, _MANAGER)),
    *(TalkHint("IN-34", why) for why in Hint),
    *(TalkDone("IN-34", done) for done in TalkState),
    WriteTalk("IN-34"),
    StillReads("IN-34", "Manager, CLEAN"),
)
