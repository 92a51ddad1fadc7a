"""Refusals around guests: people of no workspace, who come in by a personal link."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "guest.elsewhere": N_(
        "You are here as a guest for the challenges that you were invited to. For everything else, ask your cluster "
        "manager to let you into a workspace."
    ),
    "guest.ended": N_("Your invitation has ended. The cluster manager who invited you can give you a new link."),
    "guest.managers_only": N_("Guests are invited by the managers of a cluster."),
    "guest.no_address": N_("No address is set under which a link would reach this deployment. Ask who operates it."),
    "guest.unknown": N_("There is no such invitation in your cluster."),
    "guest.organisation.needed": N_("Say for which company the person works."),
    "guest.organisation.unknown": N_(
        "Your cluster has no company called “{name}” that answers challenges. Write the name as it stands in the "
        "directory; /matchpoint cluster leads to it."
    ),
    "guest.organisation.near": N_(
        "Your cluster has no company called “{name}”. Did you mean {near}? Write the name as it stands there."
    ),
    "guest.challenge.needed": N_("Choose the challenge that the person is invited to."),
    "guest.challenge.closed": N_("{id} does not take answers in your cluster now, so nobody can be invited to it."),
    "guest.has_account": N_("{email} has an account in a workspace already and is reached there; no link is needed."),
    "guest.role": N_("{email} belongs to the buyer's side of {id}."),
    "guest.days": N_("Give a number of days from 1 to {limit}."),
}
