"""An SME that lets introductions pass is paused and asked once; its own people decide when it is proposed again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from domain.introductions import IGNORED_MAX, REPEAT_DAYS, IntroductionState, SuggestionState
from domain.organisations import Role
from handlers import cards
from handlers.requests import Profiled, Speaker
from store.tables.introductions import Introduction, Suggestion
from store.tables.ledger import AuditEvent
from store.tables.people import Organisation
from tests.integration.handlers.jobs import run_jobs
from tests.world import (
    NOW,
    Message,
    World,
    add_membership,
    add_person,
    address_of,
    buttons_of,
    find_button,
    has_button,
    text_of,
    text_of_home,
)

LATE = "2027-12-01"
DANE = Speaker("web", "W-CLEAN", "dane")
AGAIN = "see Fjordsensor again"
SILENT = f"left its last {IGNORED_MAX} introductions unanswered"


def ranked(world: World, title: str) -> str:
    """Publish a challenge and rank it; what was introduced before was so long ago that it may be again."""
    with world.database.write() as session:
        for row in session.exec(select(Introduction)).all():
            row.created_at = world.now - timedelta(days=REPEAT_DAYS + 1)
    challenge = world.published(title=title, deadline_on=LATE)
    run_jobs(world)
    return challenge


def asked(world: World, number: int) -> str:
    """Let Fjordsensor be asked for an introduction because of one more challenge; returns its id."""
    ranked(world, f"E. coli sensors in pipes {number}")
    with world.database.read() as session:
        found = session.exec(
            select(Suggestion).where(
                Suggestion.organisation_id == world.neighbour_organisation,
                Suggestion.state == SuggestionState.PROPOSED,
            )
        ).one()
        value = f"{found.id}:{found.ranking_id}:{world.clean}"
    shown = world.act(world.manager_owner, "suggestion.approve", value)
    assert "is asked now" in text_of(shown.card)
    world.deliver()
    with world.database.read() as session:
        newest = session.exec(select(Introduction).order_by(col(Introduction.id).desc()).limit(1)).one()
    assert newest.state is IntroductionState.APPROVED
    return f"IN-{newest.id}"


def pass_time(world: World) -> None:
    """Let more than ten working days go by."""
    world.now += timedelta(days=20)
    run_jobs(world)


def let_pass(world: World, *numbers: int) -> None:
    """Let Fjordsensor be asked again and again, one after the other, and never answer."""
    for number in numbers:
        intro = asked(world, number)
        pass_time(world)
        assert state_of(world, intro) is IntroductionState.LAPSED


def passed_before(world: World, number: int) -> None:
    """Remember that Fjordsensor left so many unanswered; the first test lets it happen."""
    with world.database.write() as session:
        session.get_one(Organisation, world.neighbour_organisation).ignored = number


def state_of(world: World, intro: str) -> IntroductionState:
    with world.database.read() as session:
        return session.get_one(Introduction, int(intro.removeprefix("IN-"))).state


def fjordsensor(world: World) -> Organisation:
    with world.database.read() as session:
        return session.get_one(Organisation, world.neighbour_organisation)


def proposed(world: World) -> list[int]:
    with world.database.read() as session:
        rows = session.exec(select(Suggestion).where(Suggestion.state == SuggestionState.PROPOSED)).all()
        return [row.organisation_id for row in rows]


def told(world: World, speaker: Speaker) -> list[Message]:
    """Return the cards about pauses that a person got."""
    return [one for one in world.sent_to(speaker) if "Fjordsensor: " in one.card.title or AGAIN in text_of(one.card)]


@pytest.fixture
def dane(world: World) -> Speaker:
    """Give Fjordsensor a second person, who reads Danish."""
    with world.database.write() as session:
        add_person(session, "Dane", Role.SME, world.clean, world.neighbour_organisation, locale="da")
    world.desk.meet(Profiled(DANE, "Dane", address_of(DANE), email="dane@example.org"), now=NOW)
    return DANE


class TestSilence:
    def test_with_the_third_it_is_paused_and_each_of_its_people_is_asked_once_in_the_own_language(
        self, world: World, dane: Speaker
    ):
        let_pass(world, 1, 2)
        assert fjordsensor(world).paused_at is None
        assert told(world, world.neighbour) == []
        let_pass(world, 3)
        assert fjordsensor(world).paused_at == world.now
        (message,) = told(world, world.neighbour)
        assert SILENT in text_of(message.card)
        assert find_button(message.card, "profile.resume").label == "Propose us again"
        (danish,) = told(world, dane)
        assert "Skal jeg foreslå jer igen?" in text_of(danish.card)
        for other in (world.manager_owner, world.buyer, world.sme):
            assert told(world, other) == []
        ranked(world, "E. coli in wells")
        assert world.neighbour_organisation not in proposed(world)
        assert [len(told(world, who)) for who in (world.neighbour, dane)] == [1, 1]
        with world.database.read() as session:
            rows = session.exec(select(AuditEvent).where(AuditEvent.action == "profile.pause")).all()
        assert [(row.subject, row.actor_id) for row in rows] == [(f"OR-{world.neighbour_organisation}", None)]

    def test_the_pause_and_the_lapse_are_one_transaction(self, world: World, monkeypatch: pytest.MonkeyPatch):
        passed_before(world, 2)
        intro = asked(world, 3)
        with monkeypatch.context() as patch:
            patch.setattr(cards, "tell", _fail)
            with pytest.raises(ConnectionError):
                pass_time(world)
        assert state_of(world, intro) is IntroductionState.APPROVED
        assert (fjordsensor(world).ignored, fjordsensor(world).paused_at) == (2, None)

    def test_those_that_lapse_while_it_is_paused_ask_nobody_again(self, world: World):
        neighbour, organisation = world.people["neighbour"], world.neighbour_organisation
        with world.database.write() as session:  # in two clusters, and still one person
            add_membership(session, neighbour, Role.SME, world.delta, organisation)
        passed_before(world, 2)
        last = [asked(world, 3), asked(world, 4)]
        pass_time(world)
        assert {state_of(world, one) for one in last} == {IntroductionState.LAPSED}
        (message,) = told(world, world.neighbour)
        assert (message.posts, message.updates) == (1, 0)
        assert fjordsensor(world).ignored == IGNORED_MAX + 1

    @pytest.mark.parametrize("answer", ["consent.give", "consent.refuse"])
    def test_a_yes_or_a_no_begins_the_count_anew(self, world: World, answer: str):
        passed_before(world, 2)
        shown = world.act(world.neighbour, answer, asked(world, 3))
        if shown.form is not None:
            world.submit(world.neighbour, shown.form)
        assert fjordsensor(world).ignored == 0
        pass_time(world)
        let_pass(world, 4)
        assert (fjordsensor(world).ignored, fjordsensor(world).paused_at) == (1, None)

    def test_an_answer_that_is_taken_for_the_consent_begins_the_count_anew(self, world: World):
        passed_before(world, 2)
        intro = asked(world, 3)
        with world.database.read() as session:
            challenge = session.get_one(Introduction, int(intro.removeprefix("IN-"))).challenge_id
        world.answered(f"CH-{challenge}", world.neighbour)
        assert (state_of(world, intro), fjordsensor(world).ignored) == (IntroductionState.HALF, 0)

    def test_what_the_buyer_leaves_unanswered_does_not_count(self, world: World):
        passed_before(world, 2)
        for number in (3, 4, 5):
            intro = asked(world, number)
            world.act(world.neighbour, "consent.give", intro)
            pass_time(world)
            assert state_of(world, intro) is IntroductionState.LAPSED
        assert (fjordsensor(world).ignored, fjordsensor(world).paused_at) == (0, None)

    def test_what_ends_with_its_challenge_does_not_count(self, world: World):
        passed_before(world, 2)
        intro = asked(world, 3)
        with world.database.read() as session:
            challenge = session.get_one(Introduction, int(intro.removeprefix("IN-"))).challenge_id
        form = world.act(world.buyer, "challenge.withdraw", f"CH-{challenge}").form
        world.submit(world.buyer, form, reason="Plans have changed.")
        assert state_of(world, intro) is IntroductionState.LAPSED
        pass_time(world)
        assert (fjordsensor(world).ignored, fjordsensor(world).paused_at) == (2, None)


class TestGoingOn:
    def test_its_own_people_end_the_pause_and_all_their_cards_say_so(self, world: World, dane: Speaker):
        passed_before(world, 2)
        let_pass(world, 3)
        messages = [*told(world, world.neighbour), *told(world, dane)]
        shown = world.press(world.neighbour, messages[0].card, "profile.resume")
        assert AGAIN in text_of(shown.card)
        assert (fjordsensor(world).paused_at, fjordsensor(world).ignored) == (None, 0)
        world.deliver()
        assert [(one.updates, buttons_of(one.card)) for one in messages] == [(1, []), (1, [])]
        assert [AGAIN in text_of(messages[0].card), "Pausen er slut" in text_of(messages[1].card)] == [True, True]
        ranked(world, "E. coli in wells")
        assert world.neighbour_organisation in proposed(world)

    def test_a_second_press_says_privately_that_it_is_done(self, world: World, dane: Speaker):
        passed_before(world, 2)
        let_pass(world, 3)
        value = find_button(told(world, world.neighbour)[0].card, "profile.resume").value
        world.act(dane, "profile.resume", value)
        shown = world.act(world.neighbour, "profile.resume", value)
        assert text_of(shown.card) == "Fjordsensor is proposed again already. Nothing was changed."

    def test_nobody_else_ends_it(self, world: World):
        passed_before(world, 2)
        let_pass(world, 3)
        value = f"OR-{world.neighbour_organisation}"
        for known in (world.manager_owner, world.buyer):
            for action in ("profile.resume", "profile.pause"):
                assert "Only the people of Fjordsensor decide" in text_of(world.act(known, action, value).card)
        for unknown in (world.sme, world.manager_partner):
            assert "do not know" in text_of(world.act(unknown, "profile.resume", value).card)
        assert "/matchpoint join" in text_of(world.act(world.stranger, "profile.resume", value).card)
        assert fjordsensor(world).paused_at is not None

    def test_three_more_are_asked_about_anew_and_the_old_card_stays_as_it_is(self, world: World):
        passed_before(world, 2)
        let_pass(world, 3)
        (first,) = told(world, world.neighbour)
        world.press(world.neighbour, first.card, "profile.resume")
        assert fjordsensor(world).ignored == 0
        passed_before(world, 2)
        let_pass(world, 6)
        old, new = told(world, world.neighbour)
        assert (AGAIN in text_of(old.card), SILENT in text_of(new.card)) == (True, True)

    def test_a_paused_sme_that_answers_itself_is_on_that_list(self, world: World):
        passed_before(world, 2)
        let_pass(world, 3)
        challenge = ranked(world, "E. coli in wells")
        assert proposed(world) == []
        world.answered(challenge, world.neighbour)
        run_jobs(world)
        assert proposed(world) == [world.neighbour_organisation]
        assert fjordsensor(world).paused_at is not None


class TestByItself:
    def test_somebody_pauses_from_home_and_a_colleague_reads_who_and_ends_it(self, world: World, dane: Speaker):
        nothing_open = {who: world.home(who) for who in (world.neighbour, dane)}
        button = next(card for card in world.home(world.neighbour).cards if has_button(card, "profile.pause"))
        shown = world.press(world.neighbour, button, "profile.pause")
        assert "Owner, Fjordsensor paused suggestions of Fjordsensor on 4 May 2026" in text_of(shown.card)
        assert told(world, world.neighbour) == []
        for who in (world.neighbour, dane):
            home = world.home(who)
            assert "Owner, Fjordsensor" in text_of_home(home)
            assert (
                home.cards[0].blocks == nothing_open[who].cards[0].blocks
            )  # it is their own wish and waits for nobody
            assert not any(has_button(card, "profile.pause") for card in home.cards)
        world.published()
        run_jobs(world)
        assert proposed(world) == []
        card = next(card for card in world.home(dane).cards if has_button(card, "profile.resume"))
        assert "Pausen er slut" in text_of(world.press(dane, card, "profile.resume").card)
        assert "paused" not in text_of_home(world.home(world.neighbour))
        assert fjordsensor(world).paused_by is None

    def test_the_profile_has_the_button_and_says_that_there_is_a_pause(self, world: World):
        value = f"OR-{world.neighbour_organisation}"
        card = world.act(world.neighbour, "profile.show", value).card
        world.press(world.neighbour, card, "profile.pause")
        assert fjordsensor(world).paused_by == world.people["neighbour"]
        shown = world.act(world.neighbour, "profile.show", value)
        assert "Suggestions are paused" in text_of(shown.card)
        assert not has_button(shown.card, "profile.pause")
        again = world.press(world.neighbour, card, "profile.pause")
        assert text_of(again.card) == "Fjordsensor is paused already. Nothing was changed."
        assert AGAIN in text_of(world.press(world.neighbour, shown.card, "profile.resume").card)

    def test_managers_read_it_in_the_profile_and_among_the_members(self, world: World):
        world.act(world.neighbour, "profile.pause")
        profile = world.act(world.manager_owner, "profile.show", f"OR-{world.neighbour_organisation}").card
        assert "Owner, Fjordsensor paused suggestions" in text_of(profile)
        assert buttons_of(profile) == []
        members = text_of(world.act(world.manager_owner, "cluster.members", f"CL-{world.clean}").card)
        assert "Owner, Fjordsensor · SME (supplier) · Fjordsensor · suggestions paused" in members.splitlines()
        assert members.count("suggestions paused") == 1

    def test_somebody_who_acts_for_two_chooses(self, world: World):
        with world.database.write() as session:
            add_membership(session, world.people["sme"], Role.SME, world.clean, world.neighbour_organisation)
        card = world.act(world.sme, "profile.pause").card
        assert [button.label for button in buttons_of(card)] == ["Waterlens", "Fjordsensor"]
        world.act(world.sme, "profile.pause", buttons_of(card)[1].value)
        assert fjordsensor(world).paused_by == world.people["sme"]
        shown = world.act(world.sme, "profile.pause")
        assert "paused suggestions of Waterlens" in text_of(shown.card)

    def test_a_buyer_has_nothing_to_pause(self, world: World):
        assert not any(has_button(card, "profile.pause") for card in world.home(world.buyer).cards)
        value = f"OR-{world.buyer_organisation}"
        assert not has_button(world.act(world.buyer, "profile.show", value).card, "profile.pause")
        assert "Only suppliers are proposed" in text_of(world.act(world.buyer, "profile.pause", value).card)


def _fail(*_: object) -> bool:
    raise ConnectionError
