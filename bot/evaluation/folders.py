"""A judged collection in a folder: texts, queries and the grades that people gave; what is wrong is told by line.

`corpus.jsonl` has `{"id", "title", "text"}` a line, `queries.jsonl` has `{"id", "text"}`, `qrels.tsv` has a header and
then query, text and grade with tabs between, `meta.json` says from which grade on a text is relevant (`rel_min`).
`queries.typo10.jsonl`, with the same ids, is optional: the queries with a tenth of their words misspelt.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, cast

CORPUS: Final = "corpus.jsonl"
QUERIES: Final = "queries.jsonl"
MISSPELT: Final = "queries.typo10.jsonl"
JUDGMENTS: Final = "qrels.tsv"
META: Final = "meta.json"
_HEADER: Final = "query-id\tcorpus-id\tscore"


class Half(StrEnum):
    """Name a half of the queries: weights are chosen on one and reported on the other."""

    FIRST = "first"
    SECOND = "second"

    @property
    def other(self) -> Half:
        """Return the other half."""
        return Half.SECOND if self is Half.FIRST else Half.FIRST


class FolderError(Exception):
    """A judged folder cannot be used; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Hold a judged collection: (id, title, text) rows, queries in file order, and the grades by query and text.

    `misspelt` is None where the folder has no misspelt queries. `language` is the ISO 639-1 code of the texts, if all
    are of one. `warnings` name what does not stop an evaluation.
    """

    name: str
    texts: tuple[tuple[str, str, str], ...]
    queries: Mapping[str, str]
    misspelt: Mapping[str, str] | None
    judged: Mapping[str, Mapping[str, int]]
    relevant_from: int
    language: str
    warnings: tuple[str, ...]

    def asked(self, half: Half | None = None) -> list[str]:
        """Return the ids of the queries of a half (all for None) for which something is relevant, in file order."""
        ids = list(self.queries)
        middle = (len(ids) + 1) // 2
        chosen = {None: ids, Half.FIRST: ids[:middle], Half.SECOND: ids[middle:]}[half]
        return [key for key in chosen if max(self.judged.get(key, {}).values(), default=-1) >= self.relevant_from]


def read_collection(folder: Path) -> Collection:
    """Read a judged folder.

    :raises FolderError: something is missing or malformed; nothing of it is used.
    """
    if not folder.is_dir():
        raise FolderError(f"There is no folder {folder}. Give one that holds {CORPUS}, {QUERIES}, {JUDGMENTS}, {META}.")
    meta = _meta(folder / META)
    texts = tuple((key, title, text) for key, (title, text) in _rows(folder / CORPUS, ("title", "text")).items())
    queries = {key: text for key, (text,) in _rows(folder / QUERIES, ("text",)).items()}
    misspelt: dict[str, str] | None = None
    warnings: list[str] = []
    if (folder / MISSPELT).exists():
        misspelt = {key: text for key, (text,) in _rows(folder / MISSPELT, ("text",)).items()}
        if lost := [key for key in queries if key not in misspelt]:
            raise FolderError(
                f"{MISSPELT}: query {lost[0]!r} of {QUERIES} is missing. Give all of them, or no such file."
            )
    judged = _judgments(folder / JUDGMENTS)
    warnings += _unknown(judged, queries, {key for key, _, _ in texts})
    found = Collection(
        name=folder.resolve().name,
        texts=texts,
        queries=queries,
        misspelt=misspelt,
        judged=judged,
        relevant_from=meta["rel_min"],
        language=str(meta.get("lang", "")),
        warnings=tuple(warnings),
    )
    if not found.asked():
        raise FolderError(
            f"{JUDGMENTS}: no query of {QUERIES} has a text graded {meta['rel_min']} or more (rel_min in {META}). "
            "Check the ids and the grades."
        )
    return found


def _meta(path: Path) -> dict[str, Any]:
    remedy = f'Write {{"rel_min": 1}} into {META}: the lowest grade that counts as relevant.'
    if not path.is_file():
        raise FolderError(f"{META} is missing in {path.parent}. {remedy}")
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise FolderError(f"{META} is not JSON ({error}). {remedy}") from error
    lowest = cast(dict[str, Any], found).get("rel_min") if isinstance(found, dict) else None
    if not isinstance(lowest, int) or isinstance(lowest, bool):
        raise FolderError(f"{META} has no whole number rel_min. {remedy}")
    return cast(dict[str, Any], found)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Give the lines of a file that hold something, with their numbers from 1."""
    if not path.is_file():
        raise FolderError(f"{path.name} is missing in {path.parent}. A judged folder needs it.")
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                if line.strip():
                    yield number, line
    except UnicodeDecodeError as error:
        raise FolderError(f"{path.name}: not UTF-8 ({error.reason}). Save it as UTF-8.") from error
    except OSError as error:
        raise FolderError(f"{path.name} cannot be read: {error.strerror}.") from error


