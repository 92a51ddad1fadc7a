"""Money and its deadlines: no budget is exceeded, and nobody is reminded of what has ended."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from bot.simulation.checks.base import Check
from bot.simulation.checks.courtesy import REMINDERS, chains_in
from bot.simulation.checks.facts import is_person
from bot.simulation.record import Acted, Arrived, Entry

_KINDS: Final = ("cutoff", "activity", "claim", "report")
#: What was begun in time may arrive a little later.
_GRACE: Final = timedelta(minutes=2)


class Budgets(Check):
    """What is approved in a call and stands never comes to more than its budget."""

    rule: ClassVar[str] = "no more is approved in a call for vouchers than its budget"

    def see(self, entry: Entry) -> None:
        """Add up a call's vouchers with every approval."""
        if not isinstance(entry, Acted) or entry.action != "voucher.approve" or not entry.done:
            return
        ledger = self.facts.ledger
        one = next((one for one in ledger.applications.values() if one.approved_at == entry.at), None)
        if one is None or one.call not in ledger.budgets:
            return
        self.cases += 1
        total = sum(other.taken(entry.at) for other in ledger.of_call(one.call))
        if total > ledger.budgets[one.call]:
            self.broken(f"{one.id} makes {total} of {ledger.budgets[one.call]} in {one.call}", entry.at, entry.who)


class NotAfterEnd(Check):
    """Whoever withdrew, threw away, was rejected or has reported is not reminded of it."""

    rule: ClassVar[str] = "no reminder about an application for a voucher that has ended, nor to finish a submitted one"

    def see(self, entry: Entry) -> None:
        """Ask of every application that a reminder names whether it goes on."""
        person = is_person(self.facts, entry)
        if person is None or not isinstance(entry, Arrived) or entry.kind != REMINDERS:
            return
        for chain in chains_in(entry):
            kind, _, subject = chain.partition(":")
            one = self.facts.ledger.applications.get(subject)
            if kind not in _KINDS or one is None:
                continue
            self.cases += 1
            over = [one.ended_at, one.submitted_at if kind == "cutoff" else None]
            since = min((at for at in over if at is not None), default=None)
            if since is not None and since + _GRACE < entry.at:
                self.broken(f"{chain} was over at {since:%Y-%m-%d %H:%M} already", entry.at, person)
