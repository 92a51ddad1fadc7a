"""What could not be delivered, as a manager is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """One message that a platform refused for good; `reason` is the platform's own code."""

    row_id: int
    subject: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Messages of a cluster that could not be delivered: the newest ones, and how many there are in all."""

    newest: tuple[Lost, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Resent:
    """A message that was refused is sent again (or dropped, if `dropped`)."""

    subject: str
    dropped: bool = False


EXAMPLES = (
    Undelivered(
        newest=(Lost(row_id=7, subject="CH-12", reason="channel_not_found", at=datetime(2026, 5, 4, 9, tzinfo=UTC)),),
        total=3,
    ),
    Resent(subject="CH-12"),
    Resent(subject="CH-12", dropped=True),
)
