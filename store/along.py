"""Work that can be done together: a job takes over what else waits of its kind."""

from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlmodel import Session, col

from store.leases import LEASE, changed, lease_clock
from store.queue import Claimed
from store.tables.queue import HELD, WAITING, Outbox, OutboxStatus


def take_along(
    session: Session, claimed: Claimed, *, now: datetime, limit: int, lease: timedelta = LEASE
) -> list[Claimed]:
    """Take over other rows of the same kind that are due and were never begun, to do them together with one's own.

    That another worker has claimed them does not matter: their fence rises, so it finds that it has them no more. They
    are marked as being sent. Commit at once; then end each of them, or put it back.
    """
    taken: list[Claimed] = []
    for index, status in ((WAITING, OutboxStatus.PENDING), (HELD, OutboxStatus.LEASED)):
        fresh = (
            text(index),
            col(Outbox.status) == status,
            col(Outbox.kind) == claimed.kind,
            col(Outbox.due_at) <= now,
            col(Outbox.send_started).is_(None),
            col(Outbox.attempts) == 0,
            col(Outbox.id) != claimed.id,
        )
        query = select(Outbox).where(*fresh).order_by(col(Outbox.due_at), col(Outbox.id)).limit(limit - len(taken))
        for row in session.scalars(query.with_for_update(skip_locked=True)).all():
            mine = _claimed(row)
            values = {
                "status": OutboxStatus.SENDING,
                "fence": mine.fence,
                "send_started": lease_clock(session, now),
                "lease_until": lease_clock(session, now, ahead=lease),
                "attempts": Outbox.attempts + 1,
                "updated_at": now,
                "version": Outbox.version + 1,
            }
            changed(session, update(Outbox).where(col(Outbox.id) == mine.id).values(**values))
            taken.append(mine)
    return taken


def _claimed(row: Outbox) -> Claimed:
    """Return a row that was never begun as its next holder has it."""
    return Claimed(
        id=row.id or 0,
        kind=row.kind,
        key=row.key,
        destination=row.destination,
        stream=row.stream,
        seq=row.seq,
        subject=row.subject,
        cluster_id=row.cluster_id,
        payload=row.payload,
        due_at=row.due_at,
        expires_at=row.expires_at,
        attempts=row.attempts,
        fence=row.fence + 1,
        was_sending=False,
        send_started=None,
        tried_at=row.tried_at,
        created_at=row.created_at,
    )
