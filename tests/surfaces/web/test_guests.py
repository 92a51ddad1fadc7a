"""People of no workspace: a personal link that opens once, shows one challenge, and ends when a manager says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlmodel import col, select
from starlette.applications import Starlette

from domain.introductions import IntroductionState, SuggestionState
from domain.organisations import MembershipState, OrganisationKind, Role
from handlers.cards import READERS
from handlers.guests.passes import end_expired
from handlers.guests.scope import GUEST_ACTIONS, GUEST_CARDS, GUEST_PARTS
from handlers.home import _PARTS  # pyright: ignore[reportPrivateUsage]
from handlers.requests import Press, Shown, Speaker
from handlers.routes import ROUTES
from handlers.webroom.room import Webroom
from store.engine import Database, Session
from store.queries.rows import add, key_of
from store.tables.guests import GuestPass
from store.tables.introductions import Introduction, Leg, Ranking, Suggestion
from store.tables.people import Identity, Membership, Organisation, Person
from store.tables.queue import Outbox
from store.tables.rooms import WebChannel
from surfaces.web.app import make_web_app
from tests.fakes.clock import StillClock
from tests.integration.handlers.jobs import run_jobs
from tests.integration.handlers.test_conversations import say
from tests.integration.handlers.test_introductions import ranked
from tests.surfaces.web.visitor import Visitor
from tests.world import (
    CLEAN_MANAGERS,
    DELTA_MANAGERS,
    NOW,
    World,
    add_organisation,
    add_profile,
    address_of,
    build_world,
    buttons_of,
    find_button,
    has_button,
    text_of,
    text_of_home,
)

EMAIL: Final = "ada@dykewatch.example"


@pytest.fixture
def world(sqlite_database: Database) -> World:
    found = build_world(sqlite_database)
    with found.database.write() as session:
        key = add_organisation(session, "Dykewatch", OrganisationKind.SME, found.delta, country="NL")
        add_profile(session, key, "E. coli sensors for drinking water pipes.", "E. coli sensors", "Pipe sensors")
    return found


def invite(world: World, challenge: str, **fields: str) -> Shown:
    form = world.command(world.manager_partner, "matchpoint", f"invite {EMAIL} Dykewatch {challenge}").form
    return world.submit(world.manager_partner, form, **fields)


def token_of(shown: Shown) -> str:
    assert shown.card is not None, shown.errors
    return text_of(shown.card).partition("/guest/")[2].split()[0]


def guest_of(world: World) -> Speaker:
    with world.database.read() as session:
        one = session.exec(select(GuestPass)).one()
        return Speaker("web", one.workspace, one.account)


def invited(world: World) -> tuple[str, str, Speaker]:
    """Return a challenge, the token of a guest who was invited to it, and the guest's account."""
    challenge = world.published()
    world.shared(challenge)
    token = token_of(invite(world, challenge))
    return challenge, token, guest_of(world)


def approved(world: World, name: str) -> str:
    """Let both managers approve the suggestion of a company; returns the introduction."""
    with world.database.read() as session:
        query = select(Suggestion).join(Organisation, col(Organisation.id) == Suggestion.organisation_id)
        row = session.exec(query.where(Organisation.name == name, Suggestion.state != SuggestionState.EXPIRED)).one()
    world.act(world.manager_owner, "suggestion.approve", f"{row.id}:{row.ranking_id}:{world.clean}")
    card = world.only(DELTA_MANAGERS, holding="Approved by: CLEAN").card
    world.press(world.manager_partner, card, "introduction.approve")
    with world.database.read() as session:
        return f"IN-{session.exec(select(Introduction)).one().id}"


def browse(world: World, story: Callable[[Starlette], Awaitable[None]]) -> None:
    clock = StillClock(world.now)
    app = make_web_app(
        world.desk, Webroom(world.database, world.kit), secret="s" * 32, kit=world.kit, clock=clock, interval=0.01
    )
    asyncio.run(story(app))  # type: ignore[arg-type]


async def enter(visitor: Visitor, token: str) -> None:
    await visitor.go(f"/guest/{token}")
    form = visitor.forms(f"/guest/{token}")[0]
    await visitor.send(form.action, form.hidden)


