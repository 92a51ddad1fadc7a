"""From scores to what they meant so far: how many like this did managers approve? Isotonic, so the order stays.

Scores order; they are no probabilities. Once a deployment has decided often enough, a score can be read against its own
past: isotonic regression finds the rising steps that fit the decisions best (Zadrozny and Elkan, 2002).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression  # pyright: ignore[reportUnknownVariableType]

ENOUGH = 200
"""Decisions on relevance before anything is said: fewer say little about any one step."""

SMALLEST_STEP = 20
"""Decisions in one step, at least: a step of three approvals would promise ten of ten."""


@dataclass(frozen=True, slots=True)
class Step:
    """Hold one step: decisions on scores of `start` and more, up to the next step, and how many of them approved."""

    start: float
    approved: int
    decided: int

    @property
    def chance(self) -> float:
        """Return the share that was approved."""
        return self.approved / self.decided


@dataclass(frozen=True, slots=True)
class Calibration:
    """Read scores by rising steps, lowest first; there is at least one."""

    steps: tuple[Step, ...]

    def chance(self, score: float) -> float:
        """Return the share of decisions on scores like this that approved: never lower for a higher score."""
        found = self.steps[0]
        for step in self.steps[1:]:
            if score < step.start:
                break
            found = step
        return found.chance


def calibrate(decided: Iterable[tuple[float, bool]], *, enough: int = ENOUGH) -> Calibration | None:
    """Learn from (score, approved) pairs of decisions on relevance; `None` if there are fewer than `enough`.

    Equal scores belong to the same step. Propensities play no part: among equal scores, who was shown by lot was not
    chosen by how the decision would go.
    """
    counts: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for score, approved in decided:
        counts[score][0] += approved
        counts[score][1] += 1
    if sum(count for _, count in counts.values()) < max(enough, 1):
        return None
    scores = sorted(counts)
    approved = np.asarray([counts[score][0] for score in scores], float)
    weights = np.asarray([counts[score][1] for score in scores], float)
    fitted: Any = isotonic_regression(approved / weights, weights=weights)
    ends: list[int] = [int(end) for end in fitted.blocks]
    steps = [
        Step(scores[low], int(approved[low:high].sum()), int(weights[low:high].sum())) for low, high in pairwise(ends)
    ]
    return Calibration(tuple(_wide_enough(steps)))


def _wide_enough(steps: Sequence[Step]) -> list[Step]:
    """Join small steps to the neighbour whose share is nearer; joined shares lie between, so they still rise."""
    found = list(steps)
    while len(found) > 1:
        at = min(range(len(found)), key=lambda number: found[number].decided)
        if found[at].decided >= SMALLEST_STEP:
            break
        near = [other for other in (at - 1, at + 1) if 0 <= other < len(found)]
        other = min(near, key=lambda number: abs(found[number].chance - found[at].chance))
        low, high = sorted((at, other))
        one, two = found[low], found[high]
        found[low : high + 1] = [Step(one.start, one.approved + two.approved, one.decided + two.decided)]
    return found
