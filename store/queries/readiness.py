"""How ready an SME is for one more introduction: its room, and what it did when it was asked before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from domain.introductions import OPEN, REPEAT_DAYS, SHORTLIST_MAX, IntroductionState, RejectReason, SuggestionState
from store.tables.introductions import Decision, Introduction, Suggestion
from store.tables.people import Organisation


@dataclass(frozen=True, slots=True)
class Readiness:
    """Counts of one organisation's introductions, and the load that it is promised by what is proposed elsewhere.

    `ignored`: it was asked and let the time pass. `declined` counts a manager's "it has no time" of late, too.
    """

    capacity: int
    countries: frozenset[str]
    open_introductions: int = 0
    accepted: int = 0
    declined: int = 0
    ignored: int = 0
    promised: float = 0.0


def readiness(
    session: Session, organisations: Collection[int], *, now: datetime, but_challenges: Collection[int]
) -> dict[int, Readiness]:
    """Return what is known of these organisations; `but_challenges` are about to be ranked and promise nothing yet."""
    ids = list(organisations)
    query = select(Organisation.id, Organisation.capacity, Organisation.country, Organisation.countries)
    known = {
        key: (capacity, frozenset({country, *more} - {""}))
        for key, capacity, country, more in session.exec(query.where(col(Organisation.id).in_(ids)))
        if key is not None
    }
    counts, busy = _counts(session, ids), _called_busy(session, ids, now)
    promised = _promised(session, ids, but_challenges)
    found: dict[int, Readiness] = {}
    for key, (capacity, countries) in known.items():
        open_, accepted, declined, ignored = counts.get(key, (0, 0, 0, 0))
        found[key] = Readiness(
            capacity, countries, open_, accepted, declined + busy.get(key, 0), ignored, promised.get(key, 0.0)
        )
    return found


def _counts(session: Session, ids: list[int]) -> dict[int, tuple[int, int, int, int]]:
    """Count introductions that are open, accepted, declined by the SME, and ignored by it."""
    asked, silent = col(Introduction.asked_at).is_not(None), col(Introduction.sme_consent_at).is_(None)
    conditions = (
        col(Introduction.state).in_(tuple(OPEN)),
        ~silent,
        (col(Introduction.state) == IntroductionState.DECLINED) & (col(Introduction.declined_by) == "sme"),
        # What took the ground away, such as the end of the challenge, is named there.
        (col(Introduction.state) == IntroductionState.LAPSED) & asked & silent & (col(Introduction.declined_by) == ""),
    )
    sums = (func.sum(case((condition, 1), else_=0)) for condition in conditions)
    query = select(Introduction.organisation_id, *sums).where(col(Introduction.organisation_id).in_(ids))
    rows = session.exec(query.group_by(col(Introduction.organisation_id)))
    return {key: (int(open_), int(yes), int(no), int(ignored)) for key, open_, yes, no, ignored in rows}


def _called_busy(session: Session, ids: list[int], now: datetime) -> dict[int, int]:
    query = (
        select(Suggestion.organisation_id, func.count())
        .join(Decision, col(Decision.suggestion_id) == Suggestion.id)
        .where(
            col(Suggestion.organisation_id).in_(ids),
            Decision.reason == RejectReason.BUSY,
            col(Decision.created_at) > now - timedelta(days=REPEAT_DAYS),
        )
        .group_by(col(Suggestion.organisation_id))
    )
    return dict(session.exec(query).all())


def _promised(session: Session, ids: list[int], but_challenges: Collection[int]) -> dict[int, float]:
    """Sum the chances that places on other shortlists, still undecided, become introductions."""
    query = select(Suggestion.organisation_id, Suggestion.sub_scores).where(
        col(Suggestion.organisation_id).in_(ids),
        Suggestion.state == SuggestionState.PROPOSED,
        col(Suggestion.rank) <= SHORTLIST_MAX,
        col(Suggestion.challenge_id).not_in(list(but_challenges)),
    )
    found: dict[int, float] = {}
    for key, scores in session.exec(query):
        found[key] = found.get(key, 0.0) + float(scores.get("load", 0.0))
    return found
