"""Part *quality*: how good the order is, on the judged sample of the project, side by side with simple baselines.

Each system is a process of its own. The first half of the queries is for choosing weights, the second for reporting;
both are shown, and so is any judged folder named in `COLLECTIONS` (folders with colons between).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from benchmarks.judged import FOLDER
from bot.evaluation.command import label
from bot.evaluation.folders import Half
from bot.evaluation.measuring import Measured, measure
from bot.evaluation.systems import OURS

SYSTEMS: Final = (OURS, "bm25s", "chars")


def main() -> None:
    """Measure and print the tables, in Markdown."""
    print(
        "\nnDCG@10, recall@50 and MRR: 0 to 1, higher is better; misspelt: nDCG@10 with a tenth of the words misspelt\n"
    )
    _show(FOLDER, "second half of the queries (for reporting)", Half.SECOND)
    _show(FOLDER, "first half (for choosing)", Half.FIRST)
    for name in filter(None, os.environ.get("COLLECTIONS", "").split(":")):
        _show(Path(name), "all queries", None)


def _show(folder: Path, part: str, half: Half | None) -> None:
    measured: list[Measured] = []
    for name in SYSTEMS:
        print(f"  {folder.name}, {part}: {label(name)}", file=sys.stderr)
        measured.append(measure(name, folder, half, lambda done, total: None))
    print(f"{folder.name}, {part}: {measured[0].queries} queries\n")
    print("| | nDCG@10 | misspelt | recall@50 | MRR | p50 ms | p95 ms |\n|---|---|---|---|---|---|---|")
    for one in measured:
        misspelt = "–" if one.misspelt is None else f"{one.misspelt.ndcg10:.3f}"
        print(
            f"| {label(one.system)} | {one.clean.ndcg10:.3f} | {misspelt} | {one.clean.recall50:.3f} "
            f"| {one.clean.mrr:.3f} | {one.p50_ms:.1f} | {one.p95_ms:.1f} |"
        )
    print()
