"""What a language model may cost and has answered, kept in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.engine import Database
from store.queries import ledger


@dataclass(frozen=True, slots=True)
class ModelAccounts:
    """Keep the budget of a cluster's day, and earlier answers; each call is a transaction of its own."""

    database: Database
    now: datetime
    tokens_a_day: int

    def reserve(self, cluster: str, tokens: int) -> bool:
        """Set tokens aside before a call; False if the day's budget does not allow it."""
        with self.database.write() as session:
            return ledger.reserve(
                session, int(cluster), tokens, on=self.now.date(), limit=self.tokens_a_day, now=self.now
            )

    def get(self, key: str) -> str | None:
        """Return an earlier answer."""
        with self.database.read() as session:
            return ledger.cached(session, key)

    def put(self, key: str, value: str) -> None:
        """Keep an answer."""
        with self.database.write() as session:
            ledger.keep(session, key, value, now=self.now)
