"""Words at the edges of a surface: where something had to be cut, and what closes a window."""

from __future__ import annotations

from messages.i18n import Words


def more_on_home(words: Words) -> str:
    """Say that a message had no room for everything."""
    return words.say("There is more than fits here. Your Matchpoint page shows the rest.")


def more_in_commands(words: Words) -> str:
    """Say that the person's own page had no room for everything."""
    return words.say(
        "There is more than fits here. /challenge mine, /answer mine and /matchpoint intros show the rest."
    )


def close(words: Words) -> str:
    """Name the button that closes a window."""
    return words.say("Close")


def nothing_to_choose(words: Words, label: str) -> str:
    """Say that a field has no options yet."""
    return words.say("{field}: there is nothing to choose yet.", field=label)


def answered_in_chat(words: Words) -> str:
    """Say where a private answer is, next to what was clicked where others read."""
    return words.say("I have answered you in our own chat.")


def group_chat(words: Words) -> str:
    """Name a group chat that has no name."""
    return words.say("Group chat")
