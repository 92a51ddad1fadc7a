"""Stored secrets are encrypted with the newest key by one command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from store import crypto, rekeying
from store.engine import Database
from store.queries.rows import add
from store.tables.accounts import Installation

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
OLD, NEW = crypto.generate_key(), crypto.generate_key()


@pytest.fixture(autouse=True)
def _keys() -> Iterator[None]:
    crypto.configure(OLD)
    yield
    crypto.configure("")


def installed(database: Database, count: int) -> None:
    with database.write() as session:
        for number in range(count):
            add(
                session,
                Installation(
                    surface="slack",
                    native_id=f"T{number}",
                    bot_token=f"xoxb-{number}",
                    refresh_token="xoxe" if number % 2 else None,
                    installed_at=NOW,
                    created_at=NOW,
                    updated_at=NOW,
                ),
            )


def test_every_secret_is_encrypted_anew_once_and_can_be_read_without_the_old_key(database: Database):
    installed(database, 450)
    crypto.configure(f"{NEW},{OLD}")
    first, second = rekeying.rotate_all(database), rekeying.rotate_all(database)
    assert (first.rotated, first.current, first.unreadable) == (675, 0, 0)
    assert (second.rotated, second.current, second.unreadable) == (0, 675, 0)
    crypto.configure(NEW)
    with database.read() as session:
        tokens = [row.bot_token for row in session.exec(select(Installation)).all()]
    assert sorted(filter(None, tokens)) == sorted(f"xoxb-{number}" for number in range(450))
    assert rekeying.count_unreadable(database) == 0


def test_what_no_key_can_read_is_counted_and_left_as_it_was(database: Database):
    installed(database, 1)
    crypto.configure(NEW)
    assert rekeying.count_unreadable(database) == 1
    assert rekeying.rotate_all(database).unreadable == 1
    crypto.configure(OLD)
    assert rekeying.count_unreadable(database) == 0


def test_every_encrypted_column_is_among_them():
    named = {f"{column.table.name}.{column.name}" for column in rekeying.encrypted_columns()}
    assert {"installation.bot_token", "installation.refresh_token", "calendar_feed.token"} <= named
