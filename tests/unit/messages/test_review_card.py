"""The review card stays readable, and within what the strictest platform takes, however much there is to say."""

from dataclasses import replace

import pytest

from domain.introductions import Slot
from messages import compose
from messages.card import Actions, Section
from messages.i18n import LOCALES, Words
from messages.notices.suggestions import Candidacy, Evidence, Review, Spread, Standing, Team, TeamMember

BLOCKS = 50
BUTTONS = 25

FULL = Candidacy(
    value="2147483647:2147483647:2147483647",
    name="N" * 200,
    country="NL",
    score=100,
    evidence=tuple(Evidence("q" * 300, "summary", "nl", "m" * 200) for _ in range(10)),
    missing=tuple("m" * 200 for _ in range(10)),
    asked=10,
    reason="r" * 300,
    answer="AN-7",
    slot=Slot.NEWCOMER,
    cluster="C" * 200,
)
CROWDED = Review(
    id="CH-12",
    title="T" * 120,
    shown=(FULL,) * 5,
    considered=100_000,
    more=15,
    more_value="CH-12:3:1:5",
    earlier=(replace(FULL, standing=Standing.REJECTED, by="B" * 120),) * 5,
    notes=("local_order", "model_unavailable", "same_language"),
    team=Team(tuple(TeamMember(at, "N" * 200, "NL", ("m" * 200,)) for at in range(6)), ("m" * 200,) * 4, "CH-12:3:1"),
    spread=Spread(("N" * 200,) * 2, 0.2, ("N" * 200,) * 5),
)


@pytest.mark.parametrize("locale", LOCALES)
def test_five_candidates_with_everything_fit_on_one_card(locale: str):
    card = compose(CROWDED, Words(locale))
    headings = sum(isinstance(block, Section) and bool(block.heading) for block in card.blocks)
    assert 1 + len(card.blocks) + headings <= BLOCKS
    rows = [block for block in card.blocks if isinstance(block, Actions)]
    assert sum(len(row.buttons) for row in rows) <= BUTTONS
    assert all(len(row.buttons) <= 5 for row in rows)


def test_each_candidate_is_decided_and_explained_by_buttons_of_its_own():
    review = replace(CROWDED, shown=tuple(replace(FULL, value=f"{at}:3:1") for at in range(5)))
    rows = [block for block in compose(review, Words()).blocks if isinstance(block, Actions)]
    values = [(one.action, one.value) for row in rows for one in row.buttons]
    assert len(set(values)) == len(values) == 17


def test_what_is_decided_has_no_buttons_and_says_who_decided():
    review = Review("CH-12", "T", shown=(replace(FULL, standing=Standing.APPROVED, by="Manager, CLEAN"),))
    card = compose(review, Words())
    assert not [block for block in card.blocks if isinstance(block, Actions)]
    assert "Approved by Manager, CLEAN." in "".join(block.text for block in card.blocks if isinstance(block, Section))


def test_a_challenge_that_is_over_takes_no_decision():
    card = compose(replace(CROWDED, over=True, more=0, team=None), Words())
    assert not [block for block in card.blocks if isinstance(block, Actions)]
