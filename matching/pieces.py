"""Pieces of words: stretches of 3 to 5 letters, by which a compound and a misspelt word are still found.

A piece is known by a key reckoned from its letters (64 bits: in practice no two pieces share one), so that all words at
hand are taken apart at once, in compiled code.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.rows import Ints

Keys = NDArray[np.uint64]

SIZES = (3, 4, 5)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_A, _LATIN = ord("a"), 26
_PLACES = 64 - _LATIN


def pieces_of(words: Sequence[str]) -> tuple[Keys, Ints, Ints]:
    """Return the keys of all pieces, in order; every word's different pieces as places in them; each word's end.

    The two ends of a word are letters as well, written as blanks. A word with anything but letters has no pieces.
    """
    letters, lengths = _codes_of([f" {word} " if word.isalpha() else "" for word in words])
    codes = letters.astype(np.uint64)
    owners = np.repeat(np.arange(len(words)), lengths)
    room = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(codes))
    found: list[Keys] = []
    holders: list[NDArray[np.int64]] = []
    key = np.zeros(len(codes), np.uint64)
    for size in range(1, SIZES[-1] + 1):
        ahead = codes[size - 1 :]
        key = key[: len(ahead)] * _BASE + ahead
        if size in SIZES:
            whole = np.flatnonzero(room[: len(key)] >= size)
            found.append(key[whole])
            holders.append(owners[whole])
    keys, places = np.unique(np.concatenate(found), return_inverse=True)
    pairs = np.unique((np.concatenate(holders) << 32) | places)
    ends = np.zeros(len(words) + 1, np.int32)
    np.cumsum(np.bincount(pairs >> 32, minlength=len(words)), out=ends[1:])
    return keys, (pairs & 0xFFFFFFFF).astype(np.int32), ends


def signs_of(words: Sequence[str]) -> Keys:
    """Return a sign of each word: 64 marks of the letters in it.

    A mark says that a letter is there, or that one of a to z is there twice; other letters share marks. A letter that
    comes in or is lost changes one of them at most. A word with anything but letters has the sign 0.
    """
    codes, lengths = _codes_of([word if word.isalpha() else "" for word in words])
    places = np.where((codes >= _A) & (codes < _A + _LATIN), codes - _A, _LATIN + codes % (_PLACES - _LATIN))
    owners = np.repeat(np.arange(len(words)), lengths)
    counts = np.bincount(owners * _PLACES + places, minlength=len(words) * _PLACES).reshape(len(words), _PLACES)
    marks = np.concatenate((counts > 0, counts[:, :_LATIN] > 1), axis=1)
    signs: Keys = np.packbits(marks, axis=1).view(np.uint64)[:, 0]
    return signs


def _codes_of(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the codes of all letters, text behind text, and how many each text has."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    return codes, np.fromiter(map(len, texts), np.int64, len(texts))


class Pieces:
    """Number pieces in the order in which they are first met. One writer adds while others read."""

    def __init__(self) -> None:
        #: Keys in order and the number of each, replaced together.
        self._known: tuple[Keys, Ints] = (np.zeros(0, np.uint64), np.zeros(0, np.int32))

    def __len__(self) -> int:
        return len(self._known[0])

    def numbers(self, keys: Keys) -> Ints:
        """Return the number of each of these pieces, -1 for one that was never met."""
        known, numbers = self._known
        if not len(known):
            return np.full(len(keys), -1, np.int32)
        at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        return np.where(known[at] == keys, numbers[at], np.int32(-1)).astype(np.int32)

    def learn(self, keys: Keys) -> Ints:
        """Return the number of each of these pieces (different ones, in order); new ones get one."""
        found = self.numbers(keys)
        new = np.flatnonzero(found < 0)
        if len(new):
            known, numbers = self._known
            found[new] = np.arange(len(known), len(known) + len(new), dtype=np.int32)
            places = np.searchsorted(known, keys[new])
            self._known = (np.insert(known, places, keys[new]), np.insert(numbers, places, found[new]))
        return found
