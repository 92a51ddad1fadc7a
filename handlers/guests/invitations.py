"""Invitations: the pass of a guest and its link, and what managers do with those that they gave."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.errors import NotAllowed, NotFound
from domain.ids import Kind, format_id, read_number
from domain.organisations import MembershipState, Role
from domain.rooms import WorkspaceState
from handlers import audit
from handlers.challenges.listing import page_of
from handlers.guests.passes import end_pass
from handlers.routes import route
from handlers.signing import hashed
from handlers.webroom.places import GUEST, SURFACE, person_address
from handlers.work import Ask, Reply, Work
from messages.notices.guests import GuestLine, GuestLink, GuestList, GuestRevoked, PassStanding
from store.queries import clusters, people
from store.queries import guests as query
from store.queries.rows import add, change, get, key_of
from store.tables.guests import GuestPass
from store.tables.people import Cluster, Identity, Membership, Organisation, Person, Workspace

DAYS: Final = 30
PAGE: Final = 10


def inviting_cluster(work: Work) -> Cluster:
    """Return the cluster for which who acts invites: that of the workspace, else the first one managed."""
    if not work.kit.public_url:
        raise NotFound("guest.no_address")
    managed = work.who.managed()
    here = work.room.cluster_id if work.room else None
    chosen = here if here in managed else next(iter(managed), None)
    if chosen is None:
        raise NotAllowed("guest.managers_only")
    return work.session.get_one(Cluster, chosen)


def language_of_cluster(work: Work, cluster: Cluster) -> str:
    """Return the language in which a cluster's guests are spoken to at first."""
    rooms = people.workspaces_of(work.session, key_of(cluster))
    return rooms[0].locale if rooms else work.who.locale


def _let_in(work: Work, one: GuestPass) -> bool:
    """Make a guest a member for the company: the manager who invites decides that; False where the person was one."""
    known = clusters.membership_of(work.session, one.person_id, one.cluster_id, Role.SME, one.organisation_id)
    if known is None:
        row = Membership(
            person_id=one.person_id,
            cluster_id=one.cluster_id,
            organisation_id=one.organisation_id,
            role=Role.SME,
            state=MembershipState.ACTIVE,
            decided_by=work.who.person_id,
            created_at=work.now,
            updated_at=work.now,
        )
        add(work.session, row)
    elif known.state is not MembershipState.ACTIVE:
        change(work.session, known, now=work.now, state=MembershipState.ACTIVE, decided_by=work.who.person_id)
    else:
        return False
    return True


def pass_for(work: Work, cluster: Cluster, person_id: int, organisation_id: int) -> GuestPass:
    """Return the pass of a guest, made with an account of its own if there was none."""
    known = query.pass_of(
        work.session, person_id=person_id, organisation_id=organisation_id, cluster_id=key_of(cluster)
    )
    if known is not None:
        return known
    workspace = _web_workspace(work, cluster).native_id
    account = f"{GUEST}{secrets.token_hex(8)}"
    identity = Identity(
        person_id=person_id,
        surface=SURFACE,
        workspace=workspace,
        native_user=account,
        address=person_address(workspace, account),
        seen_at=datetime.fromtimestamp(0, UTC),
        created_at=work.now,
        updated_at=work.now,
    )
    add(work.session, identity)
    return add(
        work.session,
        GuestPass(
            person_id=person_id,
            organisation_id=organisation_id,
            cluster_id=key_of(cluster),
            workspace=workspace,
            account=account,
            token_hash=secrets.token_hex(32),
            expires_at=work.now,
            invited_by=work.who.person_id,
            created_at=work.now,
            updated_at=work.now,
        ),
    )


def _web_workspace(work: Work, cluster: Cluster) -> Workspace:
    """Return the web workspace of a cluster; one that has none gets one without channels, for its guests alone."""
    rooms = people.workspaces_of(work.session, key_of(cluster))
    found = next((one for one in rooms if one.surface == SURFACE), None)
    if found is not None:
        return found
    row = Workspace(
        surface=SURFACE,
        native_id=f"guests-{cluster.id}",
        name=cluster.name,
        cluster_id=cluster.id,
        state=WorkspaceState.ACTIVE,
        locale=language_of_cluster(work, cluster),
        created_at=work.now,
        updated_at=work.now,
    )
    return add(work.session, row)


def give_link(work: Work, one: GuestPass, *, until: datetime, challenges: Sequence[int]) -> Reply:
    """Give a pass a new link; the old one, and what was opened with it, end at once."""
    token = secrets.token_urlsafe(32)
    changed = change(
        work.session,
        one,
        now=work.now,
        token_hash=hashed(token),
        session_hash="",
        challenges=tuple(challenges),
        expires_at=until,
        opened_at=None,
        revoked_at=None,
        let_in=_let_in(work, one) or one.let_in,
        invited_by=work.who.person_id,
    )
    if not changed:
        raise NotFound("guest.unknown")
    audit.record(work, "guest.invite", f"P-{one.person_id}", after=list(challenges), cluster_id=one.cluster_id)
    person = work.session.get_one(Person, one.person_id)
    organisation = work.session.get_one(Organisation, one.organisation_id)
    return Reply(
        notice=GuestLink(
            url=f"{work.kit.public_url}/guest/{token}",
            name=person.name,
            organisation=organisation.name,
            challenges=tuple(format_id(Kind.CHALLENGE, key) for key in one.challenges),
            until=until,
            value=str(one.id),
        )
    )


@route("guest.list", writes=False)
def list_guests(work: Work, ask: Ask) -> Reply:
    """List the guests of the clusters that one manages."""
    managed, page = work.who.managed(), page_of(ask.value)
    if not managed:
        raise NotAllowed("guest.managers_only")
    rows = query.passes_of(work.session, managed, limit=PAGE + 1, offset=(page - 1) * PAGE)
    items = tuple(
        GuestLine(
            value=str(one.id),
            name=person.name,
            email=person.email or "",
            organisation=organisation.name,
            challenges=tuple(format_id(Kind.CHALLENGE, key) for key in one.challenges),
            standing=_standing(one, work.now),
            until=one.expires_at,
        )
        for one, person, organisation in rows[:PAGE]
    )
    return Reply(notice=GuestList(items, page, more=len(rows) > PAGE))


def _standing(one: GuestPass, now: datetime) -> PassStanding:
    if one.expires_at <= now:
        return PassStanding.EXPIRED
    if one.revoked_at is not None:
        return PassStanding.REVOKED
    return PassStanding.SENT if one.opened_at is None else PassStanding.OPENED


def _own(work: Work, value: str) -> GuestPass:
    """Return an invitation of a cluster that who acts manages. :raises NotFound: there is none."""
    number = read_number(value)
    one = get(work.session, GuestPass, number) if number else None
    if one is None or not work.who.manages(one.cluster_id):
        raise NotFound("guest.unknown")
    return one


@route("guest.renew")
def renew_link(work: Work, ask: Ask) -> Reply:
    """Give a guest a new link for the usual time; the old one ends."""
    one = _own(work, ask.value)
    inviting_cluster(work)
    return give_link(work, one, until=work.now + timedelta(days=DAYS), challenges=one.challenges)


@route("guest.revoke")
def revoke_link(work: Work, ask: Ask) -> Reply:
    """End an invitation, whatever is open with it, and the membership that it made, at once."""
    one = _own(work, ask.value)
    person = work.session.get_one(Person, one.person_id)
    end_pass(work, one, "guest.revoke")
    return Reply(notice=GuestRevoked(person.name))
