"""How far a model's order is followed: as far as it has shown, over several challenges, that it agrees with the texts.

A judge that knows something agrees with the local order more often than chance does; one that guesses, is talked over
or contradicts does not. One challenge says little about that, so what earlier challenges showed counts too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation

from matching.model import Candidate
from prompts.judgement import Judgement

DOUBT = 1.5
"""Deviations of chance that are taken off an agreement before it counts."""

FULL_TRUST = 0.2
"""Agreement beyond doubt at which a model has its whole say."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Hold how far a model's order and the local one agreed on one challenge: Spearman's rho, and over how many."""

    rho: float
    judged: int


def agreement(candidates: Iterable[Candidate], judgements: Iterable[Judgement]) -> Agreement:
    """Compare a model's order of the candidates with the local one; scores that are all alike agree with nothing."""
    judged = {one.id: one.score for one in judgements}
    both = [(one.score, judged[one.id]) for one in candidates if one.id in judged]
    ranks = [_ranks([pair[side] for pair in both]) for side in (0, 1)]
    try:
        rho = correlation(ranks[0], ranks[1])
    except StatisticsError:  # fewer than two, or all alike
        rho = 0.0
    return Agreement(round(rho, 4), len(both))


def trust(agreements: Iterable[Agreement]) -> float:
    """Return how much of its say a model has (0 to 1) after these agreements, the present one among them.

    By chance alone rho has a deviation of 1 / sqrt(judged - 1); the mean must stand out from that.
    """
    weighed = [(one.rho, one.judged - 1) for one in agreements if one.judged > 1]
    whole = sum(weight for _, weight in weighed)
    if not whole:
        return 0.0
    mean = sum(rho * weight for rho, weight in weighed) / whole
    beyond = mean - DOUBT / whole**0.5
    return round(min(1.0, max(0.0, beyond / FULL_TRUST)), 4)


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value, the mean of their places where values are alike."""
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(place)
    means = {value: sum(those) / len(those) for value, those in places.items()}
    return [means[value] for value in values]
