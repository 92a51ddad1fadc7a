"""`matchpoint eval --decisions`: how often managers approved what was proposed, and what scores came to mean."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from bot.console import OK, WRONG, deployment, out
from bot.settings import Settings
from domain.introductions import RejectReason
from handlers.suggestions import learning
from matching.approvals import Approvals, Share, approvals
from matching.calibration import ENOUGH

_LEFT_OUT: Final = {
    RejectReason.BUSY: "the SME is busy",
    RejectReason.CONFLICT: "a conflict",
    RejectReason.KNOWN_ALREADY: "they know each other",
    RejectReason.OTHER: "other reasons",
}


def report(settings: Settings, *, as_json: bool) -> int:
    """Print what managers decided; returns the exit code."""
    with deployment(settings) as parts:
        found = approvals(learning.verdicts(parts.database))
        makes = learning.makes(parts.database)
        if as_json:
            sys.stdout.write(json.dumps(_plain(found, makes), ensure_ascii=False, indent=2) + "\n")
        else:
            _show(found, makes)
        return OK
    return WRONG


def _show(found: Approvals, makes: list[learning.MakeReport]) -> None:
    console = out()
    left_out = sum(found.left_out.values())
    if not found.total.decided and not left_out:
        console.print(Text("Nothing was decided yet: managers approve and decline on the review cards."))
        return
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("")
    for name in ("approved", "decided", "share", "95 % interval", "weighted"):
        table.add_column(name, justify="right", no_wrap=True)
    _add(table, "all decisions", {"": found.total})
    _add(table, "approval@", {str(depth): share for depth, share in found.at.items()})
    _add(table, "rank ", found.by_rank)
    _add(table, "", found.by_ranker)
    _add(table, "prompt ", {name or "none": share for name, share in found.by_prompt.items()})
    _add(table, "newcomers", {"": found.newcomers})
    console.print(table)
    console.print(Text(_left_out(found.left_out)))
    console.print(
        Text("Weighted: each decision by the inverse of its chance of being shown (newcomers are drawn by lot).")
    )
    for make in makes:
        console.print(Text(_meaning(make)))


def _add(table: Table, name: str, shares: Mapping[str, Share]) -> None:
    for key, share in shares.items():
        known = share.decided > 0
        table.add_row(
            Text(f"{name}{key}"),
            str(share.approved),
            str(share.decided),
            f"{share.rate:.0%}" if known else "–",
            f"{share.low:.0%}–{share.high:.0%}" if known else "–",
            f"{share.weighted:.0%}" if known else "–",
        )


def _left_out(counts: Mapping[str, int]) -> str:
    if not counts:
        return "No decline was left out: all of them were about relevance."
    told = ", ".join(f"{count} × {_LEFT_OUT[RejectReason(name)]}" for name, count in counts.items())
    return f"Left out, because they say nothing about relevance: {sum(counts.values())} declines ({told})."


def _meaning(make: learning.MakeReport) -> str:
    name = make.ranker_version + (f" with {make.prompt_version}" if make.prompt_version else "")
    if make.calibration is None:
        waiting = ENOUGH - make.decisions
        when = f"after {waiting} more decisions" if waiting > 0 else "at the next turn of the clock"
        return f"Scores of {name}: what they mean is said on the cards {when}."
    lines = [
        f"  {step.start:.2f} and more: {step.approved} of {step.decided} approved" for step in make.calibration.steps
    ]
    return f"Scores of {name}, calibration {make.version}:\n" + "\n".join(lines)


def _plain(found: Approvals, makes: list[learning.MakeReport]) -> dict[str, Any]:
    return {"approvals": dataclasses.asdict(found), "scores": [dataclasses.asdict(one) for one in makes]}