def _introduce(
    session: Session,
    world: World,
    challenge: int,
    organisation: int,
    state: IntroductionState,
    *,
    asked: bool,
    here: bool,
) -> None:
    """Add an introduction of an organisation as it stands, through the cluster of the guest or through another."""
    cluster = world.delta if here else world.clean
    times: dict[str, Any] = {"created_at": NOW, "updated_at": NOW}
    ranking = add(session, Ranking(challenge_id=challenge, edition=1, **times))
    suggestion = Suggestion(
        challenge_id=challenge,
        ranking_id=key_of(ranking),
        organisation_id=organisation,
        cluster_id=cluster,
        state=SuggestionState.APPROVED,
        rank=1,
        score=1.0,
        **times,
    )
    row = Introduction(
        suggestion_id=key_of(add(session, suggestion)),
        challenge_id=challenge,
        organisation_id=organisation,
        buyer_id=world.buyer_organisation,
        buyer_person_id=world.people["buyer"],
        owner_cluster_id=world.clean,
        sme_cluster_id=cluster,
        state=state,
        asked_at=NOW if asked else None,
        **times,
    )
    add(session, row)


class TestInviting:
    def test_the_command_fills_the_form_and_the_manager_gets_the_link(self, world: World):
        challenge = world.published()
        world.shared(challenge)
        form = world.command(world.manager_partner, "matchpoint", f"invite {EMAIL} Dykewatch {challenge}").form
        assert form is not None
        assert [field.value for field in form.fields[:3]] == [EMAIL, "Dykewatch", challenge]
        shown = world.submit(world.manager_partner, form)
        assert "http://localhost:8000/guest/" in text_of(shown.card)
        with world.database.read() as session:
            one = session.exec(select(GuestPass)).one()
            assert one.expires_at == NOW + timedelta(days=30)
            assert token_of(shown) not in str(one.model_dump())

    def test_we_send_the_guest_nothing(self, world: World):
        world.deliver()
        before = len(world.messages)
        challenge, _, guest = invited(world)
        world.deliver()
        to = [one.to for one in list(world.messages.values())[before:]]
        assert not [address for address in to if guest.user in address or EMAIL in address]
        assert challenge

    @pytest.mark.parametrize("who", ["buyer", "sme", "neighbour"])
    def test_only_managers_invite(self, world: World, who: str):
        speaker: Speaker = getattr(world, who)
        assert world.command(speaker, "matchpoint", "invite a@b.example Dykewatch").failed
        assert world.command(speaker, "matchpoint", "invite list").failed

    def test_mistakes_are_told_at_their_fields(self, world: World):
        challenge = world.published()
        form = world.act(world.manager_partner, "guest.invite").form
        shown = world.submit(world.manager_partner, form, email="nobody", organisation="Nowhere Ltd", days="0")
        assert set(shown.errors) == {"email", "organisation", "days", "challenge"}
        # Not offered to this cluster: it cannot be invited to.
        assert set(invite(world, challenge).errors) == {"challenge"}

    def test_another_clusters_company_is_not_ones_own_to_invite(self, world: World):
        challenge = world.published()
        world.shared(challenge)
        assert set(invite(world, challenge, organisation="Fjordsensor").errors) == {"organisation"}
        assert set(invite(world, challenge, organisation="Nordkaj Utility").errors) == {"organisation"}

    def test_the_form_names_only_companies_of_the_own_cluster(self, world: World):
        value = f"OR-{world.sme_organisation} {world.published()}"
        form = world.act(world.manager_owner, "guest.invite", value).form
        assert form is not None
        assert {one.name: one.value for one in form.fields}["organisation"] == ""
        form = world.act(world.manager_partner, "guest.invite", value).form
        assert form is not None
        assert {one.name: one.value for one in form.fields}["organisation"] == "Waterlens"

    def test_who_has_an_account_needs_no_link(self, world: World):
        challenge = world.published()
        world.shared(challenge)
        shown = invite(world, challenge, email="owner.waterlens@example.org", organisation="Waterlens")
        assert "needed" in shown.errors["email"]

    def test_a_suggestion_of_a_company_without_account_has_the_button(self, world: World):
        challenge = ranked(world)
        review = next(one for one in world.sent_to(DELTA_MANAGERS) if has_button(one.card, "guest.invite"))
        form = world.press(world.manager_partner, review.card, "guest.invite").form
        assert form is not None
        assert [field.value for field in form.fields[1:3]] == ["Dykewatch", challenge]

    def test_an_approval_says_where_nobody_can_be_asked_yet(self, world: World):
        with world.database.write() as session:
            key = add_organisation(session, "Fjordlab", OrganisationKind.SME, world.clean, country="DK")
            add_profile(session, key, "E. coli sensors for drinking water pipes.", "E. coli sensors", "Pipe sensors")
        challenge = ranked(world)
        review = next(one for one in world.sent_to(CLEAN_MANAGERS) if "Fjordlab" in text_of(one.card))
        value = next(button.value.split()[0] for button in buttons_of(review.card) if button.action == "guest.invite")
        at = next(n for n, button in enumerate(buttons_of(review.card)) if button.action == "guest.invite")
        approve = [one for one in buttons_of(review.card)[:at] if one.action == "suggestion.approve"][-1]
        shown = world.act(world.manager_owner, approve.action, approve.value)
        assert "nobody of Fjordlab can be asked yet" in text_of(shown.card)
        assert find_button(shown.card, "guest.invite").value == f"{value} {challenge}"
        form = world.press(world.manager_owner, shown.card, "guest.invite").form
        assert form is not None
        assert [field.value for field in form.fields[1:3]] == ["Fjordlab", challenge]

    def test_the_list_ends_and_renews(self, world: World):
        invited(world)
        shown = world.command(world.manager_partner, "matchpoint", "invite list")
        assert "not opened yet" in text_of(shown.card)
        world.press(world.manager_partner, shown.card, "guest.revoke")
        listed = world.act(world.manager_partner, "guest.list").card
        assert "ended by a manager" in text_of(listed)
        assert "/guest/" in text_of(world.press(world.manager_partner, listed, "guest.renew").card)
        value = find_button(listed, "guest.renew").value
        for action in ("guest.renew", "guest.revoke"):
            assert "no such invitation" in text_of(world.act(world.manager_owner, action, value).card)


