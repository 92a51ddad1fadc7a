"""What listeners of every platform have in common: what fails, the card to show, and whom to ask about anew."""

from __future__ import annotations

import secrets
from typing import Final

import structlog

from domain.errors import Refusal
from handlers.commands import resolve
from handlers.ports import Rejected, Throttled, Unreachable, Unsure
from handlers.requests import Shown
from messages import compose
from messages.card import Actions, Button, Card
from messages.i18n import Words
from messages.notices.edges import PlatformSilent
from messages.notices.trouble import Refused, Trouble

_log: Final = structlog.get_logger("matchpoint.surfaces")
#: The value of a button has no more room on any surface.
_VALUE: Final = 2000


def trouble(listener: str, error: Exception) -> Shown:
    """Own up to the exception at hand: a reference to the person, the traceback to the log.

    That the platform does not say who somebody is, is foreseen: it is told as it is.
    """
    if isinstance(error, (Rejected, Throttled, Unreachable, Unsure)):
        _log.warning("not met", listener=listener, error=type(error).__name__, reason=str(error))
        return Shown(card=compose(PlatformSilent(), Words()), failed=True)
    reference = secrets.token_hex(4)
    _log.exception("trouble", listener=listener, reference=reference)
    return Shown(card=compose(Trouble(reference=reference), Words()), failed=True)


def needs_fresh_rights(action: str) -> bool:
    """Tell whether the platform must be asked again who the person is and what he or she may do in the workspace.

    Whoever was met before the workspace was let in becomes who he or she is elsewhere with the wish to join.
    """
    return action.startswith(("setup.", "join."))


def meaning(name: str, text: str) -> tuple[str, str]:
    """Return the action and value that a typed command means, as a button that asks for it again could carry them."""
    try:
        action, value = resolve(name, text)
    except Refusal:
        return "", ""
    return (action, value) if len(value) <= _VALUE else ("", "")


def looks_of(card: Card | None) -> tuple[Button, ...]:
    """Return the buttons of a refusal, for a form that keeps its place and has no room for a card."""
    if card is None:
        return ()
    return tuple(button for block in card.blocks if isinstance(block, Actions) for button in block.buttons)


def card_of(shown: Shown) -> Card | None:
    """Return the card to show; words about fields become one where there is no form to put them in."""
    if shown.card is not None or not shown.errors:
        return shown.card
    return compose(Refused(text="\n".join(shown.errors.values())), Words())
