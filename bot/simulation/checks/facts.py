"""What can be known from the outside: who did what, as the platforms saw it, put together for the checks.

Nothing here asks the program. An introduction is known from the click that made it, a challenge from the form that
stated it, a deadline from its date.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from bot.simulation.cast import Cast, Cluster, Organisation, Person
from bot.simulation.checks.ledger import Ledger
from bot.simulation.record import Acted, Arrived, Entry, buttons_of, text_of
from domain.organisations import Role

_ID: Final = {kind: re.compile(rf"\b{kind}-\d+") for kind in ("CH", "AN", "IN")}
#: What somebody can have no more of; deadlines are announced in any case.
_KINDS: Final = ("consent", "meeting", "outcome", "verdict")
_WORD: Final = re.compile(r"[^\W\d_]+")
#: Ten working days are two weeks at least.
LAPSE_AT_LEAST: Final = timedelta(days=14)


@dataclass(slots=True)
class Challenge:
    """What is known of a challenge; `taken` are the clusters in which it is."""

    id: str
    buyer: Organisation
    person: Person
    zone: str
    deadline_on: date
    closed_at: datetime | None = None
    over_at: datetime | None = None
    taken: set[int] = field(default_factory=set[int])
    invited: set[int] = field(default_factory=set[int])

    def closes_at(self) -> datetime:
        """Return when it takes no more answers."""
        midnight = datetime.combine(self.deadline_on + timedelta(days=1), time(0), tzinfo=ZoneInfo(self.zone))
        return min(one for one in (self.closed_at, self.over_at, midnight) if one is not None)


@dataclass(slots=True)
class Answer:
    """What is known of a submitted answer; `settled_at` is its verdict or withdrawal."""

    id: str
    challenge: str
    organisation: Organisation
    submitted_at: datetime
    settled_at: datetime | None = None


@dataclass(slots=True)
class Introduction:
    """What is known of an introduction; `approved` when all managers have said yes."""

    id: str
    challenge: str
    buyer: Organisation
    sme: Organisation
    born_at: datetime
    approved: bool = False
    asked_at: datetime | None = None
    sme_said_yes: bool = False
    made_at: datetime | None = None
    met_at: datetime | None = None
    ended_at: datetime | None = None

    def open_at(self, instant: datetime) -> bool:
        """Tell whether it certainly counted against the SME's capacity; one that nobody answers lapses at some time."""
        if self.ended_at is not None and self.ended_at <= instant:
            return False
        if self.made_at is None and self.asked_at is not None:
            return instant < self.asked_at + LAPSE_AT_LEAST
        return True


