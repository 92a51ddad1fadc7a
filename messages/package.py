"""The words of the app as a shop shows it: what Matchpoint is, and what its commands and actions are for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from messages.compose.help import PURPOSES
from messages.i18n import N_, Words

#: Names of what stands in the menus of a platform, by the action behind it.
_MENU: Final[Mapping[str, str]] = {
    "challenge.new": N_("State a challenge"),
    "answer.from_message": N_("Answer with this message"),
}


def in_short(words: Words) -> str:
    """Say in one line what Matchpoint is."""
    return words.say("Challenges, answers and introductions between clean-tech clusters")


def at_length(words: Words) -> str:
    """Say what Matchpoint does, for somebody who decides whether to add it."""
    return words.say(
        "Buyers state challenges, small companies in every partner cluster answer them where they already talk, and "
        "cluster managers approve introductions with one click. Matchpoint keeps the deadlines, looks after the "
        "vouchers, and leaves nobody without an answer."
    )


def purpose(action: str, words: Words) -> str:
    """Say what a command is for."""
    if action in PURPOSES:
        return words.say(PURPOSES[action])
    return words.say("Make an answer of what you wrote here, or answer the challenge that it belongs to.")


def menu_entry(action: str, words: Words) -> str:
    """Name an action as it stands in a menu."""
    return words.say(_MENU[action])
