"""Refusals around joining."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "join.organisation.needed": N_("Write the name of your organisation, such as Warm Loop ApS."),
    "join.country.needed": N_("I do not know this organisation yet. Write its country, and I add it."),
    "join.role.needed": N_("Choose what brings you here."),
    "join.headcount.invalid": N_("Write a number of people, such as 14."),
    "join.several": N_("There are several organisations of this name. Write the web address instead."),
    "join.too_many": N_("You have several requests that wait already. Please wait for the managers."),
    "membership.unknown": N_("I do not know the request {id}."),
    "membership.managers_only": N_("Only the managers of {cluster} decide who joins."),
    "membership.yourself": N_("You cannot let yourself in. Another manager of {cluster} has to decide."),
    "membership.elsewhere": N_(
        "{organisation} belongs to {cluster}, whose managers decide who acts for it. Refuse this request, and have the "
        "person ask again: it goes to them then."
    ),
    "membership.own": N_("You work for {organisation} yourself. Another manager of {cluster} decides."),
    "membership.decided": N_("{id} has already been decided. Nothing was changed; the card shows the decision."),
    "membership.not_yours": N_("This request is somebody else's."),
    "membership.reason.needed": N_("Write the reason in a sentence; the person reads it."),
    "membership.reason.too_long": N_("This reason has {length} characters and {limit} is the most. Please shorten it."),
}
