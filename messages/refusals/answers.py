"""Refusals around answers and questions."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "answer.unknown": N_("There is no {id} that you can see. /answer mine shows your own answers."),
    "answer.which": N_("Say which challenge, and what you offer: {example}"),
    "answer.which_own": N_("Say which of your answers, such as: {example}. /answer mine lists them."),
    "answer.thread_unknown": N_("This message is not a reply in the thread of a challenge. You can type: {example}"),
    "answer.smes_answer": N_(
        "Only people whom a cluster manager has let in for a smaller company can answer "
        "challenges. To ask for that, use /matchpoint join."
    ),
    "answer.own_challenge": N_("{id} is your own organisation's challenge; others answer it."),
    "answer.too_late": N_(
        "{id} takes no answers any more: the last day was {deadline_on}. /challenge list shows others."
    ),
    "answer.not_open": N_("{id} takes no answers any more. /challenge list shows others."),
    "answer.not_yet": N_("{id} is not published yet, so it takes no answers."),
    "answer.text.empty": N_("Say in a few words what you offer."),
    "answer.kind.unknown": N_("Choose what you offer."),
    "answer.link.invalid": N_("I cannot read “{link}” as a link. Write it such as {example}."),
    "answer.links.too_many": N_("These are {count} links and {limit} is the most."),
    "answer.changed": N_("{id} was changed a moment ago, by you or a colleague. Nothing was done; look at it again."),
    "answer.buyer_decides": N_("Only people from the buyer's organisation can decide about {id}."),
    "answer.reason.choose": N_("Choose a reason: nobody gets a no without one."),
    "answer.reason.say": N_("Say the other reason in a few words; its author reads it."),
    "answer.now.draft": N_("{id} is still a draft."),
    "answer.now.submitted": N_("{id} is submitted already. /answer edit {id} changes it."),
    "answer.now.shortlisted": N_("{id} is on the buyer's shortlist already. Nothing was changed."),
    "answer.now.declined": N_("{id} was declined. Nothing was changed."),
    "answer.now.introduced": N_("{id} has led to an introduction already. Nothing was changed."),
    "answer.now.withdrawn": N_("{id} was discarded or withdrawn. Nothing was changed."),
    "question.empty": N_("Write at least a few words."),
    "question.too_long": N_(
        "A question has {limit} characters at most, and this draft has {length}. Ask in fewer words, or complete it."
    ),
    "question.unknown": N_("There is no such question for you. /matchpoint shows what waits for you."),
    "question.replied": N_("Somebody has replied to this question about {id} already. Nothing was changed."),
}
