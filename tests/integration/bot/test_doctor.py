"""The doctor says in plain words what is missing, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update
from sqlmodel import col

from bot import doctor
from bot.clock import PULSE, SystemClock
from bot.settings import Settings
from domain.rooms import WorkspaceState
from store import crypto, heartbeat
from store.engine import Database
from store.tables.ledger import AuditEvent
from store.tables.people import Cluster, Person, Workspace
from surfaces.teams.address import address_of
from tests.fakes.clock import StillClock
from tests.fakes.teams import FakeTeams
from tests.unit.prompts.embedder import embed
from tests.unit.prompts.judge import Behaviour, Judge
from tests.world import World

KEY = SecretStr(crypto.generate_key())


def settings(url: str, **more: Any) -> Settings:
    return Settings.model_construct(database_url=url, encryption_keys=(KEY,), **more)


def test_a_store_that_was_never_migrated_comes_first(empty_url: str, capsys: pytest.CaptureFixture[str]):
    assert doctor.examine(settings(empty_url)) == 1
    said = capsys.readouterr().out
    assert "matchpoint migrate" in said
    assert KEY.get_secret_value() not in said


def test_a_fresh_store_needs_a_worker_and_a_workspace(migrated_url: str, capsys: pytest.CaptureFixture[str]):
    assert doctor.examine(settings(migrated_url)) == 1
    said = capsys.readouterr().out
    assert "matchpoint worker" in said
    assert "/matchpoint setup" in said


def test_a_postgresql_without_a_key_is_told_how_to_make_one(capsys: pytest.CaptureFixture[str]):
    assert doctor.examine(Settings.model_construct(database_url="postgresql://nowhere.invalid/x")) == 1
    assert "ENCRYPTION_KEYS" in capsys.readouterr().out


def test_a_database_that_is_away_is_told(capsys: pytest.CaptureFixture[str]):
    assert doctor.examine(settings("postgresql://nobody@127.0.0.1:1/nowhere")) == 1
    assert "Check DATABASE_URL" in capsys.readouterr().out


def test_slack_without_a_token_or_a_public_address_is_told(migrated_url: str, capsys: pytest.CaptureFixture[str]):
    database = Database(migrated_url)
    with database.write() as session:
        heartbeat.beat(session, PULSE, worker="w", now=SystemClock().now())
    database.close()
    assert doctor.examine(settings(migrated_url, slack_signing_secret=SecretStr("s" * 32))) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "SLACK_BOT_TOKEN" in said
    assert "PUBLIC_URL" in said


def test_ceilings_that_cannot_be_read_are_told(empty_url: str, capsys: pytest.CaptureFixture[str]):
    doctor.examine(settings(empty_url))
    assert "DE_MINIMIS_CEILINGS" not in capsys.readouterr().out
    doctor.examine(settings(empty_url, de_minimis_ceilings="NO=much"))
    assert "DE_MINIMIS_CEILINGS: 'NO=much' is no ceiling" in capsys.readouterr().out


def test_an_audit_trail_that_was_changed_is_told(migrated_url: str, capsys: pytest.CaptureFixture[str]):
    doctor.examine(settings(migrated_url))
    assert "is not as it was sealed" not in capsys.readouterr().out
    now, database = SystemClock().now(), Database(migrated_url)
    with database.write() as session:
        session.add(AuditEvent(action="x", subject="IN-1", place=1, digest="forged", created_at=now, updated_at=now))
    database.close()
    assert doctor.examine(settings(migrated_url)) == 1
    assert "Its entry 1 is not as it was sealed" in capsys.readouterr().out


def test_a_model_without_a_name_is_told(migrated_url: str, capsys: pytest.CaptureFixture[str]):
    doctor.examine(settings(migrated_url, openai_api_key=SecretStr("sk-x")))
    assert "LLM_MODEL" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (lambda call: call.complete('{"ready": true}'), "ok      language model"),
        (lambda call: call.send(401, b"{}"), "OPENAI_API_KEY"),
        (lambda call: call.send(404, b"{}"), "LLM_MODEL"),
        (lambda call: call.send(503, b"{}"), "error of its own"),
        (lambda call: call.complete("Hello!"), "structured answers"),
    ],
    ids=["well", "key", "model", "server", "prose"],
)
def test_a_model_is_tried(migrated_url: str, capsys: pytest.CaptureFixture[str], behaviour: Behaviour, said: str):
    judge = Judge()
    judge.behaviours = [behaviour]
    doctor.examine(settings(migrated_url, llm_model="played", openai_base_url=judge.url))
    judge.close()
    assert said in capsys.readouterr().out
    assert len(judge.calls) == 1


def test_a_model_that_is_not_there_is_told(migrated_url: str, capsys: pytest.CaptureFixture[str]):
    judge = Judge()
    judge.close()
    doctor.examine(settings(migrated_url, llm_model="played", openai_base_url=judge.url))
    assert "OPENAI_BASE_URL" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (embed(), "ok      embeddings"),
        (lambda call: call.send(401, b"{}"), "OPENAI_API_KEY"),
        (lambda call: call.send(404, b"{}"), "EMBEDDING_MODEL"),
        (embed(lambda items: items.clear()), "something else than vectors"),
    ],
    ids=["well", "key", "model", "nothing"],
)
def test_an_embeddings_endpoint_is_tried(
    migrated_url: str, capsys: pytest.CaptureFixture[str], behaviour: Behaviour, said: str
):
    judge = Judge()
    judge.behaviours = [behaviour]
    doctor.examine(settings(migrated_url, embedding_model="played", openai_base_url=judge.url))
    judge.close()
    printed = " ".join(capsys.readouterr().out.split())
    assert " ".join(said.split()) in printed
    assert "language model" not in printed
    assert "ok vectors of profiles" in printed
    assert len(judge.calls) == 1


def test_profiles_without_a_vector_are_counted(world: World):
    assert [finding.ok for finding in doctor.vectors_of_profiles(world.database, "")] == []
    (finding,) = doctor.vectors_of_profiles(world.database, "played")
    assert not finding.ok
    assert finding.remedy.startswith("2 of 2 profiles have no vector of played yet")


def test_people_and_clusters_without_a_calendar_or_a_zone_are_counted_and_not_named(world: World):
    places = {finding.name: finding for finding in doctor.calendars(world.database)}
    assert all(finding.ok for finding in places.values())
    with world.database.write() as session:
        now = SystemClock().now()
        somewhere = [
            Person(name="Somebody 1", country="XX", region="1", created_at=now, updated_at=now),
            Person(name="Somebody 2", country="XX", created_at=now, updated_at=now),
            Person(name="Somebody 3", country="", created_at=now, updated_at=now),
            Person(name="Somebody 4", country="DE", region="Atlantis", created_at=now, updated_at=now),
            Person(name="Somebody 5", country="DE", region="BY", zone="Mars/1", created_at=now, updated_at=now),
            Person(name="Gone", country="XX", zone="Mars/1", left_at=now, created_at=now, updated_at=now),
        ]
        session.add_all(somewhere)
    told = {finding.name: finding.remedy for finding in doctor.calendars(world.database)}
    assert "People in no country with a calendar: 3 (none given: 1, XX: 2)." in told["holiday calendars"]
    assert "People in a region that the calendar does not know: 1 (DE Atlantis: 1)." in told["regions"]
    assert "People in a zone that this machine does not know: 1 (Mars/1: 1)." in told["time zones"]
    assert "Somebody" not in "".join(told.values())


def test_clusters_without_a_calendar_or_a_zone_are_counted_too(world: World):
    with world.database.write() as session:
        session.execute(update(Cluster).where(col(Cluster.id) == world.clean).values(country="XX", zone="Nowhere"))
    told = {finding.name: finding.remedy for finding in doctor.calendars(world.database)}
    assert told["holiday calendars"].startswith("Clusters in no country with a calendar: 1 (XX: 1).")
    assert told["time zones"].startswith("Clusters in a zone that this machine does not know: 1 (Nowhere: 1).")


@pytest.fixture
def tenant() -> Iterator[FakeTeams]:
    with FakeTeams(StillClock()) as fake:
        fake.add_team("clean", "CLEAN", {"challenges": "Challenges"})
        yield fake


def _connected(url: str, tenant: FakeTeams, **more: Any) -> Settings:
    given = {
        "teams_client_id": tenant.client_id,
        "teams_client_secret": SecretStr(tenant.secret),
        "teams_tenant_id": tenant.tenant,
        "teams_api_url": tenant.service_url,
        "teams_login_url": tenant.origin,
    }
    return settings(url, **{**given, **more})


def _entered(url: str, tenant: FakeTeams, *channels: str) -> None:
    database = Database(url)
    with database.write() as session:
        room = Workspace(
            surface="teams",
            native_id=tenant.tenant,
            state=WorkspaceState.ACTIVE,
            service_url=tenant.service_url,
            challenge_channel=address_of(tenant.tenant, channels[0]),
            managers_channel=address_of(tenant.tenant, channels[1]),
            created_at=SystemClock().now(),
            updated_at=SystemClock().now(),
        )
        session.add(room)
    database.close()


def test_teams_with_all_it_needs_is_well(migrated_url: str, tenant: FakeTeams, capsys: pytest.CaptureFixture[str]):
    _entered(migrated_url, tenant, "19:clean@thread.tacv2", "19:challenges@thread.tacv2")
    doctor.examine(_connected(migrated_url, tenant, public_url="https://matchpoint.example.org"))
    said = capsys.readouterr().out
    assert "ok      teams credentials" in said
    assert said.count("ok      teams channel") == 2
    assert tenant.secret not in said


def test_what_teams_lacks_is_told(migrated_url: str, tenant: FakeTeams, capsys: pytest.CaptureFixture[str]):
    _entered(migrated_url, tenant, "19:clean@thread.tacv2", "19:gone@thread.tacv2")
    doctor.examine(_connected(migrated_url, tenant))
    said = capsys.readouterr().out
    assert "under which Teams reaches you" in said
    assert "Add the app to its team" in said
    wrong = SecretStr("5ec4e700-0000-4000-8000-000000000000")
    doctor.examine(_connected(migrated_url, tenant, teams_client_secret=wrong))
    said = capsys.readouterr().out
    assert "a secret's id" in said
    assert "wrong or has expired" in said
    doctor.examine(_connected(migrated_url, tenant, teams_client_secret=None))
    assert "Set TEAMS_CLIENT_SECRET" in capsys.readouterr().out
