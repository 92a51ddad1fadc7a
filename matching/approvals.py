"""How often managers approved what was proposed, with honest intervals, and with newcomers weighed by their chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

DEPTHS = (1, 3, 5)
LONGEST_RANK = 5
HEAVIEST = 20.0
"""The most that one decision counts: a newcomer shown by a chance of 1 in 1000 would drown all others."""

_Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold a decision about a suggestion as the ranker learns from it.

    `relevant` is None for a decline that says nothing about relevance (busy, a conflict …): `reason` names it. `rank`
    is that on the card (from 1), `propensity` the chance that the suggestion had of being shown.
    """

    challenge: str
    rank: int
    score: float
    relevant: bool | None
    reason: str = ""
    propensity: float = 1.0
    newcomer: bool = False
    ranker: str = ""
    prompt: str = ""
    sub_scores: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Share:
    """State how many of the decided were approved.

    `low` and `high` are the 95 % interval of Wilson (1927). `weighted` counts each decision by the inverse of its
    propensity, as if everybody who might have been shown had been; its interval goes by the effective number.
    """

    approved: int
    decided: int
    low: float
    high: float
    weighted: float
    weighted_low: float
    weighted_high: float

    @property
    def rate(self) -> float:
        """Return the plain share; 0 for no decisions."""
        return self.approved / self.decided if self.decided else 0.0


@dataclass(frozen=True, slots=True)
class Approvals:
    """Report on decisions; `left_out` counts, by reason, the declines that say nothing about relevance."""

    total: Share
    at: Mapping[int, Share]
    by_rank: Mapping[str, Share]
    by_ranker: Mapping[str, Share]
    by_prompt: Mapping[str, Share]
    newcomers: Share
    left_out: Mapping[str, int]


def approvals(verdicts: Sequence[Verdict]) -> Approvals:
    """Report how often what was proposed was approved, over all and by place and version."""
    counted = [one for one in verdicts if one.relevant is not None]
    left_out: dict[str, int] = {}
    for one in verdicts:
        if one.relevant is None:
            left_out[one.reason] = left_out.get(one.reason, 0) + 1
    return Approvals(
        total=share_of(counted),
        at={depth: share_of([one for one in counted if one.rank <= depth]) for depth in DEPTHS},
        by_rank=_grouped(counted, lambda one: str(one.rank) if one.rank <= LONGEST_RANK else f"{LONGEST_RANK + 1}+"),
        by_ranker=_grouped(counted, lambda one: one.ranker),
        by_prompt=_grouped(counted, lambda one: one.prompt),
        newcomers=share_of([one for one in counted if one.newcomer]),
        left_out=dict(sorted(left_out.items())),
    )


def share_of(verdicts: Iterable[Verdict]) -> Share:
    """Count the approvals among decisions on relevance."""
    found = [one for one in verdicts if one.relevant is not None]
    approved = sum(bool(one.relevant) for one in found)
    weights = [weight_of(one.propensity) for one in found]
    whole = sum(weights)
    weighted = sum(weight for weight, one in zip(weights, found, strict=True) if one.relevant) / whole if whole else 0.0
    effective = whole**2 / sum(weight**2 for weight in weights) if whole else 0.0
    return Share(
        approved, len(found), *wilson(approved, len(found)), weighted, *wilson(weighted * effective, effective)
    )


def weight_of(propensity: float) -> float:
    """Return what a decision counts: the inverse of the chance of being shown, bounded."""
    return min(HEAVIEST, 1 / propensity) if propensity > 0 else HEAVIEST


def wilson(approved: float, decided: float) -> tuple[float, float]:
    """Return the 95 % interval of a share; all of 0 to 1 where nothing was decided."""
    if decided <= 0:
        return 0.0, 1.0
    share, spread = approved / decided, _Z**2 / decided
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(max(0.0, share * (1 - share) / decided) + spread / (4 * decided)) / (1 + spread)
    # The bounds hold the share itself also where rounding would put them a hair beyond it (none or all approved).
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _grouped(verdicts: Sequence[Verdict], key: Callable[[Verdict], str]) -> dict[str, Share]:
    groups: dict[str, list[Verdict]] = {}
    for one in verdicts:
        groups.setdefault(key(one), []).append(one)
    return {name: share_of(groups[name]) for name in sorted(groups)}
