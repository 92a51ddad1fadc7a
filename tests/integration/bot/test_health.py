"""What load balancers and people on call are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.clock import PULSE, SystemClock
from bot.health import Metrics, health_routes
from handlers.suggestions.profile_index import ProfileKeeper
from store import heartbeat, migrate, queue
from store.engine import Database
from tests.world import NOW, World

#: Nothing listens there.
AWAY = "postgresql://nobody@127.0.0.1:1/nowhere"


@dataclass
class StillClock(SystemClock):
    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class Served:
    database: Database
    clock: StillClock
    client: TestClient

    def pulse(self, at: datetime) -> None:
        with self.database.write() as session:
            heartbeat.beat(session, PULSE, worker="w", now=at)


@pytest.fixture
def served(migrated_url: str) -> Iterator[Served]:
    database = Database(migrated_url)
    clock = StillClock(SystemClock().now())
    app = Starlette(routes=health_routes(database, clock, Metrics(database, clock)))
    with TestClient(app) as client:
        yield Served(database, clock, client)
    database.close()


def test_a_process_lives_whatever_the_store_does(served: Served):
    assert served.client.get("/healthz").status_code == 200


def test_ready_needs_a_turn_of_the_clock(served: Served):
    answer = served.client.get("/readyz")
    assert answer.status_code == 503
    assert "matchpoint worker" in answer.json()["checks"]["tick"]
    served.pulse(served.clock.at)
    assert served.client.get("/readyz").json() == {
        "ready": True,
        "checks": {"migrations": "ok", "database": "ok", "tick": "ok", "clock": "ok"},
    }


def test_a_tick_that_is_too_old_is_none(served: Served):
    served.pulse(served.clock.at - timedelta(minutes=5))
    assert served.client.get("/readyz").status_code == 503


def test_a_wrong_clock_is_told_where_the_database_has_one(served: Served):
    served.clock.at += timedelta(hours=1)
    served.pulse(served.clock.at)
    told = served.client.get("/readyz").json()["checks"]["clock"]
    assert (told == "ok") == (served.database.dialect == "sqlite")


def test_a_worker_whose_clock_is_ahead_is_told_of(served: Served):
    served.pulse(served.clock.at + timedelta(seconds=9))
    assert served.client.get("/readyz").json()["ready"]
    served.pulse(served.clock.at + timedelta(minutes=5))
    answer = served.client.get("/readyz")
    assert answer.status_code == 503
    assert "ahead" in answer.json()["checks"]["clock"]


@pytest.mark.parametrize("off", [timedelta(seconds=-30), timedelta(seconds=30), timedelta(hours=1)])
def test_a_clock_that_differs_from_the_servers_beyond_the_bound_is_not_ready(
    migrated_postgres_url: str, off: timedelta
):
    database = Database(migrated_postgres_url)
    clock = StillClock(SystemClock().now() + off)
    app = Starlette(routes=health_routes(database, clock, Metrics(database, clock)))
    with TestClient(app) as client:
        answer = client.get("/readyz")
    database.close()
    assert answer.status_code == 503
    assert "off by" in answer.json()["checks"]["clock"]


def test_a_store_at_an_older_migration_is_not_ready(empty_url: str):
    migrate.upgrade(empty_url)
    migrate.downgrade(empty_url, "base")
    database = Database(empty_url)
    clock = SystemClock()
    app = Starlette(routes=health_routes(database, clock, Metrics(database, clock)))
    with TestClient(app) as client:
        answer = client.get("/readyz")
    database.close()
    assert answer.status_code == 503
    assert "matchpoint migrate" in answer.json()["checks"]["migrations"]


def test_a_database_that_is_away_is_told_and_the_process_lives():
    database, clock = Database(AWAY), SystemClock()
    app = Starlette(routes=health_routes(database, clock, Metrics(database, clock)))
    with TestClient(app) as client:
        ready, lives, figures = (client.get(path) for path in ("/readyz", "/healthz", "/metrics"))
    assert (ready.status_code, lives.status_code, figures.status_code) == (503, 200, 503)
    assert "DATABASE_URL" in ready.json()["checks"]["database"]


def test_the_figures_of_the_outbox_are_measured(served: Served):
    due = served.clock.at - timedelta(seconds=90)
    with served.database.write() as session:
        intent = queue.Intent(kind="test", key="k", destination="d", due_at=due)
        queue.enqueue(session, intent, now=due)
    text = served.client.get("/metrics").text
    assert "outbox_pending 1.0" in text
    assert "outbox_oldest_due_seconds 90.0" in text
    assert "outbox_dead 0.0" in text
    assert "tick_age_seconds +Inf" in text


def test_the_index_of_profiles_of_this_process_is_measured(world: World):
    clock, keeper = StillClock(NOW), ProfileKeeper()
    metrics = Metrics(world.database, clock, keeper)
    assert "profiles_indexed 0.0" in metrics.render().decode()
    keeper.fresh(world.database, NOW)
    told = metrics.render().decode()
    assert "profiles_indexed 2.0" in told
    assert f"profiles_build_seconds {keeper.build_seconds}" in told
