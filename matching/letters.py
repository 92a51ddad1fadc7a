"""Letters: how alike words are by their 3- to 5-letter pieces, and how telling a piece is among the profiles.

The pieces of a profile are the pieces of its words, so its letter score is a sum over its words of what each of them
scores. How many profiles use a piece is estimated from how many use each word that holds it, as if words fell
independently; the length of a profile's letter vector is that of its words' vectors put at right angles. Both spare the
product of all profiles with all pieces; what they cost is in docs/adr/0008.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
        """Take a query of these words apart; only those that the lexicon does not know are taken apart anew."""
        spelt = len(self._lexicon.spelling)
        known = {word: at for word in counts if (at := self._lexicon.numbers.get(word, spelt)) < spelt}
        pieces, ends = self._lexicon.spelling.some(np.fromiter(known.values(), np.int32, len(known)))
        uses = _repeated([counts[word] for word in known], ends)
        never_met = np.zeros(0)
        if len(known) < len(counts):
            new = [word for word in counts if word not in known]
            keys, places, ends = pieces_of(new)
            numbers, more = self._lexicon.pieces.numbers(keys), _repeated([counts[word] for word in new], ends)
            met = numbers[places] >= 0
            pieces, uses = np.concatenate((pieces, numbers[places[met]])), np.concatenate((uses, more[met]))
            never_met = np.bincount(places, more, len(keys))[numbers < 0]
        whole = np.bincount(pieces, uses)
        found = np.flatnonzero(whole > 0).astype(np.int32)
        weights = self._weights_of(found)
        amounts = scoring.damped(whole[found].astype(np.float32)) * weights
        others = scoring.damped(never_met.astype(np.float32)) * self._fresh
        length = np.float32(np.sqrt(amounts @ amounts + others @ others) or 1)
        return Spelt(found, amounts * weights / length)

    def scores(self, spelt: Spelt) -> Floats:
        """Return what each term of the index scores by its letters."""
        known = spelt.pieces < len(self._weights)
        old = self._holders.added(spelt.pieces[known], spelt.amounts[known])
        later = np.arange(self.terms, len(self._lexicon.spelling))
        return np.concatenate((old, self._scores_of_later(spelt, later))) if len(later) else old

    def rough_scores(self, spelt: Spelt) -> Floats:
        """Return what each term scores by its telling pieces alone: enough to find the nearest, and far less to add up.

        The others are most of what there is to add up, and cannot be left out of a score: together they tell how much
        of a text is like the query.
        """
        telling = self._weights_of(spelt.pieces) >= 1 - math.log(TELLING_UP_TO)
        return self.scores(Spelt(spelt.pieces[telling], spelt.amounts[telling]))

    def scores_of(self, spelt: Spelt, terms: NDArray[np.int64]) -> Floats:
        """Return what each of these terms (in order) scores by its letters."""
        known = int(np.searchsorted(terms, self.terms))
        old = self._spelling.times(terms[:known], _at_places(spelt, len(self._weights)))
        return np.concatenate((old, self._scores_of_later(spelt, terms[known:]))) if known < len(terms) else old

    def _scores_of_later(self, spelt: Spelt, terms: NDArray[np.int64]) -> Floats:
        """Score terms that were learnt after the weights were made."""
        pieces, ends = self._lexicon.spelling.some(terms)
        return sums(_at_places(spelt, int(pieces.max(initial=0)) + 1)[pieces], ends)


def _repeated(values: Sequence[float], ends: Ints) -> Floats:
    return np.repeat(np.array(values, np.float32), np.diff(ends))


def _at_places(spelt: Spelt, places: int) -> Floats:
    vector = np.zeros(places, np.float32)
    here = spelt.pieces < places
    vector[spelt.pieces[here]] = spelt.amounts[here]
    return vector
