"""What managers are told and asked about voucher schemes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.organisations import OrganisationKind
from domain.schemes import LOCKED_BY_CALL, LOCKED_BY_GRANT, PRESETS, CallState, Preset, Terms


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call with its figures in cents; `free` can still be committed, `offered` waits for partners' answers."""

    id: str
    title: str
    state: CallState
    opens_on: date
    cutoff_on: date
    currency: str
    budget: int = 0
    committed: int = 0
    offered: int = 0
    owner: str = ""

    @property
    def free(self) -> int:
        """Return what can still be committed."""
        return self.budget - self.committed


@dataclass(frozen=True, slots=True)
class SchemeLine:
    """One scheme with its newest calls; `more` says how many older ones there are."""

    id: str
    terms: Terms
    calls: tuple[CallLine, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class SchemeList:
    """A page of a cluster's schemes; `partners` are calls of other clusters that it takes part in.

    `value` names the cluster, `others` are the other clusters of this manager, as name and value.
    """

    cluster: str
    value: str
    schemes: tuple[SchemeLine, ...] = ()
    partners: tuple[CallLine, ...] = ()
    archived: int = 0
    others: tuple[tuple[str, str], ...] = ()
    page: int = 1
    more: bool = False


@dataclass(frozen=True, slots=True)
class ChoosePreset:
    """Offers the presets with which a scheme can begin; `value` names the cluster."""

    cluster: str
    value: str


@dataclass(frozen=True, slots=True)
class StateScheme:
    """Asks for the rules of a scheme, with those that hold filled in; what is `locked` stays as it is.

    `id` is empty for a new one.
    """

    value: str
    cluster: str
    terms: Terms
    id: str = ""
    locked: frozenset[str] = frozenset()


class SchemeStep(StrEnum):
    """What has just been done about a scheme."""

    CREATED = "created"
    CHANGED = "changed"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class SchemeDone:
    """Says to who acted that it is done; `value` names the cluster."""

    id: str
    name: str
    step: SchemeStep
    value: str


TERMS = replace(
    PRESETS[Preset.MEET_AND_GREET],
    name="Meet & Greet North Sea",
    countries=("DK", "NL"),
    documents=("Boarding passes", "Summary of the meeting"),
    second_above=400_00,
)
_KRONER = replace(
    PRESETS[Preset.INSIGHT],
    name="Indblik",
    currency="DKK",
    cap=30_000_00,
    per_euro="7.46",
    kinds=(OrganisationKind.SME, OrganisationKind.RESEARCH),
)
_CALL = CallLine(
    "CA-3",
    "Spring 2027",
    CallState.OPEN,
    date(2027, 3, 1),
    date(2027, 4, 30),
    "EUR",
    budget=50_000_00,
    committed=12_500_00,
    offered=20_000_00,
)

EXAMPLES = (
    SchemeList(cluster="CLEAN", value="CL-1"),
    SchemeList(
        cluster="CLEAN",
        value="CL-1",
        schemes=(
            SchemeLine("SC-2", TERMS, calls=(_CALL, replace(_CALL, id="CA-2", state=CallState.CLOSED)), more=2),
            SchemeLine("SC-1", _KRONER),
        ),
        partners=(replace(_CALL, id="CA-5", owner="Clean Tech Delta", budget=5_000_00, committed=0, offered=0),),
        archived=1,
        others=(("FURGY", "CL-3"),),
        page=2,
        more=True,
    ),
    ChoosePreset("CLEAN", "CL-1"),
    *(StateScheme(f"CL-1 {preset.value}", "CLEAN", terms) for preset, terms in PRESETS.items()),
    StateScheme("SC-2:4", "CLEAN", TERMS, id="SC-2", locked=LOCKED_BY_CALL),
    StateScheme("SC-1:7", "CLEAN", _KRONER, id="SC-1", locked=LOCKED_BY_CALL | LOCKED_BY_GRANT),
    *(SchemeDone("SC-2", TERMS.name, step, "CL-1") for step in SchemeStep),
)
