"""Arrays that grow while others read them, and rows of different lengths in one pair of arrays. Only home of scipy."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class Grown:
    """Keep a numpy array that grows by half when it is full.

    A view taken earlier stays valid: what was appended is never overwritten, and a full buffer is replaced, not freed.
    """

    def __init__(self, dtype: type[np.generic]) -> None:
        self._buffer: NDArray[Any] = np.zeros(16, dtype)
        self.size = 0

    def extend(self, values: NDArray[Any] | list[int]) -> None:
        """Append values at the end."""
        needed = self.size + len(values)
        self._make_room(needed)
        self._buffer[self.size : needed] = values
        self.size = needed

    def reach(self, size: int) -> None:
        """Append zeros until there are `size` values."""
        self._make_room(size)
        self.size = max(size, self.size)

    def _make_room(self, size: int) -> None:
        if size > len(self._buffer):
            # Zeros that nobody has written take no memory yet.
            bigger = np.zeros(max(size, len(self._buffer) * 3 // 2), self._buffer.dtype)
            bigger[: self.size] = self._buffer[: self.size]
            self._buffer = bigger

    def view(self) -> NDArray[Any]:
        """Return the values so far, not copied."""
        return self._buffer[: self.size]


class Lists:
    """Hold lists of whole numbers one behind the other; a list may name a number more than once."""

    def __init__(self) -> None:
        self._values = Grown(np.int32)
        self._ends = Grown(np.int32)
        self._ends.extend([0])

    def __len__(self) -> int:
        return self._ends.size - 1

    def extend(self, values: Ints, ends: Ints) -> None:
        """Add lists that stand one behind the other; list n ends at `ends[n + 1]`."""
        ends = ends[1:] + self._values.size
        self._values.extend(values)
        self._ends.extend(ends)

    def parts(self, start: int = 0) -> tuple[Ints, Ints]:
        """Return the values of the lists from `start` on, and where each of them ends; not copied."""
        ends = self._ends.view()[start:]
        return self._values.view()[ends[0] :], ends - ends[0] if start else ends

    def some(self, numbers: NDArray[Any]) -> tuple[Ints, Ints]:
        """Return the values of the lists of these numbers, and where each of them ends."""
        values, ends = self.parts()
        places, ends = stretches(ends, numbers)
        return values[places], ends


def times(columns: Ints, values: Floats, ends: Ints, vector: Floats) -> Floats:
    """Return one number per row: the row's values, each times the vector at its column."""
    matrix: Any = sparse.csr_array((values, columns, ends), shape=(len(ends) - 1, len(vector)))
    return cast(Floats, matrix @ vector)


def sums(values: Floats, ends: Ints) -> Floats:
    """Add up stretches of values, of which the n-th ends at `ends[n + 1]`."""
    return times(np.zeros(len(values), np.int32), values, ends, np.ones(1, np.float32))


def ranges(starts: NDArray[Any], counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the positions of stretches that begin at `starts` and have `counts` places, one behind the other."""
    ends = np.cumsum(counts)
    whole = int(ends[-1]) if len(ends) else 0
    return np.arange(whole, dtype=np.int64) + np.repeat(starts - (ends - counts), counts)


def stretches(ends: Ints, numbers: NDArray[Any]) -> tuple[NDArray[np.int64], Ints]:
    """Return the positions of some of the stretches that end at `ends[n + 1]`, and where each of them ends there."""
    starts = ends[numbers]
    sizes = ends[numbers + 1] - starts
    return ranges(starts, sizes), np.concatenate((np.zeros(1, np.int32), np.cumsum(sizes, dtype=np.int32)))


class Table:
    """Hold a large table of small whole numbers that is mostly empty: which words a profile uses, which pieces a word.

    A row is a stretch of `columns` and `numbers`; row n ends at `ends[n + 1]`.
    """

    def __init__(self, columns: Ints, ends: Ints, numbers: NDArray[Any], width: int) -> None:
        self._rows: Any = sparse.csr_array((numbers, columns, ends), shape=(len(ends) - 1, width))

    def __len__(self) -> int:
        return int(self._rows.shape[0])

    def flipped(self) -> Table:
        """Return the table with its columns as rows."""
        turned: Any = self._rows.T.tocsr()
        return Table(cast(Ints, turned.indices), cast(Ints, turned.indptr), cast(Ints, turned.data), len(self))

    def added(self, rows: NDArray[Any], weights: Floats) -> Floats:
        """Add up some rows, each times its weight; return one number per column."""
        return cast(Floats, weights @ self._rows[rows])

    def times(self, rows: NDArray[Any], vector: Floats) -> Floats:
        """Return one number for each of some rows: its numbers, each times the vector at its column."""
        return cast(Floats, self._rows[rows] @ vector)
