"""Lifecycles as data: a table of states and actions, one way to advance."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

from domain.errors import OutOfDate

S = TypeVar("S", bound=StrEnum)


class Lifecycle(Generic[S]):
    """Hold the transitions of one kind of thing; a pair that is not in the table is refused.

    `table` maps (state before, action) to the state after. Values read back from a store as plain text find their way
    too, because a `StrEnum` member equals its text.
    """

    def __init__(self, name: str, *, states: type[S], table: Mapping[tuple[S, StrEnum], S]) -> None:
        self.name = name
        self.states: frozenset[S] = frozenset(states)
        self.table: Mapping[tuple[S, StrEnum], S] = MappingProxyType(dict(table))

    def allows(self, state: S, action: StrEnum) -> bool:
        """Tell whether the action is open in this state."""
        return (state, action) in self.table

    def advance(self, state: S, action: StrEnum) -> S:
        """Return the state that follows.

        :raises OutOfDate: key "<name>.not_now" with `state` and `action`, if the action is not open in this state.
        """
        after = self.table.get((state, action))
        if after is None:
            raise OutOfDate(f"{self.name}.not_now", state=str(state), action=str(action))
        return after

    def actions(self, state: S) -> frozenset[StrEnum]:
        """Return the actions that are open in this state."""
        return frozenset(action for before, action in self.table if before == state)

    def sources(self, action: StrEnum) -> frozenset[S]:
        """Return the states in which the action is open: what a guarded update may expect."""
        return frozenset(before for before, known in self.table if known == action)

    @property
    def terminal(self) -> frozenset[S]:
        """Return the states that nothing leaves."""
        return self.states - {before for (before, _), after in self.table.items() if after != before}
