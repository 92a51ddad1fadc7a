"""One step in a lifecycle: open by its table, and taken only from the state that was read."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from domain.errors import OutOfDate
from domain.lifecycle import Lifecycle
from handlers.work import Work
from store.queries.rows import change
from store.tables.base import Row

S = TypeVar("S", bound=StrEnum)


def take_step(
    work: Work,
    row: Row,
    *,
    cycle: Lifecycle[S],
    before: S,
    action: StrEnum,
    closed: OutOfDate,
    overtaken: OutOfDate,
    **values: Any,  # noqa: ANN401
) -> S:
    """Bring a row from the state `before` to the one that the action leads to, with other values; return that state.

    :raises OutOfDate: `closed` if the action is not open in this state, `overtaken` if somebody was faster; nothing was
        changed.
    """
    if not cycle.allows(before, action):
        raise closed
    after = cycle.advance(before, action)
    if not change(work.session, row, now=work.now, where={"state": before}, state=after, **values):
        raise overtaken
    return after
