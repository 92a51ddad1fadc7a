"""Setting Matchpoint up in a workspace: by its admin in a form, or by the operator from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.countries import LANGUAGES, ZONES
from domain.errors import Invalid, InvalidForm, NotAllowed, OutOfDate
from domain.organisations import NAME_MAX, ClusterState, MembershipState, Role, check_email
from domain.people import first_language
from domain.rooms import WorkspaceState
from domain.text import clean_line
from handlers import audit, cards
from handlers.introductions.exits import leave_as_manager
from handlers.members.binding import (
    Channels,
    activate,
    appoint,
    cluster_id_text,
    move_channels,
    names_of_managers,
    take_cluster,
    take_workspace,
)
from handlers.members.managers_channel import follow
from handlers.members.proposing import has_proposed, is_proposed_in, proposal, withdraw
from handlers.members.second_workspaces import ask_about_the_rest, ask_its_managers, has_one
from handlers.members.setup_fields import makes_channels, reached, read_set_up
from handlers.people import known_by_email
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages.countries import read_country
from messages.notices.setup import SetUpState, SetUpWorkspace
from store.queries import clusters as query
from store.queries import people
from store.queries.rows import change, key_of
from store.tables.people import Cluster, Person, Workspace

CLUSTER_CARD = "cluster"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an operator sets up: `managers` by e-mail, `workspace` by its native id, channels by address (or empty).

    An empty `language` leaves the workspace's own, or begins with that of the country.
    """

    cluster: str
    country: str
    workspace: str
    surface: str
    managers: tuple[str, ...]
    challenge_channel: str = ""
    managers_channel: str = ""
    language: str = ""


@route("setup.start", need=Need.ANYONE, writes=False)
def start_set_up(work: Work, _ask: Ask) -> Reply:
    """Show how the workspace is set up, or ask for all it needs."""
    workspace = _workspace(work)
    if workspace is not None and workspace.cluster_id is not None:
        _may_change(work, workspace)
        return Reply(notice=state_of(work, workspace))
    actor = work.who
    if not actor.is_admin:
        raise NotAllowed("setup.admins_only")
    known = tuple((cluster_id_text(c), c.name, c.country) for c in query.without_workspace(work.session))
    return Reply(
        question=SetUpWorkspace(
            clusters=known,
            country=actor.country,
            zone=ZONES.get(actor.country, actor.zone),
            managers=(actor.address,),
            makes_channels=makes_channels(workspace),
        )
    )


@route("setup.change", need=Need.ANYONE, writes=False)
def change_set_up(work: Work, _ask: Ask) -> Reply:
    """Ask what is to be different."""
    workspace = _workspace(work)
    if workspace is None or workspace.cluster_id is None:
        return start_set_up(work, _ask)
    _may_change(work, workspace)
    cluster = work.session.get_one(Cluster, workspace.cluster_id)
    return Reply(
        question=SetUpWorkspace(
            bound=f"{cluster.name} ({cluster.country})",
            country=cluster.country,
            language=workspace.locale,
            zone=cluster.zone,
            challenge_channel=workspace.challenge_channel,
            managers_channel=workspace.managers_channel,
            managers=tuple(reached(work, workspace).values()),
            makes_channels=makes_channels(workspace),
        )
    )


