"""Who wants to join: the managers' card, their decision, and what the person is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.errors import Invalid, NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, format_id, parse_id
from domain.organisations import MEMBERSHIP, MembershipAction, MembershipState, Role
from domain.text import clean_text
from handlers import audit, cards
from handlers.cards import View, living
from handlers.members.binding import MEMBERSHIP as MEMBERSHIP_CARD
from handlers.members.binding import find_cluster
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages.notices.joining import (
    JoinWaits,
    MemberLine,
    MemberList,
    MembershipAnswer,
    MembershipCard,
    MembershipDone,
    MembershipList,
    RefuseMembership,
)
from store.queries import clusters as query
from store.queries import directory, joining, people, profiles
from store.queries.rows import change, key_of
from store.tables.people import Cluster, Membership, Organisation, Person

ANSWER_CARD: Final = "membership.answer"
REASON_MAX: Final = 500
_PAGE: Final = 10


def id_of(membership: Membership) -> str:
    """Return the human id of a membership."""
    return format_id(Kind.MEMBERSHIP, key_of(membership))


def deciding_cluster(work: Work, organisation: Organisation, person_id: int, role: Role, *, here: int) -> int:
    """Return the cluster whose managers decide who acts for an organisation: its home, wherever somebody asks.

    Whoever acts for it has its challenges, answers and consents everywhere. So `here` decides only where the
    organisation is new, or nobody manages a cluster that it is a member of, or who asks does act for it already.
    """
    home = organisation.home_cluster_id
    if home in (None, here):
        return here
    mine = query.memberships_of(work.session, person_id)
    active = (one for one in mine if one.state is MembershipState.ACTIVE)
    if any((one.organisation_id, one.role) == (organisation.id, role) for one in active):
        return here
    theirs = query.home_clusters(work.session, key_of(organisation))
    for one in (home, *sorted(theirs, key=lambda one: one != here)):
        if people.managers_of(work.session, one):
            return one
    return here


def waiting_notice(work: Work, membership: Membership, *, fresh: bool = False) -> JoinWaits:
    """Tell somebody what waits, since when and for whom."""
    organisation = work.session.get(Organisation, membership.organisation_id or 0)
    cluster = work.session.get_one(Cluster, membership.cluster_id)
    return JoinWaits(
        id=id_of(membership),
        organisation=organisation.name if organisation else cluster.name,
        cluster=cluster.name,
        role=membership.role,
        since=membership.updated_at,
        managers=tuple(person.name for person in people.managers_of(work.session, membership.cluster_id)),
        fresh=fresh,
    )


@living(MEMBERSHIP_CARD)
def read_membership(work: Work, view: View) -> MembershipCard | None:
    """Show who wants to join, and what became of it; where other managers decide, without the choice."""
    membership = work.session.get(Membership, parse_id(view.subject, Kind.MEMBERSHIP)[1])
    if membership is None:
        return None
    return replace(card_of(work, membership), decidable=view.cluster_id in (None, membership.cluster_id))


def card_of(work: Work, membership: Membership) -> MembershipCard:
    """Tell who wants to join, and what became of it."""
    person = work.session.get_one(Person, membership.person_id)
    organisation = work.session.get_one(Organisation, membership.organisation_id)
    cluster = work.session.get_one(Cluster, membership.cluster_id)
    decider = work.session.get(Person, membership.decided_by) if membership.decided_by else None
    asked = membership.state is MembershipState.ASKED
    return MembershipCard(
        id=id_of(membership),
        name=person.name,
        email=person.email or "",
        organisation=organisation.name,
        kind=organisation.kind,
        country=organisation.country,
        website=organisation.website,
        headcount=organisation.headcount,
        cluster=cluster.name,
        role=membership.role,
        since=membership.updated_at if asked else membership.created_at,
        is_new=asked and cluster.id not in query.home_clusters(work.session, key_of(organisation)),
        state=membership.state,
        decided_by=decider.name if decider else "",
        reason=membership.note,
        supplier=format_id(Kind.ORGANISATION, key_of(organisation)) if _supplies(membership) else "",
    )


def _supplies(membership: Membership) -> bool:
    return membership.role is Role.SME and membership.state is MembershipState.ACTIVE


@route("membership.list", writes=False)
def list_memberships(work: Work, ask: Ask) -> Reply:
    """List who waits to be let into a cluster that one manages."""
    managed = work.who.managed()
    if ask.value.strip():
        cluster = find_cluster(work, ask.value)
        if cluster.id not in managed:
            raise NotAllowed("membership.managers_only", cluster=cluster.name)
        managed = (key_of(cluster),)
    rows = query.asked_in(work.session, managed, limit=_PAGE)
    total = sum(query.count_asked(work.session, one) for one in managed)
    return Reply(notice=MembershipList(tuple(card_of(work, membership) for membership, _, _ in rows), total))


@route("membership.show", writes=False)
def show_membership(work: Work, ask: Ask) -> Reply:
    """Show one request to a manager."""
    return Reply(notice=card_of(work, _managed(work, ask.value)))


@route("membership.approve")
def approve_membership(work: Work, ask: Ask) -> Reply:
    """Let somebody in, and with the first person the organisation."""
    membership = _decidable(work, ask.value)
    organisation = work.session.get_one(Organisation, membership.organisation_id)
    here = membership.cluster_id
    decides = deciding_cluster(work, organisation, membership.person_id, membership.role, here=here)
    if decides != here:
        # It was asked before the organisation had a home, or this rule was there.
        cluster = work.session.get_one(Cluster, decides)
        raise NotAllowed("membership.elsewhere", organisation=organisation.name, cluster=cluster.name)
    _decide(work, membership, MembershipAction.APPROVE)
    directory.join_clusters(work.session, [(key_of(organisation), membership.cluster_id)])
    if organisation.home_cluster_id is None:
        change(work.session, organisation, now=work.now, home_cluster_id=membership.cluster_id)
    return _decided(work, membership)


@route("membership.refuse", writes=False)
def ask_why_refused(work: Work, ask: Ask) -> Reply:
    """Ask for the reason."""
    membership = _decidable(work, ask.value)
    person = work.session.get_one(Person, membership.person_id)
    return Reply(question=RefuseMembership(id=id_of(membership), name=person.name))


@route("membership.refuse.send")
def refuse_membership(work: Work, ask: Ask) -> Reply:
    """Refuse somebody with a reason."""
    membership = _decidable(work, ask.value)
    typed = ask.text("reason")
    reason = clean_text(typed, limit=max(REASON_MAX, len(typed)))
    if not reason:
        raise Invalid("membership.reason.needed", field="reason")
    if len(reason) > REASON_MAX:
        raise Invalid("membership.reason.too_long", field="reason", limit=REASON_MAX, length=len(reason))
    _decide(work, membership, MembershipAction.REFUSE, note=reason)
    return _decided(work, membership)


@route("membership.withdraw", need=Need.KNOWN)
def withdraw_membership(work: Work, ask: Ask) -> Reply:
    """Take one's own request back."""
    membership = _find(work, ask.value)
    if membership.person_id != work.who.person_id:
        raise NotAllowed("membership.not_yours")
    if membership.state is not MembershipState.ASKED:
        raise OutOfDate("membership.decided", id=id_of(membership))
    state = MEMBERSHIP.advance(membership.state, MembershipAction.LEAVE)
    _change(work, membership, state=state)
    cards.refresh(work, MEMBERSHIP_CARD, id_of(membership))
    return Reply(notice=_done(work, membership), replaces=True)


