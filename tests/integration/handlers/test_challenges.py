"""Challenges from the first title to the outcome: who may do what, who is told, and what nobody learns."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event

from domain.calendars import cutoff_instant
from domain.organisations import MembershipState, OrganisationKind, Role
from handlers.challenges.ending import close_due_challenges
from handlers.requests import Submission
from store.tables.challenges import Challenge
from store.tables.people import Membership
from tests.world import (
    CHALLENGE_FIELDS,
    CLEAN_CHANNEL,
    CLEAN_MANAGERS,
    DEADLINE,
    DELTA_CHANNEL,
    DELTA_MANAGERS,
    NOW,
    World,
    add_organisation,
    buttons_of,
    find_button,
    has_button,
    text_of,
    text_of_home,
)

SECRET = "Nordkaj Utility loses water in Nordkaj pipes"


def state_of(world: World, challenge: str) -> str:
    with world.database.read() as session:
        row = session.get(Challenge, int(challenge.removeprefix("CH-")))
        assert row is not None
        return row.state.value


def close_at_deadline(world: World) -> int:
    world.now = cutoff_instant(DEADLINE, ZoneInfo("Europe/Copenhagen"))
    return close_due_challenges(world.database, world.kit, world.now)


def test_a_title_becomes_a_draft_at_once(world: World):
    shown = world.command(world.buyer, "challenge", "  Detect   bacteria\u202e in pipes ")
    assert "CH-1 · Detect bacteria in pipes" in text_of(shown.card)
    assert state_of(world, "CH-1") == "draft"
    form = world.press(world.buyer, shown.card, "challenge.edit").form
    assert form is not None
    assert {field.name: field.value for field in form.fields}["title"] == "Detect bacteria in pipes"
    world.press(world.buyer, shown.card, "challenge.discard")
    assert state_of(world, "CH-1") == "withdrawn"


def test_the_same_request_twice_makes_one_draft(world: World):
    world.command(world.buyer, "challenge", "Detect bacteria in pipes", request="r-1")
    world.command(world.buyer, "challenge", "Detect bacteria in pipes", request="r-1")
    shown = world.command(world.buyer, "challenge", "mine")
    assert len([button for button in buttons_of(shown.card) if button.action == "challenge.show"]) == 1


def test_a_long_title_loses_nothing(world: World):
    typed = "We look for a sensor that " + "really " * 100 + "works"
    shown = world.command(world.buyer, "challenge", typed)
    form = world.press(world.buyer, shown.card, "challenge.edit").form
    values = {field.name: field.value for field in form.fields} if form else {}
    assert values["problem"] == typed
    assert len(values["title"]) <= 120


def test_a_text_of_8000_characters_comes_back(world: World):
    typed = "water " * 1400
    shown = world.command(world.buyer, "challenge", typed)
    assert "8,399 characters" in text_of(shown.card)
    assert "".join(text_of(shown.card).split()).count("water") >= 1400


@pytest.mark.parametrize("typed", ["@everybody", "<!channel>", "…", "\u200b\u200b", "😀"])
def test_a_title_that_says_nothing_is_refused_with_an_example(world: World, typed: str):
    shown = world.command(world.buyer, "challenge", typed)
    assert "/challenge Detect bacteria" in text_of(shown.card) or shown.form is not None
    with world.database.read() as session:
        assert session.get(Challenge, 1) is None


@pytest.mark.parametrize("who", ["sme", "manager_owner"])
def test_only_buyers_state_challenges(world: World, who: str):
    for text in ("Detect bacteria in pipes", ""):
        shown = world.command(getattr(world, who), "challenge", text)
        assert "Only buyers can state challenges" in text_of(shown.card)


def test_somebody_without_a_membership_is_told_to_join(world: World):
    assert "/matchpoint join" in text_of(world.command(world.stranger, "challenge", "A title of mine").card)


def test_a_buyer_of_two_organisations_chooses(world: World):
    with world.database.write() as session:
        other = add_organisation(session, "Southport Utility", OrganisationKind.BUYER, world.clean)
        session.add(
            Membership(
                person_id=world.people["buyer"],
                cluster_id=world.clean,
                organisation_id=other,
                role=Role.BUYER,
                state=MembershipState.ACTIVE,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    form = world.command(world.buyer, "challenge", "Detect bacteria in pipes").form
    shown = world.submit(world.buyer, form, organisation=str(other))
    challenge = find_button(shown.card, "challenge.edit").value
    with world.database.read() as session:
        row = session.get(Challenge, int(challenge.removeprefix("CH-")))
        assert row is not None
        assert row.organisation_id == other
    typed = "We look for a sensor that " + "really " * 100 + "works"
    whole = world.command(world.buyer, "challenge", typed).form
    assert whole is not None
    assert typed in [field.value for field in whole.fields]
    blank = world.command(world.buyer, "challenge").form
    assert blank is not None
    assert any(field.name == "organisation" for field in blank.fields)


def test_every_mistake_is_shown_at_its_field(world: World):
    form = world.command(world.buyer, "challenge").form
    wrong = {
        "title": "x" * 121,
        "problem": "",
        "must_haves": "\n",
        "criteria": "Accuracy: 60\nCost: 30",
        "countries": "DK, Atlantis",
        "deadline_on": "2026-05-01",
        "trl": "12",
    }
    shown = world.submit(world.buyer, form, **{**CHALLENGE_FIELDS, **wrong})
    assert set(shown.errors) == {"title", "problem", "must_haves", "criteria", "countries", "deadline_on", "trl"}
    assert "add up to 90" in shown.errors["criteria"]
    assert "121 characters" in shown.errors["title"]
    with world.database.read() as session:
        assert session.get(Challenge, 1) is None


def test_criteria_without_weights_weigh_the_same(world: World):
    challenge = world.submitted(criteria="Accuracy\nCost\n- Service")
    shown = world.command(world.buyer, "challenge", f"show {challenge}")
    assert "Accuracy (34%)" in text_of(shown.card)
    assert "Service (33%)" in text_of(shown.card)


def test_submitting_puts_one_card_before_the_managers(world: World):
    challenge = world.submitted()
    card = world.only(CLEAN_MANAGERS).card
    assert "Nordkaj Utility" in text_of(card)
    assert "Is there a global market" in text_of(card)
    assert state_of(world, challenge) == "submitted"
    assert challenge in text_of_home(world.home(world.manager_owner))
    assert not world.sent_to(CLEAN_CHANNEL)


def test_a_rehearsed_form_tells_its_mistakes_and_leaves_nothing_behind(world: World):
    form = world.command(world.buyer, "challenge").form
    assert form is not None
    right: dict[str, str | tuple[str, ...]] = {**CHALLENGE_FIELDS, "title": "Detect E. coli"}
    for title, wrong in ((right["title"], set[str]()), ("😀", {"title"})):
        sent = Submission(world.buyer, form.action, form.value, {**right, "title": title}, request="once")
        shown = world.desk.submit(sent, now=world.now, rehearse=True)
        assert (set(shown.errors), shown.card) == (wrong, None)
        assert "Detect E. coli" not in text_of(world.command(world.buyer, "challenge", "mine").card)
    world.desk.submit(Submission(world.buyer, form.action, form.value, right, request="once"), now=world.now)
    assert "Detect E. coli" in text_of(world.command(world.buyer, "challenge", "mine").card)


def test_nobody_reads_a_reason_where_nobody_answered(world: World):
    challenge = world.published()
    form = world.command(world.buyer, "challenge", f"withdraw {challenge}").form
    assert form is not None
    assert "Nobody has answered yet" in form.intro
    shown = world.submit(world.buyer, form, reason="The project stopped.")
    assert "is withdrawn. Nobody had answered yet." in text_of(shown.card)


def test_who_cannot_answer_is_not_offered_a_choice(world: World):
    world.published()
    assert "for a smaller company can answer" in text_of(world.command(world.buyer, "answer").card)
    assert "Which challenge" in text_of(world.command(world.sme, "answer").card)


def test_a_draft_kept_in_the_form_is_seen_by_nobody_else(world: World):
    form = world.command(world.buyer, "challenge").form
    shown = world.submit(world.buyer, form, title="Detect bacteria", keep=("keep",))
    assert "Nobody else sees it" in text_of(shown.card)
    assert not world.sent_to(CLEAN_MANAGERS)
    assert "CH-1" in text_of_home(world.home(world.buyer))
    assert "no CH-1 that you can see" in text_of(world.command(world.manager_owner, "challenge", "show CH-1").card)


def test_submitting_an_incomplete_draft_opens_the_form(world: World):
    challenge = world.drafted()
    shown = world.command(world.buyer, "challenge", f"show {challenge}")
    form = world.press(world.buyer, shown.card, "challenge.submit").form
    done = world.submit(world.buyer, form, **{**CHALLENGE_FIELDS, "title": "Detect bacteria in pipes"})
    assert "is submitted" in text_of(done.card)
    assert world.only(CLEAN_MANAGERS, holding=challenge)


def test_publishing_posts_ranks_and_tells_the_buyer(world: World):
    challenge = world.published()
    post = world.only(CLEAN_CHANNEL, holding=challenge)
    assert [button.action for button in buttons_of(post.card)] == ["answer.start", "challenge.show", "question.start"]
    assert world.waiting("rank") == [f"rank:{challenge}:e1"]
    assert "Open for answers" in text_of(world.only(world.buyer, holding=challenge).card)
    screening = world.only(CLEAN_MANAGERS)
    assert has_button(screening.card, "sharing.offer")
    assert not has_button(screening.card, "screening.publish")
    assert screening.posts == 1
    assert challenge in text_of(world.command(world.neighbour, "challenge", "list").card)


def test_a_second_click_on_publish_has_no_effect(world: World):
    world.submitted()
    old = world.only(CLEAN_MANAGERS).card
    world.press(world.manager_owner, old, "screening.publish")
    again = world.press(world.manager_owner, old, "screening.publish")
    assert "published already" in text_of(again.card)
    assert len(world.sent_to(CLEAN_CHANNEL)) == 1
    assert len(world.waiting("rank")) == 1


def test_a_card_that_shows_an_older_wording_publishes_nothing(world: World):
    challenge = world.submitted()
    old = world.only(CLEAN_MANAGERS).card
    form = world.command(world.buyer, "challenge", f"edit {challenge}").form
    world.submit(world.buyer, form, title="Quite another need")
    shown = world.press(world.manager_owner, old, "screening.publish")
    assert "has changed" in text_of(shown.card)
    assert state_of(world, challenge) == "submitted"
    assert "Quite another need" in text_of(world.only(CLEAN_MANAGERS).card)


@pytest.mark.parametrize("who", ["buyer", "manager_partner", "neighbour"])
def test_others_do_not_screen(world: World, who: str):
    challenge = world.submitted()
    card = world.only(CLEAN_MANAGERS).card
    for action in ("screening.publish", "screening.return"):
        shown = world.press(getattr(world, who), card, action)
        assert shown.form is None
        assert "managers" in text_of(shown.card) or "that you can see" in text_of(shown.card)
    assert state_of(world, challenge) == "submitted"


def test_nobody_screens_a_challenge_of_an_own_organisation(world: World):
    with world.database.write() as session:
        session.add(
            Membership(
                person_id=world.people["manager_owner"],
                cluster_id=world.clean,
                organisation_id=world.buyer_organisation,
                role=Role.BUYER,
                state=MembershipState.ACTIVE,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    challenge = world.submitted()
    shown = world.press(world.manager_owner, world.only(CLEAN_MANAGERS).card, "screening.publish")
    assert "You belong to the buyer's organisation" in text_of(shown.card)
    assert state_of(world, challenge) == "submitted"


def test_any_number_of_drafts_hides_nothing_that_waits_for_the_buyer(world: World):
    challenge = world.submitted()
    form = world.press(world.manager_owner, world.only(CLEAN_MANAGERS).card, "screening.return").form
    world.submit(world.manager_owner, form, reason="How many pipes?")
    for number in range(51):
        world.command(world.buyer, "challenge", f"Idea number {number}")
    told = text_of_home(world.home(world.buyer))
    assert challenge in told
    assert "How many pipes?" in told
    assert told.count("Idea number") == 9  # ten lines of one kind of work at once


def test_an_unread_answer_shows_behind_any_number_of_challenges_without_one(world: World):
    challenge = world.published()
    world.shared(challenge)
    answer = world.answered(challenge)
    with world.database.write() as session:
        row = session.get_one(Challenge, int(challenge.removeprefix("CH-")))
        values = row.model_dump(exclude={"id", "title"})
        session.add_all(Challenge(**values, title=f"Newer challenge {number}") for number in range(51))
    told = text_of_home(world.home(world.buyer))
    assert challenge in told
    assert "Newer challenge" not in told
    form = world.act(world.buyer, "answer.decline", f"{answer}:2").form
    world.submit(world.buyer, form, reason="capacity")
    assert challenge not in text_of_home(world.home(world.buyer))


def test_a_return_brings_the_reason_and_each_return_is_a_message_of_its_own(world: World):
    challenge = world.submitted()
    for turn, reason in enumerate(("How many pipes?", "How wide are they?"), start=1):
        form = world.press(world.manager_owner, world.only(CLEAN_MANAGERS).card, "screening.return").form
        assert world.submit(world.manager_owner, form, reason="  ").errors["reason"]
        world.submit(world.manager_owner, form, reason=reason)
        assert state_of(world, challenge) == "returned"
        told = world.sent_to(world.buyer)
        assert len(told) == turn
        assert reason in text_of(told[-1].card)
        assert reason in text_of_home(world.home(world.buyer))
        edit = world.press(world.buyer, told[-1].card, "challenge.edit").form
        world.submit(world.buyer, edit, background=f"There are {turn} pipes.")
        assert state_of(world, challenge) == "submitted"
    assert not any(has_button(one.card, "challenge.edit") for one in world.sent_to(world.buyer))
    assert has_button(world.only(CLEAN_MANAGERS).card, "screening.publish")


def test_the_manager_sees_the_teaser_before_it_goes_out_and_the_buyer_stays_hidden(world: World):
    challenge = world.submitted(confidentiality="teaser", title=SECRET, background="Write to info@nordkaj.example.org")
    screening = world.only(CLEAN_MANAGERS).card
    assert "The teaser" in text_of(screening)
    world.press(world.manager_owner, screening, "screening.publish")
    world.shared(challenge)
    form = world.act(world.neighbour, "answer.start", challenge).form
    assert form is not None
    seen = [
        text_of(world.only(CLEAN_CHANNEL).card),
        text_of(world.only(DELTA_CHANNEL).card),
        text_of(world.only(DELTA_MANAGERS).card),
        text_of(world.command(world.neighbour, "challenge", "list").card),
        text_of(world.command(world.neighbour, "challenge", f"show {challenge}").card),
        text_of(world.command(world.manager_partner, "challenge", f"show {challenge}").card),
        text_of_home(world.home(world.manager_partner)),
        form.intro + form.title,
    ]
    assert all("nordkaj" not in one.lower() for one in seen), seen
    assert all(challenge in one for one in (*seen[:6],))
    assert "Nordkaj" in text_of(world.command(world.manager_owner, "challenge", f"show {challenge}").card)


def test_a_challenge_by_invitation_reaches_the_invited_alone(world: World):
    form = world.command(world.buyer, "challenge").form
    values = {**CHALLENGE_FIELDS, "confidentiality": "invite"}
    assert "at least one" in world.submit(world.buyer, form, **values).errors["invited"]
    assert "Nobody Ltd" in world.submit(world.buyer, form, **values, invited="Nobody Ltd").errors["invited"]
    challenge = world.published(confidentiality="invite", invited="waterlens")
    assert not world.sent_to(CLEAN_CHANNEL)
    assert "Nordkaj Utility" in text_of(world.only(world.sme, holding=challenge).card)
    assert "that you can see" in text_of(world.command(world.neighbour, "challenge", f"show {challenge}").card)
    assert challenge not in text_of(world.command(world.neighbour, "challenge", "list").card)
    assert challenge in text_of(world.command(world.sme, "challenge", "list").card)
    assert "by invitation" in text_of(world.act(world.manager_owner, "sharing.offer", challenge).card)


def test_unknown_and_invisible_say_the_same(world: World):
    challenge = world.published()
    invisible = text_of(world.command(world.sme, "challenge", f"show {challenge}").card)
    unknown = text_of(world.command(world.sme, "challenge", "show CH-99").card)
    assert invisible.replace(challenge, "CH-99") == unknown
    assert "such as /challenge show CH-12" in text_of(world.command(world.sme, "challenge", "show rubbish12").card)


def test_a_partner_takes_a_challenge_for_its_workspace(world: World):
    challenge = world.published()
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    assert world.submit(world.manager_owner, form, clusters=()).errors["clusters"]
    world.shared(challenge)
    assert world.only(DELTA_CHANNEL, holding=challenge)
    assert f"rank:{challenge}:e1:taken:CL-{world.delta}" in world.waiting("rank")
    assert "Clean Tech Delta: taken" in text_of(world.only(CLEAN_MANAGERS).card)
    assert "Nordkaj" in text_of(world.command(world.sme, "challenge", f"show {challenge}").card)
    again = world.act(world.manager_partner, "sharing.refuse", f"{challenge}:CL-{world.delta}")
    assert "answered this offer" in text_of(again.card)
    assert "every cluster" in text_of(world.act(world.manager_owner, "sharing.offer", challenge).card)


def test_a_partner_that_refuses_sees_no_post(world: World):
    challenge = world.published()
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    world.submit(world.manager_owner, form, clusters=(f"CL-{world.delta}",))
    assert challenge in text_of_home(world.home(world.manager_partner))
    offer = world.only(DELTA_MANAGERS).card
    assert "that you can see" in text_of(world.press(world.sme, offer, "sharing.take").card)
    assert "decided by the managers" in text_of(world.press(world.manager_owner, offer, "sharing.take").card)
    world.press(world.manager_partner, offer, "sharing.refuse")
    assert not world.sent_to(DELTA_CHANNEL)
    assert "not taken" in text_of(world.only(CLEAN_MANAGERS).card)
    assert "answered this offer" in text_of(world.press(world.manager_partner, offer, "sharing.refuse").card)


def test_a_published_challenge_changes_everywhere_and_its_deadline_only_later(world: World):
    challenge = world.published()
    world.shared(challenge)
    form = world.command(world.buyer, "challenge", f"edit {challenge}").form
    assert form is not None
    assert all(field.name != "confidentiality" for field in form.fields)
    earlier = world.submit(world.buyer, form, deadline_on="2026-06-01")
    assert "not earlier" in earlier.errors["deadline_on"]
    world.submit(world.buyer, form, title="Detect bacteria on line", deadline_on="2026-07-15")
    for channel in (CLEAN_CHANNEL, DELTA_CHANNEL):
        post = world.only(channel)
        assert "Detect bacteria on line" in text_of(post.card)
        assert "15 July" in text_of(post.card)
    assert f"rank:{challenge}:e2" in world.waiting("rank")
    assert "changed CH-1 a moment ago" in text_of(world.submit(world.buyer, form, title="Late").card)


def test_the_deadline_closes_at_the_end_of_its_day_in_its_zone(world: World):
    challenge = world.published()
    world.answered(challenge, world.neighbour)
    world.now = NOW.replace(month=6, day=30, hour=21, minute=59)
    assert close_due_challenges(world.database, world.kit, world.now) == 0
    assert close_at_deadline(world) == 1
    assert close_due_challenges(world.database, world.kit, world.now) == 0
    assert state_of(world, challenge) == "closed"
    assert not buttons_of(world.only(CLEAN_CHANNEL).card)
    assert "a yes or a no by 15 July" in text_of(world.only(world.buyer).card)
    assert "still waits for a yes or a no" in text_of_home(world.home(world.buyer))
    assert any(key.startswith(f"verdict:{challenge}:") for key in world.waiting("nudge"))


def test_closing_early_tells_the_reason_to_all_who_answered_or_drafted(world: World):
    challenge = world.published()
    world.shared(challenge)
    world.answered(challenge, world.neighbour)
    world.command(world.sme, "answer", f"{challenge} Only a draft.")
    form = world.command(world.buyer, "challenge", f"close {challenge}").form
    assert form is not None
    assert "2 companies" in form.intro
    assert world.submit(world.buyer, form, reason="").errors["reason"]
    assert "501 characters" in world.submit(world.buyer, form, reason="x" * 501).errors["reason"]
    world.submit(world.buyer, form, reason="We have enough good answers.")
    for speaker in (world.neighbour, world.sme):
        assert world.only(speaker, holding="We have enough good answers.")
    assert "We have enough" in text_of(world.only(CLEAN_CHANNEL).card)
    assert "is closed" in text_of(world.command(world.buyer, "challenge", f"close {challenge}").card)


def test_a_withdrawn_challenge_disappears_with_its_reason(world: World):
    challenge = world.published(confidentiality="teaser", title=SECRET)
    form = world.command(world.buyer, "challenge", f"withdraw {challenge}").form
    world.submit(world.buyer, form, reason="The project stopped.")
    post = world.only(CLEAN_CHANNEL).card
    assert "The project stopped." in text_of(post)
    assert "nordkaj" not in text_of(post).lower()
    assert "that you can see" in text_of(world.command(world.neighbour, "challenge", f"show {challenge}").card)
    assert challenge not in text_of(world.command(world.neighbour, "challenge", "list").card)


@pytest.mark.parametrize("verb", ["close", "withdraw"])
def test_a_reason_typed_behind_the_id_stands_in_the_form(world: World, verb: str):
    challenge = world.published()
    form = world.command(world.buyer, "challenge", f"{verb} {challenge.lower()}, because we found one").form
    assert form is not None
    assert [(one.name, one.value) for one in form.fields] == [("reason", "because we found one")]
    world.submit(world.buyer, form)
    assert "because we found one" in text_of(world.command(world.buyer, "challenge", f"show {challenge}").card)


def test_an_end_takes_the_place_of_the_private_card(world: World):
    challenge = world.published()
    card = world.command(world.buyer, "challenge", f"show {challenge}").card
    closed = world.submit(world.buyer, world.press(world.buyer, card, "challenge.close").form, reason="Enough answers.")
    assert closed.replaces
    assert find_button(closed.card, "challenge.show").value == challenge
    stale = world.press(world.buyer, card, "challenge.close")
    assert find_button(stale.card, "challenge.show").value == challenge
    resolve = world.press(world.buyer, world.press(world.buyer, stale.card, "challenge.show").card, "challenge.resolve")
    assert world.submit(world.buyer, resolve.form, outcome="pilot").replaces
    other = world.published()
    withdraw = world.act(world.buyer, "challenge.withdraw", other).form
    assert world.submit(world.buyer, withdraw, reason="The project was stopped.").replaces


@pytest.mark.parametrize("action", ["challenge.edit", "challenge.close", "challenge.withdraw", "challenge.resolve"])
def test_only_the_buyer_changes_and_ends_a_challenge(world: World, action: str):
    challenge = world.published()
    for who in (world.neighbour, world.manager_owner):
        shown = world.act(who, action, challenge)
        assert shown.form is None
        assert "the buyer's organisation" in text_of(shown.card)


def test_resolving_leaves_nobody_without_a_word(world: World):
    challenge = world.published()
    world.answered(challenge, world.neighbour)
    assert "Close it first" in text_of(world.act(world.buyer, "challenge.resolve", challenge).card)
    close_at_deadline(world)
    form = world.act(world.buyer, "challenge.resolve", challenge).form
    assert "rest" in world.submit(world.buyer, form, outcome="pilot").errors
    assert "outcome" in world.submit(world.buyer, form, outcome="luck").errors
    world.submit(world.buyer, form, outcome="pilot", rest=("decline",))
    assert state_of(world, challenge) == "resolved"
    assert world.only(world.neighbour, holding="Another one was chosen")
    assert "A pilot" in text_of(world.command(world.buyer, "challenge", f"show {challenge}").card)
    assert "is resolved" in text_of(world.act(world.buyer, "challenge.resolve", challenge).card)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is asked of any store."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


def test_a_longer_list_asks_the_store_no_more_often(world: World):
    world.published(title="Quiet piling at sea")
    with statements() as short:
        world.command(world.buyer, "challenge", "list")
    for number in range(4):
        world.published(title=f"Sensors for network {number}")
    with statements() as long:
        shown = world.command(world.buyer, "challenge", "list")
    assert "network 3" in text_of(shown.card)
    assert len(long) == len(short)


def test_lists_are_paged(world: World):
    for number in range(10):
        world.drafted(f"Need number {number}")
    first = world.command(world.buyer, "challenge", "mine").card
    assert len([button for button in buttons_of(first) if button.action == "challenge.show"]) == 8
    second = world.press(world.buyer, first, "challenge.mine").card
    assert "Need number 0" in text_of(second)
    assert "Need number 9" not in text_of(second)


def test_a_slip_in_the_id_or_nothing_at_all_gets_an_example(world: World):
    for verb in ("show", "edit", "close", "withdraw", "answers"):
        shown = world.command(world.buyer, "challenge", verb)
        assert f"/challenge {verb} CH-12" in text_of(shown.card)


def test_a_deadline_that_passed_while_it_was_screened_is_not_published(world: World):
    challenge = world.submitted()
    world.now += timedelta(days=100)
    shown = world.press(world.manager_owner, world.only(CLEAN_MANAGERS).card, "screening.publish")
    assert "deadline of CH-1 has passed" in text_of(shown.card)
    assert state_of(world, challenge) == "submitted"
