"""Cards for what could not be done."""

from __future__ import annotations

from messages.card import Card, Note, Section
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.trouble import Refused, Trouble


@composes(Refused)
def compose_refused(notice: Refused, words: Words) -> Card:
    """Say why not."""
    return Card(title="", blocks=(Section(notice.text),), summary=notice.text, locale=words.locale)


@composes(Trouble)
def compose_trouble(notice: Trouble, words: Words) -> Card:
    """Own up to a failure of ours, with the reference under which it is found."""
    return Card(
        title=words.say("Something went wrong on our side"),
        blocks=(
            Section(words.say("Nothing was changed. Please try again in a moment.")),
            Note(
                words.say(
                    "If it happens again, tell your cluster manager this reference: {reference}",
                    reference=notice.reference,
                )
            ),
        ),
        locale=words.locale,
    )
