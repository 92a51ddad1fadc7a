"""What is told and asked about de minimis aid. Amounts are euro cents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from domain.aid_lines import AidLine
from domain.deminimis import LinkKind
from domain.vouchers import AwardSource

#: Which wording of the declaration a person ticks; it goes up when `messages.compose.deminimis` says something else.
DECLARATION_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class ChooseFirm:
    """Asks for which of one's firms (id, name) aid is declared."""

    firms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DeclareAid:
    """Asks for the de minimis aid of a firm and those linked to it, since `start`; what was declared last is filled in.

    `value` is what the form acts on, `OR-3` or `VO-5`. `granted` is in the register already.
    """

    value: str
    organisation: str
    start: date
    today: date
    linked: tuple[str, ...] = ()
    lines: tuple[AidLine, ...] = ()
    granted: tuple[AidLine, ...] = ()


@dataclass(frozen=True, slots=True)
class StateAid:
    """What a state granted in the three years, and what it may still grant: None where it has no ceiling."""

    state: str
    total: int
    ceiling: int | None = None
    left: int | None = None
    lines: tuple[RegisterLine, ...] = ()


@dataclass(frozen=True, slots=True)
class AidDeclared:
    """Says what is left in each state; `voucher` can be submitted now, as `value` (`VO-5:3`) names it."""

    organisation: str
    states: tuple[StateAid, ...]
    voucher: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmAid:
    """Asks whether a declaration still holds, before an application is submitted; `value` names both (`VO-5:17`)."""

    id: str
    value: str
    organisation: str
    declared_on: date
    linked: tuple[str, ...] = ()
    lines: tuple[AidLine, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One award in the register."""

    awarded_on: date
    cents: int
    grantor: str
    measure: str
    source: AwardSource
    organisation: str


@dataclass(frozen=True, slots=True)
class FirmLink:
    """Why two firms are one undertaking; `value` names the link (`OR-3:17`)."""

    value: str
    one: str
    other: str
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class NamedFirm:
    """A firm that another one named as linked to it, and that nobody has linked yet.

    `value` (`OR-3:OR-7`) opens the form with it; empty where the directory knows no firm of this name, or `several`.
    """

    name: str
    value: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class AidRegister:
    """The register of a single undertaking, as its managers see it."""

    id: str
    organisation: str
    start: date
    on: date
    declared_on: date | None = None
    links: tuple[FirmLink, ...] = ()
    named: tuple[NamedFirm, ...] = ()
    states: tuple[StateAid, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkFirm:
    """Asks which firm is one undertaking with this one, and why."""

    value: str
    organisation: str
    firm: str = ""


_LINE = AidLine(date(2025, 5, 17), 12_000_00, "NL", "RVO", "Innovation voucher")
_ENTRY = RegisterLine(date(2025, 5, 17), 12_000_00, "RVO", "", AwardSource.DECLARED, "Waterlens (invented)")
_STATE = StateAid("NL", 12_500_00, 300_000_00, 287_500_00)
_REGISTER = AidRegister("OR-3", "Waterlens (invented)", date(2023, 5, 4), date(2026, 5, 4))

EXAMPLES = (
    ChooseFirm((("OR-3", "Waterlens (invented)"), ("OR-4", "Lens Holding (invented)"))),
    DeclareAid("OR-3", "Waterlens (invented)", date(2023, 5, 4), date(2026, 5, 4)),
    DeclareAid(
        "VO-5",
        "Waterlens (invented)",
        date(2023, 5, 4),
        date(2026, 5, 4),
        ("Lens Holding",),
        (_LINE, replace(_LINE, measure="")),
        (replace(_LINE, grantor="Clean Tech Delta"),),
    ),
    AidDeclared("Waterlens (invented)", (_STATE, StateAid("NO", 0)), "VO-5", "VO-5:3"),
    ConfirmAid("VO-5", "VO-5:17", "Waterlens (invented)", date(2026, 1, 4)),
    ConfirmAid("VO-5", "VO-5:17", "Waterlens (invented)", date(2026, 1, 4), ("Lens Holding",), (_LINE,)),
    AidDeclared("Waterlens (invented)", (replace(_STATE, left=0),)),
    _REGISTER,
    replace(
        _REGISTER,
        declared_on=date(2026, 5, 2),
        links=tuple(FirmLink("OR-3:17", "Waterlens (invented)", "Lens Holding (invented)", kind) for kind in LinkKind),
        named=(NamedFirm("Fjordsensor", "OR-3:OR-7"), NamedFirm("Lens"), NamedFirm("Blue", several=True)),
        states=(
            replace(
                _STATE,
                lines=(
                    _ENTRY,
                    replace(_ENTRY, source=AwardSource.GRANTED, measure="Meet & Greet", cents=500_00),
                ),
            ),
            StateAid("NO", 12_000_00, lines=(_ENTRY,)),
        ),
    ),
    LinkFirm("OR-3", "Waterlens (invented)"),
    LinkFirm("OR-3", "Waterlens (invented)", "Fjordsensor"),
)
