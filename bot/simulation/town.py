"""Where people live: when they have time, what they plan to do, and how it reaches the desk."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from bot.calendar import PublicHolidays
from bot.simulation.cast import TEMPERS, Cast, Person, Temper
from bot.simulation.platform import Message, Platform
from bot.simulation.record import Acted, Watcher, buttons_of
from bot.simulation.time import SimulatedClock
from domain.calendars import wall_clock
from handlers.desk import Desk
from handlers.requests import Command, Place, Press, Profiled, Said, Shown, Speaker, Submission
from messages.card import Button, Field, FieldKind, Form, Home

_STARTS: Final = time(7, 30)
_STOPS: Final = time(19)
_WEEKEND_TOO: Final = 0.04
_AGAIN: Final = 0.03
_HOLIDAYS: Final = PublicHolidays()

Answers = Mapping[str, str | tuple[str, ...]]
Act = Callable[[], None]


@dataclass(slots=True)
class Town:
    """Everybody's hands and diaries. What is done is told to `watch`."""

    cast: Cast
    desk: Desk
    clock: SimulatedClock
    rng: Random
    platforms: Mapping[str, Platform]
    watch: Watcher
    by_address: dict[str, Person] = field(default_factory=dict[str, Person])
    _plans: list[tuple[datetime, int, Act]] = field(default_factory=list[tuple[datetime, int, Act]])
    _done: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    _count: int = 0

    def once(self, *what: str) -> bool:
        """Tell whether this is the first time that this is asked."""
        known = what in self._done
        self._done.add(what)
        return not known

    # -- when ------------------------------------------------------------------------------------------------------

    def plan(self, at: datetime, act: Act) -> None:
        """Have something done at that time."""
        self._count += 1
        heapq.heappush(self._plans, (at, self._count, act))

    def next_plan(self) -> datetime | None:
        """Return when somebody does something next."""
        return self._plans[0][0] if self._plans else None

    def due(self) -> Iterator[Act]:
        """Take out what is to be done by now."""
        while self._plans and self._plans[0][0] <= self.clock.now():
            yield heapq.heappop(self._plans)[2]

    def soon(self, person: Person, *, hurry: float = 1.0) -> datetime:
        """Return when somebody gets round to something, by temper, working hours and holidays."""
        _, low, high = TEMPERS[person.temper]
        hours = low + (high - low) * self.rng.random() ** 3
        return self.awake(person, self.clock.now() + timedelta(hours=hours * hurry))

    def awake(self, person: Person, at: datetime) -> datetime:
        """Return this time, or the next at which the person looks at the chat."""
        zone = ZoneInfo(person.zone)
        for _ in range(200):
            for begins, ends in person.away:
                if begins <= at < ends:
                    at = ends
            shown = at.astimezone(zone)
            works = shown.weekday() < 5 or self.rng.random() < _WEEKEND_TOO
            if works and not _HOLIDAYS.is_holiday(shown.date(), country=person.country, region=person.region):
                if shown.time() < _STARTS:
                    return wall_clock(shown.date(), _STARTS, zone) + timedelta(minutes=self.rng.randrange(100))
                if shown.time() < _STOPS:
                    return at
            at = wall_clock(shown.date() + timedelta(days=1), time(6), zone)
        return at

    def reacts(self, person: Person) -> bool:
        """Tell whether somebody does anything about something."""
        return not person.left and self.rng.random() < TEMPERS[person.temper][0]

    # -- what ------------------------------------------------------------------------------------------------------

    def message(self, ref: str) -> Message:
        """Return a message as it stands now."""
        return self.platforms[ref.partition(":")[0]].messages[ref]

    def press(self, person: Person, button: Button, message: Message | None = None) -> Shown:
        """Press a button; impatient people press it twice, and platforms now and then tell of it twice."""
        shown = self._press(person, button, message, self._request())
        if person.temper is Temper.IMPATIENT and self.rng.random() < 0.3:
            self._press(person, button, message, self._request())
        return shown

    def press_one(self, person: Person, shown: Shown, *actions: str) -> Shown | None:
        """Press the first button with one of these actions on a card that somebody was shown; None: there is none."""
        found = [button for button in buttons_of(shown.card) if button.action in actions]
        return self.press(person, found[0]) if found else None

    def command(self, person: Person, name: str, text: str = "") -> Shown:
        """Type a command."""
        self.meet(person)
        place = Place(channel=person.cluster.channel)
        shown = self.desk.command(Command(_speaker(person), name, text, place, self._request()), now=self.clock.now())
        return self._told(person, f"/{name}", text, shown)

    def fill(self, person: Person, form: Form, answers: Answers) -> Shown:
        """Fill a form and send it; what is filled in already stays."""
        known = {one.name for one in form.fields}
        fields = {one.name: one.value for one in form.fields}
        fields |= {one.name: self._any(one) for one in form.fields if one.required and not one.value}
        fields |= {name: value for name, value in answers.items() if name in known}
        submission = Submission(_speaker(person), form.action, form.value, fields, request=self._request())
        shown = self.desk.submit(submission, now=self.clock.now())
        if self.rng.random() < _AGAIN:
            self.desk.submit(submission, now=self.clock.now())
        return self._told(person, form.action, form.value, shown, fields)

    def say(self, person: Person, place: Place, text: str) -> None:
        """Write something in a thread or conversation."""
        self.meet(person)
        event = self._request()
        said = Said(_speaker(person), place, text, message=f"{place.channel}/said-{event}", event=event)
        self.platforms[person.cluster.surface].said.add(said.message)
        for _ in range(2 if self.rng.random() < _AGAIN else 1):
            self.desk.said(said, now=self.clock.now())
        self.watch(Acted(self.clock.now(), person, "says", place.thread or place.channel, done=True))

    def home(self, person: Person) -> Home:
        """Open one's own page."""
        self.meet(person)
        return self.desk.home(_speaker(person), now=self.clock.now())

    def meet(self, person: Person) -> None:
        """Let the platform tell who somebody is, the first time."""
        if person.met:
            return
        person.met = True
        profiled = Profiled(_speaker(person), person.name, person.address, person.email, person.language, person.zone)
        self.desk.meet(profiled, now=self.clock.now())

    def _press(self, person: Person, button: Button, message: Message | None, request: str) -> Shown:
        self.meet(person)
        place = Place(message.to, message.thread) if message else Place()
        ref = message.ref if message else ""
        press = Press(_speaker(person), button.action, button.value, place, ref, request)
        shown = self.desk.press(press, now=self.clock.now())
        if self.rng.random() < _AGAIN:
            self.desk.press(press, now=self.clock.now())
        return self._told(person, button.action, button.value, shown, on=message.key if message else "")

    def _told(
        self, person: Person, action: str, value: str, shown: Shown, fields: Answers | None = None, *, on: str = ""
    ) -> Shown:
        done = not shown.failed and not shown.errors
        self.watch(Acted(self.clock.now(), person, action, value, done, shown.card, shown.form, fields, on))
        return shown

    def _any(self, asked: Field) -> str | tuple[str, ...]:
        if asked.options:
            chosen = self.rng.choice(asked.options).value
            return (chosen,) if asked.kind in (FieldKind.CHOICES, FieldKind.CHECK) else chosen
        return "As discussed."

    def _request(self) -> str:
        self._count += 1
        return f"request-{self._count}"


def _speaker(person: Person) -> Speaker:
    return Speaker(person.cluster.surface, person.cluster.workspace, person.user)
