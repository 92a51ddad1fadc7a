"""What is learnt from managers' decisions: how often such a score was approved, and reports for `matchpoint eval`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.ids import Kind, format_id
from domain.introductions import counts_for_relevance
from handlers.ticks import tick
from handlers.work import Kit
from matching import Slot
from matching.approvals import Verdict, weight_of
from matching.calibration import ENOUGH, Calibration, Step, calibrate
from matching.reciprocal import PARTS, RELEVANCE
from matching.refit import Example
from matching.weights import SCORE
from store.engine import Database, Session
from store.queries import decisions as query
from store.queries.decisions import Make
from store.queries.rows import key_of
from store.tables.introductions import Decision

#: A calibration is renewed when there is one more decision to learn from for so many.
_RENEWED_EVERY: Final = 10


@tick("scores.calibrate", seconds=600)
def calibrate_scores(database: Database, kit: Kit, now: datetime) -> int:
    """Learn how often scores were approved, for each make of score that was decided on often enough."""
    with database.read() as session:
        counts = {make: count for make, count in kit.decided.read_on(session, now).items() if count >= ENOUGH}
        due = [make for make, count in counts.items() if count >= _renewed_at(session, make)]
    done = 0
    for make in due:
        with database.read() as session:
            learnt = calibrate(query.scores(session, make))
        if learnt is None:
            continue
        steps = [(step.start, step.approved, step.decided) for step in learnt.steps]
        with database.write() as session:
            done += query.keep_calibration(session, make, steps, now=now)
    return done


def _renewed_at(session: Session, make: Make) -> int:
    newest = query.newest_calibration(session, make)
    return 0 if newest is None else newest.decisions + newest.decisions // _RENEWED_EVERY


def calibration_for(session: Session, *, ranker_version: str, prompt_version: str) -> tuple[int, Calibration] | None:
    """Return the newest calibration of such scores with its version, or None where too little was decided yet."""
    newest = query.newest_calibration(session, Make(ranker_version, prompt_version))
    if newest is None:
        return None
    return key_of(newest), Calibration(tuple(Step(*step) for step in newest.steps))


@dataclass(frozen=True, slots=True)
class MakeReport:
    """How many decisions on relevance there are about scores of one make, and what they came to mean, if known."""

    ranker_version: str
    prompt_version: str
    decisions: int
    version: int | None
    calibration: Calibration | None


def makes(database: Database) -> list[MakeReport]:
    """Return the makes of scores that were decided on, those with most decisions first."""
    found: list[MakeReport] = []
    with database.read() as session:
        for make, count in query.relevance_counts(session).items():
            ranker, prompt = make.ranker_version, make.prompt_version
            learnt = calibration_for(session, ranker_version=ranker, prompt_version=prompt)
            found.append(MakeReport(ranker, prompt, count, *(learnt or (None, None))))
    return sorted(found, key=lambda one: (-one.decisions, one.ranker_version, one.prompt_version))


def examples(database: Database) -> list[list[Example]]:
    """Return, per challenge with an approval and a decline as not relevant, what was decided, to learn weights from.

    Only decisions with sub-scores; a newcomer drawn by lot counts by the inverse of its chance.
    """
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts(database):
        if verdict.relevant is not None and verdict.sub_scores:
            groups.setdefault(verdict.challenge, []).append(verdict)
    return [_examples(group) for group in groups.values() if len({one.relevant for one in group}) > 1]


def _examples(group: list[Verdict]) -> list[Example]:
    group.sort(key=lambda one: one.rank)
    # Weights are for the order by relevance; what both sides are expected to want is weighed after it.
    relevance = [one.sub_scores.get(RELEVANCE, one.score) for one in group]
    best = max(relevance)
    return [
        Example(
            {
                **{name: value for name, value in one.sub_scores.items() if name not in PARTS},
                SCORE: own / best if best > 0 else 0.0,
            },
            grade=float(bool(one.relevant)),
            weight=weight_of(one.propensity),
        )
        for one, own in zip(group, relevance, strict=True)
    ]


def verdicts(database: Database) -> list[Verdict]:
    """Return all decisions as the ranker learns from them, in the order in which they were taken."""
    with database.read() as session:
        return [_verdict(row) for row in query.decisions(session)]


def _verdict(row: Decision) -> Verdict:
    counts = counts_for_relevance(approved=row.approved, reason=row.reason)
    return Verdict(
        challenge=format_id(Kind.CHALLENGE, row.challenge_id),
        rank=row.rank,
        score=row.score,
        relevant=row.approved if counts else None,
        reason=row.reason.value if row.reason else "",
        propensity=row.propensity,
        newcomer=row.slot == Slot.NEWCOMER,
        ranker=row.ranker_version,
        prompt=row.prompt_version,
        sub_scores=row.sub_scores,
    )
