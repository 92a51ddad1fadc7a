"""What is asked about challenges: each becomes a form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.challenges import Confidentiality


@dataclass(frozen=True, slots=True)
class StateChallenge:
    """Asks for a challenge; what is known is filled in.

    `value` is what the form acts on: empty for a new one, else `CH-12:3`. `published`: the confidentiality stays as it
    is and the deadline may only move later. `submitted`: saving it changes what the managers have before them.
    """

    value: str = ""
    id: str = ""
    title: str = ""
    background: str = ""
    problem: str = ""
    must_haves: tuple[str, ...] = ()
    criteria: tuple[tuple[str, int], ...] = ()
    countries: tuple[str, ...] = ()
    deadline_on: date | None = None
    zone: str = "UTC"
    confidentiality: Confidentiality = Confidentiality.OPEN
    invited: tuple[str, ...] = ()
    trl: int | None = None
    budget: str = ""
    ip_terms: str = ""
    sector: str = ""
    language: str = "en"
    organisations: tuple[tuple[int, str], ...] = ()
    published: bool = False
    submitted: bool = False


@dataclass(frozen=True, slots=True)
class ChooseBuyer:
    """Asks for which of one's organisations a challenge is written down."""

    title: str
    organisations: tuple[tuple[int, str], ...]


class Ending(StrEnum):
    """What a reason is asked for."""

    CLOSE = "close"
    WITHDRAW = "withdraw"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class GiveReason:
    """Asks why a challenge is closed, withdrawn or returned; `told` counts the SMEs that will read it."""

    ending: Ending
    id: str
    title: str
    value: str
    told: int = 0


@dataclass(frozen=True, slots=True)
class ResolveChallenge:
    """Asks what came of a challenge; `waiting` counts the answers without a yes or a no."""

    id: str
    title: str
    value: str
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class OfferChallenge:
    """Asks to which partner clusters a challenge is offered."""

    id: str
    title: str
    clusters: tuple[tuple[str, str], ...]


_WRITTEN = StateChallenge(
    value="CH-12:3",
    id="CH-12",
    title="Detect E. coli in drinking-water pipes",
    problem="We look for sensors.",
    must_haves=("Result within one hour",),
    criteria=(("Accuracy", 60), ("Cost of running", 40)),
    countries=("DK", "NL"),
    deadline_on=date(2026, 6, 30),
    zone="Europe/Copenhagen",
    trl=6,
    invited=("Waterlens (invented)",),
)

EXAMPLES = (
    StateChallenge(organisations=((1, "Øresund Water Utility (invented)"), (2, "Nordkaj (invented)"))),
    _WRITTEN,
    replace(_WRITTEN, published=True),
    replace(_WRITTEN, submitted=True, confidentiality=Confidentiality.INVITE),
    ChooseBuyer(title="Detect E. coli", organisations=((1, "Øresund Water Utility (invented)"), (2, "Nordkaj"))),
    *(GiveReason(ending=ending, id="CH-12", title="Detect E. coli", value="CH-12", told=2) for ending in Ending),
    GiveReason(ending=Ending.WITHDRAW, id="CH-12", title="Detect E. coli", value="CH-12"),
    ResolveChallenge(id="CH-12", title="Detect E. coli", value="CH-12", waiting=2),
    ResolveChallenge(id="CH-12", title="Detect E. coli", value="CH-12"),
    OfferChallenge(id="CH-12", title="Detect E. coli", clusters=(("CL-2", "Clean Tech Delta"), ("CL-3", "FURGY"))),
)
