"""What is told about the conversation of an introduction between workspaces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from messages.notices.introductions import Participant


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

EXAMPLES = (
    TalkNews("IN-34", News.LEFT, (_OWNER,)),
    TalkNews("IN-34", News.BACK, (_OWNER,)),
    TalkNews("IN-34", News.CLOSED, (_MANAGER,)),
    TalkNews("IN-34", News.REOPENED, (_MANAGER,)),
    TalkNews("IN-34", News.UNREACHED, (_BUYER, _MANAGER)),
    TalkNews("IN-34", News.REACHED, (_BUYER, _MANAGER)),
    *(TalkHint("IN-34", why) for why in Hint),
    *(TalkDone("IN-34", done) for done in TalkState),
    WriteTalk("IN-34"),
)
