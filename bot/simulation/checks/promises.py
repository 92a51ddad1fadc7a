"""What SMEs and buyers are promised: an answer, room, and no pair so soon again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from bot.simulation.checks.base import Check
from bot.simulation.checks.courtesy import NUDGES
from bot.simulation.checks.facts import Challenge, Introduction, found
from bot.simulation.record import Acted, Arrived, Entry, text_of
from domain.organisations import Role

_ANSWER: Final = re.compile(r"\bAN-\d+")
_VERDICT_DAYS: Final = 10
#: A digest comes on Mondays, and later where that is a holiday.
_DIGEST_WITHIN: Final = timedelta(days=9)
_APART: Final = timedelta(days=90)


@dataclass(slots=True)
class NobodyUnanswered(Check):
    """Every submitted answer has its verdict within ten working days of closing, or a manager's digest names it."""

    rule: ClassVar[str] = "nobody unanswered: a verdict within 10 working days of closing, or in the manager's digest"
    named: dict[str, list[datetime]] = field(default_factory=dict[str, list[datetime]])

    def see(self, entry: Entry) -> None:
        """Note which answers the message of a manager's day names."""
        if not isinstance(entry, Arrived) or entry.kind != NUDGES:
            return
        person = self.facts.people.get(entry.to)
        if person is not None and person.role is Role.MANAGER:
            for answer in set(_ANSWER.findall(entry.text)):
                self.named.setdefault(answer, []).append(entry.at)

    def close(self, end: datetime) -> None:
        """Look at every answer, as far as its time has come."""
        for answer in self.facts.answers.values():
            challenge = self.facts.challenges[answer.challenge]
            due = self._due(challenge)
            monday = due + timedelta(days=7 - due.weekday())
            told_by = monday + _DIGEST_WITHIN
            if (answer.settled_at or end) <= due or told_by > end:
                self.cases += (answer.settled_at or end) <= due
                continue
            self.cases += 1
            waited = answer.settled_at is None or answer.settled_at > told_by
            if waited and not any(due < at <= told_by for at in self.named.get(answer.id, ())):
                self.broken(f"{answer.id} was due on {due:%Y-%m-%d} and no digest names it", told_by, challenge.person)

    def _due(self, challenge: Challenge) -> datetime:
        """Return the end of the last day on which a verdict is in time."""
        zone = ZoneInfo(challenge.zone)
        at = challenge.closes_at().astimezone(zone) - timedelta(microseconds=1)
        left = _VERDICT_DAYS
        while left:
            at += timedelta(days=1)
            left -= self.facts.works_on(challenge.person, at.date())
        return at.replace(hour=23, minute=59, second=59)


@dataclass(slots=True)
class _Births(Check):
    """Look at every introduction when it is born."""

    known: set[str] = field(default_factory=set[str])

    def see(self, entry: Entry) -> None:
        """Notice a new introduction."""
        if not isinstance(entry, Acted) or entry.action != "suggestion.approve" or entry.card is None or not entry.done:
            return
        one = self.facts.introductions.get(found("IN", text_of(entry.card)))
        if one is not None and one.id not in self.known:
            self.known.add(one.id)
            self.cases += 1
            self.born(one)

    def born(self, one: Introduction) -> None:
        """Judge it."""


@dataclass(slots=True)
class Capacity(_Births):
    """No SME has more open introductions than it can take."""

    rule: ClassVar[str] = "no SME has more open introductions than it has room for"

    def born(self, one: Introduction) -> None:
        """Count the open ones of its SME."""
        number = sum(other.open_at(one.born_at) for other in self.facts.introductions_of[one.sme.word])
        if number > one.sme.capacity:
            self.broken(
                f"{one.id} is open introduction {number} of {one.sme.capacity}", one.born_at, f"sme {one.sme.number}"
            )


@dataclass(slots=True)
class PairsApart(_Births):
    """Buyer and SME are not introduced again within 90 days, unless the SME answered."""

    rule: ClassVar[str] = "no buyer and SME are brought together again within 90 days, unless the SME answered"

    def born(self, one: Introduction) -> None:
        """Look for an earlier one of the pair."""
        if any(answer.organisation is one.sme for answer in self.facts.answers_to(one.challenge)):
            return
        for other in self.facts.introductions_of[one.sme.word]:
            pair = other.buyer is one.buyer and other.challenge != one.challenge
            if pair and one.born_at - _APART < other.born_at < one.born_at:
                self.broken(
                    f"{one.id} repeats {other.id}", one.born_at, f"sme {one.sme.number}, buyer {one.buyer.number}"
                )
