"""Where the app was added and removed: what a workspace is reached by, and its silence once it is closed to us.

All of it is harmless to repeat: a platform tells of an installation as often as it likes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from domain.organisations import ClusterState
from domain.rooms import WorkspaceState
from handlers import cards
from handlers.cards import View, living
from handlers.home import home_part
from handlers.letters import when_closed_to_us, when_open_again
from handlers.members.binding import take_workspace
from handlers.members.proposing import refuse_all
from handlers.requests import Installed, Removed
from handlers.work import Work
from messages.notices.installing import Greeting, WorkspaceClosed, WorkspaceRemoved
from store import backlog
from store.engine import Session
from store.queries import people, rooms
from store.queries.rows import change, key_of
from store.tables.people import Cluster, Workspace

GREETING: Final = "greeting"
REMOVED: Final = "workspace.removed"
CLOSED: Final = "workspace.closed"
_CHANNELS_MOST: Final = 500


def install(work: Work, installed: Installed) -> None:
    """Take note of where the app is, and greet people there once; a workspace that was removed is back."""
    workspace = take_workspace(work, surface=installed.surface, native_id=installed.workspace)
    wanted: dict[str, Any] = {}
    if installed.service_url and workspace.service_url != installed.service_url:
        wanted["service_url"] = installed.service_url
    if installed.place:
        channels = dict(list(installed.channels.items())[:_CHANNELS_MOST])
        known = {**workspace.places, installed.place: channels or workspace.places.get(installed.place, {})}
        if known != workspace.places:
            wanted["places"] = known
    if workspace.state is WorkspaceState.REMOVED and _serves_again(workspace, installed, wanted.get("places")):
        wanted |= {"state": _state_of(work, workspace), "removed_at": None}
    if wanted:
        change(work.session, workspace, now=work.now, **wanted)
    if installed.by is not None and workspace.cluster_id is None:
        speaker = installed.by
        identity = people.identity_of(
            work.session, surface=speaker.surface, workspace=speaker.workspace, user=speaker.user
        )
        if identity is not None:
            # Some platforms do not say who is an admin; who may add apps there is as near as one comes.
            identity.is_admin = True
    if installed.greet:
        # Where it stands already it is brought up to date.
        cards.publish(work, GREETING, f"W-{key_of(workspace)}", destination=installed.greet)


def remove(work: Work, removed: Removed) -> None:
    """Forget a place; where a channel of the workspace was in it, or it was the last, all is silent from now on."""
    workspace = people.workspace_of(work.session, surface=removed.surface, native_id=removed.workspace)
    if workspace is None or (removed.place and removed.place not in workspace.places):
        return
    gone = workspace.places.get(removed.place, {})
    left = {place: channels for place, channels in workspace.places.items() if removed.place and place != removed.place}
    wanted: dict[str, Any] = {"places": left}
    over = not left or bool({workspace.challenge_channel, workspace.managers_channel} & set(gone))
    if over and workspace.state is not WorkspaceState.REMOVED:
        wanted |= {"state": WorkspaceState.REMOVED, "removed_at": work.now}
        _fall_silent(work, workspace)
        if workspace.state is WorkspaceState.NEW and workspace.cluster_id is not None:
            # It was never let in: coming back must not do that, so what it asked for ends here.
            refuse_all(work, workspace, decided_by=None)
            wanted["cluster_id"] = None
    change(work.session, workspace, now=work.now, **wanted)


def _fall_silent(work: Work, workspace: Workspace) -> None:
    """End what waits for a workspace that is closed to us, and tell its cluster's managers elsewhere, once."""
    place = f"{workspace.surface}:{workspace.native_id}"
    backlog.end_workspace(work.session, place, now=work.now, reason="workspace_removed")
    if workspace.cluster_id is None or workspace.state is not WorkspaceState.ACTIVE:
        return
    for place in _elsewhere(work, workspace):
        cards.publish(work, REMOVED, _since(workspace, work.now), **place)


def _elsewhere(work: Work, workspace: Workspace) -> list[dict[str, Any]]:
    """Return where the managers of a workspace's cluster can still be reached: in channels of theirs, else alone."""
    cluster_id = workspace.cluster_id or 0
    others = [one for one in people.workspaces_of(work.session, cluster_id) if one.id != workspace.id]
    channels = [one.managers_channel for one in others if one.managers_channel and one.closed_at is None]
    if channels:
        return [{"destination": one, "cluster_id": cluster_id} for one in channels]
    found = list[dict[str, Any]]()
    for manager in people.managers_of(work.session, cluster_id):
        accounts = people.identities_of(work.session, key_of(manager))
        elsewhere = [
            one
            for one in accounts
            if (one.surface, one.workspace) != (workspace.surface, workspace.native_id)
            and rooms.access_to(work.session, one.address) == rooms.Access()
        ]
        if elsewhere:
            found.append({"destination": elsewhere[0].address, "person_id": key_of(manager)})
    return found


