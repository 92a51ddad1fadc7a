"""The card about somebody who has left."""

from __future__ import annotations

from messages.card import Card, Section
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.leaving import HasLeft


@composes(HasLeft)
def compose_has_left(notice: HasLeft, words: Words) -> Card:
    """Tell managers who has left, and who can be asked instead."""
    text = words.say(
        "The account of {person} was switched off. I write to nobody through it any more.", person=notice.person
    )
    if notice.colleagues:
        others = words.listed(list(notice.colleagues))
        text += "\n" + words.say(
            "Still there for {organisation}: {others}.", organisation=notice.organisation, others=others
        )
    elif notice.organisation:
        text += "\n" + words.say(
            "Nobody else of {organisation} is here. Ask them who takes over, and let that person join with "
            "/matchpoint join.",
            organisation=notice.organisation,
        )
    title = words.say("{person} has left", person=notice.person)
    return Card(title=title, blocks=(Section(text),), locale=words.locale)
