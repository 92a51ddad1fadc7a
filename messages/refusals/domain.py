"""The words for what the rules themselves refuse."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "id.unknown": N_("I cannot find that. Type the id shown on the card, such as {example}."),
    "text.too_long": N_("This text has {length} characters and {limit} is the most. Please shorten it."),
    "country.unknown": N_(
        "I do not know the country “{country}”. Write its name, or its two letters, such as {example}."
    ),
    # Lifecycles: somebody was faster, or the card is an old one.
    "challenge.not_now": N_("That is no longer possible for this challenge. Nothing was changed; the card shows why."),
    "answer.not_now": N_("That is no longer possible for this answer. Nothing was changed; the card shows why."),
    "suggestion.not_now": N_(
        "Somebody was faster with this suggestion. Nothing was changed; the card shows the latest."
    ),
    "outcome.not_now": N_("Somebody was faster with this outcome. Nothing was changed."),
    "membership.not_now": N_("Somebody else has already dealt with this membership. Nothing was changed."),
    "cluster.not_now": N_("That is no longer possible for this cluster. Nothing was changed."),
    "nudge.not_now": N_("This reminder was dealt with already."),
    "meeting.not_now": N_(
        "That is no longer possible for this meeting. Nothing was changed; the newest message about it shows how it "
        "stands."
    ),
    # When a meeting is to be.
    "meeting.time.invalid": N_("I cannot read the time “{value}”. Write it such as {example}."),
    "meeting.minutes.unknown": N_("Please choose how long the meeting lasts."),
    "meeting.past": N_("That time has passed already. Choose a later one."),
    "meeting.too_far": N_("A meeting can be agreed on {days} days ahead at most. Choose an earlier date."),
    # The form of a challenge.
    "challenge.title.empty": N_("Give the challenge a title, such as “Sensors for drinking water”."),
    "challenge.title.too_long": N_(
        "The title has {length} characters and {limit} is the most. Put the details into the background."
    ),
    "challenge.background.too_long": N_(
        "The background has {length} characters and {limit} is the most. Please shorten it."
    ),
    "challenge.problem.empty": N_("Say what the problem is, in two or three sentences."),
    "challenge.problem.too_long": N_("The problem has {length} characters and {limit} is the most. Please shorten it."),
    "challenge.must_haves.none": N_("Name at least one thing that a solution cannot do without. One per line."),
    "challenge.must_haves.too_many": N_(
        "These are {count} must-haves and {limit} is the most. Keep those that decide, and make the others criteria."
    ),
    "challenge.must_haves.too_long": N_(
        "One must-have has {length} characters and {limit} is the most. Shorten it, or split it into two lines."
    ),
    "challenge.criteria.too_many": N_(
        "These are {count} criteria and {limit} is the most. Keep those with the most weight."
    ),
    "challenge.criteria.too_long": N_(
        "One criterion has {length} characters and {limit} is the most. Please shorten it."
    ),
    "challenge.weights.sum": N_(
        "The weights add up to {total}. Give each criterion at least 1 and make them add up to 100."
    ),
    "challenge.trl.range": N_("Choose a readiness level from {lowest} to {highest}, or leave the field empty."),
    "challenge.budget.too_long": N_(
        "The budget has {length} characters and {limit} is the most. A band is enough, such as “€50,000 to €100,000”."
    ),
    "challenge.ip_terms.too_long": N_(
        "The terms on rights have {length} characters and {limit} is the most. Please shorten them."
    ),
    "challenge.countries.unknown": N_(
        "I do not know the country “{country}”. Use two letters each, such as DK, NL, DE."
    ),
    "challenge.countries.too_many": N_(
        "These are {count} countries and {limit} is the most. Leave the field empty to ask in all of them."
    ),
    "challenge.zone.unknown": N_("I do not know the time zone “{zone}”. Use one such as Europe/Copenhagen."),
    "challenge.deadline.none": N_("Give a deadline; answers are taken until the end of that day."),
    "challenge.deadline.past": N_("{deadline_on} is past. Choose today, {today}, or a later day."),
    "challenge.deadline.too_far": N_(
        "That is more than {years} years ahead. Look at the year, or choose a nearer deadline."
    ),
    "challenge.reason.empty": N_("Give a reason: those concerned will read it."),
    "challenge.reason.too_long": N_("The reason has {length} characters and {limit} is the most. Please shorten it."),
    # Organisations, profiles and people.
    "organisation.website.invalid": N_("I cannot read this as a web address. Write it such as {example}."),
    "profile.item.too_long": N_("One line has {length} characters and {limit} is the most. Please shorten it."),
    "profile.items.too_many": N_("These are {count} lines and {limit} is the most. Keep those that matter most."),
    "person.email.invalid": N_("I cannot read this as an e-mail address. Write it such as {example}."),
    "person.zone.unknown": N_("I do not know the time zone “{zone}”. Use one such as {example}."),
    "person.quiet_hours.no_time": N_(
        "These hours leave no time between 9:00 and 17:00. To hear nothing at all, pause all reminders."
    ),
    "person.quiet_hours.invalid": N_(
        "I cannot read these hours. Write them such as {example}, or leave the field empty."
    ),
    "person.snooze.past": N_("{until} is not in the future. Choose tomorrow or a later day."),
    "person.snooze.too_far": N_(
        "That is too far away; {days} days is the most. To hear nothing at all, pause all reminders in your settings."
    ),
}
