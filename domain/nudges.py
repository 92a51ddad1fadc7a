"""Nudges and reminders as data: who is reminded of what, when, and how often at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.calendars import OPENS, WorkingCalendar, wall_clock
from domain.ids import Kind
from domain.lifecycle import Lifecycle

BUNDLES_PER_DAY = 1  # one bundled private message per person and day
BUNDLES_PER_WEEK = 3
NUDGES_PER_CHAIN = 3  # one kind on one subject to one person; then the managers' digest, never a fourth


class NudgeKind(StrEnum):
    """Name a chain; consent, meeting and outcome are three chains on one introduction."""

    CONSENT = "consent"
    MEETING = "meeting"
    OUTCOME = "outcome"
    DEADLINE = "deadline"
    VERDICT = "verdict"


class Trigger(StrEnum):
    """Name what a chain counts from: an instant for the first two, a date for the others."""

    CONSENT_ASKED = "consent_asked"
    INTRODUCTION_MADE = "introduction_made"
    CHALLENGE_DEADLINE = "challenge_deadline"
    CHALLENGE_CLOSED = "challenge_closed"


class Audience(StrEnum):
    """Name who is told."""

    ASKED_PARTY = "asked_party"
    BOTH_PARTIES = "both_parties"
    BUYER = "buyer"
    DRAFT_AUTHORS = "draft_authors"
    MANAGERS = "managers"


class Direction(StrEnum):
    """Say how a due date that falls on a closed day moves: soft nudges later, reminders of deadlines earlier."""

    LATER = "later"
    EARLIER = "earlier"


class Unit(StrEnum):
    """Say what an offset counts: working days after the trigger or calendar days before it."""

    WORKING_DAYS_AFTER = "working_days_after"
    CALENDAR_DAYS_BEFORE = "calendar_days_before"


class Escalation(StrEnum):
    """Say what else a step does."""

    NONE = "none"
    DIGEST = "digest"
    LAPSE = "lapse"


class Placement(StrEnum):
    """Say when the caps let a nudge go out."""

    NOW = "now"
    NEXT_DAY = "next_day"
    NEXT_WEEK = "next_week"
    DIGEST = "digest"


class NudgeState(StrEnum):
    """Say how far a nudge has come."""

    QUEUED = "queued"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


class NudgeAction(StrEnum):
    """Say what can be done with a nudge."""

    SEND = "send"
    SUPPRESS = "suppress"
    CANCEL = "cancel"


class SuppressedWhy(StrEnum):
    """Say why a nudge was not sent."""

    CAP = "cap"
    OPTED_OUT = "opted_out"
    PAUSED = "paused"
    TOO_LATE = "too_late"
    LEFT = "left"


NUDGE: Lifecycle[NudgeState] = Lifecycle(
    "nudge",
    states=NudgeState,
    table={
        (NudgeState.QUEUED, NudgeAction.SEND): NudgeState.SENT,
        (NudgeState.QUEUED, NudgeAction.SUPPRESS): NudgeState.SUPPRESSED,
        (NudgeState.QUEUED, NudgeAction.CANCEL): NudgeState.CANCELLED,
    },
)


@dataclass(frozen=True)
class NudgePolicy:
    """Hold one step of a chain; `capped` is False for reminders of deadlines, which the caps do not bind."""

    kind: NudgeKind
    subject_kind: Kind
    trigger: Trigger
    offset: int
    unit: Unit
    audience: tuple[Audience, ...]
    escalation: Escalation = Escalation.NONE

    @property
    def step(self) -> str:
        """Return the step as it stands in a key: "3wd" or "T-7"."""
        return f"{self.offset}wd" if self.unit is Unit.WORKING_DAYS_AFTER else f"T-{self.offset}"

    @property
    def direction(self) -> Direction:
        """Return which way the step moves from a closed day."""
        return Direction.LATER if self.unit is Unit.WORKING_DAYS_AFTER else Direction.EARLIER

    @property
    def capped(self) -> bool:
        """Tell whether the caps bind this step."""
        return self.direction is Direction.LATER


def _after(
    kind: NudgeKind, subject: Kind, trigger: Trigger, n: int, *audience: Audience, then: Escalation = Escalation.NONE
) -> NudgePolicy:
    return NudgePolicy(kind, subject, trigger, n, Unit.WORKING_DAYS_AFTER, audience, then)


def _before(kind: NudgeKind, subject: Kind, trigger: Trigger, n: int, *audience: Audience) -> NudgePolicy:
    return NudgePolicy(kind, subject, trigger, n, Unit.CALENDAR_DAYS_BEFORE, audience)


_IN, _CH = Kind.INTRODUCTION, Kind.CHALLENGE
_ASKED, _MADE = Trigger.CONSENT_ASKED, Trigger.INTRODUCTION_MADE
_DEADLINE, _CLOSED = Trigger.CHALLENGE_DEADLINE, Trigger.CHALLENGE_CLOSED

POLICIES: tuple[NudgePolicy, ...] = (
    _after(NudgeKind.CONSENT, _IN, _ASKED, 3, Audience.ASKED_PARTY),
    _after(NudgeKind.CONSENT, _IN, _ASKED, 7, Audience.ASKED_PARTY, then=Escalation.DIGEST),
    _after(NudgeKind.CONSENT, _IN, _ASKED, 10, Audience.MANAGERS, then=Escalation.LAPSE),
    _after(NudgeKind.MEETING, _IN, _MADE, 2, Audience.BOTH_PARTIES),
    _after(NudgeKind.MEETING, _IN, _MADE, 5, Audience.BOTH_PARTIES),
    _after(NudgeKind.OUTCOME, _IN, _MADE, 10, Audience.BOTH_PARTIES, then=Escalation.DIGEST),
    _before(NudgeKind.DEADLINE, _CH, _DEADLINE, 7, Audience.DRAFT_AUTHORS, Audience.BUYER),
    _before(NudgeKind.DEADLINE, _CH, _DEADLINE, 2, Audience.DRAFT_AUTHORS, Audience.BUYER),
    _before(NudgeKind.DEADLINE, _CH, _DEADLINE, 0, Audience.DRAFT_AUTHORS, Audience.BUYER),
    _after(NudgeKind.VERDICT, _CH, _CLOSED, 7, Audience.BUYER),
    _after(NudgeKind.VERDICT, _CH, _CLOSED, 10, Audience.BUYER, Audience.MANAGERS, then=Escalation.DIGEST),
)
"""The default chains; a cluster changes their offsets with `configured`."""


def configured(
    offsets: Mapping[NudgeKind, Sequence[int]], *, policies: tuple[NudgePolicy, ...] = POLICIES
) -> tuple[NudgePolicy, ...]:
    """Return the chains with other offsets for some kinds; a step too many is like the one before it.

    The last step keeps what the last step of the default does, so that a shorter chain still ends in its escalation.

    :raises ValueError: for no offset, a negative one or two equal ones.
    """
    result: list[NudgePolicy] = []
    for kind in dict.fromkeys(policy.kind for policy in policies):
        steps = chain(kind, policies=policies)
        wanted = offsets.get(kind)
        if wanted is None:
            result += steps
            continue
        if not wanted or min(wanted) < 0 or len(set(wanted)) < len(wanted):
            raise ValueError(f"no chain of {kind} has the offsets {list(wanted)}")
        ordered = sorted(wanted, reverse=steps[0].unit is Unit.CALENDAR_DAYS_BEFORE)
        early = steps[:-1] or steps
        result += [replace(early[min(at, len(early) - 1)], offset=n) for at, n in enumerate(ordered[:-1])]
        result.append(replace(steps[-1], offset=ordered[-1]))
    return tuple(result)


def chain(kind: NudgeKind, *, policies: Iterable[NudgePolicy] = POLICIES) -> tuple[NudgePolicy, ...]:
    """Return the steps of one kind, in their order."""
    return tuple(policy for policy in policies if policy.kind == kind)


def due_at(policy: NudgePolicy, start: datetime | date, calendar: WorkingCalendar) -> datetime:
    """Return when a step is due (UTC) in the recipient's calendar.

    `start` is the instant of the trigger, or its date where the trigger is a date; from a date, working days end at
    09:00.
    """
    if policy.unit is Unit.CALENDAR_DAYS_BEFORE:
        return calendar.reminder_at(_date_of(start, calendar), policy.offset)
    if isinstance(start, datetime):
        return calendar.nudge_at(start, policy.offset)
    day = calendar.on_or_after(calendar.add_working_days(start, policy.offset))
    return calendar.into_working_hours(wall_clock(day, OPENS, calendar.zone))


def steps_due(
    policies: Iterable[NudgePolicy],
    *,
    start: datetime | date,
    calendar: WorkingCalendar,
    after: datetime,
    now: datetime,
) -> tuple[tuple[NudgePolicy, datetime], ...]:
    """Return the steps due since `after` and not later than `now`, the earliest first.

    A step that was due before the chain began (T-7 of a challenge published five days before its deadline) is none.
    """
    dues = ((policy, due_at(policy, start, calendar)) for policy in policies)
    return tuple(sorted((pair for pair in dues if after < pair[1] <= now), key=lambda pair: pair[1]))


def reminders_due(
    deadline_on: date, *, offsets: Iterable[int], calendar: WorkingCalendar
) -> tuple[tuple[str, datetime], ...]:
    """Return the steps ("T-14") of a deadline's reminders with their instants (UTC), the earliest first."""
    ordered = sorted(set(offsets), reverse=True)
    return tuple((f"T-{days}", calendar.reminder_at(deadline_on, days)) for days in ordered)


