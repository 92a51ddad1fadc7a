"""Whose eyes a transaction has: rows of other clusters do not exist for it.

A session begins privileged: the worker, the clock and the command line act for the whole deployment. As soon as the
desk knows who acts, it narrows the session to the clusters and organisations of that person; from then on every query
of the ORM leaves out what belongs to others and was not shared with them (`store.policies` has the rules, and holds the
same line in PostgreSQL itself). What has to count over the whole deployment (capacity, repeated pairs, receipts, the
register of aid) does so inside `register`, by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import event, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.util import find_tables
from sqlalchemy.types import Boolean
from sqlmodel import Session

from store.engine import REACH
from store.policies import TABLES, rules
from store.tables.base import Row

#: What a connection of PostgreSQL says where nobody has narrowed it; one that says nothing sees nothing.
EVERYTHING: Final = "*"
_STATEMENTS_MOST: Final = 4096


@dataclass(frozen=True, slots=True)
class Reach:
    """The clusters and organisations of who acts, by id."""

    clusters: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()


def narrow(session: Session, reach: Reach) -> None:
    """Leave this transaction only what is within reach; it ends with the transaction."""
    session.info[REACH] = reach
    _tell(session, reach, _listed(reach.clusters), _listed(reach.organisations))


@contextmanager
def register(session: Session) -> Iterator[None]:
    """Look over the whole deployment within the block, for rules that bind all clusters together.

    What is read there may be counted and compared; it is never shown.
    """
    reach: Reach | None = session.info.get(REACH)
    if reach is None:
        yield
        return
    session.flush()
    session.info[REACH] = None
    _tell(session, None, EVERYTHING, "")
    try:
        yield
        session.flush()
    finally:
        narrow(session, reach)


def _listed(ids: frozenset[int]) -> str:
    return ",".join(map(str, sorted(ids)))


def _tell(session: Session, reach: Reach | None, clusters: str, organisations: str) -> None:
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        connection.info[REACH] = reach
        return
    told = func.set_config("matchpoint.clusters", clusters, True)
    connection.execute(select(told, func.set_config("matchpoint.organisations", organisations, True)))


class _Seen(FunctionElement[bool]):
    """The rule of a table about the row whose id is given."""

    type = Boolean()
    name = "seen"
    inherit_cache = True


@compiles(_Seen)
def _write(element: _Seen, compiler: Any, **given: Any) -> str:
    (column,) = element.clauses
    named: Any = column.table  # type: ignore[attr-defined]
    row = compiler.process(column, **given).rpartition(".")[0]
    return f"({_rules(compiler.dialect.name)[getattr(named, 'element', named).name].replace('{t}', row)})"


_rules = cache(rules)


@cache
def _criteria() -> dict[str, Any]:
    kinds: list[Any] = Row.__subclasses__()
    named = {str(kind.__tablename__): kind for kind in kinds}
    return {name: with_loader_criteria(named[name], _Seen(named[name].id), include_aliases=True) for name in TABLES}


_concerned: Final[dict[Any, tuple[str, ...]]] = {}


def _tables_of(statement: Any) -> tuple[str, ...]:
    """Return the tables with a rule that a statement asks, at any depth; like statements are looked through once."""
    key = statement._generate_cache_key()
    found = None if key is None else _concerned.get(key.key)
    if found is None:
        named = find_tables(
            statement,
            check_columns=True,
            include_aliases=True,
            include_joins=True,
            include_selects=True,
            include_crud=True,
        )
        names = {getattr(getattr(one, "element", one), "name", "") for one in named}
        found = tuple(sorted(TABLES.intersection(names)))
        if key is not None and len(_concerned) < _STATEMENTS_MOST:
            _concerned[key.key] = found
    return found


@event.listens_for(Session, "do_orm_execute")
def _restrict(state: ORMExecuteState) -> None:
    if state.session.info.get(REACH) is None or state.is_column_load or state.is_relationship_load:
        return
    criteria = _criteria()
    tables = _tables_of(state.statement)
    if tables:
        state.statement = state.statement.options(*(criteria[table] for table in tables))  # type: ignore[attr-defined]
