"""Refusals about what could not be delivered."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "undelivered.gone": N_("Somebody has taken care of this message already."),
    "undelivered.not_yours": N_("Only a manager of the cluster that the message belongs to can decide about it."),
}
