"""Refusals around the import and export of the directory."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "directory.kind.unknown": N_("I do not know a list of “{kind}”. There are these: {kinds}."),
    "directory.managers_only": N_("The lists of a cluster are imported and exported by its managers."),
    "directory.operator_only": N_("The list of clusters is kept by the operator of this deployment."),
}
