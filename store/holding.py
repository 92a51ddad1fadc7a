"""A row of the outbox in a worker's hands: it is changed only while it is held, under the fence of its claim."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Interval, Update, bindparam, case, func, update
from sqlmodel import Session

from store.inserting import dialect_of
from store.leases import server_clock
from store.tables import metadata
from store.tables.queue import OutboxStatus


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A row that one worker holds. Its payload is not part of its `repr`: logs carry no words of people."""

    id: int
    kind: str
    key: str
    destination: str
    stream: str | None
    seq: int
    subject: str | None
    cluster_id: int | None
    payload: Mapping[str, Any] = field(repr=False)
    due_at: datetime
    expires_at: datetime | None
    attempts: int
    fence: int
    was_sending: bool
    send_started: datetime | None
    tried_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Ahead:
    """The instant that leases go by, so much ahead; `keep`: unless there is one already."""

    ahead: timedelta = timedelta(0)
    keep: bool = False


#: The status of a row that is given back: it waits, or its fate is open as before.
BY_FATE: Final = "by fate"


def guarded(
    session: Session,
    claimed: Claimed,
    now: datetime,
    values: Mapping[str, Any],
    *,
    held: tuple[OutboxStatus, ...] = (OutboxStatus.LEASED, OutboxStatus.SENDING),
    attempt: bool = False,
) -> bool:
    """Change a row that is still held under the fence of this claim; `attempt` counts one more and notes the first."""
    dialect, given = dialect_of(session), {"updated_at": now, **values}
    statement = _guarded_update(dialect, tuple((name, _manner(value)) for name, value in given.items()), held, attempt)
    parameters: dict[str, Any] = {"this_id": claimed.id, "this_fence": claimed.fence}
    for name, value in given.items():
        if isinstance(value, Ahead):
            parameters[f"new_{name}"] = value.ahead if dialect == "postgresql" else now + value.ahead
        elif value is not BY_FATE:
            parameters[f"new_{name}"] = value
    result: Any = session.execute(statement, parameters)
    return int(result.rowcount) == 1


def _manner(value: object) -> str:
    if isinstance(value, Ahead):
        return "kept" if value.keep else "clock"
    return "fate" if value is BY_FATE else "given"


@cache
def _guarded_update(
    dialect: str, shape: tuple[tuple[str, str], ...], held: tuple[OutboxStatus, ...], attempt: bool
) -> Update:
    """Write the update of a row in hand once for each shape: a row passes through several, and writing costs most."""
    table = metadata.tables["outbox"]
    columns, values = table.c, dict[str, Any]()
    for name, manner in shape:
        value: ColumnElement[Any] = bindparam(f"new_{name}", type_=columns[name].type)
        if manner in ("clock", "kept") and dialect == "postgresql":
            value = server_clock(bindparam(f"new_{name}", type_=Interval()))
        if manner == "kept":
            value = func.coalesce(columns[name], value)
        elif manner == "fate":
            value = case((columns.send_started.is_(None), OutboxStatus.PENDING), else_=OutboxStatus.UNCERTAIN)
        values[name] = value
    if attempt:
        values["attempts"] = columns.attempts + 1
        values["tried_at"] = func.coalesce(columns.tried_at, values["updated_at"])
    mine = (columns.id == bindparam("this_id"), columns.fence == bindparam("this_fence"), columns.status.in_(held))
    return update(table).where(*mine).values(**values, version=columns.version + 1)
