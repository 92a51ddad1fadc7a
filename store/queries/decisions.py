"""What managers decided about suggestions, as the ranker learns from it, and what was learnt."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from domain.introductions import RejectReason, counts_for_relevance
from store.inserting import insert_new
from store.tables.introductions import Calibration, Decision

_PAGE = 5000
#: No transaction that writes a decision is open for so long: behind an id that is older nothing comes any more.
_WRITTEN = timedelta(minutes=1)
_COUNTED = tuple(reason for reason in RejectReason if counts_for_relevance(approved=False, reason=reason))


@dataclass(frozen=True, slots=True)
class Make:
    """Name one way in which scores are made: only scores of one make compare."""

    ranker_version: str
    prompt_version: str = ""


def decisions(session: Session) -> Iterator[Decision]:
    """Return all decisions in the order in which they were taken, a page at a time."""
    after = 0
    while True:
        query = select(Decision).where(col(Decision.id) > after).order_by(col(Decision.id)).limit(_PAGE)
        page = session.exec(query).all()
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].id or 0
        session.expunge_all()


def relevance_counts(session: Session, *, after: int = 0, until: int | None = None) -> dict[Make, int]:
    """Count the decisions on relevance by the make of their scores: those behind one id and up to another."""
    query = (
        select(Decision.ranker_version, Decision.prompt_version, func.count())
        .where(_on_relevance(), col(Decision.id) > after)
        .group_by(col(Decision.ranker_version), col(Decision.prompt_version))
    )
    if until is not None:
        query = query.where(col(Decision.id) <= until)
    return {Make(ranker, prompt): count for ranker, prompt, count in session.exec(query)}


@dataclass(slots=True)
class DecisionCounts:
    """How many decisions on relevance a process has counted: they are never changed, so each is counted once."""

    until: int = 0
    counts: Counter[Make] = field(default_factory=Counter[Make])

    def read_on(self, session: Session, now: datetime) -> Counter[Make]:
        """Count what was decided since the last time; what is being written at this moment comes next time."""
        until = max(self.until, _newest(session, before=now - _WRITTEN))
        self.counts.update(relevance_counts(session, after=self.until, until=until))
        self.until = until
        return self.counts


def _newest(session: Session, *, before: datetime) -> int:
    # From the newest one back: those since then are few, and an aggregate would read all.
    query = select(Decision.id).where(col(Decision.created_at) < before).order_by(col(Decision.id).desc()).limit(1)
    return session.exec(query).first() or 0


def scores(session: Session, make: Make) -> Sequence[tuple[float, bool]]:
    """Return score and approval of each decision on relevance of one make, in the order in which they were taken."""
    query = select(Decision.score, Decision.approved).where(
        _on_relevance(),
        Decision.ranker_version == make.ranker_version,
        Decision.prompt_version == make.prompt_version,
    )
    return [(score, approved) for score, approved in session.exec(query.order_by(col(Decision.id)))]


def newest_calibration(session: Session, make: Make) -> Calibration | None:
    """Return what was learnt last about the scores of one make."""
    query = (
        select(Calibration)
        .where(Calibration.ranker_version == make.ranker_version, Calibration.prompt_version == make.prompt_version)
        .order_by(col(Calibration.decisions).desc())
    )
    return session.exec(query.limit(1)).first()


def keep_calibration(session: Session, make: Make, steps: Sequence[tuple[float, int, int]], *, now: datetime) -> bool:
    """Write down what was learnt; False if somebody learnt it from the same decisions."""
    row = {
        "created_at": now,
        "updated_at": now,
        "version": 1,
        "ranker_version": make.ranker_version,
        "prompt_version": make.prompt_version,
        "decisions": sum(decided for _, _, decided in steps),
        "approved": sum(approved for _, approved, _ in steps),
        "steps": [list(step) for step in steps],
    }
    return bool(insert_new(session, Calibration, [row], returning="id"))


def _on_relevance() -> ColumnElement[bool]:
    return col(Decision.approved).is_(True) | col(Decision.reason).in_(_COUNTED)
