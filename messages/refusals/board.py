"""Refusals about the board of vouchers."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "voucher.board.managers": N_("The board is for cluster managers: it shows the money that a cluster funds or runs."),
    "voucher.board.which": N_("I can show a scheme or a call of your clusters: /voucher board {example}"),
    "voucher.board.unknown": N_(
        "There is nothing here that a cluster of yours runs or funds. /voucher board shows what there is."
    ),
    "voucher.board.channel": N_(
        "{cluster} has no managers' channel yet in which the picture could stand. /matchpoint setup makes one."
    ),
    "voucher.funder_decides": N_("{id} is charged to another cluster's part: its managers decide on it."),
}
