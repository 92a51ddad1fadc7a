"""Applications for vouchers and claims for payment: their states, what can be done in each, and receipts.

Amounts are integer cents of the scheme's currency, dates the scheme's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.errors import Invalid
from domain.lifecycle import Lifecycle
from domain.schemes import Terms

PURPOSE_MAX: Final = 2000
PARTNER_MAX: Final = 200
LINK_MAX: Final = 500
REASON_MAX: Final = 1000
REPORT_MAX: Final = 3000
REFERENCE_MAX: Final = 80
#: So many that a card shows them all to those who decide; more go into another claim.
RECEIPTS_MAX: Final = 12


class ApplicationState(StrEnum):
    """Say how far an application has come.

    `eligible`: a first manager approved, and the amount needs a second one. `active`: the activity began.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ELIGIBLE = "eligible"
    APPROVED = "approved"
    AGREEMENT = "agreement"
    ACTIVE = "active"
    CLAIMED = "claimed"
    PAID = "paid"
    REPORTED = "reported"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ApplicationAction(StrEnum):
    """Say what can be done with an application; `move` changes the dates of an approved one."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    CHECK = "check"
    APPROVE = "approve"
    REJECT = "reject"
    AGREE = "agree"
    MOVE = "move"
    START = "start"
    CLAIM = "claim"
    UNCLAIM = "unclaim"
    PAY = "pay"
    REPORT = "report"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class ClaimState(StrEnum):
    """Say how far a claim for payment has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PAID = "paid"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ClaimAction(StrEnum):
    """Say what can be done with a claim."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PAY = "pay"
    REJECT = "reject"
    WITHDRAW = "withdraw"


class RejectedWhy(StrEnum):
    """Say why an application is rejected."""

    NOT_ELIGIBLE = "not_eligible"
    NOT_CONVINCING = "not_convincing"
    BUDGET = "budget"
    DE_MINIMIS = "de_minimis"
    TOO_LATE = "too_late"
    OTHER = "other"


class AwardSource(StrEnum):
    """Say where an entry of the register of de minimis aid comes from."""

    DECLARED = "declared"
    GRANTED = "granted"


_A, _D = ApplicationState, ApplicationAction
APPLICATION: Lifecycle[ApplicationState] = Lifecycle(
    "application",
    states=ApplicationState,
    table={
        (_A.DRAFT, _D.EDIT): _A.DRAFT,
        (_A.DRAFT, _D.SUBMIT): _A.SUBMITTED,
        (_A.DRAFT, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.DRAFT, _D.EXPIRE): _A.EXPIRED,
        (_A.SUBMITTED, _D.EDIT): _A.SUBMITTED,
        (_A.SUBMITTED, _D.RETURN): _A.RETURNED,
        (_A.SUBMITTED, _D.CHECK): _A.ELIGIBLE,
        (_A.SUBMITTED, _D.APPROVE): _A.APPROVED,
        (_A.SUBMITTED, _D.REJECT): _A.REJECTED,
        (_A.SUBMITTED, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.SUBMITTED, _D.EXPIRE): _A.EXPIRED,
        (_A.RETURNED, _D.EDIT): _A.RETURNED,
        (_A.RETURNED, _D.SUBMIT): _A.SUBMITTED,
        (_A.RETURNED, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.RETURNED, _D.EXPIRE): _A.EXPIRED,
        (_A.ELIGIBLE, _D.EDIT): _A.SUBMITTED,
        (_A.ELIGIBLE, _D.APPROVE): _A.APPROVED,
        (_A.ELIGIBLE, _D.RETURN): _A.RETURNED,
        (_A.ELIGIBLE, _D.REJECT): _A.REJECTED,
        (_A.ELIGIBLE, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.ELIGIBLE, _D.EXPIRE): _A.EXPIRED,
        (_A.APPROVED, _D.AGREE): _A.AGREEMENT,
        (_A.APPROVED, _D.MOVE): _A.APPROVED,
        (_A.APPROVED, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.APPROVED, _D.EXPIRE): _A.EXPIRED,
        (_A.AGREEMENT, _D.START): _A.ACTIVE,
        (_A.AGREEMENT, _D.MOVE): _A.AGREEMENT,
        (_A.AGREEMENT, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.AGREEMENT, _D.EXPIRE): _A.EXPIRED,
        (_A.ACTIVE, _D.MOVE): _A.ACTIVE,
        (_A.ACTIVE, _D.CLAIM): _A.CLAIMED,
        (_A.ACTIVE, _D.WITHDRAW): _A.WITHDRAWN,
        (_A.ACTIVE, _D.EXPIRE): _A.EXPIRED,
        (_A.CLAIMED, _D.CLAIM): _A.CLAIMED,
        (_A.CLAIMED, _D.UNCLAIM): _A.ACTIVE,
        (_A.CLAIMED, _D.PAY): _A.PAID,
        (_A.PAID, _D.REPORT): _A.REPORTED,
    },
)
CLAIM: Lifecycle[ClaimState] = Lifecycle(
    "claim",
    states=ClaimState,
    table={
        (ClaimState.DRAFT, ClaimAction.EDIT): ClaimState.DRAFT,
        (ClaimState.DRAFT, ClaimAction.SUBMIT): ClaimState.SUBMITTED,
        (ClaimState.DRAFT, ClaimAction.WITHDRAW): ClaimState.WITHDRAWN,
        (ClaimState.SUBMITTED, ClaimAction.RETURN): ClaimState.RETURNED,
        (ClaimState.SUBMITTED, ClaimAction.APPROVE): ClaimState.APPROVED,
        (ClaimState.SUBMITTED, ClaimAction.REJECT): ClaimState.REJECTED,
        (ClaimState.SUBMITTED, ClaimAction.WITHDRAW): ClaimState.WITHDRAWN,
        (ClaimState.RETURNED, ClaimAction.EDIT): ClaimState.RETURNED,
        (ClaimState.RETURNED, ClaimAction.SUBMIT): ClaimState.SUBMITTED,
        (ClaimState.RETURNED, ClaimAction.REJECT): ClaimState.REJECTED,
        (ClaimState.RETURNED, ClaimAction.WITHDRAW): ClaimState.WITHDRAWN,
        (ClaimState.APPROVED, ClaimAction.PAY): ClaimState.PAID,
    },
)
COMMITTED: Final = frozenset(
    {_A.APPROVED, _A.AGREEMENT, _A.ACTIVE, _A.CLAIMED, _A.PAID, _A.REPORTED},
)
"""States in which an application's amount is taken from the budget of its call."""
LIVE: Final = frozenset(_A) - {_A.REPORTED, _A.REJECTED, _A.WITHDRAWN, _A.EXPIRED}
"""States in which something is still to be done about an application."""
UNDECIDED: Final = frozenset({_A.SUBMITTED, _A.ELIGIBLE})
"""States in which a manager has to decide."""
WRITABLE: Final = frozenset({_A.DRAFT, _A.RETURNED, _A.SUBMITTED, _A.ELIGIBLE})
"""States in which the applicant can change everything."""
MOVABLE: Final = frozenset({_A.APPROVED, _A.AGREEMENT, _A.ACTIVE})
"""States in which of an application the dates can still change, and nothing else."""
CLAIMABLE: Final = frozenset({_A.ACTIVE, _A.CLAIMED})
"""States in which money can be claimed."""
COUNTING_CLAIMS: Final = frozenset({ClaimState.SUBMITTED, ClaimState.RETURNED, ClaimState.APPROVED, ClaimState.PAID})
"""Claims in these states take up the amount that was approved; a draft does not yet."""


