"""What is told to somebody for whom things wait."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from domain.nudges import NudgeKind
from messages.notices.digests import DigestLine, DigestSection, Topic
from messages.notices.undelivered import LostChannel

#: What can be chosen for later; `date` takes the day that is typed beside it.
LATER_CHOICES: Final = ("day", "week", "date")


@dataclass(frozen=True, slots=True)
class NudgeItem:
    """One thing that waits for a person.

    `kind` is the chain (consent, meeting, outcome, verdict, deadline, call), `subject` its human id, `title` that of a
    challenge as this person may see it, or of a call, `other` the other side where it is known, `due` a day that
    matters, `count` how many (answers that nobody decided on, or that came so far), `shortlisted` how many are liked
    and neither introduced nor declined, `draft` the answer that is still one. `notice` is what the step says (see
    `domain.nudges.NudgeNotice`). After `snoozed_until` it asks again.
    """

    kind: str
    subject: str
    title: str
    other: str = ""
    due: datetime | date | None = None
    count: int = 0
    snoozed_until: datetime | None = None
    draft: str = ""
    notice: str = ""
    shortlisted: int = 0


@dataclass(frozen=True, slots=True)
class Nudges:
    """All that waits for one person today, in one message; once a week with what else has gathered."""

    items: tuple[NudgeItem, ...]
    digest: tuple[DigestSection, ...] = ()


@dataclass(frozen=True, slots=True)
class SnoozeNudge:
    """Asks when to remind again: `choices` are `day` and `week` where they are early enough, `until` the last day."""

    value: str
    subject: str
    title: str
    choices: tuple[str, ...]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class NudgeSnoozed:
    """The person is reminded again later."""

    subject: str
    until: datetime


@dataclass(frozen=True, slots=True)
class NudgeStopped:
    """The person is not reminded of this any more; of `kind` elsewhere, still."""

    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class NudgePassedOn:
    """The person is not the one to ask; a colleague is (`to`), or the managers are told."""

    subject: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class NotMine:
    """Tells managers that somebody is not the one to ask, and nobody else of the organisation was left."""

    subject: str
    kind: str
    person: str
    organisation: str


@dataclass(frozen=True, slots=True)
class NudgeKindStopped:
    """The person has opted out of one kind of reminder."""

    kind: str


_CONSENT = NudgeItem(kind="consent", subject="IN-34", title="Heat from data centres", due=date(2026, 12, 3))
_MEETING = NudgeItem(
    kind="meeting", subject="IN-31", title="Wash water in harbours", other="Warm Loop ApS", notice="in_touch"
)
_MET = NudgeItem(
    kind="meeting", subject="IN-31", title="Wash water in harbours", other="Warm Loop ApS", notice="did_you_meet"
)
_OUTCOME = NudgeItem(kind="outcome", subject="IN-12", title="Low-noise piling", other="Quay Robotics BV")
_VERDICT = NudgeItem(kind="verdict", subject="CH-12", title="Heat from data centres", count=3, due=date(2026, 12, 14))
_DEADLINE = NudgeItem(
    kind="deadline", subject="CH-15", title="Recycled blades", due=date(2026, 12, 1), draft="AN-7", count=2
)
_LAST_DAY = NudgeItem(
    kind="deadline", subject="CH-15", title="Recycled blades", due=date(2026, 12, 1), draft="AN-7", notice="last_day"
)
_CALL = NudgeItem(kind="call", subject="CA-3", title="Spring 2027", due=date(2027, 4, 30))
_SMES_WEEK = (
    DigestSection(
        Topic.NEW_CHALLENGES,
        (
            DigestLine("CH-16", "Heat from data centres", on=date(2026, 12, 20)),
            DigestLine("CH-17", "Quiet piling at sea", on=date(2027, 1, 15), said_in="nl"),
        ),
    ),
    DigestSection(Topic.CALLS, (DigestLine("CA-3", "Spring 2027", on=date(2027, 4, 30)),)),
    DigestSection(Topic.CONSENTS, (DigestLine("IN-34", "Heat from data centres", on=date(2026, 12, 3)),)),
    DigestSection(Topic.DRAFTS, (DigestLine("AN-7", "Recycled blades", on=date(2026, 12, 1)),)),
    DigestSection(Topic.QUESTIONS, (DigestLine("CH-15"),)),
    DigestSection(Topic.UNDECIDED, (DigestLine("AN-5", "Low-noise piling", on=date(2026, 12, 14), shortlisted=True),)),
)
_MANAGERS_WEEK = (
    DigestSection(
        Topic.OVERDUE,
        (
            DigestLine("AN-5", "CH-12", who="Warm Loop ApS", days=16),
            DigestLine("AN-6", "CH-12", who="Quay Robotics BV", days=1, shortlisted=True),
        ),
        more=True,
    ),
    DigestSection(Topic.UNANSWERED, (DigestLine("IN-12", who="Engineer, Warm Loop", kind="outcome", times=1, days=4),)),
    DigestSection(Topic.SCREENING, (DigestLine("CH-18", "Recycled blades", who="Nordic Water"),)),
    DigestSection(Topic.CANDIDATES, (DigestLine("CH-16", "Heat from data centres", times=4),)),
    DigestSection(Topic.APPROVALS, (DigestLine("IN-35"),)),
    DigestSection(Topic.JOINING, (DigestLine("", "Quay Robotics BV", who="Engineer, Quay Robotics"),)),
    DigestSection(
        Topic.UNDELIVERED, (DigestLine("", channel=LostChannel("CLEAN", "is_archived")), DigestLine("", times=2))
    ),
)

EXAMPLES = (
    Nudges(items=()),
    Nudges(items=(_CONSENT,)),
    Nudges(items=(_CONSENT, _MEETING, _OUTCOME, _VERDICT, _DEADLINE)),
    Nudges(items=(replace(_VERDICT, shortlisted=1), replace(_VERDICT, count=0, shortlisted=2))),
    Nudges(items=(replace(_DEADLINE, draft=""),)),
    Nudges(items=(_MET, _LAST_DAY)),
    Nudges(items=(_CALL,)),
    Nudges(
        items=(
            NudgeItem(kind="deadline", subject="CH-15", title="Recycled blades", due=date(2026, 12, 1), count=2),
            NudgeItem(
                kind="meeting",
                subject="IN-31",
                title="Wash water in harbours",
                snoozed_until=datetime.fromisoformat("2026-12-10T08:00:00+00:00"),
            ),
        )
    ),
    Nudges(items=(), digest=_SMES_WEEK),
    Nudges(items=(_OUTCOME,), digest=_MANAGERS_WEEK),
    SnoozeNudge("consent:IN-34", "IN-34", "Heat from data centres", choices=("day", "week"), until=date(2026, 12, 2)),
    SnoozeNudge("meeting:IN-31", "IN-31", "Wash water in harbours", choices=("day", "week")),
    SnoozeNudge("deadline:CH-15", "CH-15", "Recycled blades", choices=(), until=date(2026, 12, 1)),
    NudgeSnoozed(subject="IN-34", until=datetime.fromisoformat("2026-12-10T08:00:00+00:00")),
    NudgeStopped(kind="consent", subject="IN-34"),
    NudgePassedOn(subject="IN-34", to="Engineer, Warm Loop"),
    NudgePassedOn(subject="IN-34"),
    NotMine(subject="IN-34", kind="consent", person="Engineer, Warm Loop", organisation="Warm Loop ApS"),
    NotMine(subject="CH-12", kind="verdict", person="Innovation lead", organisation=""),
    *(NudgeKindStopped(kind=kind) for kind in NudgeKind),
)
