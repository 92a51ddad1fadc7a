"""Refusals around challenges, their screening and their sharing."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "challenge.unknown": N_("There is no {id} that you can see. /challenge list shows what is open."),
    "challenge.which": N_("Say which challenge, such as: {example}"),
    "challenge.title.needed": N_("Say in a line what you look for, such as: {example}"),
    "challenge.buyers_state": N_(
        "Only buyers can state challenges: people whom a cluster manager has let in for a large "
        "organisation. To ask for that, use /matchpoint join."
    ),
    "challenge.buyer_only": N_("Only people from the buyer's organisation can do this with {id}."),
    "challenge.buyer_reads": N_("The answers to {id} are read by its buyer and by the managers of its cluster."),
    "challenge.only_drafts": N_("{id} is not a draft any more. It can be withdrawn with a reason."),
    "challenge.changed": N_("Somebody changed {id} a moment ago. Your changes were not saved; open it again."),
    "challenge.close_first": N_("{id} still takes answers. Close it first, then say what came of it."),
    "challenge.reading.none": N_("Nobody has sorted the text of {id} yet. Open the draft to do it."),
    "challenge.now.draft": N_("{id} is still a draft. Submit it first."),
    "challenge.now.submitted": N_("{id} is being screened by your cluster manager. Nothing was changed."),
    "challenge.now.returned": N_("{id} went back to its buyer for a change. Nothing was changed now."),
    "challenge.now.published": N_("{id} is published already. Nothing was changed."),
    "challenge.now.closed": N_("{id} is closed and takes no answers any more. Nothing was changed."),
    "challenge.now.evaluating": N_("{id} is closed and its answers are being read. Nothing was changed."),
    "challenge.now.resolved": N_("{id} is resolved. Nothing was changed."),
    "challenge.now.withdrawn": N_("{id} was withdrawn. Nothing was changed."),
    "challenge.confidentiality.unknown": N_("Choose who may see it."),
    "challenge.criteria.weight": N_(
        "Give every criterion a weight, or none of them. This one has none: “{line}”. Write it such as: Accuracy: 60"
    ),
    "challenge.deadline.only_later": N_(
        "Companies count on {deadline_on}. The deadline can stay or move later, not earlier."
    ),
    "challenge.deadline.unreadable": N_("I cannot read this date. Write it such as {example}."),
    "challenge.invited.none": N_("Name at least one organisation that you invite, one per line."),
    "challenge.invited.too_many": N_("These are {count} organisations and {limit} is the most."),
    "challenge.invited.unknown": N_(
        "I do not know “{name}”. Write the name as it stands in the directory; your cluster manager can add it."
    ),
    "challenge.organisation.choose": N_("Choose for which organisation you ask."),
    "challenge.outcome.choose": N_("Choose what came of it."),
    "challenge.resolve.waiting": N_(
        "Some answers are neither introduced nor declined ({count}). Tick this to tell them kindly that "
        "another was chosen, or read them first."
    ),
    "screening.managers_only": N_("{id} is screened and shared by the managers of its buyer's cluster."),
    "screening.own": N_("You belong to the buyer's organisation for {id}, so another manager has to decide."),
    "screening.changed": N_("The buyer has changed {id} since. The card shows the new wording; please read it again."),
    "screening.deadline_past": N_("The deadline of {id} has passed. Return it, so that the buyer can set a new one."),
    "screening.now.draft": N_("{id} is a draft again; its buyer has not submitted it."),
    "screening.now.returned": N_("{id} was returned already. Nothing was changed."),
    "screening.now.published": N_("{id} is published already. Nothing was changed."),
    "screening.now.closed": N_("{id} was published and is closed. Nothing was changed."),
    "screening.now.evaluating": N_("{id} was published and is closed. Nothing was changed."),
    "screening.now.resolved": N_("{id} was published and is resolved. Nothing was changed."),
    "screening.now.withdrawn": N_("{id} was withdrawn by its buyer. Nothing was changed."),
    "sharing.invite_only": N_("{id} is by invitation: only the organisations that its buyer named see it."),
    "sharing.nobody_left": N_("{id} was offered to every cluster that has a workspace here."),
    "sharing.clusters.none": N_("Choose at least one cluster."),
    "sharing.managers_only": N_("Whether {id} is taken is decided by the managers of the cluster it was offered to."),
    "sharing.hidden.too_many": N_("These are {count} lines and {limit} is the most."),
    "sharing.not_teaser": N_("The buyer of {id} is not hidden, so there is nothing to leave out."),
    "sharing.places.none": N_("Choose at least one workspace."),
    "sharing.decided": N_("Your cluster has answered this offer of {id} already. Nothing was changed."),
}
