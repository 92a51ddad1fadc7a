"""What the importers of all kinds share: for whom a file is imported, what a batch came to, and references by name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from domain.organisations import legal_number, name_key
from handlers.directory.cells import Cells
from handlers.work import Actor, Kit, Work
from messages.notices.directory import NearName, RowProblem
from store.engine import Session
from store.queries import directory as query
from store.scratch import Scratch

_WITH_COUNTRY: Final = re.compile(r"(?P<name>.+?)\s*\((?P<country>[A-Za-z]{2})\)")


@dataclass(slots=True)
class Scope:
    """For whom a file is imported. `cluster_id` None is the operator, who may do everything."""

    kit: Kit
    now: datetime
    actor: Actor | None = None
    cluster_id: int | None = None
    scratch: Scratch = field(default_factory=Scratch)
    #: Organisations up to this id were there before.
    newest: int = 0

    def seen(self, line: int, *key: object) -> int:
        """Return the line on which this key was first seen in the file (0 if here), and remember it."""
        first = self.scratch.first(_digest(key), line)
        return 0 if first == line else first

    def glance(self, *key: object) -> int:
        """Return the line on which this key was first seen in the file (0 if nowhere), and leave it at that."""
        return self.scratch.look(_digest(key)) or 0


@dataclass(slots=True)
class Settled:
    """What became of a batch of rows."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list[RowProblem])
    near: list[NearName] = field(default_factory=list[NearName])

    def refuse(self, line: int, column: str, key: str, **params: str | int) -> None:
        """Leave a row out."""
        self.problems.append(RowProblem(line, column, key, params))


def _digest(key: tuple[object, ...]) -> bytes:
    return hashlib.blake2b(repr(key).encode(), digest_size=16).digest()


class Importer(Protocol):
    """Imports one kind of file: `parse` looks at a row alone, `settle` at a batch of rows and the store.

    `settle` with `write` False changes nothing and finds the same problems.
    """

    def begin(self, session: Session) -> None:
        """Read what is needed once."""
        ...

    def parse(self, cells: Cells) -> Any:  # noqa: ANN401
        """Read a row; what is wrong gathers in the cells."""
        ...

    def settle(self, work: Work, records: Sequence[Any], *, write: bool) -> Settled:
        """Compare rows with the store, and write them."""
        ...


class ClusterNames:
    """Find clusters by name, or by name and country: “CLEAN” or “CLEAN (DK)”."""

    def __init__(self, session: Session) -> None:
        self._by_name: dict[str, list[tuple[int, str]]] = {}
        self.names: dict[int, str] = {}
        for row in query.clusters(session):
            self._by_name.setdefault(row["name_key"], []).append((row["id"], row["country"]))
            self.names[row["id"]] = row["name"]

    def find(self, name: str, *, country: str = "") -> int | str:
        """Return the id, or the key of the problem; of several, the one in `country` is taken."""
        found = self._by_name.get(name_key(name), [])
        match = _WITH_COUNTRY.fullmatch(name) if not found else None
        if match is not None:
            found = [
                one for one in self._by_name.get(name_key(match["name"]), []) if one[1] == match["country"].upper()
            ]
        if len(found) > 1:
            found = [one for one in found if one[1] == country] or found
        if len(found) == 1:
            return found[0][0]
        return "cluster.ambiguous" if found else "cluster.unknown"


@dataclass(frozen=True, slots=True)
class Reference:
    """How a row names an organisation; country and legal id tell those of one name apart."""

    name: str
    country: str = ""
    legal_id: str = ""


def read_reference(cells: Cells, column: str, *, limit: int) -> Reference:
    """Read the columns that name an organisation."""
    country = "" if column == "owner" else cells.country("country")
    return Reference(cells.line(column, limit=limit), country, cells.line("legal_id", limit=limit))


class References:
    """Find the organisations that a batch of rows names."""

    def __init__(self, session: Session, references: Collection[Reference]) -> None:
        self._by_name: dict[str, list[Mapping[str, Any]]] = {}
        for row in query.references_by_name(session, {name_key(one.name) for one in references if one.name}):
            self._by_name.setdefault(row["name_key"], []).append(row)

    def find(self, reference: Reference) -> Mapping[str, Any] | str:
        """Return what is known of the organisation, or the key of the problem."""
        found = self._by_name.get(name_key(reference.name), [])
        if reference.legal_id:
            wanted = legal_number(reference.legal_id)
            found = [row for row in found if legal_number(row["legal_id"]) in ("", wanted)]
            found = [row for row in found if row["legal_id"]] or found
        if len(found) > 1 and reference.country:
            found = [row for row in found if row["country"] == reference.country] or found
        if len(found) == 1:
            return found[0]
        return "organisation.ambiguous" if found else "organisation.unknown"


def differences(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be changed: values that differ; empty ones mean "not known" and change nothing."""
    return {name: value for name, value in wanted.items() if value not in ("", None, ()) and row[name] != value}