def _rows(path: Path, fields: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Read JSON lines with an id and these fields of text."""
    shape = "{" + ", ".join(f'"{name}": "…"' for name in ("id", *fields)) + "}"
    found: dict[str, tuple[str, ...]] = {}
    for number, line in _lines(path):
        where = f"{path.name}, line {number}"
        try:
            row: Any = json.loads(line)
        except ValueError as error:
            raise FolderError(f"{where}: not JSON ({error}). Write {shape}, one a line.") from error
        if not isinstance(row, dict):
            raise FolderError(f"{where}: not an object. Write {shape}.")
        values = cast(dict[str, Any], row)
        for name in ("id", *fields):
            if not isinstance(values.get(name), str):
                raise FolderError(f"{where}: {name!r} is missing or no text. Write {shape}.")
        if not values["id"]:
            raise FolderError(f"{where}: the id is empty. Give every row an id of its own.")
        if values["id"] in found:
            raise FolderError(f"{where}: the id {values['id']!r} occurs twice. Give every row an id of its own.")
        found[values["id"]] = tuple(values[name] for name in fields)
    if not found:
        raise FolderError(f"{path.name} is empty. Write {shape}, one a line.")
    return found


def _judgments(path: Path) -> dict[str, dict[str, int]]:
    remedy = "Write query, text and a whole grade with tabs between."
    lines = _lines(path)
    first = next(lines, None)
    if first is None:
        raise FolderError(f"{JUDGMENTS} is empty. Begin it with the header {_HEADER!r}. {remedy}")
    header = first[1].split("\t")
    if len(header) != 3 or _whole(header[2]) is not None:
        raise FolderError(f"{JUDGMENTS}, line {first[0]}: the header is missing. Begin with {_HEADER!r}.")
    found: dict[str, dict[str, int]] = {}
    for number, line in lines:
        cells, where = line.split("\t"), f"{JUDGMENTS}, line {number}"
        if len(cells) != 3:
            raise FolderError(f"{where}: {len(cells)} cells instead of three. {remedy}")
        query, text, given = cells
        grade = _whole(given)
        if grade is None:
            raise FolderError(f"{where}: the grade {given!r} is no whole number. {remedy}")
        if found.setdefault(query, {}).setdefault(text, grade) != grade:
            raise FolderError(f"{where}: {query!r} and {text!r} have another grade above. Keep one of the two.")
    if not found:
        raise FolderError(f"{JUDGMENTS} holds nothing but its header. {remedy}")
    return found


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _unknown(judged: Mapping[str, Mapping[str, int]], queries: Mapping[str, str], texts: set[str]) -> list[str]:
    """Tell of judgments about what is not there: they count as not found, as everywhere else."""
    warnings: list[str] = []
    if strange := [key for key in judged if key not in queries]:
        warnings.append(
            f"{JUDGMENTS}: {len(strange)} queries are not in {QUERIES} ({strange[0]!r} …) and are left out."
        )
    lost = [key for query, grades in judged.items() if query in queries for key in grades if key not in texts]
    if lost:
        warnings.append(
            f"{JUDGMENTS}: {len(lost)} judged texts are not in {CORPUS} ({lost[0]!r} …); nobody can find them."
        )
    if silent := [key for key in queries if key not in judged]:
        warnings.append(f"{QUERIES}: {len(silent)} queries have no judgment ({silent[0]!r} …) and are left out.")
    return warnings
