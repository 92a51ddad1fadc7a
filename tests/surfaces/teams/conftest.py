"""A fake tenant, a surface connected to it, and a desk that answers what a test tells it to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import cast

import pytest
from starlette.applications import Starlette

import handlers.journeys  # noqa: F401  (which buttons open dialogs is read from the table of actions)
from handlers.desk import Desk
from surfaces.teams.surface import TeamsSurface
from tests.fakes.clock import StillClock
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_user import TeamsUser
from tests.surfaces.stub_desk import StubDesk


@dataclass
class Tenant:
    """The fake, the surface, its app and the desk behind it."""

    teams: FakeTeams
    desk: StubDesk
    surface: TeamsSurface
    app: Starlette
    clock: StillClock
    observed: list[str]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def teams(clock: StillClock) -> Iterator[FakeTeams]:
    with FakeTeams(clock) as fake:
        anna = fake.add_user("Anna", email="anna@example.org", locale="da-DK")
        bert = fake.add_user("Bert", email="bert@example.org")
        fake.add_team("clean", "CLEAN", {"challenges": "Challenges"}, members=(anna, bert))
        yield fake


@pytest.fixture
async def tenant(teams: FakeTeams, clock: StillClock) -> AsyncIterator[Tenant]:
    desk, observed = StubDesk(), list[str]()
    surface = TeamsSurface(
        cast("Desk", desk), teams.config(), clock=clock, observe=lambda kind, _seconds: observed.append(kind)
    )
    app = Starlette(routes=surface.routes())
    teams.connect(app, settle=surface.settle)
    async with surface.running():
        yield Tenant(teams, desk, surface, app, clock, observed)


@pytest.fixture
def anna(teams: FakeTeams) -> TeamsUser:
    return next(one for one in teams.users.values() if one.name == "Anna")


@pytest.fixture
def bert(teams: FakeTeams) -> TeamsUser:
    return next(one for one in teams.users.values() if one.name == "Bert")
