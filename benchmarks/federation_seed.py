"""A federation for the measurements: clusters with a workspace each, SMEs in all of them, and one open conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final

from benchmarks.seed import published_challenge
from bot.calendar import PublicHolidays
from domain.challenges import Confidentiality
from domain.introductions import IntroductionState, SuggestionState
from domain.organisations import ClusterState, MembershipState, OrganisationKind, Role, name_key
from domain.rooms import WorkspaceState
from handlers.requests import Press, Speaker
from handlers.work import Kit
from store import crypto, migrate
from store.engine import Database, Session
from store.queries.rows import add, key_of
from store.tables.challenges import Invitation
from store.tables.introductions import Conversation, Introduction, Leg, Ranking, Suggestion
from store.tables.people import Cluster, Identity, Membership, Organisation, OrganisationCluster, Person, Workspace

CHALLENGE: Final = "CH-1"
#: The same by invitation: every SME is told of it by name.
BY_INVITATION: Final = "CH-2"
_KEY: Final = "kmX6pY1yGJ6fMZkV7hEhlTz9mQbJ7cV1m5l0E9mR3rA="


@dataclass
class Federation:
    """What was built: who speaks, and the places and people that a challenge goes to."""

    database: Database
    kit: Kit
    manager: Speaker
    buyer: Speaker
    here: str = ""
    there: str = ""
    partners: list[tuple[Speaker, int]] = field(default_factory=list[tuple[Speaker, int]])
    channels: list[str] = field(default_factory=list[str])
    smes: list[int] = field(default_factory=list[int])
    letters: list[str] = field(default_factory=list[str])

    def press(self, speaker: Speaker, action: str, value: str) -> Press:
        """Return a button that somebody presses."""
        return Press(speaker, action, value)


class _Seed:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.at: dict[str, Any] = {"created_at": datetime.now(UTC), "updated_at": datetime.now(UTC)}

    def cluster(self, number: int) -> tuple[int, str, str]:
        """Add a cluster and its workspace; every second one is in Teams."""
        name, surface = f"Cluster {number}", ("slack", "teams")[number % 2]
        row = Cluster(name=name, name_key=name_key(name), country="DK", state=ClusterState.ACTIVE, **self.at)
        cluster, native = key_of(add(self.session, row)), f"T0BENCH{number:04}"
        place = f"{surface}:{native}:C0"
        workspace = Workspace(
            surface=surface,
            native_id=native,
            name=name,
            cluster_id=cluster,
            state=WorkspaceState.ACTIVE,
            challenge_channel=f"{place}CHALLENGE",
            managers_channel=f"{place}MANAGERS",
            **self.at,
        )
        add(self.session, workspace)
        return cluster, surface, native

    def organisation(self, name: str, kind: OrganisationKind, cluster: int) -> int:
        row = Organisation(
            natural_key=f"name:{name}",
            kind=kind,
            name=name,
            name_key=name_key(name),
            country="DK",
            home_cluster_id=cluster,
            **self.at,
        )
        key = key_of(add(self.session, row))
        self.session.add(OrganisationCluster(organisation_id=key, cluster_id=cluster))
        return key

    def person(
        self, name: str, role: Role, cluster: int, organisation: int | None, place: tuple[str, str]
    ) -> tuple[int, Speaker]:
        surface, native = place
        email = f"{name.lower().replace(' ', '.')}@bench.example"
        key = key_of(add(self.session, Person(name=name, email=email, country="DK", **self.at)))
        user = f"U0BENCH{key:06}"
        self.session.add(
            Identity(
                person_id=key,
                surface=surface,
                workspace=native,
                native_user=user,
                address=f"{surface}:{native}:{user}",
                seen_at=self.at["created_at"],
                **self.at,
            )
        )
        self.session.add(
            Membership(
                person_id=key,
                cluster_id=cluster,
                organisation_id=organisation,
                role=role,
                state=MembershipState.ACTIVE,
                **self.at,
            )
        )
        return key, Speaker(surface, native, user)


def build_federation(url: str, *, workspaces: int, smes: int) -> Federation:
    """Fill an empty store with a published challenge of the first cluster, and an introduction that was made."""
    import_module("handlers.journeys")
    crypto.configure(_KEY)
    migrate.upgrade(url)
    database = Database(url)
    with database.write() as session:
        seed = _Seed(session)
        clusters = [seed.cluster(number) for number in range(workspaces)]
        owner, surface, native = clusters[0]
        utility = seed.organisation("Utility", OrganisationKind.BUYER, owner)
        buyer_id, buyer = seed.person("Buyer", Role.BUYER, owner, utility, (surface, native))
        managers = [seed.person(f"Manager {n}", Role.MANAGER, one[0], None, one[1:]) for n, one in enumerate(clusters)]
        made = Federation(database, Kit(holidays=PublicHolidays()), managers[0][1], buyer)
        made.partners = [(speaker, one[0]) for (_, speaker), one in zip(managers[1:], clusters[1:], strict=True)]
        made.channels = [f"{one[1]}:{one[2]}:C0CHALLENGE" for one in clusters]
        challenge = _challenge(seed, owner, utility, buyer_id)
        firms: list[int] = []
        for number in range(smes):
            one = clusters[1 + number % (workspaces - 1)]
            firms.append(seed.organisation(f"SME {number}", OrganisationKind.SME, one[0]))
            person, speaker = seed.person(f"Owner {number}", Role.SME, one[0], firms[-1], one[1:])
            made.smes.append(person)
            made.letters.append(f"{speaker.surface}:{speaker.workspace}:{speaker.user}")
        invited = _challenge(seed, owner, utility, buyer_id, Confidentiality.INVITE)
        session.add_all(Invitation(challenge_id=invited, organisation_id=one, **seed.at) for one in firms)
        _conversation(seed, made, challenge, firms[0], utility, buyer_id, clusters)
    return made


def _challenge(
    seed: _Seed, owner: int, utility: int, buyer: int, confidentiality: Confidentiality = Confidentiality.OPEN
) -> int:
    row = published_challenge((owner, utility, buyer), seed.at["created_at"])
    row.confidentiality = confidentiality
    return key_of(add(seed.session, row))


def _conversation(
    seed: _Seed,
    made: Federation,
    challenge: int,
    firm: int,
    utility: int,
    buyer: int,
    clusters: Sequence[tuple[int, str, str]],
) -> None:
    """Open a conversation between the first two workspaces."""
    session, at = seed.session, seed.at
    ranking = key_of(add(session, Ranking(challenge_id=challenge, edition=1, **at)))
    suggestion = Suggestion(
        challenge_id=challenge,
        ranking_id=ranking,
        organisation_id=firm,
        cluster_id=clusters[1][0],
        state=SuggestionState.APPROVED,
        rank=1,
        score=1.0,
        **at,
    )
    introduction = Introduction(
        suggestion_id=key_of(add(session, suggestion)),
        challenge_id=challenge,
        organisation_id=firm,
        buyer_id=utility,
        buyer_person_id=buyer,
        sme_person_id=made.smes[0],
        owner_cluster_id=clusters[0][0],
        sme_cluster_id=clusters[1][0],
        state=IntroductionState.MADE,
        **at,
    )
    talk = key_of(add(session, Conversation(introduction_id=key_of(add(session, introduction)), **at)))
    for (_, surface, native), person in zip(clusters[:2], (buyer, made.smes[0]), strict=True):
        address = f"{surface}:{native}:G0TALK"
        add(
            session,
            Leg(conversation_id=talk, surface=surface, workspace=native, people=(person,), address=address, **at),
        )
    made.here, made.there = (f"{surface}:{native}:G0TALK" for _, surface, native in clusters[:2])
