"""What a manager is told about the nudges of a cluster, and what is to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.forecasts import Held
from domain.nudges import NudgeKind, NudgeNotice, SuppressedWhy, Unit


@dataclass(frozen=True, slots=True)
class PlanOfKind:
    """One kind of nudge in a cluster: its offsets, and how many go out or are held back in the next two weeks."""

    kind: NudgeKind
    unit: Unit
    offsets: tuple[int, ...]
    to_come: int = 0
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class PlanShown:
    """The nudges of a cluster; `others` are the other clusters of this manager, as name and value."""

    cluster: str
    value: str
    kinds: tuple[PlanOfKind, ...]
    lapse: int
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedNudge:
    """One nudge to come: `at` is told in the recipient's `zone`; `held` says what moves it, `why` what stops it.

    The last two say that the person's zone is unknown, so that UTC counts, and that the country (or region) has no
    calendar of holidays, so that Monday to Friday counts.
    """

    subject: str
    person: str
    organisation: str
    at: datetime | None
    zone: str
    held: Held | None = None
    why: SuppressedWhy | None = None
    zone_unknown: bool = False
    holidays_unknown: bool = False


@dataclass(frozen=True, slots=True)
class PlannedNudges:
    """What of one kind is to come in the next two weeks, and what it says."""

    cluster: str
    value: str
    kind: NudgeKind
    unit: Unit
    offsets: tuple[int, ...]
    notices: tuple[NudgeNotice, ...]
    lines: tuple[PlannedNudge, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """Asks for the offsets of every kind in a cluster."""

    cluster: str
    value: str
    offsets: Mapping[NudgeKind, tuple[int, ...]]
    units: Mapping[NudgeKind, Unit]
    lapse: int


@dataclass(frozen=True, slots=True)
class PlanMoved:
    """What became of the planned nudges of a kind: how many are planned anew, and how many come no more.

    Of a weekly kind nothing is counted: it comes on its new day.
    """

    kind: NudgeKind
    planned: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class PlanSaved:
    """A cluster has decided about its nudges; `moved` is what was planned already."""

    cluster: str
    value: str
    moved: tuple[PlanMoved, ...] = ()


_AFTER, _BEFORE, _WEEKDAY = Unit.WORKING_DAYS_AFTER, Unit.CALENDAR_DAYS_BEFORE, Unit.WEEKDAY
_OFFSETS: Mapping[NudgeKind, tuple[int, ...]] = {
    NudgeKind.CONSENT: (3, 7),
    NudgeKind.MEETING: (2, 5),
    NudgeKind.OUTCOME: (10,),
    NudgeKind.DEADLINE: (7, 2, 0),
    NudgeKind.VERDICT: (),
    NudgeKind.MANAGERS_DIGEST: (0,),
    NudgeKind.SMES_DIGEST: (),
}
_UNITS: Mapping[NudgeKind, Unit] = {
    kind: _BEFORE if kind is NudgeKind.DEADLINE else _WEEKDAY if kind.endswith("digest") else _AFTER
    for kind in _OFFSETS
}
_AT = datetime.fromisoformat("2026-12-03T08:00:00+00:00")


def _line(subject: str, **more: object) -> PlannedNudge:
    given: dict[str, object] = {"at": _AT, "zone": "Europe/Copenhagen", **more}
    return PlannedNudge(subject, "Engineer, Warm Loop", "Warm Loop ApS", **given)  # type: ignore[arg-type]


EXAMPLES = (
    PlanShown(
        cluster="CLEAN",
        value="CL-1",
        kinds=tuple(
            PlanOfKind(kind, _UNITS[kind], offsets, to_come=at, held_back=at % 2)
            for at, (kind, offsets) in enumerate(_OFFSETS.items())
        ),
        lapse=10,
        others=(("Clean Tech Delta", "CL-2"),),
    ),
    PlannedNudges(
        cluster="CLEAN",
        value="CL-1",
        kind=NudgeKind.CONSENT,
        unit=_AFTER,
        offsets=(3, 7),
        notices=(NudgeNotice.CONSENT_MISSING,),
        lines=(
            _line("IN-34"),
            *(_line(f"IN-{35 + at}", held=held) for at, held in enumerate(Held)),
            *(_line(f"IN-{41 + at}", at=None, why=why) for at, why in enumerate(SuppressedWhy)),
            _line("IN-50", zone="UTC", zone_unknown=True, holidays_unknown=True),
        ),
        more=3,
    ),
    PlannedNudges(
        cluster="CLEAN",
        value="CL-1",
        kind=NudgeKind.MEETING,
        unit=_AFTER,
        offsets=(2,),
        notices=(NudgeNotice.IN_TOUCH, NudgeNotice.DID_YOU_MEET),
        lines=(),
    ),
    PlannedNudges(
        cluster="CLEAN",
        value="CL-1",
        kind=NudgeKind.DEADLINE,
        unit=_BEFORE,
        offsets=(),
        notices=(NudgeNotice.DEADLINE_NEAR, NudgeNotice.LAST_DAY),
        lines=(),
    ),
    ChangePlan("CLEAN", "CL-1", offsets=_OFFSETS, units=_UNITS, lapse=10),
    PlanSaved("CLEAN", "CL-1"),
    PlanSaved(
        "CLEAN",
        "CL-1",
        moved=(
            PlanMoved(NudgeKind.MANAGERS_DIGEST),
            PlanMoved(NudgeKind.CONSENT, planned=4),
            PlanMoved(NudgeKind.MEETING, planned=1, dropped=2),
            PlanMoved(NudgeKind.OUTCOME, dropped=1),
        ),
    ),
)
