"""The arithmetic of the local order, and the picture of an index on which searches work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.lexicon import Lexicon
from matching.model import Document
from matching.rows import Floats, Ints, Matrix, Rows
from matching.typos import NearWords

# BM25 as Lucene and bm25s have it.
SATURATION = 1.5
LENGTH_SHARE = 0.75

_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Picture:
    """Show an index at one moment; its arrays may be read by any number of threads."""

    ids: list[str]
    documents: list[Document | None]
    languages: list[str | None]
    common_languages: tuple[str, ...]
    alive: np.ndarray[tuple[int], np.dtype[np.bool_]]
    profiles: int
    lexicon: Lexicon
    near: NearWords | None
    stems: Matrix
    words: Matrix
    pieces: Matrix
    gram_weights: Floats
    fresh_gram: float
    scales: Floats


def letter_weight(words: int) -> float:
    """Weigh letters against words (1) by the number of words asked for: labels live by letters, paragraphs by words."""
    return 0.8 + 4.0 / max(words, 1)


def damped(counts: Floats) -> Floats:
    """Let repetitions of a word count less and less: 1 + ln(count), and the count itself below one."""
    return np.where(counts < 1, counts, 1 + np.log(np.maximum(counts, 1))).astype(np.float32)


def impacts(stem_weights: Floats, length: Floats | np.float32, mean_length: float) -> Floats:
    """Return the saturated weight (0 to 1) of every use of a stem in a profile of so many words."""
    room = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / mean_length)
    return (stem_weights / (stem_weights + room)).astype(np.float32)


def gram_weights(words: Matrix, pieces: Matrix) -> tuple[Floats, float]:
    """Return the smoothed idf of every gram, and that of a gram never met."""
    uses = np.zeros(pieces.width, np.int64)
    for start in range(0, len(words), _CHUNK):
        columns, _, _ = words.product(pieces, start, start + _CHUNK)
        uses += np.bincount(columns, minlength=pieces.width)
    weights = np.log((1 + len(words)) / (1 + uses)) + 1
    return weights.astype(np.float32), float(np.log(1 + len(words)) + 1)


def scales(words: Matrix, pieces: Matrix, weights: Floats) -> Floats:
    """Return for every profile the inverse length of its gram vector (0 for one without grams)."""
    squares = weights.astype(np.float64) ** 2
    lengths = np.zeros(len(words))
    for start in range(0, len(words), _CHUNK):
        columns, values, ends = words.product(pieces, start, start + _CHUNK)
        sums = np.concatenate(([0.0], np.cumsum(values.astype(np.float64) ** 2 * squares[columns])))
        lengths[start : start + len(ends) - 1] = np.sqrt(np.diff(sums[ends]))
    return _inverse(lengths)


def scale_of_row(pieces: Rows, columns: Ints, values: Floats, weights: Floats) -> float:
    """Return the inverse length of the gram vector of one profile."""
    grams, amounts = grams_of_words(pieces, columns, values)
    if not len(grams):
        return 0.0
    _, where = np.unique(grams, return_inverse=True)
    sums = np.bincount(where, weights=amounts * weights[grams])
    return float(_inverse(np.sqrt((sums**2).sum(keepdims=True)))[0])


def grams_of_words(pieces: Rows, columns: Ints, values: Floats) -> tuple[Ints, Floats]:
    """Return the grams of weighted words, unsummed: gram numbers and their amounts."""
    rows = [pieces.row(int(column)) for column in columns]
    if not rows:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    grams = np.concatenate([grams for grams, _ in rows])
    amounts = np.concatenate([counts * value for (_, counts), value in zip(rows, values, strict=True)])
    return grams, amounts.astype(np.float32)


def _inverse(lengths: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Floats:
    found = lengths > 1e-9
    return np.where(found, 1 / np.where(found, lengths, 1), 0).astype(np.float32)