@living(ANSWER_CARD)
def read_answer(work: Work, view: View) -> MembershipAnswer | None:
    """Tell a person what the managers decided; the subject is a membership and its version, `MB-3:2`."""
    membership = work.session.get(Membership, parse_id(view.subject.partition(":")[0], Kind.MEMBERSHIP)[1])
    if membership is None or membership.state not in (MembershipState.ACTIVE, MembershipState.REFUSED):
        return None
    organisation = work.session.get_one(Organisation, membership.organisation_id)
    profile = profiles.profile_of(work.session, key_of(organisation))
    return MembershipAnswer(
        role=membership.role,
        organisation=organisation.name,
        cluster=work.session.get_one(Cluster, membership.cluster_id).name,
        let_in=membership.state is MembershipState.ACTIVE,
        reason=membership.note,
        has_profile=profile is not None and bool(profile.summary),
    )


def _find(work: Work, value: str) -> Membership:
    _, number = parse_id(value, Kind.MEMBERSHIP)
    membership = work.session.get(Membership, number)
    if membership is None or membership.role is Role.MANAGER:
        raise NotFound("membership.unknown", id=format_id(Kind.MEMBERSHIP, number))
    return membership


def _managed(work: Work, value: str) -> Membership:
    """Return a request to a cluster that who acts manages.

    :raises NotAllowed: the person manages another one, or none.
    """
    membership = _find(work, value)
    if not work.who.manages(membership.cluster_id):
        cluster = work.session.get_one(Cluster, membership.cluster_id)
        raise NotAllowed("membership.managers_only", cluster=cluster.name)
    return membership


