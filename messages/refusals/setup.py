"""Refusals around the set-up of a workspace."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "setup.admins_only": N_("Only an admin or owner of this workspace can set Matchpoint up. Please ask one of them."),
    "setup.managers_only": N_(
        "Only a manager of the cluster or an admin of this workspace can change how it is set up."
    ),
    "setup.managers.managers_only": N_("Only a manager of the cluster can say who else manages it."),
    "setup.waits": N_(
        "Matchpoint is set up here, and {cluster} waits to be activated. I tell its managers when it is."
    ),
    "setup.name.needed": N_("Choose your cluster, or write the name of a new one."),
    "setup.managers.needed": N_("Name at least one manager."),
    "setup.managers.unknown": N_(
        "One of these people has not used Matchpoint yet. Ask them to type /matchpoint help once."
    ),
    "setup.channels.same": N_("Choose two different channels: what managers read is not for everybody."),
    "setup.channel.needed": N_("Choose a channel: apps cannot create any here."),
    "setup.channel.elsewhere": N_("This channel is not in this workspace."),
    "setup.bound": N_(
        "This workspace belongs to {cluster} already, and stays there: what was written here is that cluster's. For "
        "another cluster, use a workspace of its own. /matchpoint setup changes channels, language and managers."
    ),
    "workspace.managers_only": N_("Only a manager of the cluster can say whether this workspace is its own."),
    "workspace.decided": N_("This workspace was decided about already. Nothing was changed."),
    "setup.cluster.archived": N_("{cluster} is archived. Please write to the operator of this deployment."),
    "setup.workspace.taken": N_("The workspace {workspace} belongs to {cluster} already."),
    "setup.workspace.invalid": N_("“{workspace}” cannot be the id of a workspace."),
    "setup.surface.unknown": N_("I know the surfaces slack and web, not “{surface}”."),
    "cluster.managers_only": N_("Only a manager of an active cluster can decide this."),
    "cluster.members_only": N_("Only the people of {cluster} see that."),
    "cluster.own": N_("You proposed {cluster} or manage it; a manager of another cluster decides."),
    "cluster.own_managers": N_("{cluster} works already; one of its own managers decides about a further workspace."),
    "cluster.unknown": N_("I do not know the cluster {id}."),
    "cluster.decided": N_("{cluster} was decided about already. Nothing was changed."),
}
