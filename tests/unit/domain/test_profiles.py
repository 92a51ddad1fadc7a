"""Profiles: lists of lines, and when two tellings say the same."""

from __future__ import annotations

import pytest

from domain.errors import Invalid
from domain.profiles import ITEM_MAX, ITEMS_MAX, ProfileText, lines_of


def test_a_list_has_one_item_per_line_each_once():
    assert lines_of("• optics\n\n  field   service \noptics\r\n", field="skills") == ("optics", "field service")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("x" * (ITEM_MAX + 1), "profile.item.too_long"),
        ("\n".join(str(n) for n in range(ITEMS_MAX + 1)), "profile.items.too_many"),
    ],
)
def test_too_much_is_told_at_its_field(text: str, key: str):
    with pytest.raises(Invalid) as refusal:
        lines_of(text, field="skills")
    assert (refusal.value.key, refusal.value.field) == (key, "skills")


def test_two_tellings_that_say_the_same_have_one_digest():
    one = ProfileText(summary="We see.", skills=("a", "b"), trl=3)
    assert one.digest() == ProfileText(summary="We see.", skills=("a", "b"), trl=3).digest()
    others = [
        ProfileText(summary="We see.", skills=("b", "a"), trl=3),
        ProfileText(summary="We see.", technologies=("a", "b"), trl=3),
        ProfileText(summary="We see.", skills=("a",), sought=("b",), trl=3),
        ProfileText(summary="We see.", skills=("a", "b")),
    ]
    assert len({one.digest(), *(other.digest() for other in others)}) == 5


def test_what_is_left_open_is_taken_from_the_older_telling():
    older = ProfileText(language="nl", summary="Old.", skills=("a",), trl=3)
    newer = ProfileText(summary="New.").over(older)
    assert newer == ProfileText(language="nl", summary="New.", skills=("a",), trl=3)
    assert older.over(newer) == older
