"""Clusters: what a member sees of his or her own, and the decision about a new one."""

from __future__ import annotations

from collections.abc import Sequence

from domain.errors import NotAllowed, OutOfDate
from domain.organisations import ClusterState, MembershipState, Role
from domain.rooms import WorkspaceState
from handlers import audit, cards
from handlers.cards import View, living
from handlers.home import home_part
from handlers.members.binding import activate, cluster_id_text, find_cluster
from handlers.members.proposing import is_proposed_in, proposers, refuse_all
from handlers.members.second_workspaces import ask_about_the_rest
from handlers.members.setup import CLUSTER_CARD
from handlers.routes import Need, route
from handlers.undelivered import lost_channels
from handlers.work import Ask, Reply, Work
from messages.notices.clusters import ClusterChoice, ClusterShown
from messages.notices.setup import ClusterDecided, ClusterProposed
from store.queries import challenges as challenge_query
from store.queries import clusters as query
from store.queries import introductions as introduction_query
from store.queries import people, sharing
from store.queries import suggestions as suggestion_query
from store.queries.rows import change, key_of, lock
from store.tables.people import Cluster, Person, Workspace

_OPEN_MAX = 100


@route("cluster.show", need=Need.KNOWN, writes=False)
def show_cluster(work: Work, ask: Ask) -> Reply:
    """Show a cluster: one's own, or the one that is named; with several, ask which."""
    if ask.value.strip():
        cluster = find_cluster(work, ask.value)
        if cluster.id not in work.who.clusters():
            raise NotAllowed("cluster.members_only", cluster=cluster.name)
        return Reply(notice=_shown(work, cluster))
    ids = work.who.clusters() or ((work.room.cluster_id,) if work.room and work.room.cluster_id else ())
    here = work.room.cluster_id if work.room else None
    found = people.clusters_with_names(work.session, ids)
    if len(found) > 1 and here not in found:
        return Reply(notice=ClusterChoice(tuple((cluster_id_text(c), c.name) for c in found.values())))
    chosen = found.get(here or 0) or next(iter(found.values()), None)
    if chosen is None:
        raise NotAllowed("join.first")
    return Reply(notice=_shown(work, chosen))


def _shown(work: Work, cluster: Cluster) -> ClusterShown:
    key, actor = key_of(cluster), work.who
    workspaces = people.workspaces_of(work.session, key)
    organisations, members = query.count_members(work.session, key)
    manages = actor.manages(key)
    others = [c.name for c in people.clusters_with_names(work.session, actor.clusters()).values() if c.id != key]
    return ClusterShown(
        id=cluster_id_text(cluster),
        name=cluster.name,
        country=cluster.country,
        focus=cluster.focus or cluster.industry,
        workspaces=tuple(f"{one.name or one.native_id}" for one in workspaces),
        managers=tuple(person.name for person in people.managers_of(work.session, key)),
        organisations=organisations,
        people=members,
        partners=tuple(one.name for one in query.partners_of(work.session, key)),
        others=tuple(others),
        manages=manages,
        member=key in actor.clusters(),
        lost=lost_channels(work, (key,)) if manages else (),
        to_decide=query.count_asked(work.session, key) if manages else 0,
        to_screen=len(challenge_query.to_screen(work.session, [key], limit=_OPEN_MAX)) if manages else 0,
        offered=len(sharing.offered_to(work.session, [key], limit=_OPEN_MAX)) if manages else 0,
        to_propose=len(suggestion_query.undecided(work.session, [key], limit=_OPEN_MAX)) if manages else 0,
        to_approve=len(introduction_query.awaiting_approval(work.session, [key], limit=_OPEN_MAX)) if manages else 0,
        owed=len(challenge_query.owing_verdicts(work.session, [key], limit=_OPEN_MAX)) if manages else 0,
    )


@living(CLUSTER_CARD)
def read_proposed(work: Work, view: View) -> ClusterProposed:
    """Show a cluster that somebody set up, and what was decided."""
    return _proposed(work, view)


def _proposed(work: Work, view: View) -> ClusterProposed:
    cluster = find_cluster(work, view.subject)
    managers = query.manager_memberships(work.session, key_of(cluster))
    workspaces = query.bound_workspaces(work.session, key_of(cluster))
    active = [one for one in workspaces if one.state is WorkspaceState.ACTIVE]
    # Of several that say they are this cluster's, one is decided on at a time; once one is in, its managers decide.
    waits = () if active else workspaces[:1]
    shown = waits or active
    state = MembershipState.ACTIVE if active else MembershipState.REFUSED
    concerned = [
        (membership, person)
        for membership, person in managers
        if (is_proposed_in(membership, waits[0]) if waits else membership.state is state)
    ]
    number = next((one for membership, _ in concerned for one in proposers(membership.note)), None)
    by = work.session.get(Person, number) if number is not None else None
    decider = next((membership.decided_by for membership, _ in concerned if membership.decided_by), None)
    return ClusterProposed(
        id=view.subject,
        name=cluster.name,
        country=cluster.country,
        workspace=", ".join(one.name or one.native_id for one in shown) or "–",
        by=by.name if by else "Matchpoint",
        email=(by.email or "") if by else "",
        managers=tuple(person.name for _, person in concerned),
        active=bool(active),
        declined=not workspaces,
        value=f"{view.subject} W-{waits[0].id}" if waits else "",
        decided_by=_name(work, decider),
    )