@route("setup.save", need=Need.ANYONE)
def save_set_up(work: Work, ask: Ask) -> Reply:
    """Bind the workspace to its cluster, or change how it is set up."""
    actor, speaker = work.who, work.speaker
    assert speaker is not None  # noqa: S101  (a form has a sender)
    workspace = _workspace(work)
    first = workspace is None or workspace.cluster_id is None
    if first and not actor.is_admin:
        raise NotAllowed("setup.admins_only")
    if workspace is not None and not first:
        _may_change(work, workspace)
    filled = read_set_up(work, ask, workspace)
    cluster, zone = filled.cluster, filled.zone
    if workspace is None:
        workspace = take_workspace(work, surface=speaker.surface, native_id=speaker.workspace)
    if first:
        _bind(work, workspace, cluster, zone=zone, managers=filled.managers)
    # A workspace that waits has no say yet in a cluster that works.
    let_in = workspace.state is WorkspaceState.ACTIVE
    if cluster.zone != zone and (let_in or cluster.state is not ClusterState.ACTIVE):
        change(work.session, cluster, now=work.now, zone=zone)
    if workspace.locale != filled.language:
        change(work.session, workspace, now=work.now, locale=filled.language)
    if not move_channels(work, workspace, filled.channels, active=let_in):
        raise OutOfDate("cluster.not_now")
    # Into the channels as they are now, and out of them.
    let_go = () if first else _replace_managers(work, workspace, filled.managers)
    audit.record(work, "setup.save", cluster_id_text(cluster), cluster_id=cluster.id)
    return Reply(notice=replace(state_of(work, workspace), fresh=True, let_go=let_go))


def set_up_by_operator(work: Work, wanted: SetUp) -> SetUpState:
    """Create or activate a cluster and bind a workspace to it; harmless to repeat.

    Managers who are not known become people that are met later. An empty channel leaves the one that is there, or has
    one made.

    :raises Invalid: with the key of what is wrong.
    """
    name, country = clean_line(wanted.cluster, limit=NAME_MAX), read_country(wanted.country)
    if not name:
        raise Invalid("setup.name.needed")
    if not wanted.managers:
        raise Invalid("setup.managers.needed")
    emails = tuple(dict.fromkeys(check_email(email).lower() for email in wanted.managers))
    cluster = take_cluster(work, name, country)
    workspace = take_workspace(work, surface=wanted.surface, native_id=wanted.workspace)
    if workspace.cluster_id not in (None, cluster.id):
        other = work.session.get_one(Cluster, workspace.cluster_id)
        raise Invalid("setup.workspace.taken", workspace=wanted.workspace, cluster=other.name)
    own = workspace.locale if workspace.cluster_id else None
    language = first_language([wanted.language, own, LANGUAGES.get(country)])
    for email in emails:
        person_id = known_by_email(work, email, country=country, zone=cluster.zone, locale=language)
        appoint(work, cluster, person_id, active=True)
    bound: dict[str, Any] = {"cluster_id": cluster.id, "locale": language}
    if any(getattr(workspace, column) != value for column, value in bound.items()):
        change(work.session, workspace, now=work.now, **bound)
    active = cluster.state is ClusterState.ACTIVE and workspace.state is WorkspaceState.ACTIVE
    move_channels(work, workspace, Channels(wanted.challenge_channel, wanted.managers_channel), active=active)
    if not active:
        activate(work, cluster, workspace, decided_by=None)
        ask_about_the_rest(work, cluster)
    cards.refresh(work, CLUSTER_CARD, cluster_id_text(cluster))
    return state_of(work, workspace)


def state_of(work: Work, workspace: Workspace) -> SetUpState:
    """Tell how a workspace is set up."""
    cluster = work.session.get_one(Cluster, workspace.cluster_id or 0)
    managers = names_of_managers(work, key_of(cluster), (MembershipState.ACTIVE, MembershipState.ASKED))
    unmet = [name for key, name in managers if not people.identities_of(work.session, key)]
    return SetUpState(
        cluster=cluster.name,
        country=cluster.country,
        language=workspace.locale,
        zone=cluster.zone,
        challenge_channel=bool(workspace.challenge_channel),
        managers_channel=bool(workspace.managers_channel),
        managers=tuple(name for _, name in managers),
        unmet=tuple(unmet),
        active=workspace.state is WorkspaceState.ACTIVE,
    )


def _workspace(work: Work) -> Workspace | None:
    speaker = work.speaker
    if speaker is None:
        return None
    return people.workspace_of(work.session, surface=speaker.surface, native_id=speaker.workspace)


