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
from handlers.members.setup import CLUSTER_CARD
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages.notices.clusters import ClusterChoice, ClusterShown
from messages.notices.setup import ClusterDecided, ClusterProposed
from store.queries import challenges as challenge_query
from store.queries import clusters as query
from store.queries import introductions as introduction_query
from store.queries import people
from store.queries import suggestions as suggestion_query
from store.queries.rows import change, key_of, lock
from store.tables.people import Cluster, Person

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
        to_decide=query.count_asked(work.session, key) if manages else 0,
        to_screen=len(challenge_query.to_screen(work.session, [key], limit=_OPEN_MAX)) if manages else 0,
        offered=len(challenge_query.offered_to(work.session, [key], limit=_OPEN_MAX)) if manages else 0,
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
    waits = [one for one in workspaces if one.state is WorkspaceState.NEW]
    shown = waits or workspaces
    state = MembershipState.ASKED if waits else MembershipState.ACTIVE if workspaces else MembershipState.REFUSED
    concerned = [(membership, person) for membership, person in managers if membership.state is state]
    by = next((_person(work, membership.note) for membership, _ in concerned if membership.note), None)
    decider = next((membership.decided_by for membership, _ in concerned if membership.decided_by), None)
    return ClusterProposed(
        id=view.subject,
        name=cluster.name,
        country=cluster.country,
        workspace=", ".join(one.name or one.native_id for one in shown) or "–",
        by=by.name if by else "Matchpoint",
        email=(by.email or "") if by else "",
        managers=tuple(person.name for _, person in concerned),
        active=bool(workspaces) and not waits,
        declined=not workspaces,
        decided_by=_name(work, decider),
    )


@route("cluster.activate", need=Need.MEMBER)
def activate_cluster(work: Work, ask: Ask) -> Reply:
    """Let a cluster in that somebody set up."""
    cluster = _decidable(work, ask.value)
    activate(work, cluster, decided_by=work.who.person_id)
    cards.refresh(work, CLUSTER_CARD, cluster_id_text(cluster))
    for person in people.managers_of(work.session, key_of(cluster)):
        cards.tell(work, MANAGER_CARD, cluster_id_text(cluster), key_of(person))
    return Reply(notice=ClusterDecided(name=cluster.name, active=True))


@route("cluster.decline", need=Need.MEMBER)
def decline_cluster(work: Work, ask: Ask) -> Reply:
    """Keep a cluster out that somebody set up; the workspace can be set up again."""
    cluster = _decidable(work, ask.value)
    me, refused = work.who.person_id, MembershipState.REFUSED
    for membership, _ in query.manager_memberships(work.session, key_of(cluster)):
        if membership.state is MembershipState.ASKED:
            change(work.session, membership, now=work.now, state=refused, decided_by=me)
    for workspace in query.bound_workspaces(work.session, key_of(cluster)):
        if workspace.state is WorkspaceState.NEW:
            change(work.session, workspace, now=work.now, cluster_id=None)
    audit.record(work, "cluster.decline", cluster_id_text(cluster), cluster_id=cluster.id)
    cards.refresh(work, CLUSTER_CARD, cluster_id_text(cluster))
    return Reply(notice=ClusterDecided(name=cluster.name, active=False))


def _decidable(work: Work, value: str) -> Cluster:
    """Return a cluster that waits for somebody like who acts to decide.

    :raises NotAllowed: the person manages no active cluster, or has to do with this one.
    :raises OutOfDate: it was decided already.
    """
    cluster = find_cluster(work, value)
    lock(work.session, cluster)  # a yes and a no at the same instant are one decision
    managers = query.manager_memberships(work.session, key_of(cluster))
    me = work.who.person_id
    if any(person.id == me or membership.note == f"P-{me}" for membership, person in managers):
        raise NotAllowed("cluster.own", cluster=cluster.name)
    managed = people.clusters_with_names(work.session, work.who.managed()).values()
    if not any(one.state is ClusterState.ACTIVE for one in managed):
        raise NotAllowed("cluster.managers_only")
    workspaces = query.bound_workspaces(work.session, key_of(cluster))
    if not any(one.state is WorkspaceState.NEW for one in workspaces):
        raise OutOfDate("cluster.decided", cluster=cluster.name)
    if any(one.state is WorkspaceState.ACTIVE for one in workspaces):
        raise NotAllowed("cluster.own_managers", cluster=cluster.name)
    return cluster


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


def _person(work: Work, note: str) -> Person | None:
    number = note.removeprefix("P-")
    return work.session.get(Person, int(number)) if number.isdigit() else None


def _name(work: Work, person_id: int | None) -> str:
    person = work.session.get(Person, person_id) if person_id else None
    return person.name if person else ""
