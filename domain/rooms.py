"""States of what lies between people and challenges: workspaces, and the sharing of a challenge across clusters."""

from __future__ import annotations

from enum import StrEnum

from domain.lifecycle import Lifecycle


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


class ShareAction(StrEnum):
    """What the manager of a partner cluster does with an offer; a challenge that was taken can be given back."""

    TAKE = "take"
    REFUSE = "refuse"
    GIVE_BACK = "give_back"


SHARE = Lifecycle(
    "sharing",
    states=ShareState,
    table={
        (ShareState.OFFERED, ShareAction.TAKE): ShareState.TAKEN,
        (ShareState.OFFERED, ShareAction.REFUSE): ShareState.REFUSED,
        (ShareState.REFUSED, ShareAction.TAKE): ShareState.TAKEN,
        (ShareState.TAKEN, ShareAction.GIVE_BACK): ShareState.ENDED,
        (ShareState.ENDED, ShareAction.TAKE): ShareState.TAKEN,
    },
)
