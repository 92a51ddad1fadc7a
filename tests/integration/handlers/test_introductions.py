"""From the review card to the reveal: who approves, who is asked, who learns what."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from domain.introductions import IntroductionState, SuggestionState
from domain.organisations import MembershipState, Role
from handlers.requests import Place, Said, Speaker
from store.queries.rows import add, key_of
from store.tables.challenges import Challenge
from store.tables.introductions import Consent, Decision, Introduction, Ranking, RelayedMessage, Suggestion
from store.tables.people import AvoidedOrganisation, Membership, Organisation, OrganisationCluster
from store.tables.queue import Outbox
from tests.integration.handlers.jobs import run_jobs
from tests.world import (
    CLEAN_MANAGERS,
    DELTA_MANAGERS,
    NOW,
    Message,
    World,
    address_of,
    buttons_of,
    find_button,
    has_button,
    text_of,
    text_of_home,
)


def ranked(world: World, **fields: str) -> str:
    """Publish a challenge, share it and rank it."""
    challenge = world.published(**fields)
    world.shared(challenge)
    run_jobs(world)
    return challenge


def review(world: World, channel: str = CLEAN_MANAGERS) -> Message:
    return [one for one in world.sent_to(channel) if has_button(one.card, "suggestion.approve")][-1]


def approve(world: World, speaker: Speaker, name: str, channel: str = CLEAN_MANAGERS):
    return world.act(speaker, "suggestion.approve", value_for(world, name, channel))


def value_for(world: World, name: str, channel: str = CLEAN_MANAGERS) -> str:
    """Return the value of the button that belongs to an organisation on the review card."""
    with world.database.read() as session:
        wanted = world.sme_organisation if name == "Waterlens" else world.neighbour_organisation
        row = session.exec(
            select(Suggestion).where(Suggestion.organisation_id == wanted, Suggestion.state != SuggestionState.EXPIRED)
        ).one()
    values = [
        button.value for button in buttons_of(review(world, channel).card) if button.action == "suggestion.approve"
    ]
    return next(value for value in values if value.startswith(f"{row.id}:"))


def only_introduction(world: World) -> Introduction:
    with world.database.read() as session:
        return session.exec(select(Introduction)).one()


def both_approved(world: World) -> str:
    """Bring Waterlens and the buyer to the point at which the first of them is asked; returns the introduction."""
    ranked(world)
    approve(world, world.manager_owner, "Waterlens")
    card = world.only(DELTA_MANAGERS, holding="Approved by: CLEAN").card
    world.press(world.manager_partner, card, "introduction.approve")
    world.deliver()
    return find_button(world.only(address_of(world.sme), holding="May your cluster").card, "consent.give").value


def made(world: World) -> str:
    intro = both_approved(world)
    world.act(world.sme, "consent.give", intro)
    world.act(world.buyer, "consent.give", intro)
    world.deliver()
    return intro


class TestReviewCard:
    def test_it_shows_candidates_with_verbatim_evidence_and_says_that_no_model_took_part(self, world: World):
        ranked(world)
        text = text_of(review(world).card)
        assert "Waterlens, Netherlands" in text
        assert "Optical sensors for drinking water." in text
        assert "profile, summary" in text
        assert "without a language model" in text
        assert len([one for one in world.sent_to(CLEAN_MANAGERS) if has_button(one.card, "suggestion.approve")]) == 1

    def test_a_partner_sees_its_own_candidates_only(self, world: World):
        ranked(world)
        text = text_of(review(world, DELTA_MANAGERS).card)
        assert "Waterlens" in text
        assert "Fjordsensor" not in text

    def test_an_answer_ranks_again_and_updates_the_same_card_with_its_words(self, world: World):
        challenge = ranked(world)
        world.answered(challenge, text="Our probe gives a result within one hour.")
        run_jobs(world)
        card = review(world)
        assert card.updates >= 1
        assert "Our probe gives a result within one hour." in text_of(card.card)
        assert "Has answered (AN-1)" in text_of(card.card)

    def test_a_partners_card_is_left_alone_by_what_it_does_not_show(self, world: World):
        ranked(world)
        own, partners = review(world), review(world, DELTA_MANAGERS)
        seen, known = own.updates, partners.updates
        approve(world, world.manager_owner, "Fjordsensor")
        world.deliver()
        assert own.updates > seen
        assert partners.updates == known
        approve(world, world.manager_owner, "Waterlens")
        world.deliver()
        assert partners.updates > known

    def test_a_click_on_an_outdated_card_has_no_effect(self, world: World):
        challenge = ranked(world)
        old = value_for(world, "Fjordsensor")
        world.answered(challenge)
        run_jobs(world)
        shown = world.act(world.manager_owner, "suggestion.approve", old)
        assert "look at the newest" in text_of(shown.card)
        with world.database.read() as session:
            assert session.exec(select(Introduction)).all() == []

    def test_a_second_click_says_who_was_first(self, world: World):
        ranked(world)
        value = value_for(world, "Waterlens")
        world.act(world.manager_owner, "suggestion.approve", value)
        shown = world.act(world.manager_owner, "suggestion.approve", value)
        assert "Already decided by Manager, CLEAN" in text_of(shown.card)
        assert only_introduction(world).state is IntroductionState.PENDING

    @pytest.mark.parametrize("name", ["buyer", "sme", "manager_partner"])
    def test_without_the_role_a_click_is_refused(self, world: World, name: str):
        ranked(world)
        shown = world.act(getattr(world, name), "suggestion.approve", value_for(world, "Fjordsensor"))
        # Who is of another cluster does not even learn that there is such a suggestion.
        reason = "Only managers" if name == "buyer" else "do not know this suggestion"
        assert reason in text_of(shown.card)
        with world.database.read() as session:
            assert session.exec(select(Decision)).all() == []

    def test_room_counts_over_clusters_of_which_the_manager_knows_nothing(self, world: World):
        ranked(world)
        value = value_for(world, "Fjordsensor")
        with world.database.write() as session:
            sme = session.get_one(Organisation, world.neighbour_organisation)
            sme.capacity = 1
            ours = session.exec(select(Challenge)).one()
            stamps: dict[str, Any] = {"created_at": world.now, "updated_at": world.now}
            far = Challenge(
                **ours.model_dump(exclude={"id", "owner_cluster_id", "organisation_id", *stamps}), **stamps,
                owner_cluster_id=world.delta, organisation_id=world.sme_organisation,
            )  # fmt: skip
            add(session, far)
            known = session.exec(select(Suggestion).where(Suggestion.organisation_id == sme.id)).one()
            there = Suggestion(
                **known.model_dump(exclude={"id", "challenge_id", "cluster_id", *stamps}), **stamps,
                challenge_id=key_of(far), cluster_id=world.delta,
            )  # fmt: skip
            add(session, there)
            add(
                session,
                Introduction(
                    suggestion_id=key_of(there), challenge_id=key_of(far), organisation_id=key_of(sme),
                    buyer_id=world.sme_organisation, buyer_person_id=world.people["sme"], owner_cluster_id=world.delta,
                    sme_cluster_id=world.delta, state=IntroductionState.PENDING, **stamps,
                ),
            )  # fmt: skip
        shown = world.act(world.manager_owner, "suggestion.approve", value)
        assert "as many open introductions as it wants" in text_of(shown.card)

    def test_nobody_approves_for_an_organisation_of_ones_own(self, world: World):
        ranked(world)
        with world.database.write() as session:
            add(
                session,
                Membership(
                    person_id=world.people["manager_owner"],
                    cluster_id=world.clean,
                    organisation_id=world.neighbour_organisation,
                    role=Role.SME,
                    state=MembershipState.ACTIVE,
                    created_at=world.now,
                    updated_at=world.now,
                ),
            )
        shown = approve(world, world.manager_owner, "Fjordsensor")
        assert "another manager of your cluster" in text_of(shown.card)

    def test_a_no_needs_a_reason_and_stays_through_the_next_ranking(self, world: World):
        challenge = ranked(world)
        form = world.act(world.manager_owner, "suggestion.reject", value_for(world, "Fjordsensor")).form
        assert world.submit(world.manager_owner, form).errors == {"reason": "Please choose a reason."}
        world.submit(world.manager_owner, form, reason="busy", note="In summer")
        assert "Declined by Manager, CLEAN" in text_of(review(world).card)
        world.answered(challenge)
        run_jobs(world)
        assert "Declined by Manager, CLEAN" in text_of(review(world).card)

    def test_an_sme_without_room_is_not_approved(self, world: World):
        ranked(world)
        with world.database.write() as session:
            session.get_one(Organisation, world.neighbour_organisation).capacity = 0
        shown = approve(world, world.manager_owner, "Fjordsensor")
        assert "as many open introductions as it wants" in text_of(shown.card)

    @pytest.mark.parametrize(
        "values",
        [{"paused_at": NOW}, {"country": "SE"}, {"parent_group": "Nordkaj Utility"}, {"home_cluster_id": None}],
        ids=["paused", "a country that is not wanted", "of the buyer's group", "left the clusters concerned"],
    )
    def test_the_hard_rules_hold_again_at_the_approval(self, world: World, values: dict[str, Any]):
        ranked(world)
        change_neighbour(world, **values)
        shown = approve(world, world.manager_owner, "Fjordsensor")
        assert "cannot be introduced to this buyer" in text_of(shown.card)
        with world.database.read() as session:
            assert session.exec(select(Introduction)).all() == []

    @pytest.mark.parametrize("who_avoids", ["buyer", "sme"])
    def test_an_avoid_list_that_came_later_holds_at_the_approval(self, world: World, who_avoids: str):
        ranked(world)
        avoid(world, who_avoids)
        assert "cannot be introduced to this buyer" in text_of(approve(world, world.manager_owner, "Fjordsensor").card)

    def test_an_introduction_made_meanwhile_holds_at_the_approval(self, world: World):
        first = ranked(world)
        world.published(title="E. coli in wells")
        run_jobs(world)
        with world.database.read() as session:
            rows = session.exec(
                select(Suggestion)
                .where(Suggestion.organisation_id == world.neighbour_organisation)
                .order_by(col(Suggestion.id))
            ).all()
        values = [f"{row.id}:{row.ranking_id}:{world.clean}" for row in rows]
        assert first == f"CH-{rows[0].challenge_id}"
        assert "is asked now" in text_of(world.act(world.manager_owner, "suggestion.approve", values[0]).card)
        shown = world.act(world.manager_owner, "suggestion.approve", values[1])
        assert "cannot be introduced to this buyer" in text_of(shown.card)

    def test_whoever_answered_may_be_approved_although_it_has_paused(self, world: World):
        challenge = ranked(world)
        world.answered(challenge, world.neighbour)
        run_jobs(world)
        change_neighbour(world, paused_at=NOW)
        shown = approve(world, world.manager_owner, "Fjordsensor")
        assert "has consented with its answer" in text_of(shown.card)

    def test_managers_find_what_waits_on_their_own_page(self, world: World):
        ranked(world)
        home = world.home(world.manager_owner)
        assert "2 candidates wait for your decision" in text_of_home(home)
        card = next(card for card in home.cards if has_button(card, "suggestion.review"))
        shown = world.press(world.manager_owner, card, "suggestion.review")
        assert has_button(shown.card, "suggestion.approve")


def change_neighbour(world: World, **values: Any) -> None:
    """Change the SME of the owner's cluster; without a home, it is of no cluster at all."""
    with world.database.write() as session:
        row = session.get_one(Organisation, world.neighbour_organisation)
        for name, value in values.items():
            setattr(row, name, value)
        if "home_cluster_id" in values:
            session.delete(session.get_one(OrganisationCluster, (world.neighbour_organisation, world.clean)))


