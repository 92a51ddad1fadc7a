"""From the order of the ranker to what is proposed: who fits at all, what both sides want, and the shortlists.

Challenges that are ranked at the same time get their shortlists together, so that no SME is expected to receive more
introductions than it has room for (docs/adr/0010-selection-allocation-teams.md).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from domain.introductions import SHORTLIST_MAX
from handlers.suggestions.contenders import RankingTask
from handlers.suggestions.proposals import Order, Proposal
from matching import (
    Agreement,
    Candidate,
    Contest,
    Document,
    Fused,
    Shortlist,
    Stance,
    agreement,
    fits,
    fuse,
    shortlists,
    trust,
    weigh,
)
from prompts.rerank import Reranking
from store.engine import Database, Session
from store.queries import profiles_for_ranking, suggestions
from store.queries.profile_changes import Stamp
from store.queries.readiness import Readiness, readiness

#: How many other challenges tell how far a model is to be trusted.
AGREEMENTS: Final = 20


@dataclass(frozen=True, slots=True)
class Ranked:
    """What the ranker makes of one challenge, and a model if one was `asked`.

    `documents` are the candidates' texts, `stamps` the state of the profiles in which they were read, `meant` who is
    near by its vector.
    """

    task: RankingTask
    local: tuple[Candidate, ...]
    documents: Mapping[str, Document]
    notes: tuple[str, ...] = ()
    asked: Reranking | None = None
    trouble: str = ""
    stamps: Mapping[int, Stamp] = field(default_factory=dict[int, Stamp])
    meant: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the store knows of all candidates: `settled` are pairs of challenge and organisation decided already.

    `earlier` are a model's agreements with the local order, by the challenge that it is asked about now.
    """

    ready: Mapping[int, Readiness]
    known: frozenset[int]
    settled: frozenset[tuple[int, int]]
    earlier: Mapping[int, tuple[Agreement, ...]]


def select_together(database: Database, ranked: Sequence[Ranked], now: datetime) -> list[Order]:
    """Choose the shortlists of these challenges together; the others follow behind them, in their order."""
    facts = _read_facts(database, ranked, now)
    fused = {str(one.task.challenge_id): _fused(one, facts) for one in ranked}
    contests = {str(one.task.challenge_id): _contest(one, fused[str(one.task.challenge_id)], facts) for one in ranked}
    stances = {key: _stance(facts.ready[key]) for key in facts.ready}
    chosen = shortlists(contests, {str(key): stance.room for key, stance in stances.items()}, limit=SHORTLIST_MAX)
    keys = (str(one.task.challenge_id) for one in ranked)
    return [_order(one, fused[key], contests[key], chosen[key], facts) for one, key in zip(ranked, keys, strict=True)]


def _read_facts(database: Database, ranked: Sequence[Ranked], now: datetime) -> _Facts:
    ids = sorted({int(candidate.id) for one in ranked for candidate in one.local})
    challenges = [one.task.challenge_id for one in ranked]
    with database.read() as session:
        return _Facts(
            readiness(session, ids, now=now, but_challenges=challenges),
            profiles_for_ranking.known_before(session, ids),
            suggestions.settled(session, challenges),
            {one.task.challenge_id: _earlier(session, one) for one in ranked},
        )


def _earlier(session: Session, one: Ranked) -> tuple[Agreement, ...]:
    if one.asked is None:
        return ()
    found = suggestions.agreements(
        session, one.asked.model, one.asked.prompt_version, but_challenge=one.task.challenge_id, limit=AGREEMENTS
    )
    return tuple(Agreement(*agreed) for agreed in found)


def _fused(one: Ranked, facts: _Facts) -> list[Fused]:
    """Let the model have its say, as far as it is trusted."""
    judgements = one.asked.judgements if one.asked else ()
    return fuse(one.local, judgements, earlier=facts.earlier[one.task.challenge_id])


def _contest(one: Ranked, order: Sequence[Fused], facts: _Facts) -> Contest:
    task = one.task
    judged = {fused.candidate.id: fused.judgement.score for fused in order if fused.judgement is not None}
    candidates = [
        weigh(
            candidate,
            _stance(
                facts.ready[int(candidate.id)],
                answered=candidate.id in task.answers,
                document=one.documents[candidate.id],
            ),
            task.query,
            buyer_country=task.buyer_country,
        )
        for candidate in _descending(order)
        if candidate.id in task.answers
        or (candidate.id in one.meant and candidate.evidence)
        or fits(candidate, task.query, one.documents[candidate.id], judged=judged.get(candidate.id, 0))
    ]
    return Contest(
        candidates=tuple(candidates),
        newcomers=frozenset(candidate.id for candidate in candidates if int(candidate.id) not in facts.known),
        draw=zlib.crc32(f"{task.challenge_id}:{task.edition}".encode()) / 2**32,
        settled=frozenset(
            candidate.id for candidate in candidates if (task.challenge_id, int(candidate.id)) in facts.settled
        ),
    )


def _stance(ready: Readiness, *, answered: bool = False, document: Document | None = None) -> Stance:
    sought = document.fields.get("sought", "") if document else ""
    return Stance(
        answered=answered,
        accepted=ready.accepted,
        declined=ready.declined,
        ignored=ready.ignored,
        open_introductions=ready.open_introductions,
        capacity=ready.capacity,
        promised=ready.promised,
        countries=ready.countries,
        sought=tuple(sought.splitlines()),
    )


def _descending(fused: Sequence[Fused]) -> list[Candidate]:
    """Return the candidates with scores that fall along the fused order, whatever bounded a model's say in it."""
    ceiling, found = 1.0, list[Candidate]()
    best = max((one.candidate.score for one in fused), default=0.0)
    for one in fused:
        ceiling = min(ceiling, round(one.score * best, 6))
        found.append(replace(one.candidate, score=ceiling))
    return found


def _order(one: Ranked, fused: Sequence[Fused], contest: Contest, chosen: Shortlist, facts: _Facts) -> Order:
    said = {found.candidate.id: found.judgement for found in fused}
    first = [Proposal(pick.candidate, said[pick.candidate.id], pick.slot, pick.propensity) for pick in chosen.picks]
    shown = {proposal.candidate.id for proposal in first}
    rest = sorted(
        (candidate for candidate in contest.candidates if candidate.id not in shown),
        key=lambda candidate: (-candidate.score, candidate.id),
    )
    order = Order(
        proposals=(*first, *(Proposal(other, said[other.id]) for other in rest)),
        considered=len(one.task.allowed),
        given_up=chosen.given_up,
        displaced=tuple(int(key) for key in chosen.displaced),
        held=tuple(int(key) for key in chosen.held),
        notes=one.notes,
        model_trouble=one.trouble,
        stamps=one.stamps,
    )
    if one.asked is None:
        return order
    agreed = agreement(one.local, one.asked.judgements)
    trusted = trust([*facts.earlier[one.task.challenge_id], agreed])
    return replace(
        order,
        notes=one.notes if trusted else (*one.notes, "model_unproven"),
        model=one.asked.model,
        model_used=True,
        prompt_version=one.asked.prompt_version,
        agreement=agreed,
    )
