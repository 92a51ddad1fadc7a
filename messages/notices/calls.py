"""What is told and asked about calls for vouchers, and about the parts with which clusters fund them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.organisations import OrganisationKind
from domain.schemes import PRESETS, CallState, PartState, Preset, Terms
from messages.notices.schemes import TERMS


@dataclass(frozen=True, slots=True)
class CallSheet:
    """A call as everybody may see it; `open` while it takes applications, `funders` are the clusters that pay."""

    id: str
    title: str
    state: CallState
    scheme: str
    terms: Terms
    opens_on: date
    cutoff_on: date
    owner: str
    funders: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class CallPost:
    """The announcement of a call in a channel."""

    sheet: CallSheet


@dataclass(frozen=True, slots=True)
class PartFigures:
    """What one cluster puts into a call, in cents."""

    cluster: str
    state: PartState
    budget: int
    committed: int
    spent: int

    @property
    def free(self) -> int:
        """Return what can still be committed."""
        return self.budget - self.committed


@dataclass(frozen=True, slots=True)
class CallShown:
    """A call with the buttons of this reader, each an action and its value; figures are for managers only."""

    sheet: CallSheet
    parts: tuple[PartFigures, ...] = ()
    actions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PartCard:
    """Asks the managers of a partner cluster whether it funds a part of a call, or says what they answered.

    `value` names call and cluster. Without a `state` the offer was taken back. `open`: it can still be answered.
    """

    sheet: CallSheet
    cluster: str
    value: str
    state: PartState | None
    budget: int = 0
    committed: int = 0
    open: bool = True


class PartStep(StrEnum):
    """What has just been done about a part."""

    TAKEN = "taken"
    REFUSED = "refused"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class PartDone:
    """Says to who acted that it is done; `budget` in cents of `currency`."""

    id: str
    cluster: str
    owner: str
    step: PartStep
    budget: int
    currency: str


@dataclass(frozen=True, slots=True)
class AskPartAmount:
    """Asks a partner cluster how much it puts into a call; never less than is committed."""

    id: str
    title: str
    value: str
    cluster: str
    currency: str
    budget: int
    committed: int = 0
    taken: bool = False


@dataclass(frozen=True, slots=True)
class StateCall:
    """Asks for a call; `state` None is a new one. `partners` are names with cents, `committed` of one's own budget."""

    value: str
    scheme: str
    currency: str
    zone: str
    title: str = ""
    id: str = ""
    state: CallState | None = None
    opens_on: date | None = None
    cutoff_on: date | None = None
    budget: int | None = None
    committed: int = 0
    partners: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CancelCall:
    """Asks why a call is cancelled; `told` is how many applications are not decided."""

    id: str
    title: str
    told: int = 0


class CallStep(StrEnum):
    """What has just been done about a call."""

    PLANNED = "planned"
    OPENED = "opened"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CallDone:
    """Says to who acted that it is done; `asked` are the partners that were asked, `told` how many applicants."""

    id: str
    title: str
    step: CallStep
    opens_on: date
    asked: tuple[str, ...] = ()
    told: int = 0


SHEET = CallSheet(
    "CA-3",
    "Spring 2027",
    CallState.OPEN,
    TERMS.name,
    TERMS,
    date(2027, 3, 1),
    date(2027, 4, 30),
    owner="CLEAN",
    funders=("CLEAN", "Clean Tech Delta"),
    open=True,
)
_OWN = replace(
    SHEET,
    scheme="Everybody's",
    terms=replace(
        PRESETS[Preset.OWN],
        cap=1_000_00,
        kinds=tuple(OrganisationKind),
        approve_first=False,
        de_minimis=False,
        claim_days=1,
        report_days=1,
    ),
    funders=(),
    state=CallState.PLANNED,
    open=False,
)
_PARTS = (
    PartFigures("CLEAN", PartState.TAKEN, 30_000_00, 12_500_00, 2_000_00),
    PartFigures("Clean Tech Delta", PartState.OFFERED, 20_000_00, 0, 0),
    PartFigures("FURGY", PartState.REFUSED, 5_000_00, 0, 0),
)
_PART = PartCard(SHEET, "Clean Tech Delta", "CA-3:CL-2", PartState.OFFERED, budget=20_000_00)
_ASKED = StateCall("SC-2", TERMS.name, "EUR", "Europe/Copenhagen", title=TERMS.name)
_STATED = replace(
    _ASKED,
    value="CA-3:2",
    id="CA-3",
    title="Spring 2027",
    state=CallState.PLANNED,
    opens_on=SHEET.opens_on,
    cutoff_on=SHEET.cutoff_on,
    budget=30_000_00,
    partners=(("Clean Tech Delta", 20_000_00),),
)

EXAMPLES = (
    CallPost(SHEET),
    *(CallPost(replace(SHEET, state=state, open=False)) for state in (CallState.CLOSED, CallState.CANCELLED)),
    *(
        CallPost(replace(SHEET, terms=replace(PRESETS[preset], cap=500_00)))
        for preset in (Preset.INSIGHT, Preset.COLLABORATION, Preset.MEET_THE_BUYER)
    ),
    CallShown(_OWN),
    CallShown(SHEET, actions=(("voucher.apply", "CA-3"),)),
    CallShown(
        SHEET, parts=_PARTS, actions=(("call.edit", "CA-3"), ("call.cancel", "CA-3"), ("call.part.amount", "CA-3:CL-2"))
    ),
    CallShown(
        replace(SHEET, open=False, state=CallState.PLANNED),
        parts=_PARTS,
        actions=(("call.part.take", "CA-3:CL-2"), ("call.part.refuse", "CA-3:CL-2")),
    ),
    _PART,
    replace(_PART, state=PartState.TAKEN, committed=5_000_00),
    replace(_PART, state=PartState.REFUSED),
    replace(_PART, state=None),
    replace(_PART, open=False),
    *(PartDone("CA-3", "Clean Tech Delta", "CLEAN", step, 20_000_00, "EUR") for step in PartStep),
    AskPartAmount("CA-3", "Spring 2027", "CA-3:CL-2", "Clean Tech Delta", "EUR", 20_000_00),
    AskPartAmount("CA-3", "Spring 2027", "CA-3:CL-2", "Clean Tech Delta", "EUR", 20_000_00, 5_000_00, taken=True),
    _ASKED,
    _STATED,
    replace(_STATED, state=CallState.OPEN, committed=12_500_00),
    replace(_STATED, state=CallState.CLOSED, committed=12_500_00),
    CancelCall("CA-3", "Spring 2027"),
    CancelCall("CA-3", "Spring 2027", told=3),
    *(CallDone("CA-3", "Spring 2027", step, SHEET.opens_on) for step in CallStep),
    CallDone("CA-3", "Spring 2027", CallStep.PLANNED, SHEET.opens_on, asked=("Clean Tech Delta", "FURGY")),
    CallDone("CA-3", "Spring 2027", CallStep.CANCELLED, SHEET.opens_on, told=1),
)