def avoid(world: World, who_avoids: str) -> None:
    pair = [world.buyer_organisation, world.neighbour_organisation]
    one, other = pair if who_avoids == "buyer" else reversed(pair)
    with world.database.write() as session:
        session.add(AvoidedOrganisation(organisation_id=one, avoided_id=other))


class TestApprovals:
    def test_the_hard_rules_hold_again_at_the_second_approval(self, world: World):
        ranked(world)
        approve(world, world.manager_owner, "Waterlens")
        card = world.only(DELTA_MANAGERS, holding="Approved by: CLEAN").card
        with world.database.write() as session:
            session.get_one(Organisation, world.sme_organisation).paused_at = NOW
        shown = world.press(world.manager_partner, card, "introduction.approve")
        assert "cannot be introduced to this buyer" in text_of(shown.card)
        assert [one for one in world.sent_to(world.sme) if has_button(one.card, "consent.give")] == []

    def test_an_sme_of_the_owners_cluster_is_asked_after_one_approval(self, world: World):
        ranked(world)
        shown = approve(world, world.manager_owner, "Fjordsensor")
        assert "is asked now" in text_of(shown.card)
        assert has_button(world.only(address_of(world.neighbour), holding="introduce you").card, "consent.give")

    def test_nobody_is_asked_before_the_second_cluster_has_approved(self, world: World):
        ranked(world)
        shown = approve(world, world.manager_owner, "Waterlens")
        assert "waits for the manager of Clean Tech Delta" in text_of(shown.card)
        assert [one for one in world.sent_to(world.sme) if has_button(one.card, "consent.give")] == []
        card = world.only(DELTA_MANAGERS, holding="Approved by: CLEAN").card
        done = world.press(world.manager_partner, card, "introduction.approve")
        assert "All approvals are in" in text_of(done.card)
        assert has_button(world.only(address_of(world.sme), holding="introduce you").card, "consent.give")
        assert has_button(world.only(address_of(world.colleague), holding="introduce you").card, "consent.give")

    def test_the_first_approval_may_come_from_the_partner(self, world: World):
        ranked(world)
        approve(world, world.manager_partner, "Waterlens", DELTA_MANAGERS)
        card = world.only(CLEAN_MANAGERS, holding="Approved by: Clean Tech Delta").card
        world.press(world.manager_owner, card, "introduction.approve")
        assert only_introduction(world).state is IntroductionState.APPROVED

    def test_each_cluster_approves_once_on_its_own_card(self, world: World):
        ranked(world)
        approve(world, world.manager_owner, "Waterlens")
        row = only_introduction(world)
        again = world.act(world.manager_owner, "introduction.approve", f"IN-{row.id}:{world.clean}")
        assert "Already approved by Manager, CLEAN" in text_of(again.card)
        theirs = world.act(world.manager_owner, "introduction.approve", f"IN-{row.id}:{world.delta}")
        assert "Only a manager of the cluster that is asked" in text_of(theirs.card)
        assert only_introduction(world).state is IntroductionState.PENDING

    def test_a_partners_no_ends_it_and_the_parties_never_hear_of_it(self, world: World):
        ranked(world)
        approve(world, world.manager_owner, "Waterlens")
        card = world.only(DELTA_MANAGERS, holding="Approved by: CLEAN").card
        form = world.press(world.manager_partner, card, "introduction.decline").form
        world.submit(world.manager_partner, form, reason="conflict")
        assert only_introduction(world).state is IntroductionState.DECLINED
        assert "Does not go ahead" in text_of(review(world).card)
        for party in (world.sme, world.buyer):
            assert "IN-" not in text_of(world.command(party, "matchpoint", "intros").card)


