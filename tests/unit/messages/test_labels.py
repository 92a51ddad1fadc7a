"""Every state, kind and reason has its words."""

from enum import StrEnum

import pytest

from messages.i18n import Words
from messages.labels import LABELS, label, options

WORDS = Words("en")


@pytest.mark.parametrize("kind", LABELS, ids=lambda kind: kind.__name__)
def test_every_member_has_words_of_its_own(kind: type[StrEnum]):
    assert set(LABELS[kind]) == set(kind)
    said = [label(member, WORDS) for member in kind]
    assert len(set(said)) == len(said)
    assert [one.value for one in options(kind, WORDS)] == [member.value for member in kind]


def test_members_of_two_kinds_with_one_value_keep_their_words():
    from domain.answers import AnswerState
    from domain.challenges import ChallengeState

    assert label(AnswerState.SUBMITTED, WORDS) != label(ChallengeState.SUBMITTED, WORDS)
