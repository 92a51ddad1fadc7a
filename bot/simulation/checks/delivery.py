"""Nothing is lost, and nothing comes twice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final

from bot.simulation.checks.base import Check
from bot.simulation.record import Acted, Arrived, Ended, Entry
from messages import compose
from messages.i18n import LOCALES, Words
from messages.notices.trouble import Trouble

#: What waits longer than this behind its time, with no end in sight, is lost.
_OVERDUE: Final = timedelta(days=14)
_FINAL: Final = frozenset({"sent", "cancelled", "dead"})
#: The delivery loop notes the type of an error that nobody foresaw.
_UNFORESEEN: Final = re.compile(r"[A-Z]\w*")
_POSTS: Final = frozenset({"card.post", "relay", "relay.unclear"})


@dataclass(slots=True)
class NothingLost(Check):
    """Whatever was to be sent was sent, cancelled for a reason, or refused and shown to a manager."""

    rule: ClassVar[str] = "nothing lost: sent, cancelled with a reason, or listed for a manager"
    arrived: set[str] = field(default_factory=set[str])
    dead: dict[str, Ended] = field(default_factory=dict[str, Ended])

    def see(self, entry: Entry) -> None:
        """Compare what the outbox says with what arrived."""
        if isinstance(entry, Arrived) and not entry.update:
            self.arrived.add(entry.key)
        elif isinstance(entry, Acted) and entry.action in ("undelivered.resend", "undelivered.drop") and entry.done:
            self.dead.pop(entry.value, None)
        elif isinstance(entry, Ended):
            self.cases += 1
            self._ended(entry)

    def _ended(self, row: Ended) -> None:
        if row.status == "sent" and row.kind in _POSTS and row.key not in self.arrived:
            self.broken(f"{row.key} is called sent and never arrived", row.at, "outbox")
        elif row.status == "cancelled" and not row.why and str(row.number) not in self.dead:
            self.broken(f"{row.key} was cancelled without a reason", row.at, "outbox")
        elif row.status == "dead":
            self.dead[str(row.number)] = row
        elif row.status not in _FINAL and _UNFORESEEN.fullmatch(row.why):
            self.broken(f"{row.key} fails again and again: {row.why}", row.at, "outbox")
        elif row.status not in _FINAL and row.due_at < row.at - _OVERDUE:
            self.broken(f"{row.key} has been {row.status} since {row.due_at:%Y-%m-%d %H:%M}", row.at, "outbox")

    def close(self, end: datetime) -> None:
        """Every refused message was shown to a manager, who could send it again or drop it."""
        for row in self.dead.values():
            self.broken(f"{row.key} was refused ({row.why}) and no manager could see it", end, "outbox")


@dataclass(slots=True)
class NothingTwice(Check):
    """No message is posted a second time in the same place."""

    rule: ClassVar[str] = "nothing twice: no key is posted a second time in one place"
    arrived: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def see(self, entry: Entry) -> None:
        """Look at the key of every message that was accepted."""
        if not isinstance(entry, Arrived) or entry.update:
            return
        self.cases += 1
        if (entry.to, entry.key) in self.arrived:
            self.broken(f"{entry.key} was posted again", entry.at, self.facts.people.get(entry.to, entry.to))
        self.arrived.add((entry.to, entry.key))


@dataclass(slots=True)
class NoTrouble(Check):
    """Whatever people press, they get an answer; nobody is told of an error that was not foreseen."""

    rule: ClassVar[str] = "no trouble: whatever was pressed was done or refused in plain words"
    titles: frozenset[str] = field(
        default_factory=lambda: frozenset(compose(Trouble(reference="0"), Words(one)).title for one in LOCALES)
    )

    def see(self, entry: Entry) -> None:
        """Look at what somebody was shown."""
        if not isinstance(entry, Acted):
            return
        self.cases += 1
        if entry.card is not None and entry.card.title and entry.card.title in self.titles:
            self.broken(f"{entry.action} {entry.value} ended in trouble", entry.at, entry.who)
