"""A person's calendar: what stands in it, for whom, and the private link under which it is read."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from sqlmodel import col, select

from domain.organisations import MembershipState
from handlers.requests import Shown, Speaker
from messages.calendar import CalendarFile, Event
from store.tables.calendar import CalendarFeed
from store.tables.people import Membership, Person
from tests.faults.scene import HIDDEN_BUYER
from tests.integration.handlers.jobs import run_jobs
from tests.integration.handlers.test_introductions import approve, both_approved, made, ranked
from tests.integration.handlers.test_meetings import press, propose
from tests.world import DEADLINE, NOW, World, buttons_of, find_button, has_button, text_of, text_of_home

_LINK: Final = re.compile(r"http://localhost:8000/calendar/([\w-]{43})\.ics")


def token_of(shown: Shown) -> str:
    found = _LINK.search(text_of(shown.card))
    assert found is not None, text_of(shown.card)
    return found[1]


def link(world: World, speaker: Speaker) -> str:
    return token_of(world.act(speaker, "calendar.show"))


def feed(world: World, speaker: Speaker) -> CalendarFile:
    file = world.desk.calendar(link(world, speaker), now=world.now)
    assert file is not None
    return file


def events(world: World, speaker: Speaker) -> dict[str, Event]:
    return {event.name: event for event in feed(world, speaker).events}


def says(file: CalendarFile) -> str:
    return repr(file.events)


class TestLink:
    def test_it_is_shown_again_and_says_how_a_calendar_is_told_of_it(self, world: World):
        shown = world.act(world.buyer, "calendar.show")
        text = text_of(shown.card)
        assert token_of(shown) == link(world, world.buyer)
        assert f"webcal://localhost:8000/calendar/{token_of(shown)}.ics" in text
        assert "Outlook" in text
        assert "Google" in text
        assert [button.action for button in buttons_of(shown.card)] == ["calendar.renew", "calendar.off"]

    def test_every_person_has_an_own_one(self, world: World):
        assert link(world, world.buyer) != link(world, world.sme)
        assert feed(world, world.buyer) == world.desk.calendar(link(world, world.buyer), now=world.now)

    def test_a_new_one_ends_the_old_one_at_once(self, world: World):
        old = link(world, world.buyer)
        shown = world.act(world.buyer, "calendar.renew")
        assert shown.replaces
        assert "old link has ended" in text_of(shown.card)
        assert world.desk.calendar(old, now=world.now) is None
        assert world.desk.calendar(token_of(shown), now=world.now) is not None

    def test_switched_off_it_stays_off_until_a_new_one_is_made(self, world: World):
        old = link(world, world.buyer)
        for _ in range(2):
            assert "switched off" in text_of(world.act(world.buyer, "calendar.off").card)
        assert "switched off" in text_of(world.act(world.buyer, "calendar.show").card)
        assert world.desk.calendar(old, now=world.now) is None
        shown = world.act(world.buyer, "calendar.renew")
        assert "old link has ended" not in text_of(shown.card)
        assert token_of(shown) != old

    def test_the_store_holds_no_token_in_the_clear(self, world: World):
        token = link(world, world.buyer)
        with world.database.engine.connect() as connection:
            (row,) = connection.exec_driver_sql("SELECT * FROM calendar_feed").all()
        assert token not in repr([bytes(one) if isinstance(one, memoryview) else one for one in row])

    def test_without_an_address_it_says_what_is_missing(self, world: World, monkeypatch: pytest.MonkeyPatch):
        object.__setattr__(world.kit, "public_url", "")
        for action in ("calendar.show", "calendar.renew"):
            assert "set PUBLIC_URL" in text_of(world.act(world.buyer, action).card)
        with world.database.read() as session:
            assert session.exec(select(CalendarFeed)).all() == []

    def test_it_is_offered_where_the_settings_are(self, world: World):
        home = world.home(world.buyer)
        assert any(has_button(card, "calendar.show") for card in home.cards)
        saved = world.submit(world.buyer, world.act(world.buyer, "settings.edit").form)
        assert has_button(saved.card, "calendar.show")
        assert "calendar" in text_of(world.command(world.buyer, "matchpoint", "help").card)
        assert token_of(world.command(world.buyer, "matchpoint", "calendar"))

    def test_who_is_a_member_of_nothing_has_none(self, world: World):
        assert "/matchpoint join" in text_of(world.act(world.stranger, "calendar.show").card)

    def test_it_ends_with_the_person(self, world: World):
        token = link(world, world.buyer)
        with world.database.write() as session:
            session.get_one(Person, world.people["buyer"]).left_at = world.now
        assert world.desk.calendar(token, now=world.now) is None

    def test_who_is_no_member_any_more_reads_an_empty_calendar(self, world: World):
        world.published()
        token = link(world, world.buyer)
        with world.database.write() as session:
            for row in session.exec(select(Membership).where(Membership.person_id == world.people["buyer"])):
                row.state = MembershipState.LEFT
        file = world.desk.calendar(token, now=world.now)
        assert file is not None
        assert file.events == ()

    @pytest.mark.parametrize(
        "token", ["", "x", "x" * 43, "../../etc/passwd", "\x00" * 43, "é" * 43, "x" * 5000, "' OR 1=1 --" * 4]
    )
    def test_anything_else_opens_nothing(self, world: World, token: str):
        link(world, world.buyer)
        assert world.desk.calendar(token, now=world.now) is None
        assert world.desk.meeting_file(token, now=world.now) is None


class TestDeadlines:
    def test_a_buyer_sees_the_own_ones_as_whole_days(self, world: World):
        challenge = world.published()
        found = events(world, world.buyer)
        one = found[f"{challenge}-deadline"]
        assert one.starts == DEADLINE
        assert one.summary == f"Deadline of {challenge}: Detect bacteria in drinking-water pipes"
        assert "until the end of this day" in one.description
        assert f"/challenge {challenge}" in one.description

    def test_a_deadline_that_moves_is_the_same_event_with_a_higher_sequence(self, world: World):
        challenge = world.published()
        before = events(world, world.buyer)[f"{challenge}-deadline"]
        world.now += timedelta(minutes=5)
        world.submit(world.buyer, world.act(world.buyer, "challenge.edit", challenge).form, deadline_on="2026-07-15")
        after = events(world, world.buyer)[f"{challenge}-deadline"]
        assert after.starts == date(2026, 7, 15)
        assert after.sequence > before.sequence
        assert after.changed_at > before.changed_at

    def test_drafts_and_what_waits_for_the_manager_have_no_date_yet(self, world: World):
        world.drafted()
        world.submitted()
        assert events(world, world.buyer) == {}

    def test_an_sme_sees_those_of_what_it_drafted_or_answered(self, world: World):
        challenge = world.published()
        world.shared(challenge)
        assert events(world, world.sme) == {}
        world.command(world.sme, "answer", f"{challenge} We make such a sensor.")
        draft = events(world, world.sme)[f"{challenge}-deadline"]
        assert "is still a draft" in draft.description
        assert draft.starts == DEADLINE
        world.act(world.sme, "answer.submit", "AN-1:1")
        answered = events(world, world.colleague)[f"{challenge}-deadline"]
        assert "can be changed" in answered.description
        assert answered.sequence > draft.sequence
        assert events(world, world.neighbour) == {}

    def test_a_hidden_buyer_is_not_named(self, world: World):
        with world.database.write() as session:
            session.get_one(type(_organisation(world)), world.buyer_organisation).name = HIDDEN_BUYER
        challenge = world.published(title=f"{HIDDEN_BUYER} looks for bacteria", confidentiality="teaser")
        world.shared(challenge)
        world.answered(challenge)
        assert f"{challenge}-deadline" in events(world, world.sme)
        assert HIDDEN_BUYER not in says(feed(world, world.sme))
        assert HIDDEN_BUYER in says(feed(world, world.buyer))

    def test_withdrawn_it_is_gone(self, world: World):
        challenge = world.published()
        world.shared(challenge)
        world.answered(challenge)
        assert len(events(world, world.sme)) == 1
        world.submit(world.buyer, world.act(world.buyer, "challenge.withdraw", challenge).form, reason="No budget.")
        assert events(world, world.sme) == {}
        assert events(world, world.buyer) == {}

    def test_closed_before_its_time_the_date_is_gone_and_reached_it_stays_for_ninety_days(self, world: World):
        early, reached = world.published(), world.published()
        close(world, early)
        assert f"{early}-deadline" not in events(world, world.buyer)
        world.now = datetime(2026, 7, 1, 8, tzinfo=UTC)
        close(world, reached)
        assert f"{reached}-deadline" in events(world, world.buyer)
        world.now = datetime(2026, 9, 28, 8, tzinfo=UTC)
        assert f"{reached}-deadline" in events(world, world.buyer)
        world.now += timedelta(days=1)
        assert events(world, world.buyer) == {}

    def test_more_than_a_year_ahead_is_not_there_yet(self, world: World):
        world.published(deadline_on=(NOW + timedelta(days=367)).date().isoformat())
        assert events(world, world.buyer) == {}
        world.now += timedelta(days=1)
        assert len(events(world, world.buyer)) == 1


def close(world: World, challenge: str) -> None:
    world.submit(world.buyer, world.act(world.buyer, "challenge.close", challenge).form, reason="Enough answers.")


def _organisation(world: World):
    from store.tables.people import Organisation

    with world.database.read() as session:
        return session.get_one(Organisation, world.buyer_organisation)


class TestVerdicts:
    def test_the_buyer_sees_them_due_ten_working_days_after_closing_until_all_are_given(self, world: World):
        challenge = world.published()
        world.shared(challenge)
        answer = world.answered(challenge)
        close(world, challenge)
        one = events(world, world.buyer)[f"{challenge}-verdicts"]
        assert one.starts == date(2026, 5, 18)
        assert "One answer still waits" in one.description
        form = world.act(world.buyer, "answer.decline", f"{answer}:2").form
        assert form is not None, world.act(world.buyer, "answer.decline", answer)
        world.submit(world.buyer, form, reason="other", note="Too big for us.")
        assert events(world, world.buyer) == {}

    def test_where_all_are_on_the_shortlist_nobody_owes_a_yes(self, world: World):
        challenge = world.published()
        world.shared(challenge)
        answer = world.answered(challenge)
        world.press(world.buyer, world.command(world.buyer, "answer", f"show {answer}").card, "answer.shortlist")
        close(world, challenge)
        for reader in (world.buyer, world.manager_owner):
            one = events(world, reader)[f"{challenge}-verdicts"]
            assert "owes" not in one.summary
            assert "One answer on the shortlist is neither introduced nor declined yet." in one.description

    def test_a_manager_of_the_owner_sees_them_two_weeks_ahead_at_most(self, world: World):
        challenge = world.published()
        world.shared(challenge)
        world.answered(challenge)
        close(world, challenge)
        one = events(world, world.manager_owner)[f"{challenge}-verdicts"]
        assert "The buyer owes a yes or a no" in one.summary
        assert events(world, world.manager_partner) == {}
        with world.database.write() as session:
            person = session.get_one(Person, world.people["buyer"])
            person.zone = "Nowhere/At_all"
        assert events(world, world.manager_owner)[f"{challenge}-verdicts"].starts == date(2026, 5, 18)


class TestConsents:
    def test_who_is_asked_sees_the_last_day_and_not_whose_it_is_before_he_may(self, world: World):
        intro = both_approved(world)
        one = events(world, world.sme)[f"{intro}-consent"]
        assert one.starts == date(2026, 5, 18)
        assert "introduction ends on this day" in one.description
        assert events(world, world.buyer).keys() == {"CH-1-deadline"}
        world.act(world.sme, "consent.give", intro)
        assert f"{intro}-consent" not in events(world, world.sme)
        assert f"{intro}-consent" in events(world, world.buyer)
        world.act(world.buyer, "consent.give", intro)
        assert f"{intro}-consent" not in events(world, world.buyer)

    def test_of_a_teaser_the_title_is_redacted(self, world: World):
        ranked(world, title="Nordkaj Utility looks for E. coli", confidentiality="teaser")
        approve(world, world.manager_owner, "Waterlens")
        world.act(world.manager_partner, "introduction.approve", f"IN-1:{world.delta}")
        run_jobs(world)
        assert "IN-1-consent" in events(world, world.sme)
        assert "Nordkaj" not in says(feed(world, world.sme))


class TestMeetings:
    def test_both_sides_see_what_was_agreed_and_nobody_else_does(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro, place="Quay 3", note="Bring samples.")
        for speaker in (world.sme, world.buyer):
            assert f"{intro}-meeting" not in events(world, speaker)
        press(world, world.buyer, "meeting.accept")
        for speaker in (world.sme, world.colleague, world.buyer):
            one = events(world, speaker)[f"{intro}-meeting"]
            assert one.starts == datetime(2026, 5, 5, 8, tzinfo=UTC)
            assert one.ends == datetime(2026, 5, 5, 9, tzinfo=UTC)
            assert one.summary == f"Meeting of Waterlens and Nordkaj Utility ({intro})"
            assert one.location == "Quay 3"
            assert "Bring samples." in one.description
            assert "owner.waterlens@example.org" in one.description
            assert "buyer.nordkaj@example.org" in one.description
        for speaker in (world.manager_owner, world.manager_partner, world.neighbour):
            assert f"{intro}-meeting" not in events(world, speaker)

    def test_it_is_one_event_when_it_moves_and_stays_as_called_off(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro)
        press(world, world.buyer, "meeting.accept")
        first = events(world, world.sme)[f"{intro}-meeting"]
        world.submit(world.buyer, press(world, world.buyer, "meeting.agree").form, date="2026-05-20")
        assert events(world, world.sme)[f"{intro}-meeting"].starts == first.starts
        press(world, world.sme, "meeting.accept")
        moved = events(world, world.sme)[f"{intro}-meeting"]
        assert moved.starts == datetime(2026, 5, 20, 8, tzinfo=UTC)
        assert moved.sequence > first.sequence
        press(world, world.sme, "meeting.call_off")
        gone = events(world, world.buyer)[f"{intro}-meeting"]
        assert gone.called_off
        assert gone.sequence > moved.sequence

    def test_a_second_meeting_is_another_event(self, world: World):
        intro = made(world)
        for _ in range(2):
            propose(world, world.sme, intro, date=(world.now + timedelta(days=2)).date().isoformat())
            press(world, world.buyer, "meeting.accept")
            world.now += timedelta(days=7)
        assert {f"{intro}-meeting", f"{intro}-meeting-2"} <= events(world, world.sme).keys()

    def test_its_file_is_opened_by_its_token_from_the_agreement_on(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro)
        token = _token(world)
        assert world.desk.meeting_file(token, now=world.now) is None
        press(world, world.buyer, "meeting.accept")
        file = world.desk.meeting_file(token, now=world.now)
        assert file is not None
        assert file.events == (events(world, world.sme)[f"{intro}-meeting"],)
        press(world, world.buyer, "meeting.call_off")
        file = world.desk.meeting_file(token, now=world.now)
        assert file is not None
        assert file.events[0].called_off


def _token(world: World) -> str:
    from tests.integration.handlers.test_meetings import meeting

    return meeting(world).token


class TestWhenItChanged:
    def test_it_says_since_when_it_says_what_it_says(self, world: World):
        challenge = world.published()
        token = link(world, world.buyer)
        first = world.desk.calendar(token, now=world.now)
        later = world.desk.calendar(token, now=world.now + timedelta(hours=1))
        assert first is not None
        assert later is not None
        assert later.changed_at == first.changed_at == world.now
        world.submit(world.buyer, world.act(world.buyer, "challenge.withdraw", challenge).form, reason="No budget.")
        gone = world.desk.calendar(token, now=world.now)
        assert gone is not None
        assert gone.changed_at == world.now + timedelta(seconds=1)
        world.now += timedelta(days=1)
        again = world.desk.calendar(token, now=world.now)
        assert again == gone

    def test_it_is_in_the_words_of_its_owner(self, world: World):
        challenge = world.published()
        with world.database.write() as session:
            session.get_one(Person, world.people["buyer"]).locale = "da"
        file = feed(world, world.buyer)
        assert file.title != "My dates in Matchpoint"
        assert not file.events[0].summary.startswith("Deadline of")
        assert challenge in file.events[0].summary


def test_a_button_on_home_leads_to_it(world: World):
    assert "Your calendar" not in text_of_home(world.home(world.buyer))
    card = next(card for card in world.home(world.buyer).cards if has_button(card, "calendar.show"))
    assert find_button(card, "calendar.show").value == ""


def test_it_is_bounded(world: World):
    from handlers.calendar import parts

    assert parts.MOST * len(parts.PARTS) <= 700
    with world.database.read() as session:
        assert session.exec(select(CalendarFeed).order_by(col(CalendarFeed.id))).all() == []
