"""Setting a workspace up: by its admin, by the operator, and letting a new cluster in."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select

from domain.errors import Invalid
from domain.organisations import ClusterState, MembershipState, Role
from domain.rooms import WorkspaceState
from handlers.members.setup import SetUp, set_up_by_operator
from handlers.requests import Installed, Profiled, Removed, Speaker
from handlers.work import Work
from messages import compose
from messages.card import Card, Field, Form
from messages.i18n import Words
from messages.notices.setup import ChallengesWelcome, ManagersWelcome, SetUpState
from store.engine import Database
from store.queries import people
from store.tables.people import Cluster, Identity, Membership, Person, Workspace
from tests.world import (
    CLEAN_MANAGERS,
    DELTA_MANAGERS,
    NOW,
    World,
    build_world,
    find_button,
    has_button,
    text_of,
    text_of_home,
)

ADMIN = Speaker("web", "W-ALU", "admin")
HELPER = Speaker("web", "W-ALU", "helper")


def meet(world: World, speaker: Speaker, *, is_admin: bool = False, email: str = "") -> None:
    address = f"{speaker.surface}:{speaker.workspace}:@{speaker.user}"
    world.desk.meet(Profiled(speaker, name=speaker.user, address=address, email=email, is_admin=is_admin), now=NOW)


@pytest.fixture
def alone(database: Database) -> World:
    """A deployment in which nobody has done anything yet."""
    world = build_world(database)
    with database.write() as session:
        for table in (Workspace, Membership):
            for row in session.exec(select(table)).all():
                session.delete(row)
        for cluster in session.exec(select(Cluster)).all():
            cluster.state = ClusterState.PROPOSED
            session.add(cluster)
    meet(world, ADMIN, is_admin=True)
    meet(world, HELPER)
    return world


def set_up(world: World, **fields: str | tuple[str, ...]) -> SetUpState | None:
    form = world.command(ADMIN, "matchpoint", "setup").form
    given = {"name": "AluCluster", "country": "dk", "language": "da", "zone": "Europe/Copenhagen", **fields}
    shown = world.submit(ADMIN, form, **given)
    assert not shown.errors, shown.errors
    return None


def workspace_of(world: World) -> Workspace:
    with world.database.read() as session:
        return session.exec(select(Workspace).where(Workspace.native_id == "W-ALU")).one()


def test_commands_say_what_is_missing_and_who_can_do_it(alone: World):
    text = text_of(alone.command(HELPER, "challenge", "list").card)
    assert "not set up" in text
    assert "admin" in text


def test_somebody_without_the_right_is_told_who_has_it(alone: World):
    assert "admin or owner" in text_of(alone.command(HELPER, "matchpoint", "setup").card)


def test_the_admin_of_a_fresh_deployment_activates_the_cluster_at_once(alone: World):
    set_up(alone)
    workspace = workspace_of(alone)
    assert workspace.state is WorkspaceState.ACTIVE
    assert workspace.locale == "da"
    with alone.database.read() as session:
        cluster = session.get_one(Cluster, workspace.cluster_id)
        roles = session.exec(select(Membership.role).where(Membership.cluster_id == cluster.id)).all()
    assert (cluster.name, cluster.country, cluster.state) == ("AluCluster", "DK", ClusterState.ACTIVE)
    assert list(roles) == [Role.MANAGER]


def test_channels_that_are_left_open_are_made_and_greeted(alone: World):
    set_up(alone)
    alone.deliver()
    workspace = workspace_of(alone)
    assert workspace.challenge_channel == "web:W-ALU:challenges"
    assert workspace.managers_channel == "web:W-ALU:matchpoint-managers"
    assert has_button(alone.only(workspace.challenge_channel).card, "join.start")
    assert has_button(alone.only(workspace.managers_channel).card, "cluster.show")


def test_chosen_channels_are_used_and_greeted_once(alone: World):
    channels = {"challenge_channel": "web:W-ALU:channel:1", "managers_channel": "web:W-ALU:channel:2"}
    set_up(alone, **channels)
    form = alone.act(ADMIN, "setup.change").form
    alone.submit(ADMIN, form)
    assert len(alone.sent_to("web:W-ALU:channel:1")) == 1
    assert alone.waiting("channel.create") == []


def test_every_mistake_is_told_at_its_field_in_one_round(alone: World):
    form = alone.command(ADMIN, "matchpoint", "setup").form
    same = {"challenge_channel": "web:W-ALU:channel:1", "managers_channel": "web:W-ALU:channel:1"}
    wrong = {"zone": "Nowhere/City", "managers": (), **same}
    told = {"zone", "managers", "managers_channel"}
    shown = alone.submit(ADMIN, form, name="  ", country="Atlantis", **wrong)
    assert set(shown.errors) == {"name", "country", *told}
    assert set(alone.submit(ADMIN, form, name="Alu", country="Atlantis", **wrong).errors) == {"country", *told}
    assert set(alone.submit(ADMIN, form, name="  ", country="", **wrong).errors) == {"name", *told}


def test_that_nobody_would_manage_any_more_is_told_together_with_the_rest(alone: World):
    set_up(alone)
    form = alone.act(ADMIN, "setup.change").form
    assert set(alone.submit(ADMIN, form, managers=(), zone="Nowhere/City").errors) == {"managers", "zone"}


def test_a_channel_of_another_workspace_is_refused(alone: World):
    form = alone.command(ADMIN, "matchpoint", "setup").form
    shown = alone.submit(ADMIN, form, name="Alu", country="DK", challenge_channel="web:W-CLEAN:challenges")
    assert "challenge_channel" in shown.errors


def test_running_it_again_shows_how_it_is_set_up(alone: World):
    set_up(alone)
    card = alone.command(ADMIN, "matchpoint", "setup").card
    assert "AluCluster" in text_of(card)
    form = alone.press(ADMIN, card, "setup.change").form
    both = ("web:W-ALU:@admin", "web:W-ALU:@helper")
    shown = alone.submit(ADMIN, form, managers=both, language="de")
    assert "helper" in text_of(shown.card)
    assert workspace_of(alone).locale == "de"


def test_a_manager_who_is_not_named_any_more_is_one_no_longer_but_one_stays(alone: World):
    set_up(alone, managers=("web:W-ALU:@admin", "web:W-ALU:@helper"))
    form = alone.act(ADMIN, "setup.change").form
    alone.submit(ADMIN, form, managers=("web:W-ALU:@admin",))
    form = alone.act(ADMIN, "setup.change").form
    assert "managers" in alone.submit(ADMIN, form, managers=()).errors
    with alone.database.read() as session:
        states = {row.state for row in session.exec(select(Membership)).all()}
    assert states == {MembershipState.ACTIVE, MembershipState.LEFT}


@pytest.fixture
def proposed(world: World) -> World:
    """A workspace that was set up in a deployment with active clusters."""
    meet(world, ADMIN, is_admin=True, email="admin@alu.example")
    meet(world, HELPER)
    set_up(world, managers=("web:W-ALU:@admin",))
    return world


def test_a_new_cluster_among_others_waits_to_be_let_in(proposed: World):
    assert workspace_of(proposed).state is WorkspaceState.NEW
    assert "waits to be activated" in text_of(proposed.command(HELPER, "challenge", "list").card)
    assert "AluCluster" in text_of(proposed.only(CLEAN_MANAGERS, holding="AluCluster").card)
    assert "admin@alu.example" in text_of(proposed.only(CLEAN_MANAGERS, holding="AluCluster").card)
    assert proposed.sent_to("web:W-ALU:challenges") == []
    assert "AluCluster" in text_of_home(proposed.home(proposed.manager_owner))


def test_a_manager_of_an_active_cluster_lets_it_in_once(proposed: World):
    card = proposed.only(CLEAN_MANAGERS, holding="AluCluster").card
    assert "active" in text_of(proposed.press(proposed.manager_owner, card, "cluster.activate").card)
    assert "already" in text_of(proposed.press(proposed.manager_partner, card, "cluster.activate").card)
    newest = proposed.only(CLEAN_MANAGERS, holding="AluCluster")
    assert "Manager, CLEAN let it in" in text_of(newest.card)
    assert not has_button(newest.card, "cluster.activate")
    assert workspace_of(proposed).state is WorkspaceState.ACTIVE
    assert proposed.sent_to("web:W-ALU:challenges")
    assert "active now" in text_of(proposed.only(ADMIN).card)


def test_nobody_else_lets_a_cluster_in(proposed: World):
    card = proposed.only(CLEAN_MANAGERS, holding="AluCluster").card
    proposed.press(proposed.sme, card, "cluster.activate")
    proposed.press(ADMIN, card, "cluster.activate")
    assert workspace_of(proposed).state is WorkspaceState.NEW


def test_a_declined_cluster_can_be_proposed_again(proposed: World):
    card = proposed.only(CLEAN_MANAGERS, holding="AluCluster").card
    proposed.press(proposed.manager_owner, card, "cluster.decline")
    assert "did not let it in" in text_of(proposed.only(CLEAN_MANAGERS, holding="AluCluster").card)
    assert workspace_of(proposed).cluster_id is None
    set_up(proposed)
    assert has_button(proposed.only(CLEAN_MANAGERS, holding="AluCluster").card, "cluster.activate")


@pytest.fixture
def further(world: World) -> World:
    """A workspace whose admin says that it is CLEAN's too."""
    meet(world, ADMIN, is_admin=True)
    form = world.command(ADMIN, "matchpoint", "setup").form
    shown = world.submit(ADMIN, form, name="clean", country="DK")
    assert not shown.errors
    world.deliver()
    return world


