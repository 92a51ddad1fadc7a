"""What the checks share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.simulation.checks.facts import Facts
from bot.simulation.record import Entry


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken promise: what, when, and whom it concerns, as role and number."""

    rule: str
    what: str
    when: datetime
    who: str

    def __str__(self) -> str:
        return f"{self.when:%Y-%m-%d %H:%M:%S} UTC, {self.who}: {self.what}"


@dataclass(slots=True)
class Check:
    """One rule. `cases` counts how often it was asked; `rule` says it in a sentence."""

    facts: Facts
    cases: int = 0
    violations: list[Violation] = field(default_factory=list[Violation])
    rule: ClassVar[str] = ""

    def see(self, entry: Entry) -> None:
        """Take in what a platform saw. The facts have taken it in already."""

    def close(self, end: datetime) -> None:
        """Judge what can only be judged at the end."""

    def broken(self, what: str, when: datetime, who: object) -> None:
        """Note that the rule was broken."""
        self.violations.append(Violation(self.rule, what, when, str(who)))
