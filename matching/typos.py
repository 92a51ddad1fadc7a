"""What a misspelt word may have meant: near words of the index by optimal-string-alignment distance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.rows import Ints
from matching.words import grams_of

SHORTEST = 4
"""Letters of the shortest word that is looked for: a shorter one is near too many."""

_TWO_SLIPS_FROM = 8
_SCANNED_UP_TO = 6
_SHARING = 60
_MEANINGS = 3


class NearWords:
    """Find known words that are one or two slips (letter added, lost, changed, two swapped) from an unknown one.

    Short words are compared with all words of about their length, because one slip can spoil all their pieces; longer
    words only with those that share most pieces. Words learnt after the picture was taken are compared with all.
    """

    def __init__(
        self, words: list[str], gram_numbers: dict[str, int], holders: tuple[Ints, Ints], is_used: Callable[[str], bool]
    ) -> None:
        self._words = words
        self._known = len(words)
        self._grams = gram_numbers
        self._holders, self._ends = holders
        self._is_used = is_used
        self._short: dict[int, list[str]] = {}
        for word in words:
            if len(word) <= _SCANNED_UP_TO + 1:
                self._short.setdefault(len(word), []).append(word)

    def of(self, word: str) -> list[str]:
        """Return the nearest used words, best first, at most three, all equally near."""
        if len(word) < SHORTEST:
            return []
        slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
        candidates = self._alike_short(word) if len(word) <= _SCANNED_UP_TO else self._sharing(word)
        candidates += self._words[self._known :]
        near = [
            (distance, other)
            for other, distance, _ in process.extract(
                word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=4 * _MEANINGS
            )
            if self._is_used(other)
        ]
        if not near:
            return []
        nearest = min(near)[0]
        return sorted({other for distance, other in near if distance == nearest})[:_MEANINGS]

    def _alike_short(self, word: str) -> list[str]:
        return [other for length in range(len(word) - 1, len(word) + 2) for other in self._short.get(length, ())]

    def _sharing(self, word: str) -> list[str]:
        parts: list[Ints] = []
        for gram in grams_of(word):
            number = self._grams.get(gram)
            if number is not None and number < len(self._ends) - 1:
                parts.append(self._holders[self._ends[number] : self._ends[number + 1]])
        if not parts:
            return []
        numbers, counts = np.unique(np.concatenate(parts), return_counts=True)
        best = np.argsort(-counts, kind="stable")[:_SHARING]
        return [self._words[number] for number in numbers[best]]
