"""Letters: how alike words are by their 3- to 5-letter pieces, and how telling a piece is among the profiles.

The pieces of a profile are the pieces of its words, so its letter score is a sum over its words of what each of them
scores. How many profiles use a piece is estimated from how many use each word that holds it, as if words fell
independently; the length of a profile's letter vector is that of its words' vectors put at right angles. Both spare the
product of all profiles with all pieces; what they cost is in docs/adr/0008.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import scoring
from matching.lexicon import Lexicon
from matching.pieces import pieces_of
from matching.rows import Floats, Ints, Table, sums

TELLING_UP_TO = 0.2
"""Share of the profiles up to which a piece that they use tells something about a word by itself."""


@dataclass(frozen=True, slots=True)
class Spelt:
    """Hold the pieces of a query, and what each adds to the score of a term that has it."""

    pieces: Ints
    amounts: Floats

    def rarest(self, share: float) -> Spelt:
        """Return the share of the pieces that tell most."""
        count = math.ceil(len(self.pieces) * share)
        best = np.argsort(-self.amounts, kind="stable")[:count]
        return Spelt(self.pieces[best], self.amounts[best])


class Letters:
    """Show the pieces of a lexicon at one moment: their weights, and the terms that hold each of them."""

    def __init__(self, lexicon: Lexicon, profiles: int) -> None:
        self._lexicon = lexicon
        pieces, ends = lexicon.spelling.parts()
        width = len(lexicon.pieces)
        self.terms = len(ends) - 1
        self._spelling = Table(pieces, ends, np.ones(len(pieces), np.int8), width)
        self._holders = self._spelling.flipped()
        uses = np.minimum(lexicon.word_uses.view()[: self.terms], profiles).astype(np.float32)
        missed = np.log1p(-np.minimum(uses / max(profiles, 1), np.float32(0.999999)))
        never = np.bincount(pieces, weights=np.repeat(missed, np.diff(ends)), minlength=width)
        found = profiles * (1 - np.exp(never))
        self._weights: Floats = (np.log((1 + profiles) / (1 + found)) + 1).astype(np.float32)
        self._fresh = np.float32(np.log(1 + profiles) + 1)
        self._norms = np.zeros(0, np.float32)

    def word_norms(self) -> Floats:
        """Return the squared length of the letter vector of every term there is by now."""
        pieces, ends = self._lexicon.spelling.parts(len(self._norms))
        if len(ends) > 1:
            self._norms = np.concatenate((self._norms, sums(self._weights_of(pieces) ** 2, ends)))
        return self._norms

    def _weights_of(self, pieces: Ints) -> Floats:
        """Return how telling these pieces are; as telling as can be are those that no profile used, or -1."""
        known = (pieces >= 0) & (pieces < len(self._weights))
        weights = np.full(len(pieces), self._fresh, np.float32)
        weights[known] = self._weights[pieces[known]]
        return weights

    def spell(self, counts: Mapping[str, float]) -> Spelt:
        """Take a query of these words apart."""
        keys, places, ends = pieces_of(list(counts))
        uses = np.repeat(np.fromiter(counts.values(), np.float32, len(counts)), np.diff(ends))
        pieces = self._lexicon.pieces.numbers(keys)
        weights = self._weights_of(pieces)
        amounts = scoring.damped(np.bincount(places, uses, len(keys)).astype(np.float32)) * weights
        amounts, length = amounts * weights, np.float32(np.linalg.norm(amounts) or 1)
        met = pieces >= 0
        return Spelt(pieces[met], amounts[met] / length)

    def scores(self, spelt: Spelt) -> Floats:
        """Return what each term of the index scores by its letters."""
        known = spelt.pieces < len(self._weights)
        old = self._holders.added(spelt.pieces[known], spelt.amounts[known])
        return np.concatenate((old, self._later(spelt)))

    def rough_scores(self, spelt: Spelt) -> Floats:
        """Return what each term scores by its telling pieces alone: enough to find the nearest, and far less to add up.

        The others are most of what there is to add up, and cannot be left out of a score: together they tell how much
        of a text is like the query.
        """
        telling = self._weights_of(spelt.pieces) >= 1 - math.log(TELLING_UP_TO)
        return self.scores(Spelt(spelt.pieces[telling], spelt.amounts[telling]))

    def scores_of(self, spelt: Spelt, terms: NDArray[np.int64]) -> Floats:
        """Return what each term scores by its letters that is one of `terms` (in order), and 0 for the others."""
        known = terms[: np.searchsorted(terms, self.terms)]
        found = np.zeros(self.terms, np.float32)
        found[known] = self._spelling.times(known, _at_places(spelt, len(self._weights)))
        return np.concatenate((found, self._later(spelt)))

    def _later(self, spelt: Spelt) -> Floats:
        """Score the terms that were learnt after the weights were made."""
        pieces, ends = self._lexicon.spelling.parts(self.terms)
        if len(ends) <= 1:
            return np.zeros(0, np.float32)
        return sums(_at_places(spelt, int(pieces.max(initial=0)) + 1)[pieces], ends)


def _at_places(spelt: Spelt, places: int) -> Floats:
    vector = np.zeros(places, np.float32)
    here = spelt.pieces < places
    vector[spelt.pieces[here]] = spelt.amounts[here]
    return vector
