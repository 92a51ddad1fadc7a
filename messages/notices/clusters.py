"""What is told about a cluster to its people."""

from __future__ import annotations

from dataclasses import dataclass

from messages.notices.undelivered import LostChannel


@dataclass(frozen=True, slots=True)
class ClusterShown:
    """A cluster as one of its people sees it.

    `manages` shows what waits for a manager: people `to_decide` about, challenges `to_screen` and `offered` ones, those
    with candidates `to_propose`, introductions `to_approve`, and challenges whose buyers have `owed` verdicts.
    `others` are the person's other clusters. `lost` are channels that take nothing any more. `news`: it was just
    activated.
    """

    id: str
    name: str
    country: str
    focus: str = ""
    workspaces: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    organisations: int = 0
    people: int = 0
    partners: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    manages: bool = False
    member: bool = False
    to_decide: int = 0
    to_screen: int = 0
    offered: int = 0
    to_propose: int = 0
    to_approve: int = 0
    owed: int = 0
    lost: tuple[LostChannel, ...] = ()
    news: bool = False


@dataclass(frozen=True, slots=True)
class ClusterChoice:
    """Asks which of one's clusters is meant: pairs of id and name."""

    clusters: tuple[tuple[str, str], ...]


EXAMPLES = (
    ClusterShown(
        id="CL-3",
        name="CLEAN",
        country="DK",
        focus="Water, waste, energy",
        workspaces=("CLEAN",),
        managers=("Manager, CLEAN",),
        organisations=42,
        people=17,
        partners=("Clean Tech Delta", "NCE Maritime"),
        manages=True,
        member=True,
        lost=(LostChannel("CLEAN", "is_archived"), LostChannel("CLEAN", "not_in_channel", managers=True)),
        to_decide=2,
        to_screen=1,
        offered=3,
        to_propose=2,
        to_approve=1,
        owed=1,
    ),
    ClusterShown(
        id="CL-4", name="Clean Tech Delta", country="NL", organisations=1, people=1, others=("CLEAN",), member=True
    ),
    ClusterShown(id="CL-5", name="AluCluster", country="DK", managers=("Admin",), manages=True, member=True, news=True),
    ClusterShown(id="CL-6", name="CEwind", country="DE"),
    ClusterChoice(clusters=(("CL-3", "CLEAN"), ("CL-4", "Clean Tech Delta"))),
)
