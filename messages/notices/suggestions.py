"""The ranker's proposals as managers see them: the review card, a team, and why one candidate is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.introductions import IntroductionState, Slot


@dataclass(frozen=True, slots=True)
class Evidence:
    """Somebody's own words: `field` is where they stand (summary, skills, answer …), `must_have` what they cover.

    `picked`: a language model points at them.
    """

    text: str
    field: str
    language: str = ""
    must_have: str = ""
    picked: bool = False


class Standing(StrEnum):
    """How a suggestion stands for who looks at the card."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Candidacy:
    """One candidate on a review card.

    `value` goes into its buttons (suggestion, ranking and cluster). `reason` is the model's sentence, if one took part,
    `readings` its scores where it saw the candidates in several orders, the lowest first, `gaps` what it finds missing.
    `asked` counts the must-haves, `missing` lists those without evidence. `answer` is the id of its answer. `by` is who
    decided; `introduction` what came of an approval and `state` how far that is. `chance` is the share (0 to 1) of such
    candidates that were approved, where enough was decided to know it. `invite` is the argument of the button
    that makes a link for a company of which nobody is in a workspace.
    """

    value: str
    name: str
    country: str
    score: int
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    asked: int = 0
    reason: str = ""
    readings: tuple[int, ...] = ()
    gaps: tuple[str, ...] = ()
    answer: str = ""
    slot: Slot = Slot.RELEVANCE
    cluster: str = ""
    standing: Standing = Standing.OPEN
    by: str = ""
    introduction: str = ""
    state: IntroductionState | None = None
    chance: float | None = None
    invite: str = ""


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One member of a team, with its place on the list and the must-haves that it covers."""

    place: int
    name: str
    country: str
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """The smallest team that covers together what nobody covers alone; `value` goes into the button that shows it."""

    members: tuple[TeamMember, ...]
    uncovered: tuple[str, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """What the places of a newcomer and of a second country cost: who gave way for them, and a share of the scores.

    `held` fit too and have no room: they are proposed elsewhere as often as they can take on.
    """

    displaced: tuple[str, ...] = ()
    given_up: float = 0.0
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """The candidates for a challenge, at most five at a time.

    `title` is empty where the reader may not know it. `first` is the place of the first one shown, `more` how many
    follow, `more_value` the argument of the button that shows them. `earlier` were decided before and are not on the
    present list. `notes` are codes: local_order, model_unavailable, model_unproven,
    same_language. `over`: nothing is decided any more. `team` and `spread` are for who sees all candidates.
    """

    id: str
    title: str
    shown: tuple[Candidacy, ...]
    considered: int = 0
    first: int = 1
    more: int = 0
    more_value: str = ""
    earlier: tuple[Candidacy, ...] = ()
    notes: tuple[str, ...] = ()
    partner: bool = False
    over: bool = False
    team: Team | None = None
    spread: Spread = field(default_factory=Spread)


@dataclass(frozen=True, slots=True)
class TeamShown:
    """The members of a team with all that they cover, each to be approved or declined as usual."""

    id: str
    title: str
    team: Team
    candidates: tuple[Candidacy, ...]
    over: bool = False


@dataclass(frozen=True, slots=True)
class WhyShown:
    """Why one candidate is proposed, in full.

    `measures` are the sub-scores (0 to 1) by name; those that have no words are not told.
    """

    id: str
    title: str
    candidate: Candidacy
    place: int
    measures: Mapping[str, float]


_LENS = Candidacy(
    value="7:3:1",
    name="Waterlens (invented)",
    country="NL",
    score=82,
    evidence=(
        Evidence("Optische sensor telt E. coli binnen 40 minuten.", "summary", "nl", "Result within one hour"),
        Evidence("We have run in two networks since 2023.", "answer", "en"),
    ),
    missing=("Runs three months without service",),
    asked=2,
    answer="AN-7",
    cluster="Clean Tech Delta",
)
_READ = Candidacy(
    value="9:3:1",
    name="Hafenrobotik (invented)",
    country="DE",
    score=58,
    missing=("Result within one hour", "Runs three months without service"),
    asked=2,
    evidence=(
        Evidence("Unsere Roboter fahren durch Rohre ab 80 mm.", "summary", "de"),
        Evidence("Sie nehmen Proben, ohne dass das Netz steht.", "summary", "de", picked=True),
    ),
    reason="Robots for pipes; says nothing about bacteria.",
    readings=(35, 40, 62),
    gaps=("Detection of bacteria", "Runs three months <without> service & alone"),
)
_FJORD = Candidacy(
    value="8:3:1",
    name="Fjordsensor (invented)",
    country="DK",
    invite="OR-9 CH-12",
    score=61,
    asked=2,
    slot=Slot.NEWCOMER,
    reason="Fits the network.",
)
_TEAM = Team(
    members=(
        TeamMember(1, "Waterlens (invented)", "NL", ("Result within one hour",)),
        TeamMember(2, "Fjordsensor (invented)", "DK", ("Runs three months without service",)),
    ),
    value="CH-12:3:1",
)
_MEASURES = {
    "words": 0.41,
    "spelling": 0.27,
    "title": 0.5,
    "competences": 0.5,
    "relevance": 0.93,
    "buyer": 0.75,
    "sme": 0.44,
    "history": 0.5,
    "abroad": 1.0,
    "sought": 1.0,
    "free": 0.67,
    "answered": 0.0,
}
_APPROVED = replace(
    _LENS, standing=Standing.APPROVED, by="Manager, CLEAN", introduction="IN-34", state=IntroductionState.PENDING
)
_REJECTED = replace(_FJORD, standing=Standing.REJECTED, by="Manager, CLEAN")

EXAMPLES = (
    Review(
        id="CH-12",
        title="Detect bacteria in drinking-water pipes",
        shown=(_LENS, _FJORD),
        considered=119,
        more=6,
        more_value="CH-12:3:1:5",
        notes=("local_order", "same_language"),
        team=_TEAM,
        spread=Spread(("Hafenrobotik (invented)",), 0.042, ("Kanalwacht (invented)",)),
    ),
    Review(
        id="CH-12",
        title="Detect bacteria in drinking-water pipes",
        shown=(_APPROVED, _REJECTED),
        considered=119,
        earlier=(replace(_APPROVED, name="Hafenrobotik (invented)", state=IntroductionState.MADE),),
        notes=("model_unavailable",),
    ),
    Review(
        id="CH-12",
        title="Detect bacteria in drinking-water pipes",
        shown=(_FJORD, _READ),
        considered=119,
        notes=("model_unproven",),
    ),
    Review(id="CH-12", title="", shown=(_LENS,), considered=119, partner=True),
    Review(
        id="CH-12",
        title="Detect bacteria in drinking-water pipes",
        shown=(replace(_LENS, chance=0.97), replace(_LENS, chance=0.68), replace(_FJORD, chance=0.02)),
        considered=119,
    ),
    Review(id="CH-12", title="Detect bacteria in drinking-water pipes", shown=(_REJECTED,), over=True),
    Review(id="CH-12", title="Detect bacteria in drinking-water pipes", shown=(), considered=0),
    Review(
        id="CH-12",
        title="Detect bacteria in drinking-water pipes",
        shown=(_LENS, replace(_FJORD, slot=Slot.COUNTRY)),
        considered=119,
        team=replace(_TEAM, uncovered=("Reports into the existing system",)),
        spread=Spread(("Hafenrobotik (invented)",), 0.11),
    ),
    TeamShown(
        id="CH-12",
        title="Detect bacteria in drinking-water pipes",
        team=_TEAM,
        candidates=(_LENS, replace(_FJORD, evidence=(Evidence("Måler i tre måneder.", "skills", "da", "x"),))),
    ),
    TeamShown(
        id="CH-12",
        title="",
        team=replace(_TEAM, uncovered=("Reports into the existing system",)),
        candidates=(_APPROVED, _FJORD),
    ),
    WhyShown(
        id="CH-12",
        title="Detect bacteria in drinking-water pipes",
        candidate=replace(_LENS, answer=""),
        place=1,
        measures=_MEASURES,
    ),
    WhyShown(
        id="CH-12",
        title="",
        candidate=replace(
            _FJORD,
            missing=("Result within one hour", "Runs three months without service"),
            evidence=(Evidence("Sensorer til rør.", "skills", "da", picked=True),),
            gaps=("Result within one hour", "Reports into SCADA"),
        ),
        place=5,
        measures={**_MEASURES, "abroad": 0.0, "sought": 0.0, "free": 0.0, "history": 0.7, "title": 0.0},
    ),
    WhyShown(
        id="CH-12",
        title="Detect bacteria in drinking-water pipes",
        candidate=replace(_APPROVED, slot=Slot.COUNTRY, asked=0, missing=()),
        place=2,
        measures={"words": 0.1, "relevance": 0.3, "buyer": 0.2, "sme": 0.95, "answered": 1.0},
    ),
)
