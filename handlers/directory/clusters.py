"""Importing clusters: by name and country, proposed until somebody sets them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.countries import ZONES
from domain.organisations import NAME_MAX, ClusterState, name_key
from handlers.directory.cells import Cells
from handlers.directory.scope import Scope, Settled, differences
from handlers.work import Work
from store.engine import Session
from store.queries import directory as query
from store.tables.people import Cluster

_TEXT_MAX: Final = 2000
_TEXTS: Final = ("focus", "founded", "members", "services", "strengths")
_LINES: Final = ("industry", "source", "contact_name", "contact_title", "contact_phone")


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """One row of a file of clusters."""

    line: int
    name: str
    country: str
    values: dict[str, Any]


class ClusterImporter:
    """Imports clusters."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def begin(self, session: Session) -> None:
        """Read the clusters there are."""
        self._known = {(row["name_key"], row["country"]): row for row in query.clusters(session)}

    def parse(self, cells: Cells) -> ClusterRow:
        """Read a row."""
        name = cells.line("name", limit=NAME_MAX, required=True)
        country = cells.country("country", required=True)
        values: dict[str, Any] = {column: cells.text(column, limit=_TEXT_MAX) for column in _TEXTS}
        values |= {column: cells.line(column, limit=NAME_MAX) for column in _LINES}
        values |= {
            "website": cells.website("website"),
            "languages": cells.languages("languages"),
            "zone": cells.zone("zone"),
            "contact_email": cells.email("contact_email"),
        }
        line = cells.row_line
        if name and country and (first := self._scope.seen(line, "cluster", name_key(name), country)):
            cells.wrong("name", "twice", earlier=first)
        return ClusterRow(line, name, country, values)

    def settle(self, work: Work, records: Sequence[ClusterRow], *, write: bool) -> Settled:
        """Compare clusters with those in the store, and write them."""
        settled = Settled()
        new: list[dict[str, Any]] = []
        changed: dict[int, dict[str, Any]] = {}
        for record in records:
            known = self._known.get((name_key(record.name), record.country))
            if known is None:
                new.append(_columns(record))
            elif values := differences(known, {"name": record.name, **record.values}):
                changed[known["id"]] = values
            else:
                settled.unchanged += 1
        settled.added, settled.changed = len(new), len(changed)
        if write:
            query.insert_rows(work.session, Cluster, new, now=work.now)
            query.update_rows(work.session, Cluster, changed, now=work.now)
        return settled


def _columns(record: ClusterRow) -> dict[str, Any]:
    return {
        **record.values,
        "zone": record.values["zone"] or ZONES.get(record.country, "UTC"),
        "name": record.name,
        "name_key": name_key(record.name),
        "country": record.country,
        "state": ClusterState.PROPOSED,
        "policy": {},
    }
