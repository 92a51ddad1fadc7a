"""What is asked about challenges: each becomes a form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.challenges import Confidentiality
from messages.notices.challenges import TEASER, Sheet


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
    """Asks why a challenge is closed, withdrawn or returned; `told` counts the SMEs that will read it.

    `reason` is what was typed behind the command already.
    """

    ending: Ending
    id: str
    title: str
    value: str
    told: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ResolveChallenge:
    """Asks what came of a challenge; `waiting` counts the answers without a yes or a no."""

    id: str
    title: str
    value: str
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Partner:
    """A cluster to which a challenge may be offered; `fits` says that its field does, `members` how many members'."""

    value: str
    name: str
    country: str
    fits: bool = False
    members: int = 0


class Reach(StrEnum):
    """To which partner clusters a challenge is offered."""

    CHOSEN = "chosen"
    SECTOR = "sector"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class OfferChallenge:
    """Asks to which partner clusters a challenge is offered.

    `value` is what the form acts on; it says which teaser was shown. `sector` is empty where the challenge names none.
    `teaser` is what they will read, where names are left out, and `hidden` what is left out besides; `again` says that
    it has changed since it was last shown. `reach` and `chosen` are what was filled in before.
    """

    id: str
    title: str
    value: str
    clusters: tuple[Partner, ...]
    sector: str = ""
    teaser: Sheet | None = None
    hidden: tuple[str, ...] = ()
    again: bool = False
    reach: Reach = Reach.CHOSEN
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HideWords:
    """Asks what is left out of a teaser besides the names that are known; `teaser` is how it reads now."""

    id: str
    title: str
    teaser: Sheet
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChoosePlaces:
    """Asks in which workspaces of a cluster a challenge is posted; `places` are ids with names."""

    id: str
    title: str
    value: str
    places: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...] = ()


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
    OfferChallenge(
        id="CH-12",
        title="Detect E. coli",
        value="CH-12",
        clusters=(Partner("CL-2", "Clean Tech Delta", "NL", fits=True, members=12), Partner("CL-3", "FURGY", "DE")),
        sector="Water",
    ),
    OfferChallenge(
        id="CH-12",
        title="Detect E. coli",
        value="CH-12:0a1b2c3d",
        clusters=(Partner("CL-2", "Clean Tech Delta", "NL"), Partner("CL-3", "FURGY", "DE", fits=True, members=1)),
        teaser=TEASER,
        hidden=("the old mill",),
        again=True,
        chosen=("CL-2",),
    ),
    HideWords(id="CH-12", title="Detect E. coli", teaser=TEASER, hidden=("the old mill",)),
    ChoosePlaces(
        id="CH-12",
        title="Detect E. coli",
        value="CH-12:CL-2",
        places=(("4", "Delta on Slack"), ("5", "Delta on Teams")),
        chosen=("4",),
    ),
)
