"""Who there is: clusters, organisations and people, all invented from one seed, with the way each of them behaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import Final

from bot.simulation.words import TRADES, Trade, name_of
from domain.countries import LANGUAGES, ZONES
from domain.organisations import Role

COUNTRIES: Final = (
    *("DK", "NL", "DE", "SE", "NO", "GB", "BE", "FI", "PL", "EE", "LV"),
    *("LT", "IE", "FR", "ES", "PT", "IT", "AT", "CZ", "GR", "IS", "CH"),
)
_REGIONS: Final = {"DE": ("HH", "BY", "NW"), "GB": ("ENG", "SCT"), "ES": ("CT", "MD"), "CH": ("ZH",)}
_SME_PEOPLE: Final = 1.15
_BUYERS_PER_CLUSTER: Final = 1
_SLACK_SHARE: Final = 0.4
#: How many of the SMEs' people ever come to the chat.
_COME: Final = 0.45


class Temper(StrEnum):
    """How somebody treats what arrives."""

    PROMPT = "prompt"
    SLOW = "slow"
    SILENT = "silent"
    IMPATIENT = "impatient"


#: How likely each is to react at all, and after how many hours (between these two, mostly early).
TEMPERS: Final = {
    Temper.PROMPT: (0.95, 0.2, 20.0),
    Temper.SLOW: (0.75, 12.0, 260.0),
    Temper.SILENT: (0.08, 24.0, 500.0),
    Temper.IMPATIENT: (0.95, 0.02, 6.0),
}
_MIX: Final = {
    Role.SME: (0.27, 0.33, 0.25, 0.15),
    Role.BUYER: (0.40, 0.37, 0.10, 0.13),
    Role.MANAGER: (0.65, 0.25, 0.0, 0.10),
}


@dataclass(slots=True, eq=False)
class Cluster:
    """A cluster with one workspace."""

    number: int
    name: str
    country: str
    region: str
    zone: str
    language: str
    surface: str
    workspace: str
    people: list[Person] = field(default_factory=list["Person"])

    @property
    def channel(self) -> str:
        """Return the address of the challenge channel."""
        return f"{self.surface}:{self.workspace}:challenges"

    @property
    def managers_channel(self) -> str:
        """Return the address of the managers' channel."""
        return f"{self.surface}:{self.workspace}:managers"

    @property
    def managers(self) -> list[Person]:
        """Return who manages it."""
        return [one for one in self.people if one.role is Role.MANAGER]


@dataclass(slots=True, eq=False)
class Organisation:
    """An SME or a buyer; `clusters` begins with its home. A `secretive` buyer states teasers and nothing else."""

    number: int
    name: str
    word: str
    role: Role
    country: str
    clusters: tuple[Cluster, ...]
    trade: Trade
    capacity: int
    secretive: bool = False
    people: list[Person] = field(default_factory=list["Person"])


@dataclass(slots=True, eq=False)
class Person:
    """A person with one account. `away` are holidays, `quiet` the quiet hours that the person has set."""

    number: int
    name: str
    word: str
    email: str
    role: Role
    cluster: Cluster
    organisation: Organisation | None
    zone: str
    country: str
    region: str
    language: str
    temper: Temper
    comes_at: datetime
    away: tuple[tuple[datetime, datetime], ...]
    quiet: tuple[time, time] | None = None
    met: bool = False
    left: bool = False

    @property
    def user(self) -> str:
        """Return the account's id in its workspace."""
        return f"U{self.number}"

    @property
    def address(self) -> str:
        """Return where the person is reached privately."""
        return f"{self.cluster.surface}:{self.cluster.workspace}:@{self.user}"

    def __str__(self) -> str:
        return f"{self.role} {self.number}"


@dataclass(slots=True, eq=False)
class Cast:
    """Everybody."""

    clusters: list[Cluster] = field(default_factory=list[Cluster])
    smes: list[Organisation] = field(default_factory=list[Organisation])
    buyers: list[Organisation] = field(default_factory=list[Organisation])
    people: list[Person] = field(default_factory=list[Person])

    @property
    def organisations(self) -> list[Organisation]:
        """Return SMEs and buyers."""
        return [*self.smes, *self.buyers]


