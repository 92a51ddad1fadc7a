"""What the form of the set-up says: all its mistakes are told in one round, each at its field."""

from __future__ import annotations

from dataclasses import dataclass

from domain.countries import LANGUAGES
from domain.errors import Invalid, InvalidForm
from domain.organisations import NAME_MAX, MembershipState
from domain.people import check_zone, first_language
from domain.rooms import WorkspaceState
from domain.text import clean_line
from handlers.members.binding import Channels, cluster_id_text, find_cluster, names_of_managers, take_cluster
from handlers.members.proposing import is_proposed_in
from handlers.work import Ask, Work
from messages.countries import read_country
from store.queries import clusters as query
from store.queries.rows import key_of
from store.tables.people import Cluster, Workspace

_MANAGERS_MAX = 50


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form says; `managers` are ids of people. Where no language was chosen it is that of the country."""

    cluster: Cluster
    language: str
    zone: str
    channels: Channels
    managers: tuple[int, ...]


def read_set_up(work: Work, ask: Ask, workspace: Workspace | None) -> Filled:
    """Return what the form says of a workspace; its cluster is asked for where it has none yet, and may be a new one.

    :raises InvalidForm: one refusal per field that is wrong.
    :raises NotFound: the cluster that was chosen is gone.
    """
    errors: list[Invalid] = []
    own: str | None = None
    if workspace is not None and workspace.cluster_id is not None:
        cluster, own = work.session.get_one(Cluster, workspace.cluster_id), workspace.locale
        other = ask.text("name") or (ask.text("cluster") if ask.text("cluster") != cluster_id_text(cluster) else "")
        if other:
            # A form from before somebody else set it up.
            raise Invalid("setup.bound", cluster=cluster.name)
    else:
        cluster = _chosen_cluster(work, ask, errors)
    zone = ask.text("zone")
    try:
        zone = check_zone(zone)
    except Invalid as error:
        errors.append(error)
    channels = _channels(work, ask, workspace, errors)
    managers = _managers(work, ask, workspace, errors)
    if errors or cluster is None:
        raise InvalidForm(errors)
    language = first_language([ask.text("language"), own, LANGUAGES.get(cluster.country)])
    return Filled(cluster, language, zone, channels, managers)


def reached(work: Work, workspace: Workspace) -> dict[int, str]:
    """Return the managers whom this workspace has a say in, with their addresses there: of one that waits, its own."""
    let_in, rows = workspace.state is WorkspaceState.ACTIVE, query.manager_memberships
    ids = [
        key_of(person)
        for row, person in rows(work.session, workspace.cluster_id or 0)
        if (row.state is MembershipState.ACTIVE if let_in else is_proposed_in(row, workspace))
    ]
    return query.addresses_in(work.session, ids, surface=workspace.surface, workspace=workspace.native_id)


def _chosen_cluster(work: Work, ask: Ask, errors: list[Invalid]) -> Cluster | None:
    """Return the cluster of the form: one of the list, or a new one by name and country; None with what is wrong."""
    chosen, name, typed = ask.text("cluster"), clean_line(ask.text("name"), limit=NAME_MAX), ask.text("country")
    if chosen and chosen != "new" and not name:
        return find_cluster(work, chosen)
    return _named_cluster(work, name, typed, errors)


def _named_cluster(work: Work, name: str, typed: str, errors: list[Invalid]) -> Cluster | None:
    country = ""
    if not name:
        errors.append(Invalid("setup.name.needed", field="name"))
    try:
        country = read_country(typed) if name or typed else ""
        return take_cluster(work, name, country) if name else None
    except Invalid as error:
        errors.append(error)
    return None


def makes_channels(workspace: Workspace | None) -> bool:
    """Tell whether channels can be made there: not where the app is added to places that are others' to furnish."""
    return workspace is None or not workspace.places


def _channels(work: Work, ask: Ask, workspace: Workspace | None, errors: list[Invalid]) -> Channels:
    channels = Channels(ask.text("challenge_channel"), ask.text("managers_channel"))
    for field, address in (("challenge_channel", channels.challenges), ("managers_channel", channels.managers)):
        if not address and not makes_channels(workspace) and not getattr(workspace, field):
            errors.append(Invalid("setup.channel.needed", field=field))
        if address and not address.startswith(_here(work)):
            errors.append(Invalid("setup.channel.elsewhere", field=field))
    if channels.challenges and channels.challenges == channels.managers:
        errors.append(Invalid("setup.channels.same", field="managers_channel"))
    return channels


def _managers(work: Work, ask: Ask, workspace: Workspace | None, errors: list[Invalid]) -> tuple[int, ...]:
    addresses = ask.many("managers")[:_MANAGERS_MAX]
    found = query.people_at(work.session, [one for one in addresses if one.startswith(_here(work))])
    if not addresses and not _managed_elsewhere(work, workspace):
        errors.append(Invalid("setup.managers.needed", field="managers"))
    elif set(addresses) - found.keys():
        errors.append(Invalid("setup.managers.unknown", field="managers"))
    return tuple(map(key_of, found.values()))


def _managed_elsewhere(work: Work, workspace: Workspace | None) -> bool:
    """Tell whether there is a manager whom the form cannot show, and so cannot let go."""
    if workspace is None or workspace.cluster_id is None:
        return False
    everybody = names_of_managers(work, workspace.cluster_id, (MembershipState.ACTIVE, MembershipState.ASKED))
    return len(everybody) > len(reached(work, workspace))


def _here(work: Work) -> str:
    assert work.speaker is not None  # noqa: S101  (a form has a sender)
    return f"{work.speaker.surface}:{work.speaker.workspace}:"
