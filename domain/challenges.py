"""A buyer's stated need: its life, its limits and what is missing in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendars import is_zone
from domain.errors import Invalid
from domain.lifecycle import Lifecycle
from domain.organisations import is_country
from domain.text import is_wordless

TITLE_MAX = 120
TEXT_MAX = 3000
MUST_HAVE_MAX = 200
MUST_HAVES_MAX = 10
CRITERION_MAX = 200
CRITERIA_MAX = 10
BUDGET_MAX = 120
IP_TERMS_MAX = 1000
COUNTRIES_MAX = 60
INVITED_MAX = 50
REASON_MAX = 500
TRL_MIN = 1
TRL_MAX = 9
WEIGHTS_SUM = 100
DEADLINE_YEARS_MAX = 3  # a deadline further away than this is a slip of the pen


class ChallengeState(StrEnum):
    """Say how far a challenge has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    CLOSED = "closed"
    EVALUATING = "evaluating"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class ChallengeAction(StrEnum):
    """Say what can be done with a challenge; submitting again after a return is `submit` too."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    EXTEND = "extend"
    CLOSE = "close"
    EVALUATE = "evaluate"
    RESOLVE = "resolve"
    WITHDRAW = "withdraw"


class Confidentiality(StrEnum):
    """Say who may know: everybody, everybody but not who asks, or the invited only."""

    OPEN = "open"
    TEASER = "teaser"
    INVITE = "invite"


class ChallengeOutcome(StrEnum):
    """Say how a challenge was resolved."""

    CONTRACT = "contract"
    PILOT = "pilot"
    JOINT_PROJECT = "joint_project"
    TALKING = "talking"
    SOLVED_ELSEWHERE = "solved_elsewhere"
    NO_SOLUTION = "no_solution"


class ScreeningQuestion(StrEnum):
    """Name what a manager asks before publishing (the screening checklist of the CLEAN model)."""

    GLOBAL_MARKET = "global_market"
    REGIONAL_COMPETENCES = "regional_competences"
    UNSOLVED = "unsolved"
    OWNER_ENGAGES = "owner_engages"


CHALLENGE: Lifecycle[ChallengeState] = Lifecycle(
    "challenge",
    states=ChallengeState,
    table={
        (ChallengeState.DRAFT, ChallengeAction.EDIT): ChallengeState.DRAFT,
        (ChallengeState.DRAFT, ChallengeAction.SUBMIT): ChallengeState.SUBMITTED,
        (ChallengeState.DRAFT, ChallengeAction.WITHDRAW): ChallengeState.WITHDRAWN,
        (ChallengeState.SUBMITTED, ChallengeAction.EDIT): ChallengeState.SUBMITTED,
        (ChallengeState.SUBMITTED, ChallengeAction.RETURN): ChallengeState.RETURNED,
        (ChallengeState.SUBMITTED, ChallengeAction.PUBLISH): ChallengeState.PUBLISHED,
        (ChallengeState.SUBMITTED, ChallengeAction.WITHDRAW): ChallengeState.WITHDRAWN,
        (ChallengeState.RETURNED, ChallengeAction.EDIT): ChallengeState.RETURNED,
        (ChallengeState.RETURNED, ChallengeAction.SUBMIT): ChallengeState.SUBMITTED,
        (ChallengeState.RETURNED, ChallengeAction.WITHDRAW): ChallengeState.WITHDRAWN,
        (ChallengeState.PUBLISHED, ChallengeAction.EDIT): ChallengeState.PUBLISHED,
        (ChallengeState.PUBLISHED, ChallengeAction.EXTEND): ChallengeState.PUBLISHED,
        (ChallengeState.PUBLISHED, ChallengeAction.CLOSE): ChallengeState.CLOSED,
        (ChallengeState.PUBLISHED, ChallengeAction.WITHDRAW): ChallengeState.WITHDRAWN,
        (ChallengeState.CLOSED, ChallengeAction.EVALUATE): ChallengeState.EVALUATING,
        (ChallengeState.CLOSED, ChallengeAction.RESOLVE): ChallengeState.RESOLVED,
        (ChallengeState.CLOSED, ChallengeAction.WITHDRAW): ChallengeState.WITHDRAWN,
        (ChallengeState.EVALUATING, ChallengeAction.RESOLVE): ChallengeState.RESOLVED,
        (ChallengeState.EVALUATING, ChallengeAction.WITHDRAW): ChallengeState.WITHDRAWN,
    },
)

VISIBLE: frozenset[ChallengeState] = frozenset(
    {ChallengeState.PUBLISHED, ChallengeState.CLOSED, ChallengeState.EVALUATING, ChallengeState.RESOLVED}
)
"""States in which others than the owner's people may see that the challenge exists."""