@when_closed_to_us
def note_closed(work: Work, address: str) -> None:
    """Take note since when a workspace lets nothing in, and tell its cluster's managers elsewhere once."""
    workspace = _at(work, address)
    if workspace is None or workspace.state is not WorkspaceState.ACTIVE or workspace.cluster_id is None:
        return
    if change(work.session, workspace, now=work.now, where={"closed_at": None}, closed_at=work.now):
        for place in _elsewhere(work, workspace):
            cards.publish(work, CLOSED, _since(workspace, work.now), **place)


@when_open_again
def note_open_again(work: Work, address: str) -> None:
    """Take note that a workspace takes messages again, and say so where it was told that it did not."""
    workspace = _at(work, address)
    since = workspace.closed_at if workspace is not None else None
    if workspace is not None and since is not None and change(work.session, workspace, now=work.now, closed_at=None):
        cards.refresh(work, CLOSED, _since(workspace, since))


def _at(work: Work, address: str) -> Workspace | None:
    surface, _, native = address.partition(":")
    return people.workspace_of(work.session, surface=surface, native_id=native)


def _since(workspace: Workspace, since: datetime) -> str:
    return f"W-{key_of(workspace)}:{int(since.timestamp())}"


def service_url(session: Session, surface: str, workspace: str) -> str:
    """Return where a workspace's platform is reached; empty where it never said."""
    found = people.workspace_of(session, surface=surface, native_id=workspace)
    return found.service_url if found else ""


def places(session: Session, surface: str, workspace: str) -> Mapping[str, Mapping[str, str]]:
    """Return the places that the app was added to, each with its channels: name by address."""
    found = people.workspace_of(session, surface=surface, native_id=workspace)
    return found.places if found else {}


def _serves_again(workspace: Workspace, installed: Installed, changed: Mapping[str, Mapping[str, str]] | None) -> bool:
    """Tell whether the app is again where the workspace's channels are: in all of it, or just added to their places."""
    if installed.whole or not installed.place:
        return installed.whole
    ours = {one for one in (workspace.challenge_channel, workspace.managers_channel) if one}
    now_in = workspace.places if changed is None else changed
    everywhere = {address for channels in now_in.values() for address in channels}
    return ours <= everywhere and (not ours or bool(ours & set(now_in[installed.place])))


def _state_of(work: Work, workspace: Workspace) -> WorkspaceState:
    cluster = work.session.get(Cluster, workspace.cluster_id) if workspace.cluster_id else None
    active = cluster is not None and cluster.state is ClusterState.ACTIVE
    return WorkspaceState.ACTIVE if active else WorkspaceState.NEW


@living(GREETING)
def read_greeting(work: Work, view: View) -> Greeting | None:
    """Say who is here now, and what comes next; the subject is `W-3`, and where it matters since when."""
    workspace = work.session.get(Workspace, _number(view.subject))
    if workspace is None:
        return None
    cluster = work.session.get(Cluster, workspace.cluster_id) if workspace.cluster_id else None
    return Greeting(cluster=cluster.name if cluster else "")


@living(REMOVED)
def read_removed(work: Work, view: View) -> WorkspaceRemoved | None:
    """Tell managers which workspace is silent; the subject is `W-3:` and when that began."""
    workspace = work.session.get(Workspace, _number(view.subject))
    if workspace is None:
        return None
    return WorkspaceRemoved(workspace=workspace.name or workspace.native_id)


@living(CLOSED)
def read_closed(work: Work, view: View) -> WorkspaceClosed | None:
    """Tell managers which workspace lets nothing in, or does again; the subject is `W-3:` and when it was found."""
    workspace = work.session.get(Workspace, _number(view.subject))
    if workspace is None:
        return None
    again = workspace.closed_at is None or _since(workspace, workspace.closed_at) != view.subject
    return WorkspaceClosed(workspace.name or workspace.native_id, workspace.surface, again=again)


@home_part(88)
def closed_workspaces(work: Work) -> Sequence[WorkspaceClosed]:
    """Return the workspaces of a manager's clusters that let nothing in."""
    return [
        WorkspaceClosed(one.name or one.native_id, one.surface)
        for cluster_id in work.who.managed()
        for one in people.workspaces_of(work.session, cluster_id)
        if one.closed_at is not None
    ]


def _number(subject: str) -> int:
    return int(subject.partition(":")[0].removeprefix("W-"))
