"""The web workspace of two clusters: on both engines for what is kept, on SQLite for what is shown."""

import pytest

from store.engine import Database
from tests.surfaces.web.world import World, build_world


@pytest.fixture
def world(database: Database) -> World:
    return build_world(database)


@pytest.fixture
def small_world(sqlite_database: Database) -> World:
    return build_world(sqlite_database)
