"""The migrations lead to the tables of the program, on both engines, and back to nothing."""

import subprocess
import sys
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import URL, create_engine, inspect, text
from sqlmodel import SQLModel, select

from store import migrate
from store.engine import Database, make_engine
from store.tables.introductions import Decision
from tests.integration.handlers.jobs import run_jobs
from tests.world import CLEAN_MANAGERS, build_world


def revisions() -> list[str]:
    scripts = ScriptDirectory(str(migrate.MIGRATIONS))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def shape(url: str | URL) -> dict[str, Any]:
    """Describe every table so that two databases of one engine can be compared."""
    engine = create_engine(url)
    if engine.dialect.name == "postgresql":
        queries = {
            "columns": "SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default, "
            "character_maximum_length FROM information_schema.columns WHERE table_schema = 'public'",
            "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace",
            "policies": "SELECT tablename, policyname, permissive, roles, cmd, qual, with_check FROM pg_policies",
            "walls": "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relrowsecurity",
            "functions": "SELECT proname, prosrc, provolatile FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        }
        with engine.connect() as connection:
            found = {name: sorted(map(str, connection.execute(text(sql)))) for name, sql in queries.items()}
        described = {name: [row for row in rows if "alembic_version" not in row] for name, rows in found.items()}
    else:
        with engine.connect() as connection:
            sql = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
            described: dict[str, Any] = {"indexes": [str(row) for row in connection.execute(text(sql))]}
        inspector = inspect(engine)
        for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
            columns = [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)]
            checks = [(c["name"], c["sqltext"]) for c in inspector.get_check_constraints(table)]
            keys = [
                (k["name"], k["referred_table"], k["constrained_columns"]) for k in inspector.get_foreign_keys(table)
            ]
            unique = [(u["name"], u["column_names"]) for u in inspector.get_unique_constraints(table)]
            described[table] = [sorted(map(str, part)) for part in (columns, checks, keys, unique)]
    engine.dispose()
    return described


def test_the_migrations_form_one_line() -> None:
    assert len(ScriptDirectory(str(migrate.MIGRATIONS)).get_heads()) == 1


def test_every_migration_goes_up_and_at_the_end_nothing_differs(empty_url: str) -> None:
    for revision in revisions():
        migrate.upgrade(empty_url, revision)
        assert migrate.current(empty_url) == revision
    assert migrate.differences(empty_url) == []


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrations_make_the_tables_of_the_program(database: Database, request: pytest.FixtureRequest) -> None:
    migrated: str = request.getfixturevalue("sqlite_url" if database.dialect == "sqlite" else "postgres_url")
    migrate.upgrade(migrated)
    ours, theirs = shape(database.url), shape(migrated)
    assert ours.keys() == theirs.keys()
    assert {name: rows for name, rows in theirs.items() if rows != ours[name]} == {}


def test_the_migrations_go_down_to_nothing(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    migrate.downgrade(empty_url, "base")
    engine = make_engine(empty_url)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    engine.dispose()
    assert migrate.current(empty_url) is None


def test_only_a_migrated_database_is_at_the_head(empty_url: str) -> None:
    engine = make_engine(empty_url)
    assert not migrate.is_at_head(engine)
    migrate.upgrade(empty_url)
    assert migrate.is_at_head(engine)
    engine.dispose()


def test_processes_that_migrate_at_the_same_time_take_turns(empty_url: str) -> None:
    # Processes, because Alembic's context is global to one.
    command = [sys.executable, "-m", "store.migrate", "upgrade", empty_url]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=60)[0].strip() for process in both]
    assert answers == [migrate.head()] * 2


def test_a_migration_that_would_leave_orphans_changes_nothing(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id))"))
        connection.execute(text("INSERT INTO child VALUES (7)"))
    with pytest.raises(migrate.MigrationError):
        migrate.upgrade(sqlite_url)
    assert set(inspect(engine).get_table_names()) == {"parent", "child"}
    engine.dispose()


def test_a_developer_is_told_how_to_use_the_command(capsys: pytest.CaptureFixture[str], sqlite_url: str) -> None:
    assert migrate.main([]) == 2
    assert "revision" in capsys.readouterr().err
    assert migrate.main(["upgrade", sqlite_url]) == 0
    assert migrate.main(["current", sqlite_url]) == 0
    assert capsys.readouterr().out.split() == [migrate.head()] * 2


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_every_constraint_has_a_name(database: Database) -> None:
    inspector = inspect(database.engine)
    for table in SQLModel.metadata.tables:
        found = [*inspector.get_foreign_keys(table), *inspector.get_unique_constraints(table)]
        found += [*inspector.get_check_constraints(table), inspector.get_pk_constraint(table)]
        assert all(constraint["name"] for constraint in found), table


def test_decisions_of_before_get_what_is_learnt_from(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    database = Database(empty_url)
    world = build_world(database)
    world.published()
    run_jobs(world)
    card = world.only(CLEAN_MANAGERS, holding="Fjordsensor").card
    world.press(world.manager_owner, card, "suggestion.approve")
    with database.read() as session:
        kept = session.exec(select(Decision)).one().model_dump()
    database.close()
    migrate.downgrade(empty_url, "66e437423bc0")
    migrate.upgrade(empty_url)
    database = Database(empty_url)
    with database.read() as session:
        assert session.exec(select(Decision)).one().model_dump() == kept
    database.close()
    assert kept["sub_scores"]
