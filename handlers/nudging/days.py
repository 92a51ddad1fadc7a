"""The message of the day: what is due for one person, in one living card.

When the first of a person's nudges comes due, everything else that is due for the person that day goes with it. The
weekly digest goes into the same message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from domain.calendars import WorkingCalendar, local, wall_clock
from domain.nudges import NudgeKind, Placement, SuppressedWhy, is_wished, moved_to, placement
from handlers.cards import View, living, publish
from handlers.letters import Drop, Later, job
from handlers.nudging.digests import DIGEST, build_digest, says_anything
from handlers.nudging.nudges import (
    CAPPED_CARD,
    REMINDER_CARD,
    calendar_of,
    days_told,
    has_left,
    item_of,
    policy_of,
    stopped_by,
    unanswered,
    wishes_of,
)
from handlers.webroom.places import is_guest
from handlers.work import Kit, Work
from messages.notices.nudges import NudgeItem, Nudges
from store import queue
from store.engine import Database
from store.queries import nudges as query
from store.queries import people, rooms
from store.queries.rows import key_of
from store.queue import Claimed
from store.tables.people import Identity, Person
from store.tables.queue import Outbox

Weighed = str | Drop | Later


@job("nudge")
async def send_nudge(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """Put a step, and all that is due beside it, into the person's message of the day; or say why not, or when."""
    await asyncio.to_thread(_gather, database, kit, row, now)


