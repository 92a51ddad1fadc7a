"""What managers are told about the ranker's proposals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from domain.introductions import IntroductionState


@dataclass(frozen=True, slots=True)
class Evidence:
    """Somebody's own words: `field` is where they stand (summary, skills, answer …), `must_have` what they cover."""

    text: str
    field: str
    language: str = ""
    must_have: str = ""


class Standing(StrEnum):
    """How a suggestion stands for who looks at the card."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Candidacy:
    """One candidate on a review card.

    `value` goes into its buttons (suggestion, ranking and cluster). `reason` is the model's sentence, if one took part,
    `readings` its scores where it saw the candidates in several orders, the lowest first.
    `asked` counts the must-haves, `missing` lists those without evidence. `answer` is the id of its answer. `by` is who
    decided; `introduction` what came of an approval and `state` how far that is. `chance` is the share (0 to 1) of such
    candidates that were approved, where enough was decided to know it.
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
    answer: str = ""
    newcomer: bool = False
    cluster: str = ""
    standing: Standing = Standing.OPEN
    by: str = ""
    introduction: str = ""
    state: IntroductionState | None = None
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The candidates for a challenge, at most five at a time.

    `title` is empty where the reader may not know it. `first` is the place of the first one shown, `more` how many
    follow, `more_value` the argument of the button that shows them. `earlier` were decided before and are not on the
    present list. `notes` are codes: local_order, model_unavailable, model_unproven,
    same_language. `over`: nothing is decided any more.
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


@dataclass(frozen=True, slots=True)
class ReviewsWaiting:
    """A challenge whose suggestions wait for a decision; for a manager's own page."""

    id: str
    title: str
    count: int
    value: str


@dataclass(frozen=True, slots=True)
class SuggestionApproved:
    """The manager's approval is in; `waiting` names clusters still to approve, `asked` the party asked now."""

    introduction: str
    name: str
    waiting: tuple[str, ...] = ()
    asked: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionRejected:
    """The manager's no is in."""

    name: str


@dataclass(frozen=True, slots=True)
class RejectSuggestion:
    """Asks a manager why a candidate is not proposed; `value` is the suggestion's."""

    value: str
    name: str


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
    asked=2,
    reason="Robots for pipes; says nothing about bacteria.",
    readings=(35, 40, 62),
)
_FJORD = Candidacy(
    value="8:3:1",
    name="Fjordsensor (invented)",
    country="DK",
    score=61,
    asked=2,
    newcomer=True,
    reason="Fits the network.",
)
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
    ReviewsWaiting(id="CH-12", title="Detect bacteria in drinking-water pipes", count=4, value="CH-12:1"),
    SuggestionApproved(introduction="IN-34", name="Waterlens (invented)", waiting=("Clean Tech Delta",)),
    SuggestionApproved(introduction="IN-34", name="Waterlens (invented)", asked="sme"),
    SuggestionApproved(introduction="IN-34", name="Waterlens (invented)", asked="buyer"),
    SuggestionRejected(name="Fjordsensor (invented)"),
    RejectSuggestion(value="8:3:1", name="Fjordsensor (invented)"),
)
