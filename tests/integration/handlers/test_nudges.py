"""Nudges: due in the person's own working days, bundled, capped, and gone as soon as somebody acts."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from handlers.nudging import nudges
from handlers.nudging.nudges import wishes_of
from handlers.requests import Shown
from handlers.work import Work
from store import queue
from store.tables.people import Organisation, Person
from store.tables.queue import Outbox, OutboxStatus
from tests.integration.handlers.asked import asked
from tests.integration.handlers.jobs import run_jobs
from tests.world import CLEAN_MANAGERS, Message, World, buttons_of, has_button, text_of

MEMBER = "neighbour"


def bundles(world: World) -> list[Message]:
    """Return the bundled messages that the SME got."""
    return [one for one in world.sent_to(world.neighbour) if has_button(one.card, "nudge.snooze") or is_done(one)]


def is_done(message: Message) -> bool:
    return message.card.title == "All done"


def at(world: World, day: int, hour: int, minute: int = 0) -> None:
    """Move the clock to an hour of May, UTC (Copenhagen is two hours ahead), and do what is due."""
    world.now = datetime(2026, 5, day, hour, minute, tzinfo=UTC)
    run_jobs(world)


def waiting(world: World) -> list[tuple[str, datetime]]:
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "nudge", Outbox.status == OutboxStatus.PENDING)).all()
        return sorted((row.key, row.due_at) for row in rows if row.key.endswith(f":P-{person(world)}"))


def person(world: World) -> int:
    return world.people[MEMBER]


def change_person(world: World, **values: object) -> None:
    with world.database.write() as session:
        row = session.get_one(Person, person(world))
        for name, value in values.items():
            setattr(row, name, value)


def test_a_consent_is_asked_again_after_three_and_seven_working_days(world: World):
    (intro,) = asked(world, "E. coli sensors in pipes")
    me = person(world)
    assert waiting(world) == [
        (f"consent:{intro}:3wd:v1:P-{me}", datetime(2026, 5, 7, 9, tzinfo=UTC)),
        (f"consent:{intro}:7wd:v1:P-{me}", datetime(2026, 5, 13, 9, tzinfo=UTC)),
    ]
    at(world, 7, 8, 59)
    assert bundles(world) == []
    at(world, 7, 9)
    (message,) = bundles(world)
    assert "waits for your yes or no" in text_of(message.card)
    at(world, 13, 9)
    assert len(bundles(world)) == 2


def test_an_answer_cancels_what_waits_and_settles_the_message(world: World):
    (intro,) = asked(world, "E. coli sensors in pipes")
    at(world, 7, 9)
    world.act(world.neighbour, "consent.give", intro)
    world.deliver()
    assert [key for key, _ in waiting(world) if f"P-{person(world)}" in key] == []
    (message,) = bundles(world)
    assert is_done(message)


def test_what_is_due_on_one_day_goes_in_one_message(world: World):
    intros = asked(world, "E. coli sensors in pipes", "E. coli tests in wells")
    at(world, 7, 9)
    (message,) = bundles(world)
    assert {button.value for button in buttons_of(message.card) if button.action == "introduction.show"} == set(intros)
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "nudge", Outbox.status == OutboxStatus.SENT)).all()
        assert len(rows) == 2
        assert {row.sent_ref for row in rows} == {f"P-{person(world)}:2026-05-07"}


def test_a_second_message_on_one_day_waits_for_the_next_working_day(world: World):
    asked(world, "E. coli sensors in pipes")
    at(world, 7, 9)
    start = datetime(2026, 5, 4, 12, tzinfo=UTC)
    asked_later(world, start)
    at(world, 7, 12)
    assert len(bundles(world)) == 1
    at(world, 8, 7)
    assert len(bundles(world)) == 2


def asked_later(world: World, start: datetime) -> None:
    """Ask about the same introduction in a chain of its own, begun at another time."""
    with world.database.write() as session:
        nudges.schedule(Work(session, start, world.kit), "consent", "IN-1", person(world), start=start, version=2)


def test_at_most_three_messages_go_out_in_a_week(world: World):
    with world.database.write() as session:
        session.get_one(Organisation, world.neighbour_organisation).capacity = 9
    intros = asked(world, *(f"E. coli sensors in {place}" for place in ("pipes", "wells", "tanks", "taps")))
    # The week of 11 May: one chain comes due each day.
    for intro, (day, start) in zip(intros, ((11, 6), (12, 7), (13, 8), (14, 11)), strict=True):
        with world.database.write() as session:
            begun = datetime(2026, 5, start, 9, 30, tzinfo=UTC)
            nudges.schedule(Work(session, begun, world.kit), "consent", intro, person(world), start=begun, version=day)
    for day in (7, 8, 11, 12, 13, 14, 15):
        at(world, day, 10)
    by_week = [one.ref for one in bundles(world)]
    assert len(by_week) == 1 + 3
    at(world, 18, 7)
    assert len(bundles(world)) == 1 + 3 + 1


@pytest.mark.parametrize(
    "settings", [{"opt_outs": "consent"}, {"paused": True}], ids=["opted out of the kind", "paused"]
)
def test_who_does_not_want_it_gets_none(world: World, settings: dict[str, object]):
    asked(world, "E. coli sensors in pipes")
    change_person(world, settings=settings)
    at(world, 7, 9)
    assert bundles(world) == []


def test_a_snoozed_person_is_left_alone_until_then(world: World):
    asked(world, "E. coli sensors in pipes")
    change_person(world, snoozed_until=datetime(2026, 5, 11, 7, tzinfo=UTC))
    at(world, 7, 9)
    assert bundles(world) == []
    at(world, 11, 7)
    assert len(bundles(world)) == 1


def test_quiet_hours_and_closing_time_move_it_later(world: World):
    asked(world, "E. coli sensors in pipes")
    change_person(world, settings={"quiet_hours": "9-13"})
    at(world, 7, 10, 59)
    assert bundles(world) == []
    at(world, 7, 11)
    assert len(bundles(world)) == 1


def test_who_has_left_gets_none(world: World):
    asked(world, "E. coli sensors in pipes")
    change_person(world, left_at=world.now)
    at(world, 7, 9)
    assert bundles(world) == []


def later(world: World, intro: str, **fields: str) -> Shown:
    """Press "Later …" and send the form."""
    form = world.act(world.neighbour, "nudge.snooze", f"consent:{intro}").form
    return world.submit(world.neighbour, form, **fields)


def test_later_means_later_for_this_one_alone(world: World):
    first, second = asked(world, "E. coli sensors in pipes", "E. coli tests in wells")
    at(world, 7, 9)
    shown = later(world, first, choice="date", until="2026-05-14")
    assert "14 May" in text_of(shown.card)
    world.deliver()
    assert "I will remind you again on" in text_of(bundles(world)[0].card)
    at(world, 13, 9)
    assert [b.value for b in buttons_of(bundles(world)[-1].card) if b.action == "introduction.show"] == [second]
    at(world, 14, 7)
    assert [b.value for b in buttons_of(bundles(world)[-1].card) if b.action == "introduction.show"] == [first]


def test_stop_means_never_about_this_again(world: World):
    first, second = asked(world, "E. coli sensors in pipes", "E. coli tests in wells")
    at(world, 7, 9)
    shown = world.act(world.neighbour, "nudge.stop", f"consent:{first}")
    assert first in text_of(shown.card)
    world.deliver()
    assert first not in text_of(bundles(world)[0].card)
    assert [key for key, _ in waiting(world) if first in key] == []
    assert [key for key, _ in waiting(world) if second in key] != []


def test_a_whole_kind_can_be_switched_off(world: World):
    asked(world, "E. coli sensors in pipes")
    world.act(world.neighbour, "nudge.opt_out", "consent")
    with world.database.read() as session:
        assert not wishes_of(session.get_one(Person, person(world))).wants("consent")
    at(world, 7, 9)
    assert bundles(world) == []


def test_the_introduced_are_asked_whether_they_met_and_what_came_of_it(world: World):
    (intro,) = asked(world, "E. coli sensors in pipes")
    world.act(world.neighbour, "consent.give", intro)
    world.act(world.buyer, "consent.give", intro)
    at(world, 6, 9)
    (message,) = bundles(world)
    assert "Have you been in touch?" in text_of(message.card)
    world.act(world.neighbour, "meeting.met", intro)
    world.deliver()
    assert is_done(bundles(world)[0])
    at(world, 11, 9)
    assert len(bundles(world)) == 1
    at(world, 18, 9)
    assert "What came of it?" in text_of(bundles(world)[-1].card)


def test_a_step_that_would_have_been_earlier_is_left_out(world: World):
    published = world.published()
    with world.database.write() as session:
        work = Work(session, world.now, world.kit)
        soon = (world.now + timedelta(days=5)).date()
        nudges.schedule(work, "deadline", published, person(world), start=soon, version=9)
    keys = [key for key, _ in waiting(world) if f"P-{person(world)}" in key]
    assert keys == [f"deadline:{published}:T-0:v9:P-{person(world)}", f"deadline:{published}:T-2:v9:P-{person(world)}"]


def test_two_workers_never_gather_for_one_person_at_once(world: World):
    asked(world, "E. coli sensors in pipes", "E. coli tests in wells")
    world.now = datetime(2026, 5, 7, 9, tzinfo=UTC)
    with world.database.write() as session:
        first = queue.claim(session, owner="one", now=world.now, kinds=("nudge",))
    with world.database.write() as session:
        second = queue.claim(session, owner="two", now=world.now, kinds=("nudge",))
    assert [row.destination for row in (*first, *second)].count(f"person:P-{person(world)}") == 1


def test_what_can_be_said_to_a_nudge_stands_below_it(world: World):
    (intro,) = asked(world, "E. coli sensors in pipes")
    at(world, 7, 9)
    (message,) = bundles(world)
    actions = {b.action: b.value for b in buttons_of(message.card)}
    assert actions == {
        "introduction.show": intro,
        "nudge.snooze": f"consent:{intro}",
        "nudge.not_me": f"consent:{intro}",
        "nudge.stop": f"consent:{intro}",
    }


@pytest.mark.parametrize(("choice", "day"), [("day", 8), ("week", 14)])
def test_tomorrow_and_in_a_week_are_one_choice_each(world: World, choice: str, day: int):
    (intro,) = asked(world, "E. coli sensors in pipes")
    at(world, 7, 9)
    later(world, intro, choice=choice)
    keys = {key.split(":")[2]: due for key, due in waiting(world)}
    assert keys[f"snoozed-2026-05-{day:02}"] == datetime(2026, 5, day, 7, tzinfo=UTC)


def test_later_twice_for_one_day_is_once_and_the_second_time_in_between_is_another(world: World):
    (intro,) = asked(world, "E. coli sensors in pipes")
    at(world, 7, 9)
    for _ in range(2):
        world.now += timedelta(minutes=5)
        later(world, intro, choice="week")
    assert [key for key, _ in waiting(world) if "snoozed" in key and "2026-05-14" in key] != []
    assert len([key for key, _ in waiting(world) if "snoozed" in key]) == 1


def test_a_snooze_beyond_the_end_is_refused_and_says_until_when(world: World):
    (intro,) = asked(world, "E. coli sensors in pipes")
    at(world, 7, 9)
    shown = later(world, intro, choice="date", until="2026-05-18")  # it lapses on that day
    assert "15 May" in shown.errors["until"]
    assert "future" in later(world, intro, choice="date", until="2026-05-07").errors["until"]
    assert "day" in later(world, intro, choice="date", until="").errors["until"]
    assert [key for key, _ in waiting(world) if "snoozed" in key] == []
    # On the last working day before the end there is no later.
    at(world, 15, 9)
    shown = world.act(world.neighbour, "nudge.snooze", f"consent:{intro}")
    assert shown.form is None
    assert "too late" in text_of(shown.card)


def test_a_fourth_unanswered_nudge_is_never_sent(world: World):
    (intro,) = asked(world, "E. coli sensors in pipes")
    for version, day in enumerate((5, 6, 7), start=2):
        with world.database.write() as session:
            begun = datetime(2026, 5, day, 9, 30, tzinfo=UTC)
            work = Work(session, begun, world.kit)
            nudges.schedule(work, "consent", intro, person(world), start=begun, version=version)
    for day in range(5, 16):
        at(world, day, 12)
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "nudge", Outbox.status == OutboxStatus.SENT)).all()
        assert len(rows) == 3
        dropped = session.exec(select(Outbox).where(Outbox.last_error == "cap")).all()
        assert len(dropped) == 4


def test_who_is_not_the_one_to_ask_passes_it_on_and_in_the_end_to_the_managers(world: World):
    (intro,) = asked(world, "E. coli sensors in pipes")
    at(world, 7, 9)
    shown = world.act(world.neighbour, "nudge.not_me", f"consent:{intro}")
    assert "cluster managers" in text_of(shown.card)
    told = world.only(CLEAN_MANAGERS, holding="who is the right person?")
    assert intro in text_of(told.card)
    assert [key for key, _ in waiting(world) if intro in key] == []
    assert is_done(bundles(world)[0])
    again = world.act(world.neighbour, "nudge.not_me", f"consent:{intro}")
    assert again.failed or "cluster managers" in text_of(again.card)
    assert len([one for one in world.sent_to(CLEAN_MANAGERS) if "right person" in text_of(one.card)]) == 1
