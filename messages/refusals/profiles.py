"""Refusals around profiles."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "profile.summary.needed": N_("Write a sentence or two: what do you solve, and for whom?"),
    "profile.trl.range": N_("Readiness is a number from {lowest} to {highest}."),
    "profile.capacity.range": N_("Write a number from 0 to {highest}."),
    "profile.language.unknown": N_("Choose the language in which you wrote."),
    "profile.none": N_(
        "You act for no organisation here, so there is no profile of yours. /matchpoint join changes that."
    ),
    "profile.not_yours": N_("Only the people of {organisation} and the managers of its clusters see that."),
    "profile.own_only": N_("Only the people of {organisation} write its profile."),
    "profile.unknown": N_("I do not know the organisation {id}."),
    "pause.own_only": N_("Only the people of {organisation} decide whether it is proposed."),
    "pause.not_proposed": N_("Only suppliers are proposed, and {organisation} is none: there is nothing to pause."),
    "pause.paused": N_("{organisation} is paused already. Nothing was changed."),
    "pause.over": N_("{organisation} is proposed again already. Nothing was changed."),
    "profile.changed": N_("A colleague of yours has changed the profile meanwhile. Open it again, please."),
}
