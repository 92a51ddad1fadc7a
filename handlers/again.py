"""Doing a step in one transaction, and once more from the beginning where somebody else was faster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Final, TypeVar

from store.engine import ConstraintViolated, Session, StoreContended

_TRIES: Final = 3
T = TypeVar("T")


def again(begin: Callable[[], AbstractContextManager[Session]], step: Callable[[Session], T]) -> T:
    """Do a step in a transaction that `begin` opens; if it lost against another one, do it anew, three times in all.

    :raises StoreContended, ConstraintViolated: it lost each time.
    """
    for _ in range(_TRIES - 1):
        # What two write at once for the first time meets in a unique key; done again, the second finds the first.
        with suppress(StoreContended, ConstraintViolated), begin() as session:
            return step(session)
    with begin() as session:
        return step(session)
