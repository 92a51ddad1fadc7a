"""Exporting the directory: what is written reads back and changes nothing, and a manager gets the own cluster."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from domain.errors import Invalid, NotAllowed
from handlers.directory.exporting import export
from handlers.directory.importing import import_file
from handlers.people import recognise
from handlers.work import Actor
from store.tables.people import Organisation
from tests.world import NOW, World

ROOT = Path(__file__).parents[3]
KINDS = ("clusters", "organisations", "people", "profiles", "challenges")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def actor_of(world: World) -> Actor:
    with world.database.read() as session:
        actor, _ = recognise(session, world.manager_owner)
    assert actor is not None
    return actor


def test_an_export_reads_back_and_changes_nothing(world: World, tmp_path: Path):
    for kind in KINDS:
        assert import_file(world.database, world.kit, ROOT / "examples" / f"{kind}.csv", now=NOW).done
    tricky = tmp_path / "tricky.csv"
    tricky.write_text(
        "kind,name,country,clusters,sectors,turnover_eur\n"
        'sme,"=Formula ""quoted"", here",DK,CLEAN,a|b \\| c,"1234,5"\n'
        "sme,Plain,SE,Clean Tech Delta|CLEAN,,\n"
    )
    assert import_file(world.database, world.kit, tricky, now=NOW).done
    with world.database.write() as session:
        session.get_one(Organisation, world.buyer_organisation).natural_key = "web:nordkaj.example.org"
    done = export(world.database, world.kit, tmp_path / "out")
    assert [one.kind for one in done] == list(KINDS)
    for one in done:
        report = import_file(world.database, world.kit, one.path, now=NOW)
        assert (report.done, report.read, report.unchanged) == (True, one.rows, one.rows), one.kind
    again = export(world.database, world.kit, tmp_path / "again")
    assert [one.path.read_bytes() for one in again] == [one.path.read_bytes() for one in done]


def test_an_export_fills_an_empty_deployment(world: World, tmp_path: Path):
    done = export(world.database, world.kit, tmp_path, kind="organisations")
    with world.database.write() as session:
        row = session.get_one(Organisation, world.buyer_organisation)
        row.natural_key, row.name, row.name_key, row.website = "gone", "Gone", "gone", ""
    report = import_file(world.database, world.kit, done[0].path, now=NOW)
    assert (report.added, report.unchanged) == (1, 2)


def test_formulas_cannot_run_in_a_spreadsheet(world: World, tmp_path: Path):
    with world.database.write() as session:
        session.get_one(Organisation, world.buyer_organisation).name = "=HYPERLINK(0)"
    export(world.database, world.kit, tmp_path, kind="organisations")
    assert rows_of(tmp_path / "organisations.csv")[0]["name"] == "'=HYPERLINK(0)"


def test_a_manager_gets_what_belongs_to_the_own_cluster(world: World, tmp_path: Path):
    done = export(world.database, world.kit, tmp_path, actor=actor_of(world))
    assert [one.kind for one in done] == list(KINDS[1:])
    assert {row["name"] for row in rows_of(tmp_path / "organisations.csv")} == {"Nordkaj Utility", "Fjordsensor"}
    assert {row["organisation"] for row in rows_of(tmp_path / "profiles.csv")} == {"Fjordsensor"}
    assert {row["cluster"] for row in rows_of(tmp_path / "people.csv")} == {"CLEAN"}


def test_others_get_nothing(world: World, tmp_path: Path):
    folder = tmp_path / "out"
    with pytest.raises(NotAllowed, match=r"directory\.operator_only"):
        export(world.database, world.kit, folder, kind="clusters", actor=actor_of(world))
    with pytest.raises(NotAllowed, match=r"directory\.managers_only"):
        export(world.database, world.kit, folder, actor=actor_of(world), cluster_id=world.delta)
    with pytest.raises(Invalid, match=r"directory\.kind\.unknown"):
        export(world.database, world.kit, folder, kind="vouchers")
    assert not folder.exists()
