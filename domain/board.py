"""What is counted of a voucher programme, and how its money was taken up week by week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class By(StrEnum):
    """By what figures are told apart; a funder is the cluster whose part of a call it is."""

    SCHEME = "scheme"
    CALL = "call"
    FUNDER = "funder"


class Figure(StrEnum):
    """A figure of the board, as the glossary explains it."""

    BUDGET = "budget"
    COMMITTED = "committed"
    SPENT = "spent"
    FREE = "free"
    APPLICATIONS = "applications"
    APPROVED = "approved"
    REJECTED = "rejected"
    SMES = "smes"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Sums:
    """The figures of one currency; money in cents. `key` is the id of what they are told apart by, 0 for all of it."""

    key: int
    currency: str
    budget: int = 0
    committed: int = 0
    spent: int = 0
    applications: int = 0
    approved: int = 0
    rejected: int = 0
    smes: int = 0
    expired: int = 0

    def of(self, figure: Figure) -> int:
        """Return one figure; what is free is the budget without what is committed."""
        if figure is Figure.FREE:
            return self.budget - self.committed
        return int(getattr(self, figure.value))


@dataclass(frozen=True, slots=True)
class Week:
    """What was committed and spent by the end of the week that begins on this Monday, in cents."""

    monday: date
    committed: int
    spent: int


def weeks_of(
    committed: Iterable[tuple[date, int]], spent: Iterable[tuple[date, int]], *, until: date
) -> tuple[Week, ...]:
    """Add up what was committed and spent day by day to what it came to by week, without a gap.

    From the week of the first day to that of `until`, or of the last day where that is later; nothing where there
    was nothing.
    """
    taken, paid = list(committed), list(spent)
    days = [day for day, _ in (*taken, *paid)]
    if not days:
        return ()
    monday, last = _monday(min(days)), _monday(max(*days, until))
    weeks: list[Week] = []
    while monday <= last:
        end = monday + timedelta(days=7)
        by_now = [sum(cents for day, cents in given if day < end) for given in (taken, paid)]
        weeks.append(Week(monday, *by_now))
        monday = end
    return tuple(weeks)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
