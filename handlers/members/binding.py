"""Binding a workspace to a cluster: what an admin's form and the operator's command have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.countries import ZONES
from domain.errors import Invalid, NotFound
from domain.ids import Kind, format_id, parse_id
from domain.organisations import ClusterState, MembershipState, Role, name_key
from domain.rooms import WorkspaceState
from handlers import audit, cards
from handlers.members.managers_channel import bring_managers_in, follow
from handlers.members.proposing import is_proposed_in, with_proposal
from handlers.work import Work
from store.queries import clusters as query
from store.queries import people
from store.queries.rows import add, change, key_of
from store.tables.people import Cluster, Membership, Workspace

WELCOME = "welcome.challenges"
MANAGERS_WELCOME = "welcome.managers"
MEMBERSHIP = "membership"


@dataclass(frozen=True, slots=True)
class Channels:
    """The addresses of the two channels; an empty one is made."""

    challenges: str = ""
    managers: str = ""


def cluster_id_text(cluster: Cluster) -> str:
    """Return the human id of a cluster."""
    return format_id(Kind.CLUSTER, key_of(cluster))


def find_cluster(work: Work, text: str) -> Cluster:
    """Return a cluster by its human id.

    :raises Invalid: the text is no such id.
    :raises NotFound: there is none.
    """
    _, number = parse_id(text, Kind.CLUSTER)
    cluster = work.session.get(Cluster, number)
    if cluster is None:
        raise NotFound("cluster.unknown", id=format_id(Kind.CLUSTER, number))
    return cluster


def take_cluster(work: Work, name: str, country: str) -> Cluster:
    """Return the cluster of this name in a country, proposed if there was none.

    :raises Invalid: it is archived.
    """
    cluster = query.cluster_named(work.session, name_key(name), country)
    if cluster is None:
        cluster = Cluster(
            name=name,
            name_key=name_key(name),
            country=country,
            state=ClusterState.PROPOSED,
            zone=ZONES.get(country, "UTC"),
            created_at=work.now,
            updated_at=work.now,
        )
        return add(work.session, cluster)
    if cluster.state is ClusterState.ARCHIVED:
        raise Invalid("setup.cluster.archived", field="name", cluster=cluster.name)
    return cluster


def take_workspace(work: Work, *, surface: str, native_id: str) -> Workspace:
    """Return a workspace by its platform's own id, new if it was not known."""
    found = people.workspace_of(work.session, surface=surface, native_id=native_id)
    if found is not None:
        return found
    return add(
        work.session,
        Workspace(
            surface=surface,
            native_id=native_id,
            name=native_id,
            state=WorkspaceState.NEW,
            created_at=work.now,
            updated_at=work.now,
        ),
    )


def appoint(work: Work, cluster: Cluster, person_id: int, *, active: bool, note: str = "") -> None:
    """Make a person a manager of a cluster, at once or when the workspace is let in that proposes it (in `note`)."""
    state = MembershipState.ACTIVE if active else MembershipState.ASKED
    known = query.membership_of(work.session, person_id, key_of(cluster), Role.MANAGER, None)
    if known is None:
        row = Membership(
            person_id=person_id,
            cluster_id=key_of(cluster),
            role=Role.MANAGER,
            state=state,
            note=note,
            created_at=work.now,
            updated_at=work.now,
        )
        known = add(work.session, row)
    elif known.state not in (state, MembershipState.ACTIVE):
        change(work.session, known, now=work.now, state=state, note=note)
    elif known.state is MembershipState.ASKED and with_proposal(known.note, note) != known.note:
        change(work.session, known, now=work.now, note=with_proposal(known.note, note))
    else:
        return
    if active:
        follow(work, known)
    audit.record(work, "cluster.appoint", f"P-{person_id}", after=state, cluster_id=key_of(cluster))


def activate(work: Work, cluster: Cluster, workspace: Workspace, *, decided_by: int | None) -> None:
    """Let a workspace in, and its cluster: its channels are made, and the managers whom it proposed get their role."""
    if cluster.state is not ClusterState.ACTIVE:
        change(work.session, cluster, now=work.now, state=ClusterState.ACTIVE)
    audit.record(
        work, "cluster.activate", cluster_id_text(cluster), after=ClusterState.ACTIVE, cluster_id=key_of(cluster)
    )
    for membership, _ in query.manager_memberships(work.session, key_of(cluster)):
        if is_proposed_in(membership, workspace):
            state = MembershipState.ACTIVE
            change(work.session, membership, now=work.now, state=state, decided_by=decided_by)
            follow(work, membership)
    if workspace.state is WorkspaceState.NEW:
        change(work.session, workspace, now=work.now, state=WorkspaceState.ACTIVE)
        open_channels(work, workspace)
        bring_managers_in(work, workspace)


def open_channels(work: Work, workspace: Workspace) -> None:
    """Welcome people in the channels that are there, and have those made that are not."""
    assert workspace.cluster_id is not None  # noqa: S101
    cluster = work.session.get_one(Cluster, workspace.cluster_id)
    subject = cluster_id_text(cluster)
    for which, address in (("challenges", workspace.challenge_channel), ("managers", workspace.managers_channel)):
        if address:
            welcome(work, workspace, which)
            continue
        work.enqueue(
            "channel.create",
            key=f"channel:{subject}:{which}:v{workspace.version}:W-{workspace.id}",
            subject=subject,
            destination=f"{workspace.surface}:{workspace.native_id}",
            payload={"workspace": workspace.id, "which": which},
            cluster_id=workspace.cluster_id,
        )


def welcome(work: Work, workspace: Workspace, which: str) -> None:
    """Post the first card in a channel, and in the managers' channel what has been waiting for it."""
    assert workspace.cluster_id is not None  # noqa: S101
    cluster = work.session.get_one(Cluster, workspace.cluster_id)
    subject, key = cluster_id_text(cluster), workspace.cluster_id
    if which == "challenges":
        cards.publish(work, WELCOME, subject, destination=workspace.challenge_channel, cluster_id=key)
        return
    cards.publish(work, MANAGERS_WELCOME, subject, destination=workspace.managers_channel, cluster_id=key)
    for membership, _, _ in query.asked_in(work.session, [key], limit=100):
        membership_id = format_id(Kind.MEMBERSHIP, key_of(membership))
        cards.publish(work, MEMBERSHIP, membership_id, destination=workspace.managers_channel, cluster_id=key)


def move_channels(work: Work, workspace: Workspace, channels: Channels, *, active: bool) -> bool:
    """Give a workspace these channels, where they are others; tell whether it is still as it was read."""
    wanted: dict[str, Any] = {
        name: address
        for name, address in (("challenge_channel", channels.challenges), ("managers_channel", channels.managers))
        if address and getattr(workspace, name) != address
    }
    if wanted and not change(work.session, workspace, now=work.now, **wanted):
        return False
    if active:
        open_channels(work, workspace)
        if "managers_channel" in wanted:
            bring_managers_in(work, workspace)
    return True


def names_of_managers(work: Work, cluster_id: int, states: Sequence[MembershipState]) -> tuple[tuple[int, str], ...]:
    """Return id and name of the managers whose membership is in one of these states."""
    rows = query.manager_memberships(work.session, cluster_id)
    return tuple((key_of(person), person.name) for membership, person in rows if membership.state in states)