class TestScope:
    def test_the_tables_name_what_there_is(self, world: World):
        assert world.desk  # which has loaded all routes
        assert ROUTES.keys() >= GUEST_ACTIONS
        assert READERS.keys() >= GUEST_CARDS
        assert {name for _, name, _, _ in _PARTS} >= GUEST_PARTS

    def test_a_guest_reads_and_answers_the_challenge(self, world: World):
        challenge, _, guest = invited(world)
        home = world.home(guest)
        assert challenge in text_of_home(home)
        assert "E. coli" in text_of(world.act(guest, "challenge.show", challenge).card)
        world.answered(challenge, guest, "Dykewatch makes it.")
        assert "A company (Netherlands)" in text_of(
            world.command(world.buyer, "challenge", f"answers {challenge}").card
        )
        assert "AN-1" in text_of(world.act(guest, "answer.mine").card)

    def test_a_guest_knows_of_no_other_challenge(self, world: World):
        challenge, _, guest = invited(world)
        other = world.published(title="Quite another need")
        world.shared(other)
        assert "that you can see" in text_of(world.act(guest, "challenge.show", other).card)
        assert "that you can see" in text_of(world.act(guest, "answer.write", f"{other} We can").card)
        listed = text_of(world.act(guest, "challenge.list").card)
        assert challenge in listed
        assert other not in listed
        assert other not in text_of_home(world.home(guest))

    def test_a_guest_does_nothing_else(self, world: World):
        challenge, _, guest = invited(world)
        answer = world.answered(challenge, text="Our secret probe.")
        values = ("", challenge, answer, "IN-1", "CL-1", f"{challenge}:CL-{world.delta}", "1", f"{answer}:2")
        for action in sorted(ROUTES.keys() - GUEST_ACTIONS):
            for value in values:
                shown = world.desk.press(Press(guest, action, value), now=world.now)
                assert "as a guest" in text_of(shown.card), action
        for action in sorted(GUEST_ACTIONS):
            for value in values:
                shown = world.desk.press(Press(guest, action, value), now=world.now)
                said = text_of(shown.card)
                assert "went wrong" not in said, action
                assert "Waterlens" not in said, action
                assert "secret probe" not in said, action

    def test_a_guest_who_manages_elsewhere_does_not_here(self, world: World):
        challenge, _, guest = invited(world)
        with world.database.write() as session:
            person = session.exec(select(Person).where(Person.email == EMAIL)).one()
            from tests.world import add_membership

            add_membership(session, person.id or 0, Role.MANAGER, world.delta, None)
        assert "as a guest" in text_of(world.act(guest, "screening.show", challenge).card)
        assert world.desk.home(guest, now=world.now)

    @pytest.mark.parametrize("answers", [True, False])
    def test_a_guest_consents_to_an_introduction_and_talks(self, world: World, answers: bool):
        challenge, _, guest = invited(world)
        if answers:  # who answers has consented
            world.answered(challenge, guest, "Dykewatch makes E. coli sensors for pipes.")
        run_jobs(world)
        intro = approved(world, "Dykewatch")
        if not answers:
            assert "May your cluster introduce you" in text_of_home(world.home(guest))
            assert not world.act(guest, "consent.give", intro).failed
        world.press(world.buyer, world.only(address_of(world.buyer), holding=intro).card, "consent.give")
        world.deliver()
        assert "You are introduced to Nordkaj Utility" in text_of_home(world.home(guest))
        with world.database.read() as session:
            legs = {leg.workspace: leg.address for leg in session.exec(select(Leg))}
        here, there = legs["W-CLEAN"], legs[guest.workspace]
        say(world, world.buyer, here, "Can you come on Tuesday?")
        assert text_of(world.sent_to(there)[-1].card).endswith("Can you come on Tuesday?")
        say(world, guest, there, "Yes, at ten.")
        assert text_of(world.sent_to(here)[-1].card) == "ada, Dykewatch (Clean Tech Delta)\nYes, at ten."
        world.submit(guest, world.act(guest, "conversation.write", intro).form, text="With a probe.")
        assert text_of(world.sent_to(here)[-1].card).endswith("With a probe.")

    def test_after_the_end_a_guest_is_nobody(self, world: World):
        challenge, _, guest = invited(world)
        listed = world.act(world.manager_partner, "guest.list").card
        world.press(world.manager_partner, listed, "guest.revoke")
        assert "has ended" in text_of(world.act(guest, "challenge.show", challenge).card)
        assert "has ended" in text_of(world.act(guest, "answer.write", f"{challenge} Late").card)

    def test_whom_the_invitation_let_in_is_no_member_after_it(self, world: World):
        _, _, guest = invited(world)
        for action, state in (
            ("guest.revoke", MembershipState.LEFT),
            ("guest.renew", MembershipState.ACTIVE),
            ("guest.revoke", MembershipState.LEFT),
        ):
            world.act(world.manager_partner, action, "1")
            with world.database.read() as session:
                one = session.exec(select(GuestPass).where(GuestPass.account == guest.user)).one()
                members = session.exec(select(Membership).where(Membership.person_id == one.person_id)).all()
            assert [member.state for member in members] == [state]

    def test_whom_the_invitation_let_in_is_no_member_after_its_time_and_one_again_with_a_new_link(self, world: World):
        _, _, guest = invited(world)

        def state() -> MembershipState:
            with world.database.read() as session:
                one = session.exec(select(GuestPass).where(GuestPass.account == guest.user)).one()
                return session.exec(select(Membership).where(Membership.person_id == one.person_id)).one().state

        until = NOW + timedelta(days=30)
        assert end_expired(world.database, world.kit, until - timedelta(seconds=1)) == 0
        assert state() is MembershipState.ACTIVE
        world.now = until
        assert end_expired(world.database, world.kit, until) == 1
        assert end_expired(world.database, world.kit, until) == 0
        assert state() is MembershipState.LEFT
        world.act(world.manager_partner, "guest.renew", "1")
        assert state() is MembershipState.ACTIVE

    def test_time_ends_no_membership_that_was_there_before(self, world: World):
        _, _, guest = invited(world)
        with world.database.write() as session:
            session.exec(select(GuestPass).where(GuestPass.account == guest.user)).one().let_in = False
        assert end_expired(world.database, world.kit, NOW + timedelta(days=30)) == 1
        with world.database.read() as session:
            one = session.exec(select(GuestPass)).one()
            member = session.exec(select(Membership).where(Membership.person_id == one.person_id)).one()
        assert member.state is MembershipState.ACTIVE

    def test_a_member_before_the_invitation_stays_one(self, world: World):
        challenge, _, guest = invited(world)
        with world.database.write() as session:
            session.exec(select(GuestPass).where(GuestPass.account == guest.user)).one().let_in = False
        token_of(invite(world, challenge))
        world.act(world.manager_partner, "guest.revoke", "1")
        with world.database.read() as session:
            one = session.exec(select(GuestPass)).one()
            member = session.exec(select(Membership).where(Membership.person_id == one.person_id)).one()
        assert member.state is MembershipState.ACTIVE

    @pytest.mark.parametrize(
        ("state", "asked", "here", "seen"),
        [
            (IntroductionState.PENDING, False, True, False),
            (IntroductionState.DECLINED, False, True, False),
            (IntroductionState.LAPSED, False, True, False),
            (IntroductionState.APPROVED, True, True, True),
            (IntroductionState.LAPSED, True, True, True),
            (IntroductionState.MADE, True, False, False),
        ],
    )
    def test_an_introduction_shows_its_challenge_once_the_company_was_asked(
        self, world: World, state: IntroductionState, asked: bool, here: bool, seen: bool
    ):
        _, _, guest = invited(world)
        other = world.published(title="Second thing")
        world.shared(other)
        with world.database.write() as session:
            one = session.exec(select(GuestPass)).one()
            challenge = int(other.removeprefix("CH-"))
            _introduce(session, world, challenge, one.organisation_id, state, asked=asked, here=here)
        assert ("Second thing" in text_of(world.act(guest, "challenge.show", other).card)) is seen

    def test_time_ends_it_too_and_nothing_is_sent_any_more(self, world: World):
        challenge, _, guest = invited(world)
        world.answered(challenge, guest, "Dykewatch makes it.")
        world.now = NOW + timedelta(days=31)
        assert "has ended" in text_of(world.act(guest, "challenge.show", challenge).card)
        assert end_expired(world.database, world.kit, world.now) == 1
        assert end_expired(world.database, world.kit, world.now) == 0
        answers = world.command(world.buyer, "challenge", f"answers {challenge}").card
        shown = world.press(world.buyer, answers, "answer.show").card
        form = world.press(world.buyer, shown, "answer.decline").form
        world.submit(world.buyer, form, reason="other", note="No.")
        world.deliver()
        with world.database.read() as session:
            address = session.exec(select(Identity.address).where(Identity.native_user == guest.user)).one()
            rows = session.exec(select(Outbox).where(col(Outbox.destination) == address)).all()
        assert not [row for row in rows if row.created_at >= world.now]


