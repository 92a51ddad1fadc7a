"""What the handlers need from outside, as protocols; `bot.wiring` decides who fills them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from messages.card import Card, Home
from store.engine import StoreUnavailable

#: What every call into the house may raise while the database is away; a surface asks to come again later.
Unavailable = StoreUnavailable


class Throttled(Exception):
    """The platform asks to wait `retry_after` seconds; where it did not say how long (`stated`), that is the least."""

    def __init__(self, retry_after: float, *, stated: bool = True) -> None:
        super().__init__(f"retry after {retry_after:g} s")
        self.retry_after, self.stated = retry_after, stated


class Rejected(Exception):
    """The platform said no for good: `reason` is its own code (`channel_not_found`); trying again is useless."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Forbidden(Rejected):
    """The platform does not allow it as things are now: somebody may mend that, so it is tried again for a while."""


class Gone(Rejected):
    """The workspace as a whole is closed to us: removed, uninstalled, or its token is worth nothing any more."""


class Unsure(Exception):
    """Nobody knows whether it arrived: a time-out, a dropped connection, a 5xx."""


class Unreachable(Exception):
    """It certainly did not arrive: the connection was refused before anything was sent."""


class Found(StrEnum):
    """What a look-up by key can say: `ABSENT` only if the look-up was complete."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lookup:
    """The result of looking a message up: its ref where it is present."""

    found: Found
    ref: str = ""


class Messenger(Protocol):
    """Sends for one surface. Addresses and refs are opaque strings that begin with its name, a colon and the workspace.

    Every method makes at most one attempt. :raises Throttled, Rejected, Unsure, Unreachable:
    """

    async def post(self, to: str, card: Card, *, key: str, thread: str = "") -> str:
        """Post a card to a channel, thread or person and return its ref; `key` goes into the message's metadata."""
        ...

    async def update(self, ref: str, card: Card) -> None:
        """Replace a card in place."""
        ...

    async def find(self, to: str, *, key: str, since: datetime, thread: str = "") -> Lookup:
        """Look a message up by the key it was posted with."""
        ...

    async def open_conversation(self, people: Sequence[str], *, title: str, key: str) -> str:
        """Open one conversation with these people (private addresses of one workspace) and return its address.

        The same people get the same conversation or a new one of this `key`; calling again is harmless.
        """
        ...

    async def create_channel(self, workspace: str, *, name: str, private: bool, key: str) -> str:
        """Create a channel and return its address; one that exists already under the name is taken."""
        ...

    async def bring_in(self, channel: str, person: str) -> None:
        """Bring a person (a private address) into a channel, where it has to be entered at all; harmless to repeat."""
        ...

    async def take_out(self, channel: str, person: str) -> None:
        """Take a person out of a channel that has to be entered; harmless to repeat."""
        ...

    async def publish_home(self, to: str, home: Home) -> None:
        """Show a person's own page."""
        ...


class Holidays(Protocol):
    """Public holidays: the category PUBLIC of a country and region."""

    def is_holiday(self, on: date, *, country: str, region: str = "") -> bool:
        """Tell whether the day is a public holiday; an unknown country has none."""
        ...

    def knows(self, country: str, region: str = "") -> bool:
        """Tell whether there is a calendar of this country and, where one is named, of this region."""
        ...


class Clock(Protocol):
    """The time, for the few places outside `bot` that start a new step of their own."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        ...