def test_a_further_workspace_of_a_cluster_is_let_in_by_its_own_manager_alone(further: World):
    card = further.only(CLEAN_MANAGERS, holding="W-ALU").card
    assert not [one for one in further.sent_to(DELTA_MANAGERS) if "W-ALU" in text_of(one.card)]
    button = find_button(card, "workspace.let_in")
    for stranger in (further.manager_partner, further.sme, ADMIN):
        assert further.act(stranger, "workspace.let_in", button.value).failed
        assert further.act(stranger, "workspace.keep_out", button.value).failed
    assert further.act(further.manager_partner, "cluster.activate", f"CL-{further.clean}").failed
    assert workspace_of(further).state is WorkspaceState.NEW
    assert has_button(further.home(further.manager_owner).cards[-1], "workspace.let_in") or "W-ALU" in text_of_home(
        further.home(further.manager_owner)
    )
    further.press(further.manager_owner, card, "workspace.let_in")
    assert workspace_of(further).state is WorkspaceState.ACTIVE
    assert workspace_of(further).cluster_id == further.clean
    assert further.act(further.manager_owner, "workspace.keep_out", button.value).failed


OTHER_ADMIN = Speaker("web", "W-OTHER", "other_admin")


def managers_of_clean(world: World) -> dict[str, MembershipState]:
    with world.database.read() as session:
        rows = session.exec(
            select(Person.name, Membership.state)
            .join(Membership, col(Membership.person_id) == Person.id)
            .where(Membership.cluster_id == world.clean, Membership.role == Role.MANAGER)
        ).all()
        return {name: MembershipState(state) for name, state in rows}


