"""From nothing to a cluster in a tenant: the app is added to teams, greets once, is set up, is silent when removed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.web import make_app
from bot.wiring import build
from domain.rooms import WorkspaceState
from store.queries import people
from store.tables.people import Workspace
from surfaces.teams.address import address_of
from tests.fakes.clock import StillClock
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_user import TeamsUser
from tests.journeys.stage import Stage

CHALLENGES, OFFICE = "19:challenges@thread.tacv2", "19:managers@thread.tacv2"
TEAM, OFFICE_TEAM = "19:clean@thread.tacv2", "19:office@thread.tacv2"


@pytest.fixture
async def tenant(settings: Settings, clock: StillClock, teams: FakeTeams) -> AsyncIterator[Stage]:
    """Give a tenant with two teams, and a deployment that nobody has set up."""
    anna, bert = teams.add_user("Anna"), teams.add_user("Bert")
    teams.add_team("clean", "CLEAN", {"challenges": "Challenges"}, members=(anna, bert))
    teams.add_team("office", "Office", {"managers": "Managers"}, members=(anna,))
    connected = {
        "teams_client_id": teams.client_id,
        "teams_client_secret": SecretStr(teams.secret),
        "teams_api_url": teams.service_url,
        "teams_login_url": teams.origin,
    }
    parts = build(settings.model_copy(update=connected))
    assert parts.teams is not None
    app = make_app(parts)
    async with app.router.lifespan_context(app):
        teams.connect(app, settle=parts.teams.settle)
        yield Stage("teams", parts, clock, {}, app)


@pytest.fixture
def anna(teams: FakeTeams, tenant: Stage) -> TeamsUser:
    return next(one for one in teams.users.values() if one.name == "Anna")


@pytest.fixture
def bert(teams: FakeTeams, tenant: Stage) -> TeamsUser:
    return next(one for one in teams.users.values() if one.name == "Bert")


def workspace(stage: Stage, teams: FakeTeams) -> Workspace:
    with stage.parts.database.read() as session:
        found = people.workspace_of(session, surface="teams", native_id=teams.tenant)
    assert found is not None
    return found


async def set_up(teams: FakeTeams, anna: TeamsUser) -> None:
    for team in (TEAM, OFFICE_TEAM):
        await anna.install(team=team)
    await anna.mention("setup", channel=CHALLENGES)
    form = teams.posts(anna.chat)[-1]
    await anna.fill(
        form,
        name="CLEAN",
        country="DK",
        language="en",
        challenge_channel=address_of(teams.tenant, CHALLENGES),
        managers_channel=address_of(teams.tenant, OFFICE),
    )
    assert "CLEAN" in form.read()


async def test_who_added_the_app_sets_it_up_with_channels_of_the_teams(
    tenant: Stage, teams: FakeTeams, anna: TeamsUser
):
    await set_up(teams, anna)
    await tenant.deliver()
    found = workspace(tenant, teams)
    assert found.state is WorkspaceState.ACTIVE
    assert found.service_url == teams.service_url
    assert found.challenge_channel == address_of(teams.tenant, CHALLENGES)
    assert found.managers_channel == address_of(teams.tenant, OFFICE)
    assert teams.posts(CHALLENGES)
    assert teams.posts(OFFICE)


async def test_a_team_is_greeted_once_however_often_it_is_said_that_the_app_was_added(
    tenant: Stage, teams: FakeTeams, anna: TeamsUser
):
    for _ in range(3):
        await anna.install(team=TEAM)
        await anna.happen("teamMemberAdded", team=TEAM, membersAdded=[{"id": teams.bot}])
        await anna.install()
        await tenant.deliver()
    assert len(teams.posts(TEAM)) == 1
    assert "not set up here yet" in teams.posts(TEAM)[0].read()
    assert len(teams.posts(anna.chat)) == 1


async def test_somebody_who_did_not_add_the_app_does_not_set_it_up(
    tenant: Stage, teams: FakeTeams, anna: TeamsUser, bert: TeamsUser
):
    await anna.install(team=TEAM)
    await bert.mention("setup", channel=CHALLENGES)
    assert "Only an admin or owner" in teams.posts(bert.chat)[-1].read()
    await set_up(teams, anna)
    # Whoever adds the app to a team of theirs later has no say in what is set up.
    await bert.install(team=TEAM)
    await bert.type("setup")
    assert "Only a manager of the cluster" in teams.posts(bert.chat)[-1].read()


async def test_a_channel_must_be_chosen_for_no_app_can_make_one(tenant: Stage, teams: FakeTeams, anna: TeamsUser):
    await anna.install(team=TEAM)
    await anna.type("setup")
    form = teams.posts(anna.chat)[-1]
    with pytest.raises(AssertionError, match="managers_channel must be filled in"):
        await anna.fill(form, name="CLEAN", country="DK", challenge_channel=address_of(teams.tenant, CHALLENGES))


async def test_a_removed_app_is_silent_at_once_and_speaks_again_when_it_is_back(
    tenant: Stage, teams: FakeTeams, anna: TeamsUser
):
    await set_up(teams, anna)
    await anna.install(team=TEAM, action="remove")
    assert workspace(tenant, teams).state is WorkspaceState.REMOVED
    # The welcome was still waiting.
    await tenant.deliver()
    assert teams.posts(CHALLENGES) == []
    assert teams.posts(OFFICE) == []
    await anna.install(team=TEAM)
    found = workspace(tenant, teams)
    assert found.state is WorkspaceState.ACTIVE
    assert found.removed_at is None
    assert found.challenge_channel == address_of(teams.tenant, CHALLENGES)


async def test_a_service_address_is_kept_only_as_its_token_vouches_for_it(
    tenant: Stage, teams: FakeTeams, anna: TeamsUser
):
    await anna.install(team=TEAM)
    assert workspace(tenant, teams).service_url == teams.service_url
    await anna.type("help")
    forged = {**anna.last, "serviceUrl": "https://evil.example.org/", "id": teams.new_id()}
    assert (await anna.deliver(forged)).status == 401
    assert workspace(tenant, teams).service_url == teams.service_url
