"""Why a model did not help: one typed error for everything that can go wrong between us and it."""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """Name what went wrong."""

    OPEN = "open"  # the breaker is open after repeated failures
    TIMEOUT = "timeout"  # no complete answer within the deadline
    CONNECTION = "connection"
    UNAUTHORISED = "unauthorised"
    RATE_LIMITED = "rate_limited"
    SERVER = "server"
    REJECTED = "rejected"  # the endpoint does not accept the request (model unknown, no structured answers)
    REFUSED = "refused"  # the model declined, or a filter did
    TRUNCATED = "truncated"  # the answer ended early
    INVALID = "invalid"  # the answer breaks its schema or contract
    BUDGET = "budget"  # the day's tokens are spent


ENDPOINT_TROUBLES = frozenset(
    {
        Trouble.TIMEOUT,
        Trouble.CONNECTION,
        Trouble.UNAUTHORISED,
        Trouble.RATE_LIMITED,
        Trouble.SERVER,
        Trouble.REJECTED,
    }
)
"""Troubles that speak against the endpoint and count towards opening the breaker."""

RETRIED_TROUBLES = frozenset({Trouble.CONNECTION, Trouble.SERVER, Trouble.TRUNCATED, Trouble.INVALID})
"""Troubles that a second call may not meet."""


class ModelUnavailable(Exception):
    """The model gave no usable answer; the caller goes on without it and says so.

    `detail` holds no text of people; `retry_after` are the seconds for which the endpoint asks to be left alone.
    """

    def __init__(self, reason: Trouble, detail: str = "", *, retry_after: float = 0.0) -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
