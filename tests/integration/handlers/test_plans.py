"""What a manager sees and decides about reminders, and that what is foreseen is what happens."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain.nudges import NudgeKind
from handlers.nudging import nudges
from handlers.nudging.plans import kinds_in_use
from handlers.work import Work
from messages.card import Form
from store.tables.people import Cluster, Person
from store.tables.queue import Outbox, OutboxStatus
from tests.integration.handlers.asked import asked
from tests.integration.handlers.jobs import run_jobs
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