def claim_due(ends_on: date, terms: Terms) -> date:
    """Return the last day on which money can be claimed."""
    return ends_on + timedelta(days=terms.claim_days)


def latest_end(approved_ends_on: date, terms: Terms) -> date:
    """Return the last day on which an activity may end without a manager's agreement, once it was approved."""
    return approved_ends_on + timedelta(days=terms.move_days)


def report_due(paid_on: date, terms: Terms) -> date:
    """Return the day until which the final report is due."""
    return paid_on + timedelta(days=terms.report_days)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt of a claim; `amount` in cents of the scheme's currency."""

    number: str
    issuer: str
    dated_on: date
    amount: int
    link: str


def check_receipt_date(dated_on: date, *, agreed_on: date | None, ends_on: date, terms: Terms, today: date) -> None:
    """Refuse a receipt that cannot belong to an activity: from before its agreement, or from after today or the claim.

    :raises Invalid: "receipt.date.future", "receipt.date.early" or "receipt.date.late", `field` "dated_on".
    """
    if dated_on > today:
        raise Invalid("receipt.date.future", field="dated_on")
    if agreed_on is not None and dated_on < agreed_on and terms.approve_first:
        raise Invalid("receipt.date.early", field="dated_on", agreed_on=agreed_on)
    if dated_on > claim_due(ends_on, terms):
        raise Invalid("receipt.date.late", field="dated_on", latest=claim_due(ends_on, terms))


def claimable(approved: int, claims: Sequence[tuple[ClaimState, int]]) -> int:
    """Return how many cents of an approved amount no claim has taken up yet."""
    return approved - sum(cents for state, cents in claims if state in COUNTING_CLAIMS)
