"""Reading a CSV file that somebody else wrote: line by line, in constant memory, whatever is in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.text import clean_line, shorten
from handlers.directory.formats import FORMATS, Format, known_name
from messages.notices.directory import RowProblem

#: A line of the file in bytes; a row may have many.
LINE_MAX: Final = 1_048_576
#: What the CSV reader takes for one cell.
CELL_MAX: Final = 131_072
COLUMNS_MAX: Final = 200
_IGNORED_SHOWN: Final = 20
_NAME_SHOWN: Final = 60


class Unreadable(Exception):
    """The file cannot be read (any further)."""

    def __init__(self, problem: RowProblem) -> None:
        super().__init__(problem.key)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of the file: `line` is where it begins; the cells go by the names of known columns."""

    line: int
    cells: Mapping[str, str]
    problem: RowProblem | None = None


class RowReader:
    """Read the rows of one file. `format` is known and `ignored` filled as soon as it is open.

    Use as a context manager.
    """

    def __init__(self, path: Path, kind: str = "") -> None:
        self._path = path
        self._wanted = kind
        self.ignored: tuple[str, ...] = ()
        self.bytes_read = 0

    def __enter__(self) -> RowReader:
        """Open the file and read its header.

        :raises Unreadable: it is no such file, or the header is none.
        """
        self._file = self._path.open("rb")
        try:
            self._lines = self._decoded()
            self._begin()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._file.close()

    def __iter__(self) -> Iterator[RawRow]:
        """Give the rows, blank ones left out.

        :raises Unreadable: the rest cannot be read.
        """
        width, names = len(self._names), self._names
        while True:
            line = self._before + self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                raise Unreadable(RowProblem(line, "", "broken", {"limit": CELL_MAX})) from None
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                problem = RowProblem(line, "", "cells", {"count": len(cells), "expected": width})
                yield RawRow(line, {}, problem)
                continue
            yield RawRow(line, {name: cell for name, cell in zip(names, cells, strict=False) if name})

    def _decoded(self) -> Iterator[str]:
        """Give the lines of the file as text."""
        number = 0
        while raw := self._file.readline(LINE_MAX + 1):
            number += 1
            self.bytes_read += len(raw)
            if len(raw) > LINE_MAX:
                raise Unreadable(RowProblem(number, "", "broken", {"limit": CELL_MAX}))
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise Unreadable(RowProblem(number, "", "encoding")) from None
            if number == 1 and "\0" in text:  # UTF-16 without a mark, or no text at all
                raise Unreadable(RowProblem(number, "", "encoding"))
            yield text

    def _begin(self) -> None:
        first, self._before = "", 0
        for first in self._lines:
            self._before += 1
            # Some programs write the separator into a line of its own; nobody else writes blank lines on top.
            if first.strip() and not first.strip().lower().startswith("sep="):
                break
        if not first.strip():
            raise Unreadable(RowProblem(0, "", "empty"))
        header, delimiter = _header(first, self._before)
        self.delimiter = delimiter
        self._check(header)
        self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)

    def _check(self, header: Sequence[str]) -> None:
        line = self._before
        if len(header) > COLUMNS_MAX:
            raise Unreadable(RowProblem(line, "", "header.too_many", {"count": len(header), "limit": COLUMNS_MAX}))
        names = [known_name(cell) for cell in header]
        found = FORMATS.get(self._wanted) or recognise(names)
        if found is None:
            example = ",".join(FORMATS["organisations"].columns[:6])
            raise Unreadable(RowProblem(line, "", "header.unknown", {"example": example}))
        self.format: Format = found
        known = [name if name in found.columns else "" for name in names]
        for at, name in enumerate(known):
            if name and name in known[:at]:
                raise Unreadable(RowProblem(line, name, "header.twice"))
        for name in found.required:
            if name not in known:
                raise Unreadable(RowProblem(line, name, "header.missing"))
        unknown = [shorten(clean_line(cell, limit=CELL_MAX) or "?", _NAME_SHOWN) for cell in header]
        self.ignored = tuple(text for text, name in zip(unknown, known, strict=True) if not name)[:_IGNORED_SHOWN]
        self._names = known


def recognise(names: Sequence[str]) -> Format | None:
    """Return the format that a header belongs to: all its required columns are there, and most of its own."""
    fits = [one for one in FORMATS.values() if one.signature <= set(names)]
    return max(fits, key=lambda one: len(set(one.columns) & set(names)), default=None)


def _header(first: str, line: int) -> tuple[Sequence[str], str]:
    """Read the header with comma and semicolon; the separator is the one that gives more known columns."""
    found: list[tuple[int, Sequence[str], str]] = []
    for delimiter in (",", ";"):
        try:
            cells = next(csv.reader([first], delimiter=delimiter))
        except (csv.Error, StopIteration):
            continue
        known = {name for cell in cells for name in (known_name(cell),) if any(name in f.columns for f in _ALL)}
        found.append((len(known), cells, delimiter))
    if not found:
        raise Unreadable(RowProblem(line, "", "broken", {"limit": CELL_MAX}))
    _, cells, delimiter = max(found, key=lambda one: (one[0], len(one[1])))
    return cells, delimiter


_ALL: Final = tuple(FORMATS.values())
