"""The arithmetic of the local order."""

from __future__ import annotations

import math

import numpy as np

from matching.rows import Floats

# BM25 as Lucene and bm25s have it.
SATURATION = 1.5
LENGTH_SHARE = 0.75

LABEL_UP_TO = 3
"""Telling words up to which a query is a label rather than a question."""

_LETTERS_OF_LABEL = 24.0
_LONG = 150
_LONG_SHARE = 0.6


def letter_weight(words: int) -> float:
    """Weigh letters against words (1) by the number of words asked for.

    Labels of a few words live by letters, questions by words; in long texts letters gain again. How it was
    chosen, and what of that is held out: docs/adr/0008.
    """
    return 0.8 + _LETTERS_OF_LABEL / max(words, 1) ** 2 + _LONG_SHARE * min(1.0, words / _LONG)


def rarity(uses: int, profiles: int) -> float:
    """Return how telling it is to meet a word that so many of the profiles use (the idf of BM25)."""
    used = min(profiles, uses)
    return math.log(1 + (profiles - used + 0.5) / (used + 0.5))


def damped(counts: Floats) -> Floats:
    """Let repetitions of a word count less and less: 1 + ln(count), and the count itself below one."""
    return np.where(counts < 1, counts, 1 + np.log(np.maximum(counts, 1))).astype(np.float32)


def undamped(weights: Floats) -> Floats:
    """Return the counts of which `damped` made these weights."""
    return np.where(weights < 1, weights, np.exp(weights - 1)).astype(np.float32)


def impacts(stem_weights: Floats, length: Floats | np.float32, mean_length: float) -> Floats:
    """Return the saturated weight (0 to 1) of every use of a stem in a profile of so many words."""
    room = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / mean_length)
    return (stem_weights / (stem_weights + room)).astype(np.float32)
