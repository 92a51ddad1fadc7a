"""Profiles, as their own people write them and others read them."""

from __future__ import annotations

from sqlmodel import select

from domain.organisations import Role
from store.tables.people import Competence, Organisation, Profile
from tests.world import NOW, World, add_membership, buttons_of, has_button, text_of, text_of_home


def profile_of(world: World, organisation: int) -> Profile:
    with world.database.read() as session:
        return session.exec(select(Profile).where(Profile.organisation_id == organisation)).one()


def competences_of(world: World, organisation: int) -> list[tuple[str, str, bool]]:
    with world.database.read() as session:
        rows = session.exec(
            select(Competence).where(Competence.organisation_id == organisation).order_by(Competence.position)  # type: ignore[arg-type]
        ).all()
    return [(row.kind, row.text, row.sought) for row in rows]


def test_a_profile_is_filled_in_saved_and_shown_as_others_see_it(world: World):
    form = world.command(world.sme, "matchpoint", "profile").form
    assert form is not None
    filled = {one.name: one.value for one in form.fields}
    assert filled["summary"] == "Optical sensors for drinking water."
    assert filled["skills"] == "E. coli sensors"
    before = profile_of(world, world.sme_organisation)
    shown = world.submit(
        world.sme,
        form,
        summary="We see bacteria.",
        skills="• optics\noptics\n\n  field service ",
        technologies="UV-LED",
        sought="a utility",
        trl="7",
        capacity="2",
        language="nl",
    )
    assert "We see bacteria." in text_of(shown.card)
    assert has_button(shown.card, "profile.edit")
    after = profile_of(world, world.sme_organisation)
    assert (after.trl, after.language, after.confirmed_at, after.version) == (7, "nl", NOW, before.version + 1)
    assert after.content_hash
    assert competences_of(world, world.sme_organisation) == [
        ("skill", "optics", False),
        ("skill", "field service", False),
        ("technology", "UV-LED", False),
        ("skill", "a utility", True),
    ]
    with world.database.read() as session:
        assert session.get_one(Organisation, world.sme_organisation).capacity == 2


def test_every_mistake_is_told_at_its_field(world: World):
    form = world.command(world.sme, "matchpoint", "profile").form
    shown = world.submit(
        world.sme,
        form,
        summary="\u200b",
        skills="x" * 500,
        technologies="\n".join(f"t{n}" for n in range(50)),
        evidence="e" * 4000,
        trl="12",
        capacity="many",
        language="",
    )
    assert set(shown.errors) == {"summary", "skills", "technologies", "evidence", "trl", "capacity", "language"}


def test_a_colleagues_newer_profile_is_not_overwritten(world: World):
    mine = world.command(world.sme, "matchpoint", "profile").form
    theirs = world.command(world.colleague, "matchpoint", "profile").form
    world.submit(world.colleague, theirs, summary="Ours is newer.", language="en")
    assert "meanwhile" in text_of(world.submit(world.sme, mine, summary="Older.", language="en").card)
    assert profile_of(world, world.sme_organisation).summary == "Ours is newer."


def test_managers_read_the_profiles_of_their_cluster_and_write_none(world: World):
    sme = f"OR-{world.sme_organisation}"
    shown = world.act(world.manager_partner, "profile.show", sme)
    assert "Optical sensors" in text_of(shown.card)
    assert not has_button(shown.card, "profile.edit")
    # The managers of other clusters do not learn that there is such a company.
    assert "do not know" in text_of(world.act(world.manager_owner, "profile.show", sme).card)
    form = world.command(world.sme, "matchpoint", "profile").form
    assert "Only the people" in text_of(world.submit(world.manager_partner, form, summary="No.", language="en").card)


def test_others_read_no_profile(world: World):
    assert "do not know" in text_of(world.act(world.neighbour, "profile.show", f"OR-{world.sme_organisation}").card)
    neighbour = f"OR-{world.neighbour_organisation}"
    assert "Only the people" in text_of(world.act(world.buyer, "profile.show", neighbour).card)
    assert "do not know" in text_of(world.act(world.neighbour, "profile.show", "OR-4711").card)
    assert "no organisation" in text_of(world.command(world.manager_owner, "matchpoint", "profile").card)


def test_somebody_who_acts_for_two_chooses(world: World):
    with world.database.write() as session:
        add_membership(session, world.people["sme"], Role.SME, world.clean, world.neighbour_organisation)
    card = world.command(world.sme, "matchpoint", "profile").card
    assert {button.label for button in buttons_of(card)} == {"Waterlens", "Fjordsensor"}
    assert world.press(world.sme, card, "profile.edit").form is not None


def test_a_supplier_without_a_profile_is_asked_for_one_on_the_own_page(world: World):
    assert "Your profile is empty" not in text_of_home(world.home(world.sme))
    with world.database.write() as session:
        session.delete(session.exec(select(Profile).where(Profile.organisation_id == world.sme_organisation)).one())
    assert "Your profile is empty" in text_of_home(world.home(world.sme))
    form = world.command(world.sme, "matchpoint", "profile").form
    world.submit(world.sme, form, summary="Sensors.", language="en")
    assert "Your profile is empty" not in text_of_home(world.home(world.sme))
