"""A place to remember what does not fit into memory, for the time of one piece of work, outside the store."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType


class Scratch:
    """Remember under which number a key was first seen. Its file is temporary, private and without any text of rows.

    Use as a context manager, in one thread.
    """

    def __enter__(self) -> Scratch:
        """Make the file."""
        self._folder = tempfile.TemporaryDirectory(prefix="matchpoint-")
        self._connection = sqlite3.connect(Path(self._folder.name) / "seen.db", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=OFF",
            "PRAGMA synchronous=OFF",
            "PRAGMA cache_size=-8000",
            "CREATE TABLE seen (key BLOB PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID",
            "BEGIN",
        ):
            self._connection.execute(statement)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete the file."""
        self._connection.close()
        self._folder.cleanup()

    def first(self, key: bytes, number: int) -> int:
        """Return the number under which the key was first seen: this one, if it is new."""
        known = self.look(key)
        if known is not None:
            return known
        self._connection.execute("INSERT INTO seen VALUES (?, ?)", (key, number))
        return number

    def look(self, key: bytes) -> int | None:
        """Return the number under which the key was first seen, or None."""
        row: Sequence[int] | None = self._connection.execute("SELECT number FROM seen WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]
