"""Calls by the clock: opened and closed on their days, announced to the channels and to those who may apply."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from domain.ids import Kind, format_id, parse_id
from domain.nudges import NudgeKind, chain, due_at
from domain.organisations import Role
from domain.schemes import CALL, CallAction, CallState
from handlers import audit, cards
from handlers.cards import View, living
from handlers.letters import job
from handlers.nudging import nudges
from handlers.nudging.digests import LINES_MAX, digest_part
from handlers.nudging.nudges import waits
from handlers.nudging.policies import policies_of
from handlers.ticks import tick
from handlers.vouchers.openings import may_apply, open_for
from handlers.vouchers.sight import call_id, is_open, terms_of
from handlers.work import Kit, Work
from messages.notices.calls import CallPost, CallSheet
from messages.notices.digests import DigestLine, Topic
from messages.notices.nudges import NudgeItem
from store.engine import Database
from store.queries import people
from store.queries import schemes as query
from store.queries import vouchers as voucher_query
from store.queries.rows import change, key_of
from store.queue import Claimed
from store.tables.people import Cluster, Person
from store.tables.vouchers import Call, Scheme

CARD: Final = "call"
ANNOUNCE: Final = "call.announce"
#: Opened or closed in one transaction; a tick goes on until nothing is due.
_AT_ONCE: Final = 20
#: Organisations looked at in one transaction of an announcement.
_BATCH: Final = 100


def sheet_of(work: Work, call: Call, scheme: Scheme) -> CallSheet:
    """Return what everybody may see of a call."""
    return CallSheet(
        id=call_id(call),
        title=call.title,
        state=call.state,
        scheme=scheme.name,
        terms=terms_of(scheme),
        opens_on=call.opens_on,
        cutoff_on=call.cutoff_on,
        owner=work.session.get_one(Cluster, scheme.owner_cluster_id).name,
        funders=tuple(one.name for one in query.funders(work.session, key_of(call))),
        open=is_open(call, work.now),
    )


@tick("calls", seconds=60)
def turn_calls(database: Database, kit: Kit, now: datetime) -> int:
    """Open the calls whose day has begun and close those whose last day has ended; return how many those were."""
    opened = _turn(database, kit, now, query.due_to_open, open_call)
    return opened + _turn(database, kit, now, query.due_to_close, close_call)


def _turn(
    database: Database,
    kit: Kit,
    now: datetime,
    due: Callable[..., Sequence[Call]],
    act: Callable[[Work, Call], None],
) -> int:
    done = 0
    while True:
        with database.read() as session:
            if not due(session, now, limit=1):
                return done
        with database.write() as session:
            found = due(session, now, limit=_AT_ONCE, lock=True)
            for row in found:
                act(Work(session, now, kit), row)
            done += len(found)
        if not found:  # another worker has them
            return done


def open_call(work: Work, call: Call) -> None:
    """Let a call whose day has come take applications, and announce it; one that is over by now is not announced."""
    if not _step(work, call, CallAction.OPEN):
        return
    if is_open(call, work.now):
        change(work.session, call, now=work.now, announced_at=work.now)
        for cluster in query.funders(work.session, key_of(call)):
            announce(work, call, key_of(cluster))
    refresh_cards(work, call)


def close_call(work: Work, call: Call) -> None:
    """Take no more applications in a call whose last day has ended."""
    if _step(work, call, CallAction.CLOSE):
        end_announcement(work, call)


def _step(work: Work, call: Call, action: CallAction) -> bool:
    """Take a step that the clock takes; False: another worker was faster."""
    before = CallState(call.state)
    if not CALL.allows(before, action):
        return False
    after = CALL.advance(before, action)
    if not change(work.session, call, now=work.now, where={"state": before}, state=after):
        return False
    scheme = work.session.get_one(Scheme, call.scheme_id)
    states = {"before": {"state": before}, "after": {"state": after}}
    audit.record(work, f"call.{action}", call_id(call), cluster_id=scheme.owner_cluster_id, **states)
    return True


def announce(work: Work, call: Call, cluster_id: int) -> None:
    """Post an open call in the challenge channels of a cluster that funds it, and tell those who may apply there."""
    subject, cluster = call_id(call), format_id(Kind.CLUSTER, cluster_id)
    for workspace in people.workspaces_of(work.session, cluster_id):
        cards.publish(work, CARD, subject, destination=workspace.challenge_channel, cluster_id=cluster_id)
    work.enqueue(
        ANNOUNCE,
        key=f"{ANNOUNCE}:{subject}:{cluster}",
        subject=f"{subject}:announce:{cluster}",
        destination="job:call.announce",
        payload={"call": call.id, "cluster": cluster_id},
        cluster_id=cluster_id,
    )


def end_announcement(work: Work, call: Call) -> None:
    """Tell nobody of a call any more that takes no applications, and bring its cards up to date."""
    subject = call_id(call)
    work.cancel(f"{subject}:announce", reason="over", kinds=(ANNOUNCE,))
    nudges.cancel_chain(work, subject, kind=NudgeKind.CALL)
    refresh_cards(work, call)


def refresh_cards(work: Work, call: Call) -> None:
    """Bring every card about a call up to date."""
    for kind in CARDS:
        cards.refresh(work, kind, call_id(call))


PART: Final = "call_part"
FUNDING: Final = "call_funding"
CARDS: Final = (CARD, PART, FUNDING)


@living(CARD)
def read_call(work: Work, view: View) -> CallPost | None:
    """Show a call to a channel."""
    found = voucher_query.call(work.session, parse_id(view.subject, Kind.CALL)[1])
    return None if found is None else CallPost(sheet_of(work, *found))


@job(ANNOUNCE)
async def announce_call(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """Tell a cluster's members who may apply of a call, some at a time; told twice they are told once."""
    after: int | None = 0
    while after is not None:
        after = await asyncio.to_thread(
            _tell_some, database, kit, int(row.payload["call"]), int(row.payload["cluster"]), after, now
        )


