"""What is told and asked while two sides agree on a meeting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.meetings import Appointment, MeetingState


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that was agreed or proposed.

    `elsewhere` are the zones of the two sides where the clocks show something else, `day_off` the organisations for
    which it is no working day.
    """

    appointment: Appointment
    elsewhere: tuple[str, ...] = ()
    day_off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """A meeting as both sides see it; `value` names it and the state in which it was shown.

    `agreed` holds until an `offer` that waits is accepted; `by` made the offer, for `side`. `file` is where the
    invitation file is fetched. `over`: its time has passed. `superseded`: a newer message shows how it stands.
    """

    id: str
    value: str
    state: MeetingState
    agreed: Slot | None = None
    offer: Slot | None = None
    by: str = ""
    side: str = ""
    file: str = ""
    over: bool = False
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class AgreeMeeting:
    """Asks for date, time and place of a meeting with `other`; `moving`: one is agreed already."""

    id: str
    value: str
    other: str
    proposed: Appointment
    moving: bool = False


class MeetingStep(StrEnum):
    """What has just been done about a meeting."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True)
class MeetingDone:
    """Says to who acted that it is done; `day_off` are the organisations for which that is no working day."""

    id: str
    step: MeetingStep
    other: str
    day_off: tuple[str, ...] = ()


_AT = datetime.fromisoformat("2026-12-01T09:00:00+00:00")
_FIRST = Appointment(_AT, "Europe/Copenhagen", 60, "https://meet.example/waterlens", "Please bring the test results.")
_SECOND = Appointment(
    datetime.fromisoformat("2026-12-25T14:30:00+00:00"), "Europe/Helsinki", 30, "Refshalevej 213A, Copenhagen"
)
AGREED = MeetingCard(
    id="IN-34",
    value="IN-34:3",
    state=MeetingState.AGREED,
    agreed=Slot(_FIRST),
    file="https://matchpoint.example/meetings/token.ics",
)
PROPOSED = MeetingCard(
    id="IN-34",
    value="IN-34:1",
    state=MeetingState.PROPOSED,
    offer=Slot(_SECOND, elsewhere=("Europe/Copenhagen", "Europe/London"), day_off=("Waterlens (invented)", "Nordkaj")),
    by="Owner, Waterlens",
    side="Waterlens (invented)",
)

EXAMPLES = (
    PROPOSED,
    AGREED,
    replace(AGREED, file="", over=True),
    replace(AGREED, state=MeetingState.MOVING, offer=Slot(_SECOND), by="Buyer", side="Nordkaj Utility (invented)"),
    replace(PROPOSED, state=MeetingState.DECLINED, offer=None),
    replace(AGREED, state=MeetingState.CALLED_OFF),
    replace(PROPOSED, state=MeetingState.CALLED_OFF, offer=None),
    replace(PROPOSED, superseded=True),
    AgreeMeeting(id="IN-34", value="IN-34:0", other="Waterlens (invented)", proposed=Appointment(_AT, "Europe/Paris")),
    AgreeMeeting(id="IN-34", value="IN-34:3", other="Waterlens (invented)", proposed=_FIRST, moving=True),
    *(MeetingDone("IN-34", step, "Waterlens (invented)") for step in MeetingStep),
    MeetingDone("IN-34", MeetingStep.PROPOSED, "Waterlens (invented)", day_off=("Waterlens (invented)",)),
)
