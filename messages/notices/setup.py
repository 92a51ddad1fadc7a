"""What is told and asked while Matchpoint is set up in a workspace."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class SetUpWorkspace:
    """Asks for all that a workspace needs; what is known is filled in.

    `clusters` are (id, name, country) of known clusters without a workspace. `bound` names the cluster that the
    workspace belongs to already; then it is not asked for. An empty `language` is that of the cluster's country.
    Channels and people are addresses; `makes_channels` False: the platform lets no app create any, so they are chosen.
    """

    clusters: tuple[tuple[str, str, str], ...] = ()
    bound: str = ""
    country: str = ""
    language: str = ""
    zone: str = "Europe/Copenhagen"
    challenge_channel: str = ""
    managers_channel: str = ""
    managers: tuple[str, ...] = ()
    makes_channels: bool = True


@dataclass(frozen=True, slots=True)
class SetUpState:
    """How a workspace is set up. `active` False: it waits to be activated. Channels may still be being made.

    `fresh` says that it was just saved, `let_go` who is a manager no longer because of it; `unmet` are managers who
    were never seen in any workspace.
    """

    cluster: str
    country: str
    language: str
    zone: str
    challenge_channel: bool
    managers_channel: bool
    managers: tuple[str, ...]
    unmet: tuple[str, ...] = ()
    active: bool = True
    fresh: bool = False
    let_go: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ManagerStillInside:
    """A manager is told who manages the cluster, and that `name` does not any more.

    `inside`: the platform did not let anybody be taken out of the managers' channel, so `name` can still read it.
    """

    cluster: str
    managers: tuple[str, ...]
    name: str
    inside: bool = True


@dataclass(frozen=True, slots=True)
class ClusterProposed:
    """The card of a cluster that somebody set up and a manager of an active cluster is to activate.

    `by` is who proposed it, with `email` if it is known; `decided_by` and `active` tell how it ended. `value` names
    what is decided on: the cluster and the workspace from which it was proposed.
    """

    id: str
    name: str
    country: str
    workspace: str
    by: str
    email: str = ""
    managers: tuple[str, ...] = ()
    active: bool = False
    decided_by: str = ""
    declined: bool = False
    value: str = ""


@dataclass(frozen=True, slots=True)
class WorkspaceAsks:
    """A further workspace says that it is a cluster's own, which its managers decide; `managers` are named there.

    `active`: it was let in. Without a `cluster` it was kept out.
    """

    id: str
    workspace: str
    cluster: str = ""
    managers: tuple[str, ...] = ()
    active: bool = False


@dataclass(frozen=True, slots=True)
class ChallengesWelcome:
    """The first card in the challenge channel."""

    cluster: str


@dataclass(frozen=True, slots=True)
class ManagersWelcome:
    """The first card in the managers' channel."""

    cluster: str


@dataclass(frozen=True, slots=True)
class ClusterDecided:
    """The manager who decided is told what follows."""

    name: str
    active: bool


_SET_UP = SetUpState(
    cluster="CLEAN",
    country="DK",
    language="da",
    zone="Europe/Copenhagen",
    challenge_channel=True,
    managers_channel=True,
    managers=("Manager, CLEAN",),
)

EXAMPLES = (
    SetUpWorkspace(),
    SetUpWorkspace(makes_channels=False),
    SetUpWorkspace(
        clusters=(("CL-3", "CLEAN", "DK"), ("CL-4", "Clean Tech Delta", "NL")),
        country="DK",
        managers=("web:W1:person:anna",),
    ),
    SetUpWorkspace(bound="CLEAN (DK)", country="DK", language="da", challenge_channel="web:W1:channel:1"),
    _SET_UP,
    SetUpState(
        cluster="CLEAN",
        country="DK",
        language="en",
        zone="Europe/Copenhagen",
        challenge_channel=False,
        managers_channel=False,
        managers=("Manager, CLEAN", "Second manager"),
        unmet=("Second manager",),
        active=False,
        fresh=True,
    ),
    replace(_SET_UP, fresh=True, let_go=("Second manager",)),
    ManagerStillInside(cluster="CLEAN", managers=("Manager, CLEAN",), name="Second manager"),
    ManagerStillInside(cluster="CLEAN", managers=("Manager, CLEAN",), name="Second manager", inside=False),
    ClusterProposed(
        id="CL-5", name="AluCluster", country="DK", workspace="T0ALU", by="Workspace admin", managers=("Admin",)
    ),
    ClusterProposed(
        id="CL-5",
        name="AluCluster",
        country="DK",
        workspace="T0ALU",
        by="Workspace admin",
        email="admin@example.org",
        active=True,
        decided_by="Manager, CLEAN",
    ),
    ClusterProposed(
        id="CL-5",
        name="AluCluster",
        country="DK",
        workspace="T0ALU",
        by="Workspace admin",
        declined=True,
        decided_by="Manager, CLEAN",
    ),
    WorkspaceAsks("3", "CLEAN labs", "CLEAN", ("Workspace admin",)),
    WorkspaceAsks("3", "CLEAN labs", "CLEAN", active=True),
    WorkspaceAsks("3", "CLEAN labs"),
    ChallengesWelcome(cluster="CLEAN"),
    ManagersWelcome(cluster="CLEAN"),
    ClusterDecided(name="AluCluster", active=True),
    ClusterDecided(name="AluCluster", active=False),
)