def _tell_some(database: Database, kit: Kit, key: int, cluster_id: int, after: int, now: datetime) -> int | None:
    """Enqueue a nudge for the people of the next members of a cluster; return after whom to go on, None at the end."""
    with database.write() as session:
        work, found = Work(session, now, kit), voucher_query.call(session, key)
        if found is None or not is_open(found[0], now):
            return None
        call, scheme = found
        members = query.members_after(session, cluster_id, after, limit=_BATCH)
        fitting = may_apply(session, call, terms_of(scheme), members)
        for person_id in query.suppliers_in(session, [key_of(one) for one in fitting]):
            _nudge(work, call, person_id, cluster_id)
        return key_of(members[-1]) if len(members) == _BATCH else None


def _nudge(work: Work, call: Call, person_id: int, cluster_id: int) -> None:
    calendar = nudges.calendar_of(work.kit, work.session.get_one(Person, person_id))
    for policy in chain(NudgeKind.CALL, policies=policies_of(work, cluster_id)):
        due = due_at(policy, work.now, calendar)
        nudges.enqueue_step(
            work,
            policy,
            call_id(call),
            person_id,
            step=policy.step,
            due=due,
            version=1,
            cluster_id=cluster_id,
            start=work.now,
        )


@waits(NudgeKind.CALL)
def wait_for_application(work: Work, subject: str, person_id: int) -> NudgeItem | None:
    """Tell whether a call is still open that a person may apply in and has not."""
    found = voucher_query.call(work.session, parse_id(subject, Kind.CALL)[1])
    if found is None or not is_open(found[0], work.now):
        return None
    organisations = people.organisations_for(work.session, person_id, role=Role.SME)
    for call, _ in open_for(work, organisations):
        if call_id(call) == subject:
            return NudgeItem(kind=NudgeKind.CALL, subject=subject, title=call.title, due=call.cutoff_on)
    return None


@digest_part(NudgeKind.SMES_DIGEST, Topic.CALLS, order=15)
def list_calls(work: Work) -> Sequence[DigestLine]:
    """Name the open calls that an SME may apply in and has not, the earliest cut-off first."""
    found = open_for(work, work.who.organisations(Role.SME))[: LINES_MAX + 1]
    return [DigestLine(call_id(call), call.title, on=call.cutoff_on) for call, _ in found]
