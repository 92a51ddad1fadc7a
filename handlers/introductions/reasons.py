"""Reasons that managers choose in a form."""

from __future__ import annotations

from domain.errors import Invalid
from domain.introductions import RejectReason
from handlers.work import Ask


def reason_of(ask: Ask) -> RejectReason:
    """Return the reason that was chosen.

    :raises Invalid: none was.
    """
    try:
        return RejectReason(ask.text("reason"))
    except ValueError:
        raise Invalid("suggestion.reason", field="reason") from None