@pytest.mark.parametrize(
    ("action", "becomes"),
    [("workspace.let_in", MembershipState.ACTIVE), ("workspace.keep_out", MembershipState.REFUSED)],
)
def test_of_two_workspaces_that_ask_only_the_one_is_decided(further: World, action: str, becomes: MembershipState):
    meet(further, OTHER_ADMIN, is_admin=True)
    form = further.command(OTHER_ADMIN, "matchpoint", "setup").form
    assert not further.submit(OTHER_ADMIN, form, name="clean", country="DK").errors
    card = further.only(CLEAN_MANAGERS, holding="W-ALU").card
    assert "other_admin" not in text_of(card)
    further.press(further.manager_owner, card, action)
    found = managers_of_clean(further)
    assert (found["admin"], found["other_admin"]) == (becomes, MembershipState.ASKED)
    with further.database.read() as session:
        other = session.exec(select(Workspace).where(Workspace.native_id == "W-OTHER")).one()
    assert (other.state, other.cluster_id) == (WorkspaceState.NEW, further.clean)


def test_a_workspace_that_waits_changes_nothing_of_the_cluster(further: World):
    with further.database.write() as session:
        manager = session.exec(select(Identity).where(Identity.native_user == "manager_owner")).one()
        values = manager.model_dump(exclude={"id", "workspace", "address"})
        session.add(Identity(**values, workspace="W-ALU", address="web:W-ALU:@manager_owner"))
    form = further.act(ADMIN, "setup.change").form
    shown = further.submit(ADMIN, form, zone="Europe/Lisbon", managers=("web:W-ALU:@admin",))
    assert not shown.errors
    with further.database.read() as session:
        assert session.get_one(Cluster, further.clean).zone == "Europe/Copenhagen"
    assert managers_of_clean(further) == {"Manager, CLEAN": MembershipState.ACTIVE, "admin": MembershipState.ASKED}


