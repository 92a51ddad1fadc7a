"""What the weekly digest tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from messages.notices.undelivered import LostChannel


class Topic(StrEnum):
    """Name a part of a digest; the first six are for SMEs, the others for managers."""

    NEW_CHALLENGES = "new_challenges"
    CALLS = "calls"
    CONSENTS = "consents"
    DRAFTS = "drafts"
    QUESTIONS = "questions"
    UNDECIDED = "undecided"
    OVERDUE = "overdue"
    UNANSWERED = "unanswered"
    SCREENING = "screening"
    CANDIDATES = "candidates"
    APPROVALS = "approvals"
    JOINING = "joining"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One thing: `subject` is its human id, `title` and `who` as the reader may see them, `days` how old it is.

    `kind` is the chain of an unanswered nudge, `times` how often somebody was nudged or how many there are, `on` a day
    that matters, `said_in` the language of a title that was translated, `channel` one that takes nothing any more.
    `shortlisted`: the buyer likes the answer, which is neither introduced nor declined.
    """

    subject: str
    title: str = ""
    who: str = ""
    days: int = 0
    times: int = 0
    kind: str = ""
    on: datetime | date | None = None
    said_in: str = ""
    channel: LostChannel | None = None
    shortlisted: bool = False


@dataclass(frozen=True, slots=True)
class DigestSection:
    """The lines of one topic; `more` says that there are others."""

    topic: Topic
    lines: tuple[DigestLine, ...]
    more: bool = False


#: Shown as parts of the message of the day: see `messages.notices.nudges`.
EXAMPLES: tuple[object, ...] = ()
