"""Help for every command, from the command table itself."""

from __future__ import annotations

from handlers.commands import COMMANDS, Grammar
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages.notices.help import CommandLine, Help


@route("help.challenge", need=Need.ANYONE, writes=False)
def help_challenge(_work: Work, _ask: Ask) -> Reply:
    """Tell what /challenge can do."""
    return Reply(notice=_help(COMMANDS["challenge"]))


@route("help.answer", need=Need.ANYONE, writes=False)
def help_answer(_work: Work, _ask: Ask) -> Reply:
    """Tell what /answer can do."""
    return Reply(notice=_help(COMMANDS["answer"]))


@route("help.voucher", need=Need.ANYONE, writes=False)
def help_voucher(_work: Work, _ask: Ask) -> Reply:
    """Tell what /voucher can do."""
    return Reply(notice=_help(COMMANDS["voucher"]))


@route("help.matchpoint", need=Need.ANYONE, writes=False)
def help_matchpoint(_work: Work, _ask: Ask) -> Reply:
    """Tell what /matchpoint can do."""
    return Reply(notice=_help(COMMANDS["matchpoint"]))


def _help(grammar: Grammar) -> Help:
    lines = [CommandLine(f"/{grammar.name}", grammar.bare, pressable=True)]
    if grammar.free:
        lines.append(CommandLine(grammar.example, grammar.free))
    lines += [
        CommandLine(f"/{grammar.name} {verb.word} {verb.argument}".rstrip(), verb.action, pressable=not verb.argument)
        for verb in grammar.verbs
    ]
    return Help(grammar.name, tuple(lines), others=tuple(name for name in COMMANDS if name != grammar.name))