def _decidable(work: Work, value: str) -> Membership:
    """Return a request that who acts may decide and that waits.

    :raises NotAllowed: it is the person's own, or one for the person's own organisation.
    :raises OutOfDate: it was decided already.
    """
    membership = _managed(work, value)
    cluster = work.session.get_one(Cluster, membership.cluster_id)
    if membership.person_id == work.who.person_id:
        raise NotAllowed("membership.yourself", cluster=cluster.name)
    if work.who.belongs_to(membership.organisation_id):
        organisation = work.session.get_one(Organisation, membership.organisation_id)
        raise NotAllowed("membership.own", organisation=organisation.name, cluster=cluster.name)
    if membership.state is not MembershipState.ASKED:
        raise OutOfDate("membership.decided", id=id_of(membership))
    return membership


def _decide(work: Work, membership: Membership, action: MembershipAction, note: str = "") -> None:
    _change(
        work,
        membership,
        state=MEMBERSHIP.advance(membership.state, action),
        decided_by=work.who.person_id,
        note=note,
    )


def _change(work: Work, membership: Membership, **values: object) -> None:
    before = membership.state
    if not change(work.session, membership, now=work.now, where={"state": before}, **values):
        raise OutOfDate("membership.decided", id=id_of(membership))
    name = f"membership.{membership.state.value}"
    audit.record(work, name, id_of(membership), before=before, after=membership.state, cluster_id=membership.cluster_id)


def _decided(work: Work, membership: Membership) -> Reply:
    cards.refresh(work, MEMBERSHIP_CARD, id_of(membership))
    # The version makes each decision a message of its own, if somebody asks again after a no.
    cards.tell(work, ANSWER_CARD, f"{id_of(membership)}:{membership.version}", membership.person_id)
    return Reply(notice=_done(work, membership))


def _done(work: Work, membership: Membership) -> MembershipDone:
    person = work.session.get_one(Person, membership.person_id)
    organisation = work.session.get_one(Organisation, membership.organisation_id)
    return MembershipDone(person.name, organisation.name, membership.state)


@route("cluster.members", writes=False)
def list_members(work: Work, ask: Ask) -> Reply:
    """List the people of a cluster that one manages, a page at a time: `CL-3 2`."""
    head, _, page_text = ask.value.strip().partition(" ")
    cluster = find_cluster(work, head)
    if not work.who.manages(cluster.id):
        raise NotAllowed("membership.managers_only", cluster=cluster.name)
    page = max(int(page_text), 1) if page_text.isdecimal() and len(page_text) < 6 else 1
    total = joining.count_in(work.session, key_of(cluster))
    rows = joining.people_in(work.session, key_of(cluster), limit=_PAGE, offset=(page - 1) * _PAGE)
    return Reply(
        notice=MemberList(
            cluster=cluster.name,
            items=tuple(_member_line(*row) for row in rows),
            total=total,
            back=f"{head} {page - 1}" if page > 1 else "",
            on=f"{head} {page + 1}" if page * _PAGE < total else "",
        ),
        replaces=page > 1,
    )


def _member_line(membership: Membership, person: Person, organisation: Organisation | None) -> MemberLine:
    if organisation is None:
        return MemberLine(person.name, membership.role)
    paused = membership.role is Role.SME and organisation.paused_at is not None
    return MemberLine(person.name, membership.role, organisation.name, paused=paused)
