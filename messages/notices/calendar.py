"""What stands in a person's calendar, and what is told about its private link."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.meetings import Appointment
from messages.notices.introductions import Contact


class EntryKind(StrEnum):
    """What a day in the calendar is about."""

    OWN_DEADLINE = "own_deadline"
    DRAFT_DEADLINE = "draft_deadline"
    ANSWER_DEADLINE = "answer_deadline"
    VERDICTS = "verdicts"
    VERDICTS_OWED = "verdicts_owed"
    CONSENT = "consent"
    VOUCHER_CUTOFF = "voucher_cutoff"
    VOUCHER_STARTS = "voucher_starts"
    VOUCHER_CLAIM = "voucher_claim"
    VOUCHER_REPORT = "voucher_report"


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A day that matters: `name` is its own for ever (`CH-12-deadline`), `subject` what it is about.

    `title` is the challenge's as this person may read it. `version` rises with every change of the subject,
    `changed_at` says when the last one was. `answer` is the person's own, `count` how many answers nobody
    decided on, `shortlisted` how many are liked and neither introduced nor declined.
    """

    kind: EntryKind
    name: str
    subject: str
    on: date
    title: str
    changed_at: datetime
    version: int
    answer: str = ""
    count: int = 0
    shortlisted: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a meeting: the organisation, and who speaks for it."""

    organisation: str
    contact: Contact


@dataclass(frozen=True, slots=True)
class MeetingEntry:
    """A meeting that was agreed on; `host` proposed what was agreed."""

    name: str
    subject: str
    challenge: str
    title: str
    appointment: Appointment
    sides: tuple[Side, ...]
    host: Contact
    changed_at: datetime
    version: int
    called_off: bool = False


Entry = DayEntry | MeetingEntry


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """A person's calendar feed; `url` is empty while it is switched off. `fresh`: an older link has just ended.

    `webcal` is the same address as programs know it that open it themselves.
    """

    url: str = field(default="", repr=False)
    webcal: str = field(default="", repr=False)
    fresh: bool = False


_URL = "https://matchpoint.example/calendar/token.ics"
_WEBCAL = "webcal://matchpoint.example/calendar/token.ics"

EXAMPLES = (
    CalendarLink(_URL, _WEBCAL),
    CalendarLink(_URL, _WEBCAL, fresh=True),
    CalendarLink(),
)
