"""Who fits a challenge, in which order and why: the local order, a model's view of it, and what is kept of both."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from handlers.model_accounts import ModelAccounts
from handlers.suggestions.contenders import RankingTask
from handlers.suggestions.embedding import SAME_LANGUAGE, vector_of_need
from handlers.suggestions.profile_index import Found, Progress, silent
from handlers.suggestions.proposals import Order
from handlers.suggestions.selecting import Ranked, select_together
from handlers.work import Kit
from matching import Candidate, Document, ProfileIndex, Query, opening, smallest_team
from matching.weights import Weights
from prompts.asking import Together
from prompts.client import ModelClient
from prompts.rerank import Need, Offer, Reranking, rerank
from prompts.trouble import ModelUnavailable
from store.engine import Database
from store.queries import profiles_for_ranking as query

_log: Final = structlog.get_logger("matchpoint.ranking")

STORED: Final = 20
_POOL: Final = 60
#: Cosine below which two texts have nothing to do with each other, by any model; many put unrelated ones far above it.
_MEANT_FROM: Final = 0.25
#: Challenges that are ranked locally at the same time. A model reads all of them at once: they share its deadline.
_AT_ONCE: Final = 2


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
    """Who fits a text, best first, how many profiles there are, and how many were compared by their meaning."""

    candidates: tuple[Explained, ...]
    profiles: int
    compared: int = 0


async def find_orders(
    database: Database,
    kit: Kit,
    tasks: Sequence[RankingTask],
    now: datetime,
    *,
    troubles: Mapping[int, str] = MappingProxyType({}),
) -> list[Order]:
    """Rank with no transaction open: each challenge by itself, then the shortlists of all of them together.

    A model has one deadline for all of them, and one call is made again. If it had trouble with a challenge a moment
    ago (`troubles`, by challenge), it is not asked about it again.
    """
    places, together = asyncio.Semaphore(_AT_ONCE), Together()

    async def one(task: RankingTask) -> Ranked:
        async with places:
            ranked = await _find_candidates(database, kit, task, now)
        return await _with_model(database, kit, ranked, now, together, trouble=troubles.get(task.challenge_id, ""))

    ranked = await asyncio.gather(*map(one, tasks))
    return await asyncio.to_thread(select_together, database, ranked, now)


async def _find_candidates(database: Database, kit: Kit, task: RankingTask, now: datetime) -> Ranked:
    """Return the local order."""
    vector = await asyncio.to_thread(vector_of_need, database, kit, task.need)
    found = await asyncio.to_thread(
        kit.profiles.rank,
        database,
        task.query,
        _POOL,
        now=now,
        allow=task.allowed,
        also=task.answers.keys(),
        vector=vector,
    )
    local, documents, meant = await asyncio.to_thread(_local_order, found, task, kit.weights)
    notes = (SAME_LANGUAGE,) if _only_same_language(kit, task, found.likeness) else ()
    return Ranked(task, tuple(local), documents, notes, stamps=found.stamps, meant=meant)


async def _with_model(
    database: Database, kit: Kit, ranked: Ranked, now: datetime, together: Together, *, trouble: str
) -> Ranked:
    """Add a model's view of the best if there is one, or say that there is none."""
    if kit.model is None:
        return replace(ranked, notes=("local_order", *ranked.notes))
    if not trouble:
        try:
            return replace(ranked, asked=await _ask_model(database, kit, kit.model, ranked, now, together))
        except ModelUnavailable as error:
            trouble = error.reason.value
            _log.info("model unavailable", challenge=ranked.task.challenge_id, reason=trouble, detail=error.detail)
    return replace(ranked, notes=("model_unavailable", *ranked.notes), trouble=trouble)


def _only_same_language(kit: Kit, task: RankingTask, likeness: Mapping[str, float]) -> bool:
    """Tell whether most of those who tell of themselves in another language than the challenge were not compared."""
    asked, languages = task.query.language, kit.profiles.languages_of(task.allowed)
    others = [key for key, code in languages.items() if asked and code not in ("", asked)]
    return bool(others) and 2 * sum(key in likeness for key in others) <= len(others)


def _local_order(
    read: Found, task: RankingTask, weights: Weights
) -> tuple[list[Candidate], dict[str, Document], frozenset[str]]:
    """Return the best candidates, their texts, and who is near by meaning; answers are compared with the profiles."""
    found, documents = weights.apply(read.candidates), dict(read.documents)
    answered = [key for key in task.answers if key in task.allowed]
    if answered:
        for key in answered:
            documents[key] = _with_answer(documents.get(key), task, key)
        small = ProfileIndex.of(documents.values())
        ranked = small.rank(task.query, _POOL + len(answered), likeness=read.likeness or None)
        found = weights.apply(ranked)
    # Nobody is proposed without proof in words of its own; whoever answered is on the list, however far down.
    meant = _meant(found, read.likeness)
    proven = _with_proof(found, task.query.must_haves, documents, meant)
    found = [one for one in proven if one.id in documents and (one.id in task.answers or one.evidence)]
    team = smallest_team(found, task.query.must_haves)
    return _trimmed(found, frozenset(task.answers), frozenset(team.members if team else ())), documents, meant


