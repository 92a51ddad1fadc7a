"""What there is to tell about challenges to those who look, and to the buyer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.challenges import ChallengeState, Confidentiality


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a reader may know of a challenge; `buyer` is empty where it is hidden, `redacted` says that names were.

    `said_in` is the language of the original where it is not the reader's, `translated` says that this is not it.
    """

    id: str
    title: str
    state: ChallengeState
    confidentiality: Confidentiality
    background: str = ""
    problem: str = ""
    must_haves: tuple[str, ...] = ()
    criteria: tuple[tuple[str, int], ...] = ()
    countries: tuple[str, ...] = ()
    deadline_on: date | None = None
    zone: str = "UTC"
    trl: int | None = None
    budget: str = ""
    ip_terms: str = ""
    sector: str = ""
    language: str = ""
    buyer: str = ""
    redacted: bool = False
    said_in: str = ""
    translated: bool = False


@dataclass(frozen=True, slots=True)
class ChallengePost:
    """The public post of a challenge; `open` while answers are taken, else `reason` may say why it ended.

    `here` is false once the cluster has given the challenge back: then nothing but its title is left.
    """

    sheet: Sheet
    open: bool
    reason: str = ""
    here: bool = True


@dataclass(frozen=True, slots=True)
class ChallengeShown:
    """A challenge shown privately; `actions` are the buttons that this reader may press.

    `original` says that the reader asked for it instead of its translation.
    """

    sheet: Sheet
    actions: tuple[str, ...] = ()
    reason: str = ""
    outcome: str = ""
    answers: int = 0
    original: bool = False


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """A challenge was written down as a draft; nobody but its organisation sees it.

    `long` says that there is more than a title, which can be sorted into the parts of a challenge.
    """

    id: str
    title: str
    long: bool = False


class Done(StrEnum):
    """What has just been done with a challenge."""

    SUBMITTED = "submitted"
    SAVED = "saved"
    UPDATED = "updated"
    DISCARDED = "discarded"
    PUBLISHED = "published"
    RETURNED = "returned"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    RESOLVED = "resolved"
    OFFERED = "offered"
    TAKEN = "taken"
    REFUSED = "refused"
    GIVEN_BACK = "given_back"


@dataclass(frozen=True, slots=True)
class ChallengeDone:
    """Says to who acted that it is done; `cluster` is whose managers come next, `told` how many others are told."""

    id: str
    title: str
    done: Done
    cluster: str = ""
    told: int = 0


class ListKind(StrEnum):
    """Which list of challenges it is: those open to the reader, the reader's own, or those to choose one to answer."""

    OPEN = "open"
    MINE = "mine"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class ListItem:
    """One line of a list of challenges; `said_in` is the language of the original title where that is not the reader's.

    `translated`: the title is a model's translation.
    """

    id: str
    title: str
    state: ChallengeState
    deadline_on: date | None = None
    buyer: str = ""
    answers: int = 0
    said_in: str = ""
    translated: bool = False


@dataclass(frozen=True, slots=True)
class ChallengeList:
    """A page of challenges; `more` says that another page follows."""

    kind: ListKind
    items: tuple[ListItem, ...]
    page: int = 1
    more: bool = False
    may_state: bool = False


@dataclass(frozen=True, slots=True)
class BuyerOverview:
    """The buyer's one card about a challenge: where it stands, and what waits in it."""

    id: str
    title: str
    state: ChallengeState
    deadline_on: date | None = None
    zone: str = "UTC"
    waiting: int = 0
    shortlisted: int = 0
    introduced: int = 0
    declined: int = 0
    questions: int = 0
    verdicts_on: date | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """Tells the buyer that the manager returned the challenge, and why; `open` until it was submitted again."""

    id: str
    title: str
    reason: str
    open: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """Tells those who answered or drafted that a challenge ended before its time, and why.

    `undecided`: an answer of theirs still waits for a yes or a no.
    """

    id: str
    title: str
    withdrawn: bool
    reason: str
    was_draft: bool = False
    undecided: bool = True


@dataclass(frozen=True, slots=True)
class TooLong:
    """Gives a text back that is too long to be taken, so that nothing is lost."""

    text: str
    limit: int
    length: int


