"""What a challenge must say before it can be submitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.challenges import (
    MUST_HAVE_MAX,
    MUST_HAVES_MAX,
    REASON_MAX,
    TEXT_MAX,
    TITLE_MAX,
    ChallengeDraft,
    check_draft,
    require_reason,
)
from domain.errors import Invalid

TODAY = date(2026, 3, 2)
GOOD = ChallengeDraft(
    title="Sensors for drinking water",
    background="Cultures take a day.",
    problem="Contamination is seen too late.",
    must_haves=("within the hour",),
    criteria=(("price", 40), ("service life", 60)),
    trl=6,
    countries=("DK", "NL"),
    deadline_on=date(2026, 5, 1),
    zone="Europe/Copenhagen",
)


def found(draft: ChallengeDraft, *, complete: bool = True) -> list[tuple[str, str | None]]:
    return [(error.key, error.field) for error in check_draft(draft, today=TODAY, complete=complete)]


def test_a_good_draft_has_nothing_wrong() -> None:
    assert found(GOOD) == []


def test_a_title_alone_makes_a_draft() -> None:
    assert found(ChallengeDraft(title="Sensors"), complete=False) == []


def test_an_empty_form_names_every_missing_field_at_once() -> None:
    assert found(ChallengeDraft(title=" ")) == [
        ("challenge.problem.empty", "problem"),
        ("challenge.must_haves.none", "must_haves"),
        ("challenge.deadline.none", "deadline_on"),
        ("challenge.title.empty", "title"),
    ]


@pytest.mark.parametrize(
    ("change", "key", "field"),
    [
        ({"title": "x" * (TITLE_MAX + 1)}, "challenge.title.too_long", "title"),
        ({"background": "x" * (TEXT_MAX + 1)}, "challenge.background.too_long", "background"),
        ({"problem": "x" * 8000}, "challenge.problem.too_long", "problem"),
        ({"must_haves": ()}, "challenge.must_haves.none", "must_haves"),
        ({"must_haves": ("", " ")}, "challenge.must_haves.none", "must_haves"),
        ({"must_haves": ("x" * (MUST_HAVE_MAX + 1),)}, "challenge.must_haves.too_long", "must_haves"),
        ({"must_haves": ("x",) * (MUST_HAVES_MAX + 1)}, "challenge.must_haves.too_many", "must_haves"),
        ({"criteria": (("price", 40), ("life", 59))}, "challenge.weights.sum", "criteria"),
        ({"criteria": (("price", 140), ("life", -40))}, "challenge.weights.sum", "criteria"),
        ({"trl": 0}, "challenge.trl.range", "trl"),
        ({"trl": 10}, "challenge.trl.range", "trl"),
        ({"countries": ("DK", "dk")}, "challenge.countries.unknown", "countries"),
        ({"zone": "Mars/Olympus"}, "challenge.zone.unknown", "zone"),
        ({"zone": "../etc/passwd"}, "challenge.zone.unknown", "zone"),
        ({"deadline_on": None}, "challenge.deadline.none", "deadline_on"),
        ({"deadline_on": TODAY - timedelta(days=1)}, "challenge.deadline.past", "deadline_on"),
        ({"deadline_on": date(2226, 5, 1)}, "challenge.deadline.too_far", "deadline_on"),
        ({"budget": "x" * 121}, "challenge.budget.too_long", "budget"),
        ({"ip_terms": "x" * 1001}, "challenge.ip_terms.too_long", "ip_terms"),
    ],
)
def test_one_fault_is_named_once_at_its_field(change: dict[str, Any], key: str, field: str) -> None:
    assert found(replace(GOOD, **change)) == [(key, field)]


def test_a_deadline_may_be_today_since_it_ends_with_the_day() -> None:
    assert found(replace(GOOD, deadline_on=TODAY)) == []


def test_criteria_may_be_left_out() -> None:
    assert found(replace(GOOD, criteria=())) == []


def test_a_refusal_tells_the_length_and_the_limit() -> None:
    (error,) = check_draft(replace(GOOD, title="x" * 121), today=TODAY, complete=True)
    assert error.params == {"limit": 120, "length": 121}


@given(weights=st.lists(st.integers(-5, 120), min_size=1, max_size=10))
def test_weights_are_taken_exactly_when_they_are_positive_and_sum_to_a_hundred(weights: list[int]) -> None:
    draft = replace(GOOD, criteria=tuple((f"criterion {at}", weight) for at, weight in enumerate(weights)))
    assert (found(draft) == []) == (sum(weights) == 100 and min(weights) > 0)


def test_a_reason_is_required_and_bounded() -> None:
    assert require_reason("  Solved in house. ") == "Solved in house."
    for text, key in [(" \n", "challenge.reason.empty"), ("x" * (REASON_MAX + 1), "challenge.reason.too_long")]:
        with pytest.raises(Invalid) as refused:
            require_reason(text)
        assert (refused.value.key, refused.value.field) == (key, "reason")
