"""A sparse matrix that grows by rows while others read it. Only home of scipy."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class Grown:
    """Keep a numpy array that doubles when it is full.

    A view taken earlier stays valid: what was appended is never overwritten, and a full buffer is replaced, not freed.
    """

    def __init__(self, dtype: type[np.generic], start: NDArray[Any] | None = None) -> None:
        self._buffer: NDArray[Any] = np.zeros(16, dtype) if start is None else start.astype(dtype, copy=False)
        self.size = 0 if start is None else len(start)

    def extend(self, values: NDArray[Any]) -> None:
        """Append values at the end."""
        needed = self.size + len(values)
        if needed > len(self._buffer):
            bigger = np.zeros(max(needed, len(self._buffer) * 2), self._buffer.dtype)
            bigger[: self.size] = self._buffer[: self.size]
            self._buffer = bigger
        self._buffer[self.size : needed] = values
        self.size = needed

    def reach(self, size: int) -> None:
        """Append zeros until there are `size` values."""
        if size > self.size:
            self.extend(np.zeros(size - self.size, self._buffer.dtype))

    def view(self) -> NDArray[Any]:
        """Return the values so far, not copied."""
        return self._buffer[: self.size]


class Rows:
    """Hold rows of (column, value) pairs; `frozen` hands out an immutable picture of the rows so far."""

    def __init__(self) -> None:
        self._columns = Grown(np.int32)
        self._values = Grown(np.float32)
        self._ends = Grown(np.int32)
        self._ends.extend(np.zeros(1, np.int32))

    @classmethod
    def of(cls, columns: Ints, values: Floats, ends: Ints) -> Rows:
        """Make rows from the three arrays of compressed row storage."""
        rows = cls()
        rows._columns, rows._values, rows._ends = (
            Grown(np.int32, columns),
            Grown(np.float32, values),
            Grown(np.int32, ends),
        )
        return rows

    def __len__(self) -> int:
        return self._ends.size - 1

    def append(self, columns: NDArray[Any] | list[int], values: NDArray[Any] | list[float]) -> None:
        """Add one row."""
        self._columns.extend(np.asarray(columns, np.int32))
        self._values.extend(np.asarray(values, np.float32))
        self._ends.extend(np.asarray([self._columns.size], np.int32))

    def parts(self) -> tuple[Ints, Floats, Ints]:
        """Return columns, values and row ends, not copied."""
        return self._columns.view(), self._values.view(), self._ends.view()

    def row(self, number: int) -> tuple[Ints, Floats]:
        """Return columns and values of one row, not copied."""
        columns, values, ends = self.parts()
        here = slice(ends[number], ends[number + 1])
        return columns[here], values[here]

    def kept(self, alive: NDArray[np.bool_]) -> Rows:
        """Return a copy with only the rows where `alive` is true."""
        columns, values, ends = self.parts()
        lengths = np.diff(ends)
        chosen = np.repeat(alive, lengths)
        new_ends = np.zeros(int(alive.sum()) + 1, np.int32)
        np.cumsum(lengths[alive], out=new_ends[1:])
        return Rows.of(columns[chosen], values[chosen], new_ends)

    def frozen(self, width: int) -> Matrix:
        """Return the rows so far as a matrix of `width` columns."""
        return Matrix(*self.parts(), width)


class Matrix:
    """Multiply a fixed set of sparse rows with dense vectors."""

    def __init__(self, columns: Ints, values: Floats, ends: Ints, width: int) -> None:
        self._matrix: Any = sparse.csr_array((values, columns, ends), shape=(len(ends) - 1, width))

    @property
    def width(self) -> int:
        """Tell the number of columns."""
        return int(self._matrix.shape[1])

    def __len__(self) -> int:
        return int(self._matrix.shape[0])

    def times(self, vector: Floats) -> Floats:
        """Return one number per row: the row times the vector."""
        return cast(Floats, self._matrix @ vector)

    def product(self, other: Matrix, start: int, stop: int) -> tuple[Ints, Floats, Ints]:
        """Return rows `start` to `stop` of the matrix product as columns, values and row ends."""
        made: Any = self._matrix[start:stop] @ other._matrix
        return cast(Ints, made.indices), cast(Floats, made.data), cast(Ints, made.indptr)

    def flipped(self) -> tuple[Ints, Ints]:
        """Return, for every column, the rows that use it: row numbers and column ends."""
        turned: Any = self._matrix.tocsc()
        return cast(Ints, turned.indices), cast(Ints, turned.indptr)

    def columns_of(self, number: int) -> list[int]:
        """Return the columns that one row uses."""
        matrix = self._matrix
        return cast(list[int], matrix.indices[matrix.indptr[number] : matrix.indptr[number + 1]].tolist())
