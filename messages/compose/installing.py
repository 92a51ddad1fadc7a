"""The card with which Matchpoint introduces itself."""

from __future__ import annotations

from messages.card import Actions, Button, Card, Section, Style
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.installing import Greeting


@composes(Greeting)
def compose_greeting(notice: Greeting, words: Words) -> Card:
    """Say what Matchpoint is for, and what to do next."""
    title = words.say("Hello, I am Matchpoint")
    text = words.say(
        "I bring challenges of large buyers together with small companies that can solve them, "
        "across clusters and countries."
    )
    if notice.cluster:
        after = words.say("I work here for {cluster}.", cluster=notice.cluster)
        buttons = (
            Button(words.say("Tell me who you work for"), action="join.start", style=Style.PRIMARY),
            Button(words.say("What I can do"), action="help.matchpoint"),
        )
    else:
        after = words.say("I am not set up here yet. Somebody who manages this workspace can do that in two minutes.")
        buttons = (
            Button(words.say("Set Matchpoint up"), action="setup.start", style=Style.PRIMARY),
            Button(words.say("What I can do"), action="help.matchpoint"),
        )
    return Card(
        title=title, blocks=(Section(text), Section(after), Actions(buttons)), summary=title, locale=words.locale
    )
