"""The help of every command: one line for each thing that can be typed."""

from __future__ import annotations

from typing import Final

from messages.card import Actions, Button, Card, Note, Section
from messages.compose.registry import composes
from messages.i18n import N_, Words
from messages.notices.help import Help

#: What each action does, for people. A test holds this table and the command table together.
PURPOSES: Final[dict[str, str]] = {
    "challenge.new": N_("State a challenge in a form."),
    "challenge.title": N_("Begin a challenge with its title and complete it later."),
    "challenge.list": N_("See the open challenges."),
    "challenge.mine": N_("See your own challenges and where they stand."),
    "challenge.show": N_("Read a challenge."),
    "challenge.answers": N_("Read the answers to your challenge."),
    "challenge.edit": N_("Change a challenge or extend its deadline."),
    "challenge.close": N_("Close a challenge before its deadline."),
    "challenge.withdraw": N_("Withdraw a challenge."),
    "answer.choose": N_("Choose a challenge to answer."),
    "answer.write": N_("Answer a challenge, in a form or with the text at once."),
    "answer.mine": N_("See your answers and where they stand."),
    "answer.show": N_("Read one of your answers."),
    "answer.edit": N_("Complete or change an answer."),
    "answer.withdraw": N_("Withdraw an answer."),
    "voucher.list": N_("See your vouchers, what you may apply for, and why not for the rest."),
    "voucher.apply": N_("Apply for a voucher."),
    "voucher.status": N_("Read an application and see its next step."),
    "voucher.edit": N_("Change an application, or the dates of one that is approved."),
    "voucher.withdraw": N_("Withdraw an application."),
    "voucher.claim": N_("Claim your money with receipts."),
    "voucher.report": N_("Write the final report."),
    "voucher.declare": N_("Declare the de minimis aid that your firm was granted."),
    "scheme.list": N_("As a manager: schemes and calls, with their budgets."),
    "voucher.board": N_("As a manager: what is granted, spent and free, and the files for your funder."),
    "home.show": N_("See what is waiting for you."),
    "setup.start": N_("Set Matchpoint up in this workspace."),
    "join.start": N_("Tell me who you work for."),
    "guest.invite": N_("As a manager: invite somebody of a company who is in no workspace, by a personal link."),
    "profile.edit": N_("Describe what your organisation can do and what it is looking for."),
    "introduction.list": N_("See your introductions and their next step."),
    "conversation.leave": N_("Leave the conversation of an introduction."),
    "cluster.show": N_("See your cluster, its channels and its managers."),
    "nudges.show": N_("As a manager: see and change who is reminded of what, and when."),
    "settings.edit": N_("Choose your language, time zone and quiet hours."),
    "calendar.show": N_("Have your deadlines and meetings in your own calendar."),
    "link.start": N_("Link your accounts in several workspaces, or see which are linked."),
    "help.challenge": N_("Show this help."),
    "help.answer": N_("Show this help."),
    "help.matchpoint": N_("Show this help."),
    "help.voucher": N_("Show this help."),
}

_SHOWN: Final = 5

_LABELS: Final[dict[str, str]] = {
    "challenge.new": N_("State a challenge"),
    "challenge.list": N_("Open challenges"),
    "challenge.mine": N_("My challenges"),
    "answer.choose": N_("Answer a challenge"),
    "answer.mine": N_("My answers"),
    "home.show": N_("My page"),
    "voucher.list": N_("My vouchers"),
    "voucher.apply": N_("Apply"),
    "voucher.declare": N_("De minimis aid"),
    "scheme.list": N_("Schemes and calls"),
    "voucher.board": N_("Board"),
    "join.start": N_("Join"),
    "profile.edit": N_("My organisation's profile"),
    "introduction.list": N_("My introductions"),
    "cluster.show": N_("My cluster"),
    "nudges.show": N_("Reminders"),
    "settings.edit": N_("My settings"),
    "calendar.show": N_("My calendar"),
    "link.start": N_("My accounts"),
}


@composes(Help)
def compose_help(notice: Help, words: Words) -> Card:
    """List what can be typed; what needs no further words has a button too."""
    lines = "\n".join(f"{line.typed}  ·  {words.say(PURPOSES[line.action])}" for line in notice.lines)
    pressable = [line.action for line in notice.lines if line.pressable and line.action in _LABELS]
    buttons = [Button(words.say(_LABELS[action]), action=action) for action in pressable]
    buttons += [
        Button(words.say("Help with /{command}", command=other), action=f"help.{other}") for other in notice.others
    ]
    rows = (Actions(tuple(buttons[at : at + _SHOWN])) for at in range(0, len(buttons), _SHOWN))
    blocks = [Section(lines), *rows]
    note = Note(words.say("Ids may be typed in any case, with or without the dash. In a thread, simply reply."))
    return Card(
        title=words.say("What you can do with /{command}", command=notice.command),
        blocks=(*blocks, note),
        locale=words.locale,
    )
