"""Rows belong to clusters: what a narrowed transaction sees, by the ORM, by hand, and what it cannot write."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest
from sqlalchemy import exists, func, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import col, select

from domain.answers import AnswerKind, AnswerState
from domain.challenges import ChallengeState, Confidentiality
from domain.introductions import IntroductionState, Party, SuggestionState
from domain.meetings import MeetingState
from domain.organisations import ClusterState, OrganisationKind
from domain.rooms import ShareState
from domain.schemes import CallState, PartState, Preset, SchemeState
from domain.vouchers import ApplicationState, ClaimState
from store.engine import Database, Session
from store.policies import TABLES, rules
from store.reach import Reach, narrow, register
from store.tables import metadata
from store.tables.base import Row
from store.tables.calendar import Meeting
from store.tables.challenges import (
    Answer,
    AnswerPart,
    Challenge,
    ChallengeEdition,
    ChallengeReading,
    Invitation,
    Question,
    Share,
)
from store.tables.introductions import (
    Approval,
    Conversation,
    Decision,
    Introduction,
    Leg,
    Opening,
    Ranking,
    RelayedMessage,
    Suggestion,
)
from store.tables.people import Cluster, Organisation, OrganisationCluster, Person
from store.tables.vouchers import Application, Call, CallPart, Claim, ClaimReceipt, Scheme

NOW: Final = datetime(2026, 5, 4, 9, tzinfo=UTC)
DAY: Final = date(2026, 6, 1)
#: Tables that lead to a cluster or an organisation and are nobody's secret by themselves, and why.
OPEN: Final = {
    "share": "who was asked; rules of challenges go through it",
    "invitation": "who was invited; rules of challenges go through it",
    "scheme": "told to everybody who may apply",
    "call": "told to everybody who may apply",
    "call_part": "told to everybody who may apply",
    "award": "the register of aid, deployment-wide",
    "declaration": "the register of aid, deployment-wide",
    "organisation_cluster": "who is a member of what is the directory, deployment-wide",
    "membership": "roles: who acts is recognised by them before anything is narrowed",
    "workspace": "where cards go, also in other clusters",
    "guest_pass": "who acts is recognised by it before anything is narrowed; managers see their own cluster's",
    "post": "where cards stand, also in other clusters; without words",
    "outbox": "ids and keys of what is sent, also to other clusters; without words",
    "audit_event": "hashes, written in every transaction and shown to nobody",
    "import_run": "counts, shown to who imported",
    "model_spend": "sums per day, reserved by the worker",
    "embedding": "numbers that only the worker and the ranker read",
    "organisation_link": "the register of aid, deployment-wide",
}

KINDS: Final[tuple[type[Row], ...]] = (
    Answer, AnswerPart, Application, Approval, Challenge, ChallengeEdition, ChallengeReading, Claim, ClaimReceipt,
    Conversation, Decision, Introduction, Leg, Meeting, Opening, Question, Ranking, RelayedMessage, Suggestion,
)  # fmt: skip


class Populated:
    """Three clusters with their members, and something of everything in each, shared at random."""

    def __init__(self, database: Database, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.database = database
        with database.write() as self.session:
            self._fill()

    def add(self, table: type[Row], /, **values: Any) -> int:
        row: Any = table(created_at=NOW, updated_at=NOW, **values)
        self.session.add(row)
        self.session.flush()
        assert row.id is not None
        return int(row.id)

    def _fill(self) -> None:
        self.clusters = [
            self.add(Cluster, name=f"C{n}", name_key=f"c{n}", country="DK", state=ClusterState.ACTIVE) for n in range(3)
        ]
        self.person = self.add(Person, name="Somebody")
        self.organisations = [
            self.add(
                Organisation, natural_key=f"o{n}", kind=OrganisationKind.SME, name=f"O{n}", name_key=f"o{n}",
                country="DK", home_cluster_id=self.clusters[n % 3],
            )
            for n in range(7)
        ]  # fmt: skip
        for n, one in enumerate(self.organisations[:6]):
            self.session.add(OrganisationCluster(organisation_id=one, cluster_id=self.clusters[n % 3]))
        for _ in range(6):
            self._challenge()
        for cluster in self.clusters:
            self._scheme(cluster)

    def _some(self, of: list[int]) -> list[int]:
        return self.chance.sample(of, self.chance.randrange(len(of)))

    def _challenge(self) -> None:
        owner, buyer = self.chance.choice(self.clusters), self.chance.choice(self.organisations)
        key = self.add(
            Challenge, owner_cluster_id=owner, organisation_id=buyer, person_id=self.person, title="T",
            state=ChallengeState.PUBLISHED, confidentiality=self.chance.choice(list(Confidentiality)),
        )  # fmt: skip
        self.add(ChallengeEdition, challenge_id=key, edition=1, person_id=self.person)
        self.add(Ranking, challenge_id=key, edition=1)
        self.add(ChallengeReading, challenge_id=key, person_id=self.person, seen=1, text="x", source="local")
        for one in self._some([c for c in self.clusters if c != owner]):
            self.add(Share, challenge_id=key, cluster_id=one, state=self.chance.choice(list(ShareState)))
        for one in self._some(self.organisations):
            self.add(Invitation, challenge_id=key, organisation_id=one)
        for one in self._some(self.organisations):
            self._answer(key, one)
        for one in self._some(self.organisations):
            self._introduction(key, owner, buyer, one)

    def _answer(self, challenge: int, organisation: int) -> None:
        answer = self.add(
            Answer, challenge_id=challenge, organisation_id=organisation, person_id=self.person,
            cluster_id=self.chance.choice(self.clusters), state=AnswerState.DRAFT, kind=AnswerKind.EXISTING,
        )  # fmt: skip
        self.add(AnswerPart, answer_id=answer, person_id=self.person, message=f"m{answer}", text="x")
        self.add(
            Question, challenge_id=challenge, organisation_id=organisation, person_id=self.person, text="?",
        )  # fmt: skip

    def _introduction(self, challenge: int, owner: int, buyer: int, sme: int) -> None:
        ranking = self.session.exec(select(Ranking.id).where(Ranking.challenge_id == challenge)).one()
        suggestion = self.add(
            Suggestion, challenge_id=challenge, organisation_id=sme, ranking_id=ranking, rank=1, score=0.5,
            cluster_id=self.chance.choice(self.clusters), state=SuggestionState.APPROVED,
        )  # fmt: skip
        home = self.chance.choice(self.clusters)
        self.add(
            Decision, suggestion_id=suggestion, person_id=self.person, cluster_id=home, approved=True,
            challenge_id=challenge, rank=1, score=0.5,
        )  # fmt: skip
        key = self.add(
            Introduction, suggestion_id=suggestion, challenge_id=challenge, organisation_id=sme, buyer_id=buyer,
            buyer_person_id=self.person, owner_cluster_id=owner, sme_cluster_id=home, state=IntroductionState.PENDING,
        )  # fmt: skip
        self.add(Approval, introduction_id=key, cluster_id=home, person_id=self.person)
        self.add(Opening, introduction_id=key)
        self.add(
            Meeting, introduction_id=key, number=1, state=MeetingState.PROPOSED, token=f"t{key}",
            offered_by=Party.SME, offered_person_id=self.person,
        )  # fmt: skip
        talk = self.add(Conversation, introduction_id=key)
        leg = self.add(Leg, conversation_id=talk, surface="web", workspace=f"W{key}")
        self.add(RelayedMessage, conversation_id=talk, leg_id=leg, person_id=self.person, message=f"r{key}", text="x")

    def _scheme(self, cluster: int) -> None:
        scheme = self.add(
            Scheme, owner_cluster_id=cluster, state=SchemeState.ACTIVE, preset=Preset.INSIGHT, name="S", cap_cents=100
        )
        call = self.add(
            Call, scheme_id=scheme, title="C", state=CallState.OPEN, opens_on=DAY, opens_at=NOW, cutoff_on=DAY,
            cutoff_at=NOW,
        )  # fmt: skip
        for payer in self.clusters:
            part = self.add(CallPart, call_id=call, cluster_id=payer, state=PartState.TAKEN, budget_cents=1000)
            for one in self._some(self.organisations):
                key = self.add(
                    Application, call_id=call, part_id=part, cluster_id=payer, organisation_id=one,
                    person_id=self.person, state=ApplicationState.DRAFT,
                )  # fmt: skip
                claim = self.add(
                    Claim, application_id=key, cluster_id=payer, number=1, state=ClaimState.DRAFT, person_id=self.person
                )
                self.add(
                    ClaimReceipt, claim_id=claim, number="1", number_key=f"{claim}", issuer="I", issuer_key="i",
                    dated_on=DAY, cents=1, link="https://example.org/1",
                )  # fmt: skip

    def reaches(self) -> Iterator[Reach]:
        """Yield nobody, each cluster, each organisation, and mixtures."""
        yield Reach()
        yield from (Reach(clusters=frozenset({one})) for one in self.clusters)
        yield from (Reach(organisations=frozenset({one})) for one in self.organisations)
        for _ in range(6):
            yield Reach(frozenset(self._some(self.clusters)), frozenset(self._some(self.organisations)))


def by_orm(session: Session) -> dict[str, set[int]]:
    """Return what a session sees when it asks for rows, and hold what it sees of columns against it."""
    found: dict[str, set[int]] = {}
    for table in KINDS:
        key: Any = table.id  # type: ignore[attr-defined]
        name = str(table.__tablename__)
        found[name] = {row.id for row in session.exec(select(table))}  # type: ignore[attr-defined]
        assert set(session.exec(select(key))) == found[name]
        assert session.exec(select(func.count()).select_from(table)).one() == len(found[name])
    return found


def by_hand(session: Session) -> dict[str, set[int]]:
    """Return what plain SQL sees."""
    connection = session.connection()
    return {name: set(connection.execute(text(f"SELECT id FROM {name}")).scalars()) for name in sorted(TABLES)}  # noqa: S608


@pytest.mark.parametrize("seed", range(2))
def test_the_two_walls_stand_in_the_same_place(
    postgres_database: Database, sqlite_database: Database, seed: int
) -> None:
    on_postgres, on_sqlite = Populated(postgres_database, seed), Populated(sqlite_database, seed)
    with postgres_database.read() as session:
        everything = by_hand(session)
    assert all(everything.values()), "each table has rows"
    hidden: set[str] = set()
    for reach, same in zip(on_postgres.reaches(), on_sqlite.reaches(), strict=True):
        assert reach == same
        with postgres_database.read() as session:
            narrow(session, reach)
            policy = by_hand(session)
        with sqlite_database.read() as session:
            narrow(session, reach)
            assert by_orm(session) == policy, reach
        with sqlite_database.read() as session:
            narrow(session, reach)
            for table in KINDS:
                name = str(table.__tablename__)
                assert all(session.get(table, one) is None for one in sorted(everything[name] - policy[name])[:2])
        hidden |= {name for name in policy if policy[name] < everything[name]}
    assert hidden == TABLES


def test_a_partner_sees_what_was_offered_and_only_its_own_answers(database: Database) -> None:
    world = Populated(database, 1)
    mine, other, third = world.clusters
    with database.write() as session:
        world.session = session
        buyer, sme, stranger = world.organisations[1], world.organisations[0], world.organisations[2]
        key = world.add(
            Challenge, owner_cluster_id=other, organisation_id=buyer, person_id=world.person, title="T",
            state=ChallengeState.PUBLISHED, confidentiality=Confidentiality.TEASER,
        )  # fmt: skip
        answers = {
            one: world.add(
                Answer, challenge_id=key, organisation_id=one, person_id=world.person, cluster_id=at,
                state=AnswerState.DRAFT, kind=AnswerKind.IDEA,
            )
            for one, at in ((sme, mine), (stranger, third))
        }  # fmt: skip

    def seen() -> tuple[bool, set[int]]:
        with database.read() as session:
            narrow(session, Reach(clusters=frozenset({mine})))
            asked = select(Answer.id).where(Answer.challenge_id == key)
            return session.get(Challenge, key) is not None, {one for one in session.exec(asked) if one}

    assert seen() == (False, {answers[sme]})
    with database.write() as session:
        world.session = session
        world.add(Share, challenge_id=key, cluster_id=mine, state=ShareState.OFFERED)
    assert seen() == (True, {answers[sme]})


def test_joins_aliases_and_subqueries_are_narrowed_too(database: Database) -> None:
    world = Populated(database, 2)
    with database.read() as session:
        narrow(session, Reach())
        joined = select(Answer, Challenge).join(Challenge, col(Challenge.id) == col(Answer.challenge_id))
        assert session.exec(joined).all() == []
        inner = select(Introduction).subquery()
        assert session.exec(select(inner.c.id)).all() == []
        assert session.exec(select(Person.id).where(exists().where(col(Challenge.id) > 0))).all() == []
        assert world.clusters


def test_a_register_looks_over_everything_and_closes_again(database: Database) -> None:
    Populated(database, 0)
    with database.read() as session:
        everything = len(session.exec(select(Application.id)).all())
        narrow(session, Reach())
        assert session.exec(select(Application.id)).all() == []
        with register(session):
            assert len(session.exec(select(Application.id)).all()) == everything
            with register(session):
                pass
            assert len(session.exec(select(Application.id)).all()) == everything
        assert session.exec(select(Application.id)).all() == []
        with pytest.raises(LookupError), register(session):
            raise LookupError
        assert session.exec(select(Application.id)).all() == []


def test_the_next_transaction_on_the_connection_is_privileged_again(database: Database) -> None:
    Populated(database, 0)
    for _ in range(3):
        with database.write() as session:
            assert session.exec(select(Application.id)).all()
            narrow(session, Reach())
        with database.read() as session:
            assert session.exec(select(Application.id)).all()
            narrow(session, Reach())


def test_postgres_refuses_to_write_what_one_would_not_see(postgres_database: Database) -> None:
    world = Populated(postgres_database, 0)
    mine, other, _ = world.clusters
    with pytest.raises(ProgrammingError, match="row-level security"), postgres_database.write() as session:
        narrow(session, Reach(clusters=frozenset({mine})))
        world.session = session
        world.add(
            Challenge, owner_cluster_id=other, organisation_id=world.organisations[6], person_id=world.person,
            title="T", state=ChallengeState.DRAFT, confidentiality=Confidentiality.OPEN,
        )  # fmt: skip
    with postgres_database.write() as session:
        narrow(session, Reach(clusters=frozenset({mine})))
        changed: Any = session.connection().execute(
            text("UPDATE challenge SET title = 'mine' WHERE owner_cluster_id <> :mine"), {"mine": mine}
        )
        shared = {row.challenge_id for row in session.exec(select(Share).where(Share.cluster_id == mine))}
    assert changed.rowcount <= len(shared)


def test_a_connection_that_says_nothing_sees_nothing(postgres_database: Database) -> None:
    Populated(postgres_database, 0)
    with postgres_database.read() as session:
        connection = session.connection()
        connection.exec_driver_sql("SET LOCAL matchpoint.clusters = ''")
        assert not any(by_hand(session).values())


def test_no_policy_unfolds_into_many() -> None:
    asked = {
        table: TABLES.intersection(re.findall(r"(?:FROM|JOIN) (\w+)", rule)) - {"introduction"}
        for table, rule in rules("postgresql", by_function=True).items()
    }
    assert not any(asked.values()), asked


def test_the_role_of_the_tests_is_bound_by_policies(postgres_database: Database) -> None:
    with postgres_database.read() as session:
        asked = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert session.connection().execute(text(asked)).scalar_one() is False


def test_every_table_of_clusters_has_both_walls_or_a_reason() -> None:
    assert {str(table.__tablename__) for table in KINDS} == TABLES
    # What leads to a challenge, an introduction or an application belongs to somebody.
    secret = {"challenge", "introduction", "application", "answer", "suggestion", "conversation", "claim", "call"}
    leading = {
        table.name
        for table in metadata.sorted_tables
        if table.name in secret
        or {"cluster_id", "owner_cluster_id"} & set(table.columns.keys())
        or any(key.column.table.name in secret for key in table.foreign_keys)
    }
    assert leading - TABLES - set(OPEN) == set()
    assert not TABLES & set(OPEN)
