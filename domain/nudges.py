"""Nudges and reminders as data: who is reminded of what, when, and how often at most.

`POLICIES` has a row for every step; a cluster changes their offsets (`domain.offsets`). Nothing else in the house knows
a number of days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
    CALL = "call"
    CUTOFF = "cutoff"
    ACTIVITY = "activity"
    CLAIM = "claim"
    REPORT = "report"
    MANAGERS_DIGEST = "managers_digest"
    SMES_DIGEST = "smes_digest"


class Trigger(StrEnum):
    """Name what a chain counts from: an instant for the first two and for a call that opens, a date for the others."""

    CONSENT_ASKED = "consent_asked"
    INTRODUCTION_MADE = "introduction_made"
    CHALLENGE_DEADLINE = "challenge_deadline"
    CHALLENGE_CLOSED = "challenge_closed"
    CALL_OPENS = "call_opens"
    CALL_CUTOFF = "call_cutoff"
    ACTIVITY_STARTS = "activity_starts"
    CLAIM_DUE = "claim_due"
    REPORT_DUE = "report_due"
    WEEK = "week"


class Audience(StrEnum):
    """Name who is told."""

    ASKED_PARTY = "asked_party"
    BOTH_PARTIES = "both_parties"
    BUYER = "buyer"
    DRAFT_AUTHORS = "draft_authors"
    MANAGERS = "managers"
    SMES = "smes"
    APPLICANT = "applicant"


class NudgeNotice(StrEnum):
    """Name what a step says; its words are in the catalogues."""

    CONSENT_MISSING = "consent_missing"
    IN_TOUCH = "in_touch"
    DID_YOU_MEET = "did_you_meet"
    WHAT_CAME = "what_came"
    DEADLINE_NEAR = "deadline_near"
    LAST_DAY = "last_day"
    VERDICTS_MISSING = "verdicts_missing"
    CALL_OPENS = "call_opens"
    CUTOFF_NEAR = "cutoff_near"
    ACTIVITY_BEGINS = "activity_begins"
    CLAIM_NEAR = "claim_near"
    REPORT_NEAR = "report_near"
    WEEK_AHEAD = "week_ahead"


class Direction(StrEnum):
    """Say how a due date that falls on a closed day moves: soft nudges later, reminders of deadlines earlier."""

    LATER = "later"
    EARLIER = "earlier"


class Unit(StrEnum):
    """Say what an offset counts: working days after the trigger, calendar days before it, or days since Monday."""

    WORKING_DAYS_AFTER = "working_days_after"
    CALENDAR_DAYS_BEFORE = "calendar_days_before"
    WEEKDAY = "weekday"


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
    """Say why a nudge is not sent."""

    CAP = "cap"
    OPTED_OUT = "opted_out"
    PAUSED = "paused"
    LEFT = "left"
    OFF = "off"
    SETTLED = "settled"
    NEVER_MET = "never_met"
    EMPTY = "empty"


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
    """Hold one step of a chain.

    `direction` says how it moves from a closed day; `cap` is how many of its chain a person gets unanswered, None for
    the reminders of deadlines, which no cap binds.
    """

    kind: NudgeKind
    subject_kind: Kind | None
    trigger: Trigger
    offset: int
    unit: Unit
    audience: tuple[Audience, ...]
    notice: NudgeNotice
    direction: Direction = Direction.LATER
    cap: int | None = NUDGES_PER_CHAIN
    escalation: Escalation = Escalation.NONE

    @property
    def step(self) -> str:
        """Return the step as it stands in a key: "3wd", "T-7", or "week"."""
        if self.unit is Unit.WEEKDAY:
            return "week"
        return f"{self.offset}wd" if self.unit is Unit.WORKING_DAYS_AFTER else f"T-{self.offset}"

    @property
    def capped(self) -> bool:
        """Tell whether the caps bind this step."""
        return self.cap is not None


def _after(
    kind: NudgeKind,
    subject: Kind,
    trigger: Trigger,
    n: int,
    notice: NudgeNotice,
    *audience: Audience,
    then: Escalation = Escalation.NONE,
) -> NudgePolicy:
    return NudgePolicy(kind, subject, trigger, n, Unit.WORKING_DAYS_AFTER, audience, notice, escalation=then)


def _before(
    kind: NudgeKind, subject: Kind, trigger: Trigger, n: int, notice: NudgeNotice, *audience: Audience
) -> NudgePolicy:
    unit = Unit.CALENDAR_DAYS_BEFORE
    return NudgePolicy(kind, subject, trigger, n, unit, audience, notice, direction=Direction.EARLIER, cap=None)


def _weekly(kind: NudgeKind, weekday: int, audience: Audience) -> NudgePolicy:
    return NudgePolicy(kind, None, Trigger.WEEK, weekday, Unit.WEEKDAY, (audience,), NudgeNotice.WEEK_AHEAD)


_IN, _CH, _CA, _VO = Kind.INTRODUCTION, Kind.CHALLENGE, Kind.CALL, Kind.VOUCHER
_ASKED, _MADE = Trigger.CONSENT_ASKED, Trigger.INTRODUCTION_MADE
_DEADLINE, _CLOSED = Trigger.CHALLENGE_DEADLINE, Trigger.CHALLENGE_CLOSED
_AUTHORS, _US = (Audience.DRAFT_AUTHORS, Audience.BUYER), Audience.APPLICANT

POLICIES: tuple[NudgePolicy, ...] = (
    _after(NudgeKind.CONSENT, _IN, _ASKED, 3, NudgeNotice.CONSENT_MISSING, Audience.ASKED_PARTY),
    _after(NudgeKind.CONSENT, _IN, _ASKED, 7, NudgeNotice.CONSENT_MISSING, Audience.ASKED_PARTY),
    _after(NudgeKind.CONSENT, _IN, _ASKED, 10, NudgeNotice.CONSENT_MISSING, Audience.MANAGERS, then=Escalation.LAPSE),
    _after(NudgeKind.MEETING, _IN, _MADE, 2, NudgeNotice.IN_TOUCH, Audience.BOTH_PARTIES),
    _after(NudgeKind.MEETING, _IN, _MADE, 5, NudgeNotice.DID_YOU_MEET, Audience.BOTH_PARTIES),
    _after(NudgeKind.OUTCOME, _IN, _MADE, 10, NudgeNotice.WHAT_CAME, Audience.BOTH_PARTIES, then=Escalation.DIGEST),
    _before(NudgeKind.DEADLINE, _CH, _DEADLINE, 7, NudgeNotice.DEADLINE_NEAR, *_AUTHORS),
    _before(NudgeKind.DEADLINE, _CH, _DEADLINE, 2, NudgeNotice.DEADLINE_NEAR, *_AUTHORS),
    _before(NudgeKind.DEADLINE, _CH, _DEADLINE, 0, NudgeNotice.LAST_DAY, *_AUTHORS),
    _after(NudgeKind.VERDICT, _CH, _CLOSED, 7, NudgeNotice.VERDICTS_MISSING, Audience.BUYER),
    _after(NudgeKind.VERDICT, _CH, _CLOSED, 10, NudgeNotice.VERDICTS_MISSING, Audience.BUYER, then=Escalation.DIGEST),
    _after(NudgeKind.CALL, _CA, Trigger.CALL_OPENS, 0, NudgeNotice.CALL_OPENS, Audience.SMES),
    *(_before(NudgeKind.CUTOFF, _VO, Trigger.CALL_CUTOFF, n, NudgeNotice.CUTOFF_NEAR, _US) for n in (14, 7, 2, 0)),
    _before(NudgeKind.ACTIVITY, _VO, Trigger.ACTIVITY_STARTS, 0, NudgeNotice.ACTIVITY_BEGINS, _US),
    *(_before(NudgeKind.CLAIM, _VO, Trigger.CLAIM_DUE, n, NudgeNotice.CLAIM_NEAR, _US) for n in (14, 3)),
    *(_before(NudgeKind.REPORT, _VO, Trigger.REPORT_DUE, n, NudgeNotice.REPORT_NEAR, _US) for n in (14, 0)),
    _weekly(NudgeKind.MANAGERS_DIGEST, 0, Audience.MANAGERS),
    _weekly(NudgeKind.SMES_DIGEST, 1, Audience.SMES),
)
"""The default chains; a cluster changes their offsets (`domain.offsets`)."""

_WEEKS_SEARCHED = 8  # nobody's public holidays close more weeks in a row


def chain(kind: NudgeKind, *, policies: Iterable[NudgePolicy] = POLICIES) -> tuple[NudgePolicy, ...]:
    """Return the steps of one kind, in their order."""
    return tuple(policy for policy in policies if policy.kind == kind)


def due_at(policy: NudgePolicy, start: datetime | date, calendar: WorkingCalendar) -> datetime:
    """Return when a step is due (UTC) in the recipient's calendar.

    `start` is the instant of the trigger, or its date where the trigger is a date; from a date, working days end at
    09:00. What is weekly is due in the week of `start`.
    """
    if policy.unit is Unit.WEEKDAY:
        day = _date_of(start, calendar)
        return _opening(calendar.on_or_after(day + timedelta(days=policy.offset - day.weekday())), calendar)
    if policy.unit is Unit.CALENDAR_DAYS_BEFORE:
        return calendar.reminder_at(_date_of(start, calendar), policy.offset)
    if isinstance(start, datetime):
        return calendar.nudge_at(start, policy.offset)
    return _opening(calendar.on_or_after(calendar.add_working_days(start, policy.offset)), calendar)


def next_week_ahead(policies: Iterable[NudgePolicy], *, after: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the first instant (UTC) after `after` at which something weekly is due; without any, a week later."""
    weekly = [policy for policy in policies if policy.unit is Unit.WEEKDAY]
    weeks = [_date_of(after, calendar) + timedelta(weeks=n) for n in range(-1, _WEEKS_SEARCHED)]
    dues = (due_at(policy, day, calendar) for policy in weekly for day in weeks)
    return min((due for due in dues if due > after), default=after + timedelta(weeks=1))


