"""What everybody can do about a card: look for a button, and press it."""

from __future__ import annotations

from bot.simulation.cast import Person
from bot.simulation.platform import Message
from bot.simulation.record import buttons_of
from bot.simulation.town import Town
from messages.card import Button, Card


def first(card: Card | None, *actions: str) -> Button | None:
    """Return the first button of a card with one of these actions."""
    return next((button for button in buttons_of(card) if button.action in actions), None)


def tell(town: Town, person: Person, button: Button | None, message: Message | None = None, **answers: str) -> None:
    """Press a button, and fill the form that it opens."""
    if button is None:
        return
    shown = town.press(person, button, message)
    if shown.form is not None:
        town.fill(person, shown.form, answers)
