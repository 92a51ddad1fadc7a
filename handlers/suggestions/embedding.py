"""Vectors of texts, made through the configured endpoint when a profile or a challenge is saved, and kept.

The job of a cluster takes what has no vector of today, up to one call's worth: who saves meanwhile is in it, and what
is left over is the next job. A tick finds what no job was enqueued for: what was there before the endpoint was
configured, was imported, or has vectors of another model. Texts go out without names, are paid in advance, and are
never sent twice: what is known by its content is taken from the store.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from domain.ids import Kind, format_id
from handlers.challenges.moves import enqueue_rank
from handlers.letters import Postponed, job
from handlers.model_accounts import ModelAccounts
from handlers.suggestions.contenders import RANKED, need_of
from handlers.suggestions.profile_index import as_vector, document_of
from handlers.ticks import tick
from handlers.work import Kit, Work
from matching.vectors import unit_vectors
from prompts.client import ModelClient
from prompts.embedding import MOST_TEXTS, content_key, cost, text_to_embed
from prompts.rerank import Need
from prompts.trouble import ModelUnavailable, Trouble
from store.engine import Database, Session
from store.queries import embeddings as query
from store.queries import profiles_for_ranking, suggestions
from store.queries.embeddings import Vector
from store.queries.rows import key_of
from store.queue import Claimed
from store.tables.challenges import Challenge

_log: Final = structlog.get_logger("matchpoint.embeddings")

EMBED: Final = "embed"
SAME_LANGUAGE: Final = "same_language"
#: The model that talks keeps at least this share of a cluster's day, where there is one.
_SHARE_OF_BUDGET: Final = 2
#: Half precision: what it loses of a cosine is a thousandth of what tells two texts apart.
_STORED_AS: Final = "<f2"
#: Seconds for one call that somebody waits for: an answer is to come within ten, however slow the machine is besides.
_SOMEBODY_WAITS: Final = 5.0


@dataclass(frozen=True, slots=True)
class _Text:
    """A text without a vector of today, and whose it is."""

    text: str
    content: str
    version: int
    profile_id: int | None = None
    challenge_id: int | None = None


def want_vector(work: Work, subject: str, version: int, cluster_id: int | None) -> None:
    """Have the vector of what was just saved made, at the expense of a cluster; nothing where no endpoint is set up."""
    if work.kit.embedder is not None and cluster_id is not None:
        _enqueue(work, cluster_id, f"{subject}:v{version}")


def _enqueue(work: Work, cluster_id: int, fact: str) -> None:
    # One stream: the jobs of a cluster come one after the other, so that no text is paid for by two of them.
    subject = format_id(Kind.CLUSTER, cluster_id)
    work.enqueue(
        EMBED,
        key=f"embed:{fact}",
        subject=subject,
        destination="job:embed",
        stream=f"embed:{subject}",
        payload={"cluster": cluster_id},
        cluster_id=cluster_id,
    )


@tick("embeddings.find", seconds=60)
def find_missing(database: Database, kit: Kit, now: datetime) -> int:
    """Enqueue a job for every cluster that lacks vectors of the present model; return how many do."""
    if kit.embedder is None:
        return 0
    with database.read() as session:
        clusters = query.clusters_that_lack(session, kit.embedder.model)
    for cluster in clusters:
        with database.write() as session:
            _enqueue_next(Work(session, now, kit), kit.embedder.model, cluster)
    return len(clusters)


def _enqueue_next(work: Work, model: str, cluster: int) -> None:
    """Enqueue a job for what a cluster lacks now. The same lack is the same fact, whoever finds it."""
    profiles = query.profiles_that_lack(work.session, model, cluster, limit=MOST_TEXTS)
    challenges = query.challenges_that_lack(work.session, model, cluster, limit=MOST_TEXTS)
    lack = [model, profiles, [(one.id, one.version) for one in challenges]]
    if profiles or challenges:
        digest = hashlib.sha256(repr(lack).encode()).hexdigest()[:24]
        _enqueue(work, cluster, f"{format_id(Kind.CLUSTER, cluster)}:{digest}")


@job(EMBED)
async def make_vectors(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """Make the vectors that a cluster lacks, as many as one call takes, and enqueue a job for the others.

    :raises Postponed: the endpoint or the day's budget does not allow it now.
    """
    cluster = int(row.payload["cluster"])
    if kit.embedder is None:
        return
    texts, known = await asyncio.to_thread(_read, database, kit.embedder.model, cluster)
    if texts:
        made = await _made(database, kit, kit.embedder, cluster, texts, known, now)
        await asyncio.to_thread(_write, database, kit, kit.embedder.model, cluster, _vectors(texts, known | made), now)


def _read(database: Database, model: str, cluster: int) -> tuple[list[_Text], dict[str, tuple[int, bytes]]]:
    """Return what lacks a vector, challenges first since somebody waits for them, and the vectors known by content."""
    with database.read() as session:
        challenges = query.challenges_that_lack(session, model, cluster, limit=MOST_TEXTS)
        texts = [_of_challenge(session, model, one) for one in challenges]
        texts += _of_profiles(session, model, cluster, MOST_TEXTS - len(texts))
        return texts, query.by_content(session, {one.content for one in texts})


def _of_challenge(session: Session, model: str, challenge: Challenge) -> _Text:
    text = challenge_text(need_of(session, challenge))
    return _Text(text, content_key(model, text), challenge.version, challenge_id=key_of(challenge))


def challenge_text(need: Need) -> str:
    """Return what is shown of a challenge."""
    fields = {"title": need.title, "must_haves": "\n".join(need.must_haves), "text": need.text}
    return text_to_embed(fields, need.names)


def _of_profiles(session: Session, model: str, cluster: int, limit: int) -> list[_Text]:
    lacking = query.profiles_that_lack(session, model, cluster, limit=limit)
    organisations = [organisation for _, organisation, _ in lacking]
    told = {one.organisation_id: one for one in profiles_for_ranking.profile_texts(session, only=organisations)}
    names = query.names_of(session, organisations)
    found: list[_Text] = []
    for key, organisation, version in lacking:
        if organisation in told:
            # Without the title, which is the name itself.
            text = text_to_embed(document_of(told[organisation]).fields, names.get(organisation, ()))
            found.append(_Text(text, content_key(model, text), version, profile_id=key))
    return found


async def _made(
    database: Database,
    kit: Kit,
    embedder: ModelClient,
    cluster: int,
    texts: Sequence[_Text],
    known: dict[str, tuple[int, bytes]],
    now: datetime,
) -> dict[str, tuple[int, bytes]]:
    """Return new vectors by content, paid for by the cluster.

    :raises Postponed: as `make_vectors`.
    """
    asked = {one.content: one.text for one in texts if one.text and one.content not in known}
    if not asked:
        return {}
    accounts = ModelAccounts(
        database, now, kit.model_tokens if kit.model is None else kit.model_tokens // _SHARE_OF_BUDGET
    )
    if not await asyncio.to_thread(accounts.reserve, str(cluster), cost(asked.values())):
        _log.info("embeddings wait for tomorrow's budget", cluster=cluster)
        raise Postponed("budget", _tomorrow(now) - now)
    try:
        rows = await _asked(accounts, embedder, list(asked.values()))
    except ModelUnavailable as trouble:
        raise Postponed(trouble.reason.value) from trouble
    size = rows.shape[1]
    return {content: (size, row.astype(_STORED_AS).tobytes()) for content, row in zip(asked, rows, strict=True)}


async def _asked(
    accounts: ModelAccounts, embedder: ModelClient, texts: list[str], *, seconds: float | None = None
) -> NDArray[np.float32]:
    """Return the vectors of texts, one row each, and count the call.

    :raises ModelUnavailable: the endpoint has trouble, or its vectors are unlike those that are kept.
    """
    try:
        reply = await embedder.embed(texts, deadline_seconds=seconds)
        await asyncio.to_thread(_check_dimensions, accounts.database, embedder.model, reply.vectors.shape[1])
    except ModelUnavailable as trouble:
        await asyncio.to_thread(accounts.note, EMBED, trouble.reason.value, 0)
        _log.warning("embeddings unavailable", reason=trouble.reason.value, detail=trouble.detail)
        raise
    await asyncio.to_thread(accounts.note, EMBED, "ok", reply.tokens)
    return unit_vectors(reply.vectors, number=len(texts))


def _check_dimensions(database: Database, model: str, size: int) -> None:
    with database.read() as session:
        known = query.dimensions_of(session, model)
    if known not in (0, size):
        raise ModelUnavailable(Trouble.INVALID, f"{size} dimensions instead of {known}")


def _tomorrow(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _vectors(texts: Sequence[_Text], known: dict[str, tuple[int, bytes]]) -> list[Vector]:
    empty = (0, b"")  # a text without words has no meaning to compare, and is not looked for again
    return [
        Vector(one.content, one.version, *known.get(one.content, empty), one.profile_id, one.challenge_id)
        for one in texts
    ]


def _write(database: Database, kit: Kit, model: str, cluster: int, vectors: list[Vector], now: datetime) -> None:
    """Keep what is still of today; rank those challenges again that were ranked without; go on with what is left."""
    with database.write() as session:
        work = Work(session, now, kit)
        for one in query.keep(session, model, vectors, now=now):
            if one.challenge_id is not None:
                _rank_again(work, one)
        _enqueue_next(work, model, cluster)


def _rank_again(work: Work, vector: Vector) -> None:
    challenge = work.session.get(Challenge, vector.challenge_id)
    ranking = suggestions.newest_ranking(work.session, vector.challenge_id or 0)
    if challenge is not None and challenge.state in RANKED and ranking and SAME_LANGUAGE in ranking.notes:
        enqueue_rank(work, challenge, why=f"vector:{vector.content[:16]}")


def vector_of_need(database: Database, kit: Kit, need: Need) -> NDArray[np.float32] | None:
    """Return the vector of a challenge, or None where there is none (yet)."""
    text = challenge_text(need)
    return _kept(database, kit.embedder.model, text) if kit.embedder is not None and text else None


def _kept(database: Database, model: str, text: str) -> NDArray[np.float32] | None:
    key = content_key(model, text)
    with database.read() as session:
        found = query.by_content(session, [key]).get(key)
    return None if found is None or not found[0] else as_vector(found[1])


async def vector_of_text(
    database: Database, kit: Kit, need: Need, now: datetime
) -> tuple[NDArray[np.float32] | None, str]:
    """Return the vector of a text that is no challenge, for the command line, and the trouble that there was, if any.

    No vector and no trouble where no endpoint is set up. A vector that is kept is taken; one that is made is not kept,
    and no cluster pays for it. No transaction is open while the endpoint is asked.
    """
    text = challenge_text(need)
    if kit.embedder is None or not text:
        return None, ""
    kept = await asyncio.to_thread(_kept, database, kit.embedder.model, text)
    if kept is not None:
        return kept, ""
    accounts = ModelAccounts(database, now, kit.model_tokens)
    try:
        return (await _asked(accounts, kit.embedder, [text], seconds=_SOMEBODY_WAITS))[0], ""
    except ModelUnavailable as trouble:
        return None, trouble.reason.value
