"""The figures of a simulated programme, counted from what the platforms saw."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Final

from bot.simulation.checks.courtesy import NUDGES, REMINDERS, chains_in
from bot.simulation.checks.facts import Facts, found
from bot.simulation.platform import Platform
from bot.simulation.record import Acted, Arrived, Entry, buttons_of

_BUNDLED: Final = re.compile(r"bundled into .*")
_DIGESTS: Final = frozenset({"managers_digest", "smes_digest"})

Figure = str | int | float


@dataclass(slots=True)
class Figures:
    """Count while it happens."""

    facts: Facts
    published: dict[str, datetime] = field(default_factory=dict[str, datetime])
    counts: Counter[str] = field(default_factory=Counter[str])
    suppressed: Counter[str] = field(default_factory=Counter[str])
    weeks: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    digests: set[str] = field(default_factory=set[str])

    def see(self, entry: Entry) -> None:
        """Count an entry."""
        if isinstance(entry, Arrived):
            self._arrived(entry)
        elif isinstance(entry, Acted):
            self.counts["acts"] += 1
            self.counts["refused"] += not entry.done
            if entry.action == "screening.publish" and entry.done:
                self.published.setdefault(found("CH", entry.value), entry.at)
        else:
            self.counts["rows"] += 1
            if entry.kind in ("nudge", "digest") and entry.status == "cancelled":
                self.suppressed[_BUNDLED.sub("bundled", entry.why)] += 1

    def _arrived(self, entry: Arrived) -> None:
        if entry.kind == NUDGES and any(one.value in _DIGESTS for one in buttons_of(entry.card)):
            self.digests.add(entry.key)
        if entry.update:
            self.counts["updates"] += 1
            return
        self.counts["messages"] += 1
        if entry.kind in (NUDGES, REMINDERS):
            self.counts[entry.kind] += 1
            self.counts["things asked for"] += len(tuple(chains_in(entry)))
        if entry.to in self.facts.people:
            self.weeks[entry.to, f"{entry.at:%G-%V}"] += 1

    def of_programme(self, end: datetime) -> dict[str, Figure]:
        """Return what a programme owner asks for."""
        facts, introductions = self.facts, list(self.facts.introductions.values())
        made = [one for one in introductions if one.made_at is not None]
        approved = [one for one in introductions if one.approved]
        vouchers = list(facts.ledger.applications.values())
        answered = {one.organisation.number for one in facts.answers.values()}
        return {
            "challenges stated": len(facts.challenges),
            "challenges published": len(self.published),
            "answers submitted": len(facts.answers),
            "SMEs that answered": len(answered),
            "median hours to the first answer": _rounded(self._first_answers()),
            "answers without a verdict, closed": sum(
                one.settled_at is None and facts.challenges[one.challenge].closes_at() < end
                for one in facts.answers.values()
            ),
            "introductions begun": len(introductions),
            "introductions made": len(made),
            "across a border, of those made": _share(sum(one.sme.country != one.buyer.country for one in made), made),
            "accepted, of those asked": _share(len(made), approved),
            "vouchers applied for": sum(one.submitted_at is not None for one in vouchers),
            "vouchers approved": sum(one.approved_at is not None for one in vouchers),
            "vouchers paid": sum(one.paid for one in vouchers),
            "met, of those made": _share(sum(one.met_at is not None for one in made), made),
        }

    def of_messages(self) -> dict[str, Figure]:
        """Return how much people were written."""
        weeks = sorted(self.weeks.values())
        return {
            "messages posted": self.counts["messages"],
            "messages changed in place": self.counts["updates"],
            "nudges, bundled": self.counts[NUDGES],
            "reminders of deadlines": self.counts[REMINDERS],
            "things asked for in them": self.counts["things asked for"],
            "weekly digests": len(self.digests),
            **{f"not sent: {why}": number for why, number in self.suppressed.most_common()},
            "private messages a person and week, median": _rounded(weeks),
            "private messages a person and week, most": weeks[-1] if weeks else 0,
            "clicks, forms and commands": self.counts["acts"],
            "of these refused": self.counts["refused"],
        }

    def _first_answers(self) -> Sequence[float]:
        first: dict[str, datetime] = {}
        for one in self.facts.answers.values():
            first[one.challenge] = min(one.submitted_at, first.get(one.challenge, one.submitted_at))
        return [(at - self.published[key]).total_seconds() / 3600 for key, at in first.items() if key in self.published]


def of_mishaps(platforms: Iterable[Platform], end: datetime) -> dict[str, Figure]:
    """Return what went wrong on the platforms."""
    counts, outages = Counter[str](), 0
    for platform in platforms:
        counts += platform.counts
        outages += sum(begins < end for one in platform.workspaces.values() for begins, _ in one.outages)
    names = ("away", "throttled", "refused", "dropped", "accepted and dropped", "looked up")
    return {"outages of a workspace": outages, **{f"calls {name}": counts[name] for name in names}}


def _rounded(values: Sequence[float]) -> float:
    return round(median(values), 1) if values else 0.0


def _share(number: int, of: Sequence[object]) -> str:
    return f"{100 * number / len(of):.0f} %" if of else "-"
