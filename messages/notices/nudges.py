"""What is told to somebody for whom things wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class NudgeItem:
    """One thing that waits for a person.

    `kind` is the chain (consent, meeting, outcome, verdict, deadline), `subject` its human id, `title` the challenge's
    title as this person may see it, `other` the other side where it is known, `due` a day that matters, `count` how
    many (answers without a verdict), `draft` the answer that is still one. After `snoozed_until` it asks again.
    """

    kind: str
    subject: str
    title: str
    other: str = ""
    due: datetime | date | None = None
    count: int = 0
    snoozed_until: datetime | None = None
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Nudges:
    """All that waits for one person today, in one message."""

    items: tuple[NudgeItem, ...]


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
class NudgeKindStopped:
    """The person has opted out of one kind of reminder."""

    kind: str


_CONSENT = NudgeItem(kind="consent", subject="IN-34", title="Heat from data centres", due=date(2026, 12, 3))
_MEETING = NudgeItem(kind="meeting", subject="IN-31", title="Wash water in harbours", other="Warm Loop ApS")
_OUTCOME = NudgeItem(kind="outcome", subject="IN-12", title="Low-noise piling", other="Quay Robotics BV")
_VERDICT = NudgeItem(kind="verdict", subject="CH-12", title="Heat from data centres", count=3, due=date(2026, 12, 14))
_DEADLINE = NudgeItem(
    kind="deadline", subject="CH-15", title="Recycled blades", due=date(2026, 12, 1), draft="AN-7", count=2
)

EXAMPLES = (
    Nudges(items=()),
    Nudges(items=(_CONSENT,)),
    Nudges(items=(_CONSENT, _MEETING, _OUTCOME, _VERDICT, _DEADLINE)),
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
    NudgeSnoozed(subject="IN-34", until=datetime.fromisoformat("2026-12-10T08:00:00+00:00")),
    NudgeStopped(kind="consent", subject="IN-34"),
    *(NudgeKindStopped(kind=kind) for kind in ("consent", "meeting", "outcome", "verdict", "deadline")),
)
