"""Agreeing on a meeting: proposed, accepted, moved, called off; told in every leg, and no nudge comes before it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.meetings import MeetingState
from handlers.requests import Shown, Speaker
from store.tables.calendar import Meeting
from store.tables.introductions import Leg
from store.tables.people import Person
from store.tables.queue import Outbox
from store.tables.rooms import Post
from tests.integration.handlers.jobs import run_jobs
from tests.integration.handlers.test_conversations import make_all, share_one_address
from tests.integration.handlers.test_introductions import both_approved, made
from tests.world import Message, World, buttons_of, find_button, has_button, text_of, text_of_home


def propose(world: World, speaker: Speaker, intro: str, **fields: str) -> Shown:
    return world.submit(speaker, world.act(speaker, "meeting.agree", intro).form, **fields)


def legs(world: World) -> list[str]:
    with world.database.read() as session:
        return [leg.address for leg in session.exec(select(Leg).order_by(col(Leg.id))).all()]


def told(world: World, place: str) -> list[Message]:
    """Return the messages about meetings in one place, oldest first."""
    return [one for one in world.sent_to(place) if "Your meeting" in text_of(one.card)]


def newest(world: World, *, leg: int = 0) -> Message:
    return told(world, legs(world)[leg])[-1]


def press(world: World, speaker: Speaker, action: str) -> Shown:
    """Press a button of the newest message about the meeting."""
    button = find_button(newest(world).card, action)
    return world.act(speaker, action, button.value)


def meeting(world: World) -> Meeting:
    with world.database.read() as session:
        return session.exec(select(Meeting).order_by(col(Meeting.number).desc())).all()[0]


def nudges(world: World, kind: str) -> dict[str, list[datetime]]:
    """Return when the waiting nudges of a kind are due, by person."""
    with world.database.read() as session:
        rows = session.exec(
            select(Outbox).where(Outbox.kind == "nudge", Outbox.status == "pending").order_by(col(Outbox.due_at))
        ).all()
    found: dict[str, list[datetime]] = {}
    for row in rows:
        if row.payload["kind"] == kind:
            found.setdefault(f"P-{row.payload['person']}", []).append(row.due_at)
    return found


def test_the_form_proposes_ten_o_clock_on_the_first_common_working_day(world: World):
    intro = made(world)
    world.now = datetime(2026, 5, 8, 9, tzinfo=UTC)  # a Friday
    form = world.act(world.sme, "meeting.agree", intro).form
    assert form is not None
    filled = {one.name: one.value for one in form.fields}
    assert filled | {"place": "", "note": ""} == filled
    assert (filled["date"], filled["time"], filled["zone"]) == ("2026-05-11", "10:00", "Europe/Amsterdam")
    assert filled["minutes"] == "60"
    assert "Nordkaj Utility can accept" in form.intro


def test_a_proposal_is_told_in_every_leg_and_accepted_by_the_other_side(world: World):
    intro = made(world)
    shown = propose(world, world.sme, intro, place="https://meet.example/x", note="Bring samples.")
    assert "Nordkaj Utility is asked in your conversation" in text_of(shown.card)
    assert len(legs(world)) == 2
    for place in legs(world):
        (one,) = told(world, place)
        assert "Owner, Waterlens proposes to meet" in text_of(one.card)
        assert "10:00 to 11:00 (Europe/Amsterdam)" in text_of(one.card)
        assert "Where: https://meet.example/x" in text_of(one.card)
        assert "Bring samples." in text_of(one.card)
    assert "Agreed" in text_of(press(world, world.buyer, "meeting.accept").card)
    for place in legs(world):
        old, new = told(world, place)
        assert "has changed since" in text_of(old.card)
        assert buttons_of(old.card) == []
        assert "You have agreed to meet" in text_of(new.card)
        file = next(button.url for button in buttons_of(new.card) if button.url)
        assert file == f"http://localhost:8000/meetings/{meeting(world).token}.ics"
    assert meeting(world).state is MeetingState.AGREED
    assert "You have agreed to meet" in text_of_home(world.home(world.buyer))


def test_the_button_to_begin_is_on_the_opening_card_until_a_meeting_is_talked_about(world: World):
    intro = made(world)
    opening = next(one for one in world.sent_to(legs(world)[0]) if "Who is here" in text_of(one.card))
    assert find_button(opening.card, "meeting.agree").value == intro
    propose(world, world.sme, intro)
    world.deliver()
    assert not has_button(opening.card, "meeting.agree")
    assert has_button(opening.card, "meeting.met")
    assert has_button(world.act(world.buyer, "introduction.show", intro).card, "meeting.accept")


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"date": "2026-05-04", "time": "10:00"}, "date", "passed already"),
        ({"date": "2026-05-03"}, "date", "passed already"),
        ({"date": "0001-01-01"}, "date", "passed already"),
        ({"date": "2027-05-06"}, "date", "366 days"),
        ({"date": "9999-12-31"}, "date", "366 days"),
        ({"date": "2026-02-30"}, "date", "is no date"),
        ({"date": ""}, "date", "is no date"),
        ({"time": "25:00"}, "time", "cannot read the time"),
        ({"time": "soon"}, "time", "cannot read the time"),
        ({"zone": "Europe/Atlantis"}, "zone", "Europe/Atlantis"),
        ({"zone": "../etc/passwd"}, "zone", "Europe/Copenhagen"),
        ({"minutes": "5000"}, "minutes", "how long"),
        ({"place": "x" * 301}, "place", "300"),
        ({"note": "x" * 1001}, "note", "1,000"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(world: World, fields: dict[str, str], field: str, says: str):
    shown = propose(world, world.sme, made(world), **fields)
    assert says in shown.errors[field]
    with world.database.read() as session:
        assert session.exec(select(Meeting)).all() == []


def test_a_time_that_the_clocks_skip_is_the_one_after_the_gap(world: World):
    intro = made(world)
    world.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    propose(world, world.sme, intro, date="2027-03-28", time="02:30")
    assert "03:30 to 04:30" in text_of(newest(world).card)


def test_a_closed_day_is_warned_of_and_allowed(world: World, monkeypatch: pytest.MonkeyPatch):
    def is_holiday(on: date, *, country: str, region: str = "") -> bool:
        return country == "DK" and on == date(2026, 5, 14) and not region

    intro = made(world)
    monkeypatch.setattr(world.kit.holidays, "is_holiday", is_holiday)
    shown = propose(world, world.sme, intro, date="2026-05-14")
    assert "no working day for Nordkaj Utility." in text_of(shown.card)
    assert "no working day for Nordkaj Utility." in text_of(newest(world).card)
    shown = world.submit(world.sme, press(world, world.sme, "meeting.agree").form, date="2026-05-16")
    assert "no working day for Waterlens and Nordkaj Utility." in text_of(shown.card)


def test_the_other_side_reads_its_own_clock_where_it_differs(world: World):
    intro = made(world)
    with world.database.write() as session:
        session.get_one(Person, world.people["buyer"]).zone = "Europe/Helsinki"
    propose(world, world.sme, intro, date="2026-05-12", time="10:00")
    assert "That is 12 May 2026, 11:00 (Europe/Helsinki)." in text_of(newest(world).card)


def test_the_other_side_proposes_another_time_and_the_first_accepts(world: World):
    intro = made(world)
    propose(world, world.sme, intro)
    form = press(world, world.buyer, "meeting.agree").form
    world.submit(world.buyer, form, time="14.30")
    assert "Your side proposed" in text_of(press(world, world.buyer, "meeting.accept").card)
    assert "Agreed" in text_of(press(world, world.sme, "meeting.accept").card)
    assert meeting(world).starts_at == datetime(2026, 5, 5, 12, 30, tzinfo=UTC)
    assert meeting(world).host_person_id == world.people["buyer"]


def test_while_it_is_moved_the_old_time_holds_and_a_no_keeps_it(world: World):
    intro = made(world)
    propose(world, world.sme, intro)
    press(world, world.buyer, "meeting.accept")
    agreed = meeting(world).starts_at
    form = press(world, world.buyer, "meeting.agree").form
    assert form is not None
    assert "holds until Waterlens accepts" in form.intro
    world.submit(world.buyer, form, date="2026-05-20")
    assert meeting(world).state is MeetingState.MOVING
    assert meeting(world).starts_at == agreed
    assert "proposes another time" in text_of(newest(world).card)
    assert "still holds" in text_of(press(world, world.sme, "meeting.decline").card)
    assert (meeting(world).state, meeting(world).starts_at) == (MeetingState.AGREED, agreed)
    world.submit(world.sme, press(world, world.sme, "meeting.agree").form, date="2026-05-21")
    press(world, world.buyer, "meeting.accept")
    assert meeting(world).starts_at == datetime(2026, 5, 21, 8, tzinfo=UTC)


def test_a_no_and_a_withdrawal_end_the_proposal_and_another_can_follow(world: World):
    intro = made(world)
    propose(world, world.sme, intro)
    press(world, world.buyer, "meeting.decline")
    assert "does not suit the other side" in text_of(newest(world).card)
    propose(world, world.buyer, intro)
    assert "withdrawn" in text_of(press(world, world.buyer, "meeting.decline").card)
    assert meeting(world).state is MeetingState.CALLED_OFF
    assert meeting(world).number == 2
    assert "The proposal was withdrawn" in text_of(newest(world).card)
    press(world, world.sme, "meeting.agree")


def test_it_is_called_off_by_either_side_and_told_in_every_leg(world: World):
    intro = made(world)
    propose(world, world.sme, intro)
    press(world, world.buyer, "meeting.accept")
    press(world, world.sme, "meeting.call_off")
    for leg in (0, 1):
        assert "The meeting is called off" in text_of(newest(world, leg=leg).card)
        assert any(button.url for button in buttons_of(newest(world, leg=leg).card))


def test_what_was_seen_before_a_change_is_answered_with_a_private_no(world: World):
    intro = made(world)
    propose(world, world.sme, intro)
    old = find_button(newest(world).card, "meeting.accept").value
    first = world.act(world.buyer, "meeting.agree", intro).form
    press(world, world.buyer, "meeting.accept")
    for action in ("meeting.accept", "meeting.decline", "meeting.call_off"):
        assert "has changed since" in text_of(world.act(world.buyer, action, old).card)
    assert "has changed since" in text_of(world.submit(world.buyer, first).card)
    assert meeting(world).state is MeetingState.AGREED


def test_a_second_click_on_the_form_proposes_nothing_twice(world: World):
    intro = made(world)
    form = world.act(world.sme, "meeting.agree", intro).form
    world.submit(world.sme, form)
    assert "has changed since" in text_of(world.submit(world.sme, form).card)
    assert len(told(world, legs(world)[0])) == 1


def test_nobody_else_agrees_on_it(world: World):
    intro = made(world)
    propose(world, world.sme, intro)
    value = find_button(newest(world).card, "meeting.accept").value
    for action in ("meeting.agree", "meeting.accept", "meeting.decline", "meeting.call_off", "meeting.propose"):
        assert "Only the people of the two sides" in text_of(world.act(world.manager_owner, action, value).card)
        assert f"no introduction {intro} of yours" in text_of(world.act(world.neighbour, action, value).card)
    assert "cannot find that" in text_of(world.act(world.sme, "meeting.accept", intro).card)
    assert "has changed since" in text_of(world.act(world.sme, "meeting.accept", f"{intro}:77").card)


def test_a_proposal_whose_time_has_passed_is_not_accepted(world: World):
    intro = made(world)
    propose(world, world.sme, intro)
    world.now += timedelta(days=3)
    assert "passed already" in text_of(press(world, world.buyer, "meeting.accept").card)


def test_after_a_meeting_that_is_over_another_one_has_a_number_of_its_own(world: World):
    intro = made(world)
    propose(world, world.sme, intro)
    press(world, world.buyer, "meeting.accept")
    world.now += timedelta(days=7)
    assert "has changed since" in text_of(world.act(world.sme, "meeting.call_off", f"{intro}:2").card)
    propose(world, world.buyer, intro)
    assert (meeting(world).number, meeting(world).state) == (2, MeetingState.PROPOSED)


class TestNudges:
    def test_nobody_is_asked_whether_they_met_before_they_did(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro, date="2026-05-29", time="15:00")  # a Friday
        press(world, world.buyer, "meeting.accept")
        for person in ("buyer", "sme"):
            due = nudges(world, "meeting")[f"P-{world.people[person]}"]
            assert [one.date() for one in due] == [date(2026, 6, 1)]
            assert min(nudges(world, "outcome")[f"P-{world.people[person]}"]).date() == date(2026, 6, 12)

    def test_a_meeting_that_is_moved_moves_the_question(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro, date="2026-05-29")
        press(world, world.buyer, "meeting.accept")
        world.submit(world.buyer, press(world, world.buyer, "meeting.agree").form, date="2026-06-10")
        press(world, world.sme, "meeting.accept")
        due = nudges(world, "meeting")[f"P-{world.people['sme']}"]
        assert [one.date() for one in due] == [date(2026, 6, 11)]

    def test_when_it_is_called_off_the_question_comes_as_if_they_had_just_met(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro, date="2026-05-29")
        press(world, world.buyer, "meeting.accept")
        press(world, world.sme, "meeting.call_off")
        due = nudges(world, "meeting")[f"P-{world.people['buyer']}"]
        assert [one.date() for one in due] == [date(2026, 5, 6), date(2026, 5, 11)]

    def test_once_they_have_met_only_the_outcome_is_asked_for(self, world: World):
        intro = made(world)
        world.act(world.sme, "meeting.met", intro)
        propose(world, world.sme, intro, date="2026-05-29")
        press(world, world.buyer, "meeting.accept")
        assert nudges(world, "meeting") == {}
        assert nudges(world, "outcome").keys() == {f"P-{world.people[one]}" for one in ("buyer", "sme")}


class TestWhenItIsClosed:
    def close(self, world: World, intro: str, outcome: str) -> None:
        world.submit(world.buyer, world.act(world.buyer, "meeting.outcome", intro).form, outcome=outcome)

    @pytest.mark.parametrize(
        ("outcome", "after"), [("no_fit", MeetingState.CALLED_OFF), ("contract", MeetingState.AGREED)]
    )
    def test_nothing_came_of_it_calls_the_meeting_off(self, world: World, outcome: str, after: MeetingState):
        intro = made(world)
        propose(world, world.sme, intro, date="2026-05-29")
        press(world, world.buyer, "meeting.accept")
        self.close(world, intro, outcome)
        assert meeting(world).state is after
        assert nudges(world, "meeting") == {}
        assert nudges(world, "outcome") == {}
        refused = world.act(world.sme, "meeting.agree", intro)
        assert "closed already" in text_of(refused.card)

    def test_what_is_still_agreed_can_be_called_off(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro, date="2026-05-29")
        press(world, world.buyer, "meeting.accept")
        self.close(world, intro, "contract")
        press(world, world.sme, "meeting.call_off")
        assert meeting(world).state is MeetingState.CALLED_OFF

    def test_what_is_only_proposed_ends(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro)
        self.close(world, intro, "contract")
        assert meeting(world).state is MeetingState.CALLED_OFF

    def test_a_move_that_waits_ends_and_the_old_time_holds(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro, date="2026-05-29")
        press(world, world.buyer, "meeting.accept")
        propose(world, world.sme, intro, date="2026-06-02")
        self.close(world, intro, "pilot")
        assert meeting(world).state is MeetingState.AGREED
        assert meeting(world).offer is None


def test_what_is_proposed_before_the_conversation_is_open_is_told_when_it_opens(world: World):
    intro = both_approved(world)
    world.act(world.sme, "consent.give", intro)
    world.act(world.buyer, "consent.give", intro)
    propose(world, world.sme, intro)
    world.deliver()
    for place in legs(world):
        (one,) = told(world, place)
        assert "proposes to meet" in text_of(one.card)


def test_where_two_are_talked_about_it_is_a_reply_to_the_opening_card(world: World):
    for title in ("E. coli in pipes", "E. coli in wells"):
        challenge = world.published(title=title)
        world.shared(challenge)
        world.answered(challenge)  # who answers may meet the same buyer again at once
    run_jobs(world)
    first, _second = make_all(world)
    place = share_one_address(world, "W-CLEAN")
    propose(world, world.sme, first)
    (one,) = told(world, place)
    with world.database.read() as session:
        opening = session.exec(select(Post).where(Post.kind == "conversation", Post.subject == first)).all()
    assert one.thread in {post.message for post in opening}
    assert one.thread
