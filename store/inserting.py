"""Insert what may be there already. Written once per table and engine: the writing costs more than the insert."""

from functools import cache
from typing import Any

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def dialect_of(session: Session) -> str:
    """Tell whether a session is on `sqlite` or on `postgresql`."""
    return session.get_bind().dialect.name


def insert_new(session: Session, model: type[SQLModel], rows: list[dict[str, Any]], *, returning: str) -> list[Any]:
    """Insert rows and pass over those that violate a unique key; returns one column of those that are new."""
    statement = _insert_new(dialect_of(session), _table(model), returning)
    # One row is given by itself: a list of one would be treated as a batch, which is slower.
    return list(session.execute(statement, rows if len(rows) != 1 else rows[0]).scalars())


def put(session: Session, model: type[SQLModel], row: dict[str, Any]) -> None:
    """Insert a row, or overwrite the one that has its primary key."""
    session.execute(_put(dialect_of(session), _table(model)), row)


def _table(model: type[SQLModel]) -> Table:
    table: Any = model.__table__  # type: ignore[attr-defined]
    return table


def _insert(dialect: str, table: Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _insert_new(dialect: str, table: Table, returning: str) -> Insert:
    statement: Insert = _insert(dialect, table).on_conflict_do_nothing().returning(table.c[returning])
    return statement


@cache
def _put(dialect: str, table: Table) -> Insert:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    done: Insert = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return done
