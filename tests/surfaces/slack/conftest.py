"""A fake workspace, a surface connected to it, and a desk that answers what a test tells it to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest
from starlette.applications import Starlette

from handlers.desk import Desk
from handlers.requests import Command, Press, Profiled, Said, Shown, Speaker, Submission
from messages.card import Card, Home, Section
from surfaces.slack.config import SlackConfig
from surfaces.slack.surface import SlackSurface
from tests.fakes.clock import StillClock
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_user import SlackUser


@dataclass
class StubDesk:
    """Takes everything down; answers with `answer`, or raises `broken`. Each event and request counts once."""

    answer: Shown = field(default_factory=Shown)
    page: Home = field(default_factory=lambda: Home("Matchpoint", (Card("Nothing waits", (Section("for you"),)),)))
    broken: Exception | None = None
    heard: list[Any] = field(default_factory=list)
    met: dict[Speaker, Profiled] = field(default_factory=dict)
    meetings: int = 0
    effects: set[str] = field(default_factory=set)

    def knows(self, speaker: Speaker) -> bool:
        return speaker in self.met

    def meet(self, profiled: Profiled, *, now: datetime) -> None:
        self.meetings += 1
        self.met[profiled.speaker] = profiled

    def leaves(self, speaker: Speaker, *, now: datetime) -> None:
        self.met.pop(speaker, None)
        self.heard.append(speaker)

    def command(self, command: Command, *, now: datetime) -> Shown:
        return self._take(command, command.request)

    def press(self, press: Press, *, now: datetime) -> Shown:
        return self._take(press, press.request)

    def submit(self, submission: Submission, *, now: datetime) -> Shown:
        return self._take(submission, submission.request)

    def said(self, said: Said, *, now: datetime) -> None:
        self._take(said, said.event)

    def home(self, speaker: Speaker, *, now: datetime) -> Home:
        return self.page

    def _take(self, request: Any, key: str) -> Shown:
        if self.broken is not None:
            raise self.broken
        if key in self.effects:
            return Shown()
        self.effects.add(key)
        self.heard.append(request)
        return self.answer


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
