"""One simulated programme, from the first day to the last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import handlers.journeys as journeys
from bot.calendar import PublicHolidays
from bot.simulation import opening
from bot.simulation.buyers import plan_challenges
from bot.simulation.cast import Cast, make_cast
from bot.simulation.looks import first
from bot.simulation.people import People, plan_lives
from bot.simulation.platform import Message, Platform, Workspace, outages
from bot.simulation.readers import Readers
from bot.simulation.record import Arrived, Ended, Entry, Watcher
from bot.simulation.time import SimulatedClock, SimulatedLoop
from bot.simulation.town import Town
from bot.simulation.vouchers import plan_calls
from domain.organisations import Role
from handlers.desk import Desk
from handlers.outbox import Deliverer
from handlers.rates import Buckets
from handlers.ticks import TICKS
from handlers.work import Kit
from messages.card import Card, Home
from store import backlog, queue
from store.engine import Database

#: A Monday. The zones of the invented people are whole hours apart, and deadlines end at a midnight of theirs: the
#: clock finds something at full hours only.
BEGIN: Final = datetime(2027, 1, 4, 6, tzinfo=UTC)
_TURN: Final = timedelta(hours=1)
#: What is merely tidied up can wait for the night.
_NIGHTLY: Final = frozenset(
    {
        "audit.seal",
        "embeddings.find",
        "inbox.purge",
        "model.answers.purge",
        "outbox.purge",
        "relay.forget",
        "scores.calibrate",
        "web.changes.purge",
    }
)
_NIGHT: Final = 2
_LOOK: Final = timedelta(days=7)
_SURFACES: Final = ("slack", "web")
#: Time for what still waits when the last day is over.
_LAST: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a programme is."""

    clusters: int = 200
    smes: int = 4000
    challenges: int = 300
    days: int = 730
    seed: int = 1


