"""The language model, if one is configured; what it may cost and has answered is kept in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from prompts.client import ModelClient
from prompts.trial import try_model
from prompts.trouble import ModelUnavailable
from store.engine import Database
from store.queries import ledger

#: For one call; nobody waits for it: a ranking takes the vectors that are there.
EMBEDDING_SECONDS: Final = 30.0

_log: Final = structlog.get_logger("matchpoint.model")


def connect_model(*, model: str, api_key: str, base_url: str) -> ModelClient | None:
    """Return the way to a language model, or None where none is named: the local order then stands."""
    if not model or not (api_key or base_url):
        return None
    return ModelClient(model=model, api_key=api_key, base_url=base_url)


def connect_embedder(*, model: str, api_key: str, base_url: str) -> ModelClient | None:
    """Return the way to a model that makes vectors, or None where none is named: only words are compared then."""
    if not model or not (api_key or base_url):
        return None
    return ModelClient(model=model, api_key=api_key, base_url=base_url, deadline_seconds=EMBEDDING_SECONDS)


async def try_embedder(*, model: str, api_key: str, base_url: str) -> str:
    """Have the vector of one word made; return the trouble that there is, or an empty text."""
    client = ModelClient(model=model, api_key=api_key, base_url=base_url)
    try:
        await client.embed(["water"])
    except ModelUnavailable as error:
        return error.reason.value
    finally:
        await client.aclose()
    return ""


async def try_endpoint(*, model: str, api_key: str, base_url: str) -> str:
    """Ask a model for next to nothing; return the trouble that it has, or an empty text."""
    client = ModelClient(model=model, api_key=api_key, base_url=base_url)
    try:
        await try_model(client)
    except ModelUnavailable as error:
        return error.reason.value
    finally:
        await client.aclose()
    return ""


@dataclass(frozen=True, slots=True)
class ModelAccounts:
    """Keep the budget of a cluster's day, the count of calls, and earlier answers; each in a transaction of its own."""

    database: Database
    now: datetime
    tokens_a_day: int

    def reserve(self, cluster: str, tokens: int) -> bool:
        """Set tokens aside before a call; False if the day's budget does not allow it."""
        with self.database.write() as session:
            return ledger.reserve(
                session, int(cluster), tokens, on=self.now.date(), limit=self.tokens_a_day, now=self.now
            )

    def note(self, purpose: str, outcome: str, tokens: int) -> None:
        """Count a question under what came of it, and log it; never what was said."""
        with self.database.write() as session:
            ledger.count_call(session, purpose, outcome, tokens, on=self.now.date(), now=self.now)
        say = _log.info if outcome == "ok" else _log.warning
        say("model asked", purpose=purpose, outcome=outcome, tokens=tokens)

    def get(self, key: str) -> str | None:
        """Return an earlier answer."""
        with self.database.read() as session:
            return ledger.cached(session, key)

    def put(self, key: str, value: str) -> None:
        """Keep an answer."""
        with self.database.write() as session:
            ledger.keep(session, key, value, now=self.now)