def _may_change(work: Work, workspace: Workspace) -> None:
    actor, state = work.who, workspace.state
    cluster = work.session.get_one(Cluster, workspace.cluster_id or 0)
    # Who only added the app to a place is no admin of the whole any more once somebody has set it up; and what concerns
    # several workspaces is not for the admin of one.
    apart = bool(workspace.places) or (state is WorkspaceState.ACTIVE and has_one(work, cluster, workspace))
    is_admin = actor.is_admin and not apart and state is not WorkspaceState.REMOVED
    if is_admin or actor.manages(workspace.cluster_id):
        return
    if state is WorkspaceState.NEW and has_proposed(work, workspace, actor.person_id):
        return
    if state is not WorkspaceState.ACTIVE:
        raise NotAllowed("setup.waits", cluster=cluster.name)
    raise NotAllowed("setup.managers_only")


def _bind(work: Work, workspace: Workspace, cluster: Cluster, *, zone: str, managers: Sequence[int]) -> None:
    """Bind a workspace; at once where nobody has to be asked.

    Else a manager of another cluster lets it in, or, where its cluster works already elsewhere, one of its own.
    """
    actor = work.who
    alone = not query.is_any_active(work.session) and len(people.all_workspaces(work.session)) == 1
    trusted = alone or (cluster.state is ClusterState.ACTIVE and actor.manages(cluster.id))
    if not change(work.session, workspace, now=work.now, cluster_id=cluster.id, state=WorkspaceState.NEW):
        raise OutOfDate("cluster.not_now")
    for person_id in managers:
        appoint(work, cluster, person_id, active=trusted, note=proposal(actor.person_id, workspace))
    if trusted:
        change(work.session, workspace, now=work.now, state=WorkspaceState.ACTIVE)
        if cluster.state is not ClusterState.ACTIVE:
            change(work.session, cluster, now=work.now, state=ClusterState.ACTIVE, zone=zone)
        return
    if has_one(work, cluster, workspace):
        ask_its_managers(work, cluster, workspace)
        return
    for other in query.active_clusters(work.session):
        if other.id != cluster.id:
            cards.tell_managers(work, CLUSTER_CARD, cluster_id_text(cluster), key_of(other))


def _replace_managers(work: Work, workspace: Workspace, wanted: Sequence[int]) -> tuple[str, ...]:
    """Appoint whom the form names, and let go whom it showed and does not name any more; return the names of those.

    A workspace that waits only proposes, and takes back what it proposed itself.

    :raises InvalidForm: who acts is no manager of a cluster that works, and names others than there are.
    """
    cluster = work.session.get_one(Cluster, workspace.cluster_id or 0)
    active = workspace.state is WorkspaceState.ACTIVE
    shown = reached(work, workspace)
    gone = shown.keys() - set(wanted)
    if active and not work.who.manages(workspace.cluster_id):
        if gone or set(wanted) - shown.keys():
            raise InvalidForm([Invalid("setup.managers.managers_only", field="managers")])
        return ()
    for person_id in wanted:
        appoint(work, cluster, person_id, active=active, note=proposal(work.who.person_id, workspace))
    let_go: list[int] = []
    for person_id in sorted(gone):
        row = query.membership_of(work.session, person_id, key_of(cluster), Role.MANAGER, None)
        if row is None or not (active or is_proposed_in(row, workspace)):
            continue
        let_go.append(person_id)
        if not active:
            withdraw(work, row, workspace, state=MembershipState.LEFT)
        else:
            change(work.session, row, now=work.now, state=MembershipState.LEFT)
            follow(work, row)
            leave_as_manager(work, row)
        audit.record(work, "cluster.dismiss", f"P-{person_id}", cluster_id=cluster.id)
    return tuple(work.session.get_one(Person, person_id).name for person_id in let_go)
