"""Pieces of words: each counted once, none across words, numbered for good."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.pieces import SIZES, Pieces, pieces_of


def windows(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + size] for size in SIZES for at in range(len(padded) - size + 1)}


def keys_of(word: str) -> set[int]:
    return set(pieces_of([word])[0].tolist())


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=12), max_size=6))
def test_every_word_has_its_own_pieces_wherever_it_stands(words: list[str]):
    keys, places, ends = pieces_of(words)
    assert ends.tolist()[0] == 0
    assert len(ends) == len(words) + 1
    assert ends[-1] == len(places)
    assert keys.tolist() == sorted(set(keys.tolist()))
    for at, word in enumerate(words):
        own = keys[places[ends[at] : ends[at + 1]]].tolist()
        assert set(own) == keys_of(word)
        assert len(own) == len(set(own)) == len(windows(word))


def test_different_pieces_have_different_keys():
    syllables = ("vand", "måle", "rens", "støj", "energi", "filter", "lud", "bio", "gas", "spild")
    words = [first + second + third for first in syllables for second in syllables for third in syllables]
    assert len(pieces_of(words)[0]) == len(set[str]().union(*map(windows, words)))


@pytest.mark.parametrize("word", ["", "2024", "ph7", "--", "\ud800"])
def test_what_has_no_letters_has_no_pieces(word: str):
    _, places, ends = pieces_of([word, "vand"])
    assert ends.tolist()[:2] == [0, 0]
    assert len(places) == ends[2] > 0


def test_a_compound_shares_the_pieces_of_its_parts():
    whole, part = keys_of("drikkevandsmåling"), keys_of("drikkevand")
    assert len(whole & part) > 0.8 * len(part)


def test_a_piece_keeps_its_number_when_others_come():
    known = Pieces()
    first = pieces_of(["spildevand"])[0]
    assert known.numbers(first).tolist() == [-1] * len(first)
    numbers = known.learn(first)
    assert sorted(numbers.tolist()) == list(range(len(first)))
    both = pieces_of(["spildevand", "drikkevand", "affald"])[0]
    known.learn(both)
    assert np.array_equal(known.numbers(first), numbers)
    assert sorted(known.numbers(both).tolist()) == list(range(len(both))) == list(range(len(known)))
    assert known.learn(both).tolist() == known.numbers(both).tolist()
