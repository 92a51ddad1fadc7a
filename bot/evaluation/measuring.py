"""Measure a system on a judged collection, in a process of its own so that its memory is its own."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from bot.evaluation import systems
from bot.evaluation.folders import Collection, Half, read_collection
from matching.metrics import MRR_DEPTH, Quality, mean_quality, percentile, quality

Tell = Callable[[int, int], None]
"""Hear how many queries of how many were asked."""

_MEGABYTE: Final = 1024 * 1024


class MeasuringFailed(Exception):
    """The process of a system ended without a result."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one system does on one collection.

    Times are milliseconds a query and seconds for the index; `memory_mb` is how much the process grew while the index
    was made and asked. `misspelt` is None where the collection has no misspelt queries; `by_query` are the nDCG@10 of
    the clean ones.
    """

    system: str
    clean: Quality
    misspelt: Quality | None
    queries: int
    p50_ms: float
    p95_ms: float
    build_s: float
    memory_mb: float
    by_query: Mapping[str, float]


def measure(system: str, folder: Path, half: Half | None, tell: Tell) -> Measured:
    """Measure one system in a fresh process.

    :raises MeasuringFailed: it ended without a result; its traceback is on standard error.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(system, folder, half, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        while True:
            heard: Measured | tuple[int, int] = ours.recv()
            if isinstance(heard, Measured):
                return heard
            tell(*heard)
    except EOFError as error:
        raise MeasuringFailed(f"{system} could not be measured.") from error
    finally:
        ours.close()
        process.join()


def _run(system: str, folder: Path, half: Half | None, line: Connection) -> None:
    collection = read_collection(folder)
    line.send(measure_here(system, collection, half, lambda done, all_: line.send((done, all_))))


def measure_here(system: str, collection: Collection, half: Half | None, tell: Tell) -> Measured:
    """Measure one system in this process; the memory is then what is left of it."""
    make = systems.load(system, collection.language)
    ids = collection.asked(half)
    rounds = [collection.queries] + ([collection.misspelt] if collection.misspelt is not None else [])
    before = _resident_mb()
    start = time.perf_counter()
    rank = make(collection.texts)
    build = time.perf_counter() - start
    if ids:
        rank(collection.queries[ids[0]], MRR_DEPTH)  # the first search of a process pays for what comes later
    taken: list[float] = []
    rated: list[dict[str, Quality]] = []
    done, last = 0, 0.0
    for texts in rounds:
        found: dict[str, Quality] = {}
        for key in ids:
            start = time.perf_counter()
            ranked = rank(texts[key], MRR_DEPTH)
            now = time.perf_counter()
            taken.append((now - start) * 1000)
            rating = quality(ranked, collection.judged[key], relevant_from=collection.relevant_from)
            if rating is not None:
                found[key] = rating
            done += 1
            if now - last > 0.1 or done == len(ids) * len(rounds):
                tell(done, len(ids) * len(rounds))
                last = now
        rated.append(found)
    return Measured(
        system=system,
        clean=mean_quality(list(rated[0].values())),
        misspelt=mean_quality(list(rated[1].values())) if len(rated) > 1 else None,
        queries=len(ids),
        p50_ms=percentile(taken, 0.5),
        p95_ms=percentile(taken, 0.95),
        build_s=build,
        memory_mb=max(0.0, _resident_mb() - before),
        by_query={key: rating.ndcg10 for key, rating in rated[0].items()},
    )


def best_of(measured: Sequence[Measured]) -> Mapping[str, float]:
    """Return the best figure of each column among the systems, to be marked in a table."""
    return {
        "ndcg10": max(one.clean.ndcg10 for one in measured),
        "recall50": max(one.clean.recall50 for one in measured),
        "mrr": max(one.clean.mrr for one in measured),
        "misspelt": max((one.misspelt.ndcg10 for one in measured if one.misspelt), default=0.0),
    }


def _resident_mb() -> float:
    """Return the memory this process holds; the most it ever held where the system does not tell the present."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            import resource

            return int(file.read().split()[1]) * resource.getpagesize() / _MEGABYTE
    except OSError:
        return _peak_mb()


def _peak_mb() -> float:
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / _MEGABYTE if sys.platform == "darwin" else peak / 1024
