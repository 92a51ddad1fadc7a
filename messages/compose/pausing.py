"""The cards about a pause, and what a profile says of it."""

from __future__ import annotations

from domain.introductions import IGNORED_MAX
from messages.card import Actions, Button, Card, Section, Style
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.pausing import Paused, Resumed
from messages.parts import sentence


def why_paused(pause: Paused, words: Words) -> str:
    """Say since when and why an SME is proposed to nobody."""
    day = words.date(pause.since)
    if pause.by:
        return words.say(
            "{person} paused suggestions of {name} on {day}: it is proposed to nobody.",
            person=pause.by,
            name=pause.name,
            day=day,
        )
    return words.say(
        "{name} left its last {n} introductions unanswered: since {day} it is proposed to nobody.",
        name=pause.name,
        n=IGNORED_MAX,
        day=day,
    )


def pause_button(organisation: str, words: Words) -> Button:
    """Return the button that pauses an SME, `OR-7`; empty means the person's own one."""
    return Button(words.say("Pause suggestions"), action="profile.pause", value=organisation)


def resume_button(organisation: str, words: Words) -> Button:
    """Return the button that ends a pause."""
    return Button(words.say("Propose us again"), action="profile.resume", value=organisation, style=Style.PRIMARY)


@composes(Paused)
def compose_paused(notice: Paused, words: Words) -> Card:
    """Tell an SME's people that it is paused, and ask whether to go on where they did not want it so themselves."""
    why = why_paused(notice, words)
    what = words.say("You can still answer challenges yourselves.")
    if not notice.by:
        what = " ".join((what, words.say("Shall I propose you again?")))
    return Card(
        title=words.say("{name}: suggestions are paused", name=notice.name),
        blocks=(Section(f"{why}\n{what}"), Actions((resume_button(notice.id, words),))),
        summary=why,
        locale=words.locale,
    )


@composes(Resumed)
def compose_resumed(notice: Resumed, words: Words) -> Card:
    """Say that a pause is over."""
    return sentence(
        words.say(
            "The pause is over: where a challenge fits, the cluster managers see {name} again.", name=notice.name
        ),
        words,
    )
