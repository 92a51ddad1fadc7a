"""Refusals around linked accounts."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "link.own": N_("This is your own code. Type it in your other account, in the other workspace."),
    "link.not_linked": N_("This account is not linked with yours. Nothing was changed."),
}
