"""The mark on a message that may have arrived before."""

from __future__ import annotations

from dataclasses import replace

from messages.card import Card, Note
from messages.i18n import Words


def mark_as_repeat(card: Card) -> Card:
    """Say on a card, in its own language, that its reader may have it already."""
    text = Words(card.locale).say("This may be a repeat: the chat platform could not say whether it had arrived.")
    return replace(card, blocks=(Note(text), *card.blocks))
