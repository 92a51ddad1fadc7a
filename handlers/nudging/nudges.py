"""Nudges: whom they wait for, and when they are due.

A chain is one kind on one subject to one person. `schedule` puts its steps into the outbox; any action on the subject
cancels what is left of it. `handlers.nudging.days` sends them. The rows of a person share a stream ordered by the time
they are due, so that two workers never gather for one person at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Final

from domain.calendars import WorkingCalendar, local, zone_or_utc
from domain.errors import Invalid
from domain.nudges import (
    POLICIES,
    Escalation,
    NudgeKind,
    NudgePolicy,
    SuppressedWhy,
    chain,
    due_at,
    is_wished,
    nudge_key,
)
from domain.offsets import offsets_of
from domain.people import Wishes, parse_quiet_hours
from handlers.cards import refresh
from handlers.nudging.policies import policies_of
from handlers.work import Kit, Work
from messages.notices.nudges import NudgeItem
from store import queue
from store.queries import nudges as query
from store.queries import people
from store.queries.rows import key_of
from store.queue import Claimed
from store.tables.people import Person
from store.tables.queue import Outbox

CAPPED_CARD: Final = "nudges"
REMINDER_CARD: Final = "reminders"
_MINUTE: Final = 60
#: A message that was made so long ago is not looked for any more; a week, and what a workspace may be away.
_LATE_DAYS: Final = 14

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
    zone = zone_or_utc(person.zone)

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


def has_left(work: Work, person: Person) -> bool:
    """Tell whether a person is gone: without an account, or a member of nothing any more."""
    return person.left_at is not None or people.first_cluster_of(work.session, key_of(person)) is None


def schedule(
    work: Work,
    kind: str,
    subject: str,
    person_id: int,
    *,
    start: datetime | date,
    version: int = 1,
    cluster_id: int | None = None,
) -> None:
    """Enqueue the steps of a chain to one person, each at its time in the person's own calendar.

    `start` is the instant at which the waiting begins, or the date that a deadline falls on. A chain that is scheduled
    anew for another start needs a higher `version`. Steps whose time has passed are left out. The steps are those of
    the cluster, which is the one that the person joined first unless it is given.
    """
    person = work.session.get(Person, person_id)
    if person is None or person.left_at is not None:
        return
    cluster_id = cluster_id or people.first_cluster_of(work.session, person_id)
    calendar = calendar_of(work.kit, person)
    for policy in chain(NudgeKind(kind), policies=policies_of(work, cluster_id)):
        due = due_at(policy, start, calendar)
        if policy.escalation is not Escalation.LAPSE and due > work.now:
            enqueue_step(
                work,
                policy,
                subject,
                person_id,
                step=policy.step,
                due=due,
                version=version,
                cluster_id=cluster_id,
                start=start,
            )


def cancel_chain(work: Work, subject: str, *, kind: str = "", person_id: int | None = None) -> int:
    """Cancel what waits of a subject's chains (all, of one kind, of one kind to one person); return how many steps."""
    parts = [subject, *([kind] if kind else []), *([f"P-{person_id}"] if kind and person_id else [])]
    return work.cancel(":".join(parts), reason="acted on", kinds=("nudge",))


def enqueue_step(
    work: Work,
    policy: NudgePolicy,
    subject: str,
    person_id: int,
    *,
    step: str,
    due: datetime,
    version: int,
    cluster_id: int | None,
    start: datetime | date | None = None,
) -> bool:
    """Put one step of a chain into the outbox; False if it is there already.

    With its `start` a step moves when its cluster chooses other offsets (`handlers.nudging.replanning`).
    """
    planned = {} if start is None else {"start": start.isoformat(), "offset": policy.offset, "version": version}
    intent = queue.Intent(
        kind="nudge",
        key=nudge_key(kind=policy.kind, subject=subject, step=step, version=version, person=person_id),
        destination=f"person:P-{person_id}",
        due_at=due,
        payload={
            "kind": str(policy.kind),
            "subject": subject,
            "person": person_id,
            "notice": str(policy.notice),
            **planned,
        },
        stream=stream_of(person_id, capped=policy.capped),
        seq=place_in_stream(due),
        subject=chain_subject(policy.kind, subject, person_id),
        cluster_id=cluster_id,
    )
    return queue.enqueue(work.session, intent, now=work.now)


def stream_of(person_id: int, *, capped: bool = True) -> str:
    """Return the stream in which a person's nudges, or reminders of deadlines, follow each other."""
    return f"{CAPPED_CARD if capped else REMINDER_CARD}:P-{person_id}"


def place_in_stream(due: datetime) -> int:
    """Return where something that is due then stands in a person's stream: in the order of minutes."""
    return int(due.timestamp()) // _MINUTE


def policy_of(kind: str, notice: str = "") -> NudgePolicy:
    """Return the step of a kind that says this, or its first one; offsets are a cluster's own and not looked at."""
    steps = chain(NudgeKind(kind), policies=POLICIES)
    return next((step for step in steps if step.notice == notice), steps[0])


def chain_subject(kind: str, subject: str, person_id: int) -> str:
    """Return what the rows of one chain are about: `IN-34:consent:P-8`."""
    return f"{subject}:{kind}:P-{person_id}"


def item_of(work: Work, kind: str, subject: str, person_id: int) -> NudgeItem | None:
    """Return what still waits for a person; None if it does not any more."""
    teller = WAITING.get(NudgeKind(kind))
    return teller(work, subject, person_id) if teller else None


def stopped_by(work: Work, person_id: int, row: Claimed | Outbox) -> SuppressedWhy | None:
    """Return what stops a nudge apart from the person's wishes: its cluster has switched it off, or it is settled."""
    kind = NudgeKind(row.payload["kind"])
    offsets = offsets_of(kind, policies=policies_of(work, row.cluster_id))
    # A step that was planned or in hand while its cluster chose other offsets is one that there is no more.
    if not offsets or row.payload.get("offset", offsets[0]) not in offsets:
        return SuppressedWhy.OFF
    return SuppressedWhy.SETTLED if item_of(work, kind, row.payload["subject"], person_id) is None else None


def unanswered(work: Work, row: Claimed | Outbox) -> int:
    """Count the nudges of a row's chain that went unanswered; for one that was wished for there is no such count."""
    return 0 if row.subject is None or is_wished(row.key) else query.unanswered(work.session, row.subject)


def days_told(work: Work, person_id: int, today: date, calendar: WorkingCalendar) -> set[date]:
    """Return the local days, of late, on which a person got a bundled message; one that is under way counts today.

    A message is made for a day, and arrives later where the platform was away.
    """
    days = [today - timedelta(days=n) for n in range(_LATE_DAYS)]
    arrived = query.bundles_of(work.session, person_id, days)
    return {today if at is None else local(at, calendar.zone).date() for at in arrived}


def refresh_message(work: Work, person_ids: Collection[int]) -> None:
    """Bring the messages of these days to these people up to date, after something in them was settled."""
    today = work.now.date()
    days = [today - timedelta(days=n) for n in range(-1, _LATE_DAYS)]
    for post in query.messages_to(work.session, person_ids, days):
        refresh(work, post.kind, post.subject, destination=post.destination)
