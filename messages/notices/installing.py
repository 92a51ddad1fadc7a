"""What is told where Matchpoint was just added."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Greeting:
    """Matchpoint has come; `cluster` is whose assistant it is here, empty before the set-up."""

    cluster: str = ""


@dataclass(frozen=True, slots=True)
class WorkspaceRemoved:
    """A cluster's managers elsewhere are told that Matchpoint was removed from one of its workspaces."""

    workspace: str


@dataclass(frozen=True, slots=True)
class WorkspaceClosed:
    """A cluster's managers elsewhere are told that one of its workspaces lets Matchpoint in no more, or does `again`.

    `surface` tells which platform it is, and so who can mend it.
    """

    workspace: str
    surface: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class InstallPage:
    """What stands before an installation: what is asked for, and the one button (`url`) that goes on."""

    url: str


@dataclass(frozen=True, slots=True)
class InstallDone:
    """Matchpoint is installed in `workspace`; `url` leads there."""

    workspace: str
    url: str


@dataclass(frozen=True, slots=True)
class InstallFailed:
    """An installation that did not come about, and why; `url` begins anew.

    `why`: "expired" (too old, used already, or begun in another browser), "denied" (no consent), "refused" (Slack does
    not accept what it gave out itself), "unreachable" (Slack or our own store does not answer).
    """

    why: str
    url: str


EXAMPLES = (
    Greeting(cluster="CLEAN"),
    Greeting(),
    WorkspaceRemoved(workspace="CLEAN"),
    WorkspaceClosed(workspace="CLEAN", surface="teams"),
    WorkspaceClosed(workspace="CLEAN", surface="slack"),
    WorkspaceClosed(workspace="CLEAN", surface="teams", again=True),
    InstallPage(url="https://slack.com/oauth/v2/authorize"),
    InstallDone(workspace="CLEAN", url="https://slack.com/app_redirect?app=A0MATCH&team=T0CLEAN"),
    InstallFailed(why="expired", url="https://matchpoint.example.org/slack/install"),
    InstallFailed(why="denied", url="https://matchpoint.example.org/slack/install"),
    InstallFailed(why="refused", url="https://matchpoint.example.org/slack/install"),
    InstallFailed(why="unreachable", url="https://matchpoint.example.org/slack/install"),
)
