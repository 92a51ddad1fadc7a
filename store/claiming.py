"""The one statement by which a worker takes what is due, in the words of either engine."""

from functools import cache

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.sql.selectable import TextualSelect
from sqlmodel import UTCDateTime

from store.tables import metadata
from store.tables.queue import HELD, UNFINISHED, WAITING

# Two parts for two partial indexes: what waits and is due, and what somebody held too long. What was being sent is left
# alone until it has been quiet for a while, because the platform may still accept it.
# Of each stream only the first unfinished row can be taken. Of each destination only the first few.
# The outermost conditions look at the row as it is when it is locked, not as it was when it was found.
_CLAIM = """
WITH due AS (
    SELECT id, destination, stream, seq, due_at FROM outbox WHERE {waiting} AND due_at <= :now {restrictions}
    UNION ALL
    SELECT id, destination, stream, seq, due_at FROM outbox
    WHERE {held} AND lease_until <= {clock} AND (send_started IS NULL OR send_started <= {quiet_since}) {restrictions}
), ranked AS (
    SELECT id, due_at, row_number() OVER (PARTITION BY destination ORDER BY due_at, id) AS place FROM due
    WHERE stream IS NULL OR NOT EXISTS (
        SELECT 1 FROM outbox AS earlier
        WHERE earlier.stream = due.stream AND earlier.stream IS NOT NULL AND earlier.{unfinished}
          AND (earlier.seq, earlier.id) < (due.seq, due.id)
    )
), chosen AS MATERIALIZED (
    SELECT id FROM ranked WHERE place <= :share ORDER BY place, due_at, id LIMIT :limit
), taken AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE id IN (SELECT id FROM chosen) AND (({waiting} AND due_at <= :now) OR ({held} AND lease_until <= {clock}))
    {lock}
)
UPDATE outbox
SET status = 'leased', fence = fence + 1, lease_owner = :owner, lease_until = {lease_until},
    updated_at = :now, version = version + 1
WHERE id IN (SELECT id FROM taken)
RETURNING {returned}
"""

_WORDS = {
    "postgresql": {
        "clock": "statement_timestamp()",
        "quiet_since": "statement_timestamp() - :quiet",
        "lease_until": "statement_timestamp() + :lease",
        "lock": "FOR UPDATE SKIP LOCKED",
    },
    # The transaction began with BEGIN IMMEDIATE: nobody else writes, and there is nothing to lock.
    "sqlite": {"clock": ":now", "quiet_since": ":quiet_since", "lease_until": ":lease_until", "lock": ""},
}

_INSTANTS = ("now", "quiet_since", "lease_until")
_RESTRICTIONS = {
    "kinds": "AND kind IN :kinds",
    "destinations": "AND destination IN :destinations",
    "busy": "AND destination NOT IN :busy",
}
_RETURNED = (
    "id", "kind", "key", "destination", "stream", "seq", "subject", "cluster_id", "payload", "due_at", "expires_at",
    "attempts", "fence", "send_started",
)  # fmt: skip


@cache
def claim_statement(dialect: str, kinds: bool, destinations: bool, busy: bool) -> TextualSelect:
    """Write the claim for an engine, with the restrictions that are used."""
    used = [name for name, wanted in zip(_RESTRICTIONS, (kinds, destinations, busy), strict=True) if wanted]
    sql = _CLAIM.format(
        waiting=WAITING,
        held=HELD,
        unfinished=UNFINISHED,
        returned=", ".join(_RETURNED),
        restrictions=" ".join(_RESTRICTIONS[name] for name in used),
        **_WORDS[dialect],
    )
    statement: TextClause = text(sql).bindparams(
        *(bindparam(name, type_=UTCDateTime()) for name in _INSTANTS if f":{name}" in sql),
        *(bindparam(name, expanding=True) for name in used),
    )
    # The columns of the table, so that JSON and instants are read as they are everywhere else.
    return statement.columns(*(metadata.tables["outbox"].c[name] for name in _RETURNED))
