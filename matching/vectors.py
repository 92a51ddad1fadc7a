"""Vectors of profiles, to be compared with that of a challenge: what finds the same meaning in other words."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

_FIRST_ROOM = 64
_DEAD_SHARE = 3


class Vectors:
    """Hold one vector of unit length per id.

    Four bytes a number: a hundred thousand profiles of 1024 dimensions take 410 MB, half as much again while the room
    grows. Any number of threads may search while one adds or removes; a search sees all that was done before it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._matrix: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._keys: list[str | None] = []
        self._rows: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    @property
    def dimensions(self) -> int:
        """Tell how many numbers a vector has (0: there is none yet)."""
        return int(self._matrix.shape[1])

    def put_many(self, keys: Sequence[str], vectors: ArrayLike) -> None:
        """Add or replace vectors, one row per key; of two with one key the later counts.

        :raises ValueError: not as many rows as keys, other dimensions than before, or a row that has no direction.
        """
        if not keys:
            return
        fresh = unit_vectors(vectors, number=len(keys))
        with self._lock:
            if self._rows and fresh.shape[1] != self.dimensions:
                raise ValueError(f"a vector has {fresh.shape[1]} dimensions, those before it {self.dimensions}")
            if not self._rows:
                self._matrix, self._keys = np.zeros((0, fresh.shape[1]), np.float32), []
            self._make_room(len(keys))
            self._matrix[len(self._keys) : len(self._keys) + len(keys)] = fresh
            for key in keys:
                self._forget(key)
                self._rows[key] = len(self._keys)
                self._keys.append(key)

    def remove(self, key: str) -> None:
        """Take a vector out at once; an unknown key is no error."""
        with self._lock:
            self._forget(key)

    def likeness(self, vector: ArrayLike) -> dict[str, float]:
        """Return the cosine (-1 to 1) of every vector to this one.

        :raises ValueError: it has other dimensions, or no direction.
        """
        asked = unit_vectors(np.asarray(vector, np.float32)[np.newaxis], number=1)[0]
        with self._lock:
            # Rows are never written over, and a matrix that became too small is left as it is: a picture to work on.
            keys, matrix = list(self._keys), self._matrix
        if not keys:
            return {}
        if len(asked) != matrix.shape[1]:
            raise ValueError(f"a vector of {len(asked)} dimensions cannot be compared with {matrix.shape[1]}")
        cosines: list[float] = (matrix[: len(keys)] @ asked).tolist()
        return {key: cosine for key, cosine in zip(keys, cosines, strict=True) if key is not None}

    def _forget(self, key: str) -> None:
        row = self._rows.pop(key, None)
        if row is not None:
            self._keys[row] = None

    def _make_room(self, coming: int) -> None:
        dead = len(self._keys) - len(self._rows)
        if len(self._keys) + coming <= len(self._matrix) and dead * _DEAD_SHARE <= len(self._keys) + _FIRST_ROOM:
            return
        kept = [row for row, key in enumerate(self._keys) if key is not None]
        room = max(_FIRST_ROOM, (len(kept) + coming) * 3 // 2)
        matrix = np.zeros((room, self.dimensions), np.float32)
        matrix[: len(kept)] = self._matrix[kept]
        self._keys = [self._keys[row] for row in kept]
        self._rows = {key: row for row, key in enumerate(self._keys) if key is not None}
        self._matrix = matrix


def unit_vectors(vectors: ArrayLike, *, number: int) -> NDArray[np.float32]:
    """Return so many vectors as rows of length 1.

    :raises ValueError: they are not so many rows of numbers, or one of them is not finite, or zero.
    """
    rows = np.asarray(vectors, np.float32)
    if rows.ndim != 2 or len(rows) != number or rows.shape[1] == 0:
        raise ValueError(f"{number} vectors were expected, not an array of shape {rows.shape}")
    if not np.isfinite(rows).all():
        raise ValueError("a vector holds something that is no number")
    largest = np.abs(rows).max(axis=1, keepdims=True)
    if not largest.all():
        raise ValueError("a vector of zeros has no direction")
    rows = rows / largest
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