@dataclass(slots=True)
class Facts:
    """All that is known so far."""

    cast: Cast
    challenges: dict[str, Challenge] = field(default_factory=dict[str, Challenge])
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    introductions: dict[str, Introduction] = field(default_factory=dict[str, Introduction])
    #: The introductions of an SME or a buyer, by its word, and the answers to a challenge.
    introductions_of: dict[str, list[Introduction]] = field(default_factory=lambda: defaultdict(list))
    _answers_to: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    stated_in: dict[int, list[Challenge]] = field(default_factory=lambda: defaultdict(list))
    shown: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    discarded: dict[tuple[str, str], datetime] = field(default_factory=dict[tuple[str, str], datetime])
    wishes: dict[int, dict[str, str | tuple[str, ...]]] = field(
        default_factory=dict[int, dict[str, str | tuple[str, ...]]]
    )
    stopped: dict[tuple[int, str], datetime] = field(default_factory=dict[tuple[int, str], datetime])
    put_off: Counter[tuple[int, str]] = field(default_factory=Counter[tuple[int, str]])
    ledger: Ledger = field(default_factory=Ledger)
    people: dict[str, Person] = field(init=False)
    channels: dict[str, Cluster] = field(init=False)
    words: dict[str, Organisation] = field(init=False)

    def __post_init__(self) -> None:
        cast = self.cast
        self.people = {one.address: one for one in cast.people}
        self.channels = {one.managers_channel: one for one in cast.clusters}
        self.words = {one.word.casefold(): one for one in cast.organisations}
        self.words |= {one.word.casefold(): one.organisation for one in cast.people if one.organisation is not None}

    def named(self, text: str) -> set[Organisation]:
        """Return the organisations that a text names, themselves or by one of their people."""
        found = (self.words.get(word.casefold()) for word in _WORD.findall(text))
        return {one for one in found if one is not None}

    def zone_of(self, person: Person) -> ZoneInfo:
        """Return the zone that somebody lives in, as far as the platform was told."""
        return ZoneInfo(str(self.wishes.get(person.number, {}).get("zone") or person.zone))

    def works_on(self, person: Person, day: date) -> bool:
        """Tell whether it is a working day where somebody is at home."""
        country = str(self.wishes.get(person.number, {}).get("country") or person.country)
        return day.weekday() < 5 and day not in _holidays(country, person.region, day.year)

    def see(self, entry: Entry) -> None:
        """Take in what a platform saw."""
        if isinstance(entry, Acted) and entry.done:
            name = "_" + entry.action.replace(".", "_")
            if hasattr(self, name):
                getattr(self, name)(entry)
            self.ledger.see(entry, self.named(str((entry.fields or {}).get("partner", ""))))

    # -- challenges ------------------------------------------------------------------------------------------------

    def _challenge_save(self, act: Acted) -> None:
        fields, organisation = act.fields or {}, act.who.organisation
        subject = found("CH", act.value) or found("CH", _said(act))
        if organisation is None or not subject or "keep" in fields.get("keep", ()):
            return
        day = date.fromisoformat(str(fields["deadline_on"]))
        one = self.challenges.get(subject)
        if one is None:
            zone = self.zone_of(act.who).key
            one = self.challenges[subject] = Challenge(subject, organisation, act.who, zone, day)
            one.taken.add(organisation.clusters[0].number)
            self.stated_in[organisation.clusters[0].number].append(one)
        one.deadline_on = day
        one.invited |= {sme.number for sme in self.named(str(fields.get("invited", "")))}

    def _sharing_take(self, act: Acted) -> None:
        one = self.challenges.get(found("CH", act.value))
        if one is not None:
            one.taken.add(act.who.cluster.number)

    def _challenge_close_send(self, act: Acted) -> None:
        self.challenges[found("CH", act.value)].closed_at = act.at

    def _challenge_withdraw_send(self, act: Acted) -> None:
        self._end_challenge(act)

    def _challenge_resolve_send(self, act: Acted) -> None:
        self._end_challenge(act)

    def _end_challenge(self, act: Acted) -> None:
        subject = found("CH", act.value)
        self.challenges[subject].over_at = act.at
        for answer in self.answers_to(subject):
            answer.settled_at = answer.settled_at or act.at
        for one in self.introductions_of[self.challenges[subject].buyer.word]:
            if one.challenge == subject and one.made_at is None:
                one.ended_at = one.ended_at or act.at

    # -- answers ---------------------------------------------------------------------------------------------------

    def answers_to(self, challenge: str) -> list[Answer]:
        """Return the submitted answers to a challenge."""
        return self._answers_to.get(challenge, [])

    def _answer_save(self, act: Acted) -> None:
        organisation, fields = act.who.organisation, act.fields or {}
        subject = found("CH", _said(act))
        if organisation is not None and "show" in fields.get("show_name", ()) and subject in self.challenges:
            self.shown.add((self.challenges[subject].buyer.number, organisation.number))
        if not any(button.action == "answer.submit" for button in buttons_of(act.card)):
            self._answer_submit(act)

    def _answer_submit(self, act: Acted) -> None:
        said, organisation = _said(act), act.who.organisation
        answer, challenge = found("AN", said), found("CH", said)
        if not answer or not challenge or organisation is None or act.card is None:
            return
        if answer not in self.answers:
            self.answers[answer] = Answer(answer, challenge, organisation, act.at)
            self._answers_to[challenge].append(self.answers[answer])
        for one in self.introductions_of[organisation.word]:
            if one.challenge == challenge and one.approved and one.ended_at is None:
                one.sme_said_yes, one.asked_at = True, act.at

    def _answer_discard(self, act: Acted) -> None:
        challenge, organisation = found("CH", _said(act)), act.who.organisation
        if organisation is not None:
            self.discarded[challenge, organisation.word] = act.at

    def _answer_withdraw(self, act: Acted) -> None:
        self._settle(found("AN", act.value), act.at)

    def _answer_decline_send(self, act: Acted) -> None:
        self._settle(found("AN", act.value), act.at)

    def _settle(self, subject: str, at: datetime) -> None:
        answer = self.answers.get(subject)
        if answer is None:
            return
        answer.settled_at = answer.settled_at or at
        for one in self.introductions_of[answer.organisation.word]:
            if one.challenge == answer.challenge and one.made_at is None:
                one.ended_at = one.ended_at or at

    # -- introductions ---------------------------------------------------------------------------------------------

    def _suggestion_approve(self, act: Acted) -> None:
        said = _said(act)
        subject, challenge = found("IN", said), self.challenges.get(found("CH", act.on))
        smes = [one for one in self.named(said) if one.role is Role.SME]
        if not subject or challenge is None or len(smes) != 1 or subject in self.introductions:
            return
        one = Introduction(subject, challenge.id, challenge.buyer, smes[0], act.at)
        self.introductions[subject] = one
        self.introductions_of[one.sme.word].append(one)
        self.introductions_of[one.buyer.word].append(one)
        # Its home speaks for an SME, or, where the challenge is not known there, another cluster of it.
        speaks = next((cluster for cluster in smes[0].clusters if cluster.number in challenge.taken), None)
        if speaks is challenge.buyer.clusters[0]:
            self._all_approved(one, act.at)

    def _introduction_approve(self, act: Acted) -> None:
        one = self.introductions.get(found("IN", act.value))
        if one is not None:
            self._all_approved(one, act.at)

    def _all_approved(self, one: Introduction, at: datetime) -> None:
        answered = [a for a in self.answers_to(one.challenge) if a.organisation is one.sme and a.settled_at is None]
        one.approved, one.asked_at, one.sme_said_yes = True, at, bool(answered)

    def _introduction_decline_save(self, act: Acted) -> None:
        self._end(act)

    def _consent_refuse_save(self, act: Acted) -> None:
        self._end(act)

    def _meeting_outcome_save(self, act: Acted) -> None:
        self._end(act)

    def _end(self, act: Acted) -> None:
        one = self.introductions.get(found("IN", act.value))
        if one is not None:
            one.ended_at = one.ended_at or act.at

    def _consent_give(self, act: Acted) -> None:
        one = self.introductions.get(found("IN", act.value))
        if one is None:
            return
        if act.who.organisation is one.buyer:
            one.made_at = act.at
            for answer in self.answers_to(one.challenge):
                if answer.organisation is one.sme:
                    answer.settled_at = answer.settled_at or act.at
        else:
            one.sme_said_yes, one.asked_at = True, act.at

    def _meeting_met(self, act: Acted) -> None:
        one = self.introductions.get(found("IN", act.value))
        if one is not None:
            one.met_at = act.at

    # -- people ----------------------------------------------------------------------------------------------------

    def _settings_save(self, act: Acted) -> None:
        person, fields = act.who.number, dict(act.fields or {})
        self.wishes[person] = fields
        for kind in _KINDS:
            if kind in fields.get("nudges", ()) and not fields.get("pause"):
                self.stopped.pop((person, kind), None)
            else:
                self.stopped.setdefault((person, kind), act.at)

    def _nudge_opt_out(self, act: Acted) -> None:
        self.stopped.setdefault((act.who.number, act.value), act.at)

    def _nudge_stop(self, act: Acted) -> None:
        self.stopped[act.who.number, act.value] = act.at

    def _nudge_not_me(self, act: Acted) -> None:
        self.stopped[act.who.number, act.value] = act.at

    def _nudge_snooze_save(self, act: Acted) -> None:
        self.put_off[act.who.number, act.value] += 1


def found(kind: str, text: str) -> str:
    """Return the first id of a kind (CH, AN, IN) in a text; empty if there is none."""
    match = _ID[kind].search(text)
    return match[0] if match else ""


def is_person(facts: Facts, entry: Entry) -> Person | None:
    """Return whom a card was posted to privately, just now."""
    return facts.people.get(entry.to) if isinstance(entry, Arrived) and not entry.update else None


def _said(act: Acted) -> str:
    return text_of(act.card) if act.card else ""


@lru_cache(maxsize=1024)
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