class TestConsents:
    def test_a_submitted_answer_has_consented_and_the_buyer_is_asked_at_once(self, world: World):
        challenge = ranked(world)
        world.answered(challenge, world.neighbour)
        run_jobs(world)
        approve(world, world.manager_owner, "Fjordsensor")
        assert only_introduction(world).state is IntroductionState.HALF
        assert "Fjordsensor" in text_of(world.only(address_of(world.buyer), holding="introduce you").card)

    def test_an_answer_that_comes_while_its_sme_is_asked_says_yes(self, world: World):
        challenge = ranked(world)
        approve(world, world.manager_owner, "Fjordsensor")
        world.answered(challenge, world.neighbour)
        assert only_introduction(world).state is IntroductionState.HALF

    def test_a_teaser_hides_the_buyer_from_the_sme_until_both_have_agreed(self, world: World):
        ranked(world, confidentiality="teaser", background="Nordkaj Utility learns of it after a day.")
        approve(world, world.manager_owner, "Fjordsensor")
        text = text_of(world.only(address_of(world.neighbour), holding="introduce you").card)
        assert "Nordkaj" not in text
        assert "Nordkaj" not in text_of(review(world, DELTA_MANAGERS).card)
        intro = f"IN-{only_introduction(world).id}"
        world.act(world.neighbour, "consent.give", intro)
        assert "Nordkaj" not in text_of(world.command(world.neighbour, "matchpoint", "intros").card)
        world.act(world.buyer, "consent.give", intro)
        assert "Nordkaj" in text_of(world.command(world.neighbour, "matchpoint", f"intros {intro}").card)

    def test_the_buyer_does_not_hear_of_it_before_the_sme_has_agreed(self, world: World):
        intro = both_approved(world)
        assert [one for one in world.sent_to(world.buyer) if has_button(one.card, "consent.give")] == []
        assert "I know no introduction" in text_of(world.act(world.buyer, "introduction.show", intro).card)
        assert "I know no introduction" in text_of(world.act(world.buyer, "consent.give", intro).card)
        world.act(world.sme, "consent.give", intro)
        assert "Waterlens" in text_of(world.only(address_of(world.buyer), holding="introduce you").card)

    def test_any_colleague_answers_once_and_the_others_see_it(self, world: World):
        intro = both_approved(world)
        world.act(world.colleague, "consent.give", intro)
        shown = world.act(world.sme, "consent.give", intro)
        assert "Already answered by Engineer, Waterlens" in text_of(shown.card)
        card = world.only(address_of(world.sme), holding="said yes for you").card
        assert not has_button(card, "consent.give")

    def test_a_manager_cannot_consent_for_a_party(self, world: World):
        intro = both_approved(world)
        assert "Only the people of the organisation" in text_of(
            world.act(world.manager_owner, "consent.give", intro).card
        )
        assert "I know no introduction" in text_of(world.act(world.neighbour, "consent.give", intro).card)

    def test_a_buyers_no_reads_like_silence_to_the_sme(self, world: World):
        intro = both_approved(world)
        world.act(world.sme, "consent.give", intro)
        form = world.act(world.buyer, "consent.refuse", intro).form
        world.submit(world.buyer, form, note="Too small a firm")
        text = text_of(world.only(address_of(world.sme), holding="does not go ahead").card)
        assert "Nordkaj" not in text
        assert "Too small" not in text
        assert "Does not go ahead" in text_of(review(world).card)
        assert "Nordkaj Utility said no" in text_of(world.act(world.manager_owner, "introduction.show", intro).card)

    def test_it_lapses_after_ten_working_days(self, world: World):
        intro = both_approved(world)
        world.now += timedelta(days=13)
        run_jobs(world)
        assert only_introduction(world).state is IntroductionState.APPROVED
        world.now += timedelta(days=1)
        run_jobs(world)
        assert only_introduction(world).state is IntroductionState.LAPSED
        assert "does not go ahead any more" in text_of(world.act(world.sme, "consent.give", intro).card)

    def test_consents_wait_on_ones_own_page(self, world: World):
        intro = both_approved(world)
        card = next(card for card in world.home(world.colleague).cards if has_button(card, "consent.give"))
        assert find_button(card, "consent.give").value == intro


