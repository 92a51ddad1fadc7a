"""The terms that an index knows (words, and the stems they are filed under): numbers, letter pieces, uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from matching.language import VOTES, stems
from matching.pieces import Pieces, pieces_of, signs_of
from matching.rows import Grown, Ints, Lists


class _Numbers(dict[str, int]):
    """Number terms when they are first asked for by `[]`; `get` only looks."""

    def __init__(self, terms: list[str]) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self._terms)
        self._terms.append(term)
        return number


class Lexicon:
    """Number terms in the order in which they are first met.

    One writer adds while others read: numbers are never taken back, and lists and arrays only grow. A term that no
    profile uses any more keeps its number and is counted zero times. Terms with a digit or a sign in them (codes,
    years) have no pieces and no stem: they are alike only where they are equal. The first terms are the function words
    of all languages, so that their number tells them.
    """

    def __init__(self) -> None:
        self.terms: list[str] = []
        self.numbers: dict[str, int] = _Numbers(self.terms)
        self.word_uses = Grown(np.int32)
        self.stem_uses = Grown(np.int32)
        self.pieces = Pieces()
        self.spelling = Lists()
        self.signs = Grown(np.uint64)
        #: By language: for every term the number of its stem and one; 0 where it is not known yet.
        self._stem_of: dict[str | None, Grown] = {}
        self.learn(list(VOTES))
        self.settle()

    def learn(self, words: list[str]) -> Ints:
        """Return the numbers of words; new ones get one (see `settle`)."""
        return np.fromiter(map(self.numbers.__getitem__, words), np.int32, len(words))

    def learn_stems(self, words: Ints, language: str | None) -> None:
        """Find the stems of words in a language; new stems get a number (see `settle`)."""
        known = self._stem_of.setdefault(language, Grown(np.int32))
        known.reach(len(self.terms))
        fresh = np.unique(words[known.view()[words] == 0])
        if len(fresh):
            numbers: list[int] = fresh.tolist()
            new = [self.terms[number] for number in numbers]
            stemmed = [stem if word.isalpha() else word for word, stem in zip(new, stems(new, language), strict=True)]
            known.view()[fresh] = self.learn(stemmed) + 1

    def filed(self, words: Ints, language: str | None) -> Ints:
        """Return the numbers of the stems of words whose stems were learnt in this language."""
        found: Ints = self._stem_of[language].view()[words] - 1
        return found

    def settle(self) -> None:
        """Make room for new terms, and take them apart: all at once costs a fraction of one by one."""
        self.word_uses.reach(len(self.terms))
        self.stem_uses.reach(len(self.terms))
        new = self.terms[len(self.spelling) :]
        if new:
            keys, places, ends = pieces_of(new)
            self.spelling.extend(self.pieces.learn(keys)[places], ends)
            self.signs.extend(signs_of(new))

    def is_used(self, word: str) -> bool:
        """Tell whether at least one profile uses this very word."""
        number = self.numbers.get(word)
        return number is not None and number < self.word_uses.size and bool(self.word_uses.view()[number] > 0)

    def count(self, words: Ints, filed: Ints, *, by: int) -> None:
        """Count profiles in (`by` = 1) or out (-1): their words, and each profile's different stems."""
        np.add.at(self.word_uses.view(), words, by)
        np.add.at(self.stem_uses.view(), filed, by)

    def stems_of(self, words: Sequence[str], languages: Iterable[str | None]) -> list[list[int]]:
        """Return for each word the numbers of the stems that it may be filed under, the word as it stands included."""
        own = [self.numbers.get(word, -1) for word in words]
        found = [[number] if number >= 0 else [] for number in own]
        letters = [at for at, word in enumerate(words) if word.isalpha()]
        for language in languages:
            filed = self._filed([own[at] for at in letters], language)
            unfiled = [words[at] for at, stem in zip(letters, filed, strict=True) if stem < 0]
            stemmed = iter(stems(unfiled, language))
            for at, stem in zip(letters, filed, strict=True):
                number = stem if stem >= 0 else self.numbers.get(next(stemmed), -1)
                if number >= 0 and number not in found[at]:
                    found[at].append(number)
        return found

    def _filed(self, numbers: list[int], language: str | None) -> list[int]:
        """Return the stems that words of these numbers are filed under, -1 for one that is not."""
        known = self._stem_of.get(language)
        if known is None or not numbers:
            return [-1] * len(numbers)
        stem_of, asked = known.view(), np.array(numbers)
        inside = (asked >= 0) & (asked < len(stem_of))
        filed: list[int] = np.where(inside, stem_of[np.where(inside, asked, 0)] - 1, -1).tolist()
        return filed

    def uses_of(self, stem_numbers: Iterable[int]) -> list[int]:
        """Return how many profiles use each of these stems."""
        uses, asked = self.stem_uses.view(), np.fromiter(stem_numbers, np.int64)
        found: list[int] = np.where(asked < len(uses), uses[np.minimum(asked, len(uses) - 1)], 0).tolist()
        return found
