"""The outbox: one durable queue for all that must be sent or done.

The order of calls around one row: `claim` → (was it being sent? look it up) → `mark_sending`, commit → deliver with
no transaction open → `finish`. Everything after the claim is guarded by the row's fence: the number of its claims. A
worker whose lease has passed to another finds another fence, changes nothing and is told so by `False`.

Due instants go by the caller's `now`; leases by the database's clock on PostgreSQL, so that a worker with a wrong clock
cannot take what another one holds. On SQLite there is one machine, hence one clock, and leases go by `now` as well.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, text, update
from sqlmodel import Session, col

from store.claiming import claim_statement, take_turns
from store.holding import BY_FATE, Ahead, Claimed, guarded
from store.inserting import dialect_of, insert_new
from store.leases import LEASE, QUIET, changed, lease_clock
from store.tables import metadata
from store.tables.queue import HELD, UNFINISHED, WAITING, Outbox, OutboxStatus

ERROR_LENGTH = 500

Finished = Literal["sent", "dead", "cancelled"]


@dataclass(frozen=True, kw_only=True)
class Intent:
    """One thing to be sent or done.

    `key` is a business fact with its recipient last, never a random id or the time. `destination` is what a rate limit
    belongs to. Rows of one `stream` are handled one after the other by `seq`, then as they came. `subject` is what
    cancels it: `IN-34`, or `IN-34:consent` for a part of it. After `expires_at` it is not worth sending.
    """

    kind: str
    key: str
    destination: str
    due_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    stream: str | None = None
    seq: int = 0
    subject: str | None = None
    cluster_id: int | None = None
    expires_at: datetime | None = None


def enqueue(session: Session, intent: Intent, *, now: datetime) -> bool:
    """Add one intent to the transaction of the change that causes it; `False` if its key is known already."""
    return bool(enqueue_all(session, [intent], now=now))


def enqueue_all(session: Session, intents: Iterable[Intent], *, now: datetime) -> frozenset[str]:
    """Add several intents in one statement; returns the keys that are new."""
    rows = [
        {
            "kind": intent.kind,
            "key": intent.key,
            "destination": intent.destination,
            "due_at": intent.due_at,
            "payload": dict(intent.payload),
            "stream": intent.stream,
            "seq": intent.seq,
            "subject": intent.subject,
            "cluster_id": intent.cluster_id,
            "expires_at": intent.expires_at,
            "created_at": now,
            "updated_at": now,
            "version": 1,
            "status": OutboxStatus.PENDING,
            "attempts": 0,
            "fence": 0,
        }
        for intent in intents
    ]
    return frozenset(insert_new(session, Outbox, rows, returning="key")) if rows else frozenset()


def claim(
    session: Session,
    *,
    owner: str,
    now: datetime,
    limit: int = 20,
    per_destination: int = 5,
    per_workspace: int | None = None,
    kinds: Collection[str] | None = None,
    destination: str | None = None,
    rests: Mapping[str, timedelta] | None = None,
    lease: timedelta = LEASE,
    quiet: timedelta = QUIET,
) -> list[Claimed]:
    """Take what is due, oldest first, and hold it for `lease`.

    A destination of which anybody holds a row, and one of a surface in `rests` that was sent to so short a time ago, is
    left alone, so that the pace and the pauses of one place hold over all workers. At most `per_destination` rows of
    one destination are taken at once, and this worker holds at most `per_workspace` of one workspace; every
    workspace gets its first before any gets its second, and within one every destination. A row waits for the
    unfinished rows before it in its stream. Rows that are too late are cancelled first. `kinds` and `destination`
    restrict. Commit at once: the rows are held from then on.
    """
    take_turns(session)
    expire(session, now=now)
    dialect = dialect_of(session)
    restrictions = {"kinds": sorted(kinds or ()), "destinations": [destination] if destination else []}
    rested = sorted((rests or {}).items())
    statement = claim_statement(dialect, *(bool(values) for values in restrictions.values()), len(rested))
    parameters: dict[str, Any] = {name: values for name, values in restrictions.items() if values}
    parameters |= {"owner": owner, "now": now, "limit": limit, "share": per_destination}
    parameters["workspace_share"] = limit if per_workspace is None else per_workspace
    for number, (surface, rest) in enumerate(rested):
        first = f"{surface}:"
        parameters |= {f"rested_{number}": now - rest, f"ahead_{number}": now + rest}
        parameters |= {f"surface_{number}": first, f"width_{number}": len(first)}
    if dialect == "postgresql":
        parameters |= {"lease": lease, "quiet": quiet}
    else:
        parameters |= {"lease_until": now + lease, "quiet_since": now - quiet}
    rows = session.execute(statement, parameters).mappings().all()
    claimed = [Claimed(**row, was_sending=row["send_started"] is not None) for row in rows]
    return sorted(claimed, key=lambda one: (one.due_at, one.id))


@cache
def _any_waiting() -> Select[int]:
    outbox = metadata.tables["outbox"].c
    return select(outbox.id).where(text(WAITING), outbox.due_at <= bindparam("now")).limit(1)


def anything_due(session: Session, *, now: datetime, quiet: timedelta = QUIET) -> bool:
    """Tell whether a claim could find something: a look at two partial indexes that locks nothing."""
    if session.execute(_any_waiting(), {"now": now}).first() is not None:
        return True
    started = col(Outbox.send_started)
    is_quiet = or_(started.is_(None), started <= lease_clock(session, now, ahead=-quiet))
    held = select(col(Outbox.id)).where(text(HELD), col(Outbox.lease_until) <= lease_clock(session, now), is_quiet)
    return session.execute(held.limit(1)).first() is not None


def next_due(session: Session, *, after: datetime) -> datetime | None:
    """Return the first instant after this one at which a row is due or a lease ends; None if nothing waits."""
    waiting = select(func.min(col(Outbox.due_at))).where(text(WAITING), col(Outbox.due_at) > after)
    held = select(func.min(col(Outbox.lease_until))).where(text(HELD), col(Outbox.lease_until) > after)
    found = (session.execute(statement).scalar_one() for statement in (waiting, held))
    return min((instant for instant in found if instant is not None), default=None)


def expire(session: Session, *, now: datetime) -> int:
    """Cancel what nobody has begun to send and is not worth sending any more; returns how many."""
    late = (
        col(Outbox.expires_at).is_not(None),
        col(Outbox.expires_at) <= now,
        col(Outbox.send_started).is_(None),
        _literally(OutboxStatus.PENDING, OutboxStatus.LEASED),
    )
    return changed(session, update(Outbox).where(*late).values(**_cancelled(now), last_error="expired"))


def mark_sending(session: Session, claimed: Claimed, *, now: datetime, lease: timedelta = LEASE) -> bool:
    """Note that a delivery begins, and hold the row for `lease` from now. Commit before delivering.

    `False`: the row was cancelled, or another worker has it. Deliver nothing.
    """
    values = {"status": OutboxStatus.SENDING, "send_started": Ahead(), "lease_until": Ahead(lease)}
    return guarded(session, claimed, now, values, held=(OutboxStatus.LEASED,), attempt=True)


def renew(session: Session, claimed: Claimed, *, now: datetime, lease: timedelta = LEASE) -> bool:
    """Hold a row for longer, for work that takes its time. `False`: it was cancelled, or another worker has it."""
    return guarded(session, claimed, now, {"lease_until": Ahead(lease)})


def finish(
    session: Session,
    claimed: Claimed,
    *,
    status: Finished,
    now: datetime,
    ref: str | None = None,
    error: str | None = None,
    unconfirmed: bool = False,
) -> bool:
    """End a row: sent with the reference of the message, dead by a known refusal, or cancelled as no longer relevant.

    `unconfirmed`: dead, and an earlier delivery may have arrived; it is looked up first if somebody revives it.
    `False`: another worker has it, and what this one knows comes too late.
    """
    values = {**_finished(status), "sent_ref": ref, "last_error": _short(error)}
    if unconfirmed:
        del values["send_started"]
    return guarded(session, claimed, now, values)


def postpone(session: Session, claimed: Claimed, *, due_at: datetime, now: datetime, error: str | None = None) -> bool:
    """Put a row back for later, when it is known that nothing arrived: a rate limit, a snooze, closed hours."""
    values = {**_let_go(OutboxStatus.PENDING), "due_at": due_at, "send_started": None, "last_error": _short(error)}
    return guarded(session, claimed, now, values)


def hold_off(session: Session, claimed: Claimed, *, pause: timedelta, now: datetime, error: str, unsure: bool) -> bool:
    """Put a row back whose destination asks for a pause, and close the destination to every worker for that time.

    The row stays held by nobody: a claim leaves a destination alone of which a row is held. `unsure`: the fate of an
    earlier delivery is open as before.
    """
    values: dict[str, Any] = {
        "status": OutboxStatus.LEASED,
        "lease_owner": None,
        "lease_until": Ahead(pause),
        "last_error": _short(error),
    }
    return guarded(session, claimed, now, values if unsure else {**values, "send_started": None})


def leave_uncertain(session: Session, claimed: Claimed, *, due_at: datetime, now: datetime, error: str) -> bool:
    """Put a row back whose fate could not be looked up; it is looked up again at `due_at`."""
    values = {
        **_let_go(OutboxStatus.UNCERTAIN),
        "due_at": due_at,
        "send_started": Ahead(keep=True),
        "last_error": _short(error),
    }
    return guarded(session, claimed, now, values)


def note_failure(session: Session, claimed: Claimed, *, now: datetime, error: str) -> bool:
    """Keep a row as being sent, and why: the platform failed in a way that leaves open whether it accepted.

    Nothing of it is under way on this side any more, so the lease ends, and its destination is free. The row is claimed
    again, to be looked up, when the quiet time has passed.
    """
    values = {"last_error": _short(error), "lease_until": Ahead()}
    return guarded(session, claimed, now, values, held=(OutboxStatus.SENDING,))


def release(session: Session, claimed: Sequence[Claimed], *, now: datetime) -> int:
    """Give back what was claimed and not begun, so that another worker need not wait for the lease; returns how many.

    A row whose earlier delivery is of unknown fate stays so. A row that is being sent is left to be reconciled.
    """
    values = {**_let_go(OutboxStatus.PENDING), "status": BY_FATE}
    return sum(guarded(session, one, now, values, held=(OutboxStatus.LEASED,)) for one in claimed)


def cancel(session: Session, subject: str, *, now: datetime, reason: str, kinds: Collection[str] | None = None) -> int:
    """Cancel what waits about a subject and its parts; returns how many rows it were.

    `IN-34` means `IN-34:consent` too, but not `IN-345`. `kinds` restricts.
    What is being sent, or of unknown fate, is not touched: it is reconciled first.
    """
    subjects = col(Outbox.subject)
    # ";" follows ":" in the order of bytes: the second part is every text that begins with "<subject>:".
    about = or_(subjects == subject, (subjects >= f"{subject}:") & (subjects < f"{subject};"))
    waiting = (
        # A range around both parts, and the very words of the index: SQLite uses it for nothing less.
        text(f"subject IS NOT NULL AND {UNFINISHED}"),
        subjects >= subject,
        subjects < f"{subject};",
        about,
        col(Outbox.send_started).is_(None),
        col(Outbox.status).in_((OutboxStatus.PENDING, OutboxStatus.LEASED)),
    )
    statement = update(Outbox).where(*waiting)
    if kinds is not None:
        statement = statement.where(col(Outbox.kind).in_(sorted(kinds)))
    return changed(session, statement.values(**_cancelled(now), last_error=_short(reason)))


def _finished(status: Finished) -> dict[str, Any]:
    return {**_let_go(OutboxStatus(status)), "send_started": None}


def _cancelled(now: datetime) -> dict[str, Any]:
    return {**_finished("cancelled"), "updated_at": now, "version": Outbox.version + 1}


def _let_go(status: OutboxStatus) -> dict[str, Any]:
    return {"status": status, "lease_owner": None, "lease_until": None}


def _literally(*statuses: OutboxStatus) -> ColumnElement[bool]:
    """Compare the status with texts written out: a parameter would keep the planner from using a partial index."""
    given = [status.value for status in statuses]
    return col(Outbox.status).in_(bindparam(None, given, expanding=True, literal_execute=True))


def _short(error: str | None) -> str | None:
    return None if error is None else error[:ERROR_LENGTH]
