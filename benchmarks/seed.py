"""A store for the measurements: a cluster with its Slack workspace, a buyer, published challenges, and drafts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.challenges import ChallengeState, Confidentiality
from domain.organisations import ClusterState, MembershipState, OrganisationKind, Role, name_key
from domain.rooms import WorkspaceState
from store import migrate
from store.engine import Database, Session
from store.queries.rows import add
from store.tables.challenges import Challenge
from store.tables.people import Cluster, Identity, Membership, Organisation, OrganisationCluster, Person, Workspace

WORKSPACE = "T0BENCH0001"
BUYER = "U0BENCH0001"
CHANNEL = "C0BENCH0001"


def seed(url: str, *, published: int = 200, drafts: int) -> int:
    """Fill an empty store; return the number of the first draft, the others follow it."""
    migrate.upgrade(url)
    database = Database(url)
    now = datetime.now(UTC)
    with database.write() as session:
        buyer = _people(session, now)
        for number in range(published):
            add(session, _challenge(buyer, number, now, ChallengeState.PUBLISHED))
        first = add(session, _challenge(buyer, 0, now, ChallengeState.DRAFT))
        session.add_all(_challenge(buyer, n, now, ChallengeState.DRAFT) for n in range(1, drafts))
        number = first.id or 0
    database.close()
    return number


def _people(session: Session, now: datetime) -> tuple[int, int, int]:
    cluster = add(
        session,
        Cluster(
            name="Bench",
            name_key=name_key("Bench"),
            country="DK",
            state=ClusterState.ACTIVE,
            created_at=now,
            updated_at=now,
        ),
    )
    add(
        session,
        Workspace(
            surface="slack",
            native_id=WORKSPACE,
            name="Bench",
            cluster_id=cluster.id,
            state=WorkspaceState.ACTIVE,
            challenge_channel=f"slack:{WORKSPACE}:{CHANNEL}",
            managers_channel=f"slack:{WORKSPACE}:C0BENCH0002",
            created_at=now,
            updated_at=now,
        ),
    )
    organisation = add(
        session,
        Organisation(
            natural_key="bench",
            kind=OrganisationKind.BUYER,
            name="Bench Utility",
            name_key=name_key("Bench Utility"),
            country="DK",
            home_cluster_id=cluster.id,
            created_at=now,
            updated_at=now,
        ),
    )
    person = add(session, Person(name="Buyer", email="buyer@bench.example", created_at=now, updated_at=now))
    add(
        session,
        Identity(
            person_id=person.id or 0,
            surface="slack",
            workspace=WORKSPACE,
            native_user=BUYER,
            address=f"slack:{WORKSPACE}:{BUYER}",
            seen_at=now,
            created_at=now,
            updated_at=now,
        ),
    )
    add(
        session,
        Membership(
            person_id=person.id or 0,
            cluster_id=cluster.id or 0,
            organisation_id=organisation.id,
            role=Role.BUYER,
            state=MembershipState.ACTIVE,
            created_at=now,
            updated_at=now,
        ),
    )
    session.add(OrganisationCluster(organisation_id=organisation.id or 0, cluster_id=cluster.id or 0))
    return cluster.id or 0, organisation.id or 0, person.id or 0


def published_challenge(ids: tuple[int, int, int], now: datetime) -> Challenge:
    """Return a challenge that is published; `ids` are its cluster, organisation and person."""
    return _challenge(ids, 0, now, ChallengeState.PUBLISHED)


def _challenge(ids: tuple[int, int, int], number: int, now: datetime, state: ChallengeState) -> Challenge:
    cluster, organisation, person = ids
    deadline = now + timedelta(days=60)
    return Challenge(
        owner_cluster_id=cluster,
        organisation_id=organisation,
        person_id=person,
        state=state,
        confidentiality=Confidentiality.OPEN,
        title=f"Sensors for drinking-water network {number}",
        problem="We look for sensors that find bacteria in the pipe network within the hour.",
        must_haves=("Result within one hour",),
        deadline_on=deadline.date(),
        deadline_at=deadline,
        published_at=now if state is ChallengeState.PUBLISHED else None,
        created_at=now,
        updated_at=now,
    )
