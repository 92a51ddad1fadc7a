"""What will become of the nudges that wait for one person, if nobody acts: when each goes out, or why it does not.

The same rules as at the time of sending (`domain.nudges.placement`), applied ahead of time and without a store.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.calendars import WorkingCalendar, local
from domain.nudges import NudgePolicy, Placement, SuppressedWhy, moved_to, placement
from domain.people import Wishes

_Entry = tuple[datetime, int, "Held | None"]

_ROUNDS_MAX = 100  # a nudge that was moved this often is not due within any preview


class Held(StrEnum):
    """Say what moves a nudge to a later time than it is due."""

    HOURS = "hours"
    SNOOZED = "snoozed"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True)
class Waiting:
    """Hold one nudge that waits: `ref` is the caller's own, `sent` how many of its chain went out unanswered.

    `chain` names its chain; with `counts` it counts towards the cap of it. `why` says what stops it apart from the
    person's wishes: it is settled, or switched off.
    """

    ref: int
    policy: NudgePolicy
    due: datetime
    chain: str = ""
    sent: int = 0
    counts: bool = True
    why: SuppressedWhy | None = None


@dataclass(frozen=True)
class Forecast:
    """Hold when a nudge goes out (UTC) and what `held` it back, or `why` it never will."""

    ref: int
    at: datetime | None = None
    held: Held | None = None
    why: SuppressedWhy | None = None


def forecast(
    waiting: Sequence[Waiting],
    *,
    wishes: Wishes,
    calendar: WorkingCalendar,
    now: datetime,
    told_on: Collection[date] = (),
) -> tuple[Forecast, ...]:
    """Return what becomes of each, the earliest first and the suppressed last.

    `told_on` are the local dates on which the person was sent a bundled message already.
    """
    never = [Forecast(one.ref, why=why) for one in waiting if (why := suppressed_why(one, wishes)) is not None]
    dropped = {one.ref for one in never}
    left = [one for one in waiting if one.ref not in dropped]
    found = [_reminder(one, calendar, now) for one in left if not one.policy.capped]
    found += _bundled([one for one in left if one.policy.capped], wishes, calendar, now, set(told_on))
    never += [one for one in found if one.at is None]
    return (*sorted((one for one in found if one.at is not None), key=lambda one: (one.at or now, one.ref)), *never)


def suppressed_why(one: Waiting, wishes: Wishes) -> SuppressedWhy | None:
    """Return why a nudge is not sent at all; None if it is."""
    if one.why is not None:
        return one.why
    if one.policy.kind in wishes.opt_outs:
        return SuppressedWhy.OPTED_OUT
    if one.policy.capped and wishes.paused:
        return SuppressedWhy.PAUSED
    return SuppressedWhy.CAP if one.policy.cap is not None and one.sent >= one.policy.cap else None


def _reminder(one: Waiting, calendar: WorkingCalendar, now: datetime) -> Forecast:
    at = calendar.into_working_hours(max(one.due, now))
    return Forecast(one.ref, at, Held.HOURS if at > max(one.due, now) else None)


def _bundled(
    waiting: Sequence[Waiting], wishes: Wishes, calendar: WorkingCalendar, now: datetime, told_on: set[date]
) -> list[Forecast]:
    given = {one.ref: one for one in waiting}
    heap: list[_Entry] = [(max(one.due, now), one.ref, None) for one in waiting]
    heapq.heapify(heap)
    sent: Counter[str] = Counter()
    found: list[Forecast] = []
    for _ in range(_ROUNDS_MAX * max(1, len(waiting))):
        if not heap:
            break
        due, ref, held = heapq.heappop(heap)
        one = given[ref]
        at = calendar.into_working_hours(wishes.not_before(due))
        if at > due:
            asleep = wishes.snoozed_until is not None and wishes.snoozed_until > due
            heapq.heappush(heap, (at, ref, Held.SNOOZED if asleep else held or Held.HOURS))
            continue
        today = local(at, calendar.zone).date()
        week = {today - timedelta(days=today.weekday() - n) for n in range(7)}
        where = placement(
            one.policy,
            bundles_today=int(today in told_on),
            bundles_this_week=len(week & told_on),
            sent_in_chain=one.sent + sent[one.chain],
        )
        if where is Placement.DIGEST:
            found.append(Forecast(ref, why=SuppressedWhy.CAP))
            continue
        if where is not Placement.NOW:
            later = moved_to(where, now=at, calendar=calendar)
            heapq.heappush(heap, (later, ref, Held.WEEK if where is Placement.NEXT_WEEK else Held.DAY))
            continue
        told_on.add(today)
        together = sorted(entry for entry in heap if local(entry[0], calendar.zone).date() <= today)
        heap = [entry for entry in heap if entry not in together]
        heapq.heapify(heap)
        for _, other, why in [(due, ref, held), *together]:
            beside = given[other]
            full = beside.policy.cap is not None and beside.sent + sent[beside.chain] >= beside.policy.cap
            found.append(Forecast(other, why=SuppressedWhy.CAP) if full else Forecast(other, at, why))
            sent[beside.chain] += int(beside.counts and not full)
    return found
