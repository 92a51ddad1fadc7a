"""A calendar before any format is known: events with their words, in the reader's language.

All text is plain text; what turns it into a file escapes it and owns that format's limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from domain.text import shorten
from messages.i18n import N_, Words
from messages.notices.calendar import DayEntry, Entry, EntryKind, MeetingEntry
from messages.notices.introductions import Contact
from messages.parts import signed, undecided

_TITLE: Final = 120

_SUMMARIES: Final = {
    EntryKind.OWN_DEADLINE: N_("Deadline of {subject}: {title}"),
    EntryKind.DRAFT_DEADLINE: N_("Deadline of {subject}: {title}"),
    EntryKind.ANSWER_DEADLINE: N_("Deadline of {subject}: {title}"),
    EntryKind.VERDICTS: N_("Yes or no due for {subject}: {title}"),
    EntryKind.VERDICTS_OWED: N_("The buyer owes a yes or a no for {subject}: {title}"),
    EntryKind.CONSENT: N_("Last day to answer an introduction ({subject}): {title}"),
    EntryKind.VOUCHER_CUTOFF: N_("Last day to apply: {title} ({subject})"),
    EntryKind.VOUCHER_STARTS: N_("Activity begins: {title} ({subject})"),
    EntryKind.VOUCHER_CLAIM: N_("Last day to claim: {title} ({subject})"),
    EntryKind.VOUCHER_REPORT: N_("Report due: {title} ({subject})"),
}
_CATEGORIES: Final = {
    EntryKind.OWN_DEADLINE: N_("Deadline"),
    EntryKind.DRAFT_DEADLINE: N_("Deadline"),
    EntryKind.ANSWER_DEADLINE: N_("Deadline"),
    EntryKind.VERDICTS: N_("Yes or no due"),
    EntryKind.VERDICTS_OWED: N_("Yes or no due"),
    EntryKind.CONSENT: N_("Introduction"),
    EntryKind.VOUCHER_CUTOFF: N_("Voucher"),
    EntryKind.VOUCHER_STARTS: N_("Voucher"),
    EntryKind.VOUCHER_CLAIM: N_("Voucher"),
    EntryKind.VOUCHER_REPORT: N_("Voucher"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `starts` and `ends` are instants with a `zone`, or `starts` is a date and the event that whole day.

    `name` makes its identity with the deployment's; `sequence` rises whenever it changes.
    """

    name: str
    starts: date | datetime
    summary: str
    description: str
    category: str
    changed_at: datetime
    sequence: int
    ends: datetime | None = None
    zone: str = ""
    location: str = ""
    called_off: bool = False
    host: Contact | None = None


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar to be read or opened: whose it is (`title`), its events, and since when it says what it says.

    `host` is the deployment's part of the events' identity, `url` leads back to it (empty where there is no page).
    """

    title: str
    events: tuple[Event, ...]
    host: str
    changed_at: datetime
    url: str = ""


def calendar_title(words: Words) -> str:
    """Name a person's calendar."""
    return words.say("My dates in Matchpoint")


def write_events(entries: Sequence[Entry], words: Words) -> tuple[Event, ...]:
    """Write entries down in the reader's language; what has the same name stands there once."""
    written = (_meeting(one, words) if isinstance(one, MeetingEntry) else _day(one, words) for one in entries)
    return tuple({one.name: one for one in written}.values())


def _day(entry: DayEntry, words: Words) -> Event:
    title = entry.title or words.say("A challenge by invitation")
    # Where all are on the shortlist, it is not the buyer's turn.
    kind = EntryKind.VERDICTS if entry.kind is EntryKind.VERDICTS_OWED and not entry.count else entry.kind
    summary = words.say(_SUMMARIES[kind], subject=entry.subject, title=shorten(title, _TITLE))
    return Event(
        name=entry.name,
        starts=entry.on,
        summary=summary,
        description="\n".join((_about(entry, words), _how_to(entry.subject, words))),
        category=words.say(_CATEGORIES[entry.kind]),
        changed_at=entry.changed_at,
        sequence=entry.version,
    )


def _about(entry: DayEntry, words: Words) -> str:
    match entry.kind:
        case EntryKind.OWN_DEADLINE:
            return words.say("Your challenge takes answers until the end of this day.")
        case EntryKind.DRAFT_DEADLINE:
            return words.say(
                "Your answer {answer} is still a draft. It can be submitted until the end of this day.",
                answer=entry.answer,
            )
        case EntryKind.ANSWER_DEADLINE:
            return words.say("Your answer {answer} can be changed until the end of this day.", answer=entry.answer)
        case EntryKind.VERDICTS | EntryKind.VERDICTS_OWED:
            return undecided(entry.count, entry.shortlisted, words)
        case EntryKind.CONSENT:
            return words.say("Without your answer the introduction ends on this day.")
        case EntryKind.VOUCHER_CUTOFF:
            return words.say("Your application is still a draft. It can be submitted until the end of this day.")
        case EntryKind.VOUCHER_STARTS:
            return words.say("The agreement is signed before this day. Keep every receipt.")
        case EntryKind.VOUCHER_CLAIM:
            return words.say("What is not claimed by the end of this day is not paid.")
        case EntryKind.VOUCHER_REPORT:
            return words.say("A short report on your voucher is due by the end of this day.")


def _how_to(subject: str, words: Words) -> str:
    commands = {"CH": f"/challenge {subject}", "VO": f"/voucher status {subject}"}
    command = commands.get(subject.partition("-")[0], f"/matchpoint intros {subject}")
    return words.say("To see it, type {command} where you talk with Matchpoint.", command=command)


def _meeting(entry: MeetingEntry, words: Words) -> Event:
    sides = words.listed([one.organisation for one in entry.sides])
    contacts = [signed(one.contact.name, one.organisation, words) + _reach(one.contact) for one in entry.sides]
    about = words.say("It is about “{title}” ({challenge}).", title=entry.title, challenge=entry.challenge)
    told = words.say("The meeting was called off.") if entry.called_off else ""
    parts = (told, about, entry.appointment.note, "\n".join(contacts), _how_to(entry.subject, words))
    return Event(
        name=entry.name,
        starts=entry.appointment.starts_at,
        ends=entry.appointment.ends_at,
        zone=entry.appointment.zone,
        summary=words.say("Meeting of {sides} ({subject})", sides=sides, subject=entry.subject),
        description="\n\n".join(one for one in parts if one),
        category=words.say("Meeting"),
        changed_at=entry.changed_at,
        sequence=entry.version,
        location=entry.appointment.place,
        called_off=entry.called_off,
        host=entry.host,
    )


def _reach(contact: Contact) -> str:
    return "".join(f", {one}" for one in (contact.email, contact.phone) if one)
