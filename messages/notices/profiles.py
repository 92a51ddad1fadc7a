"""What is told and asked about an organisation's profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from messages.notices.pausing import PAUSED, Paused


@dataclass(frozen=True, slots=True)
class ProfileSheet:
    """What a profile says; `sought` is what the organisation lacks, `capacity` how many introductions it can take."""

    organisation: str
    country: str = ""
    website: str = ""
    language: str = ""
    summary: str = ""
    solutions: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    sought: tuple[str, ...] = ()
    evidence: str = ""
    trl: int | None = None
    capacity: int = 3


@dataclass(frozen=True, slots=True)
class EditProfile:
    """Asks for a profile; `value` names the organisation and the version that is filled in."""

    value: str
    sheet: ProfileSheet


@dataclass(frozen=True, slots=True)
class ProfileShown:
    """A profile as others will see it; `editable` by who looks, `fresh`: it was just saved.

    `proposed` says that it is of an SME, which can be paused; `pause` that it is.
    """

    id: str
    sheet: ProfileSheet
    confirmed_at: datetime | None = None
    editable: bool = False
    fresh: bool = False
    proposed: bool = False
    pause: Paused | None = None


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """Asks which of one's organisations is meant: pairs of id and name; `action` goes on with it."""

    action: str
    organisations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProfileMissing:
    """A supplier without a summary cannot be proposed to anybody."""

    id: str
    organisation: str


SHEET = ProfileSheet(
    organisation="Warm Loop ApS",
    country="DK",
    website="https://warmloop.example",
    language="en",
    summary="We take heat out of waste water and bring it back into the building.",
    solutions=("Heat recovery from showers and kitchens",),
    skills=("heat exchangers", "hydraulic design"),
    technologies=("plate exchangers", "OPC UA"),
    sought=("a utility for a field test",),
    evidence="Forty installations in Danish housing; 31 % less heat bought, measured over two winters.",
    trl=8,
)

EXAMPLES = (
    EditProfile(value="OR-5:0", sheet=ProfileSheet(organisation="Warm Loop ApS", language="da")),
    EditProfile(value="OR-5:3", sheet=SHEET),
    ProfileShown(
        id="OR-5",
        sheet=SHEET,
        confirmed_at=datetime.fromisoformat("2026-11-02T09:00:00+00:00"),
        editable=True,
        fresh=True,
        proposed=True,
    ),
    ProfileShown(id="OR-5", sheet=SHEET, editable=True, proposed=True, pause=PAUSED),
    ProfileShown(id="OR-5", sheet=ProfileSheet(organisation="Warm Loop ApS"), proposed=True, pause=PAUSED),
    ProfileShown(id="OR-9", sheet=ProfileSheet(organisation="Nordkaj Utility"), editable=True),
    ProfileChoice(action="profile.edit", organisations=(("OR-5", "Warm Loop ApS"), ("OR-6", "Quay Robotics BV"))),
    ProfileMissing(id="OR-5", organisation="Warm Loop ApS"),
)
