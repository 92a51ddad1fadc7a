"""Weights fitted anew to what people judged or decided, offline; whether they are better is found on what was held out.

Pairs of one challenge are learnt from, since scores of two challenges do not compare: the better of the two should have
the higher sum (logistic loss). Weights are never negative, and are drawn towards the present ones: little data, little
change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from matching.metrics import ndcg
from matching.weights import SCORE

FOLDS = 5
FEWEST_GROUPS = 20
"""Challenges with a pair to learn from, at least: below, a fit would be an accident."""

_PULL = 0.02
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """Hold one candidate: what can be weighed about it, its grade (higher is better), and how much it counts."""

    features: Mapping[str, float]
    grade: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Gain:
    """Compare fitted weights with present ones on held-out groups: mean nDCG@10, and the 95 % interval of the gain."""

    groups: int
    before: float
    after: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Tell whether all of the interval is above zero."""
        return self.low > 0


@dataclass(frozen=True, slots=True)
class Fit:
    """Hold fitted weights, the score's being 1 where it has any, and what they gain on groups that were held out."""

    weights: Mapping[str, float]
    gain: Gain


Group = Sequence[Example]


def fit(groups: Sequence[Group], *, present: Mapping[str, float], held_out: Sequence[Group] = ()) -> Fit | None:
    """Fit weights to groups; `None` if fewer than `FEWEST_GROUPS` have two candidates of different grade.

    The gain is measured on `held_out`, or by cross-validation over five folds of groups where there is none.
    """
    usable = [group for group in groups if len({one.grade for one in group}) > 1]
    if len(usable) < FEWEST_GROUPS:
        return None
    start = dict(present) or {SCORE: 1.0}
    names = sorted({SCORE, *start, *(name for group in usable for one in group for name in one.features)})
    fitted = _fitted(usable, names, start)
    test = [group for group in held_out if len({one.grade for one in group}) > 1]
    if test:
        pairs = [(_quality(group, start), _quality(group, fitted)) for group in test]
    else:
        pairs = list[tuple[float, float]]()
        for fold in range(FOLDS):
            kept = [group for at, group in enumerate(usable) if at % FOLDS != fold]
            weights = _fitted(kept, names, start)
            pairs += [(_quality(group, start), _quality(group, weights)) for group in usable[fold::FOLDS]]
    return Fit(fitted, _gain(pairs))


def _fitted(groups: Sequence[Group], names: Sequence[str], start: Mapping[str, float]) -> dict[str, float]:
    differences, weights = _pairs(groups, names)
    anchor = np.asarray([start.get(name, 0.0) for name in names]) / (sum(start.values()) or 1.0)
    steepness = 10.0  # features lie between 0 and 1: a difference of a tenth should matter

    def loss(values: _Floats) -> tuple[float, _Floats]:
        margins = steepness * (differences @ values)
        chance = 1 / (1 + np.exp(np.clip(margins, -50, 50)))
        cost = float((weights * np.logaddexp(0, -margins)).sum() + _PULL * steepness * ((values - anchor) ** 2).sum())
        slope = -steepness * (differences.T @ (weights * chance)) + 2 * _PULL * steepness * (values - anchor)
        return cost, slope

    library: Any = optimize
    found: Any = library.minimize(loss, anchor, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(names))
    values = cast(list[float], found.x.tolist())
    scale = values[names.index(SCORE)] or max(values) or 1.0
    return {name: round(value / scale, 3) for name, value in zip(names, values, strict=True) if value / scale >= 0.0005}


def _pairs(groups: Sequence[Group], names: Sequence[str]) -> tuple[_Floats, _Floats]:
    """Return, for every pair of different grade, better minus worse; every group weighs the same in all."""
    rows: list[_Floats] = []
    weights: list[_Floats] = []
    for group in groups:
        table = np.asarray([[one.features.get(name, 0.0) for name in names] for one in group])
        grades = np.asarray([one.grade for one in group])
        counts = np.asarray([one.weight for one in group])
        better, worse = np.nonzero(grades[:, None] > grades[None, :])
        rows.append(table[better] - table[worse])
        found: _Floats = (grades[better] - grades[worse]) * counts[better] * counts[worse]
        weights.append(found / found.sum() / len(groups))
    return np.concatenate(rows), np.concatenate(weights)


def _quality(group: Group, weights: Mapping[str, float]) -> float:
    sums = [sum(value * one.features.get(name, 0.0) for name, value in weights.items()) for one in group]
    order = sorted(range(len(group)), key=lambda at: (-round(sums[at], 9), at))
    lowest = min(one.grade for one in group)
    worth = {str(at): round(one.grade - lowest) for at, one in enumerate(group) if one.grade > lowest}
    return ndcg([str(at) for at in order], worth)


def _gain(pairs: Sequence[tuple[float, float]]) -> Gain:
    gains = np.asarray([after - before for before, after in pairs])
    mean = float(gains.mean())
    spread = 1.96 * float(gains.std(ddof=1)) / sqrt(len(pairs)) if len(pairs) > 1 else float("inf")
    before = sum(one for one, _ in pairs) / len(pairs)
    after = sum(one for _, one in pairs) / len(pairs)
    return Gain(len(pairs), before, after, mean - spread, mean + spread)
