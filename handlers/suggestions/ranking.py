"""The rank job: who fits a challenge, in which order and why; written down as suggestions on a living review card.

Three steps: read with a transaction, rank with none open, write guarded by what was read. If the challenge, or another
run of the ranker, was faster, nothing is written and everything is done again.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from domain.ids import Kind, parse_id
from domain.introductions import SHORTLIST_MAX
from handlers.letters import job
from handlers.model_accounts import ModelAccounts
from handlers.suggestions.contenders import RankingTask, read_task
from handlers.suggestions.profile_index import Found, Progress, silent
from handlers.suggestions.proposals import Order, Proposal, proof_of, write_proposals
from handlers.work import Kit
from matching import (
    Agreement,
    Candidate,
    Document,
    Fused,
    ProfileIndex,
    Query,
    Slot,
    agreement,
    fuse,
    language_of,
    shortlist,
    trust,
)
from matching.weights import Weights
from prompts.rerank import Offer, Reranking, rerank
from prompts.trouble import ModelUnavailable
from store.engine import Database, Session, StoreContended
from store.queries import profiles_for_ranking as query
from store.queries import suggestions
from store.queue import Claimed

_log: Final = structlog.get_logger("matchpoint.ranking")

STORED: Final = 20
_POOL: Final = 60
#: How many other challenges tell how far a model is to be trusted.
AGREEMENTS: Final = 20
_TRIES: Final = 3
#: How much an answer lifts whoever gave it: interest is half of a match.
_ANSWERED: Final = 1.25


@dataclass(frozen=True, slots=True)
class Explained:
    """A candidate for a text, for the command line: scores are not comparable between texts."""

    organisation_id: int
    name: str
    country: str
    score: float
    sub_scores: dict[str, float]
    quotes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RankedText:
    """Who fits a text, best first, and how many profiles there are in all."""

    candidates: tuple[Explained, ...]
    profiles: int


@job("rank")
async def rank_challenge(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """Rank the challenge that the row is about.

    :raises StoreContended: the challenge changed again and again; the row is done later.
    """
    _, challenge_id = parse_id(row.subject or "", Kind.CHALLENGE)
    trouble = ""
    for _ in range(_TRIES):
        task = await asyncio.to_thread(read_task, database, challenge_id, now)
        if task is None:
            return
        order = await find_order(database, kit, task, now, trouble=trouble)
        trouble = order.model_trouble
        if await asyncio.to_thread(write_proposals, database, kit, task, order, now):
            return
    raise StoreContended("The challenge changed while it was ranked.")


async def find_order(database: Database, kit: Kit, task: RankingTask, now: datetime, *, trouble: str = "") -> Order:
    """Rank with no transaction open: the local order, then a model's view of the best if there is one.

    A model that had `trouble` with this challenge a moment ago is not asked again.
    """
    found = await asyncio.to_thread(
        kit.profiles.rank, database, task.query, _POOL, now=now, allow=task.allowed, also=task.answers.keys()
    )
    local, documents = await asyncio.to_thread(_local_order, found, task, kit.weights)
    notes: list[str] = []
    asked: Reranking | None = None
    if kit.model is None:
        notes.append("local_order")
    elif not trouble:
        try:
            asked = await _ask_model(database, kit, task, documents, local, now)
        except ModelUnavailable as error:
            trouble = error.reason.value
            _log.info("model unavailable", challenge=task.challenge_id, reason=trouble, detail=error.detail)
    if trouble:
        notes.append("model_unavailable")
    if _others(kit, task):
        notes.append("same_language")
    order = await asyncio.to_thread(_arrange, database, task, local, asked)
    return replace(order, notes=(*notes, *order.notes), model_trouble=trouble, stamps=found.stamps)


def _others(kit: Kit, task: RankingTask) -> list[str]:
    """Return who may be proposed and tells of itself in another language than the challenge."""
    asked = language_of(task.query.language, (task.query.whole(),))
    return [key for key, code in kit.profiles.languages_of(task.allowed).items() if asked and code not in ("", asked)]


def _local_order(read: Found, task: RankingTask, weights: Weights) -> tuple[list[Candidate], dict[str, Document]]:
    """Return the best candidates and their texts; those who answered are compared with their answers."""
    found, documents = weights.apply(read.candidates), dict(read.documents)
    answered = [key for key in task.answers if key in task.allowed]
    if answered:
        for key in answered:
            documents[key] = _with_answer(documents.get(key), task, key)
        small = ProfileIndex.of(documents.values())
        found = [_lifted(one, task) for one in weights.apply(small.rank(task.query, _POOL + len(answered)))]
        found.sort(key=lambda one: (-one.score, one.id))
    # Nobody is proposed without proof in words of its own; whoever answered is on the list, however far down.
    found = [one for one in found if one.id in task.answers or proof_of(one)]
    best = found[:STORED] + [one for one in found[STORED:] if one.id in task.answers]
    return _trimmed(best, task), documents


def _trimmed(best: list[Candidate], task: RankingTask) -> list[Candidate]:
    """Cut to what is stored: of those who did not answer, the last ones go first."""
    while len(best) > STORED:
        silent = [at for at, one in enumerate(best) if one.id not in task.answers]
        del best[silent[-1] if silent else -1]
    return best


def _with_answer(document: Document | None, task: RankingTask, key: str) -> Document:
    answer = task.answers[key]
    if document is None:
        return Document(key, answer.name, {"answer": answer.text}, answer.language or None, answer.country or None)
    return replace(document, fields={**document.fields, "answer": answer.text})


def _lifted(candidate: Candidate, task: RankingTask) -> Candidate:
    if candidate.id not in task.answers:
        return candidate
    return replace(candidate, score=min(1.0, round(candidate.score * _ANSWERED, 6)))


async def _ask_model(
    database: Database,
    kit: Kit,
    task: RankingTask,
    documents: dict[str, Document],
    local: Sequence[Candidate],
    now: datetime,
) -> Reranking:
    if kit.model is None:
        raise ValueError("no model is configured")
    offers = [
        Offer(one.id, documents[one.id].fields, names=(documents[one.id].title,))
        for one in local
        if one.id in documents
    ]
    accounts = ModelAccounts(database, now, kit.model_tokens)
    return await rerank(
        kit.model,
        task.need,
        offers[:STORED],
        cluster=str(task.owner_cluster_id),
        ledger=accounts,
        cache=accounts,
        orders=kit.model_orders,
    )


def _arrange(database: Database, task: RankingTask, local: Sequence[Candidate], asked: Reranking | None) -> Order:
    """Let the model have its say, as far as it is trusted; then the shortlist first and the others in their order."""
    ids, judgements = [int(one.id) for one in local], asked.judgements if asked else ()
    with database.read() as session:
        known = query.known_before(session, ids)
        earlier = [Agreement(*one) for one in _earlier(session, task, asked)]
    fused, found = fuse(local, judgements, earlier=earlier), agreement(local, judgements)
    ordered = _descending(fused)
    picked = shortlist(
        ordered,
        limit=SHORTLIST_MAX,
        newcomers=[str(key) for key in ids if key not in known],
        draw=zlib.crc32(f"{task.challenge_id}:{task.edition}".encode()) / 2**32,
    )
    said = {one.candidate.id: one.judgement for one in fused}
    first = [
        Proposal(one.candidate, said[one.candidate.id], one.slot is Slot.NEWCOMER, one.propensity)
        for one in picked.picks
    ]
    shown = {proposal.candidate.id for proposal in first}
    rest = [Proposal(one, said[one.id]) for one in ordered if one.id not in shown]
    order = Order(proposals=(*first, *rest), considered=len(task.allowed), given_up=picked.given_up)
    if asked is None:
        return order
    return replace(
        order,
        notes=() if trust([*earlier, found]) else ("model_unproven",),
        model=asked.model,
        model_used=True,
        prompt_version=asked.prompt_version,
        agreement=found,
    )


def _earlier(session: Session, task: RankingTask, asked: Reranking | None) -> list[tuple[float, int]]:
    if asked is None:
        return []
    return suggestions.agreements(
        session, asked.model, asked.prompt_version, but_challenge=task.challenge_id, limit=AGREEMENTS
    )


def _descending(fused: Sequence[Fused]) -> list[Candidate]:
    """Return the candidates with scores that fall along the fused order, whatever bounded a model's say in it."""
    ceiling, found = 1.0, list[Candidate]()
    best = max((one.candidate.score for one in fused), default=0.0)
    for one in fused:
        ceiling = min(ceiling, round(one.score * best, 6))
        found.append(replace(one.candidate, score=ceiling))
    return found


def rank_text(
    database: Database,
    kit: Kit,
    text: str,
    limit: int,
    *,
    now: datetime,
    countries: Collection[str] = (),
    tell: Progress = silent,
) -> RankedText:
    """Return the profiles that fit a text, best first, with what speaks for them word for word; no model, no rules.

    Only those active in one of `countries`, if any are named. `tell` hears how many profiles were read.
    """
    allowed: set[str] | None = None
    if countries:
        with database.read() as session:
            allowed = {str(key) for key in query.active_in(session, countries)}
    title, _, rest = text.strip().partition("\n")
    # An operator's weights may lift somebody from further down.
    pool = max(limit, _POOL) if kit.weights.values else limit
    read = kit.profiles.rank(database, Query(title, rest), pool, now=now, allow=allowed, tell=tell)
    found: list[Explained] = []
    for one in kit.weights.apply(read.candidates)[:limit]:
        document = read.documents.get(one.id)
        quotes = tuple((span.field, span.quote) for span in one.evidence)
        name, country = (document.title, document.country or "") if document else (one.id, "")
        found.append(Explained(int(one.id), name, country, one.score, dict(one.sub_scores), quotes))
    return RankedText(tuple(found), profiles=len(kit.profiles))
