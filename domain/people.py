"""A person's wishes: language, quiet hours, what he or she does not want to hear of, and when."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from domain.calendars import OPENS, QuietHours, WorkingCalendar, is_zone, wall_clock
from domain.errors import Invalid
from domain.organisations import LOCALES

NAME_MAX = 120
REGION_MAX = 60
SNOOZE_DAYS_MAX = 366
NOTICE_VERSION = 1
"""Number of the first-use notice that holds now; whoever was shown an older one is shown it again."""

_HOURS = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.]?(\d{2}))?", re.ASCII)
_ALIASES = {"no": "nb", "nn": "nb", "nno": "nb", "nob": "nb", "dan": "da", "deu": "de", "nld": "nl", "swe": "sv"}


class Snooze(StrEnum):
    """Name the snoozes that a button offers; a date is the third choice."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True)
class Wishes:
    """Hold what a person asked of the bot.

    `opt_outs` names kinds of nudge; `paused` is all of them. Deadline reminders and private answers are no nudges.
    """

    quiet: QuietHours | None = None
    opt_outs: frozenset[str] = frozenset()
    paused: bool = False
    snoozed_until: datetime | None = None

    def wants(self, kind: str) -> bool:
        """Tell whether nudges of this kind are welcome at all."""
        return not self.paused and kind not in self.opt_outs

    def not_before(self, due_at: datetime) -> datetime:
        """Return the instant itself, or the end of a snooze that covers it."""
        return due_at if self.snoozed_until is None else max(due_at, self.snoozed_until)


def first_language(wanted: Iterable[str | None], *, default: str = LOCALES[0]) -> str:
    """Return the first language that the words are written in, of a list in falling preference.

    Takes what people, platforms and imports write: "da-DK", "nb_NO", "no", "DE". With none of them, `default`.
    """
    for code in wanted:
        language = re.split(r"[-_]", (code or "").strip().lower())[0]
        language = _ALIASES.get(language, language)
        if language in LOCALES:
            return language
    return default


def parse_quiet_hours(text: str) -> QuietHours | None:
    """Read "22:00-07:00" or "22-7"; an empty text is no quiet hours.

    :raises Invalid: key "person.quiet_hours.invalid", or "person.quiet_hours.no_time" where no working hour is left.
    """
    if not text.strip():
        return None
    match = _HOURS.fullmatch(text.strip()) if len(text) <= 40 else None
    try:
        if match is None:
            raise ValueError
        start, end = (time(int(match[at]) if match[at] != "24" else 0, int(match[at + 1] or 0)) for at in (1, 3))
    except ValueError:
        raise Invalid("person.quiet_hours.invalid", field="quiet_hours", example="22:00-07:00") from None
    hours = QuietHours(start, end)
    if hours.leaves_no_time():
        raise Invalid("person.quiet_hours.no_time", field="quiet_hours")
    return hours


def check_zone(name: str) -> str:
    """Return the name of a time zone.

    :raises Invalid: key "person.zone.unknown".
    """
    if not is_zone(name.strip()):
        raise Invalid("person.zone.unknown", field="zone", zone=name.strip()[:40], example="Europe/Copenhagen")
    return name.strip()


def snooze_until(choice: Snooze | date, *, now: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the instant (UTC) at which a snooze ends: 09:00 of the day chosen, or of the next working day.

    :raises Invalid: key "person.snooze.past" or "person.snooze.too_far" for a date that is no choice.
    """
    today = now.astimezone(calendar.zone).date()
    days = {Snooze.DAY: 1, Snooze.WEEK: 7}
    day = today + timedelta(days=days[choice]) if isinstance(choice, Snooze) else choice
    if day <= today:
        raise Invalid("person.snooze.past", field="until", until=day)
    if (day - today).days > SNOOZE_DAYS_MAX:
        raise Invalid("person.snooze.too_far", field="until", days=SNOOZE_DAYS_MAX)
    return wall_clock(calendar.on_or_after(day), OPENS, calendar.zone).astimezone(UTC)
