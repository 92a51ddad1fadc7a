"""Letters: how alike words are by their 3- to 5-letter pieces, and how telling a piece is among the profiles.

The pieces of a profile are the pieces of its words, so its letter score is a sum over its words of what each of them
scores. How many profiles use a piece is estimated from how many use each word that holds it, as if words fell
independently; the length of a profile's letter vector is that of its words' vectors put at right angles. Both spare the
product of all profiles with all pieces; what they cost is in docs/adr/0008.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import numpy as np

from matching import scoring
from matching.lexicon import Lexicon
from matching.rows import Floats, Ints, flipped, ranges, times
from matching.words import grams_of


class Letters:
    """Show the pieces of a lexicon at one moment: their weights, and the terms that hold each of them."""

    def __init__(self, lexicon: Lexicon, profiles: int) -> None:
        self._lexicon = lexicon
        columns, ends = lexicon.pieces.parts()
        self.terms = len(ends) - 1
        self.grams = len(lexicon.gram_numbers)
        self._rows, self._bounds = flipped(columns, ends, self.grams)
        uses = np.minimum(lexicon.word_uses.view()[: self.terms], profiles).astype(np.float32)
        missed = np.log1p(-np.minimum(uses / max(profiles, 1), np.float32(0.999999)))
        never = np.bincount(columns, weights=np.repeat(missed, np.diff(ends)), minlength=self.grams)
        found = profiles * (1 - np.exp(never))
        self.weights: Floats = (np.log((1 + profiles) / (1 + found)) + 1).astype(np.float32)
        self.fresh = float(np.log(1 + profiles) + 1)
        self._norms = np.zeros(0, np.float32)

    def word_norms(self) -> Floats:
        """Return the squared length of the letter vector of every term there is by now."""
        known = len(self._norms)
        columns, ends = self._lexicon.pieces.parts(known)
        if len(ends) > 1:
            squares = self._weights_for(columns) ** 2
            new = times(np.zeros(len(columns), np.int32), squares, ends, np.ones(1, np.float32))
            self._norms = np.concatenate((self._norms, new))
        return self._norms

    def _weights_for(self, columns: Ints) -> Floats:
        known = columns < self.grams
        return np.where(known, self.weights[np.where(known, columns, 0)] if self.grams else 0, self.fresh).astype(
            np.float32
        )

    def holders(self, word: str) -> Ints:
        """Return the terms that share pieces with a word, each as often as they share one."""
        numbers = self._lexicon.gram_numbers
        parts = [
            self._rows[self._bounds[number] : self._bounds[number + 1]]
            for gram in grams_of(word)
            if (number := numbers.get(gram)) is not None and number < self.grams
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.int32)

    def by_word(self, counts: Mapping[str, float]) -> Floats:
        """Return what each term of the index scores by its letters for a query of these words."""
        columns, amounts, unmet = self._asked(counts)
        weights = self._weights_for(columns)
        amounts = scoring.damped(amounts)
        length = math.sqrt(float(((amounts * weights) ** 2).sum()) + unmet * self.fresh**2)
        weighted = amounts * weights * weights / np.float32(length or 1)
        return np.concatenate((self._old(columns, weighted), self._new(columns, weighted)))

    def _asked(self, counts: Mapping[str, float]) -> tuple[Ints, Floats, float]:
        """Return the grams of a query, how often it has each, and the squared length of those that nobody uses."""
        lexicon = self._lexicon
        known = {number: count for word, count in counts.items() if (number := lexicon.numbers.get(word)) is not None}
        values, ends = lexicon.pieces.parts()
        terms = np.fromiter(known, np.int64, len(known))
        sizes = ends[terms + 1] - ends[terms]
        grams = values[ranges(ends[terms], sizes)]
        uses = np.repeat(np.fromiter(known.values(), np.float32, len(known)), sizes)
        fresh: Counter[str] = Counter()
        for word, count in counts.items():
            if word not in lexicon.numbers and word.isalpha():
                for gram, times_used in grams_of(word).items():
                    fresh[gram] += times_used * count  # type: ignore[assignment]
        met = {number: uses for gram, uses in fresh.items() if (number := lexicon.gram_numbers.get(gram)) is not None}
        grams = np.concatenate((grams, np.fromiter(met, np.int32, len(met))))
        uses = np.concatenate((uses, np.fromiter(met.values(), np.float32, len(met))))
        columns, where = np.unique(grams, return_inverse=True)
        amounts = np.bincount(where, weights=uses, minlength=len(columns)).astype(np.float32)
        unmet = [float(uses) for gram, uses in fresh.items() if gram not in lexicon.gram_numbers]
        return columns, amounts, float((scoring.damped(np.asarray(unmet, np.float32)) ** 2).sum())

    def _old(self, columns: Ints, weighted: Floats) -> Floats:
        known = np.flatnonzero(columns < self.grams)
        starts, stops = self._bounds[columns[known]], self._bounds[columns[known] + 1]
        sizes = stops - starts
        rows = self._rows[ranges(starts, sizes)]
        found = np.bincount(rows, weights=np.repeat(weighted[known], sizes), minlength=self.terms)
        return found.astype(np.float32)

    def _new(self, columns: Ints, weighted: Floats) -> Floats:
        """Score the terms that were learnt after the weights were made."""
        held, ends = self._lexicon.pieces.parts(self.terms)
        if len(ends) <= 1:
            return np.zeros(0, np.float32)
        vector = np.zeros(max(int(held.max(initial=0)), int(columns.max(initial=0))) + 1, np.float32)
        vector[columns] = weighted
        return times(held, np.ones(len(held), np.float32), ends, vector)
