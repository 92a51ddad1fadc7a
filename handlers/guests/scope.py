"""What a guest may do: read the challenges of the invitation, answer them, and talk where he or she was introduced."""

from __future__ import annotations

from typing import Final

#: Everything that a guest may reach; whatever is not named here is refused before its handler is asked.
GUEST_ACTIONS: Final[frozenset[str]] = frozenset(
    {
        "home.show",
        "help.challenge",
        "help.answer",
        "help.matchpoint",
        "settings.edit",
        "settings.save",
        "first_use.read",
        "challenge.list",
        "challenge.show",
        "challenge.untranslated",
        "answer.choose",
        "answer.write",
        "answer.start",
        "answer.edit",
        "answer.save",
        "answer.submit",
        "answer.discard",
        "answer.withdraw",
        "answer.mine",
        "answer.show",
        "answer.untranslated",
        "answer.question",
        "question.start",
        "question.start.send",
        "question.reply",
        "question.reply.send",
        "consent.give",
        "consent.refuse",
        "consent.refuse_save",
        "introduction.list",
        "introduction.show",
        "meeting.agree",
        "meeting.propose",
        "meeting.accept",
        "meeting.decline",
        "meeting.call_off",
        "meeting.met",
        "meeting.not_yet",
        "meeting.outcome",
        "meeting.outcome_save",
        "conversation.leave",
        "conversation.back",
        "conversation.write",
        "conversation.send",
        "conversation.untranslated",
        "nudge.snooze",
        "nudge.snooze_save",
        "nudge.stop",
        "nudge.opt_out",
    }
)

#: The parts of Home that a guest sees, by the names of their functions.
GUEST_PARTS: Final[frozenset[str]] = frozenset(
    {"show_standing", "list_invited", "list_smes_todos", "consents_waiting", "introductions_to_follow_up"}
)

#: The living cards that are sent to a guest; everything else waits for people who are in a workspace.
GUEST_CARDS: Final[frozenset[str]] = frozenset(
    {"verdict", "question", "reply", "meeting", "consent", "introduced", "conversation", "draft", "ended"}
)
