"""What a person can say to a nudge: later, not me, not about this, or nothing of this kind at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from domain.calendars import WorkingCalendar, local
from domain.errors import Invalid, NotFound
from domain.nudges import SNOOZED, NudgeKind, Unit
from domain.people import Snooze, snooze_until
from handlers import audit, cards
from handlers.cards import View, living
from handlers.members.organisations import organisation_of
from handlers.nudging.digests import DIGESTS
from handlers.nudging.nudges import (
    calendar_of,
    cancel_chain,
    chain_subject,
    enqueue_step,
    item_of,
    policy_of,
    refresh_message,
    schedule,
    wishes_of,
)
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages.notices.nudges import (
    LATER_CHOICES,
    NotMine,
    NudgeItem,
    NudgeKindStopped,
    NudgePassedOn,
    NudgeSnoozed,
    NudgeStopped,
    SnoozeNudge,
)
from store.queries import nudges as query
from store.queries import people, rows
from store.tables.people import Person

NOT_MINE = "not_mine"
#: After these days nothing can be done any more: a later reminder would come too late.
_ENDING = (
    NudgeKind.CONSENT,
    NudgeKind.DEADLINE,
    NudgeKind.CALL,
    NudgeKind.CUTOFF,
    NudgeKind.CLAIM,
    NudgeKind.REPORT,
)


@route("nudge.snooze", need=Need.KNOWN, writes=False)
def ask_until_when(work: Work, ask: Ask) -> Reply:
    """Ask when to remind the person again: `value` is a chain, `consent:IN-34`."""
    kind, item = _waiting(work, ask.value)
    calendar = calendar_of(work.kit, _person(work))
    last = _last_day(item, calendar)
    offered = [choice for choice in Snooze if _day_of(choice, work, calendar) <= (last or date.max)]
    if last is not None and last <= local(work.now, calendar.zone).date():
        raise Invalid("nudge.snooze.ends", id=item.subject, day=_end_of(item, calendar) or last)
    return Reply(
        question=SnoozeNudge(
            value=f"{kind}:{item.subject}", subject=item.subject, title=item.title, choices=tuple(offered), until=last
        )
    )


@route("nudge.snooze_save", need=Need.KNOWN)
def snooze_nudge(work: Work, ask: Ask) -> Reply:
    """Ask again tomorrow, in a week or on a date."""
    kind, item = _waiting(work, ask.value)
    person = _person(work)
    calendar = calendar_of(work.kit, person)
    until = snooze_until(_chosen(ask), now=work.now, calendar=calendar)
    last = _last_day(item, calendar)
    if last is not None and local(until, calendar.zone).date() > last:
        raise Invalid("nudge.snooze.too_late", field="until", id=item.subject, day=last)
    mine = chain_subject(kind, item.subject, work.who.person_id)
    waiting = query.waiting_about(work.session, mine)
    early = [row.id for row in waiting if row.due_at <= until and row.id is not None]
    query.finish_beside(work.session, early, now=work.now, ref=None, why="snoozed")
    enqueue_step(
        work,
        policy_of(kind),
        item.subject,
        work.who.person_id,
        step=f"{SNOOZED}-{local(until, calendar.zone).date().isoformat()}",
        due=until,
        # One day may be chosen twice: what was cancelled in between is another fact.
        version=int(work.now.timestamp()),
        cluster_id=people.first_cluster_of(work.session, work.who.person_id),
    )
    refresh_message(work, [work.who.person_id])
    return Reply(NudgeSnoozed(subject=item.subject, until=until))


def _chosen(ask: Ask) -> Snooze | date:
    choice, typed = ask.text("choice"), ask.text("until")
    if choice in LATER_CHOICES and choice != "date":
        return Snooze(choice)
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid("nudge.snooze.date", field="until", example="2026-12-24") from None


def _day_of(choice: Snooze, work: Work, calendar: WorkingCalendar) -> date:
    return local(snooze_until(choice, now=work.now, calendar=calendar), calendar.zone).date()


def _last_day(item: NudgeItem, calendar: WorkingCalendar) -> date | None:
    """Return the last working day on which a reminder is of use; None where nothing ends."""
    end = _end_of(item, calendar)
    if end is None:
        return None
    # A deadline ends with its day; a consent lapses in the course of it.
    return calendar.on_or_before(end - timedelta(days=1) if item.kind == NudgeKind.CONSENT else end)


def _end_of(item: NudgeItem, calendar: WorkingCalendar) -> date | None:
    if item.kind not in _ENDING or item.due is None:
        return None
    return local(item.due, calendar.zone).date() if isinstance(item.due, datetime) else item.due


@route("nudge.stop", need=Need.KNOWN)
def stop_nudge(work: Work, ask: Ask) -> Reply:
    """Remind the person of this no more."""
    kind, item = _waiting(work, ask.value)
    _let_go(work, kind, item.subject)
    return Reply(NudgeStopped(kind=kind, subject=item.subject))


def _let_go(work: Work, kind: NudgeKind, subject: str) -> None:
    me = work.who.person_id
    cancel_chain(work, subject, kind=kind, person_id=me)
    query.let_go(work.session, chain_subject(kind, subject, me), since=work.now - timedelta(days=14))
    refresh_message(work, [me])


@route("nudge.not_me", need=Need.KNOWN)
def pass_on(work: Work, ask: Ask) -> Reply:
    """Remind a colleague instead; where there is none who was not asked yet, the managers are told."""
    kind, item = _waiting(work, ask.value)
    _let_go(work, kind, item.subject)
    audit.record(work, "nudge.not_me", item.subject, after={"kind": str(kind)})
    for colleague in _colleagues(work):
        subject = chain_subject(kind, item.subject, rows.key_of(colleague))
        if query.had_chain(work.session, subject) or item_of(work, kind, item.subject, rows.key_of(colleague)) is None:
            continue
        _hand_over(work, kind, item, colleague)
        return Reply(NudgePassedOn(subject=item.subject, to=colleague.name))
    for cluster_id in work.who.clusters()[:1]:
        about = f"{item.subject}:{kind}:P-{work.who.person_id}"
        cards.tell_managers(work, NOT_MINE, about, cluster_id)
    return Reply(NudgePassedOn(subject=item.subject))


def _hand_over(work: Work, kind: NudgeKind, item: NudgeItem, colleague: Person) -> None:
    """Begin the chain anew with a colleague; of a deadline he or she hears at once, and then as the others do."""
    key, version, policy = rows.key_of(colleague), work.who.person_id, policy_of(kind)
    if policy.unit is not Unit.CALENDAR_DAYS_BEFORE or item.due is None:
        schedule(work, kind, item.subject, key, start=work.now, version=version)
        return
    calendar = calendar_of(work.kit, colleague)
    schedule(work, kind, item.subject, key, start=_end_of(item, calendar) or work.now, version=version)
    enqueue_step(
        work,
        policy,
        item.subject,
        key,
        step="passed",
        due=calendar.into_working_hours(work.now),
        version=version,
        cluster_id=people.first_cluster_of(work.session, key),
    )


def _colleagues(work: Work) -> Sequence[Person]:
    found: dict[int, Person] = {}
    for organisation_id in work.who.organisations():
        for person in people.members_of(work.session, organisation_id):
            if person.id != work.who.person_id and person.left_at is None:
                found.setdefault(rows.key_of(person), person)
    return list(found.values())


@living(NOT_MINE)
def read_not_mine(work: Work, view: View) -> NotMine | None:
    """Tell managers that somebody is not the one to ask, and nobody else of the organisation was left to be asked."""
    subject, kind, who = view.subject.split(":")
    person = work.session.get(Person, int(who.removeprefix("P-")))
    if person is None:
        return None
    organisation = organisation_of(work, rows.key_of(person))
    return NotMine(
        subject=subject, kind=kind, person=person.name, organisation=organisation.name if organisation else ""
    )


@route("nudge.opt_out", need=Need.KNOWN)
def opt_out(work: Work, ask: Ask) -> Reply:
    """Send the person nothing of this kind any more; Home goes on showing it."""
    kind = _kind(ask.value)
    person = _person(work)
    rows.lock(work.session, person)
    opt_outs = ",".join(sorted({*wishes_of(person).opt_outs, kind}))
    rows.change(work.session, person, now=work.now, settings={**person.settings, "opt_outs": opt_outs})
    audit.record(work, "nudge.opt_out", f"P-{person.id}", after={"opt_outs": opt_outs})
    return Reply(NudgeKindStopped(kind=kind))


def _waiting(work: Work, value: str) -> tuple[NudgeKind, NudgeItem]:
    """Return kind and item of what waits for the person.

    :raises Invalid: nothing of that kind does, any more or ever.
    """
    name, _, subject = value.partition(":")
    kind = _kind(name)
    item = None if kind in DIGESTS else item_of(work, kind, subject, work.who.person_id)
    if item is None:
        raise Invalid("nudge.unknown")
    return kind, item


def _kind(value: str) -> NudgeKind:
    try:
        return NudgeKind(value)
    except ValueError:
        raise Invalid("nudge.unknown") from None


def _person(work: Work) -> Person:
    person = work.session.get(Person, work.who.person_id)
    if person is None:
        raise NotFound("nudge.unknown")
    return person
