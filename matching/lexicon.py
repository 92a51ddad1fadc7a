"""The words that an index knows: their numbers, their stems, their letter pieces and how many profiles use them."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from matching.language import stems
from matching.rows import Grown, Ints, Rows
from matching.words import grams_of


class Lexicon:
    """Number words, stems and grams in the order in which they are first met.

    One writer adds while others read: numbers are never taken back, and lists and arrays only grow. A word that no
    profile uses any more keeps its number and is counted zero times.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.word_numbers: dict[str, int] = {}
        self.word_uses = Grown(np.int32)
        self.stem_numbers: dict[str, int] = {}
        self.stem_uses = Grown(np.int32)
        self.gram_numbers: dict[str, int] = {}
        self.pieces = Rows()
        self._stem_of: dict[str | None, dict[str, int]] = {}

    def learn_words(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of words; a new word gets one, and its pieces are noted."""
        numbers: list[int] = []
        for word in words:
            number = self.word_numbers.get(word)
            if number is None:
                number = self._learn(word)
            numbers.append(number)
        self.word_uses.reach(len(self.words))
        return numbers

    def _learn(self, word: str) -> int:
        grams = grams_of(word)
        known = self.gram_numbers
        self.pieces.append([known.setdefault(gram, len(known)) for gram in grams], list(grams.values()))
        number = len(self.words)
        self.words.append(word)
        self.word_numbers[word] = number
        return number

    def learn_stems(self, words: list[str], language: str | None) -> list[int]:
        """Return the numbers of the stems of words in a language; a new stem gets one."""
        cache = self._stem_of.setdefault(language, {})
        fresh = [word for word in words if word not in cache]
        known = self.stem_numbers
        for word, stem in zip(fresh, stems(fresh, language), strict=True):
            cache[word] = known.setdefault(stem, len(known))
        self.stem_uses.reach(len(known))
        return [cache[word] for word in words]

    def is_used(self, word: str) -> bool:
        """Tell whether at least one profile uses this very word."""
        number = self.word_numbers.get(word)
        return number is not None and bool(self.word_uses.view()[number] > 0)

    def count(self, words: Ints, stem_columns: Ints, *, by: int) -> None:
        """Count one more profile (`by` = 1), or one fewer (-1), that uses these words and stems."""
        self.word_uses.view()[words] += by
        self.stem_uses.view()[stem_columns] += by

    def stems_of(self, word: str, languages: Iterable[str | None]) -> list[int]:
        """Return the numbers of the stems that a word may have been filed under, the word as it stands included."""
        found: list[int] = []
        for form in (word, *(stems([word], language)[0] for language in languages)):
            number = self.stem_numbers.get(form)
            if number is not None and number not in found:
                found.append(number)
        return found

    def rarity(self, stem_numbers: Iterable[int], profiles: int) -> float:
        """Return how telling it is to meet one of these stems (the idf of BM25) among so many profiles."""
        uses = self.stem_uses.view()
        used = min(profiles, sum(int(uses[number]) for number in stem_numbers))
        return math.log(1 + (profiles - used + 0.5) / (used + 0.5))
