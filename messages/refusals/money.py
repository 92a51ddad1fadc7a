"""Refusals of amounts of money."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "money.invalid": N_("I cannot read this as an amount. Write it such as {example}."),
    "money.ambiguous": N_("This amount can be read in two ways. If you mean {example}, write it exactly so."),
    "money.decimals": N_("This amount has more decimals than I can take. Write it such as {example}."),
    "money.negative": N_("The amount cannot be below zero. Write it such as {example}."),
    "money.zero": N_("The amount has to be above zero. Write it such as {example}."),
    "money.large": N_("This amount is too large: {limit} is the most that I can take."),
    "money.currency": N_(
        "The amount is needed in {expected}, but this one is in {currency}. Convert it, and write it such as {example}."
    ),
    "money.currency.unknown": N_("I do not know this currency. Write its three letters, such as {example}."),
}
