"""An operator's own weights: the local score and its sub-scores added up, in place of the local score alone."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from matching.model import RANKER_VERSION, Candidate

SCORE = "score"
"""Names the local score, relative to the best of its list, among the sub-scores."""

_NAME = re.compile(r"[a-z_]{1,30}")


@dataclass(frozen=True, slots=True)
class Weights:
    """Weigh the local score and sub-scores; with no weights the local order stays as it is."""

    values: Mapping[str, float] = field(default_factory=dict[str, float])

    @classmethod
    def parse(cls, text: str) -> Weights:
        """Read `score=1,words=0.4`.

        :raises ValueError: the text has another form, or no weight in it is above zero; the message says which.
        """
        values: dict[str, float] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, _, given = (piece.strip() for piece in part.partition("="))
            try:
                value = float(given)
            except ValueError:
                value = math.nan
            if not _NAME.fullmatch(name) or not math.isfinite(value) or value < 0:
                raise ValueError(f"{part!r} is no weight: write a name, = and a number from 0, as in words=0.4")
            values[name] = value
        if values and not any(values.values()):
            raise ValueError("no weight is above 0")
        return cls(values)

    def __str__(self) -> str:
        return ",".join(f"{name}={value:g}" for name, value in sorted(self.values.items()))

    @property
    def ranker_version(self) -> str:
        """Name the way the local order is made with these weights; stored with every suggestion."""
        if not self.values:
            return RANKER_VERSION
        return f"{RANKER_VERSION}+{hashlib.sha256(str(self).encode()).hexdigest()[:8]}"

    def apply(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Rate candidates of one query anew (0 to 1) and put them in order."""
        if not self.values:
            return list(candidates)
        best = max((one.score for one in candidates), default=0.0)
        rated = [replace(one, score=round(self._rate(features(one, best)), 6)) for one in candidates]
        return sorted(rated, key=lambda one: (-one.score, one.id))

    def _rate(self, found: Mapping[str, float]) -> float:
        whole = sum(self.values.values())
        return sum(value * found.get(name, 0.0) for name, value in self.values.items()) / whole


def features(candidate: Candidate, best: float) -> dict[str, float]:
    """Return what can be weighed about a candidate; `best` is the highest local score of its list."""
    return {**candidate.sub_scores, SCORE: candidate.score / best if best > 0 else 0.0}
