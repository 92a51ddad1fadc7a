"""Both sides must want it: the chance that the buyer says yes, the chance that the SME does, and one score of both.

All numbers here are assumptions, not measurements: they say which fact speaks for a yes, and roughly how much. Their
like is measured only from the decisions of a deployment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matching.evidence import evidence_in
from matching.model import Candidate, Query

BUYER_LOWEST, BUYER_HIGHEST = 0.05, 0.8
"""Chances of the buyer's yes to the least and to the most relevant: texts alone persuade nobody for certain."""

PRIOR_YES, PRIOR_NO = 2.0, 2.0
"""What is taken for seen before an SME was asked at all: as many yes as no. Four real ones weigh as much."""

ANSWERED = 0.95
"""Whoever submitted an answer has said yes already, and may still withdraw it."""

SOUGHT_LIFT = 0.3
"""Share of the doubt that goes if the challenge says what the SME looks for."""

ABROAD = 0.9
"""What is left of the chance if the buyer sits in no country in which the SME says that it works."""

FULL = 0.7
"""What is left of the chance as the last free place comes near: whoever is busy says no more often."""


RELEVANCE = "relevance"
"""Names the sub-score that holds what the ranker said of a candidate, before both sides were weighed."""

PARTS = frozenset({RELEVANCE, "buyer", "sme", "load", "history", "abroad", "sought", "free", "answered"})
"""Sub-scores that are written here; none of them is known when profiles are ranked."""


@dataclass(frozen=True, slots=True)
class Stance:
    """Tell what is known of one SME's readiness.

    `accepted`, `declined` and `ignored` count earlier introductions in which it was asked (a manager's "it has no time"
    counts as declined). `open_introductions` count against its `capacity`. `promised` is the load it is expected to get
    from proposals for other challenges (a sum of chances). `sought` are the things it looks for.
    """

    answered: bool = False
    accepted: int = 0
    declined: int = 0
    ignored: int = 0
    open_introductions: int = 0
    capacity: int = 3
    promised: float = 0.0
    countries: frozenset[str] = frozenset()
    sought: tuple[str, ...] = ()

    @property
    def room(self) -> float:
        """Return how much more load it can take, in introductions."""
        return max(0.0, self.capacity - self.open_introductions - self.promised)


def weigh(candidate: Candidate, stance: Stance, query: Query, *, buyer_country: str) -> Candidate:
    """Return a candidate whose score (0 to 1) is how much both sides are expected to want the introduction.

    The score that came in is the relevance. The sub-scores name every part: "relevance", "buyer" and "sme" (chances),
    "history", "abroad", "sought" and "free" (what the SME's chance is made of), "load" (the chance of both yes).
    """
    parts = {
        RELEVANCE: candidate.score,
        "history": yes_rate(stance),
        "abroad": float(bool(stance.countries and buyer_country) and buyer_country not in stance.countries),
        "sought": float(_is_sought(stance.sought, query, candidate.language)),
        "free": max(0.0, 1 - stance.open_introductions / stance.capacity) if stance.capacity > 0 else 0.0,
        "answered": float(stance.answered),
    }
    buyer, sme = buyer_chance(candidate.score), _sme_chance(parts)
    parts |= {"buyer": buyer, "sme": sme, "load": buyer * sme}
    sub_scores = {**candidate.sub_scores, **{name: round(value, 4) for name, value in parts.items()}}
    return replace(candidate, score=round(harmonic_mean(buyer, sme), 6), sub_scores=sub_scores)


def harmonic_mean(one: float, other: float) -> float:
    """Return the harmonic mean of two chances: near the smaller one, so that neither side's no is outweighed."""
    return 2 * one * other / (one + other) if one + other > 0 else 0.0


def buyer_chance(relevance: float) -> float:
    """Return the chance of the buyer's yes; it grows with the relevance, so that this alone changes no order."""
    return BUYER_LOWEST + (BUYER_HIGHEST - BUYER_LOWEST) * min(1.0, max(0.0, relevance))


def yes_rate(stance: Stance) -> float:
    """Return how often the SME says yes when it is asked, drawn towards one half while little is known."""
    asked = stance.accepted + stance.declined + stance.ignored
    return (stance.accepted + PRIOR_YES) / (asked + PRIOR_YES + PRIOR_NO)


def _sme_chance(parts: Mapping[str, float]) -> float:
    if parts["answered"]:
        return ANSWERED
    chance = parts["history"] * (ABROAD if parts["abroad"] else 1.0) * (FULL + (1 - FULL) * parts["free"])
    return chance + (1 - chance) * SOUGHT_LIFT * parts["sought"]


def _is_sought(sought: Sequence[str], query: Query, language: str | None) -> bool:
    """Tell whether one sentence of the challenge holds most of something that the SME looks for."""
    return bool(sought) and bool(evidence_in({"need": query.whole()}, sought, language=query.language or language))
