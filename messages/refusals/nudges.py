"""Refusals around nudges."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "nudge.unknown": N_("I do not know this reminder any more. /matchpoint shows what waits for you."),
}
