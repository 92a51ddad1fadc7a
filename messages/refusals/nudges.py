"""Refusals around nudges."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "nudge.unknown": N_("I do not know this reminder any more. /matchpoint shows what waits for you."),
    "nudge.snooze.ends": N_("{id} ends on {day}: a later reminder would come too late. Please look at it now."),
    "nudge.snooze.too_late": N_("{id} ends before that. Choose {day} or an earlier day."),
    "nudge.snooze.date": N_("Choose a day, such as {example}."),
    "nudge.offsets.unreadable": N_("“{typed}” is no list of days. Write whole numbers, such as {example}."),
    "nudge.offsets.invalid": N_("Write each number once, from 0 to {most}."),
    "nudge.offsets.many": N_("Write at most {most} numbers: more reminders are not polite."),
    "nudge.offsets.lapse": N_("Write numbers of working days below {days}: then the introduction ends."),
    "nudge.offsets.lapse_days": N_("Write one number from 1 to {most}."),
    "nudges.managers": N_(
        "Only cluster managers see what is planned. /matchpoint settings is where you choose your own."
    ),
    "nudges.not_yours": N_("You manage another cluster. /matchpoint nudges shows your own."),
    "nudges.kind": N_("I do not know “{typed}”. /matchpoint nudges lists the kinds of reminders."),
}
