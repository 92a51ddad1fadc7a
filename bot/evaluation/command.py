"""`matchpoint eval FOLDER`: the ranker on a judged collection, side by side with baselines."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from bot.console import OK, err, fail, out, progress
from bot.evaluation.folders import Collection, FolderError, Half, read_collection
from bot.evaluation.measuring import Measured, MeasuringFailed, best_of, measure
from bot.evaluation.systems import LABELS, OURS, SystemMissing, UnknownSystem, check

_NOTHING: Final = "–"


def evaluate(folder: Path, *, against: Sequence[str], half: Half | None, as_json: bool) -> int:
    """Measure and print; returns the exit code."""
    try:
        collection = read_collection(folder)
        names = _present(against)
        for warning in collection.warnings:
            err().print(Text(warning, style="yellow"))
        if not collection.asked(half):
            return fail(f"The {half} half of the queries has no judged one. Leave --half out.")
        measured = measure_all(folder, names, half)
    except (FolderError, UnknownSystem, MeasuringFailed) as error:
        return fail(str(error))
    if as_json:
        sys.stdout.write(json.dumps(_plain(collection, half, measured), ensure_ascii=False, indent=2) + "\n")
    else:
        out().print(_table(collection, half, measured))
    return OK


def measure_all(folder: Path, names: Sequence[str], half: Half | None) -> list[Measured]:
    """Measure these systems on a folder, one after the other, with a bar for each on a terminal.

    :raises MeasuringFailed: one of them ended without a result.
    """
    measured: list[Measured] = []
    for name in names:
        with progress(label(name), rows=True) as tell:
            measured.append(measure(name, folder, half, tell))
    return measured


def label(name: str) -> str:
    """Return what a system is called in tables."""
    kind, _, stemmer = name.partition(":")
    return f"{LABELS[kind]} ({stemmer})" if stemmer else LABELS[kind]


def _present(against: Sequence[str]) -> list[str]:
    """Return our ranker and those baselines that can be measured; the others are told of."""
    names = [OURS]
    for name in dict.fromkeys(against):
        try:
            check(name)
            names.append(name)
        except SystemMissing as error:
            err().print(Text(f"{error} It is left out.", style="yellow"))
    return list(dict.fromkeys(names))


def _table(collection: Collection, half: Half | None, measured: Sequence[Measured]) -> Table:
    which = f"{half} half: " if half else ""
    title = f"{collection.name}, {which}{measured[0].queries} queries, {len(collection.texts)} texts"
    # Narrow enough for a terminal of 80 columns.
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 0))
    table.add_column("", no_wrap=True)
    for column in ("nDCG@10", "misspelt", "recall@50", "MRR", "p50 ms", "p95 ms", "index s", "MB"):
        table.add_column(f" {column}", justify="right", no_wrap=True)
    best = best_of(measured)
    for one in measured:
        misspelt = None if one.misspelt is None else one.misspelt.ndcg10
        table.add_row(
            label(one.system),
            _figure(one.clean.ndcg10, best["ndcg10"]),
            Text(_NOTHING) if misspelt is None else _figure(misspelt, best["misspelt"]),
            _figure(one.clean.recall50, best["recall50"]),
            _figure(one.clean.mrr, best["mrr"]),
            f"{one.p50_ms:.1f}",
            f"{one.p95_ms:.1f}",
            f"{one.build_s:.2f}",
            f"{one.memory_mb:.0f}",
        )
    return table


def _figure(value: float, best: float) -> Text:
    return Text(f"{value:.3f}", style="bold" if value == best else "")


def _plain(collection: Collection, half: Half | None, measured: Sequence[Measured]) -> dict[str, Any]:
    return {
        "collection": collection.name,
        "texts": len(collection.texts),
        "half": half,
        "warnings": list(collection.warnings),
        "systems": [dataclasses.asdict(one) for one in measured],
    }