def test_of_a_cluster_with_several_workspaces_its_managers_alone_change_the_set_up(further: World):
    helper, elsewhere = Speaker("web", "W-ALU", "helper"), Speaker("web", "W-CLEAN", "admin_of_clean")
    meet(further, helper, is_admin=True)
    meet(further, elsewhere, is_admin=True)
    form = further.act(helper, "setup.change").form
    card = further.only(CLEAN_MANAGERS, holding="W-ALU").card
    further.press(further.manager_owner, card, "workspace.let_in")
    for admin in (helper, elsewhere):
        assert "Only a manager" in text_of(further.act(admin, "setup.start").card)
        assert further.act(admin, "setup.change").failed
    shown = further.submit(helper, form, zone="Europe/Lisbon", managers_channel="web:W-ALU:mine")
    assert shown.failed
    with further.database.read() as session:
        assert session.get_one(Cluster, further.clean).zone == "Europe/Copenhagen"
    assert workspace_of(further).managers_channel != "web:W-ALU:mine"
    form = further.act(further.manager_owner, "setup.change").form
    assert not further.submit(further.manager_owner, form, zone="Europe/Oslo").errors
    with further.database.read() as session:
        assert session.get_one(Cluster, further.clean).zone == "Europe/Oslo"


def test_a_workspace_that_is_not_the_clusters_is_kept_out_and_may_be_set_up_for_another(further: World):
    card = further.only(CLEAN_MANAGERS, holding="W-ALU").card
    further.press(further.manager_owner, card, "workspace.keep_out")
    assert workspace_of(further).cluster_id is None
    further.deliver()
    assert "kept out" in text_of(further.only(CLEAN_MANAGERS, holding="W-ALU").card)
    set_up(further)
    assert workspace_of(further).cluster_id not in (None, further.clean)


EVIL = Speaker("web", "W-EVIL", "evil")


def test_of_two_workspaces_of_a_new_cluster_the_one_that_was_shown_is_let_in(proposed: World):
    meet(proposed, EVIL, is_admin=True)
    card = proposed.only(CLEAN_MANAGERS, holding="AluCluster").card
    form = proposed.command(EVIL, "matchpoint", "setup").form
    assert not proposed.submit(EVIL, form, name="AluCluster", country="DK").errors
    proposed.press(proposed.manager_owner, card, "cluster.activate")
    assert workspace_of(proposed).state is WorkspaceState.ACTIVE
    with proposed.database.read() as session:
        states = dict(session.exec(select(Workspace.native_id, Workspace.state)).all())
    assert states["W-EVIL"] is WorkspaceState.NEW
    assert proposed.act(EVIL, "workspace.let_in", "4").failed
    assert proposed.act(proposed.manager_owner, "cluster.activate", card_value(card)).failed