def week_before(policy: NudgePolicy, *, now: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the last instant (UTC) on an earlier local date than now's at which something weekly was due."""
    today = _date_of(now, calendar)
    dues = (due_at(policy, today - timedelta(weeks=n), calendar) for n in range(_WEEKS_SEARCHED))
    return next((due for due in dues if _date_of(due, calendar) < today), now - timedelta(weeks=_WEEKS_SEARCHED))


def weekly_on(policies: Iterable[NudgePolicy], day: date, calendar: WorkingCalendar) -> tuple[NudgePolicy, ...]:
    """Return what is weekly and due on a local date, also where it was moved there from the week before."""
    weeks = (day, day - timedelta(weeks=1))
    return tuple(
        policy
        for policy in policies
        if policy.unit is Unit.WEEKDAY
        and any(_date_of(due_at(policy, one, calendar), calendar) == day for one in weeks)
    )


def placement(policy: NudgePolicy, *, bundles_today: int, bundles_this_week: int, sent_in_chain: int) -> Placement:
    """Return when the caps let a step go out; reminders of deadlines always go."""
    if not policy.capped:
        return Placement.NOW
    if policy.cap is not None and sent_in_chain >= policy.cap:
        return Placement.DIGEST
    if bundles_this_week >= BUNDLES_PER_WEEK:
        return Placement.NEXT_WEEK
    return Placement.NEXT_DAY if bundles_today >= BUNDLES_PER_DAY else Placement.NOW


def moved_to(where: Placement, *, now: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the instant (UTC) at which a nudge is tried again: 09:00 of the next working day or week."""
    today = now.astimezone(calendar.zone).date()
    if where is Placement.NEXT_WEEK:
        today += timedelta(days=6 - today.weekday())
    return _opening(calendar.add_working_days(today, 1), calendar)


SNOOZED = "snoozed"
"""Begins the step of a nudge that its receiver has put off, before the day."""


def is_wished(key: str) -> bool:
    """Tell whether a key is of a nudge that its receiver has put off: asked for, and so not left unanswered."""
    return f":{SNOOZED}-" in key


def nudge_key(*, kind: str, subject: str, step: str, version: int, person: int) -> str:
    """Return the unique key of one step to one person, recipient last: "consent:IN-34:3wd:v1:P-8"."""
    return f"{kind}:{subject}:{step}:v{version}:P-{person}"


def _opening(day: date, calendar: WorkingCalendar) -> datetime:
    return calendar.into_working_hours(wall_clock(day, OPENS, calendar.zone))


def _date_of(start: datetime | date, calendar: WorkingCalendar) -> date:
    return start.astimezone(calendar.zone).date() if isinstance(start, datetime) else start
