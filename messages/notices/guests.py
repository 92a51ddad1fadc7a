"""What managers are told about guests, and what guests are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class InviteGuest:
    """Asks a manager whom to invite to which challenge; `challenges` are ids with titles."""

    challenges: tuple[tuple[str, str], ...]
    email: str = ""
    organisation: str = ""
    challenge: str = ""
    language: str = "en"
    days: int = 30


@dataclass(frozen=True, slots=True)
class GuestLink:
    """Gives a manager the link for a guest, to send by his or her own mail; nobody else sends it."""

    url: str
    name: str
    organisation: str
    challenges: tuple[str, ...]
    until: datetime
    value: str


class PassStanding(StrEnum):
    """How an invitation stands."""

    SENT = "sent"
    OPENED = "opened"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class GuestLine:
    """One guest in the list; `value` goes into the buttons."""

    value: str
    name: str
    email: str
    organisation: str
    challenges: tuple[str, ...]
    standing: PassStanding
    until: datetime


@dataclass(frozen=True, slots=True)
class GuestList:
    """A page of the guests of one's clusters."""

    items: tuple[GuestLine, ...]
    page: int = 1
    more: bool = False


@dataclass(frozen=True, slots=True)
class GuestRevoked:
    """Says that an invitation is over, and everything that was open with it."""

    name: str


@dataclass(frozen=True, slots=True)
class Invited:
    """A challenge that a guest was invited to; `open` while it takes answers, `answer` is the id of the own one."""

    id: str
    title: str
    open: bool = True
    answer: str = ""


@dataclass(frozen=True, slots=True)
class GuestWelcome:
    """Shows a guest what he or she was invited to, by whom, and until when."""

    cluster: str
    host: str
    organisation: str
    items: tuple[Invited, ...]
    until: datetime

    @property
    def waits(self) -> bool:
        """Tell whether any of it still waits for an answer."""
        return any(one.open and not one.answer for one in self.items)


_UNTIL = datetime(2026, 6, 30, 10, tzinfo=UTC)

EXAMPLES = (
    InviteGuest(challenges=(("CH-12", "Detect E. coli"), ("CH-13", "Reuse bricks"))),
    InviteGuest(
        challenges=(("CH-12", "Detect E. coli"),),
        email="owner@waterlens.example",
        organisation="Waterlens (invented)",
        challenge="CH-12",
        language="nl",
    ),
    GuestLink(
        url="https://matchpoint.example.org/guest/k3Jd92",
        name="owner",
        organisation="Waterlens (invented)",
        challenges=("CH-12",),
        until=_UNTIL,
        value="3",
    ),
    GuestList(
        items=tuple(
            GuestLine(
                "3", "Owner, Waterlens", "owner@waterlens.example", "Waterlens (invented)", ("CH-12",), one, _UNTIL
            )
            for one in PassStanding
        ),
        more=True,
    ),
    GuestList(items=()),
    GuestRevoked(name="Owner, Waterlens"),
    GuestWelcome(
        cluster="Clean Tech Delta",
        host="Manager, Delta",
        organisation="Waterlens (invented)",
        items=(Invited("CH-12", "Detect E. coli", answer="AN-7"), Invited("CH-13", "Reuse bricks", open=False)),
        until=_UNTIL,
    ),
    GuestWelcome(
        cluster="Clean Tech Delta",
        host="",
        organisation="Waterlens (invented)",
        items=(Invited("CH-12", "E. coli"),),
        until=_UNTIL,
    ),
)
