"""What the journeys are told in: people at a surface, who type, press, fill and read, whatever the surface is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx

from bot.wiring import Parts
from bot.worker import Worker
from domain.organisations import OrganisationKind, Role
from handlers.members.setup import SetUp, set_up_by_operator
from handlers.rates import Buckets
from handlers.work import Work
from store.engine import Session
from store.queries import people
from tests.fakes.clock import StillClock
from tests.world import add_organisation, add_person, add_profile

CHALLENGES: Final = "challenges"
MANAGERS: Final = "managers"
BUYER: Final = "Nordkaj Utility"
SME: Final = "Waterlens"
NAMES: Final = ("buyer", "manager", "sme", "colleague", "neighbour", "stranger")
#: After so many seconds of the still clock nothing waits any more.
_PATIENCE: Final = 8

Text = str | tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """A message, card or form as a person sees it at one moment; `handle` is the surface's own."""

    text: str
    actions: tuple[str, ...]
    handle: Any = field(repr=False, compare=False)
    private: bool = False


class Player(ABC):
    """One person. `shown` is what the last act was answered with, `errors` what is wrong in a form, by field."""

    shown: Seen | None = None
    errors: dict[str, str]

    @property
    def answer(self) -> Seen:
        assert self.shown is not None, "nothing was answered"
        return self.shown

    @property
    @abstractmethod
    def fields(self) -> Sequence[str]:
        """The names of the fields of the form on the screen; none if there is no form."""

    @abstractmethod
    async def command(self, name: str, text: str = "") -> None:
        """Type a command in the challenge channel."""

    @abstractmethod
    async def press(self, seen: Seen, action: str, *, below: str = "") -> None:
        """Press the first button with this action, if wanted below a line that holds `below`."""

    @abstractmethod
    async def fill(self, **answers: Text) -> None:
        """Fill the form on the screen and send it."""

    @abstractmethod
    async def reply(self, post: Seen, text: str) -> None:
        """Reply in the thread of a message in the challenge channel."""

    @abstractmethod
    async def say(self, text: str) -> Seen:
        """Write a plain message into the challenge channel."""

    @abstractmethod
    async def talk(self, text: str, *, below: bool = False) -> None:
        """Write into the one conversation of an introduction; `below` what one wrote last, where there are threads."""

    @abstractmethod
    async def rewrite(self, text: str) -> None:
        """Write anew what one wrote last in the conversation of an introduction."""

    @abstractmethod
    async def take_back(self) -> None:
        """Take away what one wrote last in the conversation of an introduction."""

    @abstractmethod
    async def repeat(self) -> None:
        """Let the surface send the last reply a second time."""

    @abstractmethod
    async def home(self) -> list[Seen]:
        """Open one's own page."""

    @abstractmethod
    async def inbox(self) -> list[Seen]:
        """Read what came privately, oldest first."""

    @abstractmethod
    async def channel(self, name: str) -> list[Seen]:
        """Read what was posted in a channel, oldest first."""

    @abstractmethod
    async def conversations(self) -> list[list[Seen]]:
        """Read the conversations with others that one is in."""

    @abstractmethod
    def come_in(self, parts: Parts, name: str) -> None:
        """Come in anew, where that is needed at all."""

    async def find(self, place: str, holding: str, action: str = "") -> Seen:
        """Return the newest message in a channel, `inbox` or `home` that holds a text and has an action."""
        where = {"home": self.home, "inbox": self.inbox}
        seen = await (where[place]() if place in where else self.channel(place))
        fitting = [one for one in seen if holding in one.text and (not action or action in one.actions)]
        assert fitting, f"no {holding!r} with {action or 'any button'} in {place}: {[one.text for one in seen]}"
        return fitting[-1]

    async def everything(self) -> str:
        """Return all that this person can read privately, on the own page, and in the challenge channel."""
        seen = [*await self.home(), *await self.inbox(), *await self.channel(CHALLENGES)]
        return "\n".join(one.text for one in seen)


@dataclass
class Stage:
    """The program with its worker, and its people."""

    surface: str
    parts: Parts
    clock: StillClock
    people: dict[str, Player]
    app: Any

    def __post_init__(self) -> None:
        self._deliverer = Worker(self.parts).deliverer
        self._deliverer.buckets = Buckets(rates={})  # the pace of a real workspace would only be waited for

    def __getattr__(self, name: str) -> Player:
        if name in NAMES:
            return self.people[name]
        raise AttributeError(name)

    async def deliver(self) -> None:
        """Let the worker do what is due, also what is put off for some seconds so that it comes in one message."""
        for _ in range(_PATIENCE):
            while await self._deliverer.turn():
                pass
            self.clock.advance(1)

    async def wait(self, seconds: float, *, step: float = 30) -> None:
        """Let time pass while the worker is at work."""
        until = self.clock.now() + timedelta(seconds=seconds)
        while self.clock.now() < until:
            while await self._deliverer.turn():
                pass
            self.clock.advance(step)

    def come_in_again(self) -> None:
        """Let everybody come in anew, where what one came in with ends after a while."""
        for name, who in self.people.items():
            who.come_in(self.parts, name)

    async def fetch(self, address: str) -> bytes:
        """Fetch an address as a program does that knows no cookie."""
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url=self.parts.kit.public_url) as client:
            response = await client.get(address)
        assert response.status_code == 200, address
        return response.content

    @property
    def deadline(self) -> str:
        return (self.clock.now() + timedelta(days=45)).date().isoformat()


def seed(parts: Parts, surface: str, workspace: str, challenges: str, managers: str) -> None:
    """Fill an empty store with one cluster in one workspace, its members, and what they can do."""
    with parts.database.write() as session:
        wanted = SetUp(
            cluster="CLEAN",
            country="DK",
            workspace=workspace,
            surface=surface,
            managers=(email_of("manager"),),
            challenge_channel=challenges,
            managers_channel=managers,
            language="en",
        )
        set_up_by_operator(Work(session, parts.clock.now(), parts.kit), wanted)
        cluster = people.cluster_named(session, "CLEAN", "DK")
        assert cluster is not None
        _members(session, cluster)


def _members(session: Session, cluster: int) -> None:
    utility = add_organisation(session, BUYER, OrganisationKind.BUYER, cluster)
    lens = add_organisation(session, SME, OrganisationKind.SME, cluster, headcount=12)
    other = add_organisation(session, "Fjordsensor", OrganisationKind.SME, cluster, headcount=9)
    add_profile(session, lens, "Optical sensors find bacteria in drinking water.", "E. coli sensors", "pipe networks")
    add_profile(session, other, "Sensors for leaks in pipes.", "pipe sensors")
    add_person(session, "buyer", Role.BUYER, cluster, utility)
    add_person(session, "sme", Role.SME, cluster, lens)
    add_person(session, "colleague", Role.SME, cluster, lens)
    add_person(session, "neighbour", Role.SME, cluster, other)


def email_of(name: str) -> str:
    """Return the address by which a person of the directory is met."""
    return f"{name}@example.org"
