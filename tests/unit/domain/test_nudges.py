"""The chains of nudges, their keys and their caps."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.calendars import QuietHours, WorkingCalendar
from domain.errors import Invalid
from domain.nudges import (
    POLICIES,
    Audience,
    Direction,
    Escalation,
    NudgeKind,
    NudgeNotice,
    Placement,
    Unit,
    chain,
    due_at,
    moved_to,
    next_week_ahead,
    nudge_key,
    placement,
    weekly_on,
)
from domain.offsets import configured, lapse_of, offsets_of, read_offsets

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
        10,
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
    assert chain(NudgeKind.VERDICT)[-1].escalation is Escalation.DIGEST


def test_every_step_is_a_row_with_its_direction_cap_and_words() -> None:
    for policy in POLICIES:
        reminder = policy.unit is Unit.CALENDAR_DAYS_BEFORE
        assert policy.direction is (Direction.EARLIER if reminder else Direction.LATER)
        assert policy.cap == (None if reminder else 3)
        assert policy.audience
    assert len({(policy.kind, policy.step) for policy in POLICIES}) == len(POLICIES)
    assert {policy.notice for policy in POLICIES} == set(NudgeNotice)


def test_vouchers_are_reminded_of_as_often_as_their_deadlines_ask() -> None:
    offsets = {kind: offsets_of(NudgeKind(kind)) for kind in ("cutoff", "activity", "claim", "report")}
    assert offsets == {"cutoff": (14, 7, 2, 0), "activity": (0,), "claim": (14, 3), "report": (14, 0)}


def test_no_chain_to_one_person_is_longer_than_three() -> None:
    assert all(len(chain(kind)) <= 3 for kind in NudgeKind if chain(kind)[0].capped)
    assert sum(len(chain(kind)) for kind in NudgeKind) == len(POLICIES)


def week(after: datetime, calendar: WorkingCalendar = CALENDAR) -> str:
    return next_week_ahead(POLICIES, after=after, calendar=calendar).astimezone(CPH).strftime("%a %d %b %H:%M")


def test_managers_have_their_digest_on_monday_and_smes_on_tuesday_at_nine() -> None:
    assert week(datetime(2026, 3, 4, 12, tzinfo=UTC)) == "Mon 09 Mar 09:00"
    assert week(datetime(2026, 3, 9, 8, tzinfo=UTC)) == "Tue 10 Mar 09:00"
    assert week(datetime(2026, 3, 27, 12, tzinfo=UTC)) == "Mon 30 Mar 09:00"  # the clocks go forward on the Sunday
    assert [policy.kind for policy in weekly_on(POLICIES, date(2026, 3, 9), CALENDAR)] == ["managers_digest"]
    assert [policy.kind for policy in weekly_on(POLICIES, date(2026, 3, 10), CALENDAR)] == ["smes_digest"]
    assert weekly_on(POLICIES, date(2026, 3, 11), CALENDAR) == ()


def test_a_digest_moves_to_the_next_working_day_even_into_the_next_week() -> None:
    easter = WorkingCalendar(CPH, closed=lambda day: day == date(2026, 4, 6))
    assert week(datetime(2026, 4, 2, 12, tzinfo=UTC), easter) == "Tue 07 Apr 09:00"
    assert len(weekly_on(POLICIES, date(2026, 4, 7), easter)) == 2
    shut = WorkingCalendar(CPH, closed=lambda day: date(2026, 12, 21) <= day <= date(2027, 1, 1))
    assert week(datetime(2026, 12, 18, 12, tzinfo=UTC), shut) == "Mon 04 Jan 09:00"
    assert len(weekly_on(POLICIES, date(2027, 1, 4), shut)) == 2


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
    changed = configured({NudgeKind.CONSENT: [2, 9], NudgeKind.DEADLINE: [1, 14, 7, 3], NudgeKind.OUTCOME: [20]})
    assert [step.step for step in chain(NudgeKind.CONSENT, policies=changed)] == ["2wd", "9wd", "10wd"]
    assert chain(NudgeKind.CONSENT, policies=changed)[-1].escalation is Escalation.LAPSE
    assert [step.step for step in chain(NudgeKind.DEADLINE, policies=changed)] == ["T-14", "T-7", "T-3", "T-1"]
    assert {step.notice for step in chain(NudgeKind.DEADLINE, policies=changed)} == {NudgeNotice.DEADLINE_NEAR}
    of_the_day = configured({NudgeKind.DEADLINE: [0, 3]})
    assert [step.notice for step in chain(NudgeKind.DEADLINE, policies=of_the_day)] == [
        NudgeNotice.DEADLINE_NEAR,
        NudgeNotice.LAST_DAY,
    ]
    assert chain(NudgeKind.OUTCOME, policies=changed)[-1].escalation is Escalation.DIGEST
    assert chain(NudgeKind.MEETING, policies=changed) == chain(NudgeKind.MEETING)
    assert configured({}) == POLICIES


def test_a_kind_is_switched_off_and_a_consent_lapses_all_the_same() -> None:
    changed = configured({NudgeKind.CONSENT: [], NudgeKind.MEETING: [], "lapse": [15]})
    assert [step.step for step in chain(NudgeKind.CONSENT, policies=changed)] == ["15wd"]
    assert offsets_of(NudgeKind.CONSENT, policies=changed) == ()
    assert lapse_of(changed) == 15
    assert chain(NudgeKind.MEETING, policies=changed) == ()


@pytest.mark.parametrize(
    ("offsets", "key"),
    [
        ({"consent": [-1]}, "nudge.offsets.invalid"),
        ({"consent": [3, 3]}, "nudge.offsets.invalid"),
        ({"deadline": [91]}, "nudge.offsets.invalid"),
        ({"smes_digest": [5]}, "nudge.offsets.invalid"),
        ({"smes_digest": [1, 2]}, "nudge.offsets.many"),
        ({"meeting": [1, 2, 3, 4]}, "nudge.offsets.many"),
        ({"deadline": [1, 2, 3, 4, 5, 6, 7]}, "nudge.offsets.many"),
        ({"consent": [3, 10]}, "nudge.offsets.lapse"),
        ({"consent": [3, 7], "lapse": [7]}, "nudge.offsets.lapse"),
        ({"lapse": []}, "nudge.offsets.lapse_days"),
        ({"lapse": [61]}, "nudge.offsets.lapse_days"),
    ],
)
def test_offsets_that_make_no_chain_are_refused(offsets: dict[str, list[int]], key: str) -> None:
    with pytest.raises(Invalid) as refused:
        configured(offsets)
    assert refused.value.key == key
    assert refused.value.field in offsets


def test_offsets_are_read_as_people_write_them() -> None:
    assert [read_offsets(text, field="x") for text in ("3, 7", "7;3", " 3 7 ", "", "off", "0")] == [
        (3, 7), (7, 3), (3, 7), (), (), (0,),
    ]  # fmt: skip
    for text in ("three", "3.5", "-1", "²", "1234", "3,x"):
        with pytest.raises(Invalid):
            read_offsets(text, field="x")
