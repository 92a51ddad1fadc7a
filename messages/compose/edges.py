"""Cards for what a platform did not show in time."""

from __future__ import annotations

from messages.card import Actions, Button, Card, Section, Style
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.edges import FormLate
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
