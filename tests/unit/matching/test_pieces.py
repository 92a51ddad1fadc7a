"""Pieces of words: the same in every process, each counted once, none across words."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.pieces import PLACES, SIZES, pieces_of


def windows(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + size] for size in SIZES for at in range(len(padded) - size + 1)}


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=12), max_size=6))
def test_every_word_has_its_own_pieces_wherever_it_stands(words: list[str]):
    pieces, ends = pieces_of(words)
    assert len(ends) == len(words) + 1
    assert ends[-1] == len(pieces)
    for at, word in enumerate(words):
        own = pieces[ends[at] : ends[at + 1]].tolist()
        assert own == pieces_of([word])[0].tolist()
        assert own == sorted(set(own))
        assert len(own) <= len(windows(word))
        assert all(0 <= piece < PLACES for piece in own)


def test_hardly_two_pieces_of_a_language_meet_in_one_place():
    syllables = ("vand", "måle", "rens", "støj", "energi", "filter", "lud", "bio", "gas", "spild")
    words = [first + second + third for first in syllables for second in syllables for third in syllables]
    different = set[str]().union(*map(windows, words))
    assert len(set(pieces_of(words)[0].tolist())) > 0.99 * len(different)


@pytest.mark.parametrize("word", ["", "2024", "ph7", "--", "\ud800"])
def test_what_has_no_letters_has_no_pieces(word: str):
    pieces, ends = pieces_of([word, "vand"])
    assert ends.tolist()[:2] == [0, 0]
    assert len(pieces) == ends[2] > 0


def test_a_compound_shares_the_pieces_of_its_parts():
    whole, part = (set(pieces_of([word])[0].tolist()) for word in ("drikkevandsmåling", "drikkevand"))
    assert len(whole & part) > 0.8 * len(part)


def test_another_process_has_the_same_numbers():
    there = subprocess.run(
        [sys.executable, "-c", "from matching.pieces import pieces_of; print(pieces_of(['spildevand'])[0].tolist())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == str(pieces_of(["spildevand"])[0].tolist())
