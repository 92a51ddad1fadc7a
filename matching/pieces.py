"""Pieces of words: stretches of 3 to 5 letters, by which a compound and a misspelt word are still found.

A piece is known by its place in a room of a fixed size, reckoned from its letters: no list of all pieces is kept, and
any process at any time has the same numbers. Two pieces that meet in one place count as one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.rows import Ints

PLACES = 1 << 19
"""Places of the room; a language has some ten thousand pieces in use."""

SIZES = (3, 4, 5)
_BASE = np.uint64(0x100000001B3)
_SCATTER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - 19)


def pieces_of(words: Sequence[str]) -> tuple[Ints, Ints]:
    """Return the different pieces of every word, one word behind the other, and where each word's end.

    The two ends of a word are letters as well, written as blanks. A word without letters in it has no pieces.
    """
    padded = [f" {word} " if word.isalpha() else "" for word in words]
    lengths = np.fromiter(map(len, padded), np.int64, len(padded))
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    owners = np.repeat(np.arange(len(words)), lengths)
    room = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(codes))
    found: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
    key = np.zeros(len(codes), np.uint64)
    for size in range(1, SIZES[-1] + 1):
        ahead = codes[size - 1 :]
        key = key[: len(ahead)] * _BASE + ahead
        if size in SIZES:
            whole = np.flatnonzero(room[: len(key)] >= size)
            places = (key[whole] * _SCATTER) >> _SHIFT
            found.append((owners[whole] << 32) | places.astype(np.int64))
    keys = np.unique(np.concatenate(found))
    ends = np.zeros(len(words) + 1, np.int32)
    np.cumsum(np.bincount(keys >> 32, minlength=len(words)), out=ends[1:])
    return (keys & 0xFFFFFFFF).astype(np.int32), ends
