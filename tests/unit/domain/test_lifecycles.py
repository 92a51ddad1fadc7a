"""Every lifecycle: only known states, only known ways, an end, and a clear no."""

from __future__ import annotations

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import ANSWER, LIVE, UNDECIDED, AnswerAction, AnswerState
from domain.challenges import CHALLENGE, VISIBLE, ChallengeAction, ChallengeState
from domain.errors import OutOfDate
from domain.introductions import (
    INTRODUCTION,
    OPEN,
    OUTCOME,
    REVEALED,
    SUGGESTION,
    IntroductionAction,
    IntroductionState,
    OutcomeAction,
    OutcomeState,
    SuggestionAction,
    SuggestionState,
    missing_approvals,
    required_approvals,
)
from domain.lifecycle import Lifecycle
from domain.nudges import NUDGE, NudgeAction, NudgeState
from domain.organisations import (
    CLUSTER,
    MEMBERSHIP,
    ClusterAction,
    ClusterState,
    MembershipAction,
    MembershipState,
)

Case = tuple[Lifecycle, type[StrEnum], type[StrEnum], StrEnum, set[StrEnum]]
# lifecycle, its states, its actions, first state, states that nothing leaves
ALL: list[Case] = [
    (
        CHALLENGE,
        ChallengeState,
        ChallengeAction,
        ChallengeState.DRAFT,
        {ChallengeState.RESOLVED, ChallengeState.WITHDRAWN},
    ),
    (
        ANSWER,
        AnswerState,
        AnswerAction,
        AnswerState.DRAFT,
        {AnswerState.DECLINED, AnswerState.INTRODUCED, AnswerState.WITHDRAWN},
    ),
    (
        SUGGESTION,
        SuggestionState,
        SuggestionAction,
        SuggestionState.PROPOSED,
        {SuggestionState.APPROVED, SuggestionState.REJECTED, SuggestionState.EXPIRED},
    ),
    (
        INTRODUCTION,
        IntroductionState,
        IntroductionAction,
        IntroductionState.PENDING,
        {IntroductionState.CLOSED, IntroductionState.DECLINED, IntroductionState.LAPSED},
    ),
    (OUTCOME, OutcomeState, OutcomeAction, OutcomeState.CLAIMED, {OutcomeState.WITHDRAWN}),
    (MEMBERSHIP, MembershipState, MembershipAction, MembershipState.ASKED, set()),
    (CLUSTER, ClusterState, ClusterAction, ClusterState.PROPOSED, {ClusterState.ARCHIVED}),
    (
        NUDGE,
        NudgeState,
        NudgeAction,
        NudgeState.QUEUED,
        {NudgeState.SENT, NudgeState.SUPPRESSED, NudgeState.CANCELLED},
    ),
]
cases = pytest.mark.parametrize("case", ALL, ids=[case[0].name for case in ALL])


@cases
def test_every_state_is_reached_from_the_first_one(case: Case) -> None:
    cycle, states, _, first, _ = case
    reached = {first}
    while more := {after for (before, _), after in cycle.table.items() if before in reached} - reached:
        reached |= more
    assert reached == set(states)


@cases
def test_nothing_leaves_an_end(case: Case) -> None:
    cycle, _, _, _, ends = case
    assert cycle.terminal == ends
    assert all(not cycle.actions(end) for end in ends)


@cases
def test_every_action_is_open_somewhere(case: Case) -> None:
    cycle, _, actions, _, _ = case
    assert all(cycle.sources(action) for action in actions)


@cases
def test_every_pair_outside_the_table_is_refused_with_state_and_action(case: Case) -> None:
    cycle, states, actions, _, _ = case
    for state in states:
        for action in actions:
            assert cycle.allows(state, action) == (action in cycle.actions(state)) == (state in cycle.sources(action))
            if cycle.allows(state, action):
                assert cycle.advance(state, action) in set(states)
                continue
            with pytest.raises(OutOfDate) as refused:
                cycle.advance(state, action)
            assert refused.value.key == f"{cycle.name}.not_now"
            assert refused.value.params == {"state": str(state), "action": str(action)}