class _Maker:
    def __init__(self, rng: Random, begin: datetime, days: int) -> None:
        self.rng, self.begin, self.days = rng, begin, days
        self.cast = Cast()
        self._names = 0

    def word(self) -> str:
        self._names += 1
        return name_of(self._names)

    def cluster(self, number: int) -> None:
        rng, country = self.rng, COUNTRIES[number % len(COUNTRIES)]
        surface = "slack" if rng.random() < _SLACK_SHARE else "web"
        one = Cluster(
            number,
            f"Cluster {self.word()}",
            country,
            rng.choice(_REGIONS.get(country, ("",))),
            ZONES[country],
            LANGUAGES.get(country, "en"),
            surface,
            f"T{number}" if surface == "slack" else f"w{number}",
        )
        self.cast.clusters.append(one)
        for _ in range(rng.choice((1, 1, 2))):
            self.person(Role.MANAGER, one, None)

    def organisation(self, number: int, role: Role, home: Cluster) -> None:
        rng, word = self.rng, self.word()
        others = [one for one in self.cast.clusters if one is not home]
        second = (rng.choice(others),) if role is Role.SME and others and rng.random() < 0.08 else ()
        one = Organisation(
            number,
            f"{word} {'Solutions' if role is Role.SME else 'Utility'}",
            word,
            role,
            home.country,
            (home, *second),
            rng.choice(TRADES),
            rng.choice((1, 2, 3, 3, 4)),
            secretive=role is Role.BUYER and rng.random() < 0.4,
        )
        (self.cast.smes if role is Role.SME else self.cast.buyers).append(one)
        for _ in range(1 if role is Role.BUYER or rng.random() > _SME_PEOPLE - 1 else 2):
            self.person(role, home, one)

    def person(self, role: Role, cluster: Cluster, organisation: Organisation | None) -> None:
        rng, number = self.rng, len(self.cast.people) + 1
        abroad = rng.choice(COUNTRIES) if rng.random() < 0.05 else cluster.country
        early = role is not Role.SME
        after = rng.random() * (0.02 if early else 0.4) * self.days if early or rng.random() < _COME else 2 * self.days
        word = self.word()
        person = Person(
            number,
            f"{rng.choice(('Ada', 'Bo', 'Cleo', 'Dirk', 'Eva', 'Finn'))} {word}",
            word,
            f"p{number}@people.example",
            role,
            cluster,
            organisation,
            ZONES[abroad],
            cluster.country,
            cluster.region,
            cluster.language if rng.random() < 0.8 else "en",
            rng.choices(tuple(TEMPERS), _MIX[role])[0],
            self.begin + timedelta(days=0 if role is Role.MANAGER else after),
            tuple(self._holiday(year) for year in range(self.days // 365 + 1) for _ in range(2)),
        )
        self.cast.people.append(person)
        cluster.people.append(person)
        if organisation is not None:
            organisation.people.append(person)

    def _holiday(self, year: int) -> tuple[datetime, datetime]:
        begins = self.begin + timedelta(days=365 * year + self.rng.randrange(365))
        return begins, begins + timedelta(days=self.rng.choice((5, 9, 16, 23)))


def make_cast(rng: Random, *, clusters: int, smes: int, begin: datetime, days: int) -> Cast:
    """Invent everybody: managers and a buyer in each cluster, and SMEs spread over them."""
    maker = _Maker(rng, begin, days)
    for number in range(clusters):
        maker.cluster(number)
    for number in range(clusters * _BUYERS_PER_CLUSTER):
        maker.organisation(number + 1, Role.BUYER, maker.cast.clusters[number % clusters])
    for number in range(smes):
        maker.organisation(number + 1, Role.SME, maker.cast.clusters[number % clusters])
    return maker.cast