@route("cluster.activate", need=Need.MEMBER)
def activate_cluster(work: Work, ask: Ask) -> Reply:
    """Let a cluster in that somebody set up."""
    cluster, workspace = _decidable(work, ask.value)
    activate(work, cluster, workspace, decided_by=work.who.person_id)
    cards.refresh(work, CLUSTER_CARD, cluster_id_text(cluster))
    for person in people.managers_of(work.session, key_of(cluster)):
        cards.tell(work, MANAGER_CARD, cluster_id_text(cluster), key_of(person))
    ask_about_the_rest(work, cluster)
    return Reply(notice=ClusterDecided(name=cluster.name, active=True))


@route("cluster.decline", need=Need.MEMBER)
def decline_cluster(work: Work, ask: Ask) -> Reply:
    """Keep a cluster out that somebody set up; the workspace can be set up again."""
    cluster, workspace = _decidable(work, ask.value)
    refuse_all(work, workspace, decided_by=work.who.person_id)
    change(work.session, workspace, now=work.now, cluster_id=None)
    audit.record(work, "cluster.decline", cluster_id_text(cluster), cluster_id=cluster.id)
    cards.refresh(work, CLUSTER_CARD, cluster_id_text(cluster))
    return Reply(notice=ClusterDecided(name=cluster.name, active=False))


def _decidable(work: Work, value: str) -> tuple[Cluster, Workspace]:
    """Return a cluster that waits for somebody like who acts to decide, and its workspace that is decided on.

    :raises NotAllowed: the person manages no active cluster, or has to do with this one.
    :raises OutOfDate: it was decided already.
    """
    about, _, place = value.strip().partition(" ")
    cluster = find_cluster(work, about)
    lock(work.session, cluster)  # a yes and a no at the same instant are one decision
    managers = query.manager_memberships(work.session, key_of(cluster))
    me = work.who.person_id
    if any(person.id == me or me in proposers(membership.note) for membership, person in managers):
        raise NotAllowed("cluster.own", cluster=cluster.name)
    managed = people.clusters_with_names(work.session, work.who.managed()).values()
    if not any(one.state is ClusterState.ACTIVE for one in managed):
        raise NotAllowed("cluster.managers_only")
    workspaces = query.bound_workspaces(work.session, key_of(cluster))
    waits = [one for one in workspaces if one.state is WorkspaceState.NEW]
    if not waits:
        raise OutOfDate("cluster.decided", cluster=cluster.name)
    if len(waits) < len(workspaces):
        raise NotAllowed("cluster.own_managers", cluster=cluster.name)
    meant = [one for one in waits if place in ("", f"W-{one.id}")]
    if len(meant) != 1:
        raise OutOfDate("cluster.decided", cluster=cluster.name)
    return cluster, meant[0]


MANAGER_CARD = "cluster.active"


@living(MANAGER_CARD)
def read_active(work: Work, view: View) -> ClusterShown:
    """Tell a manager that the cluster is active."""
    cluster = find_cluster(work, view.subject)
    organisations, members = query.count_members(work.session, key_of(cluster))
    return ClusterShown(
        id=view.subject,
        name=cluster.name,
        country=cluster.country,
        managers=tuple(person.name for person in people.managers_of(work.session, key_of(cluster))),
        organisations=organisations,
        people=members,
        manages=True,
        member=True,
        news=True,
    )


@home_part(60)
def list_proposed_clusters(work: Work) -> Sequence[ClusterProposed]:
    """Show a manager the clusters that wait to be let in."""
    active = people.clusters_with_names(work.session, work.who.managed()).values()
    if not any(one.state is ClusterState.ACTIVE for one in active):
        return ()
    waiting = [
        one
        for one in query.waiting_clusters(work.session, limit=5)
        if not people.workspaces_of(work.session, key_of(one))
    ]
    mine = {
        c.id for c in waiting if query.membership_of(work.session, work.who.person_id, key_of(c), Role.MANAGER, None)
    }
    views = (View(CLUSTER_CARD, cluster_id_text(one), "") for one in waiting if one.id not in mine)
    return tuple(_proposed(work, view) for view in views)


def _name(work: Work, person_id: int | None) -> str:
    person = work.session.get(Person, person_id) if person_id else None
    return person.name if person else ""
