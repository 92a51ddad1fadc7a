"""Importing organisations: by legal id, else by the domain of the website, else by name and country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.organisations import NAME_MAX, OrganisationKind, name_key, natural_keys, website_domain
from handlers.directory.cells import Cells
from handlers.directory.scope import ClusterNames, Scope, Settled, differences
from handlers.work import Work
from matching import NameBlocks
from messages.notices.directory import NearName
from store.engine import Session
from store.queries import directory as query
from store.tables.people import Organisation

_ITEM_MAX: Final = 120
_HEADCOUNT_MAX: Final = 10_000_000
_CAPACITY_MAX: Final = 100
#: Names held for the report of near-duplicates; what comes beyond is imported and not compared.
COMPARED_MAX: Final = 100_000
_DEEPEST: Final = 200
_STRENGTH: Final = ("name", "web", "id")


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One row of a file of organisations; `keys` are its natural keys, the strongest first."""

    line: int
    name: str
    country: str
    keys: tuple[str, ...]
    clusters: tuple[str, ...]
    values: dict[str, Any]


class OrganisationImporter:
    """Imports organisations, and reports names that resemble others."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def begin(self, session: Session) -> None:
        """Read the names of clusters, and of as many organisations as are compared."""
        self._clusters = ClusterNames(session)
        self._scope.newest = query.newest_organisation(session)
        self._names, self._held = NameBlocks(deepest=_DEEPEST), 0
        for page in query.pages(session, Organisation):
            for row in page:
                if self._held >= COMPARED_MAX:
                    return
                self._remember(row["name"])

    def _remember(self, name: str) -> None:
        if self._held < COMPARED_MAX:
            self._names.add(name)
            self._held += 1

    def parse(self, cells: Cells) -> OrganisationRow:
        """Read a row."""
        name = cells.line("name", limit=NAME_MAX, required=True)
        country = cells.country("country", required=True)
        values: dict[str, Any] = {
            "kind": cells.choice("kind", tuple(OrganisationKind), required=True),
            "website": cells.website("website"),
            "legal_id": cells.line("legal_id", limit=_ITEM_MAX),
            "city": cells.line("city", limit=_ITEM_MAX),
            "parent_group": cells.line("parent_group", limit=NAME_MAX),
            "sectors": cells.items("sectors", limit=_ITEM_MAX, most=30),
            "brands": cells.items("brands", limit=_ITEM_MAX, most=50),
            "languages": cells.languages("languages"),
            "countries": cells.countries("countries", most=60),
            "headcount": cells.number("headcount", lowest=0, highest=_HEADCOUNT_MAX),
            "turnover_cents": cells.cents("turnover_eur"),
            "balance_cents": cells.cents("balance_eur"),
            "capacity": cells.number("capacity", lowest=0, highest=_CAPACITY_MAX),
            "invented": cells.yes("invented"),
        }
        keys = natural_keys(name=name, country=country, legal_id=values["legal_id"], website=values["website"])
        clusters = cells.items("clusters", limit=NAME_MAX, most=30)
        row = OrganisationRow(cells.row_line, name, country, keys, clusters, values)
        if not cells.problems and (first := self._same(row)):
            cells.wrong("name", "twice", earlier=first)
        return row

    def _same(self, row: OrganisationRow) -> int:
        """Return the line of an earlier row that is the same organisation, 0 if there is none.

        It is, where the strongest key of one is any key of the other.
        """
        known = [self._scope.seen(row.line, "known as", key) for key in row.keys]
        self._scope.seen(row.line, "is", row.keys[0])
        is_it = [self._scope.glance("is", key) for key in row.keys[1:]]
        return known[0] or next((line for line in is_it if line), 0)

    def settle(self, work: Work, records: Sequence[OrganisationRow], *, write: bool) -> Settled:
        """Compare organisations with those in the store, and write them."""
        settled = Settled()
        found = _Known(work.session, records, newest=self._scope.newest)
        new: list[tuple[OrganisationRow, list[int]]] = []
        changed: dict[int, dict[str, Any]] = {}
        members = query.clusters_of(work.session, [row["id"] for row in found.rows()])
        pairs: list[tuple[int, int]] = []
        for record in records:
            known = found.of(record)
            clusters = self._clusters_for(record, members.get(known["id"], []) if known else [], settled)
            if clusters is None or not self._may(record, known, settled):
                continue
            if known is None:
                new.append((record, clusters))
                self._report_near(record, settled)
                continue
            values = differences(known, _merged(record, known))
            if clusters and known["home_cluster_id"] is None:
                values["home_cluster_id"] = clusters[0]
            joins = [(known["id"], one) for one in clusters if one not in members.get(known["id"], ())]
            pairs += joins
            if values:
                changed[known["id"]] = values
            settled.changed += bool(values or joins)
            settled.unchanged += not (values or joins)
        settled.added = len(new)
        if write:
            query.update_rows(work.session, Organisation, changed, now=work.now)
            query.insert_rows(work.session, Organisation, [_columns(*one) for one in new], now=work.now)
            ids = {
                r["natural_key"]: r["id"] for r in query.organisations_by_key(work.session, [o.keys[0] for o, _ in new])
            }
            pairs += [(ids[record.keys[0]], cluster) for record, clusters in new for cluster in clusters]
            query.join_clusters(work.session, pairs)
        return settled

    def _clusters_for(self, record: OrganisationRow, already: Sequence[int], settled: Settled) -> list[int] | None:
        """Return the clusters of a row, home first; None if one is wrong."""
        own = self._scope.cluster_id
        ids: list[int] = []
        for name in record.clusters:
            found = self._clusters.find(name, country=record.country)
            if isinstance(found, str):
                settled.refuse(record.line, "clusters", found, value=name)
                return None
            if own is not None and found != own and found not in already:
                settled.refuse(record.line, "clusters", "cluster.not_yours", value=name)
                return None
            ids.append(found)
        return list(dict.fromkeys(ids)) or ([own] if own is not None else [])

    def _may(self, record: OrganisationRow, known: Mapping[str, Any] | None, settled: Settled) -> bool:
        if known is None:
            return True
        if first := self._scope.seen(record.line, "target", known["id"]):
            settled.refuse(record.line, "name", "twice", earlier=first)
            return False
        own = self._scope.cluster_id
        if own is not None and known["home_cluster_id"] not in (None, own):
            settled.refuse(record.line, "name", "organisation.not_yours", value=record.name)
            return False
        return True

    def _report_near(self, record: OrganisationRow, settled: Settled) -> None:
        if self._held >= COMPARED_MAX:
            return
        settled.near += [NearName(record.line, record.name, one.name) for one in self._names.similar(record.name, 1)]
        self._remember(record.name)


class _Known:
    """The organisations in the store that a batch of rows may be."""

    def __init__(self, session: Session, records: Sequence[OrganisationRow], *, newest: int) -> None:
        keys = {key for record in records for key in record.keys}
        self._by_key = {row["natural_key"]: row for row in query.organisations_by_key(session, keys)}
        self._by_name: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        names = {name_key(record.name) for record in records if record.keys[0] not in self._by_key}
        for row in query.organisations_by_name(session, names):
            if row["id"] <= newest:
                self._by_name.setdefault((row["name_key"], row["country"]), []).append(row)

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Give all of them."""
        yield from self._by_key.values()
        for rows in self._by_name.values():
            yield from rows

    def of(self, record: OrganisationRow) -> Mapping[str, Any] | None:
        """Return the organisation that a row is: by its strongest key, or by name where nothing contradicts."""
        for key in record.keys:
            row = self._by_key.get(key)
            if row is not None and (key == record.keys[0] or _agrees(record, row)):
                return row
        alike = [r for r in self._by_name.get((name_key(record.name), record.country), []) if _agrees(record, r)]
        return alike[0] if len(alike) == 1 else None


