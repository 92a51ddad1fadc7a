"""What can be known of vouchers from the outside: calls with their budgets, applications, and what became of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from bot.simulation.cast import Organisation
from bot.simulation.record import Acted, buttons_of, text_of
from domain.schemes import CLAIM_DAYS

_ID: Final = {kind: re.compile(rf"\b{kind}-\d+") for kind in ("CA", "VO")}
#: A day may end earlier elsewhere: whoever counts is not to count too much.
_MARGIN: Final = timedelta(days=1)


@dataclass(slots=True)
class Application:
    """What is known of an application; amounts in whole units of its currency."""

    id: str
    call: str
    amount: int = 0
    ends_on: date | None = None
    submitted_at: datetime | None = None
    approved_at: datetime | None = None
    claimed: int = 0
    claim_sent: bool = False
    paid: bool = False
    ended_at: datetime | None = None

    def taken(self, at: datetime) -> int:
        """Return what it certainly takes up of the budget: nothing once it has ended or its time to claim is over."""
        if self.approved_at is None or (self.ended_at is not None and not self.paid):
            return 0
        if self.paid:
            return self.claimed
        over = self.ends_on is not None and at.date() >= self.ends_on + timedelta(days=CLAIM_DAYS) - _MARGIN
        return 0 if over and not self.claim_sent else self.amount


@dataclass(slots=True)
class Ledger:
    """Every call and application; `told` are the numbers of who an applicant named as partner, and of the cluster."""

    budgets: dict[str, int] = field(default_factory=dict[str, int])
    clusters: dict[str, int] = field(default_factory=dict[str, int])
    applications: dict[str, Application] = field(default_factory=dict[str, Application])
    told: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])

    def of_call(self, call: str) -> list[Application]:
        """Return the applications in a call."""
        return [one for one in self.applications.values() if one.call == call]

    def see(self, act: Acted, named: set[Organisation]) -> None:
        """Take in what somebody did; `named` are the organisations that stand in the form."""
        said, fields = text_of(act.card) if act.card else "", act.fields or {}
        if act.action == "call.save":
            call = _found("CA", said)
            self.budgets[call], self.clusters[call] = int(str(fields["budget"])), act.who.cluster.number
        elif act.action == "voucher.save":
            self._save(act, _found("VO", act.value) or _found("VO", said), named)
        else:
            one = self.applications.get(_found("VO", act.value) or _found("VO", said))
            if one is not None:
                self._step(act, one)

    def _save(self, act: Acted, subject: str, named: set[Organisation]) -> None:
        fields = act.fields or {}
        one = self.applications.get(subject)
        if one is None:
            one = self.applications[subject] = Application(subject, str(fields["call"]))
        one.amount = int(str(fields["amount"])) if "amount" in fields else one.amount
        buttons = {button.action for button in buttons_of(act.card)}
        # A date that a manager has to agree to first may hold or not: the later one is counted.
        ends_on = date.fromisoformat(str(fields["ends_on"]))
        one.ends_on = max(ends_on, one.ends_on or ends_on) if one.approved_at else ends_on
        if "keep" not in fields.get("keep", ()) and "voucher.declare" not in buttons and one.submitted_at is None:
            one.submitted_at = act.at
        if one.call in self.clusters:
            self.told |= {(who.number, self.clusters[one.call]) for who in named}

    def _step(self, act: Acted, one: Application) -> None:
        match act.action:
            case "voucher.submit" if first_answered(act):
                one.submitted_at = act.at
            case "voucher.approve" if any(button.action == "voucher.status" for button in buttons_of(act.card)):
                one.approved_at = act.at
            case "claim.receipt.add":
                one.claimed += int(str((act.fields or {})["amount"]))
            case "claim.submit.send":
                one.claim_sent = True
            case "claim.pay.save":
                one.paid = True
            case "voucher.withdraw.send" | "voucher.discard" | "voucher.reject.send" | "voucher.report.save":
                # A report that comes before the payment does not end it.
                if act.action != "voucher.report.save" or one.paid:
                    one.ended_at = one.ended_at or act.at
            case _:
                pass


def first_answered(act: Acted) -> bool:
    """Tell whether something was submitted: no form opened instead, and nothing has to be confirmed first."""
    asks = {"voucher.declare", "voucher.declare.confirm"}
    return act.form is None and not any(button.action in asks for button in buttons_of(act.card))


def _found(kind: str, text: str) -> str:
    match = _ID[kind].search(text)
    return match[0] if match else ""
