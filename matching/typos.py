"""What a misspelt word may have meant: near words of the index by optimal-string-alignment distance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.lexicon import Lexicon
from matching.pieces import signs_of
from matching.rows import Ints

SHORTEST = 4
"""Letters of the shortest word that is looked for: a shorter one is near too many."""

_TWO_SLIPS_FROM = 8
_MEANINGS = 3
_CHANGED = 2
"""Marks of a sign that one slip changes at most: a letter less, and another one more."""


class NearWords:
    """Find known words that are one or two slips (letter added, lost, changed, two swapped) from an unknown one.

    Only words of about its length are compared whose signs are as near as so many slips leave them: none is missed, and
    of a hundred words one or two are left.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        signs = lexicon.signs.view()
        self._terms = len(signs)
        lengths = np.fromiter(map(len, lexicon.terms[: self._terms]), np.int8, self._terms)
        lengths[signs == 0] = 0
        self._by_length: Ints = np.argsort(lengths, kind="stable").astype(np.int32)
        self._signs = signs[self._by_length]
        self._ends: Ints = np.cumsum(np.bincount(lengths, minlength=1), dtype=np.int32)

    def of(self, words: Sequence[str]) -> dict[str, list[str]]:
        """Return for each word that has any the nearest used words: at most three, all equally near."""
        asked = [word for word in words if len(word) >= SHORTEST and word.isalpha()]
        found: dict[str, list[str]] = {}
        for word, sign in zip(asked, signs_of(asked), strict=True):
            if near := self._nearest(word, self._alike(word, sign)):
                found[word] = near
        return found

    def _nearest(self, word: str, candidates: list[str]) -> list[str]:
        near = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=_slips(word), limit=4 * _MEANINGS)
        nearest = min((distance for _, distance, _ in near), default=0)
        return sorted({other for other, distance, _ in near if distance == nearest})[:_MEANINGS]

    def _alike(self, word: str, sign: np.uint64) -> list[str]:
        """Return the used words whose lengths and letters are within reach."""
        slips, last = _slips(word), len(self._ends) - 1
        start, end = self._ends[min(len(word) - slips - 1, last)], self._ends[min(len(word) + slips, last)]
        old = self._by_length[start:end][np.bitwise_count(self._signs[start:end] ^ sign) <= slips * _CHANGED]
        # Words that were learnt since then are few, and in no order.
        later = self._lexicon.signs.view()[self._terms :]
        new = self._terms + np.flatnonzero((later != 0) & (np.bitwise_count(later ^ sign) <= slips * _CHANGED))
        terms = np.concatenate((old, new))
        terms = terms[self._lexicon.word_uses.view()[terms] > 0]
        return [self._lexicon.terms[term] for term in terms.tolist()]


def before_a_slip(word: str) -> list[str]:
    """List what a word may have been before a letter was added or two were swapped; nothing for short ones and codes.

    A word of another language is near no word of the index even when it is spelt right, but shares pieces with some:
    those that a slip has broken are whole again in one of these.
    """
    if len(word) <= SHORTEST or not word.isalpha():
        return []
    less = (word[:at] + word[at + 1 :] for at in range(len(word)))
    swapped = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
    return [other for other in dict.fromkeys((*less, *swapped)) if other != word]


def _slips(word: str) -> int:
    """Return how many slips of the pen may lie between a word and what was meant."""
    return 2 if len(word) >= _TWO_SLIPS_FROM else 1
