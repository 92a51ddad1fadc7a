"""Insert what may be there already. Written once per table and engine: the writing costs more than the insert."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def dialect_of(session: Session) -> str:
    """Tell whether a session is on `sqlite` or on `postgresql`."""
    return session.get_bind().dialect.name


def insert_new(session: Session, model: type[SQLModel], rows: list[dict[str, Any]], *, returning: str) -> list[Any]:
    """Insert rows and pass over those that violate a unique key; returns one column of those that are new."""
    statement = _insert_new(dialect_of(session), _table(model), returning)
    # One row is given by itself: a list of one would be treated as a batch, which is slower.
    return list(session.connection().execute(statement, rows if len(rows) != 1 else rows[0]).scalars())


def insert_row(session: Session, model: type[SQLModel], values: Mapping[str, Any]) -> int:
    """Insert one row and return its id; what `values` leaves out has the default of the model.

    No object is made of it, which costs more than the insert.
    """
    table, kind = _table(model), cast("Any", model)
    return int(session.connection().execute(_insert_row(table), {**_defaults(kind), **values}).scalar_one())


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
def _defaults(model: type[Any]) -> Mapping[str, Any]:
    fields = {name: field for name, field in model.model_fields.items() if name != "id" and not field.is_required()}
    return MappingProxyType({name: field.get_default(call_default_factory=True) for name, field in fields.items()})


@cache
def _insert_row(table: Table) -> Insert:
    return insert(table).returning(table.c["id"])


@cache
def _put(dialect: str, table: Table) -> Insert:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    done: Insert = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return done
