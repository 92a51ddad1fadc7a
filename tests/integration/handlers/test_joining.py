"""Joining: asking, being let in or refused, and what the person sees meanwhile."""

from __future__ import annotations

from sqlmodel import col, select

from domain.organisations import MembershipState, OrganisationKind, Role
from domain.people import NOTICE_VERSION
from handlers.requests import Profiled, Shown, Speaker
from messages.card import Facts
from store.tables.people import Membership, Organisation, OrganisationCluster, Person
from tests.world import (
    CLEAN_MANAGERS,
    DELTA_MANAGERS,
    NOW,
    World,
    add_organisation,
    add_person,
    buttons_of,
    find_button,
    has_button,
    text_of,
    text_of_home,
)

NEWCOMER = Speaker("web", "W-CLEAN", "newcomer")


def meet(world: World, speaker: Speaker = NEWCOMER, email: str = "") -> None:
    address = f"{speaker.surface}:{speaker.workspace}:@{speaker.user}"
    world.desk.meet(Profiled(speaker, name=speaker.user, address=address, email=email, locale="en"), now=NOW)


def ask(world: World, speaker: Speaker = NEWCOMER, **fields: str) -> Shown:
    form = world.command(speaker, "matchpoint", "join").form
    return world.submit(speaker, form, **{"organisation": "Fjordsensor", "role": "sme", **fields})


def membership_of(world: World, name: str = "newcomer") -> Membership:
    with world.database.read() as session:
        found = session.exec(
            select(Membership).join(Person, col(Membership.person_id) == Person.id).where(Person.name == name)
        ).all()
    assert len(found) == 1
    return found[0]


def test_somebody_who_is_in_is_told_so(world: World):
    text = text_of(world.command(world.sme, "matchpoint", "join").card)
    assert "Waterlens" in text
    assert "Clean Tech Delta" in text


def test_a_request_waits_and_says_since_when_and_for_whom(world: World):
    meet(world)
    shown = ask(world)
    assert "Fjordsensor" in text_of(shown.card)
    again = text_of(world.command(NEWCOMER, "matchpoint", "join").card)
    assert "Manager, CLEAN" in again
    assert "4 May 2026" in again
    assert membership_of(world).state is MembershipState.ASKED
    assert "waits" in text_of_home(world.home(NEWCOMER))


def test_the_same_request_twice_is_one(world: World):
    meet(world)
    form = world.command(NEWCOMER, "matchpoint", "join").form
    for _ in range(2):
        world.submit(NEWCOMER, form, organisation="fjordsensor", role="sme")
    assert len(world.sent_to(CLEAN_MANAGERS)) == 1
    membership_of(world)


def test_a_manager_lets_somebody_in_who_is_told_what_comes_next(world: World):
    meet(world)
    ask(world)
    card = world.only(CLEAN_MANAGERS, holding="newcomer").card
    world.press(world.manager_owner, card, "membership.approve")
    assert membership_of(world).state is MembershipState.ACTIVE
    assert has_button(world.only(NEWCOMER).card, "profile.edit")
    newest = world.only(CLEAN_MANAGERS, holding="newcomer")
    assert "Manager, CLEAN let them in" in text_of(newest.card)
    assert not has_button(newest.card, "membership.approve")
    assert newest.posts == 1


def test_a_refusal_reaches_the_person_with_its_reason_and_can_be_asked_again(world: World):
    meet(world)
    ask(world)
    card = world.only(CLEAN_MANAGERS, holding="newcomer").card
    form = world.press(world.manager_owner, card, "membership.refuse").form
    assert "reason" in world.submit(world.manager_owner, form, reason="   ").errors
    assert "reason" in world.submit(world.manager_owner, form, reason="x" * 900).errors
    world.submit(world.manager_owner, form, reason="We could not reach you.")
    told = world.only(NEWCOMER)
    assert "We could not reach you." in text_of(told.card)
    ask(world)
    assert membership_of(world).state is MembershipState.ASKED
    assert has_button(world.only(CLEAN_MANAGERS, holding="newcomer").card, "membership.approve")


