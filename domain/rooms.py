"""States of what lies between people and challenges: workspaces, and the sharing of a challenge across clusters."""

from __future__ import annotations

from enum import StrEnum


class WorkspaceState(StrEnum):
    """A workspace is new until it is bound to a cluster with its channels, and silent once it is removed."""

    NEW = "new"
    ACTIVE = "active"
    REMOVED = "removed"


class ShareState(StrEnum):
    """What a partner cluster said to a challenge that was offered to it."""

    OFFERED = "offered"
    TAKEN = "taken"
    REFUSED = "refused"
    ENDED = "ended"
