"""The chains of nudges, their keys and their caps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import QuietHours, WorkingCalendar
from domain.introductions import CONSENT_LAPSES_AFTER
from domain.nudges import (
    POLICIES,
    Audience,
    Direction,
    Escalation,
    NudgeKind,
    Placement,
    Unit,
    chain,
    configured,
    due_at,
    moved_to,
    nudge_key,
    placement,
    reminders_due,
    steps_due,
)

CPH = ZoneInfo("Europe/Copenhagen")
CALENDAR = WorkingCalendar(CPH)
ASKED = datetime(2026, 3, 4, 10, 30, tzinfo=CPH)  # a Wednesday


def dues(kind: NudgeKind, start: datetime | date) -> list[tuple[str, str]]:
    return [
        (step.step, due_at(step, start, CALENDAR).astimezone(CPH).strftime("%a %d %b %H:%M")) for step in chain(kind)
    ]


def test_a_consent_is_asked_again_twice_and_then_lapses() -> None:
    assert dues(NudgeKind.CONSENT, ASKED) == [
        ("3wd", "Mon 09 Mar 10:30"),
        ("7wd", "Fri 13 Mar 10:30"),
        ("10wd", "Wed 18 Mar 10:30"),
    ]
    last = chain(NudgeKind.CONSENT)[-1]
    assert (last.escalation, last.offset, last.audience) == (
        Escalation.LAPSE,
        CONSENT_LAPSES_AFTER,
        (Audience.MANAGERS,),
    )


def test_an_introduction_is_followed_up_twice_and_then_asked_for_its_outcome() -> None:
    assert dues(NudgeKind.MEETING, ASKED) == [("2wd", "Fri 06 Mar 10:30"), ("5wd", "Wed 11 Mar 10:30")]
    assert dues(NudgeKind.OUTCOME, ASKED) == [("10wd", "Wed 18 Mar 10:30")]


def test_a_challenges_deadline_is_announced_on_working_days_before_it() -> None:
    assert dues(NudgeKind.DEADLINE, date(2026, 3, 15)) == [  # a Sunday
        ("T-7", "Fri 06 Mar 09:00"),
        ("T-2", "Fri 13 Mar 09:00"),
        ("T-0", "Fri 13 Mar 09:00"),
    ]


def test_verdicts_are_due_ten_working_days_after_closing() -> None:
    assert dues(NudgeKind.VERDICT, date(2026, 3, 13)) == [("7wd", "Tue 24 Mar 09:00"), ("10wd", "Fri 27 Mar 09:00")]
    assert Audience.MANAGERS in chain(NudgeKind.VERDICT)[-1].audience


def test_soft_nudges_move_later_and_are_capped_and_reminders_neither() -> None:
    for policy in POLICIES:
        soft = policy.unit is Unit.WORKING_DAYS_AFTER
        assert (policy.direction is Direction.LATER) == policy.capped == soft


def test_no_chain_to_one_person_is_longer_than_three() -> None:
    assert all(len(chain(kind)) <= 3 for kind in NudgeKind)
    assert sum(len(chain(kind)) for kind in NudgeKind) == len(POLICIES)


def test_a_step_that_was_due_before_the_chain_began_is_none() -> None:
    published = datetime(2026, 3, 10, 12, tzinfo=UTC)
    found = steps_due(
        chain(NudgeKind.DEADLINE),
        start=date(2026, 3, 13),
        calendar=CALENDAR,
        after=published,
        now=published + timedelta(days=1),
    )
    assert [(policy.step, due) for policy, due in found] == [("T-2", datetime(2026, 3, 11, 8, tzinfo=UTC))]


@given(cuts=st.lists(st.integers(0, 24 * 20), max_size=6))
def test_however_the_clock_ticks_every_step_is_found_once(cuts: list[int]) -> None:
    ticks = [ASKED, *sorted(ASKED + timedelta(hours=cut) for cut in cuts), ASKED + timedelta(days=30)]
    found = [
        policy.step
        for after, now in pairwise(ticks)
        for policy, _ in steps_due(chain(NudgeKind.CONSENT), start=ASKED, calendar=CALENDAR, after=after, now=now)
    ]
    assert found == ["3wd", "7wd", "10wd"]


def test_a_tick_at_the_very_instant_finds_the_step_and_the_next_one_does_not() -> None:
    steps, due = chain(NudgeKind.CONSENT)[:1], due_at(chain(NudgeKind.CONSENT)[0], ASKED, CALENDAR)
    later = due + timedelta(hours=1)
    assert steps_due(steps, start=ASKED, calendar=CALENDAR, after=ASKED, now=due) == ((steps[0], due),)
    assert steps_due(steps, start=ASKED, calendar=CALENDAR, after=due, now=later) == ()


def test_reminders_of_a_deadline_come_in_order_without_doubles() -> None:
    found = reminders_due(date(2026, 3, 15), offsets=[2, 14, 0, 7, 7], calendar=CALENDAR)
    assert [step for step, _ in found] == ["T-14", "T-7", "T-2", "T-0"]
    assert [due for _, due in found] == sorted(due for _, due in found)


def test_a_key_is_the_fact_with_its_recipient_last() -> None:
    assert nudge_key(kind="consent", subject="IN-34", step="3wd", version=1, person=8) == "consent:IN-34:3wd:v1:P-8"
    key = nudge_key(kind=NudgeKind.DEADLINE, subject="CH-12", step="T-7", version=2, person=8)
    assert key == "deadline:CH-12:T-7:v2:P-8"


@pytest.mark.parametrize(
    ("today", "week", "sent", "where"),
    [
        (0, 0, 0, Placement.NOW),
        (0, 2, 2, Placement.NOW),
        (1, 1, 0, Placement.NEXT_DAY),
        (0, 3, 0, Placement.NEXT_WEEK),
        (1, 3, 0, Placement.NEXT_WEEK),
        (0, 0, 3, Placement.DIGEST),
        (1, 3, 7, Placement.DIGEST),
    ],
)
def test_caps_bind_nudges_but_not_deadlines(today: int, week: int, sent: int, where: Placement) -> None:
    soft, deadline = chain(NudgeKind.CONSENT)[0], chain(NudgeKind.DEADLINE)[0]
    assert placement(soft, bundles_today=today, bundles_this_week=week, sent_in_chain=sent) is where
    assert placement(deadline, bundles_today=today, bundles_this_week=week, sent_in_chain=sent) is Placement.NOW


def test_what_the_caps_hold_back_waits_for_the_next_working_day_or_week() -> None:
    friday = datetime(2026, 3, 6, 11, tzinfo=UTC)
    assert moved_to(Placement.NEXT_DAY, now=friday, calendar=CALENDAR) == datetime(2026, 3, 9, 8, tzinfo=UTC)
    monday = datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert moved_to(Placement.NEXT_DAY, now=monday, calendar=CALENDAR) == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert moved_to(Placement.NEXT_WEEK, now=monday, calendar=CALENDAR) == datetime(2026, 3, 9, 8, tzinfo=UTC)


def test_quiet_hours_hold_for_nudges_that_count_from_a_date() -> None:
    late_riser = WorkingCalendar(CPH, quiet=QuietHours(datetime.min.time().replace(hour=20), ASKED.time()))
    due = due_at(chain(NudgeKind.VERDICT)[0], date(2026, 3, 13), late_riser)
    assert due.astimezone(CPH).strftime("%d %H:%M") == "24 10:30"


def test_a_cluster_sets_other_offsets_and_the_end_of_the_chain_stays_its_end() -> None:
    changed = configured({NudgeKind.CONSENT: [2, 15], NudgeKind.DEADLINE: [1, 14, 7, 3]})
    assert [step.step for step in chain(NudgeKind.CONSENT, policies=changed)] == ["2wd", "15wd"]
    assert chain(NudgeKind.CONSENT, policies=changed)[-1].escalation is Escalation.LAPSE
    assert [step.step for step in chain(NudgeKind.DEADLINE, policies=changed)] == ["T-14", "T-7", "T-3", "T-1"]
    assert chain(NudgeKind.MEETING, policies=changed) == chain(NudgeKind.MEETING)
    assert configured({}) == POLICIES


@pytest.mark.parametrize("offsets", [[], [-1], [3, 3]])
def test_offsets_that_make_no_chain_are_refused(offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="consent"):
        configured({NudgeKind.CONSENT: offsets})
