"""What is open about memberships on a person's own page, and the first-use notice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.organisations import MembershipState, Role
from domain.people import NOTICE_VERSION
from handlers import audit
from handlers.home import home_part
from handlers.members.memberships import card_of, waiting_notice
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages.notices.home import Stranger
from messages.notices.joining import FirstUse, MembershipCard
from store.queries import clusters as query
from store.queries.rows import change
from store.tables.people import Person

_SHOWN: Final = 5


@route("first_use.read", need=Need.ANYONE)
def note_first_use(work: Work, _ask: Ask) -> Reply:
    """Take down that somebody has read what is kept."""
    person = work.session.get_one(Person, work.who.person_id)
    if person.notified_version < NOTICE_VERSION:
        change(work.session, person, now=work.now, notified_version=NOTICE_VERSION)
        audit.record(work, "notice.read", f"P-{person.id}", after=NOTICE_VERSION)
    return Reply(home=True)


@home_part(5)
def show_standing(work: Work) -> Sequence[object]:
    """Show somebody without a role what waits, or how to come in; show a member once what is kept."""
    if work.who.memberships:
        person = work.session.get_one(Person, work.who.person_id)
        return () if person.notified_version >= NOTICE_VERSION else (FirstUse(),)
    mine = query.memberships_of(work.session, work.who.person_id)
    asked = [one for one in mine if one.state is MembershipState.ASKED and one.role is not Role.MANAGER]
    ready = work.room is not None and work.room.cluster_id is not None
    return tuple(waiting_notice(work, one) for one in asked) or (Stranger(ready=ready),)


@home_part(50)
def list_requests(work: Work) -> Sequence[MembershipCard]:
    """Show a manager who waits to be let in."""
    managed = work.who.managed()
    if not managed:
        return ()
    rows = query.asked_in(work.session, managed, limit=_SHOWN)
    return tuple(card_of(work, m) for m, _, _ in rows if m.person_id != work.who.person_id)
