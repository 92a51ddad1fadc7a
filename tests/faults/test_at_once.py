"""Several people, or one impatient one, do the same thing at the same instant: one effect, clear words for the rest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from sqlmodel import SQLModel, select

from domain.organisations import Role
from handlers.members.pausing import note_silence
from handlers.requests import Command, Place, Press, Profiled, Said, Shown, Speaker, Submission
from handlers.work import Work
from messages.card import Form
from store.engine import StoreContended
from store.tables.challenges import Answer, AnswerPart, Challenge, ChallengeEdition, Share
from store.tables.introductions import Approval, Consent, Decision, Introduction, Suggestion
from store.tables.people import Identity, Membership, Organisation, Person, Profile
from tests.integration.handlers.jobs import run_jobs
from tests.world import (
    CHALLENGE_FIELDS,
    CLEAN_CHANNEL,
    CLEAN_MANAGERS,
    World,
    add_person,
    address_of,
    find_button,
    text_of,
)

SECOND_MANAGER = Speaker("web", "W-CLEAN", "second_manager")
NEWCOMERS = tuple(Speaker("web", "W-CLEAN", f"newcomer-{at}") for at in range(4))
TIMES = 6
T = TypeVar("T")


def at_once(*steps: Callable[[], T]) -> list[T]:
    """Do all of this at the same instant, each in a thread of its own."""
    gate = threading.Barrier(len(steps))

    def go(step: Callable[[], T]) -> T:
        gate.wait(timeout=30)
        return step()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(go, steps))


def presses(world: World, *speakers: Speaker, action: str, value: str) -> list[Shown]:
    """Let everybody press the same button at once."""
    return at_once(*(lambda who=who: world.desk.press(Press(who, action, value), now=world.now) for who in speakers))


def sends(
    world: World, *speakers: Speaker, form: Form, request: str = "", **fields: str | tuple[str, ...]
) -> list[Shown]:
    """Let everybody send the same form at once."""
    values = {one.name: one.value for one in form.fields} | fields
    submissions = [Submission(who, form.action, form.value, values, request=request) for who in speakers]
    return at_once(*(lambda one=one: world.desk.submit(one, now=world.now) for one in submissions))


def rows(world: World, table: type[SQLModel]) -> int:
    with world.database.read() as session:
        return len(session.exec(select(table)).all())


def answers_of(shown: list[Shown]) -> list[str]:
    """Return what was told to each; nobody may have met trouble."""
    told = [text_of(one.card) or "\n".join(one.errors.values()) for one in shown]
    assert not [one for one in told if "went wrong" in one], told
    return told


def done(shown: list[Shown]) -> int:
    answers_of(shown)
    return sum(not one.failed and not one.errors for one in shown)


@pytest.fixture
def crowded(world: World) -> World:
    """Give the small world with a second manager in CLEAN, and newcomers who want to join."""
    with world.database.write() as session:
        add_person(session, "Second", Role.MANAGER, world.clean, None)
    meet(world, SECOND_MANAGER, "second@example.org")
    for one in NEWCOMERS:
        meet(world, one)
    return world


def meet(world: World, speaker: Speaker, email: str = "") -> None:
    world.desk.meet(Profiled(speaker, speaker.user, address_of(speaker), email=email), now=world.now)


def suggestion(world: World) -> str:
    """Return the value of the button of the one suggestion that the managers of CLEAN may decide alone."""
    with world.database.read() as session:
        found = session.exec(select(Suggestion).where(Suggestion.organisation_id == world.neighbour_organisation)).one()
    return f"{found.id}:{found.ranking_id}:{world.clean}"


def test_one_of_two_managers_publishes(crowded: World) -> None:
    challenge = crowded.submitted()
    button = find_button(crowded.only(CLEAN_MANAGERS, holding=challenge).card, "screening.publish")
    both = (crowded.manager_owner, SECOND_MANAGER) * 3
    assert done(presses(crowded, *both, action=button.action, value=button.value)) == 1
    assert rows(crowded, ChallengeEdition) == 1
    assert len([one for one in crowded.sent_to(CLEAN_CHANNEL) if challenge in text_of(one.card)]) == 1


def test_one_approves_and_the_other_reads_who_was_faster(crowded: World) -> None:
    crowded.published()
    run_jobs(crowded)
    both = (crowded.manager_owner, SECOND_MANAGER) * 3
    shown = presses(crowded, *both, action="suggestion.approve", value=suggestion(crowded))
    assert done(shown) == 1
    assert sum("Already decided by" in one for one in answers_of(shown)) == len(both) - 1
    assert [rows(crowded, table) for table in (Decision, Introduction, Approval)] == [1, 1, 1]


def test_a_yes_and_a_no_of_two_managers_are_one_decision(crowded: World) -> None:
    crowded.published()
    run_jobs(crowded)
    value = suggestion(crowded)
    form = crowded.act(SECOND_MANAGER, "suggestion.reject", value).form
    assert form is not None
    fields = {"reason": "other", "note": "No."}
    shown = at_once(
        lambda: crowded.act(crowded.manager_owner, "suggestion.approve", value),
        lambda: crowded.submit(SECOND_MANAGER, form, **fields),
    )
    assert done(shown) == 1
    assert rows(crowded, Decision) == 1


def test_colleagues_and_double_clicks_make_one_answer(crowded: World) -> None:
    challenge = crowded.published(countries="")
    crowded.shared(challenge)
    texts = [f"{challenge} We make sensor {at}." for at in range(TIMES)]
    speakers = (crowded.sme, crowded.colleague) * 3
    drafts = at_once(
        *(
            lambda who=who, text=text: crowded.desk.command(Command(who, "answer", text), now=crowded.now)
            for who, text in zip(speakers, texts, strict=True)
        )
    )
    assert done(drafts) == TIMES
    with crowded.database.read() as session:
        answer = session.exec(select(Answer)).one()
        # Nothing that anybody wrote is lost.
        assert all(f"We make sensor {at}." in answer.text for at in range(TIMES))
    value = f"AN-{answer.id}:{answer.version}"
    assert done(presses(crowded, *speakers, action="answer.submit", value=value)) == 1


def test_replies_in_a_thread_at_the_same_instant_are_all_kept(crowded: World) -> None:
    crowded.published()
    post = next(one for one in crowded.sent_to(CLEAN_CHANNEL) if "Detect" in text_of(one.card))
    place = Place(channel=post.to, thread=post.ref)
    replies = [
        Said(crowded.neighbour, place, f"Reply {at}.", message=f"{post.to}/r{at}", event=f"event-{at}")
        for at in range(TIMES)
    ]
    # Each is delivered twice.
    at_once(*(lambda one=one: crowded.desk.said(one, now=crowded.now) for one in replies * 2))
    assert rows(crowded, AnswerPart) == TIMES
    with crowded.database.read() as session:
        text = session.exec(select(Answer)).one().text
    assert [text.count(f"Reply {at}.") for at in range(TIMES)] == [1] * TIMES


def test_the_consent_of_colleagues_counts_once(crowded: World) -> None:
    crowded.published()
    run_jobs(crowded)
    crowded.act(crowded.manager_owner, "suggestion.approve", suggestion(crowded))
    shown = presses(crowded, *[crowded.neighbour] * TIMES, action="consent.give", value="IN-1")
    assert done(shown) == 1
    shown = presses(crowded, *[crowded.buyer] * TIMES, action="consent.give", value="IN-1")
    assert done(shown) == 1
    assert rows(crowded, Consent) == 2


def test_one_of_two_who_press_ends_a_pause_and_the_other_reads_that_it_is_over(crowded: World) -> None:
    value = f"OR-{crowded.sme_organisation}"
    both = (crowded.sme, crowded.colleague) * 3
    for action, already in (("profile.pause", "is paused already"), ("profile.resume", "is proposed again already")):
        shown = presses(crowded, *both, action=action, value=value)
        assert done(shown) == 1
        assert sum(already in one for one in answers_of(shown)) == len(both) - 1


def test_introductions_that_lapse_at_the_same_instant_all_count(crowded: World) -> None:
    def note() -> None:
        with crowded.database.write() as session:
            note_silence(Work(session, crowded.now, crowded.kit), crowded.sme_organisation)

    def lapse() -> None:
        try:
            note()
        except StoreContended:
            lapse()  # as the worker does: the row is claimed once more

    at_once(*[lapse] * TIMES)
    with crowded.database.read() as session:
        row = session.get_one(Organisation, crowded.sme_organisation)
    assert (row.ignored, row.paused_at) == (TIMES, crowded.now)
    assert len([one for one in crowded.sent_to(crowded.colleague) if "are paused" in one.card.title]) == 1


def test_both_clusters_approve_at_the_same_instant(crowded: World) -> None:
    challenge = crowded.published()
    crowded.shared(challenge)
    run_jobs(crowded)
    with crowded.database.read() as session:
        found = session.exec(select(Suggestion).where(Suggestion.organisation_id == crowded.sme_organisation)).one()
    steps = [
        lambda who=who, cluster=cluster: crowded.act(
            who, "suggestion.approve", f"{found.id}:{found.ranking_id}:{cluster}"
        )
        for who, cluster in ((crowded.manager_owner, crowded.clean), (crowded.manager_partner, crowded.delta))
    ]
    answers_of(at_once(*steps))
    assert rows(crowded, Introduction) == 1
    shown = [
        crowded.act(crowded.manager_owner, "introduction.approve", f"IN-1:{crowded.clean}"),
        crowded.act(crowded.manager_partner, "introduction.approve", f"IN-1:{crowded.delta}"),
    ]
    answers_of(shown)
    assert rows(crowded, Approval) == 2


def test_one_partner_takes_what_two_take(crowded: World) -> None:
    challenge = crowded.published()
    form = crowded.act(crowded.manager_owner, "sharing.offer", challenge).form
    assert form is not None
    shown = sends(crowded, *(crowded.manager_owner, SECOND_MANAGER) * 3, form=form, clusters=(f"CL-{crowded.delta}",))
    answers_of(shown)
    assert rows(crowded, Share) == 1
    value = f"{challenge}:CL-{crowded.delta}"
    assert done(presses(crowded, *[crowded.manager_partner] * TIMES, action="sharing.take", value=value)) == 1


def test_a_form_that_is_sent_again_and_again_is_one_challenge(crowded: World) -> None:
    form = crowded.command(crowded.buyer, "challenge").form
    assert form is not None
    shown = sends(crowded, *[crowded.buyer] * TIMES, form=form, request="once", **CHALLENGE_FIELDS)
    answers_of(shown)
    assert rows(crowded, Challenge) == 1


def test_people_of_one_new_organisation_join_at_the_same_instant(crowded: World) -> None:
    before = rows(crowded, Organisation), rows(crowded, Membership)
    form = crowded.command(NEWCOMERS[0], "matchpoint", "join").form
    assert form is not None
    fields = {"organisation": "Zinkhavn", "role": "sme", "country": "DK", "website": "zinkhavn.example"}
    shown = sends(crowded, *NEWCOMERS, *NEWCOMERS, form=form, **fields)
    answers_of(shown)
    assert (rows(crowded, Organisation), rows(crowded, Membership)) == (before[0] + 1, before[1] + len(NEWCOMERS))


def test_one_manager_lets_somebody_in(crowded: World) -> None:
    form = crowded.command(NEWCOMERS[0], "matchpoint", "join").form
    assert form is not None
    crowded.submit(NEWCOMERS[0], form, organisation="Fjordsensor", role="sme")
    button = find_button(crowded.only(CLEAN_MANAGERS, holding="newcomer-0").card, "membership.approve")
    both = (crowded.manager_owner, SECOND_MANAGER) * 3
    assert done(presses(crowded, *both, action=button.action, value=button.value)) == 1


def test_a_profile_is_not_overwritten_by_who_was_slower(crowded: World) -> None:
    form = crowded.command(crowded.sme, "matchpoint", "profile").form
    assert form is not None
    shown = sends(crowded, *(crowded.sme, crowded.colleague) * 3, form=form, summary="New.", language="en")
    assert done(shown) == 1
    with crowded.database.read() as session:
        found = session.exec(select(Profile).where(Profile.organisation_id == crowded.sme_organisation)).one()
    assert found.summary == "New."


def test_settings_that_are_said_to_be_saved_are_saved(crowded: World) -> None:
    form = crowded.command(crowded.sme, "matchpoint", "settings").form
    assert form is not None
    values = {one.name: one.value for one in form.fields} | {"quiet_hours": "21:00-06:00"}
    submission = Submission(crowded.sme, form.action, form.value, values)
    shown = at_once(
        *[lambda: crowded.desk.submit(submission, now=crowded.now)] * 3,
        *[lambda: crowded.act(crowded.sme, "nudge.opt_out", "consent")] * 3,
    )
    told = answers_of(shown)
    with crowded.database.read() as session:
        person = session.get_one(Person, crowded.people["sme"])
    assert person.settings.get("quiet_hours") == "21:00-06:00"
    assert told


def test_somebody_is_met_once(crowded: World) -> None:
    before = rows(crowded, Person), rows(crowded, Identity)
    new = Speaker("slack", "T0NEW", "U0NEW")
    at_once(*[lambda: meet(crowded, new, "new@example.org")] * TIMES)
    assert (rows(crowded, Person), rows(crowded, Identity)) == (before[0] + 1, before[1] + 1)


def test_an_account_in_two_workspaces_met_at_the_same_instant_is_one_person(crowded: World) -> None:
    before = rows(crowded, Person)
    accounts = [Speaker("web", f"W-NEW{at}", "new") for at in range(TIMES)]
    at_once(*(lambda one=one: meet(crowded, one, "new@example.org") for one in accounts))
    assert rows(crowded, Person) == before + 1


def test_the_admins_of_a_new_workspace_set_it_up_once(crowded: World) -> None:
    admins = [Speaker("web", "W-NEW", f"admin-{at}") for at in range(4)]
    for one in admins:
        crowded.desk.meet(Profiled(one, one.user, address_of(one), is_admin=True), now=crowded.now)
    form = crowded.command(admins[0], "matchpoint", "setup").form
    assert form is not None
    fields: dict[str, Any] = {
        "name": "Baltic",
        "country": "LT",
        "zone": "Europe/Vilnius",
        "managers": (address_of(admins[0]),),
    }
    answers_of(sends(crowded, *admins, form=form, **fields))
    shown = crowded.command(admins[0], "matchpoint", "setup")
    assert "Baltic" in text_of(shown.card)
