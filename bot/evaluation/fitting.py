"""`matchpoint eval --fit`: weights fitted anew to decisions or to a judged collection; a proposal, never applied."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.text import Text

from bot.console import OK, WRONG, deployment, fail, out, progress
from bot.evaluation.folders import Collection, FolderError, Half, read_collection
from bot.settings import Settings
from handlers.suggestions import learning
from matching import ProfileIndex, Query
from matching.refit import FEWEST_GROUPS, Example, Fit, Group, fit
from matching.weights import Weights, features

_POOL: Final = 100


def fit_decisions(settings: Settings, *, as_json: bool) -> int:
    """Fit to what managers of this deployment decided; returns the exit code."""
    with deployment(settings) as parts:
        groups = learning.examples(parts.database)
        found = fit(groups, present=parts.kit.weights.values)
        if found is None:
            return fail(
                f"Too little was decided to learn from: {len(groups)} challenges have both an approval and a decline "
                f"as not relevant, and it takes {FEWEST_GROUPS}. A judged folder can be given instead."
            )
        return _show(found, parts.kit.weights, "challenges, cross-validated", as_json=as_json)
    return WRONG


def fit_folder(settings: Settings, folder: Path, *, half: Half | None, as_json: bool) -> int:
    """Fit to a judged folder, on one half with the gain on the other, or cross-validated; returns the exit code."""
    try:
        collection = read_collection(folder)
        present = Weights.parse(settings.ranking_weights)
    except FolderError as error:
        return fail(str(error))
    except ValueError as error:
        return fail(f"RANKING_WEIGHTS: {error}.")
    index = ProfileIndex.build(collection.texts)
    groups = _groups(index, collection, half)
    held_out = _groups(index, collection, half.other) if half else []
    found = fit(groups, present=present.values, held_out=held_out)
    if found is None:
        return fail(f"{len(groups)} queries of {collection.name} can be learnt from, and it takes {FEWEST_GROUPS}.")
    told = f"queries of the {half.other} half" if half else "queries, cross-validated"
    return _show(found, present, told, as_json=as_json)


def _groups(index: ProfileIndex, collection: Collection, half: Half | None) -> list[Group]:
    ids = collection.asked(half)
    groups: list[Group] = []
    with progress("Ranking", rows=True) as tell:
        for number, key in enumerate(ids):
            tell(number, len(ids))
            title, _, rest = collection.queries[key].partition("\n")
            found = index.rank(Query(title, rest), _POOL)
            best = max((one.score for one in found), default=0.0)
            judged, lowest = collection.judged[key], collection.relevant_from
            groups.append([Example(features(one, best), max(0, judged.get(one.id, 0) - lowest + 1)) for one in found])
    return groups


def _show(found: Fit, present: Weights, told: str, *, as_json: bool) -> int:
    proposed, gain = Weights(found.weights), found.gain
    if as_json:
        values = {"present": str(present), "proposed": str(proposed), "gain": dataclasses.asdict(gain)}
        sys.stdout.write(json.dumps(values, indent=2) + "\n")
        return OK
    lines: Sequence[str] = (
        f"nDCG@10 on {gain.groups} {told}: {gain.before:.3f} now, {gain.after:.3f} with these weights;",
        f"gain {gain.after - gain.before:+.3f}, 95 % interval {gain.low:+.3f} to {gain.high:+.3f}.",
        "",
        f"Present:  {str(present) or 'score=1, the order of the ranker itself'}",
        f"Proposed: {proposed}",
        "",
        "Nothing was changed. The gain is clear; to use these weights, set and start every process again:"
        if gain.is_clear
        else "Nothing was changed, and the gain is not clear: better leave it. To use these weights all the same, set:",
        f"  RANKING_WEIGHTS={proposed}",
        "Suggestions carry another ranker version from then on, and eval --decisions tells the two apart.",
    )
    out().print(Text("\n".join(lines)))
    return OK