def test_a_second_click_has_no_effect_and_says_so(world: World):
    meet(world)
    ask(world)
    card = world.only(CLEAN_MANAGERS, holding="newcomer").card
    world.press(world.manager_owner, card, "membership.approve")
    assert "already" in text_of(world.press(world.manager_owner, card, "membership.approve").card)
    assert "already" in text_of(world.press(world.manager_owner, card, "membership.refuse").card)
    assert membership_of(world).state is MembershipState.ACTIVE


def test_only_managers_of_the_cluster_decide(world: World):
    meet(world)
    ask(world)
    card = world.only(CLEAN_MANAGERS, holding="newcomer").card
    for speaker in (world.buyer, world.manager_partner):
        assert "managers of CLEAN" in text_of(world.press(speaker, card, "membership.approve").card)
    world.press(NEWCOMER, card, "membership.approve")
    assert membership_of(world).state is MembershipState.ASKED


def test_nobody_lets_himself_or_herself_in(world: World):
    form = world.act(world.manager_owner, "join.another").form
    world.submit(world.manager_owner, form, organisation="Fjordsensor", role="sme")
    card = world.only(CLEAN_MANAGERS, holding="Fjordsensor").card
    assert "You cannot let yourself in" in text_of(world.press(world.manager_owner, card, "membership.approve").card)
    assert "wants to join" not in text_of_home(world.home(world.manager_owner))


