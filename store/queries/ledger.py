"""What a language model may cost and what it has answered before."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.queries.rows import forget_oldest
from store.tables.ledger import ModelCache, ModelSpend, ModelUse


def reserve(session: Session, cluster_id: int, tokens: int, *, on: date, limit: int, now: datetime) -> bool:
    """Set tokens of a cluster's day aside, unless that would exceed the limit, also when two ask at once."""
    insert: Any = _insert(session)(ModelSpend).on_conflict_do_nothing(index_elements=["cluster_id", "spent_on"])
    first = {"cluster_id": cluster_id, "spent_on": on, "tokens": 0, "version": 1, "created_at": now, "updated_at": now}
    session.execute(insert, [first])
    statement = (
        update(ModelSpend)
        .where(
            col(ModelSpend.cluster_id) == cluster_id,
            col(ModelSpend.spent_on) == on,
            col(ModelSpend.tokens) + tokens <= limit,
        )
        .values(tokens=ModelSpend.tokens + tokens, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    result: Any = session.execute(statement)
    return result.rowcount == 1


def count_call(session: Session, purpose: str, outcome: str, tokens: int, *, on: date, now: datetime) -> None:
    """Count a question to a model under what came of it."""
    row = {"used_on": on, "purpose": purpose, "outcome": outcome, "calls": 1, "tokens": tokens}
    statement: Any = _insert(session)(ModelUse)
    more = {"calls": ModelUse.calls + 1, "tokens": ModelUse.tokens + tokens, "updated_at": now}
    session.execute(
        statement.on_conflict_do_update(index_elements=["used_on", "purpose", "outcome"], set_=more),
        [{**row, "version": 1, "created_at": now, "updated_at": now}],
    )


def calls_on(session: Session, on: date) -> Sequence[ModelUse]:
    """Return what models were asked on a day."""
    return session.exec(
        select(ModelUse).where(ModelUse.used_on == on).order_by(ModelUse.purpose, ModelUse.outcome)
    ).all()


def cached(session: Session, key: str) -> str | None:
    """Return what a model answered under a key."""
    value = session.exec(select(ModelCache.value).where(ModelCache.key == key)).one_or_none()
    return None if value is None else str(value.get("text", ""))


def keep(session: Session, key: str, text: str, *, now: datetime) -> None:
    """Keep an answer under a key, in the place of an older one."""
    row = {"key": key, "value": {"text": text}, "version": 1, "created_at": now, "updated_at": now}
    statement: Any = _insert(session)(ModelCache)
    newer = {"value": statement.excluded.value, "updated_at": now}
    session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=newer), [row])


def forget_answers(session: Session, *, before: datetime, limit: int = 1000) -> int:
    """Forget at most `limit` answers of a model from before an instant; return how many were forgotten."""
    return forget_oldest(session, ModelCache, stamp=ModelCache.updated_at, before=before, limit=limit)


def _insert(session: Session) -> Any:
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