class TestPages:
    def test_the_link_opens_once_and_shows_the_challenge_alone(self, world: World):
        challenge, token, _ = invited(world)

        async def story(app: Starlette) -> None:
            ada, eve = Visitor(app), Visitor(app)
            await ada.go(f"/guest/{token}")
            await eve.go(f"/guest/{token}")  # only looks
            await enter(ada, token)
            assert ada.page.status_code == 200
            assert ada.shows(challenge)
            assert ada.shows("Clean Tech Delta")
            assert not ada.shows("managers")
            await eve.go(f"/guest/{token}")
            assert eve.page.status_code == 401
            assert eve.shows("manager.delta@example.org")
            assert not eve.forms(f"/guest/{token}")
            await ada.press(f"answer.start {challenge}")
            assert ada.page.status_code == 200

        browse(world, story)

    def test_other_rooms_messages_files_and_people_are_not_there(self, world: World):
        challenge, token, guest = invited(world)
        with world.database.write() as session:
            for name, kind in (("challenges", "channel"), ("managers", "managers"), ("talk", "conversation")):
                row = WebChannel(
                    workspace=guest.workspace,
                    name=name,
                    kind=kind,
                    members=("sme",) if kind == "conversation" else (),
                    created_at=NOW,
                    updated_at=NOW,
                )
                session.add(row)
            session.flush()
            ids = list(session.exec(select(WebChannel.id)))
        world.deliver()

        async def story(app: Starlette) -> None:
            ada = Visitor(app)
            await enter(ada, token)
            csrf = ada.csrf
            for number in [*ids, 999]:
                assert (await ada.go(f"/c/{number}")).status_code == 404
                assert (await ada.go(f"/c/{number}/t/1")).status_code == 404
                assert (await ada.go(f"/c/{number}/m/1")).status_code == 404
                sent = await ada.send(f"/c/{number}", {"csrf": csrf, "text": "hello", "request": "a" * 12})
                assert sent.status_code == 404
            assert (await ada.go("/import")).status_code in (303, 403, 404)
            persona = await ada.send("/persona", {"csrf": csrf, "who": "W-DELTA:manager_partner"})
            assert persona.status_code == 404
            pressed = await ada.send("/press", {"csrf": csrf, "do": f"screening.show {challenge}"})
            assert "as a guest" in pressed.text
            await ada.go("/")
            assert ada.shows(challenge)

        browse(world, story)

    def test_revoking_closes_open_pages_at_once_and_the_link_with_them(self, world: World):
        challenge, token, _ = invited(world)

        async def story(app: Starlette) -> None:
            ada = Visitor(app)
            await enter(ada, token)
            csrf = ada.csrf
            streaming = asyncio.create_task(ada.client.get("/events"))
            while not app.state.hub.watching:
                await asyncio.sleep(0)
            listed = world.act(world.manager_partner, "guest.list").card
            world.press(world.manager_partner, listed, "guest.revoke")
            stream = await asyncio.wait_for(streaming, 20)
            assert stream.status_code == 200
            assert (await ada.client.get("/events")).status_code == 401
            pressed = await ada.send("/press", {"csrf": csrf, "do": f"challenge.show {challenge}"})
            assert pressed.status_code == 403
            await ada.go("/")
            assert ada.shows("This invitation has ended")
            assert ada.shows("manager.delta@example.org")
            await ada.go(f"/guest/{token}")
            assert ada.page.status_code == 401

        browse(world, story)

    def test_a_new_link_ends_what_was_opened_with_the_old_one(self, world: World):
        challenge, token, _ = invited(world)

        async def story(app: Starlette) -> None:
            ada, later = Visitor(app), Visitor(app)
            await enter(ada, token)
            listed = world.act(world.manager_partner, "guest.list").card
            fresh = token_of(world.press(world.manager_partner, listed, "guest.renew"))
            await ada.go("/")
            assert ada.page.status_code == 401
            await ada.go(f"/guest/{token}")
            assert ada.page.status_code == 401
            await enter(later, fresh)
            assert later.shows(challenge)
            await ada.go("/")
            assert ada.page.status_code == 401
            # The same browser comes in again with a link that is fresh.
            again = token_of(world.act(world.manager_partner, "guest.renew", find_button(listed, "guest.renew").value))
            await enter(ada, again)
            assert ada.shows(challenge)

        browse(world, story)

    def test_a_link_that_was_never_given_out_says_nothing(self, world: World):
        async def story(app: Starlette) -> None:
            eve = Visitor(app)
            for token in ("x", "a" * 43, "a" * 500):
                await eve.go(f"/guest/{token}")
                assert eve.page.status_code == 401
                assert not eve.shows("@example.org")

        browse(world, story)


