"""Nudges: whom they wait for, when they are due, and how several of them become one message.

A chain is one kind on one subject to one person. `schedule` puts its steps into the outbox; any action on the subject
cancels what is left of it. When the first of a person's steps comes due, everything else that is due for the person
that day goes with it, in one living card. The rows of a person share a stream ordered by the time they are due, so that
two workers never gather for one person at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.calendars import WorkingCalendar, is_zone, local, wall_clock
from domain.errors import Invalid
from domain.nudges import (
    Escalation,
    NudgeKind,
    NudgePolicy,
    Placement,
    SuppressedWhy,
    chain,
    due_at,
    moved_to,
    nudge_key,
    placement,
)
from domain.people import Wishes, parse_quiet_hours
from handlers.cards import View, living, publish, refresh
from handlers.letters import Drop, Later, job
from handlers.work import Kit, Work
from messages.notices.nudges import NudgeItem, Nudges
from store import queue
from store.engine import Database
from store.queries import nudges as query
from store.queries import people, rooms
from store.queries.rows import key_of
from store.queue import Claimed
from store.tables.people import Person
from store.tables.queue import Outbox

CAPPED_CARD: Final = "nudges"
REMINDER_CARD: Final = "reminders"
#: The step of a nudge that its receiver has put off.
SNOOZED: Final = "snoozed"
_MINUTE: Final = 60

Waiting = Callable[[Work, str, int], NudgeItem | None]

WAITING: dict[NudgeKind, Waiting] = {}


def waits(kind: NudgeKind) -> Callable[[Waiting], Waiting]:
    """Register what tells whether a subject still waits for a person: `(work, subject, person_id)` → item or None."""

    def register(function: Waiting) -> Waiting:
        if kind in WAITING:
            raise ValueError(f"{kind} is taken")
        WAITING[kind] = function
        return function

    return register


def calendar_of(kit: Kit, person: Person) -> WorkingCalendar:
    """Return the working days and hours of a person."""
    zone = ZoneInfo(person.zone if is_zone(person.zone) else "UTC")

    def closed(day: date) -> bool:
        return kit.holidays.is_holiday(day, country=person.country, region=person.region)

    return WorkingCalendar(zone, closed=closed, quiet=wishes_of(person).quiet)


def wishes_of(person: Person) -> Wishes:
    """Return what a person asked of the bot.

    It stands in the person's settings: `quiet_hours` ("22:00-07:00"), `opt_outs` ("consent,meeting"), `paused` (true).
    """
    try:
        quiet = parse_quiet_hours(str(person.settings.get("quiet_hours", "")))
    except Invalid:
        quiet = None
    opt_outs = frozenset(one for one in str(person.settings.get("opt_outs", "")).split(",") if one)
    return Wishes(quiet, opt_outs, bool(person.settings.get("paused")), person.snoozed_until)


def schedule(work: Work, kind: str, subject: str, person_id: int, *, start: datetime | date, version: int = 1) -> None:
    """Enqueue the steps of a chain to one person, each at its time in the person's own calendar.

    `start` is the instant at which the waiting begins, or the date that a deadline falls on. A chain that is scheduled
    anew for another start needs a higher `version`. Steps whose time has passed are left out.
    """
    person = work.session.get(Person, person_id)
    if person is None or person.left_at is not None:
        return
    calendar = calendar_of(work.kit, person)
    for policy in chain(NudgeKind(kind)):
        due = due_at(policy, start, calendar)
        if policy.escalation is not Escalation.LAPSE and due > work.now:
            enqueue_step(work, policy, subject, person_id, step=policy.step, due=due, version=version)


def cancel_chain(work: Work, subject: str, *, kind: str = "", person_id: int | None = None) -> int:
    """Cancel what waits of a subject's chains (all, of one kind, of one kind to one person); return how many steps."""
    parts = [subject, *([kind] if kind else []), *([f"P-{person_id}"] if kind and person_id else [])]
    return work.cancel(":".join(parts), reason="acted on", kinds=("nudge",))


def enqueue_step(
    work: Work, policy: NudgePolicy, subject: str, person_id: int, *, step: str, due: datetime, version: int
) -> bool:
    """Put one step of a chain into the outbox; False if it is there already."""
    card = CAPPED_CARD if policy.capped else REMINDER_CARD
    intent = queue.Intent(
        kind="nudge",
        key=nudge_key(kind=policy.kind, subject=subject, step=step, version=version, person=person_id),
        destination=f"person:P-{person_id}",
        due_at=due,
        payload={"kind": str(policy.kind), "subject": subject, "person": person_id},
        stream=f"{card}:P-{person_id}",
        seq=int(due.timestamp()) // _MINUTE,
        subject=chain_subject(policy.kind, subject, person_id),
    )
    return queue.enqueue(work.session, intent, now=work.now)


