"""Making one person of two: everything that names the one names the other afterwards.

Every foreign key to a person is found in the tables themselves, so that a new table cannot be forgotten; and the row
that is left is deleted, which the database refuses if something still names it.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Column, delete, or_, update
from sqlmodel import Session, col, select

from domain.organisations import MembershipState
from store.tables import metadata
from store.tables.accounts import LinkCode
from store.tables.calendar import CalendarFeed
from store.tables.guests import GuestPass
from store.tables.introductions import Leg
from store.tables.people import Membership, Person
from store.tables.queue import Outbox, OutboxStatus

_WAITING: Final = (OutboxStatus.PENDING, OutboxStatus.UNCERTAIN)
#: Of two memberships alike, the one that comes first here is kept.
_BEST: Final = (MembershipState.ACTIVE, MembershipState.ASKED)


def references() -> tuple[Column[Any], ...]:
    """Return every column that names a person."""
    columns = (column for table in metadata.sorted_tables for column in table.columns)
    return tuple(one for one in columns if any(key.target_fullname == "person.id" for key in one.foreign_keys))


def merge_people(session: Session, *, kept: Person, gone: Person) -> None:
    """Let everything of one person be another's, and delete the one that is left."""
    kept_id, gone_id = kept.id or 0, gone.id or 0
    for settle in ONCE.values():
        settle(session, kept_id, gone_id)
    for column in references():
        session.execute(update(column.table).where(column == gone_id).values({column: kept_id}))
    _rename_in_legs(session, kept_id, gone_id)
    _rename_in_outbox(session, kept_id, gone_id)
    _complete(session, kept, gone)
    session.flush()
    session.expunge(gone)
    session.execute(delete(Person).where(col(Person.id) == gone_id))


def _settle_memberships(session: Session, kept: int, gone: int) -> None:
    ours = session.exec(select(Membership).where(Membership.person_id == kept)).all()
    known = {(one.cluster_id, one.role, one.organisation_id): one for one in ours}
    for theirs in session.exec(select(Membership).where(Membership.person_id == gone)).all():
        own = known.get((theirs.cluster_id, theirs.role, theirs.organisation_id))
        if own is None:
            continue
        if _rank(theirs) < _rank(own):
            own.state, own.decided_by, own.note = theirs.state, theirs.decided_by, theirs.note
            session.add(own)
        session.delete(theirs)
    session.flush()


def _rank(membership: Membership) -> int:
    return _BEST.index(membership.state) if membership.state in _BEST else len(_BEST)


def _settle_feeds(session: Session, kept: int, gone: int) -> None:
    """Keep one calendar link: that of the person who stays, unless only the other one's is switched on."""
    found = {
        one.person_id: one
        for one in session.exec(select(CalendarFeed).where(col(CalendarFeed.person_id).in_((kept, gone)))).all()
    }
    if len(found) == 2:
        off = found[kept].token_hash is None and found[gone].token_hash is not None
        session.delete(found[kept if off else gone])
        session.flush()


def _settle_codes(session: Session, kept: int, gone: int) -> None:
    session.execute(delete(LinkCode).where(col(LinkCode.person_id).in_((kept, gone))))


def _settle_passes(session: Session, kept: int, gone: int) -> None:
    """Of two personal links for the same organisation and cluster, keep the one that still lets in, for all of both."""
    passes = session.exec(select(GuestPass).where(col(GuestPass.person_id).in_((kept, gone)))).all()
    ours = {(one.organisation_id, one.cluster_id): one for one in passes if one.person_id == kept}
    for theirs in (one for one in passes if one.person_id == gone):
        own = ours.get((theirs.organisation_id, theirs.cluster_id))
        if own is None:
            continue
        stays, goes = (own, theirs) if own.revoked_at is None or theirs.revoked_at is not None else (theirs, own)
        stays.challenges = tuple(dict.fromkeys((*stays.challenges, *goes.challenges)))
        session.add(stays)
        session.delete(goes)
    session.flush()


#: Tables in which a person may stand once only (for a key): how two rows become one.
ONCE: Final[dict[str, Callable[[Session, int, int], None]]] = {
    "membership": _settle_memberships,
    "calendar_feed": _settle_feeds,
    "guest_pass": _settle_passes,
    "link_code": _settle_codes,
}


def _complete(session: Session, kept: Person, gone: Person) -> None:
    """Give the person who stays what only the other one had; where both chose, the choice of who stays holds."""
    email, gone.email = gone.email, None
    session.add(gone)
    session.flush()
    kept.email = kept.email or email
    for name in ("phone", "title", "country", "region"):
        setattr(kept, name, getattr(kept, name) or getattr(gone, name))
    kept.settings = {**gone.settings, **kept.settings}
    kept.notified_version = max(kept.notified_version, gone.notified_version)
    if gone.left_at is None:
        kept.left_at = None
    session.add(kept)


def _rename_in_legs(session: Session, kept: int, gone: int) -> None:
    """Let the sides of conversations name who stays; of two that were for either alone, only one goes on."""
    legs = session.exec(select(Leg)).all()
    alone = {(one.conversation_id, one.surface, one.workspace) for one in legs if one.alone == kept}
    for leg in legs:
        for name in ("people", "gone"):
            ids: tuple[int, ...] = getattr(leg, name)
            if gone in ids:
                setattr(leg, name, tuple(dict.fromkeys(kept if one == gone else one for one in ids)))
        if leg.alone == gone and (leg.conversation_id, leg.surface, leg.workspace) in alone:
            leg.people, leg.gone = (), leg.people
        elif leg.alone == gone:
            leg.alone = kept
        session.add(leg)
    session.flush()


def _rename_in_outbox(session: Session, kept: int, gone: int) -> None:
    """Let what was and will be sent to the one count for the other, so that nothing is told twice."""
    old, new = f"P-{gone}", f"P-{kept}"
    key, subject = col(Outbox.key), col(Outbox.subject)
    concerned = or_(
        key.endswith(f":{old}", autoescape=True),
        col(Outbox.destination) == f"person:{old}",
        subject == old,
        subject.startswith(f"{old}:", autoescape=True),
        subject.endswith(f":{old}", autoescape=True),
    )
    for row in session.exec(select(Outbox).where(concerned)).all():
        wanted = _renamed(row.key, old, new)
        taken = wanted != row.key and session.exec(select(Outbox.id).where(Outbox.key == wanted)).first() is not None
        if taken and row.status in _WAITING:
            row.status, row.last_error, row.send_started = OutboxStatus.CANCELLED, "the same person", None
        if not taken:
            row.key = wanted
        row.destination = _renamed(row.destination, old, new)
        row.subject = _renamed(row.subject, old, new) if row.subject else row.subject
        if row.payload.get("person") == gone:
            row.payload = {**row.payload, "person": kept}
        session.add(row)
        session.flush()


def _renamed(text: str, old: str, new: str) -> str:
    return ":".join(new if part == old else part for part in text.split(":"))
