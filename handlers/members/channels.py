"""The channels of a workspace: made by the worker, and greeted with a card that says what to do first."""

from __future__ import annotations

from typing import Any, Final

from domain.rooms import WorkspaceState
from handlers.cards import View, living
from handlers.letters import Deed, Drop, Later, Letter, letter
from handlers.members.binding import MANAGERS_WELCOME, WELCOME, find_cluster, welcome
from handlers.members.managers_channel import bring_managers_in
from handlers.work import Work
from messages.notices.setup import ChallengesWelcome, ManagersWelcome
from store.queries.rows import change
from store.queue import Claimed
from store.tables.people import Workspace

CHALLENGES: Final = "challenges"
NAMES: Final = {CHALLENGES: "challenges", "managers": "matchpoint-managers"}
_COLUMNS: Final = {CHALLENGES: "challenge_channel", "managers": "managers_channel"}


def _created(work: Work, row: Claimed, address: str) -> None:
    workspace, which = work.session.get(Workspace, row.payload["workspace"]), str(row.payload["which"])
    if workspace is None or workspace.cluster_id is None or getattr(workspace, _COLUMNS[which]):
        return
    stored: dict[str, Any] = {_COLUMNS[which]: address}
    change(work.session, workspace, now=work.now, **stored)
    welcome(work, workspace, which)
    if which != CHALLENGES:
        bring_managers_in(work, workspace)


@letter("channel.create", sent=_created, repeatable=True)
def write_channel(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Have a channel made, unless the workspace has been given one meanwhile."""
    workspace, which = work.session.get(Workspace, row.payload["workspace"]), str(row.payload["which"])
    if workspace is None or workspace.cluster_id is None or workspace.state is not WorkspaceState.ACTIVE:
        return Drop("the workspace is not active")
    if getattr(workspace, _COLUMNS[which]):
        return Drop("there is one already")
    return Letter(Deed.CHANNEL, to=row.destination, title=NAMES[which], private=which != CHALLENGES)


@living(WELCOME)
def read_challenges_welcome(work: Work, view: View) -> ChallengesWelcome:
    """Greet the challenge channel."""
    return ChallengesWelcome(cluster=find_cluster(work, view.subject).name)


@living(MANAGERS_WELCOME)
def read_managers_welcome(work: Work, view: View) -> ManagersWelcome:
    """Greet the managers' channel."""
    return ManagersWelcome(cluster=find_cluster(work, view.subject).name)
