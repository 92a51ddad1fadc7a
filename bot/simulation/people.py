"""What people do about the cards that reach them. They know nothing but the card, and press what is on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.simulation.cast import Cluster, Person
from bot.simulation.habits import habit_for, is_hasty
from bot.simulation.platform import Message
from bot.simulation.readers import Readers
from bot.simulation.record import Arrived, buttons_of
from bot.simulation.town import Town
from domain.organisations import Role
from handlers.requests import Place

_MOST_LOOKS: Final = 3
_OUTDATED: Final = 0.15
_LEAVES: Final = 0.03
_ARCHIVES: Final = 0.1


@dataclass(slots=True)
class People:
    """Everybody's eyes: a card that arrives is looked at later, as it then stands, and something is done about it."""

    town: Town
    readers: Readers
    _looks: dict[tuple[int, str], int] = field(default_factory=dict[tuple[int, str], int])
    _waiting: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    _channels: dict[str, tuple[Cluster, bool]] = field(default_factory=dict[str, tuple[Cluster, bool]])

    def __post_init__(self) -> None:
        for cluster in self.town.cast.clusters:
            self._channels[cluster.channel] = (cluster, False)
            self._channels[cluster.managers_channel] = (cluster, True)

    def see(self, arrived: Arrived, message: Message) -> None:
        """Notice a card that arrived; whoever it concerns plans to look at it."""
        person = self.town.by_address.get(arrived.to)
        if person is not None:
            self._notice(person, message)
        elif arrived.to in self._channels:
            cluster, managers = self._channels[arrived.to]
            if managers:
                self._notice(self.town.rng.choice(cluster.managers), message)
            elif not arrived.update and not message.thread:
                self.readers.read(cluster, message)
        elif arrived.kind == "conversation" and not arrived.update:
            self._talk(message)

    def _notice(self, person: Person, message: Message) -> None:
        key = (person.number, message.ref)
        if key in self._waiting or self._looks.get(key, 0) >= _MOST_LOOKS or habit_for(message.card, person) is None:
            return
        self._looks[key] = self._looks.get(key, 0) + 1
        if self.town.reacts(person):
            self._waiting.add(key)
            self.town.plan(self.town.soon(person), lambda: self._look(person, message))

    def _look(self, person: Person, message: Message) -> None:
        """Do something about a card as it stands, or, with an old page on the screen, as it was."""
        self._waiting.discard((person.number, message.ref))
        outdated = is_hasty(person) and self.town.rng.random() < _OUTDATED
        card = message.first if outdated else message.card
        habit = habit_for(card, person)
        if habit is not None and not person.left:
            habit(self.town, person, message, card)

    def _members(self, message: Message) -> list[Person]:
        members = self.town.platforms[message.to.partition(":")[0]].members.get(message.to, ())
        return [self.town.by_address[one] for one in members]

    def _talk(self, message: Message) -> None:
        """Let one of those who are in a new conversation write a line there."""
        who = [one for one in self._members(message) if self.town.reacts(one)]
        if who:
            person, place = who[0], Place(channel=message.to)
            self.town.plan(self.town.soon(person), lambda: self.town.say(person, place, "Good to meet you. When?"))


def plan_lives(town: Town, sign_in: Callable[[Person], None], days: int) -> None:
    """Let everybody come when it is time, some leave for good, and managers look at their own page now and then."""
    for person in town.cast.people:
        town.plan(town.awake(person, person.comes_at), lambda one=person: sign_in(one))
        if person.role is Role.MANAGER:
            _look_at_home(town, person)
        elif town.rng.random() < _LEAVES:
            town.plan(person.comes_at + timedelta(days=town.rng.uniform(1, days)), lambda one=person: _leave(town, one))
    for cluster in town.cast.clusters:
        if town.rng.random() < _ARCHIVES:
            _archive(town, cluster, town.clock.now() + timedelta(days=town.rng.uniform(5, days / 2)))


def _leave(town: Town, person: Person) -> None:
    """Leave without a word: the account is gone."""
    person.left = True
    town.platforms[person.cluster.surface].remove(person.address)


def _archive(town: Town, cluster: Cluster, at: datetime) -> None:
    """Archive a challenge channel by mistake; some days later somebody brings it back."""
    platform = town.platforms[cluster.surface]
    town.plan(at, lambda: platform.remove(cluster.channel))
    town.plan(at + timedelta(days=town.rng.uniform(5, 20)), lambda: platform.restore(cluster.channel))


def _look_at_home(town: Town, person: Person) -> None:
    def look() -> None:
        home = town.home(person)
        for button in (one for card in home.cards for one in buttons_of(card)):
            if button.action in ("undelivered.resend", "undelivered.drop"):
                town.press(person, button)
                break
        _look_at_home(town, person)

    town.plan(town.awake(person, town.clock.now() + timedelta(days=town.rng.uniform(20, 60))), look)
