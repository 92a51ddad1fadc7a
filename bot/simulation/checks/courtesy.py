"""Nudges are polite: in working hours, few, and never about what is settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import ClassVar, Final

from bot.simulation.cast import Person
from bot.simulation.checks.base import Check
from bot.simulation.checks.facts import is_person
from bot.simulation.record import Arrived, Entry, buttons_of

NUDGES: Final = "nudges"
REMINDERS: Final = "reminders"
_OPENS: Final = time(9)
_CLOSES: Final = time(17)
#: What was begun in time may arrive a little later: a rate limit, a slow platform.
_GRACE: Final = timedelta(minutes=2)
_A_DAY: Final = 1
_A_WEEK: Final = 3
_A_CHAIN: Final = 3


@dataclass(slots=True)
class WorkingHours(Check):
    """No nudge, reminder or digest outside somebody's working hours, on a closed day or in quiet hours."""

    rule: ClassVar[str] = "no nudge, reminder or digest outside the person's working hours, working days, quiet hours"

    def see(self, entry: Entry) -> None:
        """Look at the local time at which a nudge arrived."""
        person = is_person(self.facts, entry)
        if person is None or not isinstance(entry, Arrived) or entry.kind not in (NUDGES, REMINDERS):
            return
        self.cases += 1
        shown = entry.at.astimezone(self.facts.zone_of(person))
        begun = shown - _GRACE
        if not self.facts.works_on(person, shown.date()):
            self.broken(f"{entry.key} arrived on a closed day, {shown:%a %d %b %H:%M}", entry.at, person)
        elif shown.time() < _OPENS or begun.time() >= _CLOSES:
            self.broken(f"{entry.key} arrived at {shown:%H:%M} of the person's time", entry.at, person)
        elif self._quiet(person, shown.time()) and self._quiet(person, begun.time()):
            self.broken(f"{entry.key} arrived in quiet hours, at {shown:%H:%M}", entry.at, person)

    def _quiet(self, person: Person, at: time) -> bool:
        wished = str(self.facts.wishes.get(person.number, {}).get("quiet_hours", ""))
        if not wished:
            return False
        start, end = (time.fromisoformat(part) for part in wished.split("-"))
        return start <= at < end if start <= end else at >= start or at < end


@dataclass(slots=True)
class Caps(Check):
    """One bundled message a day, three a week, three about one thing."""

    rule: ClassVar[str] = "caps kept: one bundled message a person and day, three a week, three a subject"
    days: Counter[tuple[int, str]] = field(default_factory=Counter[tuple[int, str]])
    weeks: Counter[tuple[int, str]] = field(default_factory=Counter[tuple[int, str]])
    chains: Counter[tuple[int, str]] = field(default_factory=Counter[tuple[int, str]])

    def see(self, entry: Entry) -> None:
        """Count the bundled messages of a person."""
        person = is_person(self.facts, entry)
        if person is None or not isinstance(entry, Arrived) or entry.kind != NUDGES:
            return
        self.cases += 1
        shown = entry.at.astimezone(self.facts.zone_of(person))
        day, week = shown.date().isoformat(), f"week {shown:%G-%V}"
        self.days[person.number, day] += 1
        self.weeks[person.number, week] += 1
        if self.days[person.number, day] > _A_DAY:
            self.broken(f"{entry.key} is number {self.days[person.number, day]} of {day}", entry.at, person)
        if self.weeks[person.number, week] > _A_WEEK:
            self.broken(f"{entry.key} is number {self.weeks[person.number, week]} of {week}", entry.at, person)
        for chain in chains_in(entry):
            self.chains[person.number, chain] += 1
            # Whoever put a nudge off has asked for it to come again.
            if self.chains[person.number, chain] > _A_CHAIN + self.facts.put_off[person.number, chain]:
                self.broken(f"{entry.key} is nudge {self.chains[person.number, chain]} of {chain}", entry.at, person)


@dataclass(slots=True)
class NotAfterSettled(Check):
    """Whoever has acted, or wants no more of it, is left in peace."""

    rule: ClassVar[str] = "no nudge about what was settled, stopped or switched off before"

    def see(self, entry: Entry) -> None:
        """Ask of everything that a nudge names whether it still waits."""
        person = is_person(self.facts, entry)
        if person is None or not isinstance(entry, Arrived) or entry.kind not in (NUDGES, REMINDERS):
            return
        for chain in chains_in(entry):
            kind, _, subject = chain.partition(":")
            self.cases += 1
            since = self._settled(person, kind, subject)
            if since is not None and since < entry.at:
                self.broken(f"{chain} was settled at {since:%Y-%m-%d %H:%M} already", entry.at, person)
            stopped = [self.facts.stopped.get((person.number, what)) for what in (kind, chain)]
            if entry.kind == NUDGES and any(at is not None and at < entry.at for at in stopped):
                self.broken(f"{chain} came although {person} wants no more of it", entry.at, person)

    def _settled(self, person: Person, kind: str, subject: str) -> datetime | None:
        if kind in ("consent", "meeting", "outcome"):
            return self._settled_introduction(person, kind, subject)
        challenge = self.facts.challenges.get(subject)
        if challenge is None:
            return None
        if kind == "deadline":
            word = person.organisation.word if person.organisation else ""
            done = [one for one in self.facts.answers_to(subject) if one.organisation is person.organisation]
            return self.facts.discarded.get((subject, word)) if not done else done[0].submitted_at
        answers = self.facts.answers_to(subject)
        settled = [one.settled_at for one in answers if one.settled_at is not None]
        return challenge.over_at or (max(settled) if answers and len(settled) == len(answers) else None)

    def _settled_introduction(self, person: Person, kind: str, subject: str) -> datetime | None:
        one = self.facts.introductions.get(subject)
        if one is None:
            return None
        if kind == "consent":
            asked_again = person.organisation is one.buyer
            yes = one.made_at or (None if asked_again or not one.sme_said_yes else one.asked_at)
            return one.ended_at or yes
        return one.ended_at or (one.met_at if kind == "meeting" else None)


def chains_in(entry: Arrived) -> Iterator[str]:
    """Go through what a nudge asks for, each once: `consent:IN-34`."""
    stops = (button.value for button in buttons_of(entry.card) if button.action == "nudge.stop")
    yield from dict.fromkeys(stops)