def test_nobody_decides_for_the_own_organisation(world: World):
    with world.database.write() as session:
        person = session.get_one(Person, world.people["manager_owner"])
        session.add(
            Membership(
                person_id=person.id or 0,
                cluster_id=world.clean,
                organisation_id=world.neighbour_organisation,
                role=Role.SME,
                state=MembershipState.ACTIVE,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    meet(world)
    ask(world)
    card = world.only(CLEAN_MANAGERS, holding="newcomer").card
    assert "work for Fjordsensor yourself" in text_of(world.press(world.manager_owner, card, "membership.approve").card)


def test_a_new_organisation_is_added_and_becomes_a_member_with_its_first_person(world: World):
    meet(world)
    assert "country" in ask(world, organisation="Quay Robotics", country="").errors
    shown = ask(world, organisation="Quay Robotics", country="nl", website="www.quay.example/en", headcount="31")
    assert "Quay Robotics" in text_of(shown.card)
    with world.database.read() as session:
        made = session.exec(select(Organisation).where(Organisation.name == "Quay Robotics")).one()
        members = session.exec(select(OrganisationCluster.organisation_id)).all()
    assert (made.natural_key, made.kind, made.headcount) == ("web:quay.example", OrganisationKind.SME, 31)
    assert made.id not in members
    card = world.only(CLEAN_MANAGERS, holding="Quay Robotics").card
    assert "is new" in text_of(card)
    world.press(world.manager_owner, card, "membership.approve")
    with world.database.read() as session:
        assert session.get_one(Organisation, made.id).home_cluster_id == world.clean
        assert made.id in session.exec(select(OrganisationCluster.organisation_id)).all()


def test_a_name_spelt_alike_is_offered_and_can_be_chosen(world: World):
    meet(world)
    shown = ask(world, organisation="Fjordsensors", country="DK")
    assert buttons_of(shown.card)[0].label == "Fjordsensor"
    world.press(NEWCOMER, shown.card, "join.choose")
    assert membership_of(world).organisation_id == world.neighbour_organisation


def test_a_name_spelt_alike_may_still_be_a_new_organisation(world: World):
    meet(world)
    shown = ask(world, organisation="Fjordsensors", country="DK")
    anew = buttons_of(shown.card)[-1]
    world.act(NEWCOMER, anew.action, anew.value)
    with world.database.read() as session:
        organisation = session.get_one(Organisation, membership_of(world).organisation_id)
    assert organisation.name == "Fjordsensors"


def test_a_web_address_or_an_e_mail_tells_the_organisation(world: World):
    with world.database.write() as session:
        key = add_organisation(session, "Loop A/S", OrganisationKind.SME, world.clean, website="https://loop.example")
        session.get_one(Organisation, key).natural_key = "web:loop.example"
    meet(world, email="anna@loop.example")
    form = world.command(NEWCOMER, "matchpoint", "join").form
    assert form is not None
    assert {one.name: one.value for one in form.fields}["organisation"] == "Loop A/S"
    world.submit(NEWCOMER, form, organisation="www.loop.example", role="buyer")
    assert membership_of(world).organisation_id == key


def test_two_of_one_name_are_told_apart_by_country(world: World):
    with world.database.write() as session:
        other = add_organisation(session, "Fjord Sensor", OrganisationKind.SME, world.delta, country="NO")
        session.get_one(Organisation, other).name_key = "fjordsensor"
    meet(world)
    assert "organisation" in ask(world, country="").errors
    ask(world, country="NO")
    assert membership_of(world).organisation_id == other


def test_hostile_input_is_told_at_its_field(world: World):
    meet(world)
    shown = ask(
        world, organisation="\u202e\u0000", role="manager", country="Atlantis", website="javascript:x", headcount="-1"
    )
    assert set(shown.errors) == {"organisation", "role", "country", "website", "headcount"}
    assert "organisation" in ask(world, organisation="x" * 8000).errors
    for value in (
        "OR-999 sme",
        "OR-1 manager",
        "new\nx",
        "",
        "new\nmanager\nsme\nDK\n\n\nName",
        "new\nsme\nsme\nXX\n\n\nName",
    ):
        assert world.act(NEWCOMER, "join.choose", value).card is not None
    with world.database.read() as session:
        asked = session.exec(select(Membership).where(Membership.state == MembershipState.ASKED)).all()
    assert list(asked) == []


def test_the_first_use_notice_is_shown_and_its_version_kept(world: World):
    meet(world)
    form = world.command(NEWCOMER, "matchpoint", "join").form
    assert form is not None
    assert "e-mail address" in form.intro
    ask(world)
    with world.database.read() as session:
        assert session.exec(select(Person.notified_version).where(Person.name == "newcomer")).one() == NOTICE_VERSION


def test_people_of_the_directory_read_the_first_use_notice_on_their_page_once(world: World):
    home = world.home(world.sme)
    assert "What I store about you" in text_of_home(home)
    shown = world.act(world.sme, "first_use.read")
    assert "What I store about you" not in text_of_home(shown.home)


def test_a_request_can_be_taken_back_by_its_owner_alone(world: World):
    meet(world)
    shown = ask(world)
    button = find_button(shown.card, "membership.withdraw")
    assert "somebody else" in text_of(world.act(world.buyer, button.action, button.value).card)
    world.press(NEWCOMER, shown.card, "membership.withdraw")
    assert membership_of(world).state is MembershipState.LEFT
    assert "taken back" in text_of(world.only(CLEAN_MANAGERS, holding="newcomer").card)


def test_managers_see_who_waits_and_who_is_there(world: World):
    meet(world)
    ask(world)
    cluster = world.command(world.manager_owner, "matchpoint", "cluster").card
    assert "One person waits" in text_of(cluster)
    waiting = world.press(world.manager_owner, cluster, "membership.list").card
    assert "newcomer" in text_of(waiting)
    assert has_button(world.press(world.manager_owner, waiting, "membership.show").card, "membership.approve")
    members = world.press(world.manager_owner, cluster, "cluster.members").card
    assert "Buyer, Nordkaj" in text_of(members)
    assert "newcomer" in text_of_home(world.home(world.manager_owner))
    assert "managers of CLEAN" in text_of(world.act(world.buyer, "cluster.members", f"CL-{world.clean}").card)


def test_a_cluster_is_shown_to_its_own_people(world: World):
    card = world.command(world.buyer, "matchpoint", "cluster").card
    assert "Manager, CLEAN" in text_of(card)
    assert not has_button(card, "cluster.members")
    assert "Only the people" in text_of(world.act(world.buyer, "cluster.show", f"CL-{world.delta}").card)


def counts_of(world: World, speaker: Speaker) -> tuple[str, str]:
    card = world.command(speaker, "matchpoint", "cluster").card
    assert card is not None
    facts = {fact.label: fact.value for block in card.blocks if isinstance(block, Facts) for fact in block.items}
    return facts["Organisations"], facts["People"]


def test_the_card_of_a_cluster_counts_its_organisations_and_its_people(world: World):
    assert counts_of(world, world.buyer) == ("2", "3")
    meet(world)
    ask(world)
    assert counts_of(world, world.buyer) == ("2", "3"), "who waits is not in"
    with world.database.write() as session:
        guest = add_organisation(session, "Guest", OrganisationKind.SME, world.delta)
        session.add(OrganisationCluster(organisation_id=guest, cluster_id=world.clean))
        both = add_person(session, "Both", Role.MANAGER, world.clean, None)
        gone = add_person(session, "Gone", None, world.clean, None)
        for person, state in ((both, MembershipState.ACTIVE), (gone, MembershipState.LEFT)):
            session.add(
                Membership(
                    person_id=person,
                    cluster_id=world.clean,
                    organisation_id=guest,
                    role=Role.SME,
                    state=state,
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
    assert counts_of(world, world.buyer) == ("3", "4"), "two roles are one person, and who left is none"
    assert counts_of(world, world.sme) == ("2", "3")


# An organisation that is at home elsewhere

STRANGER = Speaker("web", "W-DELTA", "newcomer")


def ask_elsewhere(world: World) -> str:
    """Ask in Clean Tech Delta to act for CLEAN's buyer; returns the request's id."""
    meet(world, STRANGER)
    with world.database.read() as session:
        name = session.get_one(Organisation, world.buyer_organisation).name
    shown = ask(world, STRANGER, organisation=name, role="buyer", country="DK")
    assert "CLEAN" in text_of(shown.card)
    return f"MB-{membership_of(world).id}"


def test_no_other_cluster_decides_who_acts_for_an_organisation(world: World):
    request = ask_elsewhere(world)
    assert membership_of(world).cluster_id == world.clean
    told = world.only(DELTA_MANAGERS, holding="newcomer").card
    assert "CLEAN" in text_of(told)
    assert not has_button(told, "membership.approve")
    assert world.act(world.manager_partner, "membership.approve", request).failed
    assert membership_of(world).state is MembershipState.ASKED
    card = world.only(CLEAN_MANAGERS, holding="newcomer").card
    world.press(world.manager_owner, card, "membership.approve")
    assert membership_of(world).state is MembershipState.ACTIVE


def test_a_request_from_before_the_organisation_had_a_home_is_not_granted_elsewhere(world: World):
    request = ask_elsewhere(world)
    with world.database.write() as session:
        session.get_one(Membership, membership_of(world).id).cluster_id = world.delta
    text = text_of(world.act(world.manager_partner, "membership.approve", request).card)
    assert "whose managers decide" in text
    assert membership_of(world).state is MembershipState.ASKED


def test_who_acts_for_an_organisation_at_home_joins_another_cluster_by_its_managers(world: World):
    request = ask_elsewhere(world)
    world.act(world.manager_owner, "membership.approve", request)
    form = world.act(STRANGER, "join.another").form
    with world.database.read() as session:
        name = session.get_one(Organisation, world.buyer_organisation).name
    world.submit(STRANGER, form, organisation=name, role="buyer")
    card = world.sent_to(DELTA_MANAGERS)[-1].card
    world.press(world.manager_partner, card, "membership.approve")
    with world.database.read() as session:
        joined = session.exec(
            select(Membership.cluster_id)
            .join(Person, col(Membership.person_id) == Person.id)
            .where(Person.name == "newcomer", Membership.state == MembershipState.ACTIVE)
        )
        assert set(joined) == {world.clean, world.delta}