def _agrees(record: OrganisationRow, row: Mapping[str, Any]) -> bool:
    """Tell whether a row may be an organisation that was found by less than its strongest key."""
    legal_id, website = record.values["legal_id"], record.values["website"]
    if legal_id and row["legal_id"]:
        return record.keys[0] == natural_keys(name=record.name, country=record.country, legal_id=row["legal_id"])[0]
    return not (website and row["website"]) or website_domain(website) == website_domain(row["website"])


def _merged(record: OrganisationRow, row: Mapping[str, Any]) -> dict[str, Any]:
    own, kept = record.keys[0], row["natural_key"]
    stronger = _STRENGTH.index(own.partition(":")[0]) > _STRENGTH.index(kept.partition(":")[0])
    return {
        **record.values,
        "name": record.name,
        "name_key": name_key(record.name),
        "country": record.country,
        "natural_key": own if stronger else kept,
    }


def _columns(record: OrganisationRow, clusters: Sequence[int]) -> dict[str, Any]:
    values = record.values
    return {
        **values,
        "kind": OrganisationKind(values["kind"]),
        "capacity": 3 if values["capacity"] is None else values["capacity"],
        "invented": bool(values["invented"]),
        "name": record.name,
        "name_key": name_key(record.name),
        "country": record.country,
        "natural_key": record.keys[0],
        "home_cluster_id": clusters[0] if clusters else None,
    }
