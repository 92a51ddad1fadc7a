"""How good an order is against human judgments: nDCG, recall, reciprocal rank; and percentiles of what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log2

NDCG_DEPTH = 10
RECALL_DEPTH = 50
MRR_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Quality:
    """Rate one order, or the mean over several: each figure lies between 0 and 1, and higher is better."""

    ndcg10: float
    recall50: float
    mrr: float


def gains(judged: Mapping[str, int], *, relevant_from: int = 1) -> dict[str, int]:
    """Return what finding each relevant document is worth: 1 for the lowest relevant grade, one more a grade."""
    return {key: grade - relevant_from + 1 for key, grade in judged.items() if grade >= relevant_from}


def quality(ranked: Sequence[str], judged: Mapping[str, int], *, relevant_from: int = 1) -> Quality | None:
    """Rate an order of ids, best first; `None` where nothing is relevant, because no order is better than another."""
    worth = gains(judged, relevant_from=relevant_from)
    if not worth:
        return None
    return Quality(ndcg(ranked, worth), recall(ranked, worth), reciprocal_rank(ranked, worth))


def ndcg(ranked: Sequence[str], worth: Mapping[str, int], *, depth: int = NDCG_DEPTH) -> float:
    """Return the discounted gain of the first `depth` ranks as a share of the best possible one.

    The gain is linear, the discount log2(rank + 1): Järvelin and Kekäläinen, 2002.
    """
    ideal = _discounted(sorted(worth.values(), reverse=True)[:depth])
    return _discounted([worth.get(key, 0) for key in ranked[:depth]]) / ideal if ideal else 0.0


def recall(ranked: Sequence[str], worth: Mapping[str, int], *, depth: int = RECALL_DEPTH) -> float:
    """Return the share of the relevant documents that stand in the first `depth` ranks."""
    return len(worth.keys() & set(ranked[:depth])) / len(worth) if worth else 0.0


def reciprocal_rank(ranked: Sequence[str], worth: Mapping[str, int], *, depth: int = MRR_DEPTH) -> float:
    """Return 1 / rank of the first relevant document, 0 if none stands in the first `depth` ranks."""
    return next((1 / rank for rank, key in enumerate(ranked[:depth], 1) if key in worth), 0.0)


def mean_quality(rated: Sequence[Quality]) -> Quality:
    """Average over queries, each counting the same; all zero for none."""
    count = len(rated) or 1
    return Quality(
        ndcg10=sum(one.ndcg10 for one in rated) / count,
        recall50=sum(one.recall50 for one in rated) / count,
        mrr=sum(one.mrr for one in rated) / count,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of the values do not exceed; 0 for no values."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _discounted(worths: Sequence[int]) -> float:
    return sum(worth / log2(rank + 1) for rank, worth in enumerate(worths, 1))
