"""The audit trail: who did what to which thing, provable later and without contents.

A handler only inserts a row; nothing is read and nothing is locked, so that handlers never wait for each other because
of the trail. A tick seals the new rows into a chain of digests: each digest covers the row and the digest before it, so
that a row that was changed, taken out or slipped in later is found. The chain is in the order of sealing.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Final

from handlers.ticks import tick
from handlers.work import Kit, Work
from store.engine import ConstraintViolated, Database, Session, StoreContended
from store.inserting import insert_row
from store.queries import audit as query
from store.tables.ledger import AuditEvent

SEALED_AT_ONCE: Final = 500


def record(
    work: Work,
    action: str,
    subject: str,
    *,
    before: object = None,
    after: object = None,
    cluster_id: int | None = None,
) -> None:
    """Note that who acts (or the worker) did something to a subject such as `IN-34`.

    `before` and `after` are what changed: a state, or a mapping of plain values. Only their hashes are kept.
    """
    row = {
        "actor_id": work.actor.person_id if work.actor else None,
        "action": action,
        "subject": subject,
        "cluster_id": cluster_id,
        "before_hash": _hash(before),
        "after_hash": _hash(after),
        "created_at": work.now,
        "updated_at": work.now,
    }
    insert_row(work.session, AuditEvent, row)


@tick("audit.seal", seconds=30)
def seal_audit(database: Database, _kit: Kit, _now: datetime) -> int:
    """Seal some hundreds of new rows into the chain; return how many. Of two at once, one seals nothing."""
    with database.read() as session:
        if not query.unsealed(session, limit=1):
            return 0
    try:
        with database.write() as session:
            return _seal(session)
    except (ConstraintViolated, StoreContended):
        return 0


def _seal(session: Session) -> int:
    events = query.unsealed(session, limit=SEALED_AT_ONCE)
    last = query.last_sealed(session)
    place, digest = (last.place or 0, last.digest) if last else (0, "")
    for event in events:
        previous, place = digest, place + 1
        digest = digest_of(event, place=place, previous=previous)
        if not query.seal(session, event, place=place, previous=previous, digest=digest):
            raise StoreContended("Somebody else seals.")
    return len(events)


def first_broken(database: Database) -> int | None:
    """Return the place in the chain at which it does not hold any more, or None if it is whole."""
    with database.read() as session:
        previous = ""
        for expected, event in enumerate(query.chain(session), start=1):
            right = digest_of(event, place=expected, previous=previous)
            if (event.place, event.previous, event.digest) != (expected, previous, right):
                return expected
            previous = event.digest
    return None


def digest_of(event: AuditEvent, *, place: int, previous: str) -> str:
    """Return the digest of a row at its place in the chain."""
    parts = (
        place,
        previous,
        event.id,
        event.actor_id,
        event.action,
        event.subject,
        event.cluster_id,
        event.before_hash,
        event.after_hash,
        event.created_at.astimezone(UTC).isoformat(),
    )
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


def _hash(value: object) -> str:
    if value is None:
        return ""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
