"""Fake platforms: they hold workspaces, refuse what a platform refuses, and have bad days.

Each messenger plays one surface with its workspaces: what was posted can be looked up by its key, a channel that does
not exist is refused, and now and then a platform asks to wait, drops the connection (before or after it accepted), or
is away for hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from bot.simulation.record import Arrived
from handlers.ports import Clock, Found, Lookup, Rejected, Throttled, Unreachable, Unsure
from messages.card import Card, Home

_THROTTLED: Final = 0.004
_DROPPED: Final = 0.004
_ACCEPTED_AND_DROPPED: Final = 0.006
_LOOKED_UP_IN_PART: Final = 0.05
#: Days between two outages of a workspace, on average.
_OUTAGE_EVERY: Final = 240.0


@dataclass(slots=True)
class Message:
    """One message somewhere, with the card as it is now and as it was at first."""

    ref: str
    to: str
    key: str
    card: Card
    first: Card
    thread: str = ""


@dataclass(slots=True)
class Workspace:
    """A workspace: its addresses, and the times at which it is away."""

    places: set[str] = field(default_factory=set[str])
    outages: tuple[tuple[datetime, datetime], ...] = ()


def outages(rng: Random, begin: datetime, days: int) -> tuple[tuple[datetime, datetime], ...]:
    """Draw the outages of one workspace: some hours long, by day and by night."""
    found, at = list[tuple[datetime, datetime]](), rng.expovariate(1 / _OUTAGE_EVERY)
    while at < days:
        start = begin + timedelta(days=at)
        found.append((start, start + timedelta(hours=rng.uniform(0.5, 9))))
        at += 1 + rng.expovariate(1 / _OUTAGE_EVERY)
    return tuple(found)


class Platform:
    """Play one surface, as the `handlers.ports.Messenger` of its workspaces.

    `arrived` is told of every card that was accepted. `counts` counts messages and mishaps.
    """

    def __init__(self, surface: str, clock: Clock, rng: Random, arrived: Callable[[Arrived, Message], None]) -> None:
        self.surface, self._clock, self._rng, self._arrived = surface, clock, rng, arrived
        self.workspaces: dict[str, Workspace] = {}
        self.messages: dict[str, Message] = {}
        self.counts: Counter[str] = Counter()
        self._by_key: dict[tuple[str, str], str] = {}
        #: What people wrote themselves.
        self.said: set[str] = set()
        #: Who is in a conversation.
        self.members: dict[str, tuple[str, ...]] = {}
        self._talks: dict[str, str] = {}

    def of(self, address: str) -> Workspace:
        """Return the workspace of an address. :raises Rejected: there is none."""
        found = self.workspaces.get(address.split(":")[1])
        if found is None:
            raise Rejected("team_not_found")
        return found

    def remove(self, address: str) -> None:
        """Take a place or an account away: from now on it is not found."""
        self.of(address).places.discard(address)

    def restore(self, address: str) -> None:
        """Bring a place back."""
        self.of(address).places.add(address)

    async def post(self, to: str, card: Card, *, key: str, thread: str = "") -> str:
        """Take a message in; whether the sender hears of it is another matter."""
        self._enter(to)
        if thread and thread not in self.messages and thread not in self.said:
            raise Rejected("thread_not_found")
        ref = f"{to}/{len(self.messages) + 1}"
        message = Message(ref, to, key, card, card, thread)
        self.messages[ref] = message
        self._by_key[to, key] = ref
        self.counts["posted"] += 1
        self._arrived(Arrived(self._clock.now(), to, ref, key, card), message)
        self._leave()
        return ref

    async def update(self, ref: str, card: Card) -> None:
        """Change a message."""
        message = self.messages.get(ref)
        if message is None:
            raise Rejected("message_not_found")
        self._enter(message.to)
        message.card = card
        self.counts["updated"] += 1
        self._arrived(Arrived(self._clock.now(), message.to, ref, message.key, card, update=True), message)
        self._leave()

    async def find(self, to: str, *, key: str, since: datetime, thread: str = "") -> Lookup:
        """Look a message up; now and then only a part of what was posted can be seen."""
        del since, thread
        self._enter(to)
        self.counts["looked up"] += 1
        if self._rng.random() < _LOOKED_UP_IN_PART:
            return Lookup(Found.UNKNOWN)
        ref = self._by_key.get((to, key))
        return Lookup(Found.ABSENT) if ref is None else Lookup(Found.PRESENT, ref)

    async def open_conversation(self, people: Sequence[str], *, title: str, key: str) -> str:
        """Open a conversation; the same people have one."""
        del title, key
        self._enter(people[0])
        gone = [one for one in people if one not in self.of(one).places]
        if gone:
            raise Rejected("user_not_found")
        who = " ".join(sorted(people))
        address = self._talks.setdefault(who, f"{people[0].rpartition(':')[0]}:talk-{len(self._talks) + 1}")
        self.of(address).places.add(address)
        self.members[address] = tuple(people)
        self._leave()
        return address

    async def create_channel(self, workspace: str, *, name: str, private: bool, key: str) -> str:
        """Create a channel, or take the one of this name."""
        del private, key
        address = f"{workspace}:{name}"
        self.of(address).places.add(address)
        return address

    async def bring_in(self, channel: str, person: str) -> None:
        """Let a person into a channel."""
        self._enter(channel)
        if person not in self.of(person).places:
            raise Rejected("user_not_found")

    async def take_out(self, channel: str, person: str) -> None:
        """Take a person out of a channel."""
        del person
        self._enter(channel)

    async def publish_home(self, to: str, home: Home) -> None:
        """Show a person's own page."""
        del home
        self._enter(to)

    def _enter(self, to: str) -> None:
        """Refuse, or fail, before anything was accepted."""
        workspace, now, chance = self.of(to), self._clock.now(), self._rng.random()
        if any(begins <= now < ends for begins, ends in workspace.outages):
            self.counts["away"] += 1
            raise Unreachable("connection refused") if chance < 0.5 else Unsure("503")
        if to not in workspace.places:
            self.counts["refused"] += 1
            raise Rejected("channel_not_found")
        if chance < _THROTTLED:
            self.counts["throttled"] += 1
            raise Throttled(float(self._rng.randint(1, 90)))
        if chance < _THROTTLED + _DROPPED:
            self.counts["dropped"] += 1
            raise Unsure("connection reset")

    def _leave(self) -> None:
        """Fail after all was accepted."""
        if self._rng.random() < _ACCEPTED_AND_DROPPED:
            self.counts["accepted and dropped"] += 1
            raise Unsure("connection reset")
