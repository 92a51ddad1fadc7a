"""Misspelt words: whoever is within reach is found, and signs leave nobody out."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from matching.index import ProfileIndex
from matching.lexicon import Lexicon
from matching.pieces import signs_of
from matching.typos import NearWords, before_a_slip

_LETTERS = "abcdeghilmnoprstæøåß"
_words = st.text(st.sampled_from(_LETTERS), min_size=1, max_size=14)


def _slip(word: str, rng: Random) -> str:
    at, letter = rng.randrange(len(word)), rng.choice(_LETTERS)
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    begin, end = word[:at], word[at:]
    return rng.choice([begin + end[1:], begin + letter + end, begin + letter + end[1:], swapped])


@given(_words, st.randoms(use_true_random=False))
def test_a_slip_changes_two_marks_at_most(word: str, rng: Random) -> None:
    one, other = signs_of([word, _slip(word, rng) or "a"])
    assert int(np.bitwise_count(one ^ other)) <= 2


def test_what_is_no_word_has_no_mark() -> None:
    assert signs_of(["pump", "q7", "", "a-b"]).tolist()[1:] == [0, 0, 0]
    assert signs_of([]).tolist() == []


def _known(words: list[str]) -> Lexicon:
    lexicon = Lexicon()
    numbers = lexicon.learn(words)
    lexicon.settle()
    lexicon.count(np.unique(numbers), np.zeros(0, np.int32), by=1)
    return lexicon


@pytest.mark.parametrize("later", [0, 40])
def test_the_nearest_are_those_that_comparing_with_all_words_finds(later: int) -> None:
    rng = Random(later)  # noqa: S311
    known = sorted({"".join(rng.choices(_LETTERS[:9], k=rng.randrange(3, 12))) for _ in range(1500)})
    rng.shuffle(known)
    lexicon = _known(known[later:])
    near = NearWords(lexicon)
    numbers = lexicon.learn(known[:later])
    lexicon.settle()
    lexicon.count(numbers, np.zeros(0, np.int32), by=1)
    asked = [word for word in (_slip(_slip(one, rng), rng) for one in known[:400]) if len(word) >= 4]
    found = near.of(asked)
    assert len(found) > len(asked) / 2
    for word in asked:
        distances = {other: OSA.distance(word, other) for other in known}
        least = min(distances.values())
        expected = sorted(other for other, distance in distances.items() if distance == least)
        if least > (2 if len(word) >= 8 else 1):
            assert word not in found
        elif len(expected) <= 3:
            assert found[word] == expected
        else:
            assert set(found[word]) <= set(expected)


def test_a_word_that_nobody_uses_any_more_is_no_meaning() -> None:
    index = ProfileIndex.build([("1", "Pumper", "pumper"), ("2", "Filter", "filter")])
    assert index.search("pumpre", 5)[0][0] == "1"
    index.remove("1")
    assert "1" not in dict(index.search("pumpre", 5))


@given(st.text(st.sampled_from(_LETTERS), min_size=5, max_size=14), st.data())
def test_a_letter_too_many_and_two_swapped_are_taken_back(word: str, data: st.DataObject) -> None:
    at, letter = data.draw(st.integers(0, len(word) - 2)), data.draw(st.sampled_from(_LETTERS))
    for slip in (word[:at] + letter + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2 :]):
        assert slip == word or word in before_a_slip(slip)


@pytest.mark.parametrize("word", ["", "pump", "en1090", "co₂"])
def test_short_words_and_codes_were_nothing_else(word: str) -> None:
    assert before_a_slip(word) == []


def test_a_word_of_another_language_is_found_by_its_letters_with_a_slip_as_well():
    index = ProfileIndex.build([("1", "Microbiologists", ""), ("2", "Concrete workers", ""), ("3", "Millers", "")])
    for asked in ("Mikrobiologe", "Mikorbiologe", "Mikrobbiologe"):
        assert index.search(asked, 1)[0][0] == "1"
