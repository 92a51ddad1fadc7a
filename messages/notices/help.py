"""What is told when somebody asks how it works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One line of help: what is typed, the action it means, and whether a button can do it at once."""

    typed: str
    action: str
    pressable: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """The help of one command; `others` are the commands that have a help of their own."""

    command: str
    lines: tuple[CommandLine, ...]
    others: tuple[str, ...] = ()


EXAMPLES = (
    Help(
        command="challenge",
        lines=(
            CommandLine("/challenge", "challenge.new", pressable=True),
            CommandLine("/challenge Sensors for E. coli", "challenge.title"),
            CommandLine("/challenge list", "challenge.list", pressable=True),
            CommandLine("/challenge mine", "challenge.mine", pressable=True),
            CommandLine("/challenge show CH-12", "challenge.show"),
            CommandLine("/challenge answers CH-12", "challenge.answers"),
            CommandLine("/challenge edit CH-12", "challenge.edit"),
            CommandLine("/challenge close CH-12", "challenge.close"),
            CommandLine("/challenge withdraw CH-12", "challenge.withdraw"),
            CommandLine("/challenge help", "help.challenge", pressable=True),
        ),
        others=("answer", "voucher", "matchpoint"),
    ),
    Help(
        command="answer",
        lines=(
            CommandLine("/answer", "answer.choose", pressable=True),
            CommandLine("/answer CH-12 We can do that", "answer.write"),
            CommandLine("/answer mine", "answer.mine", pressable=True),
            CommandLine("/answer show AN-7", "answer.show"),
            CommandLine("/answer edit AN-7", "answer.edit"),
            CommandLine("/answer withdraw AN-7", "answer.withdraw"),
            CommandLine("/answer help", "help.answer", pressable=True),
        ),
        others=("challenge", "voucher", "matchpoint"),
    ),
    Help(
        command="voucher",
        lines=(
            CommandLine("/voucher", "voucher.list", pressable=True),
            CommandLine("/voucher apply CA-3", "voucher.apply"),
            CommandLine("/voucher status VO-5", "voucher.status"),
            CommandLine("/voucher edit VO-5", "voucher.edit"),
            CommandLine("/voucher withdraw VO-5", "voucher.withdraw"),
            CommandLine("/voucher claim VO-5", "voucher.claim"),
            CommandLine("/voucher report VO-5", "voucher.report"),
            CommandLine("/voucher declare", "voucher.declare", pressable=True),
            CommandLine("/voucher schemes", "scheme.list", pressable=True),
            CommandLine("/voucher board", "voucher.board", pressable=True),
            CommandLine("/voucher help", "help.voucher", pressable=True),
        ),
        others=("challenge", "answer", "matchpoint"),
    ),
    Help(
        command="matchpoint",
        lines=(
            CommandLine("/matchpoint", "home.show", pressable=True),
            CommandLine("/matchpoint setup", "setup.start", pressable=True),
            CommandLine("/matchpoint join", "join.start", pressable=True),
            CommandLine("/matchpoint invite EMAIL", "guest.invite"),
            CommandLine("/matchpoint profile", "profile.edit", pressable=True),
            CommandLine("/matchpoint intros", "introduction.list", pressable=True),
            CommandLine("/matchpoint leave IN-34", "conversation.leave"),
            CommandLine("/matchpoint cluster", "cluster.show", pressable=True),
            CommandLine("/matchpoint nudges", "nudges.show", pressable=True),
            CommandLine("/matchpoint settings", "settings.edit", pressable=True),
            CommandLine("/matchpoint calendar", "calendar.show", pressable=True),
            CommandLine("/matchpoint link", "link.start", pressable=True),
            CommandLine("/matchpoint help", "help.matchpoint", pressable=True),
        ),
        others=("challenge", "answer", "voucher"),
    ),
)
