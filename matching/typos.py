"""What a misspelt word may have meant: near words of the index by optimal-string-alignment distance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.letters import Letters
from matching.lexicon import Lexicon

SHORTEST = 4
"""Letters of the shortest word that is looked for: a shorter one is near too many."""

_TWO_SLIPS_FROM = 8
_SCANNED_UP_TO = 6
_SHARING = 200
_SHARED = 2
"""Pieces that a word must share to be compared: one is met by chance."""

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
        terms = lexicon.terms[: letters.terms]
        self._lengths = np.fromiter(map(len, terms), np.int8, len(terms))
        self._short: dict[int, list[str]] = {}
        short = (self._lengths <= _SCANNED_UP_TO + 1) & (lexicon.word_uses.view()[: letters.terms] > 0)
        for at in np.flatnonzero(short).tolist():
            if terms[at].isalpha():
                self._short.setdefault(len(terms[at]), []).append(terms[at])

    def of(self, words: Sequence[str]) -> dict[str, list[str]]:
        """Return for each word that has any the nearest used words: at most three, all equally near."""
        asked = [word for word in words if len(word) >= SHORTEST and word.isalpha()]
        long = [word for word in asked if len(word) > _SCANNED_UP_TO]
        sharing = dict(zip(long, self._sharing(long), strict=True)) if long else {}
        later = [term for term in self._lexicon.terms[self._letters.terms :] if term.isalpha()] if asked else []
        found: dict[str, list[str]] = {}
        for word in asked:
            candidates = sharing[word] if word in sharing else self._alike_short(word)
            if near := self._nearest(word, candidates + later):
                found[word] = near
        return found

    def _nearest(self, word: str, candidates: list[str]) -> list[str]:
        near = [
            (distance, other)
            for other, distance, _ in process.extract(
                word, candidates, scorer=OSA.distance, score_cutoff=_slips(word), limit=4 * _MEANINGS
            )
            if self._lexicon.is_used(other)
        ]
        nearest = min(near)[0] if near else 0
        return sorted({other for distance, other in near if distance == nearest})[:_MEANINGS]

    def _alike_short(self, word: str) -> list[str]:
        return [other for length in range(len(word) - 1, len(word) + 2) for other in self._short.get(length, ())]

    def _sharing(self, words: Sequence[str]) -> list[list[str]]:
        """Return for each word the used ones of about its length that share most of its pieces."""
        uses = self._lexicon.word_uses.view()
        found: list[list[str]] = []
        for word, holders in zip(words, self._letters.sharing(words, _RAREST), strict=True):
            terms, shared = np.unique(holders, return_counts=True)
            several = np.flatnonzero(shared >= _SHARED)
            terms, shared, lengths = terms[several], shared[several], self._lengths[terms[several]]
            fit = (np.abs(lengths - len(word)) <= _slips(word)) & (uses[terms] > 0)
            terms, likeness = terms[fit], shared[fit] / lengths[fit]
            if len(terms) > _SHARING:
                terms = terms[np.argpartition(likeness, -_SHARING)[-_SHARING:]]
            found.append([self._lexicon.terms[term] for term in terms.tolist()])
        return found


def _slips(word: str) -> int:
    """Return how many slips of the pen may lie between a word and what was meant."""
    return 2 if len(word) >= _TWO_SLIPS_FROM else 1
