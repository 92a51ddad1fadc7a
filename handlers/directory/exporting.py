"""The export of the directory, in the format of the import: read back, it changes nothing."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from domain.errors import Invalid, NotAllowed
from domain.organisations import MembershipState
from domain.text import shorten
from handlers.directory.cells import guard, join_items
from handlers.directory.formats import FORMATS
from handlers.directory.importing import Progress, cluster_of, silent
from handlers.work import Actor, Kit
from store.engine import Database, Session
from store.queries import directory as query
from store.queries.profiles import text_of
from store.tables.challenges import Challenge
from store.tables.people import Cluster, Membership, Organisation, Person, Profile

Row = Mapping[str, Any]
_MANAGERS: Final = ("organisations", "people", "profiles", "challenges")


@dataclass(frozen=True, slots=True)
class Exported:
    """One file that was written, and how many entries it has."""

    kind: str
    path: Path
    rows: int


def export(
    database: Database,
    kit: Kit,
    folder: Path,
    *,
    kind: str = "",
    actor: Actor | None = None,
    cluster_id: int | None = None,
    progress: Progress = silent,
) -> tuple[Exported, ...]:
    """Write the directory (or only `kind`) as CSV files into a folder and say what was written; blocks.

    `actor` None is the operator, who gets everything; a manager gets what belongs to the cluster `cluster_id`. Each
    file appears when it is complete. `progress` is called with rows written.

    :raises NotAllowed: "directory.managers_only" or "directory.operator_only".
    :raises Invalid: "directory.kind.unknown".
    """
    del kit
    if kind and kind not in FORMATS:
        raise Invalid("directory.kind.unknown", kind=shorten(kind, 40), kinds=", ".join(FORMATS))
    own = cluster_of(actor, cluster_id)
    if own is not None and kind == "clusters":
        raise NotAllowed("directory.operator_only")
    kinds = (kind,) if kind else tuple(FORMATS) if own is None else _MANAGERS
    folder.mkdir(parents=True, exist_ok=True)
    done: list[Exported] = []
    for one in kinds:
        with database.read() as session:
            before = sum(exported.rows for exported in done)
            done.append(_write(session, folder / f"{one}.csv", one, own, lambda rows: progress(before + rows, None)))  # noqa: B023
    return tuple(done)


def _write(session: Session, path: Path, kind: str, own: int | None, progress: Callable[[int], None]) -> Exported:
    columns, count = FORMATS[kind].columns, 0
    partly = path.with_suffix(".csv.part")
    try:
        with partly.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(columns)
            for page in _PAGES[kind](session, own):
                rows = [[guard(_cell(row.get(name))) for name in columns] for row in page]
                writer.writerows(rows)
                count += len(rows)
                progress(count)
        os.replace(partly, path)
    finally:
        partly.unlink(missing_ok=True)
    return Exported(kind, path, count)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return join_items([str(item) for item in value])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(value)


def _euros(cents: int | None) -> str:
    return "" if cents is None else str(Decimal(cents) / 100 if cents % 100 else cents // 100)


class _Names:
    """How clusters are named in the files: with the country where the name alone would not do."""

    def __init__(self, session: Session) -> None:
        rows = query.clusters(session)
        keys = [row["name_key"] for row in rows]
        self._names = {
            row["id"]: f"{row['name']} ({row['country']})" if keys.count(row["name_key"]) > 1 else row["name"]
            for row in rows
        }

    def of(self, ids: Iterable[int]) -> tuple[str, ...]:
        return tuple(self._names[one] for one in ids if one in self._names)


def _organisation_ids(session: Session, own: int | None) -> Collection[int] | None:
    return None if own is None else query.organisations_in(session, own)


def _clusters(session: Session, _own: int | None) -> Iterator[Iterable[Row]]:
    yield from query.pages(session, Cluster)


def _organisations(session: Session, own: int | None) -> Iterator[Iterable[Row]]:
    names = _Names(session)
    for page in query.pages(session, Organisation, only=_organisation_ids(session, own)):
        members = query.clusters_of(session, [row["id"] for row in page])
        yield [
            {
                **row,
                "clusters": names.of(sorted(members.get(row["id"], ()), key=lambda one: one != row["home_cluster_id"])),
                "turnover_eur": _euros(row["turnover_cents"]),
                "balance_eur": _euros(row["balance_cents"]),
            }
            for row in page
        ]


def _people(session: Session, own: int | None) -> Iterator[Iterable[Row]]:
    names = _Names(session)
    for page in query.pages(session, Membership):
        kept = [row for row in page if row["state"] == MembershipState.ACTIVE and own in (None, row["cluster_id"])]
        persons = query.rows_by_id(session, Person, {row["person_id"] for row in kept})
        ids = {row["organisation_id"] for row in kept if row["organisation_id"] is not None}
        organisations = query.rows_by_id(session, Organisation, ids)
        yield [
            {
                **persons[row["person_id"]],
                "language": persons[row["person_id"]]["locale"],
                "role": row["role"],
                "cluster": names.of([row["cluster_id"]]),
                "organisation": organisations.get(row["organisation_id"], {}).get("name"),
                "legal_id": organisations.get(row["organisation_id"], {}).get("legal_id"),
            }
            for row in kept
            if persons[row["person_id"]]["email"]
        ]


def _profiles(session: Session, own: int | None) -> Iterator[Iterable[Row]]:
    members = None if own is None else set(query.organisations_in(session, own))
    for page in query.pages(session, Profile):
        ids = [row["organisation_id"] for row in page if members is None or row["organisation_id"] in members]
        organisations = query.rows_by_id(session, Organisation, ids)
        competences = query.competences_of(session, ids)
        profiles = {row["organisation_id"]: text_of(row, competences.get(row["organisation_id"], ())) for row in page}
        yield [
            {
                "organisation": organisations[key]["name"],
                "legal_id": organisations[key]["legal_id"],
                "country": organisations[key]["country"],
                "capacity": organisations[key]["capacity"],
                **{name: getattr(profiles[key], name) for name in _PROFILE_COLUMNS},
            }
            for key in ids
            if profiles[key].summary
        ]


def _challenges(session: Session, own: int | None) -> Iterator[Iterable[Row]]:
    for page in query.pages(session, Challenge):
        kept = [row for row in page if own in (None, row["owner_cluster_id"]) and row["problem"] and row["must_haves"]]
        owners = query.rows_by_id(session, Organisation, {row["organisation_id"] for row in kept})
        yield [
            {
                **row,
                "text": row["problem"],
                "deadline": row["deadline_on"],
                "owner": owners[row["organisation_id"]]["name"],
                "legal_id": owners[row["organisation_id"]]["legal_id"],
                "country": owners[row["organisation_id"]]["country"],
                "criteria": tuple(f"{text}: {weight}" for text, weight in row["criteria"]),
            }
            for row in kept
        ]


_PROFILE_COLUMNS: Final = ("language", "summary", "solutions", "skills", "technologies", "sought", "evidence", "trl")
_PAGES: Final[dict[str, Callable[[Session, int | None], Iterator[Iterable[Row]]]]] = {
    "clusters": _clusters,
    "organisations": _organisations,
    "people": _people,
    "profiles": _profiles,
    "challenges": _challenges,
}
