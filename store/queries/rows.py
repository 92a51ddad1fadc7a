"""What every aggregate needs: fetch by id, add, change only what is still as it was read, forget what is old."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import Table, Update, bindparam, delete, func, select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel, col

from store.tables.base import Row

R = TypeVar("R", bound=Row)
_UNREAD: Final = object()


def key_of(row: Row) -> int:
    """Return the id of a row that is in the store: it was read from it, or written and flushed.

    :raises LookupError: it is in no store yet; that is a mistake of the program.
    """
    if row.id is None:
        raise LookupError(f"a {type(row).__name__} that was never flushed has no id")
    return row.id


def get(session: Session, table: type[R], key: int) -> R | None:
    """Return the row with this id, or None."""
    return session.get(table, key)


def add(session: Session, row: R) -> R:
    """Insert a row now, so that it has its id."""
    session.add(row)
    session.flush()
    return row


def remove(session: Session, row: Row) -> None:
    """Delete a row now."""
    session.delete(row)
    session.flush()


def lock(session: Session, row: Row) -> None:
    """Bring a row up to date, and let nobody else change or lock it before this transaction ends."""
    session.refresh(row, with_for_update=True)


def change(session: Session, row: Row, *, now: datetime, where: Mapping[str, Any] | None = None, **values: Any) -> bool:
    """Change a row that is still at the version that was read, and still `where` says; tell whether it was.

    False means that somebody was faster: nothing was changed. The row in hand is brought up to date either way.
    """
    session.flush()
    table: Table = type(row).__table__  # type: ignore[attr-defined]
    expected, values = {"id": row.id, "version": row.version, **(where or {})}, {**values, "updated_at": now}
    absent = frozenset(name for name, value in expected.items() if value is None)
    statement = _changing(table, tuple(expected), absent, tuple(values))
    given = {f"old_{name}": value for name, value in expected.items() if name not in absent}
    given |= {f"new_{name}": value for name, value in values.items()}
    # The row in hand is filled from what the statement returns: asking for it once more costs as much as the change.
    stands = session.connection().execute(statement, given).mappings().one_or_none()
    if stands is None:
        session.refresh(row)
        return False
    for name, value in stands.items():
        if row.__dict__.get(name, _UNREAD) != value:
            set_committed_value(row, name, value)
    return True


@cache
def _changing(table: Table, expected: tuple[str, ...], absent: frozenset[str], changed: tuple[str, ...]) -> Update:
    """Write the guarded update of these columns; `old_…` and `new_…` are its parameters."""
    guards = [
        table.c[name].is_(None) if name in absent else table.c[name] == bindparam(f"old_{name}") for name in expected
    ]
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in changed}
    return update(table).where(*guards).values(**values, version=table.c.version + 1).returning(table)


def forget_oldest(session: Session, table: type[SQLModel], *, stamp: Any, before: datetime, limit: int) -> int:
    """Delete those of the `limit` lowest ids that bear a stamp before an instant; return how many.

    For tables whose ids grow with time: it costs what is looked at, not what is stored. The newest row stays, so that
    SQLite, which goes on counting from there, gives no id twice.
    """
    key: Any = table.id  # type: ignore[attr-defined]
    newest = select(func.max(key)).scalar_subquery()
    eldest = select(key, col(stamp).label("stamp")).where(key < newest).order_by(key).limit(limit).subquery()
    old = select(eldest.c.id).where(eldest.c.stamp < before)
    result: Any = session.execute(delete(table).where(key.in_(old)).execution_options(synchronize_session=False))
    return int(result.rowcount)
