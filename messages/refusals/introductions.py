"""Refusals around suggestions, introductions, consents and meetings."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "suggestion.unknown": N_("I do not know this suggestion. The newest card of the challenge shows what is proposed."),
    "suggestion.outdated": N_("This card has been updated, look at the newest. Nothing was changed."),
    "suggestion.decided": N_("Already decided by {by}. Nothing was changed."),
    "suggestion.not_yours": N_("Only managers of the clusters concerned decide about suggestions."),
    "suggestion.own": N_(
        "You belong to one of the two organisations, so another manager of your cluster has to decide this."
    ),
    "suggestion.capacity": N_(
        "{name} has as many open introductions as it wants. Decide again when one of them is closed."
    ),
    "suggestion.excluded": N_(
        "{name} cannot be introduced to this buyer: one of them does not want it, both belong to one group or were "
        "introduced lately, or {name} has paused introductions or is outside the countries sought. Nothing was changed."
    ),
    "suggestion.over": N_("{challenge} is over: nobody is proposed for it any more."),
    "introduction.unknown": N_("I know no introduction {id} of yours. /matchpoint intros lists them."),
    "introduction.not_yours": N_("Only a manager of the cluster that is asked decides here."),
    "introduction.own": N_(
        "You belong to one of the two organisations, so another manager of your cluster has to decide this."
    ),
    "introduction.approved": N_("Already approved by {by}. Nothing was changed."),
    "introduction.decided": N_("{id} is decided already, somebody was faster. Nothing was changed."),
    "introduction.not_now": N_("This is not open any more. /matchpoint intros shows how things stand."),
    "consent.not_yours": N_("Only the people of the organisation that is asked can answer this."),
    "consent.answered": N_("Already answered by {by}. Nothing was changed."),
    "consent.over": N_("This introduction does not go ahead any more. Nothing was changed."),
    "meeting.not_yours": N_("Only the people who were introduced, and their managers, can say how it went."),
    "meeting.over": N_("{id} is closed already. Nothing was changed."),
    "meeting.met": N_("It is noted already that you have met. Thank you!"),
    "meeting.parties_only": N_("Only the people of the two sides agree on a meeting for {id}."),
    "meeting.own_proposal": N_(
        "Your side proposed this time, so the other side answers. You can propose another one, or say no to withdraw "
        "it."
    ),
    "meeting.changed": N_(
        "The meeting of {id} has changed since. Nothing was done; /matchpoint intros {id} shows how it stands."
    ),
    "conversation.ordinary": N_(
        "The conversation of {id} is an ordinary group of your workspace: nothing is passed on. Leave it there."
    ),
    "conversation.closed": N_("The conversation of {id} is closed. Nothing was changed; a manager can open it again."),
    "conversation.open": N_("The conversation of {id} is open already. Nothing was changed."),
    "conversation.left": N_(
        "You have left the conversation of {id}. Come back first, with the button on its first card."
    ),
    "conversation.there": N_("You take part in the conversation of {id} already. Nothing was changed."),
    "conversation.changed": N_("Somebody was faster, and the conversation of {id} has changed. Please try again."),
    "conversation.no_message": N_("There is no such message in a conversation of yours."),
    "conversation.forgotten": N_("The original is not kept any more. Its author still has it in his or her own chat."),
    "conversation.alone": N_("Nobody on the other side of {id} can read it at the moment. Nothing was passed on."),
    "conversation.empty": N_("Please write a message."),
    "outcome.unknown": N_("Please choose what came of it."),
    "suggestion.reason": N_("Please choose a reason."),
}
