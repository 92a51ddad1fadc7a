"""A challenge travels: offered by sector or by hand as its manager saw it, taken, given back and taken again."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from domain.organisations import OrganisationKind
from domain.rooms import ShareState
from messages.card import Form
from store.tables.challenges import Challenge, Share
from store.tables.people import Cluster, Workspace
from store.tables.queue import Outbox
from tests.world import (
    CLEAN_CHANNEL,
    CLEAN_MANAGERS,
    DELTA_CHANNEL,
    DELTA_MANAGERS,
    World,
    add_cluster,
    add_organisation,
    add_workspace,
    has_button,
    text_of,
)

TEASER = {"confidentiality": "teaser", "title": "Nordkaj Utility needs sensors for the old mill"}


def partners(world: World, count: int, *, industry: str = "Logistics") -> list[int]:
    with world.database.write() as session:
        found = []
        for number in range(count):
            key = add_cluster(session, f"Partner {number:03} {industry}", "DE", "Europe/Berlin")
            session.get_one(Cluster, key).industry = industry
            add_workspace(session, f"W-{key}", key, f"web:W-{key}:challenges", f"web:W-{key}:managers")
            found.append(key)
        return found


def options_of(form: Form | None, name: str) -> dict[str, str]:
    assert form is not None
    field = next(one for one in form.fields if one.name == name)
    return {option.value: option.label for option in field.options}


def shares(world: World) -> dict[int, ShareState]:
    with world.database.read() as session:
        return {row.cluster_id: row.state for row in session.exec(select(Share))}


def test_two_hundred_partners_are_offered_it_at_once(world: World):
    partners(world, 199)
    challenge = world.published()
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    assert len(options_of(form, "clusters")) == 200
    assert options_of(form, "reach")["every"] == "All 200 partner clusters"
    done = world.submit(world.manager_owner, form, reach="every")
    assert "offered to 200 clusters" in text_of(done.card)
    assert set(shares(world).values()) == {ShareState.OFFERED}


def test_the_sector_is_that_of_the_cluster_or_of_one_of_its_members(world: World):
    named = partners(world, 1, industry="Water technology")[0]
    other, by_member = partners(world, 3)[1:]
    with world.database.write() as session:
        add_organisation(session, "Pumpa", OrganisationKind.SME, by_member, sectors=("Wastewater", "Waterways"))
        add_organisation(session, "Lasta", OrganisationKind.SME, other, sectors=("Logistics",))
        add_organisation(session, "Drinka", OrganisationKind.BUYER, other, sectors=("Water",))
    challenge = world.published(sector="Water and sewage")
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    assert options_of(form, "reach")["sector"] == "The 2 clusters in the sector: Water and sewage"
    assert options_of(form, "clusters")[f"CL-{by_member}"].endswith("one member in the sector")
    world.submit(world.manager_owner, form, reach="sector", clusters=(f"CL-{world.delta}",))
    assert set(shares(world)) == {named, by_member, world.delta}


def test_a_teaser_goes_out_only_as_its_manager_saw_it(world: World):
    challenge = world.published(**TEASER)
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    assert form is not None
    assert "Nordkaj" not in form.intro
    assert "the old mill" in form.intro
    chosen = (f"CL-{world.delta}",)
    again = world.submit(world.manager_owner, form, clusters=chosen, hidden="the old mill").form
    assert again is not None
    assert "the old mill" not in again.intro
    assert "Nothing was offered yet" in again.intro
    assert not shares(world)
    done = world.submit(world.manager_owner, again)
    assert "offered to one cluster" in text_of(done.card)
    assert "the old mill" not in text_of(world.only(DELTA_MANAGERS).card)
    assert "the old mill" not in text_of(world.only(CLEAN_CHANNEL).card)
    assert "the old mill" in text_of(world.only(CLEAN_MANAGERS).card)


def test_a_teaser_that_was_reworded_meanwhile_is_shown_again(world: World):
    challenge = world.published(**TEASER)
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    edit = world.command(world.buyer, "challenge", f"edit {challenge}").form
    world.submit(world.buyer, edit, problem="Our new problem is another one.")
    again = world.submit(world.manager_owner, form, reach="every").form
    assert again is not None
    assert "Our new problem" in again.intro
    assert not shares(world)
    world.submit(world.manager_owner, again)
    assert shares(world) == {world.delta: ShareState.OFFERED}


def test_more_words_are_left_out_before_it_is_published(world: World):
    challenge = world.submitted(**TEASER)
    card = world.only(CLEAN_MANAGERS).card
    form = world.press(world.manager_owner, card, "sharing.hide").form
    shown = world.submit(world.manager_owner, form, hidden="sensors\n\n  the old mill \nsensors")
    assert "sensors" not in text_of(shown.card).split("Left out besides")[0]
    assert "changed" in text_of(world.press(world.manager_owner, card, "screening.publish").card)
    world.press(world.manager_owner, world.only(CLEAN_MANAGERS).card, "screening.publish")
    assert "old mill" not in text_of(world.only(CLEAN_CHANNEL, holding=challenge).card)
    with world.database.read() as session:
        assert session.exec(select(Challenge)).one().hidden_words == ("sensors", "the old mill")


@pytest.mark.parametrize("who", ["buyer", "manager_partner", "neighbour", "sme"])
def test_only_the_owners_managers_see_what_is_left_out(world: World, who: str):
    challenge = world.published(**TEASER)
    world.shared(challenge)
    shown = world.act(getattr(world, who), "sharing.hide", challenge)
    assert shown.form is None
    assert shown.failed


def test_an_open_challenge_has_nothing_to_leave_out(world: World):
    challenge = world.published()
    assert "not hidden" in text_of(world.act(world.manager_owner, "sharing.hide", challenge).card)
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    assert form is not None
    assert [field.name for field in form.fields] == ["reach", "clusters"]


def test_too_many_or_too_long_words_are_refused(world: World):
    challenge = world.published(**TEASER)
    form = world.act(world.manager_owner, "sharing.hide", challenge).form
    many = "\n".join(f"word{number}" for number in range(60))
    assert "60" in world.submit(world.manager_owner, form, hidden=many).errors["hidden"]
    assert world.submit(world.manager_owner, form, hidden="x" * 300).failed


def test_a_partner_gives_a_challenge_back_and_takes_it_again(world: World):
    challenge = world.published()
    world.shared(challenge)
    answer = world.answered(challenge)
    offer = world.only(DELTA_MANAGERS).card
    assert "no longer offered in Clean Tech Delta" in text_of(
        world.press(world.manager_partner, offer, "sharing.return").card
    )
    post = world.only(DELTA_CHANNEL)
    assert "no longer offered here" in text_of(post.card)
    assert not has_button(post.card, "answer.start")
    assert "Open for answers" in text_of(world.only(CLEAN_CHANNEL).card)
    assert "given back" in text_of(world.only(CLEAN_MANAGERS).card)
    # Who has answered still reads it; the buyer still has the answer.
    assert "E. coli" in text_of(world.command(world.sme, "challenge", f"show {challenge}").card)
    assert answer in text_of(world.command(world.buyer, "challenge", f"answers {challenge}").card)
    assert f"rank:{challenge}:e1:given-back:CL-{world.delta}:v3" in world.waiting("rank")

    world.press(world.manager_partner, world.only(DELTA_MANAGERS).card, "sharing.take")
    assert has_button(world.only(DELTA_CHANNEL).card, "answer.start")
    assert f"rank:{challenge}:e1:taken:CL-{world.delta}:v4" in world.waiting("rank")


def test_what_was_given_back_is_gone_for_those_who_had_not_answered(world: World):
    challenge = world.published()
    world.shared(challenge)
    world.press(world.manager_partner, world.only(DELTA_MANAGERS).card, "sharing.return")
    assert "that you can see" in text_of(world.command(world.sme, "challenge", f"show {challenge}").card)
    assert challenge not in text_of(world.command(world.sme, "challenge", "list").card)
    # The manager still sees the offer, to take it after all.
    assert has_button(world.act(world.manager_partner, "sharing.show", challenge).card, "sharing.take")


def test_a_second_click_on_give_back_has_no_effect(world: World):
    challenge = world.published()
    world.shared(challenge)
    offer = world.only(DELTA_MANAGERS).card
    world.press(world.manager_partner, offer, "sharing.return")
    assert "already" in text_of(world.press(world.manager_partner, offer, "sharing.return").card)
    refused = world.act(world.manager_partner, "sharing.refuse", f"{challenge}:CL-{world.delta}")
    assert "already" in text_of(refused.card)


def second_workspace(world: World) -> str:
    with world.database.write() as session:
        add_workspace(session, "W-TWO", world.delta, "web:W-TWO:challenges", "web:W-TWO:managers")
        session.exec(select(Workspace).where(col(Workspace.native_id) == "W-TWO")).one().locale = "nl"
    return "web:W-TWO:challenges"


def test_a_cluster_of_two_workspaces_has_a_post_in_each_in_its_language(world: World):
    two = second_workspace(world)
    challenge = world.published()
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    world.submit(world.manager_owner, form, clusters=(f"CL-{world.delta}",))
    world.press(world.manager_partner, world.only(DELTA_MANAGERS).card, "sharing.take")
    assert world.only(DELTA_CHANNEL).card.locale == "en"
    assert world.only(two).card.locale == "nl"


def test_a_cluster_chooses_in_which_of_its_workspaces_it_is_posted(world: World):
    two = second_workspace(world)
    challenge = world.published()
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    world.submit(world.manager_owner, form, clusters=(f"CL-{world.delta}",))
    places = world.press(world.manager_partner, world.only(DELTA_MANAGERS).card, "sharing.places").form
    options = options_of(places, "places")
    here = next(key for key, name in options.items() if name == "W-DELTA")
    assert world.submit(world.manager_partner, places, places=()).errors["places"]
    world.submit(world.manager_partner, places, places=(here,))
    assert world.only(DELTA_CHANNEL)
    assert not world.sent_to(two)
    # Later in the other one alone: the first post says that it is no longer there.
    there = next(key for key in options if key != here)
    again = world.press(world.manager_partner, world.only(DELTA_MANAGERS).card, "sharing.places").form
    world.submit(world.manager_partner, again, places=(there,))
    assert "no longer offered here" in text_of(world.only(DELTA_CHANNEL).card)
    assert has_button(world.only(two).card, "answer.start")


def test_answers_from_all_clusters_are_one_list_with_country_and_cluster(world: World):
    challenge = world.published()
    world.shared(challenge)
    world.answered(challenge)
    world.answered(challenge, world.neighbour)
    said = text_of(world.command(world.buyer, "challenge", f"answers {challenge}").card)
    assert "A company (Netherlands)" in said
    assert "Clean Tech Delta" in said
    assert "A company (Denmark)" in said
    assert "Waterlens" not in said


def members_of(world: World, cluster_id: int) -> set[str]:
    """Return where the SMEs of a cluster are reached."""
    assert cluster_id == world.delta
    return {f"web:W-DELTA:@{user}" for user in ("sme", "colleague")}


@pytest.mark.parametrize("confidentiality", ["open", "teaser"])
def test_no_member_of_a_partner_cluster_is_contacted_before_its_manager_took_it(world: World, confidentiality: str):
    private = members_of(world, world.delta)

    def contacted() -> list[str]:
        world.deliver()
        with world.database.read() as session:
            rows = session.exec(select(Outbox)).all()
        people = {world.people["sme"], world.people["colleague"]}
        return [
            row.key
            for row in rows
            if row.destination in private | {DELTA_CHANNEL} or row.payload.get("person") in people
        ]

    before = contacted()
    challenge = world.published(confidentiality=confidentiality)
    form = world.act(world.manager_owner, "sharing.offer", challenge).form
    world.submit(world.manager_owner, form, reach="every")
    assert contacted() == before
    world.press(world.manager_partner, world.only(DELTA_MANAGERS).card, "sharing.refuse")
    assert contacted() == before
    world.press(world.manager_partner, world.only(DELTA_MANAGERS).card, "sharing.take")
    # Now the channel has its post; nobody is written to.
    assert {one.to for one in world.messages.values()} & private == set()
    assert world.only(DELTA_CHANNEL, holding=challenge)
