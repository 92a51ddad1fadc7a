"""Refusals around a person's own settings."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "settings.date.invalid": N_("“{value}” is no date. Write it such as {example}."),
    "calendar.no_address": N_(
        "No calendar can reach this Matchpoint yet. Whoever runs it has to set PUBLIC_URL to its https address; please "
        "ask your cluster manager."
    ),
    "web.link.none": N_("There is no web workspace for you yet. A manager of your cluster can have one set up."),
    "settings.region.unknown": N_(
        "I know no holidays of a region “{region}”. Leave it empty, or write it as its own people do."
    ),
}