def card_value(card: Card) -> str:
    return find_button(card, "cluster.activate").value


@pytest.mark.parametrize("places", [{}, {"team": {"web:W-CLEAN:challenges": "challenges"}}])
def test_an_admin_who_is_no_manager_appoints_none_where_matchpoint_works(world: World, places: dict[str, Any]):
    helper = Speaker("web", "W-CLEAN", "helper")
    meet(world, helper, is_admin=True)
    with world.database.write() as session:
        room = people.workspace_of(session, surface="web", native_id="W-CLEAN")
        assert room is not None
        room.places = places
        session.add(room)
    shown = world.act(helper, "setup.change")
    if places:
        assert shown.failed  # who only added the app has no say any more
        return
    assert "managers" in world.submit(helper, shown.form, managers=("web:W-CLEAN:@helper",)).errors
    assert not world.submit(helper, shown.form, language="nl").errors


def test_a_workspace_that_was_removed_is_back_only_where_its_channels_are(world: World):
    ours = {"web:W-CLEAN:challenges": "challenges", CLEAN_MANAGERS: "managers"}

    def state_after(place: str, channels: dict[str, str]) -> WorkspaceState:
        world.desk.installed(Installed("web", "W-CLEAN", place=place, channels=channels), now=NOW)
        with world.database.read() as session:
            return session.exec(select(Workspace).where(Workspace.native_id == "W-CLEAN")).one().state

    assert state_after("team", ours) is WorkspaceState.ACTIVE
    world.desk.removed(Removed("web", "W-CLEAN", place="team"), now=NOW)
    assert state_after("", {}) is WorkspaceState.REMOVED
    assert state_after("chat", {"web:W-CLEAN:chat": "chat"}) is WorkspaceState.REMOVED
    assert state_after("team", ours) is WorkspaceState.ACTIVE


def test_a_workspace_that_was_never_let_in_is_not_by_coming_back(further: World):
    further.desk.removed(Removed("web", "W-ALU"), now=NOW)
    further.desk.installed(Installed("web", "W-ALU", whole=True), now=NOW)
    found = workspace_of(further)
    assert (found.state, found.cluster_id) == (WorkspaceState.NEW, None)
    assert managers_of_clean(further)["admin"] is MembershipState.REFUSED


def test_a_workspace_that_is_bound_says_what_to_do_instead_of_going_to_another_cluster(alone: World):
    early = alone.command(ADMIN, "matchpoint", "setup").form
    set_up(alone)
    shown = alone.submit(ADMIN, early, name="Another", country="DK")
    assert "use a workspace of its own" in text_of(shown.card)


def operate(world: World, **values: object) -> SetUpState:
    wanted: dict[str, object] = {
        "cluster": "AluCluster",
        "country": "DK",
        "workspace": "T0ALU",
        "surface": "slack",
        "managers": ("Anna@Alu.example",),
        "challenge_channel": "slack:T0ALU:C1",
        **values,
    }
    with world.database.write() as session:
        return set_up_by_operator(Work(session, NOW, world.kit), SetUp(**wanted))  # type: ignore[arg-type]


def test_the_operator_sets_a_cluster_up_and_may_do_so_again(world: World):
    assert operate(world).active
    again = operate(world)
    assert (again.managers, again.unmet) == (("anna",), ("anna",))
    world.deliver()
    with world.database.read() as session:
        assert len(session.exec(select(Membership).where(Membership.role == Role.MANAGER)).all()) == 3
        workspace = session.exec(select(Workspace).where(Workspace.native_id == "T0ALU")).one()
    assert workspace.challenge_channel == "slack:T0ALU:C1"
    assert workspace.managers_channel == "slack:T0ALU:matchpoint-managers"
    assert len(world.sent_to("slack:T0ALU:C1")) == 1


