"""What a programme promises, each rule checked on what the platforms saw."""

from __future__ import annotations

from collections.abc import Sequence

from bot.simulation.cast import Cast
from bot.simulation.checks.base import Check, Violation
from bot.simulation.checks.courtesy import Caps, NotAfterSettled, WorkingHours
from bot.simulation.checks.delivery import NothingLost, NothingTwice, NoTrouble
from bot.simulation.checks.facts import Facts
from bot.simulation.checks.promises import Capacity, NobodyUnanswered, PairsApart
from bot.simulation.checks.secrecy import Secrecy
from bot.simulation.checks.vouchers import Budgets, NotAfterEnd

__all__ = ["Check", "Facts", "Violation", "all_checks"]


def all_checks(cast: Cast) -> tuple[Facts, Sequence[Check]]:
    """Make every check, and the facts that they share; show entries to the facts first."""
    facts = Facts(cast)
    return facts, (
        NothingLost(facts),
        NothingTwice(facts),
        WorkingHours(facts),
        Caps(facts),
        NotAfterSettled(facts),
        NobodyUnanswered(facts),
        Secrecy(facts),
        Capacity(facts),
        PairsApart(facts),
        Budgets(facts),
        NotAfterEnd(facts),
        NoTrouble(facts),
    )
