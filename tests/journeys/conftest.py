"""One stage per surface: the whole program, wired as it runs, with a clock that stands still."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.web import make_app
from bot.wiring import build
from handlers.requests import Profiled, Speaker
from handlers.webroom.places import person_address
from handlers.webroom.post import ensure_channel, ensure_workspace
from store.engine import Database
from surfaces.teams.address import address_of
from tests.fakes.clock import StillClock
from tests.fakes.slack import FakeSlack
from tests.fakes.teams import FakeTeams
from tests.journeys import slack_stage, teams_stage
from tests.journeys.stage import NAMES, Stage, email_of, seed
from tests.journeys.two_clusters import SEATS, Across, two_clusters
from tests.journeys.web_stage import WebPlayer

WORKSPACE = "clean"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StillClock:
    """Give a clock that the program uses instead of its own."""
    still = StillClock()
    monkeypatch.setattr("bot.wiring.SystemClock", lambda: still)
    return still


@pytest.fixture
def settings(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Give the settings of a store with all its tables and no row, which need not outlive the machine."""
    sqlite_database.close()
    monkeypatch.setattr("bot.wiring.Database", partial(Database, durable=False))
    return Settings.model_construct(
        database_url=sqlite_database.url.render_as_string(), public_url="http://matchpoint.example.org"
    )


@pytest.fixture
def slack(clock: StillClock) -> Iterator[FakeSlack]:
    with FakeSlack(clock) as fake:
        yield fake


@pytest.fixture
def teams(clock: StillClock) -> Iterator[FakeTeams]:
    with FakeTeams(clock) as fake:
        yield fake


@pytest.fixture(params=["web", "slack", "teams"])
async def stage(request: pytest.FixtureRequest, settings: Settings, clock: StillClock) -> AsyncIterator[Stage]:
    """Give the same cluster with the same people, once at each surface."""
    async with contextlib.AsyncExitStack() as stack:
        if request.param == "web":
            yield await _at_the_web(settings, clock, stack)
        elif request.param == "teams":
            yield await _in_teams(settings, clock, request.getfixturevalue("teams"), stack)
        else:
            yield await _in_slack(settings, clock, request.getfixturevalue("slack"), stack)


@pytest.fixture(params=SEATS, ids="-".join)
async def across(
    request: pytest.FixtureRequest, settings: Settings, clock: StillClock, slack: FakeSlack, teams: FakeTeams
) -> AsyncIterator[Across]:
    """Give two clusters that share no chat, in every pairing of surfaces."""
    async with two_clusters(request.param, settings, clock, slack, teams) as found:
        yield found


async def _at_the_web(settings: Settings, clock: StillClock, stack: contextlib.AsyncExitStack) -> Stage:
    parts, now = build(settings), clock.now()
    app = make_app(parts)
    await stack.enter_async_context(app.router.lifespan_context(app))
    ensure_workspace(parts.database, WORKSPACE, name="CLEAN", now=now)
    challenges = ensure_channel(parts.database, WORKSPACE, "challenges", now=now)
    managers = ensure_channel(parts.database, WORKSPACE, "managers", private=True, now=now)
    seed(parts, "web", WORKSPACE, challenges, managers)
    players: dict[str, WebPlayer] = {}
    assert parts.kit.web_link is not None
    for name in NAMES:
        address = person_address(WORKSPACE, name)
        parts.desk.meet(Profiled(Speaker("web", WORKSPACE, name), name, address, email=email_of(name)), now=now)
        client: Any = TestClient(app, base_url=settings.base_url, follow_redirects=True)
        players[name] = WebPlayer(client, parts.kit.web_link(WORKSPACE, name, now))
    stage = Stage("web", parts, clock, dict(players), app)
    await stage.deliver()
    return stage


async def _in_slack(settings: Settings, clock: StillClock, slack: FakeSlack, stack: contextlib.AsyncExitStack) -> Stage:
    connected = {
        "slack_bot_token": SecretStr(slack.bot_token),
        "slack_signing_secret": SecretStr(slack.signing_secret),
        "slack_api_url": slack.api_url,
    }
    players = slack_stage.enter(slack)
    parts = build(settings.model_copy(update=connected))
    assert parts.slack is not None
    app = make_app(parts)
    await stack.enter_async_context(app.router.lifespan_context(app))
    slack.connect(app, settle=parts.slack.settle)
    addresses = {name: f"slack:{slack.team}:{native}" for name, native in slack_stage.CHANNELS.items()}
    seed(parts, "slack", slack.team, addresses["challenges"], addresses["managers"])
    stage = Stage("slack", parts, clock, dict(players), app)
    await stage.deliver()
    return stage


async def _in_teams(settings: Settings, clock: StillClock, teams: FakeTeams, stack: contextlib.AsyncExitStack) -> Stage:
    connected = {
        "teams_client_id": teams.client_id,
        "teams_client_secret": SecretStr(teams.secret),
        "teams_tenant_id": teams.tenant,
        "teams_api_url": teams.service_url,
        "teams_login_url": teams.origin,
    }
    players = teams_stage.enter(teams)
    parts = build(settings.model_copy(update=connected))
    assert parts.teams is not None
    app = make_app(parts)
    await stack.enter_async_context(app.router.lifespan_context(app))
    teams.connect(app, settle=parts.teams.settle)
    addresses = {name: address_of(teams.tenant, native) for name, native in teams_stage.CHANNELS.items()}
    seed(parts, "teams", teams.tenant, addresses["challenges"], addresses["managers"])
    for user in teams.users.values():
        await user.install()
    stage = Stage("teams", parts, clock, dict(players), app)
    await stage.deliver()
    return stage
