"""Meetings that two sides of an introduction agree on: proposed by one, accepted by the other, moved or called off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.calendars import wall_clock
from domain.errors import Invalid
from domain.lifecycle import Lifecycle

MEETING_LENGTHS = (30, 45, 60, 90, 120)  # minutes
MEETING_LENGTH = 60
MEETING_DAYS_MAX = 366
PLACE_MAX = 300
MEETING_NOTE_MAX = 1000

_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?", re.ASCII)


class MeetingState(StrEnum):
    """Say how far a meeting has come; `moving`: agreed, and another time was proposed since."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    MOVING = "moving"
    DECLINED = "declined"
    CALLED_OFF = "called_off"


class MeetingAction(StrEnum):
    """Say what can be done with a meeting."""

    PROPOSE = "propose"
    ACCEPT = "accept"
    DECLINE = "decline"
    CALL_OFF = "call_off"


_S, _A = MeetingState, MeetingAction

MEETING: Lifecycle[MeetingState] = Lifecycle(
    "meeting",
    states=MeetingState,
    table={
        (_S.PROPOSED, _A.PROPOSE): _S.PROPOSED,
        (_S.PROPOSED, _A.ACCEPT): _S.AGREED,
        (_S.PROPOSED, _A.DECLINE): _S.DECLINED,
        (_S.PROPOSED, _A.CALL_OFF): _S.CALLED_OFF,
        (_S.AGREED, _A.PROPOSE): _S.MOVING,
        (_S.AGREED, _A.CALL_OFF): _S.CALLED_OFF,
        (_S.MOVING, _A.PROPOSE): _S.MOVING,
        (_S.MOVING, _A.ACCEPT): _S.AGREED,
        (_S.MOVING, _A.DECLINE): _S.AGREED,
        (_S.MOVING, _A.CALL_OFF): _S.CALLED_OFF,
    },
)

WAITING: frozenset[MeetingState] = frozenset({_S.PROPOSED, _S.MOVING})
"""States in which a proposal waits for the other side's answer."""

STANDING: frozenset[MeetingState] = frozenset({_S.AGREED, _S.MOVING})
"""States in which a time is agreed, and holds until another one is."""


@dataclass(frozen=True)
class Appointment:
    """When and where: `starts_at` is an instant, `zone` the one it was agreed in, `place` may be a link."""

    starts_at: datetime
    zone: str
    minutes: int = MEETING_LENGTH
    place: str = ""
    note: str = ""

    @property
    def ends_at(self) -> datetime:
        """Return the instant at which it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def local_start(self) -> datetime:
        """Return its beginning as the clocks of its zone show it."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    def as_json(self) -> dict[str, str | int]:
        """Return it as plain values, for a column of JSON."""
        return {
            "starts_at": self.starts_at.astimezone(UTC).isoformat(),
            "zone": self.zone,
            "minutes": self.minutes,
            "place": self.place,
            "note": self.note,
        }

    @classmethod
    def from_json(cls, value: dict[str, str | int]) -> Appointment:
        """Read what `as_json` wrote."""
        starts_at = datetime.fromisoformat(str(value["starts_at"]))
        return cls(starts_at, str(value["zone"]), int(value["minutes"]), str(value["place"]), str(value["note"]))


def parse_time(text: str) -> time:
    """Read a time of day such as "10:00", "9.30" or "14".

    :raises Invalid: key "meeting.time.invalid".
    """
    match = _TIME.fullmatch(text.strip()) if len(text) <= 20 else None
    try:
        if match is None:
            raise ValueError
        return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        raise Invalid("meeting.time.invalid", field="time", value=text.strip()[:20], example="10:00") from None


def parse_length(text: str) -> int:
    """Read how long a meeting lasts, one of `MEETING_LENGTHS`.

    :raises Invalid: key "meeting.minutes.unknown".
    """
    if text not in map(str, MEETING_LENGTHS):
        raise Invalid("meeting.minutes.unknown", field="minutes")
    return int(text)


def meeting_start(on: date, at: time, zone: ZoneInfo, *, now: datetime) -> datetime:
    """Return the instant (UTC) at which a meeting begins: ahead of us, and within a year.

    :raises Invalid: key "meeting.past" or "meeting.too_far".
    """
    # Far from any clock's reach: the arithmetic of zones ends at the years 1 and 9999.
    far = abs((on - now.date()).days) > MEETING_DAYS_MAX
    if far and on > now.date():
        raise Invalid("meeting.too_far", field="date", days=MEETING_DAYS_MAX)
    starts_at = now if far else wall_clock(on, at, zone)
    if starts_at <= now:
        raise Invalid("meeting.past", field="date", on=on)
    return starts_at