def test_a_company_that_is_spelt_nearly_so_is_named(world: World):
    challenge = world.published()
    world.shared(challenge)
    shown = invite(world, challenge, organisation="Dykwatch")
    assert "Did you mean Dykewatch?" in shown.errors["organisation"]
    shown = invite(world, challenge, organisation="Entirely Different")
    assert "/matchpoint cluster" in shown.errors["organisation"]


def test_an_invitation_that_was_answered_waits_no_more(world: World):
    challenge, _token, guest = invited(world)
    assert "2 things are waiting" in text_of(world.home(guest).cards[0])
    draft = world.command(guest, "answer", f"{challenge}: We make such sensors.")
    world.press(guest, draft.card, "answer.submit")
    # What stays is the note on what is kept.
    assert "One thing is waiting" in text_of(world.home(guest).cards[0])


def test_a_guest_reads_of_no_command_that_would_be_refused(world: World):
    _, token, guest = invited(world)
    told = text_of(world.command(guest, "matchpoint", "help").card)
    assert "/matchpoint settings" in told
    assert "/matchpoint invite" not in told
    assert "/challenge Sensors" not in text_of(world.command(guest, "challenge", "help").card)
    assert "/matchpoint invite" in text_of(world.command(world.manager_owner, "matchpoint", "help").card)

    async def story(app: Starlette) -> None:
        visitor = Visitor(app)
        await enter(visitor, token)
        await visitor.go("/help")
        assert visitor.shows("/answer mine")
        assert not visitor.shows("/voucher")

    browse(world, story)
