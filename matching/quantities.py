"""Whether the numbers of a text speak against what is asked for: ISO 9001 is not ISO 14001.

A number is a name ("ISO 9001", "IP68", "24/7"), which is the same or another one, or a measure. Measures are reckoned
into each other where the table of `matching.units` knows both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matching.bounds import Bound
from matching.units import Unit

_FAR = 1000
"""Measures in other units that are more than so many times apart tell of different things: 5 mm, and 2 km."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Hold a number, the words that may tell what it counts, how it is meant, its digits, whether it stands alone.

    Of a range it is the higher end, and `low` the other. `rest` is what makes a name of it ("-2", "/7"), `written` the
    word of its unit; with `more`, more of it will do as well.
    """

    value: float
    units: frozenset[str]
    bound: Bound
    digits: int
    alone: bool
    low: float | None = None
    unit: Unit | None = None
    written: str = ""
    rest: str = ""
    more: bool = False

    @property
    def lowest(self) -> float:
        """Return the lower end of a range, and any other number itself."""
        return self.value if self.low is None else self.low

    def met_by(self, told: Quantity) -> bool:
        """Tell whether another number is within the bound of this one."""
        other = self._in_my_unit(told)
        if other is None or not (other.rest == self.rest or other.rest.startswith(f"{self.rest}-")):
            return False
        match self.bound:
            case Bound.EXACTLY:
                return self._is(other)
            case Bound.UP_TO:
                return other.value >= self.value or (other.bound is not Bound.UP_TO and other.low is None)
            case Bound.AT_LEAST:
                return other.value >= self.value
            case Bound.AT_MOST | Bound.DOWN_TO:
                return other.lowest <= self.value

    def is_told_of_by(self, other: Quantity) -> bool:
        """Tell whether another number seems to be about the same thing as this one."""
        same = self._in_my_unit(other)
        if same is None or self.units.isdisjoint(other.units):
            return False
        return same is other or self.value / _FAR <= same.value <= self.value * _FAR

    def _is(self, other: Quantity) -> bool:
        alike = not other.units.isdisjoint(self.units)
        reaches = (other.bound is Bound.UP_TO and other.value > self.value) or (
            other.bound is Bound.DOWN_TO and other.value < self.lowest
        )
        if alike and (reaches or (self.more and other.bound is not Bound.AT_MOST and other.value > self.value)):
            return True
        if other.low is None:
            within = self.lowest <= other.value <= self.value
        else:
            within = other.low <= self.lowest and self.value <= other.value
        return within and (alike or self.lowest == other.lowest)

    def _in_my_unit(self, other: Quantity) -> Quantity | None:
        times = self.unit.times(other.unit) if self.unit and other.unit else 1
        return other.times(times) if times else None

    def times(self, factor: float) -> Quantity:
        """Return so many times as much; the ninth digit is the last one that counts."""
        if factor == 1:
            return self
        value, low = (None if one is None else float(f"{one * factor:.9g}") for one in (self.value, self.low))
        return replace(self, value=value, low=low)


def speaks_against(asked: Sequence[Quantity], told: Sequence[Quantity]) -> bool:
    """Tell whether what a text says of numbers leaves something asked for uncovered.

    A number of two digits and more is a name or a measure, and must be there. A bound ("below 5 percent"), or a single
    digit, which is as often written as a word, is only missed by another number of the same kind.
    """
    return any(one.alone and _missed(one, told) for one in asked)


def _missed(asked: Quantity, told: Sequence[Quantity]) -> bool:
    if asked.bound is Bound.EXACTLY and (asked.digits > 1 or asked.rest):
        return not any(map(asked.met_by, told))
    same = [one for one in told if asked.is_told_of_by(one)]
    return bool(same) and not any(map(asked.met_by, same))