class TestReveal:
    def test_both_sides_learn_who_the_other_is_and_how_to_reach_it(self, world: World):
        made(world)
        text = text_of(world.only(address_of(world.sme), holding="E-mail: buyer.nordkaj@example.org").card)
        assert "You are introduced to Nordkaj Utility" in text
        text = text_of(world.only(address_of(world.buyer), holding="E-mail: owner.waterlens@example.org").card)
        assert "You are introduced to Waterlens" in text
        with world.database.read() as session:
            assert len(session.exec(select(Consent).where(Consent.subject.startswith("IN-"))).all()) == 2  # type: ignore[attr-defined]

    def test_an_answer_goes_to_introduced(self, world: World):
        challenge = ranked(world)
        world.answered(challenge, world.neighbour)
        run_jobs(world)
        approve(world, world.manager_owner, "Fjordsensor")
        intro = f"IN-{only_introduction(world).id}"
        world.act(world.buyer, "consent.give", intro)
        assert "Introduced" in text_of(world.command(world.neighbour, "answer", "show AN-1").card)

    def test_a_conversation_opens_in_each_workspace_and_is_relayed(self, world: World):
        made(world)
        here, there = talks(world)
        assert "Waterlens" in text_of(here.card)
        assert "Manager, Delta, Clean Tech Delta" in text_of(here.card)
        say(world, world.buyer, here, "Could we see it on Tuesday?")
        say(world, world.buyer, here, "At ten?")
        passed = [text_of(one.card) for one in world.sent_to(there.to)][1:]
        assert passed == [
            "Buyer, Nordkaj, Nordkaj Utility (CLEAN)\nCould we see it on Tuesday?",
            "Buyer, Nordkaj, Nordkaj Utility (CLEAN)\nAt ten?",
        ]
        say(world, world.sme, there, "Yes.")
        assert text_of(world.sent_to(here.to)[-1].card) == "Owner, Waterlens (Clean Tech Delta)\nYes."

    def test_the_same_event_is_relayed_once(self, world: World):
        made(world)
        here, there = talks(world)
        for _ in range(2):
            say(world, world.buyer, here, "Once.", message="m-1", event="e-1")
        say(world, world.buyer, here, "Once.", message="m-1", event="e-2")
        assert len(world.sent_to(there.to)) == 2

    def test_others_are_not_relayed(self, world: World):
        made(world)
        here, there = talks(world)
        say(world, world.neighbour, here, "Let me in.")
        assert len(world.sent_to(there.to)) == 1

    def test_what_was_passed_on_is_not_kept(self, world: World):
        made(world)
        here, _ = talks(world)
        say(world, world.buyer, here, "A secret.")
        world.deliver()
        with world.database.read() as session:
            assert [row.text for row in session.exec(select(RelayedMessage))] == [""]