def chain_subject(kind: str, subject: str, person_id: int) -> str:
    """Return what the rows of one chain are about: `IN-34:consent:P-8`."""
    return f"{subject}:{kind}:P-{person_id}"


@job("nudge")
async def send_nudge(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """Put a step, and all that is due beside it, into the person's message of the day; or say why not, or when."""
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


def _weigh(work: Work, row: Claimed) -> str | Drop | Later:
    """Decide about a step whose time has come: the message it goes into, or none, or a later one."""
    kind, person = NudgeKind(row.payload["kind"]), work.session.get(Person, row.payload["person"])
    if person is None or person.left_at is not None:
        return Drop(SuppressedWhy.LEFT)
    why = _unwanted(work, person, kind, row.payload["subject"])
    if why:
        return Drop(why)
    calendar, policy = calendar_of(work.kit, person), chain(kind)[0]
    allowed = calendar.into_working_hours(work.now)
    if policy.capped:
        allowed = calendar.into_working_hours(wishes_of(person).not_before(work.now))
    if allowed > work.now:
        return Later(allowed)
    today = local(work.now, calendar.zone).date()
    where = _placed(work, policy, row.payload["person"], today)
    if where is not Placement.NOW:
        return Later(moved_to(where, now=work.now, calendar=calendar))
    if not people.identities_of(work.session, row.payload["person"]):
        return Drop("never met")
    return f"P-{row.payload['person']}:{today.isoformat()}"


def _unwanted(work: Work, person: Person, kind: NudgeKind, subject: str) -> str:
    wishes = wishes_of(person)
    if chain(kind)[0].capped and not wishes.wants(kind):
        return SuppressedWhy.PAUSED if wishes.paused else SuppressedWhy.OPTED_OUT
    teller = WAITING.get(kind)
    if teller is None or person.id is None or teller(work, subject, person.id) is None:
        return "nothing waits any more"
    return ""


def _placed(work: Work, policy: NudgePolicy, person_id: int, today: date) -> Placement:
    week = [today - timedelta(days=today.weekday() - at) for at in range(7)]
    return placement(
        policy,
        bundles_today=query.messages_on(work.session, person_id, [today]),
        bundles_this_week=query.messages_on(work.session, person_id, week),
        sent_in_chain=0,
    )


def _carry(work: Work, row: Claimed, message: str) -> None:
    """Take along what else is due for the person today, and post the message."""
    person = work.session.get_one(Person, row.payload["person"])
    zone = calendar_of(work.kit, person).zone
    midnight = wall_clock(local(work.now, zone).date() + timedelta(days=1), time(0), zone)
    beside = query.due_beside(work.session, stream=row.stream or "", until=midnight, but=row.id)
    for other in beside:
        why = _unwanted(work, person, NudgeKind(other.payload["kind"]), other.payload["subject"])
        ref, why = (None, why) if why else (message, f"bundled into {row.key}")
        query.finish_beside(work.session, [key_of(other)], now=work.now, ref=ref, why=why)
    card = (row.stream or CAPPED_CARD).partition(":")[0]
    address = people.identities_of(work.session, row.payload["person"])[0].address
    publish(work, card, message, destination=address, person_id=person.id)


@living(CAPPED_CARD, repeat_unconfirmed=False)
@living(REMINDER_CARD)
def read_nudges(work: Work, view: View) -> Nudges | None:
    """Show what still waits of all that went into this message."""
    person_id, _, day = view.subject.removeprefix("P-").partition(":")
    noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    rows = query.carried_by(work.session, view.subject, since=noon - timedelta(days=2), until=noon + timedelta(days=2))
    items = tuple(item for row in _once(rows) if (item := _item(work, row, int(person_id))) is not None)
    if not items and not _stands(work, view):
        return None
    return Nudges(items=items)


def _stands(work: Work, view: View) -> bool:
    post = rooms.post_of(work.session, kind=view.kind, subject=view.subject, destination=view.destination)
    return post is not None and post.message != ""


def _once(rows: Sequence[Outbox]) -> Sequence[Outbox]:
    return list({row.subject: row for row in rows}.values())


def _item(work: Work, row: Outbox, person_id: int) -> NudgeItem | None:
    teller = WAITING.get(NudgeKind(row.payload["kind"]))
    item = teller(work, row.payload["subject"], person_id) if teller else None
    if item is None:
        return None
    later = [one for one in query.waiting_about(work.session, row.subject or "") if f":{SNOOZED}-" in one.key]
    return replace(item, snoozed_until=later[0].due_at) if later else item


def refresh_message(work: Work, person_ids: Collection[int]) -> None:
    """Bring the messages of these days to these people up to date, after something in them was settled."""
    today = work.now.date()
    days = [today + timedelta(days=one) for one in (-1, 0, 1)]
    for post in query.messages_to(work.session, person_ids, days):
        refresh(work, post.kind, post.subject, destination=post.destination)