def test_a_manager_named_by_e_mail_is_one_as_soon_as_met(world: World):
    operate(world)
    anna = Speaker("slack", "T0ALU", "U1")
    world.desk.meet(Profiled(anna, name="Anna Hansen", address="slack:T0ALU:U1", email="anna@alu.example"), now=NOW)
    assert "Anna Hansen" in text_of(world.command(anna, "matchpoint", "cluster").card)
    with world.database.read() as session:
        assert session.exec(select(Person.name).where(Person.email == "anna@alu.example")).one() == "Anna Hansen"


@pytest.mark.parametrize(
    ("country", "told", "language"),
    [("DK", "", "da"), ("AT", "", "de"), ("NO", "", "nb"), ("PL", "", "en"), ("DK", "en", "en"), ("PL", "sv", "sv")],
)
def test_a_cluster_begins_in_the_language_of_its_country_unless_told_otherwise(
    world: World, country: str, told: str, language: str
):
    state = operate(world, country=country, language=told)
    assert state.language == language
    card = compose(state, Words("en"))
    assert f"in {Words('en').language(language)}; choose another language with “Change it”" in text_of(card)
    world.deliver()
    welcomes = (("C1", ChallengesWelcome("AluCluster")), ("matchpoint-managers", ManagersWelcome("AluCluster")))
    for channel, welcome in welcomes:
        assert world.only(f"slack:T0ALU:{channel}").card == compose(welcome, Words(language))
    with world.database.read() as session:
        assert session.exec(select(Person.locale).where(Person.email == "anna@alu.example")).one() == language


def test_what_was_chosen_stays_when_the_operator_comes_again_and_says_nothing(world: World):
    operate(world, language="de")
    assert operate(world).language == "de"
    assert operate(world, language="nl").language == "nl"
    world.deliver()
    assert world.only("slack:T0ALU:C1").card.locale == "nl"


def language_field(form: Form | None) -> Field:
    assert form is not None
    return next(field for field in form.fields if field.name == "language")


def test_the_form_begins_with_the_language_of_the_country_that_is_typed_in_it(alone: World):
    form = alone.command(ADMIN, "matchpoint", "setup").form
    assert language_field(form).value == "country"
    shown = alone.submit(ADMIN, form, name="AluCluster", country="nl", zone="Europe/Amsterdam")
    assert workspace_of(alone).locale == "nl"
    assert "is in Dutch" in text_of(shown.card)
    changed = alone.act(ADMIN, "setup.change").form
    assert language_field(changed).value == "nl"
    assert "country" not in {option.value for option in language_field(changed).options}
    alone.submit(ADMIN, changed, zone="Europe/Paris")
    assert workspace_of(alone).locale == "nl"


def test_the_operator_is_told_what_is_wrong(world: World):
    with pytest.raises(Invalid) as unknown:
        operate(world, country="Atlantis")
    assert unknown.value.key == "country.unknown"
    with pytest.raises(Invalid) as nobody:
        operate(world, managers=("anna",))
    assert nobody.value.key == "person.email.invalid"
    with pytest.raises(Invalid) as taken:
        operate(world, workspace="W-CLEAN", surface="web")
    assert taken.value.key == "setup.workspace.taken"


def test_the_operator_activates_what_an_admin_proposed(proposed: World):
    operate(proposed, workspace="W-ALU", surface="web", challenge_channel="")
    assert workspace_of(proposed).state is WorkspaceState.ACTIVE
    assert "It is active" in text_of(proposed.only(CLEAN_MANAGERS, holding="AluCluster").card)
    assert find_button(proposed.command(ADMIN, "matchpoint", "cluster").card, "setup.start")
