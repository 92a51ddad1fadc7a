"""What is told and asked about a person's own settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.nudges import NudgeKind


@dataclass(frozen=True, slots=True)
class Wanted:
    """A person's settings: `kinds` of nudges that are welcome of those `offered`, `quiet` such as 22:00-07:00.

    `holidays_unknown` says that there is no calendar of the country's public holidays.
    """

    language: str
    zone: str
    country: str = ""
    region: str = ""
    holidays_unknown: bool = False
    quiet: str = ""
    kinds: tuple[str, ...] = ()
    offered: tuple[NudgeKind, ...] = ()
    paused: bool = False
    snoozed_on: date | None = None


@dataclass(frozen=True, slots=True)
class EditSettings:
    """Asks for a person's settings."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class SettingsSaved:
    """The settings as they are now; `web` offers the link into the web workspace."""

    wanted: Wanted
    web: bool = False


@dataclass(frozen=True, slots=True)
class WebLink:
    """A person's own link into the web workspace; whoever holds it is that person."""

    url: str
    until: datetime


@dataclass(frozen=True, slots=True)
class OwnDoors:
    """The buttons that are always on a person's page; `profile` for those who act for an organisation.

    `pause` for those of an SME that is proposed and could be paused.
    """

    member: bool = False
    profile: bool = False
    pause: bool = False
    web: bool = False


_ALL = (NudgeKind.CONSENT, NudgeKind.MEETING, NudgeKind.OUTCOME, NudgeKind.VERDICT, NudgeKind.DEADLINE)
_DIGESTS = (NudgeKind.MANAGERS_DIGEST, NudgeKind.SMES_DIGEST)
_DEFAULT = Wanted(
    language="en",
    zone="Europe/Copenhagen",
    country="DK",
    kinds=(*_ALL, NudgeKind.SMES_DIGEST),
    offered=(*_ALL, *_DIGESTS),
)
_QUIET = Wanted(
    language="nl",
    zone="Europe/Amsterdam",
    country="NL",
    region="Limburg",
    holidays_unknown=True,
    quiet="22:00-07:00",
    kinds=("consent",),
    offered=_ALL,
    paused=True,
    snoozed_on=date(2026, 12, 1),
)

EXAMPLES = (
    EditSettings(_DEFAULT),
    EditSettings(_QUIET),
    SettingsSaved(_DEFAULT, web=True),
    SettingsSaved(_QUIET),
    WebLink("https://matchpoint.example/in/token", datetime.fromisoformat("2026-11-29T09:00:00+00:00")),
    OwnDoors(),
    OwnDoors(member=True, profile=True, web=True),
    OwnDoors(member=True, profile=True, pause=True),
)
