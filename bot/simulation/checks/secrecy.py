"""No identity before consent: the text of every card that anybody was shown is looked through for names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.simulation.cast import Cluster, Organisation, Person
from bot.simulation.checks.base import Check
from bot.simulation.record import Acted, Arrived, Entry, text_of, text_of_form
from domain.organisations import Role


@dataclass(slots=True)
class Secrecy(Check):
    """Who a buyer of a teaser is, and who an SME is, shows only to those who may know it by then."""

    rule: ClassVar[str] = "no identity before consent: neither a hidden buyer nor an SME is named to who must not know"
    talks: set[str] = field(default_factory=set[str])

    def see(self, entry: Entry) -> None:
        """Look through a card, and who sees it."""
        if isinstance(entry, Arrived):
            if entry.kind == "conversation" and self._is_made(entry.subject):
                self.talks.add(entry.to)
            self._look(entry.text, self._viewer(entry.to), entry.at, entry.key, entry.to)
        elif isinstance(entry, Acted):
            for text in _texts(entry):
                self._look(text, entry.who, entry.at, f"the reply to {entry.action} {entry.value}", entry.who)

    def _is_made(self, introduction: str) -> bool:
        one = self.facts.introductions.get(introduction)
        return one is not None and one.made_at is not None

    def _viewer(self, to: str) -> Person | Cluster | None:
        return self.facts.people.get(to) or self.facts.channels.get(to)

    def _look(self, text: str, viewer: Person | Cluster | None, at: datetime, what: str, who: object) -> None:
        self.cases += 1
        for one in self.facts.named(text):
            known = self._may_know_sme(viewer, one) if one.role is Role.SME else self._may_know_buyer(viewer, one)
            if not known and not (viewer is None and who in self.talks):
                self.broken(f"{what} names {one.role} {one.number}", at, who)

    def _may_know_buyer(self, viewer: Person | Cluster | None, buyer: Organisation) -> bool:
        if not buyer.secretive:
            return True
        if isinstance(viewer, Person) and viewer.organisation is buyer:
            return True
        clusters, organisation = _clusters(viewer), viewer.organisation if isinstance(viewer, Person) else None
        if buyer.clusters[0] in clusters:
            return True
        if any((buyer.number, one.number) in self.facts.ledger.told for one in clusters):
            return True  # the SME named it as its partner when it applied for a voucher
        made = (one for one in self.facts.introductions_of[buyer.word] if one.made_at is not None)
        return any(one.sme is organisation or one.sme.clusters[0] in clusters for one in made)

    def _may_know_sme(self, viewer: Person | Cluster | None, sme: Organisation) -> bool:
        if isinstance(viewer, Person) and viewer.organisation is sme:
            return True
        clusters = _clusters(viewer)
        if clusters:
            return bool(clusters & set(sme.clusters)) or any(self._is_candidate(one, sme) for one in clusters)
        if not isinstance(viewer, Person) or viewer.role is not Role.BUYER or viewer.organisation is None:
            return False
        return self._buyer_may_know(viewer.organisation, sme)

    def _is_candidate(self, cluster: Cluster, sme: Organisation) -> bool:
        theirs = {one.number for one in sme.clusters}
        return any(one.taken & theirs or sme.number in one.invited for one in self.facts.stated_in[cluster.number])

    def _buyer_may_know(self, buyer: Organisation, sme: Organisation) -> bool:
        home = buyer.clusters[0]
        if (buyer.number, sme.number) in self.facts.shown:
            return True
        if any(one.buyer is buyer and sme.number in one.invited for one in self.facts.stated_in[home.number]):
            return True
        pairs = (one for one in self.facts.introductions_of[sme.word] if one.buyer is buyer)
        return any(one.approved and one.sme_said_yes for one in pairs)


def _clusters(viewer: Person | Cluster | None) -> set[Cluster]:
    if isinstance(viewer, Cluster):
        return {viewer}
    return {viewer.cluster} if isinstance(viewer, Person) and viewer.role is Role.MANAGER else set()


def _texts(act: Acted) -> Iterator[str]:
    if act.card is not None:
        yield text_of(act.card)
    if act.form is not None:
        yield text_of_form(act.form)
