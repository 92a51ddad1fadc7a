"""Refusals around voucher schemes, calls and the parts with which clusters fund them."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "scheme.managers_only": N_(
        "Only cluster managers deal with voucher schemes. /voucher lists what you can apply for."
    ),
    "scheme.unknown": N_("I do not know the scheme {id}, or it is another cluster's. /voucher schemes lists yours."),
    "scheme.archived": N_("{id} is archived. Nothing was changed."),
    "scheme.changed": N_("{id} has changed after you opened this form, so it was not saved. Please open it again."),
    "scheme.busy": N_("{id} has a call that is planned or open. Cancel it, or wait until it is closed."),
    "scheme.name.empty": N_("Give the scheme a name, such as Meet & Greet North Sea."),
    "scheme.kinds.none": N_("Choose at least one kind of organisation."),
    "scheme.second.cap": N_("No voucher is above that. Write less than the most that one voucher pays."),
    "scheme.documents.many": N_("At most {limit} documents, one per line."),
    "scheme.documents.long": N_("The name of a document has at most {limit} characters."),
    "scheme.days": N_("Write a number of days from 1 to {highest}."),
    "scheme.rate.invalid": N_("Write what a euro costs in this currency, such as {example}."),
    "scheme.countries.many": N_("These are {count} countries and {limit} is the most. Leave it empty for all."),
    "call.unknown": N_("I do not know the call {id}, or it is none of your cluster's. /voucher lists the open ones."),
    "call.owner_only": N_("{id} is a call of {owner}: only its managers can do that."),
    "call.not_now": N_("That is no longer possible for this call. Nothing was changed; the card shows why."),
    "call.changed": N_("{id} has changed after you opened this form, so it was not saved. Please open it again."),
    "call.over": N_("{id} is closed or cancelled already. Nothing was changed."),
    "call.title.empty": N_("Give the call a title, such as Spring 2027."),
    "call.opens.past": N_("This day has passed. Choose today, {today}, or a later day."),
    "call.cutoff.before": N_("The call opens on {opens_on}; it cannot close before that."),
    "call.cutoff.past": N_("This day has passed. Choose today, {today}, or a later day."),
    "call.cutoff.only_later": N_(
        "The call is open until {cutoff_on}; people rely on it. Choose that day or a later one."
    ),
    "call.budget.committed": N_("{amount} is committed already; the budget cannot be below that."),
    "call.partners.line": N_("I cannot read the line “{line}”. Write it such as {example}."),
    "call.partners.many": N_("At most {limit} partner clusters, one per line."),
    "call.partners.amount": N_("I cannot read the amount for {name}. Write it such as {example}."),
    "call.partners.unknown": N_("I do not know a cluster “{name}”. Write its name as it stands in Matchpoint."),
    "call.partners.near": N_("I do not know a cluster “{name}”. Do you mean {near}?"),
    "call.partners.several": N_("There are several clusters named “{name}”. Add the country: {name} (DK)."),
    "call.partners.own": N_("{name} is your own cluster; its part is your budget."),
    "call.partners.twice": N_("{name} is there twice."),
    "call.partners.taken": N_(
        "{name} takes part with {amount} and decides about that itself. Leave its line as it is."
    ),
    "call.part.managers_only": N_("Only the managers of the cluster that was asked decide about its part of {id}."),
    "call.part.decided": N_("This was answered already. Nothing was changed; the card shows how it stands."),
    "call.reason.empty": N_("Give a reason: those who applied will read it."),
}
