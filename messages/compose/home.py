"""The head of a person's own page."""

from __future__ import annotations

from messages.card import Actions, Button, Card, Section, Style
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.home import HomeTitle, Stranger


@composes(HomeTitle)
def compose_home_title(notice: HomeTitle, words: Words) -> Card:
    """Greet, and say how much is open."""
    if notice.items:
        text = words.count("One thing is waiting for you.", "{n} things are waiting for you.", notice.items)
    else:
        text = words.say("Nothing is waiting for you. When something is, you will find it here.")
    return Card(
        title=words.say("Matchpoint for {name}", name=notice.name), blocks=(Section(text),), locale=words.locale
    )


@composes(Stranger)
def compose_stranger(notice: Stranger, words: Words) -> Card:
    """Tell somebody unknown how to come in."""
    if notice.ready:
        text = words.say("Tell me who you work for; your cluster manager can then let you in.")
        button = Button(words.say("Join"), action="join.start", style=Style.PRIMARY)
    else:
        text = words.say(
            "Matchpoint is not set up in this workspace yet. A workspace admin or owner can do it in two minutes."
        )
        button = Button(words.say("Set up"), action="setup.start", style=Style.PRIMARY)
    return Card(
        title=words.say("Welcome to Matchpoint"), blocks=(Section(text), Actions((button,))), locale=words.locale
    )
