"""What a model makes of a candidate, after it was checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quote:
    """Quote a field word for word: `text == fields[field][start:end]` of what is stored."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Hold the verdict on one candidate: score 0 to 100 (no probability), reason, proof and what is not shown.

    `scores` are those of each order in which the candidates were shown, the lowest first; `score` is their mean.
    """

    id: str
    score: int
    reason: str
    evidence: Quote | None
    gaps: tuple[str, ...] = ()
    scores: tuple[int, ...] = ()
