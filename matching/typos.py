"""What a misspelt word may have meant: near words of the index by optimal-string-alignment distance."""

from __future__ import annotations

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.letters import Letters
from matching.lexicon import Lexicon

SHORTEST = 4
"""Letters of the shortest word that is looked for: a shorter one is near too many."""

_TWO_SLIPS_FROM = 8
_SCANNED_UP_TO = 6
_SHARING = 60
_MEANINGS = 3
_RAREST = 0.75
"""Share of a word's pieces that are looked for: the most common ones are in half of the words."""


class NearWords:
    """Find known words that are one or two slips (letter added, lost, changed, two swapped) from an unknown one.

    Short words are compared with all words of about their length, because one slip can spoil all their pieces; longer
    words only with those that are most alike by their pieces. Words learnt after the letters were read are compared
    with all.
    """

    def __init__(self, lexicon: Lexicon, letters: Letters) -> None:
        self._lexicon = lexicon
        self._letters = letters
        self._short: dict[int, list[str]] = {}
        for term, uses in zip(lexicon.terms[: letters.terms], lexicon.word_uses.view().tolist(), strict=False):
            if uses and len(term) <= _SCANNED_UP_TO + 1 and term.isalpha():
                self._short.setdefault(len(term), []).append(term)

    def of(self, word: str) -> list[str]:
        """Return the nearest used words, best first, at most three, all equally near."""
        if len(word) < SHORTEST or not word.isalpha():
            return []
        slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
        candidates = self._alike_short(word) if len(word) <= _SCANNED_UP_TO else self._sharing(word)
        candidates += [term for term in self._lexicon.terms[self._letters.terms :] if term.isalpha()]
        near = [
            (distance, other)
            for other, distance, _ in process.extract(
                word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=4 * _MEANINGS
            )
            if self._lexicon.is_used(other)
        ]
        if not near:
            return []
        nearest = min(near)[0]
        return sorted({other for distance, other in near if distance == nearest})[:_MEANINGS]

    def _alike_short(self, word: str) -> list[str]:
        return [other for length in range(len(word) - 1, len(word) + 2) for other in self._short.get(length, ())]

    def _sharing(self, word: str) -> list[str]:
        letters, uses = self._letters, self._lexicon.word_uses.view()
        scores = letters.scores(letters.spell({word: 1.0}).rarest(_RAREST))[: letters.terms]
        numbers = np.flatnonzero(scores > 0)
        numbers = numbers[uses[numbers] > 0]
        if len(numbers) > _SHARING:
            likeness = scores[numbers] / np.sqrt(letters.word_norms()[numbers])
            numbers = numbers[np.argpartition(likeness, -_SHARING)[-_SHARING:]]
        return [self._lexicon.terms[number] for number in numbers]