def placement(policy: NudgePolicy, *, bundles_today: int, bundles_this_week: int, sent_in_chain: int) -> Placement:
    """Return when the caps let a step go out; reminders of deadlines always go."""
    if not policy.capped:
        return Placement.NOW
    if sent_in_chain >= NUDGES_PER_CHAIN:
        return Placement.DIGEST
    if bundles_this_week >= BUNDLES_PER_WEEK:
        return Placement.NEXT_WEEK
    return Placement.NEXT_DAY if bundles_today >= BUNDLES_PER_DAY else Placement.NOW


def moved_to(where: Placement, *, now: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the instant (UTC) at which a nudge is tried again: 09:00 of the next working day or week."""
    today = now.astimezone(calendar.zone).date()
    if where is Placement.NEXT_WEEK:
        today += timedelta(days=6 - today.weekday())
    day = calendar.add_working_days(today, 1)
    return calendar.into_working_hours(wall_clock(day, OPENS, calendar.zone))


def nudge_key(*, kind: str, subject: str, step: str, version: int, person: int) -> str:
    """Return the unique key of one step to one person, recipient last: "consent:IN-34:3wd:v1:P-8"."""
    return f"{kind}:{subject}:{step}:v{version}:P-{person}"


def _date_of(start: datetime | date, calendar: WorkingCalendar) -> date:
    return start.astimezone(calendar.zone).date() if isinstance(start, datetime) else start