SHEET = Sheet(
    id="CH-12",
    title="Detect E. coli in drinking-water pipes",
    state=ChallengeState.PUBLISHED,
    confidentiality=Confidentiality.OPEN,
    background="Our utility learns of a contamination only after a laboratory culture of a day or more.",
    problem="We look for sensors or rapid tests that detect E. coli in the pipe network within the hour.",
    must_haves=("Result on line or within one hour", "Runs at least three months without service"),
    criteria=(("Accuracy", 60), ("Cost of running", 40)),
    countries=("DK", "NL"),
    deadline_on=date(2026, 6, 30),
    zone="Europe/Copenhagen",
    trl=6,
    budget="EUR 100,000–250,000",
    ip_terms="The supplier keeps its rights.",
    sector="Water",
    language="en",
    buyer="Øresund Water Utility (invented)",
)
TEASER = replace(
    SHEET, confidentiality=Confidentiality.TEASER, buyer="", redacted=True, background="[…] learns of it only late."
)
_ITEMS = (
    ListItem(SHEET.id, SHEET.title, SHEET.state, SHEET.deadline_on, SHEET.buyer, 3),
    ListItem("CH-14", "Recycling of demolition waste", ChallengeState.PUBLISHED, date(2026, 7, 15)),
    ListItem("CH-15", "Affald bliver til sand", ChallengeState.PUBLISHED, date(2026, 7, 15), said_in="da"),
    ListItem("CH-16", "Waste becomes sand", ChallengeState.PUBLISHED, None, "Byen", 0, "da", translated=True),
)


EXAMPLES = (
    ChallengePost(sheet=SHEET, open=True),
    ChallengePost(sheet=TEASER, open=True),
    ChallengePost(sheet=SHEET, open=False, here=False),
    ChallengePost(sheet=replace(SHEET, said_in="da", translated=True), open=True),
    ChallengeShown(sheet=replace(SHEET, said_in="da", translated=True), actions=("answer.start",)),
    ChallengeShown(sheet=replace(SHEET, said_in="da"), actions=("answer.start",), original=True),
    ChallengePost(sheet=replace(SHEET, state=ChallengeState.CLOSED), open=False, reason="We have found a partner."),
    ChallengeShown(sheet=SHEET, actions=("answer.start", "question.start")),
    ChallengeShown(
        sheet=replace(SHEET, state=ChallengeState.DRAFT, deadline_on=None),
        actions=("challenge.submit", "challenge.edit", "challenge.discard"),
    ),
    ChallengeShown(sheet=SHEET, actions=("challenge.edit", "challenge.close", "challenge.withdraw")),
    ChallengeShown(
        sheet=replace(SHEET, state=ChallengeState.RESOLVED),
        actions=("challenge.answers",),
        reason="Enough good answers",
        outcome="pilot",
        answers=3,
    ),
    DraftSaved(id="CH-12", title=SHEET.title),
    DraftSaved(id="CH-12", title=SHEET.title, long=True),
    *(ChallengeDone(id="CH-12", title=SHEET.title, done=done, cluster="CLEAN", told=2) for done in Done),
    *(ChallengeDone(id="CH-12", title=SHEET.title, done=done) for done in (Done.CLOSED, Done.WITHDRAWN)),
    ChallengeList(kind=ListKind.OPEN, items=_ITEMS, more=True),
    ChallengeList(kind=ListKind.MINE, items=_ITEMS, page=2, may_state=True),
    ChallengeList(kind=ListKind.ANSWER, items=_ITEMS),
    ChallengeList(kind=ListKind.OPEN, items=()),
    ChallengeList(kind=ListKind.MINE, items=(), may_state=True),
    ChallengeList(kind=ListKind.ANSWER, items=()),
    BuyerOverview(
        id="CH-12", title=SHEET.title, state=ChallengeState.PUBLISHED, deadline_on=SHEET.deadline_on, waiting=2
    ),
    BuyerOverview(
        id="CH-12",
        title=SHEET.title,
        state=ChallengeState.CLOSED,
        waiting=1,
        shortlisted=2,
        introduced=1,
        declined=1,
        questions=1,
        verdicts_on=date(2026, 7, 14),
    ),
    Returned(id="CH-12", title=SHEET.title, reason="Please say how many pipes there are."),
    Returned(id="CH-12", title=SHEET.title, reason="Please say how many pipes there are.", open=False),
    Ended(id="CH-12", title=SHEET.title, withdrawn=True, reason="The project was stopped."),
    Ended(id="CH-12", title=SHEET.title, withdrawn=False, reason="Enough good answers.", was_draft=True),
    Ended(id="CH-12", title=SHEET.title, withdrawn=False, reason="Enough good answers.", undecided=False),
    TooLong(text="A very long text indeed.", limit=3000, length=8000),
)
