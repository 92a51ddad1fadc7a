"""Who sees what, as a full table: field × viewer × confidentiality × state × what was revealed."""

from __future__ import annotations

from itertools import product

import pytest

from domain.challenges import ChallengeState, Confidentiality
from domain.visibility import TABLE, Level, Viewer, VisibleField, may_see

# One line per field and confidentiality; one column per viewer, in the order of Viewer:
#   buyer, owner's manager, invited, SME of the pair, its manager, partner's manager, member, outsider.
# F full, t teaser, - nothing; "x>y" is x until the SME consents, "x>>y" is x until the reveal.
EXPECTED = """
challenge_text  open    F     F  F     F     F     F  F  -
challenge_text  teaser  F     F  t>>F  t>>F  t     t  t  -
challenge_text  invite  F     F  F     ->>F  -     -  -  -
buyer_name      open    F     F  F     F     F     F  F  -
buyer_name      teaser  F     F  ->>F  ->>F  ->>F  -  -  -
buyer_name      invite  F     F  F     ->>F  ->>F  -  -  -
sme_name        any     ->F   F  -     F     F     -  -  -
evidence        any     t>F   F  -     F     F     -  -  -
answer_text     any     t>F   F  -     F     F     -  -  -
answer_nda      any     ->>F  -  -     F     -     -  -  -
contact_details any     ->>F  -  -     ->>F  -     -  -  -
"""
LEVELS = {"F": Level.FULL, "t": Level.TEASER, "-": Level.NONE}
PAIR_FIELDS = {field for field in VisibleField if field not in (VisibleField.CHALLENGE_TEXT, VisibleField.BUYER_NAME)}


def cells() -> list[tuple[VisibleField, Confidentiality, Viewer, str]]:
    found: list[tuple[VisibleField, Confidentiality, Viewer, str]] = []
    for line in EXPECTED.strip().splitlines():
        field, how, *columns = line.split()
        for confidentiality in Confidentiality if how == "any" else [Confidentiality(how)]:
            for viewer, cell in zip(Viewer, columns, strict=True):
                found.append((VisibleField(field), confidentiality, viewer, cell))
    return found


def expected_level(cell: str, *, revealed: bool, consented: bool) -> Level:
    if ">>" in cell:
        before, after = cell.split(">>")
        return LEVELS[after if revealed else before]
    if ">" in cell:
        before, after = cell.split(">")
        return LEVELS[after if revealed or consented else before]
    return LEVELS[cell]


def before_publishing(level: Level, *, viewer: Viewer, state: ChallengeState) -> Level:
    if viewer is Viewer.BUYER or (viewer is Viewer.OWNER_MANAGER and state is not ChallengeState.DRAFT):
        return level
    return Level.NONE


def test_the_table_is_complete() -> None:
    assert {cell[:3] for cell in cells()} == set(product(VisibleField, Confidentiality, Viewer))
    assert set(TABLE) == set(product(VisibleField, Confidentiality))


@pytest.mark.parametrize(("field", "confidentiality", "viewer", "cell"), cells())
def test_a_field_is_shown_as_the_table_says(
    field: VisibleField, confidentiality: Confidentiality, viewer: Viewer, cell: str
) -> None:
    for state, revealed, consented in product(ChallengeState, (False, True), (False, True)):
        seen = may_see(
            field,
            viewer=viewer,
            confidentiality=confidentiality,
            state=state,
            revealed=revealed,
            consented=consented,
        )
        wanted = expected_level(cell, revealed=revealed, consented=consented)
        unpublished = state in (ChallengeState.DRAFT, ChallengeState.SUBMITTED, ChallengeState.RETURNED)
        gone = state is ChallengeState.WITHDRAWN and field not in PAIR_FIELDS and not revealed
        if unpublished or gone:
            wanted = before_publishing(wanted, viewer=viewer, state=state)
        assert seen is wanted, (state, revealed, consented)


def test_nothing_is_shown_to_an_outsider_ever() -> None:
    shown = [
        may_see(field, viewer=Viewer.OUTSIDER, confidentiality=how, state=state, revealed=True, consented=True)
        for field, how, state in product(VisibleField, Confidentiality, ChallengeState)
    ]
    assert not any(shown)


def test_only_nothing_is_false() -> None:
    assert Level.FULL
    assert Level.TEASER
    assert not Level.NONE
