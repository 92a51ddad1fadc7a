"""How good the fused order is when the language model is good, noisy, guessing or against us.

Challenges, grades and a local order of the usual quality are made up from a seed; every judge sees the true grades and
spoils them in its way. What counts is nDCG@10 of the fused order less that of the local one, for a model without a
record and for one that was seen on 20 other challenges before.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from rich.console import Console
from rich.table import Table

from matching import Agreement, Candidate, agreement, fuse
from matching.metrics import ndcg
from prompts.judgement import Judgement

CANDIDATES: Final = 20
RECORD: Final = 20
_GRADES: Final = (0, 0, 0, 0, 0, 1, 1, 2, 3)
_LOCAL_NOISE: Final = 1.8

Judging = Callable[[random.Random, int, int], float]


@dataclass(frozen=True, slots=True)
class Case:
    """One challenge: candidates with their local scores, and the true grade (0 to 3) of each."""

    candidates: tuple[Candidate, ...]
    grades: dict[str, int]


def noisy(deviation: float) -> Judging:
    """Return a judge that knows the grade and errs by a normal deviation."""
    return lambda draw, grade, place: 15 + 25 * grade + draw.gauss(0, deviation)


JUDGES: Final[dict[str, Judging]] = {
    "perfect": noisy(0),
    "noise 15": noisy(15),
    "noise 30": noisy(30),
    "noise 45": noisy(45),
    "noise 60": noisy(60),
    "four steps only": lambda draw, grade, place: 25 * round(1 + grade + draw.gauss(0, 1)),
    "always the same": lambda draw, grade, place: 70,
    "guesses": lambda draw, grade, place: draw.uniform(0, 100),
    "likes who comes last": lambda draw, grade, place: 5 * place + draw.gauss(0, 10),
    "adversary": lambda draw, grade, place: 85 - 25 * grade + draw.gauss(0, 10),
}
"""Judges by name: from a random source, the true grade and the local place they make a score."""


def make_cases(seed: int, number: int) -> list[Case]:
    """Make challenges with a local order whose nDCG@10 is about .72, as that of real ones."""
    draw, cases = random.Random(seed), list[Case]()  # noqa: S311 - no secret
    while len(cases) < number:
        grades = {f"c{n:02}": draw.choice(_GRADES) for n in range(CANDIDATES)}
        if max(grades.values()):
            score = {key: 4 + grade + draw.gauss(0, _LOCAL_NOISE) for key, grade in grades.items()}
            best = max(score.values())
            found = [Candidate(key, round(max(0.05, one / best), 6), {}) for key, one in score.items()]
            cases.append(Case(tuple(sorted(found, key=lambda one: -one.score)), grades))
    return cases


def judge(case: Case, judging: Judging, draw: random.Random) -> list[Judgement]:
    """Have a judge score all candidates of a challenge."""
    scores = [judging(draw, case.grades[one.id], place) for place, one in enumerate(case.candidates)]
    return [
        Judgement(one.id, min(100, max(0, round(score))), "fits", None)
        for one, score in zip(case.candidates, scores, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Mean nDCG@10 over all challenges: local, of the judge alone, and of the fused order without and with a record."""

    local: float
    alone: float
    new: float
    known: float


def play(judging: Judging, *, seed: int, number: int) -> Outcome:
    """Let one judge judge `number` challenges."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    cases = make_cases(seed, number + RECORD)
    told = [(case, judge(case, judging, draw)) for case in cases]
    record = [agreement(case.candidates, verdicts) for case, verdicts in told[:RECORD]]
    return Outcome(
        local=fmean(_of_fused(case, [], []) for case, _ in told[RECORD:]),
        alone=fmean(_of_judge(case, verdicts) for case, verdicts in told[RECORD:]),
        new=fmean(_of_fused(case, verdicts, []) for case, verdicts in told[RECORD:]),
        known=fmean(_of_fused(case, verdicts, record) for case, verdicts in told[RECORD:]),
    )


def _of_fused(case: Case, verdicts: list[Judgement], record: list[Agreement]) -> float:
    return ndcg([one.candidate.id for one in fuse(case.candidates, verdicts, earlier=record)], case.grades)


def _of_judge(case: Case, verdicts: list[Judgement]) -> float:
    return ndcg([one.id for one in sorted(verdicts, key=lambda one: -one.score)], case.grades)


def main() -> None:
    """Print a table: one judge a line."""
    table = Table(title="A judge beside the local order: nDCG@10, 5 x 200 challenges of 20 candidates")
    for name in ("judge", "local", "judge alone", "fused, no record", "fused, 20 before"):
        table.add_column(name, justify="left" if name == "judge" else "right")
    for name, judging in JUDGES.items():
        found = [play(judging, seed=seed, number=200) for seed in range(5)]
        local, alone = fmean(one.local for one in found), fmean(one.alone for one in found)
        new, known = fmean(one.new for one in found) - local, fmean(one.known for one in found) - local
        table.add_row(name, f"{local:.3f}", f"{alone - local:+.3f}", f"{new:+.4f}", f"{known:+.4f}")
    Console().print(table)


if __name__ == "__main__":
    main()
