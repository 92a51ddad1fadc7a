"""The local order and a model's judgements in one order.

The model is followed as far as it is trusted, and moves nobody by more than a few ranks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matching.model import Candidate
from matching.trust import Agreement, agreement, trust
from prompts.judgement import Judgement

LARGEST_MOVE = 5
"""Ranks by which a model may lift or lower a candidate: what a profile's text can talk a model into ends here."""

MODEL_SHARE = 0.5
"""Weight of a trusted model's score against the local one (each over its best)."""


@dataclass(frozen=True, slots=True)
class Fused:
    """Hold a candidate in the fused order: its new rank and its local one (both from 1), and its judgement if any."""

    candidate: Candidate
    score: float
    rank: int
    local_rank: int
    judgement: Judgement | None


def fuse(
    candidates: Iterable[Candidate],
    judgements: Iterable[Judgement],
    *,
    earlier: Iterable[Agreement] = (),
    largest_move: int = LARGEST_MOVE,
    model_share: float = MODEL_SHARE,
) -> list[Fused]:
    """Order candidates by local and model score together; neither the order of one input nor of the other matters.

    `earlier` are the model's agreements on other challenges: without any, or after bad ones, it moves less. A candidate
    without a judgement keeps its local score. Nobody ends more than `largest_move` ranks from his or her local rank.
    Model scores are no probabilities: they only order.
    """
    local = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.id))
    judged = {judgement.id: judgement for judgement in judgements}
    share = model_share * trust([*earlier, agreement(local, judged.values())])
    best_local = max((candidate.score for candidate in local), default=0.0) or 1.0
    best_judged = max((judged[c.id].score for c in local if c.id in judged), default=0) or 1
    scores: list[float] = []
    for candidate in local:
        judgement, own = judged.get(candidate.id), candidate.score / best_local
        model = own if judgement is None else judgement.score / best_judged
        scores.append(round((1 - share) * own + share * model, 6))
    order = _within(scores, largest_move)
    return [
        Fused(local[at], scores[at], rank, at + 1, judged.get(local[at].id)) for rank, at in enumerate(order, start=1)
    ]


def _within(scores: Sequence[float], largest_move: int) -> list[int]:
    """Order positions by score so that none ends more than `largest_move` places away.

    For every place the best of those that may stand there is taken, unless one could stand nowhere later. There is
    always one: of the first n + 1 positions, at most n are taken when place n is filled.
    """
    left = list(range(len(scores)))
    order: list[int] = []
    for place in range(len(scores)):
        if left[0] == place - largest_move:
            chosen = left[0]
        else:
            chosen = min(
                (at for at in left if at <= place + largest_move),
                key=lambda at: (-scores[at], at),
            )
        left.remove(chosen)
        order.append(chosen)
    return order
