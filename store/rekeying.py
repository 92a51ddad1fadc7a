"""Encrypting stored secrets with the newest key: every encrypted column of every table, in short transactions."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, LargeBinary, Table, select, type_coerce, update
from sqlmodel import Session

from store import crypto
from store.engine import Database
from store.tables import metadata
from store.tables.base import EncryptedText

_AT_ONCE = 200


@dataclass(slots=True)
class Rotation:
    """How many values were encrypted anew, had the newest key already, and can be read with no key."""

    rotated: int = 0
    current: int = 0
    unreadable: int = 0


def encrypted_columns() -> tuple[Column[object], ...]:
    """Return every column whose values are encrypted."""
    tables = metadata.sorted_tables
    return tuple(column for table in tables for column in table.columns if isinstance(column.type, EncryptedText))


def rotate_all(database: Database) -> Rotation:
    """Encrypt every secret with the first key; harmless to repeat, and beside a running deployment.

    :raises EncryptionError: no key is configured. :raises StoreUnavailable: the database cannot be used.
    """
    done = Rotation()
    for column in encrypted_columns():
        after = 0
        while True:
            with database.write() as session:
                page = list(_page(session, column, after))
                for key, value in page:
                    _rotate(session, column, key, value, done)
            if not page:
                break
            after = page[-1][0]
    return done


def count_unreadable(database: Database) -> int:
    """Count the secrets that none of the keys can read."""
    unreadable = 0
    with database.read() as session:
        for column in encrypted_columns():
            after = 0
            while page := list(_page(session, column, after)):
                unreadable += sum(not _is_readable(value) for _, value in page)
                after = page[-1][0]
    return unreadable


def _page(session: Session, column: Column[object], after: int) -> Iterator[tuple[int, bytes]]:
    """Return the next values as they are stored, with their ids."""
    table: Table = column.table  # type: ignore[assignment]
    raw = type_coerce(column, LargeBinary)
    query = select(table.c.id, raw).where(table.c.id > after, column.is_not(None)).order_by(table.c.id).limit(_AT_ONCE)
    for key, value in session.execute(query):
        yield int(key), bytes(value)


def _rotate(session: Session, column: Column[object], key: int, value: bytes, done: Rotation) -> None:
    if crypto.is_newest(value):
        done.current += 1
        return
    try:
        anew = crypto.rotate(value)
    except crypto.EncryptionError:
        done.unreadable += 1
        return
    table: Table = column.table  # type: ignore[assignment]
    raw = type_coerce(column, LargeBinary)
    # Whoever wrote another value meanwhile wrote it with the newest key.
    statement = update(table).where(table.c.id == key, raw == value)
    session.execute(statement.values({column: type_coerce(anew, LargeBinary)}))
    done.rotated += 1


def _is_readable(value: bytes) -> bool:
    try:
        crypto.decrypt(value)
    except crypto.EncryptionError:
        return False
    return True
