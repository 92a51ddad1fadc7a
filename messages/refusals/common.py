"""Refusals that any command may meet."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "command.unknown": N_("I do not know {command}. Try /matchpoint help."),
    "command.verb": N_("I do not know “{typed}” here. Did you mean {example}? /{command} help lists everything."),
    "command.verb.none": N_(
        "I do not know “{typed}” here. Type {example}, for example; /{command} help lists everything."
    ),
    "command.extra": N_("I cannot use “{typed}” here. Type only: {example}"),
    "setup.missing": N_(
        "Matchpoint is not set up in this workspace yet. A workspace admin or owner can do it in two minutes with "
        "/matchpoint setup."
    ),
    "setup.pending": N_(
        "Matchpoint is set up in this workspace and waits to be activated by a manager of another cluster. I tell your "
        "managers when it is."
    ),
    "join.first": N_(
        "I do not know yet who you work for. Tell me with /matchpoint join; your cluster manager can then let you in."
    ),
    "form.invalid": N_("Some fields need another look."),
}
