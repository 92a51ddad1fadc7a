"""What a manager sees and decides about reminders, and that what is foreseen is what happens."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain.nudges import NudgeKind
from handlers.nudging import nudges
from handlers.nudging.digests import plan_digests
from handlers.nudging.plans import kinds_in_use
from handlers.work import Work
from messages.card import Form
from store import queue
from store.tables.people import Cluster, Person
from store.tables.queue import Outbox, OutboxStatus
from tests.integration.handlers.asked import asked
from tests.integration.handlers.jobs import do_job, run_jobs
from tests.world import World, buttons_of, has_button, text_of

MEMBER = "neighbour"


def plan(world: World, kind: str = "") -> str:
    return text_of(world.command(world.manager_owner, "matchpoint", f"nudges {kind}".strip()).card)


def form_of(world: World) -> Form:
    shown = world.command(world.manager_owner, "matchpoint", "nudges")
    form = world.press(world.manager_owner, shown.card, "nudges.edit").form
    assert form is not None
    return form


def change_person(world: World, **values: object) -> None:
    with world.database.write() as session:
        row = session.get_one(Person, world.people[MEMBER])
        for name, value in values.items():
            setattr(row, name, value)


def test_a_manager_sees_every_kind_and_what_is_to_come(world: World):
    text = plan(world)
    for words in (
        "Working days after: 3 and 7",
        "Days before: 7, 2 and 0",
        "On Monday",
        "On Tuesday",
        "10 working days",
    ):
        assert words in text
    assert "A call for vouchers opens" in text
    (intro,) = asked(world, "E. coli sensors in pipes")
    shown = world.command(world.manager_owner, "matchpoint", "nudges")
    preview = next(b for b in buttons_of(shown.card) if b.value.endswith(" consent"))
    text = text_of(world.act(world.manager_owner, preview.action, preview.value).card)
    assert "An introduction waits for your yes or no." in text
    assert text.count(f"{intro} · Owner, Fjordsensor") == 2
    assert "7 May 2026, 11:00" in text
    assert "13 May 2026, 11:00" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"settings": {"opt_outs": "consent"}}, "does not want reminders of this kind"),
        ({"settings": {"paused": True}}, "wants no reminders at all"),
        ({"snoozed_until": datetime(2026, 5, 11, 7, tzinfo=UTC)}, "no reminders are wanted before"),
        ({"settings": {"quiet_hours": "9-13"}}, "outside working hours"),
        ({"zone": "Mars/Base"}, "unknown time zone"),
    ],
)
def test_it_says_why_something_is_held_back(world: World, change: dict[str, object], words: str):
    asked(world, "E. coli sensors in pipes")
    change_person(world, **change)
    assert words in plan(world, "consent")


def test_what_is_settled_or_switched_off_says_so(world: World):
    asked(world, "E. coli sensors in pipes")
    world.submit(world.manager_owner, form_of(world), consent="")
    assert "Switched off" in plan(world, "consent")
    assert "switched this kind off" in plan(world, "consent")


def test_other_days_hold_for_what_begins_from_then_on(world: World):
    shown = world.submit(world.manager_owner, form_of(world), consent="2; 4", lapse="6", smes_digest="3", meeting="off")
    assert "from now on" in text_of(shown.card)
    (intro,) = asked(world, "E. coli sensors in pipes")
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "nudge")).all()
        steps = sorted(row.key.split(":")[2] for row in rows if row.key.startswith(f"consent:{intro}"))
        lapse = (
            session.exec(select(Outbox).where(Outbox.kind == "introduction.lapse")).first()
            or session.exec(select(Outbox).where(Outbox.key == f"lapse:{intro}:sme")).one()
        )
        assert lapse.due_at == datetime(2026, 5, 12, 9, tzinfo=UTC)
    assert steps == ["2wd", "4wd"]
    text = plan(world)
    assert "On Thursday" in text
    assert "Switched off" in text
    filled = {field.name: field.value for field in form_of(world).fields}
    assert (filled["consent"], filled["lapse"], filled["smes_digest"], filled["meeting"]) == ("2, 4", "6", "3", "")


def planned(world: World, kind: str = "consent", *, status: OutboxStatus = OutboxStatus.PENDING) -> dict[str, datetime]:
    """Return the steps of one kind that wait for the member, each with the instant at which it is due."""
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "nudge", Outbox.status == status)).all()
        mine = [row for row in rows if row.payload["person"] == world.people[MEMBER] and row.payload["kind"] == kind]
        return {row.key.split(":")[2]: row.due_at for row in mine}


def reminded(world: World) -> int:
    return sum(has_button(one.card, "nudge.snooze") for one in world.sent_to(world.neighbour))


def let_pass(world: World, until: datetime) -> None:
    while world.now < until:
        world.now += timedelta(hours=1)
        run_jobs(world)


def test_what_was_planned_with_other_days_is_planned_anew_and_the_old_steps_never_go_out(world: World):
    asked(world, "E. coli sensors in pipes")
    old = planned(world)
    shown = world.submit(world.manager_owner, form_of(world), consent="5, 9")
    assert "2 reminders at their new times" in text_of(shown.card)
    assert set(planned(world)) == {"5wd", "9wd"}
    for due in sorted(old.values()):
        let_pass(world, due + timedelta(hours=2))
        assert not reminded(world) or world.now > planned(world, status=OutboxStatus.SENT)["5wd"]
    let_pass(world, max(planned(world).values()) + timedelta(hours=2))
    assert set(planned(world, status=OutboxStatus.SENT)) == {"5wd", "9wd"}
    assert reminded(world) == 2


def test_a_step_of_both_plans_stays_and_going_back_restores_the_old_plan(world: World):
    asked(world, "E. coli sensors in pipes")
    old = planned(world)
    shown = world.submit(world.manager_owner, form_of(world), consent="3")
    assert "one comes no more" in text_of(shown.card)
    assert planned(world) == {"3wd": old["3wd"]}
    world.submit(world.manager_owner, form_of(world), consent="3, 7")
    assert planned(world) == old
    assert "Planned anew" not in text_of(world.submit(world.manager_owner, form_of(world)).card)


def test_earlier_days_that_have_passed_remind_once_at_once(world: World):
    asked(world, "E. coli sensors in pipes")
    world.now += timedelta(days=2)
    world.submit(world.manager_owner, form_of(world), consent="1")
    assert list(planned(world)) == ["1wd"]
    let_pass(world, world.now + timedelta(days=1))
    assert reminded(world) == 1
    world.submit(world.manager_owner, form_of(world), consent="0")
    assert not planned(world), "who was reminded is not reminded anew"


def test_a_kind_that_is_switched_off_and_on_again_takes_its_plan_up_with_the_new_days(world: World):
    asked(world, "E. coli sensors in pipes")
    world.submit(world.manager_owner, form_of(world), consent="off")
    world.submit(world.manager_owner, form_of(world), consent="6")
    assert set(planned(world)) == {"6wd"}


def test_what_was_put_off_until_a_day_is_not_heard_of_before(world: World):
    (intro,) = asked(world, "E. coli sensors in pipes")
    put_off = world.act(world.neighbour, "nudge.snooze", f"consent:{intro}").form
    world.submit(world.neighbour, put_off, choice="date", until="2026-05-12")
    snoozed = {step for step in planned(world) if step.startswith("snoozed")}
    assert len(snoozed) == 1
    world.submit(world.manager_owner, form_of(world), consent="2, 8")
    assert set(planned(world)) == {*snoozed, "8wd"}


def test_another_cluster_keeps_its_plan(world: World):
    asked(world, "E. coli sensors in pipes")
    old = planned(world)
    form = world.act(world.manager_partner, "nudges.edit", f"CL-{world.delta}").form
    world.submit(world.manager_partner, form, consent="1")
    assert planned(world) == old


def test_a_step_that_a_worker_has_in_hand_is_not_sent_when_there_is_none_such_any_more(world: World):
    asked(world, "E. coli sensors in pipes")
    world.now = planned(world)["3wd"]
    with world.database.write() as session:
        (row,) = queue.claim(session, owner="test", now=world.now, limit=1, kinds=("nudge",))
    world.submit(world.manager_owner, form_of(world), consent="9")
    with world.database.write() as session:
        queue.mark_sending(session, row, now=world.now)
    do_job(world.database, world.kit, row, world.now)
    with world.database.read() as session:
        found = session.get_one(Outbox, row.id)
        assert (found.status, found.last_error) == (OutboxStatus.CANCELLED, "off")
    assert reminded(world) == 0


def test_the_weekly_digest_comes_on_its_new_day_in_the_same_week(world: World):
    world.now = datetime(2026, 5, 4, 9, tzinfo=UTC)  # a Monday: Tuesday is the day of the SMEs
    plan_digests(world.database, world.kit, world.now)
    shown = world.submit(world.manager_owner, form_of(world), smes_digest="3")
    assert "on its new day" in text_of(shown.card)
    plan_digests(world.database, world.kit, world.now)
    with world.database.read() as session:
        due = session.get_one(Person, world.people[MEMBER]).digest_at
        # Of another cluster nothing has changed.
        other = session.get_one(Person, world.people["sme"]).digest_at
    assert due == datetime(2026, 5, 7, 7, tzinfo=UTC)
    assert other == datetime(2026, 5, 5, 7, tzinfo=UTC)


def test_mistakes_are_told_all_at_once_at_their_fields(world: World):
    shown = world.submit(
        world.manager_owner, form_of(world), consent="three", meeting="1, 2, 3, 4", outcome="2, 2", lapse="0"
    )
    assert set(shown.errors) == {"consent", "meeting", "outcome", "lapse"}
    shown = world.submit(world.manager_owner, form_of(world), consent="3, 12")
    assert "below 10" in shown.errors["consent"]
    with world.database.read() as session:
        assert session.get_one(Cluster, world.clean).policy == {}


def test_back_to_the_defaults(world: World):
    world.submit(world.manager_owner, form_of(world), consent="2", lapse="30")
    shown = world.command(world.manager_owner, "matchpoint", "nudges")
    world.press(world.manager_owner, shown.card, "nudges.reset")
    assert "3 and 7" in plan(world)
    with world.database.read() as session:
        assert session.get_one(Cluster, world.clean).policy == {}


def test_only_managers_and_only_of_their_own_cluster(world: World):
    for action in ("nudges.show", "nudges.edit", "nudges.save", "nudges.reset"):
        assert "Only cluster managers" in text_of(world.act(world.sme, action).card)
        shown = world.act(world.manager_partner, action, f"CL-{world.clean}")
        assert "another cluster" in text_of(shown.card)
    assert "I do not know" in text_of(world.act(world.manager_owner, "nudges.show", "nonsense").card)


def test_the_list_shows_no_more_than_a_card_holds(world: World):
    asked(world, "E. coli sensors in pipes")
    with world.database.write() as session:
        for version in range(2, 40):
            work = Work(session, world.now, world.kit)
            nudges.schedule(work, "consent", "IN-1", world.people[MEMBER], start=world.now, version=version)
    assert "and 58 more" in plan(world, "consent")


def test_what_is_foreseen_is_what_happens(world: World):
    """Three introductions, caps, quiet hours: every nudge goes out at the very instant that the preview named."""
    intros = asked(world, *(f"E. coli sensors in {place}" for place in ("pipes", "wells", "tanks")))
    change_person(world, settings={"quiet_hours": "9-10:30"})
    for day, intro in enumerate(intros, start=5):
        with world.database.write() as session:
            begun = datetime(2026, 5, day, 9, 30, tzinfo=UTC)
            work = Work(session, begun, world.kit)
            nudges.schedule(work, "consent", intro, world.people[MEMBER], start=begun, version=2)
    shown = world.command(world.manager_owner, "matchpoint", "nudges consent")
    foreseen = [
        line.split(" · ")[0].removeprefix("• ") + " " + line.split(" · ")[1]
        for line in text_of(shown.card).splitlines()
        if " · IN-" in line and "not sent" not in line
    ]
    happened: list[str] = []
    sent: set[int] = set()
    while world.now < datetime(2026, 5, 18, 9, tzinfo=UTC):
        world.now += timedelta(minutes=30)
        run_jobs(world)
        with world.database.read() as session:
            rows = session.exec(select(Outbox).where(Outbox.kind == "nudge", Outbox.status == OutboxStatus.SENT)).all()
            new = [row for row in rows if row.id not in sent and row.payload["person"] == world.people[MEMBER]]
        sent |= {row.id for row in new if row.id is not None}
        at = (world.now + timedelta(hours=2)).strftime("%-d May 2026, %H:%M")
        happened += [f"{at} {row.payload['subject']}" for row in new]
    assert len(happened) > 6
    assert sorted(foreseen) == sorted(happened)


def test_every_kind_in_use_has_a_label_and_a_way_to_stop_it(world: World):
    assert set(kinds_in_use()) == {
        NudgeKind.CONSENT, NudgeKind.MEETING, NudgeKind.OUTCOME, NudgeKind.DEADLINE, NudgeKind.VERDICT,
        NudgeKind.CALL, NudgeKind.CUTOFF, NudgeKind.ACTIVITY, NudgeKind.CLAIM, NudgeKind.REPORT,
        NudgeKind.MANAGERS_DIGEST, NudgeKind.SMES_DIGEST,
    }  # fmt: skip
    for kind in kinds_in_use():
        shown = world.act(world.neighbour, "nudge.opt_out", kind)
        assert not shown.failed
        assert "/matchpoint settings" in text_of(shown.card)
    with world.database.read() as session:
        person = session.get_one(Person, world.people[MEMBER])
        assert set(str(person.settings["opt_outs"]).split(",")) == set(kinds_in_use())


def test_a_reminder_of_a_deadline_can_be_stopped_and_stays_on_home(world: World):
    challenge = world.published()
    world.command(world.neighbour, "answer", f"{challenge} We make such a sensor.")
    world.act(world.neighbour, "nudge.opt_out", "deadline")
    world.now = datetime(2026, 6, 23, 7, tzinfo=UTC)
    run_jobs(world)
    assert not any(has_button(one.card, "nudge.stop") for one in world.sent_to(world.neighbour))
    assert any(challenge in text_of(card) for card in world.home(world.neighbour).cards)
