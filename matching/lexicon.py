"""The terms that an index knows (words, and the stems they are filed under): numbers, letter pieces, uses."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from matching.language import stems
from matching.rows import Grown, Ints, Lists
from matching.words import grams_of


class Lexicon:
    """Number terms and grams in the order in which they are first met.

    One writer adds while others read: numbers are never taken back, and lists and arrays only grow. A term that no
    profile uses any more keeps its number and is counted zero times. Terms with a digit or a sign in them (codes,
    years) have no pieces and no stem: they are alike only where they are equal.
    """

    def __init__(self) -> None:
        self.terms: list[str] = []
        self.numbers: dict[str, int] = {}
        self.word_uses = Grown(np.int32)
        self.stem_uses = Grown(np.int32)
        self.gram_numbers: dict[str, int] = {}
        self.pieces = Lists()
        self._stem_of: dict[str | None, dict[str, int]] = {}

    def learn(self, words: list[str], language: str | None) -> tuple[list[int], list[int]]:
        """Return the numbers of words and of their stems in a language; new terms get one, and their pieces noted."""
        met = list(map(self.numbers.get, words))
        numbers = [self._number(word) if number is None else number for word, number in zip(words, met, strict=True)]
        known = self._stem_of.setdefault(language, {})
        fresh = [word for word in words if word not in known and word.isalpha()]
        for word, stem in zip(fresh, stems(fresh, language), strict=True):
            known[word] = self._number(stem)
        filed = list(map(known.get, words, numbers))
        self.word_uses.reach(len(self.terms))
        self.stem_uses.reach(len(self.terms))
        return numbers, filed

    def _number(self, term: str) -> int:
        number = self.numbers.get(term)
        if number is not None:
            return number
        known = self.gram_numbers
        grams = grams_of(term) if term.isalpha() else ()
        self.pieces.append([known.setdefault(gram, len(known)) for gram in grams])
        number = len(self.terms)
        self.terms.append(term)
        self.numbers[term] = number
        return number

    def is_used(self, word: str) -> bool:
        """Tell whether at least one profile uses this very word."""
        number = self.numbers.get(word)
        return number is not None and number < self.word_uses.size and bool(self.word_uses.view()[number] > 0)

    def count(self, words: Ints, filed: Ints, *, by: int) -> None:
        """Count profiles in (`by` = 1) or out (-1): their words, and each profile's different stems."""
        np.add.at(self.word_uses.view(), words, by)
        np.add.at(self.stem_uses.view(), filed, by)

    def stems_of(self, word: str, languages: Iterable[str | None]) -> list[int]:
        """Return the numbers of the stems that a word may have been filed under, the word as it stands included."""
        found = [number] if (number := self.numbers.get(word)) is not None else list[int]()
        if word.isalpha():
            for language in languages:
                number = self._stem_of.get(language, {}).get(word)
                if number is None:
                    number = self.numbers.get(stems([word], language)[0])
                if number is not None and number not in found:
                    found.append(number)
        return found

    def rarity(self, stem_numbers: Iterable[int], profiles: int) -> float:
        """Return how telling it is to meet one of these stems (the idf of BM25) among so many profiles."""
        uses = self.stem_uses.view()
        used = min(profiles, sum(int(uses[number]) for number in stem_numbers if number < len(uses)))
        return math.log(1 + (profiles - used + 0.5) / (used + 0.5))
