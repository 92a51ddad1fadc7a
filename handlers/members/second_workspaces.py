"""A further workspace of a cluster that works already: its own managers let it in, nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.errors import NotAllowed, OutOfDate
from domain.ids import read_number
from domain.rooms import WorkspaceState
from handlers import audit, cards
from handlers.cards import View, living
from handlers.home import home_part
from handlers.members.binding import activate, cluster_id_text
from handlers.members.proposing import is_proposed_in, refuse_all
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.setup import WorkspaceAsks
from store.queries import clusters as query
from store.queries import people
from store.queries.rows import change, key_of, lock
from store.tables.people import Cluster, Workspace

ASKS: Final = "workspace.asks"


def has_one(work: Work, cluster: Cluster, workspace: Workspace) -> bool:
    """Tell whether a cluster works already in another workspace than this one."""
    return any(one.id != workspace.id for one in people.workspaces_of(work.session, key_of(cluster)))


def ask_its_managers(work: Work, cluster: Cluster, workspace: Workspace) -> None:
    """Ask a cluster's own managers whether a workspace is theirs."""
    cards.tell_managers(work, ASKS, f"W-{key_of(workspace)}", key_of(cluster))


def ask_about_the_rest(work: Work, cluster: Cluster) -> None:
    """Ask the managers of a cluster that was just let in about the other workspaces that say they are its own."""
    for workspace in query.bound_workspaces(work.session, key_of(cluster)):
        if workspace.state is WorkspaceState.NEW:
            ask_its_managers(work, cluster, workspace)


@route("workspace.let_in")
def let_in(work: Work, ask: Ask) -> Reply:
    """Say that a workspace is the cluster's own; it works from now on, and those it named are managers.

    :raises NotAllowed: not a manager of the cluster. :raises OutOfDate: it was decided already.
    """
    workspace, cluster = _decidable(work, ask.value)
    activate(work, cluster, workspace, decided_by=work.who.person_id)
    audit.record(work, "workspace.let_in", f"W-{key_of(workspace)}", cluster_id=cluster.id)
    cards.refresh(work, ASKS, f"W-{key_of(workspace)}")
    return Reply(notice=_shown(work, workspace))


@route("workspace.keep_out")
def keep_out(work: Work, ask: Ask) -> Reply:
    """Say that a workspace is not the cluster's; it can be set up for another one.

    :raises NotAllowed: not a manager of the cluster. :raises OutOfDate: it was decided already.
    """
    workspace, cluster = _decidable(work, ask.value)
    refuse_all(work, workspace, decided_by=work.who.person_id)
    change(work.session, workspace, now=work.now, cluster_id=None)
    audit.record(work, "workspace.keep_out", f"W-{key_of(workspace)}", cluster_id=cluster.id)
    cards.refresh(work, ASKS, f"W-{key_of(workspace)}")
    return Reply(notice=_shown(work, workspace))


@living(ASKS)
def read_asks(work: Work, view: View) -> WorkspaceAsks | None:
    """Show which workspace asks, and what was decided; the subject is `W-3`."""
    number = read_number(view.subject.removeprefix("W-"))
    workspace = work.session.get(Workspace, number) if number is not None else None
    return None if workspace is None else _shown(work, workspace)


@home_part(61)
def list_asking(work: Work) -> Sequence[WorkspaceAsks]:
    """Show a manager the workspaces that say they are the cluster's."""
    found: list[WorkspaceAsks] = []
    for cluster_id in work.who.managed():
        rooms = query.bound_workspaces(work.session, cluster_id)
        if any(one.state is WorkspaceState.ACTIVE for one in rooms):
            found += [_shown(work, one) for one in rooms if one.state is WorkspaceState.NEW]
    return tuple(found)


def _shown(work: Work, workspace: Workspace) -> WorkspaceAsks:
    cluster = work.session.get(Cluster, workspace.cluster_id) if workspace.cluster_id is not None else None
    named: tuple[str, ...] = ()
    if cluster is not None:
        rows = query.manager_memberships(work.session, key_of(cluster))
        named = tuple(person.name for row, person in rows if is_proposed_in(row, workspace))
    return WorkspaceAsks(
        id=str(key_of(workspace)),
        workspace=workspace.name or workspace.native_id,
        cluster=cluster.name if cluster is not None else "",
        managers=named,
        active=workspace.state is WorkspaceState.ACTIVE,
    )


def _decidable(work: Work, value: str) -> tuple[Workspace, Cluster]:
    number = read_number(value)
    workspace = work.session.get(Workspace, number) if number is not None else None
    if workspace is None or workspace.cluster_id is None:
        raise OutOfDate("workspace.decided")
    if not work.who.manages(workspace.cluster_id):
        raise NotAllowed("workspace.managers_only")
    cluster = work.session.get_one(Cluster, workspace.cluster_id)
    lock(work.session, cluster)
    lock(work.session, workspace)
    if workspace.state is not WorkspaceState.NEW or workspace.cluster_id != cluster.id:
        raise OutOfDate("workspace.decided", cluster=cluster_id_text(cluster))
    return workspace, cluster
