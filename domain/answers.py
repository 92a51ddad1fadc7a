"""What an SME answers to a challenge, and the verdict it gets."""

from __future__ import annotations

from enum import StrEnum

from domain.lifecycle import Lifecycle

TEXT_MAX = 3000
NDA_TEXT_MAX = 3000
CRITERION_TEXT_MAX = 1000
LINK_MAX = 500
LINKS_MAX = 5
QUESTION_MAX = 1000
REASON_NOTE_MAX = 500
VERDICT_WORKING_DAYS = 10  # every submitted answer has its verdict this long after closing


class AnswerState(StrEnum):
    """Say how far an answer has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SHORTLISTED = "shortlisted"
    DECLINED = "declined"
    INTRODUCED = "introduced"
    WITHDRAWN = "withdrawn"


class AnswerAction(StrEnum):
    """Say what can be done with an answer."""

    EDIT = "edit"
    SUBMIT = "submit"
    DISCARD = "discard"
    SHORTLIST = "shortlist"
    DECLINE = "decline"
    INTRODUCE = "introduce"
    WITHDRAW = "withdraw"


class AnswerKind(StrEnum):
    """Say what is offered: something that exists, a new development or an idea."""

    EXISTING = "existing"
    DEVELOPMENT = "development"
    IDEA = "idea"


class DeclineReason(StrEnum):
    """Say why an answer, or an introduction, is declined; nobody gets a no without one."""

    NOT_RELEVANT = "not_relevant"
    TOO_EXPENSIVE = "too_expensive"
    TOO_EARLY = "too_early"
    CHOSEN_OTHER = "chosen_other"
    CAPACITY = "capacity"
    CONFLICT = "conflict"
    OTHER = "other"


LIVE: frozenset[AnswerState] = frozenset(
    {AnswerState.DRAFT, AnswerState.SUBMITTED, AnswerState.SHORTLISTED, AnswerState.INTRODUCED}
)
"""One answer in these states per challenge and organisation."""

UNDECIDED: frozenset[AnswerState] = frozenset({AnswerState.SUBMITTED, AnswerState.SHORTLISTED})
"""Answers in these states are neither introduced nor declined: their authors still wait.

What was only submitted waits for its buyer to read it. What is shortlisted was read and liked: it waits for the
managers to approve the introduction, and its buyer can still decline it. Who is told of both is told which is which.
"""

ANSWER: Lifecycle[AnswerState] = Lifecycle(
    "answer",
    states=AnswerState,
    table={
        (AnswerState.DRAFT, AnswerAction.EDIT): AnswerState.DRAFT,
        (AnswerState.DRAFT, AnswerAction.SUBMIT): AnswerState.SUBMITTED,
        (AnswerState.DRAFT, AnswerAction.DISCARD): AnswerState.WITHDRAWN,
        (AnswerState.SUBMITTED, AnswerAction.EDIT): AnswerState.SUBMITTED,
        (AnswerState.SUBMITTED, AnswerAction.SHORTLIST): AnswerState.SHORTLISTED,
        (AnswerState.SUBMITTED, AnswerAction.DECLINE): AnswerState.DECLINED,
        (AnswerState.SUBMITTED, AnswerAction.INTRODUCE): AnswerState.INTRODUCED,
        (AnswerState.SUBMITTED, AnswerAction.WITHDRAW): AnswerState.WITHDRAWN,
        (AnswerState.SHORTLISTED, AnswerAction.DECLINE): AnswerState.DECLINED,
        (AnswerState.SHORTLISTED, AnswerAction.INTRODUCE): AnswerState.INTRODUCED,
        (AnswerState.SHORTLISTED, AnswerAction.WITHDRAW): AnswerState.WITHDRAWN,
    },
)
