"""Importing profiles: one for each organisation, named by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.organisations import NAME_MAX
from domain.profiles import CAPACITY_MAX, ITEM_MAX, ITEMS_MAX, SOLUTION_MAX, TEXT_MAX, ProfileText
from handlers.directory.cells import Cells
from handlers.directory.scope import Reference, References, Scope, Settled, read_reference
from handlers.work import Work
from store.engine import Session
from store.queries import directory as query
from store.queries.profiles import competence_rows, text_of
from store.tables.people import Competence, Organisation, Profile

_LISTS: Final = ("skills", "technologies", "sought")


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One row of a file of profiles."""

    line: int
    organisation: Reference
    text: ProfileText
    capacity: int | None


class ProfileImporter:
    """Imports profiles."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def begin(self, session: Session) -> None:
        """Nothing is needed beforehand."""

    def parse(self, cells: Cells) -> ProfileRow:
        """Read a row."""
        organisation = read_reference(cells, "organisation", limit=NAME_MAX)
        if not organisation.name:
            cells.wrong("organisation", "required")
        languages = cells.languages("language", most=1)
        lists = {name: cells.items(name, limit=ITEM_MAX, most=ITEMS_MAX, lines=True) for name in _LISTS}
        text = ProfileText(
            language=languages[0] if languages else "",
            summary=cells.text("summary", limit=TEXT_MAX, required=True),
            solutions=cells.items("solutions", limit=SOLUTION_MAX, most=ITEMS_MAX, lines=True),
            evidence=cells.text("evidence", limit=TEXT_MAX),
            trl=cells.number("trl", lowest=1, highest=9),
            **lists,
        )
        return ProfileRow(cells.row_line, organisation, text, cells.number("capacity", lowest=0, highest=CAPACITY_MAX))

    def settle(self, work: Work, records: Sequence[ProfileRow], *, write: bool) -> Settled:
        """Compare profiles with those in the store, and write them."""
        settled = Settled()
        pairs = self._pairs(work, records, settled)
        known = query.profiles_of(work.session, [row["id"] for _, row in pairs])
        fresh: dict[int, ProfileText] = {}
        capacities: dict[int, dict[str, Any]] = {}
        unsure = {row["id"] for record, row in pairs if _is_other(record.text, known.get(row["id"]))}
        competences = query.competences_of(work.session, [key for key in unsure if key in known])
        for record, row in pairs:
            key = row["id"]
            if record.capacity is not None and record.capacity != row["capacity"]:
                capacities[key] = {"capacity": record.capacity}
            text, is_other = record.text, key in unsure
            if key in known and is_other:
                stored = text_of(known[key], competences.get(key, ()))
                text = text.over(stored)
                is_other = text.digest() != stored.digest()
            if is_other:
                fresh[key] = text
            settled.added += key not in known
            settled.changed += key in known and (is_other or key in capacities)
            settled.unchanged += key in known and not is_other and key not in capacities
        if write:
            _write(work, fresh, known, capacities)
        return settled

    def _pairs(
        self, work: Work, records: Sequence[ProfileRow], settled: Settled
    ) -> list[tuple[ProfileRow, Mapping[str, Any]]]:
        references = References(work.session, {record.organisation for record in records})
        pairs: list[tuple[ProfileRow, Mapping[str, Any]]] = []
        for record in records:
            row, name = references.find(record.organisation), record.organisation.name
            if isinstance(row, str):
                settled.refuse(record.line, "organisation", row, value=name)
            elif first := self._scope.seen(record.line, "profile", row["id"]):
                settled.refuse(record.line, "organisation", "twice", earlier=first)
            elif self._scope.cluster_id not in (None, row["home_cluster_id"]):
                settled.refuse(record.line, "organisation", "organisation.not_yours", value=name)
            else:
                pairs.append((record, row))
        return pairs


def _is_other(text: ProfileText, row: Mapping[str, Any] | None) -> bool:
    return row is None or row["content_hash"] != text.digest()


def _write(
    work: Work,
    fresh: Mapping[int, ProfileText],
    known: Mapping[int, Mapping[str, Any]],
    capacities: Mapping[int, dict[str, Any]],
) -> None:
    session, now = work.session, work.now
    columns = {
        key: {
            "language": text.language,
            "summary": text.summary,
            "evidence": text.evidence,
            "trl": text.trl,
            "content_hash": text.digest(),
            "confirmed_at": now,
        }
        for key, text in fresh.items()
    }
    new = [{"organisation_id": key, **values} for key, values in columns.items() if key not in known]
    query.insert_rows(session, Profile, new, now=now)
    old = {known[key]["id"]: values for key, values in columns.items() if key in known}
    query.update_rows(session, Profile, old, now=now)
    query.drop_competences(session, [key for key in fresh if key in known])
    rows = [row for key, text in fresh.items() for row in competence_rows(key, text)]
    query.insert_rows(session, Competence, rows, now=now)
    query.update_rows(session, Organisation, capacities, now=now)
