"""A stretch of profiles of an index: what each says, and for every stem the profiles that use it.

What a segment holds never changes once it is made. Two things about it do, each in one assignment, so that any number
of threads may read it: the marks of removed profiles, and the scales, when letters are weighed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import scoring
from matching.rows import Floats, Ints, Table, stretches, sums, times

Bools = NDArray[np.bool_]

LARGEST = 1 << 16
"""Profiles in one segment at the most: the sums over one stay in the processor's cache."""

_STEPS = 255


@dataclass(slots=True)
class Entries:
    """Hold the profiles of a segment: one row each of words and their damped weights.

    `texts` are packed documents. `codes` number the profile's language in the index; it tells the stems of the words.
    """

    ids: list[str]
    texts: list[bytes]
    codes: list[int]
    words: Ints
    weights: Floats
    ends: Ints

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def joined(cls, parts: Sequence[Entries]) -> Entries:
        """Put entries one behind the other."""
        sizes = np.concatenate([np.diff(part.ends) for part in parts]) if parts else np.zeros(0, np.int32)
        return cls(
            [one for part in parts for one in part.ids],
            [one for part in parts for one in part.texts],
            [one for part in parts for one in part.codes],
            np.concatenate([part.words for part in parts]),
            np.concatenate([part.weights for part in parts]),
            np.concatenate((np.zeros(1, np.int32), np.cumsum(sizes, dtype=np.int32))),
        )

    def kept(self, alive: Bools) -> Entries:
        """Return the entries where `alive` is true."""
        if alive.all():
            return self
        rows = np.flatnonzero(alive)
        chosen, ends = stretches(self.ends, rows)
        return Entries(
            [self.ids[row] for row in rows],
            [self.texts[row] for row in rows],
            [self.codes[row] for row in rows],
            self.words[chosen],
            self.weights[chosen],
            ends,
        )

    def part(self, start: int, stop: int) -> Entries:
        """Return the entries from `start` up to `stop`."""
        here = slice(self.ends[start], self.ends[stop])
        return Entries(
            self.ids[start:stop],
            self.texts[start:stop],
            self.codes[start:stop],
            self.words[here],
            self.weights[here],
            self.ends[start : stop + 1] - self.ends[start],
        )

    def lengths(self) -> Floats:
        """Return the number of words of every profile, weighted by field."""
        return sums(scoring.undamped(self.weights), self.ends)

    def row(self, number: int) -> slice:
        """Return where the words of one profile stand."""
        return slice(self.ends[number], self.ends[number + 1])

    def words_in(self, rows: NDArray[np.int64]) -> Ints:
        """Return the words of these profiles, one profile behind the other."""
        return self.words[stretches(self.ends, rows)[0]]

    def owners(self) -> Ints:
        """Return for every word the row of its profile."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.ends))

    def stems_once(self, filed: Ints) -> Ints:
        """List the different stems of every profile, one profile behind the other; `filed` are the stems of `words`."""
        keys = (self.owners().astype(np.int64) << 32) | filed
        keys.sort()
        return (keys[np.diff(keys, prepend=-1) != 0] & 0xFFFFFFFF).astype(np.int32)


class Segment:
    """Hold entries with their postings: for every stem used here the profiles, and how much it weighs in each.

    `alive` marks the profiles that were not removed; `scales` are the inverse lengths of their letter vectors.
    """

    def __init__(self, entries: Entries, filed: Ints, mean_length: float, word_norms: Floats) -> None:
        self.entries = entries
        self.alive = np.ones(len(entries), np.bool_)
        self.scales = self.scaled(word_norms)
        keys = (filed.astype(np.int64) << 32) | entries.owners()
        order = np.argsort(keys)
        keys, amounts = keys[order], scoring.undamped(entries.weights)[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        amounts = np.add.reduceat(amounts, first) if len(first) else amounts
        keys = keys[first]
        rows = (keys & 0xFFFFFFFF).astype(np.int32)
        shares = scoring.impacts(amounts, entries.lengths()[rows], mean_length)
        impacts = np.maximum(np.rint(shares * _STEPS), 1).astype(np.uint8)
        stems = (keys >> 32).astype(np.int32)
        starts = np.flatnonzero(np.diff(stems, prepend=-1))
        self._stems = stems[starts]
        self._postings = Table(rows, np.append(starts, len(stems)).astype(np.int32), impacts, len(entries))

    def __len__(self) -> int:
        return len(self.entries)

    def scaled(self, word_norms: Floats) -> Floats:
        """Return the inverse lengths of the letter vectors (0 for one without letters); `word_norms` are squared."""
        entries = self.entries
        squares = times(entries.words, entries.weights**2, entries.ends, word_norms)
        found = squares > 1e-12
        return np.where(found, 1 / np.sqrt(np.where(found, squares, 1)), 0).astype(np.float32)

    def word_scores(self, stems: Ints, weights: Floats) -> Floats:
        """Return the BM25 score of every profile: the query's `weights` of `stems`, each times its impact."""
        if not len(self._stems):
            return np.zeros(len(self), np.float32)
        places = np.minimum(np.searchsorted(self._stems, stems), len(self._stems) - 1)
        here = self._stems[places] == stems
        return self._postings.added(places[here], weights[here] / np.float32(_STEPS))

    def letter_scores(self, by_word: Floats, rows: NDArray[np.int64] | None = None) -> Floats:
        """Return the letter score of every profile, or of those in `rows`: the sum over its words, scaled."""
        entries = self.entries
        if rows is None:
            return times(entries.words, entries.weights, entries.ends, by_word) * self.scales
        chosen, ends = stretches(entries.ends, rows)
        return sums(by_word[entries.words[chosen]] * entries.weights[chosen], ends) * self.scales[rows]
