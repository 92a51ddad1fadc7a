"""What every aggregate needs: fetch by id, add, and change only what is still as it was read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import update
from sqlmodel import Session

from store.tables.base import Row

R = TypeVar("R", bound=Row)


def get(session: Session, table: type[R], key: int) -> R | None:
    """Return the row with this id, or None."""
    return session.get(table, key)


def add(session: Session, row: R) -> R:
    """Insert a row now, so that it has its id."""
    session.add(row)
    session.flush()
    return row


def change(session: Session, row: Row, *, now: datetime, where: Mapping[str, Any] | None = None, **values: Any) -> bool:
    """Change a row that is still at the version that was read, and still `where` says; tell whether it was.

    False means that somebody was faster: nothing was changed. The row in hand is brought up to date either way.
    """
    table = type(row)
    columns = table.__table__.c  # type: ignore[attr-defined]
    guards = [columns.id == row.id, columns.version == row.version]
    guards += [columns[name] == value for name, value in (where or {}).items()]
    statement = (
        update(table)
        .where(*guards)
        .values(**values, updated_at=now, version=columns.version + 1)
        .execution_options(synchronize_session=False)
    )
    changed = session.execute(statement).rowcount == 1  # type: ignore[attr-defined]
    session.refresh(row)
    return changed