def talks(world: World) -> tuple[Message, Message]:
    """Return the opening messages in the buyer's and in the SME's workspace."""
    world.deliver()
    found = [one for one in world.messages.values() if "Both of you have agreed" in text_of(one.card)]
    here, there = sorted(found, key=lambda one: "W-DELTA" in one.to)
    return here, there


def say(world: World, speaker: Speaker, talk: Message, text: str, *, message: str = "", event: str = "") -> None:
    number = len(world.messages) + sum(map(len, text.split()))
    message, event = message or f"said-{text}-{number}", event or f"event-{text}-{number}"
    world.desk.said(Said(speaker, Place(channel=talk.to), text, message, event), now=world.now)


class TestMeetings:
    def test_we_met_then_what_came_of_it(self, world: World):
        intro = made(world)
        here, _ = talks(world)
        assert "Good news" in text_of(world.press(world.buyer, here.card, "meeting.met").card)
        assert "already" in text_of(world.act(world.sme, "meeting.met", intro).card)
        form = world.act(world.sme, "meeting.outcome", intro).form
        assert set(world.submit(world.sme, form, outcome="").errors) == {"outcome"}
        world.submit(world.sme, form, outcome="pilot", note="In the harbour")
        assert only_introduction(world).state is IntroductionState.CLOSED
        here, there = talks(world)
        assert "A pilot" in text_of(here.card)
        assert "A pilot" in text_of(there.card)

    def test_somebody_else_cannot_say_how_it_went(self, world: World):
        intro = made(world)
        assert "I know no introduction" in text_of(world.act(world.neighbour, "meeting.met", intro).card)

    def test_an_introduction_that_is_not_made_cannot_be_met(self, world: World):
        intro = both_approved(world)
        assert "I know no introduction" in text_of(world.act(world.sme, "meeting.met", intro).card)


