"""Bring a database to the present shape of the tables, and write migrations.

For developers: `python -m store.migrate revision "What changes"` compares the tables with the migrations and writes the
next one; format and read it, and mend what a comparison cannot know (a renamed column, rows to convert).
"""

import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from store.engine import make_engine, normalised, translated
from store.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
#: Any number, the same in every process: one migrates, the others wait for it.
_ADVISORY_LOCK = 6_281_704_153


class MigrationError(Exception):
    """Say that a migration would leave the store inconsistent; nothing was changed."""


def upgrade(url: str | URL, revision: str = "head") -> None:
    """Run the migrations up to a revision, all in one transaction. Processes that come together take turns.

    :raises MigrationError: rows would refer to rows that do not exist (SQLite).
    :raises StoreUnavailable: the database cannot be reached.
    """
    with _connection(url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str | URL, revision: str) -> None:
    """Run the migrations down to a revision; `base` leaves no table. For tests and for developers."""
    with _connection(url) as connection:
        command.downgrade(_config(connection), revision)


def current(url: str | URL) -> str | None:
    """Give the revision that a database is at; nothing if it has never been migrated."""
    engine = make_engine(url, read_only=True)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


@cache
def head() -> str | None:
    """Give the newest revision that this program knows."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def is_at_head(engine: Engine) -> bool:
    """Tell whether a database has the shape that this program expects.

    :raises StoreUnavailable: the database cannot be reached.
    """
    with translated(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head()


def differences(url: str | URL) -> list[Any]:
    """List what only the tables of the program or only the database has, in Alembic's terms."""
    with _connection(url) as connection, _uncompared():
        options = {"compare_type": True, "compare_server_default": True, "render_as_batch": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def write_revision(message: str, scratch: str | URL | None = None) -> Path:
    """Write the migration from the newest revision to the tables as they are; returns its file.

    `scratch` is a database that may be migrated for the comparison, a new SQLite file by default. Give an empty
    PostgreSQL database where an index is made of expressions: SQLite does not tell of these, and they are left out.
    """
    with tempfile.TemporaryDirectory() as directory:
        url = scratch or f"sqlite:///{directory}/now.db"
        upgrade(url)
        with _connection(url) as connection, _uncompared():
            script = command.revision(_config(connection), message, autogenerate=True)
    if script is None or isinstance(script, list):
        raise MigrationError("No single migration was written.")
    return Path(script.path)


def _config(connection: Connection | None) -> Config:
    config = Config(stdout=StringIO(), attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


@contextmanager
def _uncompared() -> Iterator[None]:
    """Pass over in silence that SQLite does not tell of what expressions an index is made."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="autogenerate skipping metadata-specified expression-based index")
        warnings.filterwarnings("ignore", message="Skipped unsupported reflection of expression-based index")
        yield


@contextmanager
def _connection(url: str | URL) -> Iterator[Connection]:
    """Open the one transaction of a migration, with everybody else kept out."""
    address = normalised(url)
    engine = _sqlite_engine(address) if address.get_backend_name() == "sqlite" else create_engine(address)
    try:
        with ExitStack() as stack:
            with translated():  # what goes wrong later is the migration's own mistake, and is told as it is
                connection = stack.enter_context(engine.begin())
                if engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
            yield connection
            if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise MigrationError("The migration would leave rows that refer to nothing.")
    finally:
        engine.dispose()


def _sqlite_engine(url: URL) -> Engine:
    """Open a file without enforcing foreign keys: a batch migration drops tables that others refer to."""
    engine = make_engine(url)

    @event.listens_for(engine, "connect")
    def _unchecked(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=OFF").close()

    return engine


def main(arguments: list[str]) -> int:
    """Serve developers: `revision "message" [SCRATCH-URL]`, `upgrade URL` or `current URL`."""
    match arguments:
        case ["revision", message, *scratch] if len(scratch) <= 1:
            answer = str(write_revision(message, *scratch))
        case ["upgrade", url]:
            upgrade(url)
            answer = str(current(url))
        case ["current", url]:
            answer = str(current(url))
        case _:
            sys.stderr.write(
                'usage: python -m store.migrate (revision "message" [SCRATCH-URL] | upgrade URL | current URL)\n'
            )
            return 2
    sys.stdout.write(f"{answer}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
