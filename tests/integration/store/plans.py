"""How the database goes about a statement, as it tells itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from store.engine import Database


@contextmanager
def plans(database: Database, session: Session, table: str) -> Iterator[list[str]]:
    """Explain every statement on a table, just before it runs."""
    found: list[str] = []
    prefix = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if table in statement:
            other = cursor.connection.cursor()
            other.execute(prefix + statement, parameters)
            found.append("\n".join(str(line[-1]) for line in other.fetchall()))
            other.close()

    event.listen(session.connection(), "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(session.connection(), "before_cursor_execute", explain)