class TestListAndEnd:
    def test_each_role_lists_its_own(self, world: World):
        intro = both_approved(world)
        assert "It waits for you" in text_of(world.command(world.sme, "matchpoint", "intros").card)
        assert intro in text_of(world.command(world.manager_partner, "matchpoint", "intros").card)
        assert "no introductions yet" in text_of(world.command(world.buyer, "matchpoint", "intros").card)
        assert "no introductions yet" in text_of(world.command(world.neighbour, "matchpoint", "intros").card)

    @pytest.mark.parametrize("text", ["IN-999999", "in 4", "IN-0", "CH-1", "x" * 200, "IN-99999999999999"])
    def test_an_id_that_is_none_gets_a_clear_answer(self, world: World, text: str):
        shown = world.command(world.sme, "matchpoint", f"intros {text}")
        assert text_of(shown.card)
        assert "wrong on our side" not in text_of(shown.card)

    @pytest.mark.parametrize("value", ["", "1", "a:b:c", "1:2:3", "9999999999:1:1", "1:1:99999999999"])
    def test_a_button_with_a_strange_value_has_no_effect(self, world: World, value: str):
        ranked(world)
        for action in (
            "suggestion.approve",
            "suggestion.more",
            "introduction.approve",
            "nudge.snooze",
            "suggestion.review",
        ):
            shown = world.act(world.manager_owner, action, value)
            assert "wrong on our side" not in text_of(shown.card), (action, value)
        with world.database.read() as session:
            assert session.exec(select(Introduction)).all() == []

    def test_a_withdrawn_challenge_ends_what_is_not_made_yet(self, world: World):
        challenge = ranked(world)
        approve(world, world.manager_owner, "Fjordsensor")
        form = world.command(world.buyer, "challenge", f"withdraw {challenge}").form
        world.submit(world.buyer, form, reason="We solved it ourselves.")
        assert only_introduction(world).state is IntroductionState.LAPSED
        with world.database.read() as session:
            states = {row.state for row in session.exec(select(Suggestion))}
            assert SuggestionState.PROPOSED not in states
            waiting = [
                row.key for row in session.exec(select(Outbox).where(Outbox.kind == "nudge")) if row.status == "pending"
            ]
            assert [key for key in waiting if "IN-" in key] == []
            assert len(session.exec(select(Ranking)).all()) >= 1