def _with_proof(
    found: Sequence[Candidate], must_haves: Sequence[str], documents: Mapping[str, Document], meant: Collection[str]
) -> list[Candidate]:
    """Leave each of them the quotes that prove something; some are left without any."""
    proven = [_proven(one, must_haves) for one in found]
    return [_opened(one, documents) if one.id in meant else one for one in proven]


def _proven(candidate: Candidate, must_haves: Sequence[str]) -> Candidate:
    """Leave the name of an organisation out of its evidence.

    It proves nothing, and the buyer is to read quotes before it learns the name.
    """
    proof = tuple(span for span in candidate.evidence if span.field != "title")
    covered = {span.must_have for span in proof}
    return replace(candidate, evidence=proof, missing=tuple(one for one in must_haves if one not in covered))


def _meant(found: Sequence[Candidate], likeness: Mapping[str, float]) -> frozenset[str]:
    """Return who is near by the meaning of the text: nearer to the best than to the average of all, and near at all."""
    near = {one.id: likeness[one.id] for one in found if one.id in likeness}
    if not near:
        return frozenset()
    floor = max(_MEANT_FROM, (max(near.values()) + sum(likeness.values()) / len(likeness)) / 2)
    return frozenset(key for key, cosine in near.items() if cosine >= floor)


def _opened(candidate: Candidate, documents: Mapping[str, Document]) -> Candidate:
    """Quote what somebody says first who shares no word with the challenge: a vector does not tell what is meant."""
    if candidate.evidence or candidate.id not in documents:
        return candidate
    return replace(candidate, evidence=opening(documents[candidate.id].fields))


def _trimmed(found: list[Candidate], answered: frozenset[str], team: frozenset[str]) -> list[Candidate]:
    """Cut to what is stored: whoever answered stays, then who is needed for a team, then the best."""
    by_claim = sorted(found, key=lambda one: (one.id not in answered, one.id not in team))
    kept = {one.id for one in by_claim[:STORED]}
    return [one for one in found if one.id in kept]


def _with_answer(document: Document | None, task: RankingTask, key: str) -> Document:
    answer = task.answers[key]
    if document is None:
        return Document(key, answer.name, {"answer": answer.text}, answer.language or None, answer.country or None)
    return replace(document, fields={**document.fields, "answer": answer.text})


async def _ask_model(
    database: Database, kit: Kit, model: ModelClient, ranked: Ranked, now: datetime, together: Together
) -> Reranking:
    documents = ranked.documents
    offers = [
        Offer(one.id, documents[one.id].fields, names=(documents[one.id].title,))
        for one in ranked.local
        if one.id in documents
    ]
    accounts = ModelAccounts(database, now, kit.model_tokens)
    return await rerank(
        model,
        ranked.task.need,
        offers[:STORED],
        cluster=str(ranked.task.owner_cluster_id),
        ledger=accounts,
        cache=accounts,
        orders=kit.model_orders,
        together=together,
    )


def rank_text(
    database: Database,
    kit: Kit,
    text: str,
    limit: int,
    *,
    now: datetime,
    countries: Collection[str] = (),
    vector: NDArray[np.float32] | None = None,
    tell: Progress = silent,
) -> RankedText:
    """Return the profiles that fit a text, best first, with what speaks for them word for word; no model, no rules.

    As on a review card, nobody is among them without a quote, and the name of an organisation is none. Only those
    active in one of `countries`, if any are named. `vector` is that of the text (`vector_of_text`): it finds profiles
    of its own, of which the first thing that they say is quoted. `tell` hears how many profiles were read.
    """
    allowed: set[str] | None = None
    if countries:
        with database.read() as session:
            allowed = {str(key) for key in query.active_in(session, countries)}
    need = need_of_text(text)
    # More than are shown: somebody may be alike in letters, or in meaning, and have nothing to show for it.
    pool = max(limit, _POOL)
    asked = Query(need.title, need.text)
    read = kit.profiles.rank(database, asked, pool, now=now, allow=allowed, vector=vector, tell=tell)
    meant = _meant(read.candidates, read.likeness)
    proven = _with_proof(kit.weights.apply(read.candidates), (), read.documents, meant)
    found = [one for one in proven if one.evidence]
    return RankedText(
        tuple(_explained(one, read) for one in found[:limit]), profiles=len(kit.profiles), compared=len(read.likeness)
    )


def need_of_text(text: str) -> Need:
    """Return a text as a challenge: its first line is the title."""
    title, _, rest = text.strip().partition("\n")
    return Need(title, rest)


def _explained(one: Candidate, read: Found) -> Explained:
    document = read.documents.get(one.id)
    name, country = (document.title, document.country or "") if document else (one.id, "")
    sub_scores = dict(one.sub_scores)
    if one.id in read.likeness:
        sub_scores["meaning"] = round(max(read.likeness[one.id], 0.0), 4)
    quotes = tuple((span.field, span.quote) for span in one.evidence)
    return Explained(int(one.id), name, country, one.score, sub_scores, quotes)
