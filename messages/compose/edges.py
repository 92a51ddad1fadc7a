"""Cards for when a platform was too slow, or silent."""

from __future__ import annotations

from messages.card import Actions, Button, Card, Section, Style
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.edges import FormLate, PlatformSilent
from messages.parts import sentence


@composes(FormLate)
def compose_form_late(notice: FormLate, words: Words) -> Card:
    """Offer to open the form again."""
    if not notice.action:
        text = words.say("The form did not open in time. Nothing is lost: please type the command once more.")
        return sentence(text, words)
    text = words.say("The form did not open in time. Nothing is lost: press the button and it opens.")
    button = Button(words.say("Open the form"), action=notice.action, value=notice.value, style=Style.PRIMARY)
    return Card(title="", blocks=(Section(text), Actions((button,))), summary=text, locale=words.locale)


@composes(PlatformSilent)
def compose_platform_silent(_notice: PlatformSilent, words: Words) -> Card:
    """Ask for patience: nothing is done for somebody who is not known."""
    return sentence(
        words.say(
            "The chat does not tell me at the moment who you are. Nothing was changed: please try again in a minute."
        ),
        words,
    )
