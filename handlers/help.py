"""Help for every command, from the command table itself."""

from __future__ import annotations

from handlers.commands import COMMANDS, Grammar
from handlers.guests.scope import GUEST_ACTIONS
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages.notices.help import CommandLine, Help


@route("help.challenge", need=Need.ANYONE, writes=False)
def help_challenge(work: Work, _ask: Ask) -> Reply:
    """Tell what /challenge can do."""
    return Reply(notice=_help(work, COMMANDS["challenge"]))


@route("help.answer", need=Need.ANYONE, writes=False)
def help_answer(work: Work, _ask: Ask) -> Reply:
    """Tell what /answer can do."""
    return Reply(notice=_help(work, COMMANDS["answer"]))


@route("help.voucher", need=Need.ANYONE, writes=False)
def help_voucher(work: Work, _ask: Ask) -> Reply:
    """Tell what /voucher can do."""
    return Reply(notice=_help(work, COMMANDS["voucher"]))


@route("help.matchpoint", need=Need.ANYONE, writes=False)
def help_matchpoint(work: Work, _ask: Ask) -> Reply:
    """Tell what /matchpoint can do."""
    return Reply(notice=_help(work, COMMANDS["matchpoint"]))


def _help(work: Work, grammar: Grammar) -> Help:
    """Tell what a command can do for who asks: a guest reads of nothing that would be refused."""
    lines = [CommandLine(f"/{grammar.name}", grammar.bare, pressable=True)]
    if grammar.free:
        lines.append(CommandLine(grammar.example, grammar.free))
    lines += [
        CommandLine(f"/{grammar.name} {verb.word} {verb.argument}".rstrip(), verb.action, pressable=not verb.argument)
        for verb in grammar.verbs
    ]
    others = [name for name in COMMANDS if name != grammar.name]
    if work.actor is not None and work.actor.guest is not None:
        lines = [line for line in lines if line.action in GUEST_ACTIONS]
        others = [name for name in others if f"help.{name}" in GUEST_ACTIONS]
    return Help(grammar.name, tuple(lines), others=tuple(others))
