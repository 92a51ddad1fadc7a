"""What is told and asked when somebody joins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from domain.organisations import MembershipState, OrganisationKind, Role


@dataclass(frozen=True, slots=True)
class JoinCluster:
    """Asks for whom somebody works, and in which role; what is known is filled in."""

    cluster: str
    organisation: str = ""
    country: str = ""
    website: str = ""
    role: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Belongs:
    """One membership: the role, for an organisation unless it is manager."""

    role: Role
    cluster: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class AlreadyIn:
    """Somebody who is in already asks to join."""

    belongs: tuple[Belongs, ...]


@dataclass(frozen=True, slots=True)
class JoinWaits:
    """What somebody asked for waits for the managers. `id` is the membership's; `fresh`: it was asked just now."""

    id: str
    organisation: str
    cluster: str
    role: Role
    since: datetime
    managers: tuple[str, ...] = ()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class JoinNear:
    """The organisation named is not known, but some like it are: `near` are values of buttons, and names.

    `anew` is the value that adds it as a new one.
    """

    typed: str
    near: tuple[tuple[str, str], ...]
    anew: str


@dataclass(frozen=True, slots=True)
class MembershipCard:
    """The managers' card about somebody who wants to join, and what became of it.

    `supplier` is the id of a supplier that somebody was let in for: its profile can be read then. Where it is not
    `decidable`, the managers of `cluster` decide, and these here only learn of it.
    """

    id: str
    name: str
    organisation: str
    kind: OrganisationKind
    country: str
    cluster: str
    role: Role
    since: datetime
    email: str = ""
    website: str = ""
    headcount: int | None = None
    is_new: bool = False
    state: MembershipState = MembershipState.ASKED
    decided_by: str = ""
    reason: str = ""
    supplier: str = ""
    decidable: bool = True


@dataclass(frozen=True, slots=True)
class MembershipList:
    """Who waits to be let in: the first few, and how many there are."""

    items: tuple[MembershipCard, ...]
    total: int


@dataclass(frozen=True, slots=True)
class RefuseMembership:
    """Asks a manager for the reason."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class MembershipAnswer:
    """Tells the person what the managers decided."""

    role: Role
    organisation: str
    cluster: str
    let_in: bool
    reason: str = ""
    has_profile: bool = False


@dataclass(frozen=True, slots=True)
class MembershipDone:
    """Tells the manager (or the person who took it back) that it is done."""

    name: str
    organisation: str
    state: MembershipState


@dataclass(frozen=True, slots=True)
class FirstUse:
    """The first-use notice: what is kept of a person and why."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One person of a cluster; `paused`: the organisation is proposed to nobody."""

    name: str
    role: Role
    organisation: str = ""
    paused: bool = False


@dataclass(frozen=True, slots=True)
class MemberList:
    """The people of a cluster, one page; `older` and `newer` are values of the buttons that turn it."""

    cluster: str
    items: tuple[MemberLine, ...]
    total: int
    back: str = ""
    on: str = ""


_SINCE = datetime.fromisoformat("2026-11-02T09:00:00+00:00")
_CARD = MembershipCard(
    id="MB-3",
    name="Engineer, Warm Loop",
    email="engineer@warmloop.example",
    organisation="Warm Loop ApS",
    kind=OrganisationKind.SME,
    country="DK",
    website="https://warmloop.example",
    headcount=14,
    cluster="CLEAN",
    role=Role.SME,
    since=_SINCE,
    is_new=True,
)

EXAMPLES = (
    JoinCluster(cluster="CLEAN"),
    JoinCluster(cluster="CLEAN", organisation="Warm Loop ApS", country="DK", role="sme", language="da"),
    AlreadyIn(belongs=(Belongs(Role.SME, "CLEAN", "Warm Loop ApS"), Belongs(Role.MANAGER, "CLEAN"))),
    JoinWaits("MB-3", "Warm Loop ApS", "CLEAN", Role.SME, _SINCE, managers=("Manager, CLEAN",)),
    JoinWaits("MB-3", "Warm Loop ApS", "CLEAN", Role.BUYER, _SINCE, fresh=True),
    JoinNear(typed="Warm Lop", near=(("OR-5 sme", "Warm Loop ApS"),), anew="new sme"),
    _CARD,
    MembershipCard(
        id="MB-4",
        name="Buyer",
        organisation="Nordkaj Utility",
        kind=OrganisationKind.BUYER,
        country="DK",
        cluster="CLEAN",
        role=Role.BUYER,
        since=_SINCE,
        state=MembershipState.REFUSED,
        decided_by="Manager, CLEAN",
        reason="We could not reach you by phone.",
    ),
    MembershipCard(
        id="MB-5",
        name="Owner",
        organisation="Fjordsensor",
        kind=OrganisationKind.SME,
        country="NO",
        cluster="CLEAN",
        role=Role.SME,
        since=_SINCE,
        state=MembershipState.ACTIVE,
        decided_by="Manager, CLEAN",
        supplier="OR-7",
    ),
    MembershipCard(
        id="MB-6",
        name="Owner",
        organisation="Fjordsensor",
        kind=OrganisationKind.RESEARCH,
        country="NO",
        cluster="CLEAN",
        role=Role.SME,
        since=_SINCE,
        state=MembershipState.LEFT,
    ),
    replace(_CARD, cluster="Clean Tech Delta", is_new=False, decidable=False),
    MembershipList(items=(_CARD,), total=12),
    MembershipList(items=(), total=0),
    RefuseMembership(id="MB-3", name="Engineer, Warm Loop"),
    MembershipAnswer(Role.SME, "Warm Loop ApS", "CLEAN", let_in=True),
    MembershipAnswer(Role.SME, "Warm Loop ApS", "CLEAN", let_in=True, has_profile=True),
    MembershipAnswer(Role.BUYER, "Nordkaj Utility", "CLEAN", let_in=True),
    MembershipAnswer(Role.BUYER, "Nordkaj Utility", "CLEAN", let_in=False, reason="We could not reach you by phone."),
    MembershipDone("Engineer, Warm Loop", "Warm Loop ApS", MembershipState.ACTIVE),
    MembershipDone("Engineer, Warm Loop", "Warm Loop ApS", MembershipState.REFUSED),
    MembershipDone("Engineer, Warm Loop", "Warm Loop ApS", MembershipState.LEFT),
    FirstUse(),
    MemberList("CLEAN", (MemberLine("Owner", Role.SME, "Fjordsensor"), MemberLine("Manager, CLEAN", Role.MANAGER)), 2),
    MemberList("CLEAN", (MemberLine("Owner", Role.SME, "Fjordsensor", paused=True),), 31, back="CL-3 1", on="CL-3 3"),
)
