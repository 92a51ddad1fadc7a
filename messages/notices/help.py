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
    """The help of one command."""

    command: str
    lines: tuple[CommandLine, ...]


EXAMPLES = (
    Help(
        command="challenge",
        lines=(
            CommandLine("/challenge", "challenge.new", pressable=True),
            CommandLine("/challenge list", "challenge.list", pressable=True),
            CommandLine("/challenge show CH-12", "challenge.show"),
        ),
    ),
)