@dataclass(frozen=True)
class ChallengeDraft:
    """Hold what a form or a command says about a challenge; texts are cleaned already.

    `criteria` pairs a text with its weight in percent; `deadline_on` is a date in `zone` and ends with that day;
    `countries` are ISO 3166-1 alpha-2 codes, empty for any country; `trl` is the readiness asked for at least.
    """

    title: str
    background: str = ""
    problem: str = ""
    must_haves: tuple[str, ...] = ()
    criteria: tuple[tuple[str, int], ...] = ()
    trl: int | None = None
    budget: str = ""
    ip_terms: str = ""
    countries: tuple[str, ...] = ()
    deadline_on: date | None = None
    zone: str = "UTC"
    confidentiality: Confidentiality = Confidentiality.OPEN


def require_reason(text: str) -> str:
    """Return the reason given for closing, returning or withdrawing.

    :raises Invalid: "challenge.reason.empty" or "challenge.reason.too_long".
    """
    if not text.strip():
        raise Invalid("challenge.reason.empty", field="reason")
    if len(text) > REASON_MAX:
        raise Invalid("challenge.reason.too_long", field="reason", limit=REASON_MAX, length=len(text))
    return text.strip()


def check_draft(draft: ChallengeDraft, *, today: date, complete: bool) -> list[Invalid]:
    """List what is wrong with a draft, one refusal per field; empty when it can be taken.

    `complete` asks for what a submitted challenge must have; without it only what is there is looked at, so that a
    title alone makes a draft. `today` is the date in the draft's zone. A weighted list sums to 100.
    """
    errors = list(_missing(draft)) if complete else []
    errors += _too_long(draft)
    errors += _out_of_range(draft, today=today)
    return errors


def _missing(draft: ChallengeDraft) -> Iterator[Invalid]:
    if is_wordless(draft.problem):
        yield Invalid("challenge.problem.empty", field="problem")
    if all(is_wordless(text) for text in draft.must_haves):
        yield Invalid("challenge.must_haves.none", field="must_haves")
    if draft.deadline_on is None:
        yield Invalid("challenge.deadline.none", field="deadline_on")


def _too_long(draft: ChallengeDraft) -> Iterator[Invalid]:
    if is_wordless(draft.title):
        yield Invalid("challenge.title.empty", field="title")
    texts = (
        ("title", draft.title, TITLE_MAX),
        ("background", draft.background, TEXT_MAX),
        ("problem", draft.problem, TEXT_MAX),
        ("budget", draft.budget, BUDGET_MAX),
        ("ip_terms", draft.ip_terms, IP_TERMS_MAX),
    )
    for field, text, limit in texts:
        if len(text) > limit:
            yield Invalid(f"challenge.{field}.too_long", field=field, limit=limit, length=len(text))
    lists = (
        ("must_haves", draft.must_haves, MUST_HAVES_MAX, MUST_HAVE_MAX),
        ("criteria", tuple(text for text, _ in draft.criteria), CRITERIA_MAX, CRITERION_MAX),
    )
    for field, items, most, limit in lists:
        longest = max(map(len, items), default=0)
        if len(items) > most:
            yield Invalid(f"challenge.{field}.too_many", field=field, limit=most, count=len(items))
        elif longest > limit:
            yield Invalid(f"challenge.{field}.too_long", field=field, limit=limit, length=longest)


def _out_of_range(draft: ChallengeDraft, *, today: date) -> Iterator[Invalid]:
    weights = [weight for _, weight in draft.criteria]
    if weights and (sum(weights) != WEIGHTS_SUM or min(weights) < 1):
        yield Invalid("challenge.weights.sum", field="criteria", total=sum(weights))
    if draft.trl is not None and not TRL_MIN <= draft.trl <= TRL_MAX:
        yield Invalid("challenge.trl.range", field="trl", lowest=TRL_MIN, highest=TRL_MAX)
    unknown = [code for code in draft.countries if not is_country(code)]
    if unknown:
        yield Invalid("challenge.countries.unknown", field="countries", country=unknown[0][:40])
    elif len(draft.countries) > COUNTRIES_MAX:
        yield Invalid(
            "challenge.countries.too_many", field="countries", limit=COUNTRIES_MAX, count=len(draft.countries)
        )
    if not is_zone(draft.zone):
        yield Invalid("challenge.zone.unknown", field="zone", zone=draft.zone[:40])
    if draft.deadline_on is None:
        return
    if draft.deadline_on < today:
        yield Invalid("challenge.deadline.past", field="deadline_on", deadline_on=draft.deadline_on, today=today)
    elif draft.deadline_on.year > today.year + DEADLINE_YEARS_MAX:
        yield Invalid("challenge.deadline.too_far", field="deadline_on", years=DEADLINE_YEARS_MAX)
