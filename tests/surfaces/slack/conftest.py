"""A fake workspace, a surface connected to it, and a desk that answers what a test tells it to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import cast

import pytest
from starlette.applications import Starlette

from handlers.desk import Desk
from surfaces.slack.config import SlackConfig
from surfaces.slack.surface import SlackSurface
from tests.fakes.clock import StillClock
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_user import SlackUser
from tests.surfaces.stub_desk import StubDesk


@dataclass
class Setting:
    """The fake, the surface, its app and the desk behind it."""

    slack: FakeSlack
    desk: StubDesk
    surface: SlackSurface
    app: Starlette
    clock: StillClock
    observed: list[str]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def slack(clock: StillClock) -> Iterator[FakeSlack]:
    with FakeSlack(clock) as fake:
        fake.add_user("U0ANNA", name="Anna", email="anna@example.org", locale="da-DK", admin=True)
        fake.add_user("U0BERT", name="Bert", email="bert@example.org")
        fake.add_channel("C0CHALL", "challenges", members=("U0ANNA", "U0BERT"))
        fake.add_channel("G0MANAG", "managers", private=True, members=("U0ANNA",))
        yield fake


@pytest.fixture
def config(slack: FakeSlack) -> SlackConfig:
    return SlackConfig(slack.bot_token, slack.signing_secret, api_url=slack.api_url)


@pytest.fixture
async def setting(slack: FakeSlack, clock: StillClock, config: SlackConfig) -> AsyncIterator[Setting]:
    desk, observed = StubDesk(), list[str]()
    surface = SlackSurface(
        cast("Desk", desk), config, clock=clock, observe=lambda kind, _seconds: observed.append(kind)
    )
    app = Starlette(routes=surface.routes())
    slack.connect(app, settle=surface.settle)
    async with surface.running():
        yield Setting(slack, desk, surface, app, clock, observed)


@pytest.fixture
def anna(slack: FakeSlack) -> SlackUser:
    return slack.users["U0ANNA"]


@pytest.fixture
def bert(slack: FakeSlack) -> SlackUser:
    return slack.users["U0BERT"]
