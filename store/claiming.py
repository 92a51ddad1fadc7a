"""The one statement by which a worker takes what is due, in the words of either engine."""

from functools import cache

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.sql.selectable import TextualSelect
from sqlmodel import Session, UTCDateTime

from store.inserting import dialect_of
from store.tables import metadata
from store.tables.queue import HELD, UNFINISHED, WAITING

# Two parts for two partial indexes: what waits and is due, and what somebody held too long. What was being sent is
# left alone until it has been quiet for a while, because the platform may still accept it.
# A destination of which somebody holds a row, or that was sent to a moment ago, is left alone: so the rate of one place
# holds over all workers, and a pause that the platform asked for is kept by all of them.
# Of each stream only the first unfinished row can be taken. Of each destination only the first few, and of each
# workspace no more than lets the others go on if it hangs; every workspace gets its first before any gets its second.
# The outermost conditions look at the row as it is when it is locked, not as it was when it was found.
_CLAIM = """
WITH closed AS MATERIALIZED (
    SELECT destination FROM outbox WHERE {held} AND lease_until > {clock} AND destination <> ''
    {resting}
), mine AS MATERIALIZED (
    SELECT {workspace} AS workspace, count(*) AS held FROM outbox
    WHERE {held} AND lease_until > {clock} AND lease_owner = :owner GROUP BY 1
), due AS (
    SELECT id, destination, stream, seq, due_at FROM outbox WHERE {waiting} AND due_at <= :now {restrictions}
    UNION ALL
    SELECT id, destination, stream, seq, due_at FROM outbox
    WHERE {held} AND lease_until <= {clock} AND (send_started IS NULL OR send_started <= {quiet_since}) {restrictions}
), ranked AS (
    SELECT id, due_at, {workspace} AS workspace,
        row_number() OVER (PARTITION BY destination ORDER BY due_at, id) AS place
    FROM due
    WHERE destination NOT IN (SELECT destination FROM closed) AND (stream IS NULL OR NOT EXISTS (
        SELECT 1 FROM outbox AS earlier
        WHERE earlier.stream = due.stream AND earlier.stream IS NOT NULL AND earlier.{unfinished}
          AND (earlier.seq, earlier.id) < (due.seq, due.id)
    ))
), lined AS (
    SELECT ranked.id, ranked.due_at, coalesce(mine.held, 0)
        + row_number() OVER (PARTITION BY ranked.workspace ORDER BY ranked.place, ranked.due_at, ranked.id) AS place
    FROM ranked LEFT JOIN mine ON mine.workspace = ranked.workspace WHERE ranked.place <= :share
), chosen AS MATERIALIZED (
    SELECT id FROM lined WHERE place <= :workspace_share ORDER BY place, due_at, id LIMIT :limit
), taken AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE id IN (SELECT id FROM chosen) AND (({waiting} AND due_at <= :now)
        OR ({held} AND lease_until <= {clock} AND (send_started IS NULL OR send_started <= {quiet_since})))
    {lock}
)
UPDATE outbox
SET status = 'leased', fence = fence + 1, lease_owner = :owner, lease_until = {lease_until},
    updated_at = :now, version = version + 1
WHERE id IN (SELECT id FROM taken)
RETURNING {returned}
"""

# What was sent to a surface's places a moment ago, as the clocks of the workers tell. What seems to be of the future
# was noted before a clock was set back, and closes nothing.
_RESTING = """
    UNION ALL
    SELECT destination FROM outbox WHERE status IN ('sent', 'cancelled')
      AND updated_at > :rested_{number} AND updated_at <= :ahead_{number}
      AND status = 'sent' AND substr(destination, 1, :width_{number}) = :surface_{number}
"""

# The first two words of an address are its surface and its workspace. The jobs for single people are one crowd.
_WORKSPACE = "CASE WHEN destination LIKE 'person:%' THEN 'person' ELSE {two_words} END"

_WORDS = {
    "postgresql": {
        "clock": "statement_timestamp()",
        "quiet_since": "statement_timestamp() - :quiet",
        "lease_until": "statement_timestamp() + :lease",
        "lock": "FOR UPDATE SKIP LOCKED",
        "workspace": _WORKSPACE.format(
            two_words="split_part(destination, ':', 1) || ':' || split_part(destination, ':', 2)"
        ),
    },
    # The transaction began with BEGIN IMMEDIATE: nobody else writes, and there is nothing to lock.
    "sqlite": {
        "clock": ":now",
        "quiet_since": ":quiet_since",
        "lease_until": ":lease_until",
        "lock": "",
        "workspace": _WORKSPACE.format(
            two_words="substr(destination, 1, instr(destination, ':')"
            " + instr(substr(destination, instr(destination, ':') + 1) || ':', ':') - 1)"
        ),
    },
}

_INSTANTS = ("now", "quiet_since", "lease_until")
_RESTRICTIONS = {
    "kinds": "AND kind IN :kinds",
    "destinations": "AND destination IN :destinations",
}
_RETURNED = (
    "id", "kind", "key", "destination", "stream", "seq", "subject", "cluster_id", "payload", "due_at", "expires_at",
    "attempts", "fence", "send_started", "tried_at", "created_at",
)  # fmt: skip


#: The number under which PostgreSQL keeps the turn to claim: the letters "outbox".
_TURN = int.from_bytes(b"outbox")


def take_turns(session: Session) -> None:
    """Let one worker claim at a time until the end of this transaction, so that each sees what the others hold.

    On SQLite the transaction itself is that turn. A worker that freezes in its turn loses its connection soon.
    """
    if dialect_of(session) == "postgresql":
        limit = "set_config('idle_in_transaction_session_timeout', '5s', true)"
        session.execute(text(f"SELECT {limit}, pg_advisory_xact_lock({_TURN})"))


@cache
def claim_statement(dialect: str, kinds: bool, destinations: bool, rests: int) -> TextualSelect:
    """Write the claim for an engine, with the restrictions that are used and for so many surfaces that rest."""
    used = [name for name, wanted in zip(_RESTRICTIONS, (kinds, destinations), strict=True) if wanted]
    sql = _CLAIM.format(
        waiting=WAITING,
        held=HELD,
        unfinished=UNFINISHED,
        returned=", ".join(_RETURNED),
        restrictions=" ".join(_RESTRICTIONS[name] for name in used),
        resting="".join(_RESTING.format(number=number) for number in range(rests)),
        **_WORDS[dialect],
    )
    instants = (*_INSTANTS, *(f"{name}_{number}" for name in ("rested", "ahead") for number in range(rests)))
    statement: TextClause = text(sql).bindparams(
        *(bindparam(name, type_=UTCDateTime()) for name in instants if f":{name}" in sql),
        *(bindparam(name, expanding=True) for name in used),
    )
    # The columns of the table, so that JSON and instants are read as they are everywhere else.
    return statement.columns(*(metadata.tables["outbox"].c[name] for name in _RETURNED))