@job(DIGEST)
async def send_digest(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """Put the weekly digest, and all that is due beside it, into the person's message of the day."""
    await asyncio.to_thread(_gather, database, kit, row, now)


def _gather(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    with database.write() as session:
        work = Work(session, now, kit)
        found = _weigh(work, row)
        if isinstance(found, Drop):
            queue.finish(session, row, status="cancelled", now=now, error=found.why)
        elif isinstance(found, Later):
            queue.postpone(session, row, due_at=found.due_at, now=now)
        elif queue.finish(session, row, status="sent", now=now, ref=found):
            _carry(work, row, found)


def _weigh(work: Work, row: Claimed) -> Weighed:
    """Decide about a row whose time has come: the message it goes into, or none, or a later one."""
    person = work.session.get(Person, row.payload["person"])
    if person is None or has_left(work, person):
        return Drop(SuppressedWhy.LEFT)
    accounts = people.identities_of(work.session, key_of(person))
    # Of who was never met there is nothing to find out: what is open there does not reach anybody.
    if accounts and (why := _unwanted(work, person, row, accounts)):
        return Drop(why)
    capped = _capped(row)
    not_now = _not_now(work, person, capped=capped)
    if not_now is not None:
        return not_now
    if not accounts:
        return Drop(SuppressedWhy.NEVER_MET)
    calendar = calendar_of(work.kit, person)
    today = local(work.now, calendar.zone).date()
    where = _placed(work, row, today, calendar) if capped else Placement.NOW
    if where is Placement.DIGEST:
        return Drop(SuppressedWhy.CAP)
    if where is not Placement.NOW:
        return Later(moved_to(where, now=work.now, calendar=calendar))
    return f"P-{row.payload['person']}:{today.isoformat()}"


def _capped(row: Claimed | Outbox) -> bool:
    return row.kind == DIGEST or policy_of(row.payload["kind"]).capped


def _unwanted(work: Work, person: Person, row: Claimed | Outbox, accounts: Sequence[Identity]) -> str:
    """Return why a row is not sent to somebody with these accounts; empty if it is."""
    guest = is_guest(accounts[0].native_user, accounts[0].surface)
    if guest and (row.kind == DIGEST or row.payload["kind"] == NudgeKind.CALL):
        # A guest came for one challenge, not for what else there is.
        return SuppressedWhy.OPTED_OUT
    wishes = wishes_of(person)
    if wishes.paused and _capped(row):
        return SuppressedWhy.PAUSED
    if row.kind == DIGEST:
        wanted = [kind for kind in row.payload["kinds"] if kind not in wishes.opt_outs]
        if not wanted:
            return SuppressedWhy.OPTED_OUT
        return "" if says_anything(work, key_of(person), wanted) else SuppressedWhy.EMPTY
    kind = NudgeKind(row.payload["kind"])
    if kind in wishes.opt_outs:
        return SuppressedWhy.OPTED_OUT
    return stopped_by(work, key_of(person), row) or ""


def _placed(work: Work, row: Claimed, today: date, calendar: WorkingCalendar) -> Placement:
    """Say where the caps put a row; a digest joins the message that went out today."""
    told = days_told(work, row.payload["person"], today, calendar)
    if row.kind == DIGEST and today in told:
        return Placement.NOW
    week = {today - timedelta(days=today.weekday() - at) for at in range(7)}
    return placement(
        policy_of(row.payload.get("kind", NudgeKind.SMES_DIGEST)),
        bundles_today=int(today in told),
        bundles_this_week=len(told & week),
        sent_in_chain=0 if row.kind == DIGEST else unanswered(work, row),
    )


def _carry(work: Work, row: Claimed, message: str) -> None:
    """Take along what else is due for the person today, and post the message."""
    person = work.session.get_one(Person, row.payload["person"])
    zone = calendar_of(work.kit, person).zone
    midnight = wall_clock(local(work.now, zone).date() + timedelta(days=1), time(0), zone)
    beside = query.due_beside(work.session, stream=row.stream or "", until=midnight, but=row.id)
    accounts = people.identities_of(work.session, key_of(person))
    for other in beside:
        why = _unwanted_beside(work, person, other, accounts)
        ref, why = (None, why) if why else (message, f"bundled into {row.key}")
        query.finish_beside(work.session, [key_of(other)], now=work.now, ref=ref, why=why)
    card = (row.stream or CAPPED_CARD).partition(":")[0]
    publish(work, card, message, destination=accounts[0].address, person_id=person.id)


def _unwanted_beside(work: Work, person: Person, row: Outbox, accounts: Sequence[Identity]) -> str:
    why = _unwanted(work, person, row, accounts)
    if why or row.kind == DIGEST:
        return why
    cap = policy_of(row.payload["kind"]).cap
    return SuppressedWhy.CAP if cap is not None and unanswered(work, row) >= cap else ""


@living(CAPPED_CARD, repeat_unconfirmed=False)
@living(REMINDER_CARD)
def read_nudges(work: Work, view: View) -> Nudges | Later | None:
    """Show what still waits of all that went into this message; one that is late comes in working hours too."""
    person_id = view.subject.removeprefix("P-").partition(":")[0]
    stands = _stands(work, view)
    if not stands:
        person = work.session.get_one(Person, int(person_id))
        not_now = _not_now(work, person, capped=view.kind == CAPPED_CARD)
        if not_now is not None:
            return not_now
    rows = query.carried_by(work.session, view.subject)
    nudges = [row for row in rows if row.kind == "nudge"]
    items = tuple(item for row in _once(nudges) if (item := _item(work, row, int(person_id))) is not None)
    kinds = [NudgeKind(kind) for row in rows if row.kind == DIGEST for kind in row.payload["kinds"]]
    sections = build_digest(work, int(person_id), kinds) if kinds else ()
    if not items and not sections and not stands:
        return None
    return Nudges(items=items, digest=sections)


def _not_now(work: Work, person: Person, *, capped: bool) -> Later | None:
    """Return until when to wait: for working hours, and with what is capped for the end of a snooze too."""
    calendar = calendar_of(work.kit, person)
    allowed = calendar.into_working_hours(wishes_of(person).not_before(work.now) if capped else work.now)
    return Later(allowed) if allowed > work.now else None


def _stands(work: Work, view: View) -> bool:
    post = rooms.post_of(work.session, kind=view.kind, subject=view.subject, destination=view.destination)
    return post is not None and post.message != ""


def _once(rows: Sequence[Outbox]) -> Sequence[Outbox]:
    return list({row.subject: row for row in rows}.values())


def _item(work: Work, row: Outbox, person_id: int) -> NudgeItem | None:
    item = item_of(work, row.payload["kind"], row.payload["subject"], person_id)
    if item is None:
        return None
    later = [one for one in query.waiting_about(work.session, row.subject or "") if is_wished(one.key)]
    said = replace(item, notice=row.payload.get("notice", ""))
    return replace(said, snoozed_until=later[0].due_at) if later else said