@given(walk=st.lists(st.sampled_from([str(action) for case in ALL for action in case[2]]), max_size=30))
def test_no_walk_leads_to_an_undefined_state_or_out_of_an_end(walk: list[str]) -> None:
    for cycle, states, actions, first, ends in ALL:
        state = first
        for word in walk:
            if word not in set(actions) or not cycle.allows(state, actions(word)):
                continue
            assert state not in ends
            state = cycle.advance(state, actions(word))
            assert state in set(states)


def test_a_state_read_back_as_text_finds_its_way() -> None:
    assert CHALLENGE.advance("submitted", ChallengeAction.PUBLISH) is ChallengeState.PUBLISHED  # type: ignore[arg-type]


def test_a_challenge_goes_from_draft_to_resolved() -> None:
    state = ChallengeState.DRAFT
    for action, after in [
        (ChallengeAction.SUBMIT, "submitted"),
        (ChallengeAction.RETURN, "returned"),
        (ChallengeAction.SUBMIT, "submitted"),
        (ChallengeAction.PUBLISH, "published"),
        (ChallengeAction.EXTEND, "published"),
        (ChallengeAction.CLOSE, "closed"),
        (ChallengeAction.EVALUATE, "evaluating"),
        (ChallengeAction.RESOLVE, "resolved"),
    ]:
        state = CHALLENGE.advance(state, action)
        assert state == after


def test_a_challenge_is_invisible_until_published() -> None:
    assert ChallengeState.PUBLISHED in VISIBLE
    assert not VISIBLE & {ChallengeState.DRAFT, ChallengeState.SUBMITTED, ChallengeState.RETURNED}


def test_only_a_submitted_answer_waits_for_a_verdict() -> None:
    assert frozenset({AnswerState.SUBMITTED, AnswerState.SHORTLISTED}) == UNDECIDED
    assert UNDECIDED < LIVE
    assert all(ANSWER.allows(state, AnswerAction.DECLINE) for state in UNDECIDED)
    assert not ANSWER.allows(AnswerState.DRAFT, AnswerAction.DECLINE)


def test_both_clusters_approve_and_one_suffices_at_home() -> None:
    assert required_approvals(1, 2) == {1, 2}
    assert required_approvals(1, 1) == {1}
    assert missing_approvals(owner_cluster_id=1, home_cluster_id=2, given=[1, 1]) == {2}
    assert missing_approvals(owner_cluster_id=1, home_cluster_id=2, given=[2, 1]) == set()
    assert missing_approvals(owner_cluster_id=1, home_cluster_id=2, given=[3]) == {1, 2}


def test_the_sme_is_asked_before_the_buyer() -> None:
    state = INTRODUCTION.advance(IntroductionState.PENDING, IntroductionAction.APPROVE)
    with pytest.raises(OutOfDate):
        INTRODUCTION.advance(state, IntroductionAction.BUYER_CONSENT)
    state = INTRODUCTION.advance(state, IntroductionAction.SME_CONSENT)
    assert INTRODUCTION.advance(state, IntroductionAction.BUYER_CONSENT) is IntroductionState.MADE


@given(walk=st.lists(st.sampled_from(list(IntroductionAction)), max_size=12))
def test_identities_are_revealed_only_after_approval_and_both_consents(walk: list[IntroductionAction]) -> None:
    state, done = IntroductionState.PENDING, set[IntroductionAction]()
    for action in walk:
        if INTRODUCTION.allows(state, action):
            state = INTRODUCTION.advance(state, action)
            done.add(action)
    needed = {IntroductionAction.APPROVE, IntroductionAction.SME_CONSENT, IntroductionAction.BUYER_CONSENT}
    assert (state in REVEALED) == (needed <= done)


def test_an_introduction_can_be_declined_only_before_the_reveal() -> None:
    for state in IntroductionState:
        assert INTRODUCTION.allows(state, IntroductionAction.DECLINE) == (state in OPEN - REVEALED)
