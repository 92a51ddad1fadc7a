"""Part *ranking*: how fast and how large the index of profiles is, side by side with what one would take instead.

Each system is a process of its own, one thread, over the same made-up profiles of 90 words. `SIZES=10000,100000`
chooses the numbers of profiles. rapidfuzz compares with every profile and is asked in a small index only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from benchmarks.profiles import profiles, queries
from bot.evaluation import systems
from matching.metrics import percentile

LENGTHS: Final = (12, 60, 200)
LIMIT: Final = 10
_QUERIES: Final = 100
_SLOW_QUERIES: Final = 10
_ADDED: Final = 200
_SMALLEST: Final = 10_000
RAPIDFUZZ: Final = "rapidfuzz"

Row = tuple[str, str, str]
Rank = Callable[[str, int], object]


def main() -> None:
    """Measure and print one table per size, in Markdown."""
    sizes = [int(size) for size in os.environ.get("SIZES", "10000,100000").split(",")]
    for size in sizes:
        names = [systems.OURS, "bm25s", "tantivy", *([RAPIDFUZZ] if size <= _SMALLEST else [])]
        found: dict[str, dict[str, Any]] = {}
        for name in names:
            print(f"  {size:,} profiles: {name}", file=sys.stderr)
            found[name] = _in_own_process(name, size)
        _show(size, found)


def _in_own_process(name: str, size: int) -> dict[str, Any]:
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ranking", name, str(size)],
        env=os.environ | threads,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name} could not be measured:\n{done.stderr}")
    return json.loads(done.stdout)


def measure(name: str, size: int) -> dict[str, Any]:
    """Measure one system in this process: times in milliseconds, the index in seconds, the process in megabytes."""
    began = time.perf_counter()
    count = sum(1 for _ in profiles(size))
    making = time.perf_counter() - began
    add: Callable[[Row], object] | None = None
    began = time.perf_counter()
    if name == systems.OURS:
        from matching import ProfileIndex

        index = ProfileIndex.build(profiles(size))
        rank: Rank = index.search
        add = lambda row: index.add(*row)  # noqa: E731 - one line of two
    else:
        rank = _rapidfuzz(profiles(size)) if name == RAPIDFUZZ else systems.load(name)(list(profiles(size)))
    found: dict[str, Any] = {"build": time.perf_counter() - began - making, "size": count}
    number = _SLOW_QUERIES if name == RAPIDFUZZ else _QUERIES
    for length in LENGTHS:
        asked = queries(number, length)
        rank(asked[0], LIMIT)
        found[str(length)] = _spread([_timed(lambda text=text: rank(text, LIMIT)) for text in asked])
    if add is not None:
        rows = [(f"new{key}", title, text) for key, title, text in profiles(_ADDED, seed=2)]
        put = add
        found["add"] = _spread([_timed(lambda row=row: put(row)) for row in rows])
    found["memory"] = _resident()
    return found


def _rapidfuzz(rows: Iterable[Row]) -> Rank:
    from rapidfuzz import fuzz, process, utils

    texts = {key: utils.default_process(f"{title} {text}") for key, title, text in rows}

    def rank(query: str, limit: int) -> object:
        return process.extract(utils.default_process(query), texts, scorer=fuzz.token_set_ratio, limit=limit)

    return rank


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _spread(times: list[float]) -> tuple[float, float]:
    return percentile(times, 0.5), percentile(times, 0.95)


def _resident() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _show(size: int, found: dict[str, dict[str, Any]]) -> None:
    print(f"\n{size:,} profiles of 90 words; milliseconds p50 / p95 of a query of so many words, × Matchpoint's p50\n")
    heads = "".join(f" {length} words |" for length in LENGTHS)
    print(f"| |{heads} adding one | index made in | process |\n|---|{'---|' * (len(LENGTHS) + 3)}")
    ours = found[systems.OURS]
    for name, one in found.items():
        cells = [_cell(one[str(length)], ours[str(length)][0]) for length in LENGTHS]
        added = "{:.1f} / {:.1f}".format(*one["add"]) if "add" in one else "–"
        label = systems.LABELS.get(name, name)
        print(f"| {label} | {' | '.join(cells)} | {added} | {one['build']:.1f} s | {one['memory']:.0f} MB |")


def _cell(spread: tuple[float, float], ours: float) -> str:
    return f"{spread[0]:.1f} / {spread[1]:.1f} ({spread[0] / ours:.1f}×)"


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
