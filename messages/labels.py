"""The words for states, kinds and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.answers import AnswerKind, AnswerState, DeclineReason
from domain.challenges import ChallengeOutcome, ChallengeState, Confidentiality, ScreeningQuestion
from domain.deminimis import LinkKind
from domain.nudges import NudgeKind
from domain.organisations import OrganisationKind, Role
from domain.rooms import ShareState
from domain.schemes import CallState, PartState, Preset, SchemeState
from domain.vouchers import ApplicationState, ClaimState, RejectedWhy
from messages.card import Option
from messages.i18n import N_, Words

#: By kind first: members of two enums with the same value are equal.
LABELS: Final[Mapping[type[StrEnum], Mapping[StrEnum, str]]] = {
    ChallengeState: {
        ChallengeState.DRAFT: N_("Draft"),
        ChallengeState.SUBMITTED: N_("Being screened"),
        ChallengeState.RETURNED: N_("Returned to the buyer"),
        ChallengeState.PUBLISHED: N_("Open for answers"),
        ChallengeState.CLOSED: N_("Closed for answers"),
        ChallengeState.EVALUATING: N_("Answers are being read"),
        ChallengeState.RESOLVED: N_("Resolved"),
        ChallengeState.WITHDRAWN: N_("Withdrawn"),
    },
    Confidentiality: {
        Confidentiality.OPEN: N_("Open: everybody sees it, and who asks"),
        Confidentiality.TEASER: N_("Teaser: everybody sees it, but not who asks"),
        Confidentiality.INVITE: N_("By invitation: only the organisations you name see it"),
    },
    ChallengeOutcome: {
        ChallengeOutcome.CONTRACT: N_("A contract"),
        ChallengeOutcome.PILOT: N_("A pilot"),
        ChallengeOutcome.JOINT_PROJECT: N_("A joint project"),
        ChallengeOutcome.TALKING: N_("We are still talking"),
        ChallengeOutcome.SOLVED_ELSEWHERE: N_("Solved in another way"),
        ChallengeOutcome.NO_SOLUTION: N_("No solution found"),
    },
    ScreeningQuestion: {
        ScreeningQuestion.GLOBAL_MARKET: N_("Is there a global market for a solution?"),
        ScreeningQuestion.REGIONAL_COMPETENCES: N_("Are the competences for it in the region?"),
        ScreeningQuestion.UNSOLVED: N_("Is it unsolved, and does it need several parties?"),
        ScreeningQuestion.OWNER_ENGAGES: N_("Will the owner put money and people into it?"),
    },
    ShareState: {
        ShareState.OFFERED: N_("asked"),
        ShareState.TAKEN: N_("taken"),
        ShareState.REFUSED: N_("not taken"),
        ShareState.ENDED: N_("given back"),
    },
    Role: {
        Role.BUYER: N_("Buyer"),
        Role.SME: N_("SME (supplier)"),
        Role.MANAGER: N_("Cluster manager"),
    },
    OrganisationKind: {
        OrganisationKind.SME: N_("A small or medium-sized company"),
        OrganisationKind.BUYER: N_("A large company"),
        OrganisationKind.RESEARCH: N_("A research institution"),
        OrganisationKind.PUBLIC: N_("A public body"),
    },
    NudgeKind: {
        NudgeKind.CONSENT: N_("Introductions waiting for my yes or no"),
        NudgeKind.MEETING: N_("Asking whether we have met"),
        NudgeKind.OUTCOME: N_("Asking what came of an introduction"),
        NudgeKind.VERDICT: N_("Answers waiting for my yes or no"),
        NudgeKind.DEADLINE: N_("A deadline comes near"),
        NudgeKind.CALL: N_("A call for vouchers opens"),
        NudgeKind.CUTOFF: N_("A call for vouchers closes"),
        NudgeKind.ACTIVITY: N_("The activity of a voucher begins"),
        NudgeKind.CLAIM: N_("The claim for a voucher is due"),
        NudgeKind.REPORT: N_("The report on a voucher is due"),
        NudgeKind.MANAGERS_DIGEST: N_("The weekly summary for managers"),
        NudgeKind.SMES_DIGEST: N_("The weekly summary for suppliers"),
    },
    AnswerKind: {
        AnswerKind.EXISTING: N_("An existing solution"),
        AnswerKind.DEVELOPMENT: N_("A new development"),
        AnswerKind.IDEA: N_("An idea"),
    },
    AnswerState: {
        AnswerState.DRAFT: N_("Draft, seen by your own people only"),
        AnswerState.SUBMITTED: N_("Submitted"),
        AnswerState.SHORTLISTED: N_("Shortlisted"),
        AnswerState.DECLINED: N_("Declined"),
        AnswerState.INTRODUCED: N_("Introduced"),
        AnswerState.WITHDRAWN: N_("Withdrawn"),
    },
    DeclineReason: {
        DeclineReason.NOT_RELEVANT: N_("It does not fit the need"),
        DeclineReason.TOO_EXPENSIVE: N_("It is too expensive"),
        DeclineReason.TOO_EARLY: N_("It is not ready enough yet"),
        DeclineReason.CHOSEN_OTHER: N_("Another one was chosen"),
        DeclineReason.CAPACITY: N_("There is no room for it at the moment"),
        DeclineReason.CONFLICT: N_("There is a conflict of interests"),
        DeclineReason.OTHER: N_("Another reason"),
    },
    ApplicationState: {
        ApplicationState.DRAFT: N_("Draft"),
        ApplicationState.SUBMITTED: N_("Waits for a decision"),
        ApplicationState.RETURNED: N_("Returned to be changed"),
        ApplicationState.ELIGIBLE: N_("Approved by a first manager, waits for a second"),
        ApplicationState.APPROVED: N_("Approved, waits for the agreement"),
        ApplicationState.AGREEMENT: N_("Agreed"),
        ApplicationState.ACTIVE: N_("Under way"),
        ApplicationState.CLAIMED: N_("Claimed"),
        ApplicationState.PAID: N_("Paid, waits for the report"),
        ApplicationState.REPORTED: N_("Done"),
        ApplicationState.REJECTED: N_("Rejected"),
        ApplicationState.WITHDRAWN: N_("Withdrawn"),
        ApplicationState.EXPIRED: N_("Expired"),
    },
    ClaimState: {
        ClaimState.DRAFT: N_("not submitted yet"),
        ClaimState.SUBMITTED: N_("waits for a decision"),
        ClaimState.RETURNED: N_("returned to be changed"),
        ClaimState.APPROVED: N_("approved, to be paid"),
        ClaimState.PAID: N_("paid"),
        ClaimState.REJECTED: N_("rejected"),
        ClaimState.WITHDRAWN: N_("withdrawn"),
    },
    RejectedWhy: {
        RejectedWhy.NOT_ELIGIBLE: N_("It does not meet the rules of the scheme"),
        RejectedWhy.NOT_CONVINCING: N_("The purpose does not convince"),
        RejectedWhy.BUDGET: N_("The budget is spent"),
        RejectedWhy.DE_MINIMIS: N_("The ceiling for de minimis aid is reached"),
        RejectedWhy.TOO_LATE: N_("It came too late"),
        RejectedWhy.OTHER: N_("Another reason"),
    },
    Preset: {
        Preset.MEET_AND_GREET: N_("Meet & Greet"),
        Preset.INSIGHT: N_("Insight"),
        Preset.COLLABORATION: N_("Collaboration"),
        Preset.MEET_THE_BUYER: N_("Meet-the-buyer"),
        Preset.OWN: N_("From scratch"),
    },
    SchemeState: {
        SchemeState.ACTIVE: N_("Active"),
        SchemeState.ARCHIVED: N_("Archived"),
    },
    CallState: {
        CallState.PLANNED: N_("Planned"),
        CallState.OPEN: N_("Open for applications"),
        CallState.CLOSED: N_("Closed for applications"),
        CallState.CANCELLED: N_("Cancelled"),
    },
    PartState: {
        PartState.OFFERED: N_("asked"),
        PartState.TAKEN: N_("takes part"),
        PartState.REFUSED: N_("does not take part"),
    },
    LinkKind: {
        LinkKind.VOTES: N_("One has the majority of the other's votes"),
        LinkKind.BOARD: N_("One appoints the majority of the other's board"),
        LinkKind.INFLUENCE: N_("One decides over the other by contract or articles"),
        LinkKind.AGREEMENT: N_("One controls the majority of votes by an agreement with others"),
        LinkKind.MERGED: N_("They merged, or one took the other over"),
    },
}


def label(value: StrEnum, words: Words) -> str:
    """Return the words for a state, kind or reason."""
    return words.say(LABELS[type(value)][value])


def options(kind: type[StrEnum], words: Words) -> tuple[Option, ...]:
    """Return all members of an enum as things to choose."""
    return tuple(Option(member.value, label(member, words)) for member in kind)
