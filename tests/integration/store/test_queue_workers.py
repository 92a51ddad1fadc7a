"""The outbox among several workers: nothing is lost and nothing is sent twice, whoever dies when."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from store.engine import Database
from store.queue import Claimed, Intent, claim, enqueue_all, finish, mark_sending
from store.tables.queue import Outbox, OutboxStatus
from tests.integration.store.queue_worker import deliver, delivered, drain, handle, now

HOUR = timedelta(hours=1)


def fill(database: Database, rows: int, *, streams: int) -> None:
    """Enqueue rows to a few destinations; the first ones in streams, whose keys tell their place: `s3-0001`."""
    intents = [
        Intent(
            kind="notice", key=f"s{n % streams}-{n:04}" if n < rows // 2 else f"alone-{n:04}",
            destination=f"slack:C{n % 7}", due_at=now(), stream=f"s{n % streams}" if n < rows // 2 else None, seq=n,
        )
        for n in range(rows)
    ]  # fmt: skip
    with database.write() as session:
        assert len(enqueue_all(session, intents, now=now())) == rows


def let_time_pass_for(database: Database, owner: str) -> None:
    """Let the leases and sending marks of a dead worker grow old, so that nobody has to wait for it."""
    with database.write() as session:
        for held in session.exec(select(Outbox).where(Outbox.lease_owner == owner)):
            assert held.lease_until is not None
            started = held.send_started and held.send_started - HOUR
            aged = update(Outbox).where(col(Outbox.id) == held.id)
            session.execute(aged.values(lease_until=held.lease_until - HOUR, send_started=started))


def assert_each_arrived_once_and_streams_in_order(database: Database, arrived: list[str], rows: int) -> None:
    assert {key: count for key, count in Counter(arrived).items() if count != 1} == {}
    assert len(arrived) == rows
    for stream in {key.split("-")[0] for key in arrived if key.startswith("s")}:
        of_stream = [key for key in arrived if key.startswith(f"{stream}-")]
        assert of_stream == sorted(of_stream)
    with database.read() as session:
        assert set(session.exec(select(Outbox.status))) == {OutboxStatus.SENT}


def test_threads_that_claim_at_the_same_time_share_the_work(database: Database, tmp_path: Path) -> None:
    fill(database, 120, streams=5)
    with ThreadPoolExecutor(6) as threads:
        workers = [
            threads.submit(drain, database, tmp_path / "platform", f"thread-{n}", lambda: None) for n in range(6)
        ]
        for worker in workers:
            worker.result(timeout=120)
    assert_each_arrived_once_and_streams_in_order(database, delivered(tmp_path / "platform"), 120)


def test_workers_at_one_moment_never_hold_the_same_row(database: Database) -> None:
    fill(database, 60, streams=60)
    start = threading.Barrier(6)

    def take(number: int) -> list[Claimed]:
        start.wait(30)
        with database.write() as session:
            return claim(session, owner=f"w{number}", now=now(), limit=30, per_destination=9)

    with ThreadPoolExecutor(6) as threads:
        taken = [one.id for claimed in threads.map(take, range(6)) for one in claimed]
    assert len(taken) == len(set(taken)) > 0


@pytest.fixture
def workers(database: Database, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Keep a list of worker processes, and end what is left of them."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def test_workers_that_are_killed_lose_nothing_and_send_nothing_twice(
    database: Database, tmp_path: Path, workers: list[subprocess.Popen[bytes]]
) -> None:
    platform = tmp_path / "platform"
    fill(database, 80, streams=4)
    deaths = 0
    url = database.url.render_as_string(hide_password=False)

    def start() -> subprocess.Popen[bytes]:
        risk = "0.04" if deaths < 12 else "0"
        arguments = [url, str(platform), str(len(workers)), risk]
        workers.append(subprocess.Popen([sys.executable, "-m", "tests.integration.store.queue_worker", *arguments]))
        return workers[-1]

    running = [start() for _ in range(3)]
    while running:
        process = running.pop(0)
        # The others go on working; whoever dies is noticed when it is its turn, as with any supervisor.
        if process.wait(120) != 0:
            deaths += 1
            let_time_pass_for(database, f"pid-{process.pid}")
            running.append(start())
    assert deaths >= 3
    assert_each_arrived_once_and_streams_in_order(database, delivered(platform), 80)


KILLED = """
import os, signal, sys
from pathlib import Path
from store.engine import Database
from tests.integration.store.queue_worker import drain
left = [int(sys.argv[3])]
def danger():
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
drain(Database(sys.argv[1]), Path(sys.argv[2]), "doomed", danger)
"""


@pytest.mark.parametrize(
    ("moment", "arrived_before", "unknown"),
    [(1, 0, False), (2, 0, True), (3, 1, True)],
    ids=["after the claim", "between the mark and the delivery", "between the delivery and the finish"],
)
def test_a_row_whose_worker_was_killed_arrives_once(
    database: Database, tmp_path: Path, moment: int, arrived_before: int, unknown: bool
) -> None:
    platform = tmp_path / "platform"
    fill(database, 1, streams=1)
    url = database.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-c", KILLED, url, str(platform), str(moment)], timeout=60, check=False)
    assert killed.returncode == -9
    assert len(delivered(platform)) == arrived_before
    with database.write() as session:
        assert claim(session, owner="heir", now=now()) == []
    let_time_pass_for(database, "doomed")
    with database.write() as session:
        (one,) = claim(session, owner="heir", now=now())
    assert one.was_sending is unknown
    handle(database, platform, one, lambda: None)
    assert len(delivered(platform)) == 1
    with database.read() as session:
        assert session.exec(select(Outbox.status)).one() == OutboxStatus.SENT


def test_a_worker_that_wakes_after_its_lease_neither_sends_nor_finishes(database: Database, tmp_path: Path) -> None:
    platform = tmp_path / "platform"
    fill(database, 1, streams=1)
    with database.write() as session:
        (asleep,) = claim(session, owner="asleep", now=now())
    let_time_pass_for(database, "asleep")
    with database.write() as session:
        (awake,) = claim(session, owner="awake", now=now())
        assert mark_sending(session, awake, now=now())
    deliver(platform, awake.key)
    handle(database, platform, asleep, lambda: None)
    assert len(delivered(platform)) == 1
    with database.write() as session:
        assert not finish(session, asleep, status="dead", now=now())
        assert finish(session, awake, status="sent", now=now())