@dataclass(slots=True)
class Programme:
    """A deployment on a store of its own, with everybody who uses it. `watchers` are told all that platforms saw."""

    size: Size
    database: Database
    loop: SimulatedLoop
    progress: Callable[[int, int | None], None]
    watchers: list[Watcher] = field(default_factory=list[Watcher])
    cast: Cast = field(init=False)
    clock: SimulatedClock = field(init=False)
    kit: Kit = field(init=False)
    platforms: dict[str, Platform] = field(init=False)
    town: Town = field(init=False)
    deliverer: Deliverer = field(init=False)
    _people: People = field(init=False)

    def __post_init__(self) -> None:
        size = self.size
        assert journeys.LOADED  # noqa: S101  (importing them registers routes, letters and ticks)
        self.cast = make_cast(self._rng("cast"), clusters=size.clusters, smes=size.smes, begin=BEGIN, days=size.days)
        self.clock = SimulatedClock(self.loop, BEGIN)
        self.kit = Kit(PublicHolidays(), public_url="https://matchpoint.example")
        self.platforms = {
            one: Platform(one, self.clock, self._rng(f"faults of {one}"), self._arrived) for one in _SURFACES
        }
        self._open_workspaces()
        self.town = Town(
            self.cast, Desk(self.database, self.kit), self.clock, self._rng("people"), self.platforms, self.tell
        )
        self.town.by_address.update({one.address: one for one in self.cast.people})
        self._people = People(self.town, Readers(self.town))
        self.deliverer = Deliverer(
            self.database,
            self.kit,
            self.platforms,
            self.clock,
            owner="simulated",
            buckets=Buckets(monotonic=self.clock.seconds),
        )

    @property
    def end(self) -> datetime:
        """Return the last instant."""
        return BEGIN + timedelta(days=self.size.days)

    def tell(self, entry: Entry) -> None:
        """Tell everybody who watches."""
        for watcher in self.watchers:
            watcher(entry)

    async def run(self) -> None:
        """Play it to the end, from one instant at which something is due to the next."""
        opening.fill_store(self.database, self.kit, self.cast, self._rng("profiles"), BEGIN)
        plan_lives(self.town, lambda person: opening.sign_in(self.town, person), self.size.days)
        plan_challenges(self.town, self.size.challenges, self.size.days)
        plan_calls(self.town, self.size.days)
        turn = look = looked = due = BEGIN
        while (now := self.clock.now()) < self.end:
            busy = due <= now
            if now >= turn:
                busy |= self._turn_the_clock(now)
                turn = now.replace(minute=0, second=0, microsecond=0) + _TURN
            if now >= look:
                looked, look = self._look_at_outbox(looked), now + _LOOK
                self.progress((now - BEGIN).days, self.size.days)
            for act in self.town.due():
                busy = True
                act()
            if busy:
                await self._deliver()
                due = self._next_due()
            self.clock.jump(min(turn, due, self.town.next_plan() or self.end, self.end))
        self._look_at_outbox(looked)
        self._look_at_rest()

    async def _deliver(self) -> None:
        """Deliver what is due, and a moment later what had to wait because a place rests after every message."""
        while await self._turn():
            self.clock.jump(self.clock.now() + max(self.deliverer.buckets.rests.values()))

    async def _turn(self) -> int:
        handled = 0
        while number := await self.deliverer.turn():
            handled += number
        return handled

    def _next_due(self) -> datetime:
        with self.database.read() as session:
            return queue.next_due(session, after=self.clock.now()) or self.end

    def _turn_the_clock(self, now: datetime) -> bool:
        """Turn it; tell whether there was anything to do."""
        turned = (one for one in TICKS.values() if one.name not in _NIGHTLY or now.hour == _NIGHT)
        return sum(one.function(self.database, self.kit, now) for one in turned) > 0

    def _look_at_outbox(self, since: datetime) -> datetime:
        """Tell which rows have ended since; return until when that was looked at."""
        until = self.clock.now()
        with self.database.read() as session:
            for row in backlog.ended(session, since=since, until=until):
                self.tell(_ended(row))
        return until

    def _look_at_rest(self) -> None:
        """Tell what has not ended, and let managers drop what was refused, as far as their own page shows it."""
        with self.database.read() as session:
            for row in backlog.unended(session):
                self.tell(_ended(row, at=self.clock.now()))
        for person in (one for one in self.cast.people if one.role is Role.MANAGER):
            while (button := first(_dropping(self.town.home(person)), "undelivered.drop")) is not None:
                self.town.press(person, button)

    def _arrived(self, arrived: Arrived, message: Message) -> None:
        self.tell(arrived)
        self._people.see(arrived, message)

    def _open_workspaces(self) -> None:
        rng = self._rng("outages")
        for cluster in self.cast.clusters:
            places = {cluster.channel, cluster.managers_channel, *(one.address for one in cluster.people)}
            away = outages(rng, BEGIN, self.size.days)
            self.platforms[cluster.surface].workspaces[cluster.workspace] = Workspace(places, away)

    def _rng(self, purpose: str) -> Random:
        return Random(f"{self.size.seed}: {purpose}")  # noqa: S311  (the same seed plays the same programme)


def _ended(row: backlog.Entry, *, at: datetime | None = None) -> Ended:
    return Ended(at or row.updated_at, row.id, row.key, row.kind, row.status, row.last_error or "", row.due_at)


def _dropping(home: Home) -> Card | None:
    return next((card for card in home.cards if first(card, "undelivered.drop")), None)


def play(
    size: Size,
    database: Database,
    progress: Callable[[int, int | None], None],
    begins: Callable[[Programme], None],
) -> Programme:
    """Play a programme on an empty, migrated store; `begins` sees it before anything happens."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, SimulatedLoop)  # noqa: S101  (the factory above made it)
        programme = Programme(size, database, loop, progress)
        begins(programme)
        runner.run(programme.run())
        return programme
