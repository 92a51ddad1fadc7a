"""Suggestions and introductions: who approves, who consents when, and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from domain.lifecycle import Lifecycle

REPEAT_DAYS = 90  # no pair is suggested again before
SHORTLIST_MAX = 5
DEFAULT_CAPACITY = 3  # open introductions of an SME that stated no other number
IGNORED_MAX = 3  # after so many ignored ones the SME is asked once and suggestions pause
REASON_NOTE_MAX = 500
OPENING_MAX = 600
#: What one form takes on every platform.
MESSAGE_MAX = 3000
OUTCOME_TEXT_MAX = 2000


class SuggestionState(StrEnum):
    """Say how far a suggestion has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


class SuggestionAction(StrEnum):
    """Say what can be done with a suggestion."""

    APPROVE = "approve"
    REJECT = "reject"
    EXPIRE = "expire"


class Slot(StrEnum):
    """Say why somebody has a place on a shortlist."""

    RELEVANCE = "relevance"
    COUNTRY = "country"
    NEWCOMER = "newcomer"


class RejectReason(StrEnum):
    """Say why a manager rejects a suggestion."""

    NOT_RELEVANT = "not_relevant"
    BUSY = "busy"
    CONFLICT = "conflict"
    KNOWN_ALREADY = "known_already"
    OTHER = "other"


SPEAKS_OF_THE_PAIR: frozenset[RejectReason] = frozenset({RejectReason.CONFLICT, RejectReason.KNOWN_ALREADY})
"""Reasons that hold for whatever else this buyer looks for: the two are not proposed to each other again so soon."""


def counts_for_relevance(*, approved: bool, reason: RejectReason | None) -> bool:
    """Tell whether a decision says how well a candidate fits: a busy one, or one in conflict, may fit perfectly."""
    return approved or reason is RejectReason.NOT_RELEVANT


class IntroductionState(StrEnum):
    """Say how far an introduction has come; `half` is the SME's consent without the buyer's."""

    PENDING = "pending"
    APPROVED = "approved"
    HALF = "half"
    MADE = "made"
    MET = "met"
    CLOSED = "closed"
    DECLINED = "declined"
    LAPSED = "lapsed"


class IntroductionAction(StrEnum):
    """Say what can be done with an introduction; `approve` is the last approval that was missing."""

    APPROVE = "approve"
    SME_CONSENT = "sme_consent"
    BUYER_CONSENT = "buyer_consent"
    MEET = "meet"
    CLOSE = "close"
    DECLINE = "decline"
    LAPSE = "lapse"


class Party(StrEnum):
    """Name a side of an introduction."""

    SME = "sme"
    BUYER = "buyer"


class OutcomeKind(StrEnum):
    """Say what came of an introduction."""

    CONTRACT = "contract"
    PILOT = "pilot"
    JOINT_PROJECT = "joint_project"
    TALKING = "talking"
    NO_FIT = "no_fit"
    NO_CONTACT = "no_contact"


class OutcomeState(StrEnum):
    """Say whether an outcome stands."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


class OutcomeAction(StrEnum):
    """Say what can be done with a claimed outcome."""

    CONFIRM = "confirm"
    DISPUTE = "dispute"
    WITHDRAW = "withdraw"


SUGGESTION: Lifecycle[SuggestionState] = Lifecycle(
    "suggestion",
    states=SuggestionState,
    table={
        (SuggestionState.PROPOSED, SuggestionAction.APPROVE): SuggestionState.APPROVED,
        (SuggestionState.PROPOSED, SuggestionAction.REJECT): SuggestionState.REJECTED,
        (SuggestionState.PROPOSED, SuggestionAction.EXPIRE): SuggestionState.EXPIRED,
    },
)

INTRODUCTION: Lifecycle[IntroductionState] = Lifecycle(
    "introduction",
    states=IntroductionState,
    table={
        (IntroductionState.PENDING, IntroductionAction.APPROVE): IntroductionState.APPROVED,
        (IntroductionState.PENDING, IntroductionAction.DECLINE): IntroductionState.DECLINED,
        (IntroductionState.PENDING, IntroductionAction.LAPSE): IntroductionState.LAPSED,
        (IntroductionState.APPROVED, IntroductionAction.SME_CONSENT): IntroductionState.HALF,
        (IntroductionState.APPROVED, IntroductionAction.DECLINE): IntroductionState.DECLINED,
        (IntroductionState.APPROVED, IntroductionAction.LAPSE): IntroductionState.LAPSED,
        (IntroductionState.HALF, IntroductionAction.BUYER_CONSENT): IntroductionState.MADE,
        (IntroductionState.HALF, IntroductionAction.DECLINE): IntroductionState.DECLINED,
        (IntroductionState.HALF, IntroductionAction.LAPSE): IntroductionState.LAPSED,
        (IntroductionState.MADE, IntroductionAction.MEET): IntroductionState.MET,
        (IntroductionState.MADE, IntroductionAction.CLOSE): IntroductionState.CLOSED,
        (IntroductionState.MET, IntroductionAction.CLOSE): IntroductionState.CLOSED,
    },
)

OUTCOME: Lifecycle[OutcomeState] = Lifecycle(
    "outcome",
    states=OutcomeState,
    table={
        (OutcomeState.CLAIMED, OutcomeAction.CONFIRM): OutcomeState.CONFIRMED,
        (OutcomeState.CLAIMED, OutcomeAction.DISPUTE): OutcomeState.DISPUTED,
        (OutcomeState.CLAIMED, OutcomeAction.WITHDRAW): OutcomeState.WITHDRAWN,
        (OutcomeState.DISPUTED, OutcomeAction.CONFIRM): OutcomeState.CONFIRMED,
        (OutcomeState.DISPUTED, OutcomeAction.WITHDRAW): OutcomeState.WITHDRAWN,
        (OutcomeState.CONFIRMED, OutcomeAction.WITHDRAW): OutcomeState.WITHDRAWN,
    },
)

OPEN: frozenset[IntroductionState] = frozenset(
    {
        IntroductionState.PENDING,
        IntroductionState.APPROVED,
        IntroductionState.HALF,
        IntroductionState.MADE,
        IntroductionState.MET,
    }
)
"""Introductions in these states count against an SME's capacity."""

REVEALED: frozenset[IntroductionState] = frozenset(
    {IntroductionState.MADE, IntroductionState.MET, IntroductionState.CLOSED}
)
"""Both identities are known to both sides in these states, and in no other."""


def required_approvals(owner_cluster_id: int, home_cluster_id: int) -> frozenset[int]:
    """Return the clusters of which a manager must approve: the challenge's owner and the SME's home."""
    return frozenset({owner_cluster_id, home_cluster_id})


def missing_approvals(*, owner_cluster_id: int, home_cluster_id: int, given: Collection[int]) -> frozenset[int]:
    """Return the clusters whose approval is still missing; a cluster's second approval adds nothing."""
    return required_approvals(owner_cluster_id, home_cluster_id) - frozenset(given)
