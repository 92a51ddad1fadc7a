"""What could not be delivered, or may not have been, as a manager is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class What:
    """What a message is: the `kind` of its delivery, the human id it is about, and for whom if it is a person's own."""

    kind: str
    subject: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """One message that a platform refused for good; `reason` is the platform's own code.

    `unconfirmed`: it may have arrived all the same.
    """

    row_id: int
    what: What
    reason: str
    at: datetime
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class LostChannel:
    """A channel of a workspace that takes nothing any more, and why; the managers' one or that of the challenges."""

    workspace: str
    reason: str
    managers: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """One message of which nobody knows yet whether it arrived, and since when."""

    what: What
    since: datetime


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Messages of a cluster that could not be delivered: the newest ones, and how many there are in all."""

    newest: tuple[Lost, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Messages of a cluster that may or may not have arrived: the newest ones, and how many there are in all."""

    newest: tuple[Open, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Resent:
    """A message that was refused is sent again (or dropped, if `dropped`)."""

    what: What
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class AllResent:
    """All messages that were refused are sent again (or dropped, if `dropped`): how many these are."""

    total: int
    dropped: bool = False


_AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
_CARD = What("card.post", "CH-12")

EXAMPLES = (
    Undelivered(newest=(Lost(row_id=7, what=_CARD, reason="channel_not_found", at=_AT),), total=1),
    Undelivered(
        newest=(
            Lost(row_id=9, what=What("relay", "IN-34"), reason="account_inactive", at=_AT),
            Lost(row_id=8, what=What("card.post", "P-8", "Anna Holm"), reason="unconfirmed", at=_AT, unconfirmed=True),
            Lost(row_id=7, what=_CARD, reason="a_code_of_tomorrow", at=_AT, unconfirmed=True),
        ),
        total=2_004,
    ),
    Unconfirmed(
        newest=(Open(what=_CARD, since=_AT), Open(what=What("conversation.open", "IN-34"), since=_AT)), total=3
    ),
    Resent(what=_CARD),
    Resent(what=What("channel.create", "CL-1"), dropped=True),
    Resent(what=What("channel.entry", "CL-1")),
    Resent(what=What("conversation.exit", "IN-34")),
    AllResent(total=2_004),
    AllResent(total=3, dropped=True),
)
