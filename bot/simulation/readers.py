"""The readers of a challenge channel: who finds something there, and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.simulation.cast import Cluster, Person
from bot.simulation.habits import answer_text, write
from bot.simulation.looks import first, tell
from bot.simulation.platform import Message
from bot.simulation.record import text_of
from bot.simulation.town import Town
from bot.simulation.vouchers import apply_in_call
from domain.organisations import Role
from handlers.requests import Place

_FITS: Final = 0.4
_DOES_NOT: Final = 0.015
_APPLIES: Final = 0.2


@dataclass(slots=True)
class Readers:
    """The SMEs' people of each cluster, as they read its channel."""

    town: Town

    def read(self, cluster: Cluster, message: Message) -> None:
        """Let those who find themselves in a post come back to it."""
        if first(message.card, "voucher.apply") is not None:
            self._read_call(cluster, message)
        if first(message.card, "answer.start") is None:
            return
        said = text_of(message.card)
        for person in cluster.people:
            organisation = person.organisation
            if person.role is not Role.SME or organisation is None or not person.met or person.left:
                continue
            chance = _FITS if organisation.trade.sector in said else _DOES_NOT
            if self.town.rng.random() < chance and self.town.reacts(person):
                self.town.plan(self.town.soon(person), lambda one=person: self._answer(one, message))

    def _read_call(self, cluster: Cluster, message: Message) -> None:
        """Let some apply for a voucher without having been introduced to anybody."""
        for person in cluster.people:
            reads = person.role is Role.SME and person.met and not person.left
            if reads and self.town.rng.random() < _APPLIES and self.town.reacts(person):
                self.town.plan(
                    self.town.soon(person), lambda one=person: apply_in_call(self.town, one, message, message.card)
                )

    def _answer(self, person: Person, message: Message) -> None:
        town, chance = self.town, self.town.rng.random()
        start = first(message.card, "answer.start") or (first(message.first, "answer.start") if chance < 0.05 else None)
        if start is None or person.left:
            return
        if chance < 0.5:
            town.say(person, Place(channel=message.to, thread=message.ref), answer_text(town, person))
        elif chance < 0.75:
            write(town, person, start, message)
        elif chance < 0.92:
            shown = town.command(person, "answer", f"{start.value} {answer_text(town, person)}")
            tell(town, person, first(shown.card, "answer.submit") if town.rng.random() < 0.8 else None)
        else:
            tell(town, person, first(message.card, "question.start"), message, text="Is there power on the site?")
