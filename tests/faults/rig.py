"""The bench of the fault suite: a platform that goes wrong, workers that are killed, the verdict on what arrived."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any, Final, cast

from sqlalchemy import text
from sqlmodel import col, select

from store.engine import Database, StoreUnavailable
from store.queue import Intent, enqueue_all
from store.tables.queue import HELD, UNFINISHED, Outbox, OutboxStatus

TEAM: Final = "T0CLEAN"
#: Seconds, in the proportions of the real ones: the platform accepts at the latest when `late` has passed.
TIMES: Final = {"delivery": 0.7, "lease": 1.6, "quiet": 2.4, "patience": 1.0}
LATE: Final = 0.9
LATENCY: Final = 0.02
TICK: Final = 0.25
_PATIENCE: Final = 180.0


class Program:
    """A program of the suite that is talked to by lines of JSON."""

    def __init__(self, module: str) -> None:
        command = [sys.executable, "-m", module]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tell(self, order: object) -> None:
        pipe = cast("IO[bytes]", self._process.stdin)
        pipe.write(json.dumps(order).encode() + b"\n")
        pipe.flush()

    def hear(self) -> Any:
        line = cast("IO[bytes]", self._process.stdout).readline()
        assert line, "the program has ended"
        return json.loads(line)

    def end(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(20)


@dataclass
class Worker:
    """A worker process."""

    name: str
    pid: int


@dataclass
class Arrival:
    """A message that the platform accepted; `at` in seconds of its own clock."""

    key: str
    channel: str
    thread: str
    at: float
    text: str


class Rig:
    """The platform and the nursery, for one test after the other; `prefix` begins the keys of the present one."""

    def __init__(self) -> None:
        self._platform, self._nursery = Program("tests.faults.platform"), Program("tests.faults.nursery")
        self._where: dict[str, Any] = self._platform.hear()
        self._workers: dict[int, Worker] = {}
        self._count = 0
        self.prefix = ""

    def end(self) -> None:
        self._platform.end()
        self._nursery.end()

    @contextmanager
    def test(self) -> Iterator[None]:
        """Begin keys anew, with a platform where all is well; end every worker."""
        self._count += 1
        self.prefix = f"t{self._count}:"
        self.settle()
        try:
            yield
        finally:
            for worker in list(self._workers.values()):
                self.kill(worker)

    # -- the platform ------------------------------------------------------------------------------------------

    def settle(
        self, *, seed: int = 0, rate: float = 0.0, late: float = LATE, latency: float = 0.0, lookups: bool = True
    ) -> None:
        """Say how the platform behaves from now on."""
        self.ask("settings", seed=seed, rate=rate, late=late, latency=latency, lookups=lookups)

    def ask(self, method: str, **arguments: object) -> Any:
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self._where['api']}faults.{method}",
            data=json.dumps(arguments).encode(),
            headers={"Authorization": f"Bearer {self._where['token']}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            told = json.load(answer)
        assert told["ok"], told
        return told

    def plan(self, key: str, *steps: dict[str, object]) -> None:
        self.ask("plan", key=self.prefix + key, steps=steps)

    def release(self, key: str) -> None:
        self.ask("release", key=self.prefix + key)

    def accepted(self) -> int:
        return int(self.ask("progress", prefix=self.prefix)["accepted"])

    def arrivals(self) -> list[Arrival]:
        return [Arrival(**one) for one in self.ask("report", prefix=self.prefix)["arrivals"]]

    def faults(self) -> dict[str, int]:
        return dict(self.ask("report", prefix=self.prefix)["outcomes"])

    # -- the workers -------------------------------------------------------------------------------------------

    def start(self, database: Database, **changes: object) -> Worker:
        self._count += 1
        url = database.url.render_as_string(hide_password=False)
        order = {"name": f"worker-{self._count}", "database": url, "times": TIMES, **self._where, **changes}
        self._nursery.tell({"start": order})
        worker = Worker(f"worker-{self._count}", self._nursery.hear())
        self._workers[worker.pid] = worker
        return worker

    def kill(self, worker: Worker) -> None:
        os.kill(worker.pid, signal.SIGKILL)
        self.wait(worker)

    def stop(self, worker: Worker) -> int:
        """Tell a worker to stop, and return its exit status."""
        self.tell_to_stop(worker)
        return self.wait(worker)

    def tell_to_stop(self, worker: Worker) -> None:
        os.kill(worker.pid, signal.SIGTERM)

    def wait(self, worker: Worker) -> int:
        self._nursery.tell({"wait": worker.pid})
        del self._workers[worker.pid]
        return int(self._nursery.hear())

    # -- the outbox --------------------------------------------------------------------------------------------

    def enqueue(self, database: Database, *intents: Intent) -> None:
        """Enqueue messages as two clocks do that turn at once."""
        for _ in range(2):
            for start in range(0, len(intents), 500):
                with database.write() as session:
                    enqueue_all(session, intents[start : start + 500], now=present())

    def message(self, key: str, channel: str = "C1", **changes: Any) -> Intent:
        return Intent(
            kind="faults.message", key=self.prefix + key, destination=f"slack:{TEAM}:{channel}", due_at=present(),
            **changes,
        )  # fmt: skip

    def row(self, database: Database, key: str) -> Outbox:
        with database.read() as session:
            return session.exec(select(Outbox).where(Outbox.key == self.prefix + key)).one()


def present() -> datetime:
    """Read the clock that the workers have."""
    return datetime.now(UTC)  # noqa: TID251


def wait_until(condition: Callable[[], bool], *, seconds: float = _PATIENCE) -> None:
    """Wait for something that other processes bring about."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        pause.wait(0.05)


def finished(database: Database) -> Callable[[], bool]:
    """Return a condition: nothing is unfinished. A database that is away is asked again."""

    def none_left() -> bool:
        try:
            with database.read() as session:
                return session.execute(text(f"SELECT 1 FROM outbox WHERE {UNFINISHED} LIMIT 1")).first() is None  # noqa: S608
        except StoreUnavailable:
            return False

    return none_left


def judge(database: Database, arrivals: Sequence[Arrival], prefix: str) -> None:
    """Hold what arrived against what was enqueued: nothing lost, nothing doubled, every stream in order."""
    with database.read() as session:
        rows = session.exec(select(Outbox).order_by(col(Outbox.id))).all()
    times = Counter(one.key for one in arrivals)
    assert {key: count for key, count in times.items() if count > 1} == {}, "doubled"
    assert {row.key for row in rows} - times.keys() == set(), "lost"
    assert times.keys() <= {row.key for row in rows}
    assert {row.status for row in rows} == {OutboxStatus.SENT}
    place = {one.key: number for number, one in enumerate(arrivals)}
    streams: dict[str, list[Outbox]] = defaultdict(list)
    for row in rows:
        assert row.key.startswith(prefix)
        if row.stream is not None:
            streams[row.stream].append(row)
    for stream in streams.values():
        in_order = sorted(stream, key=lambda row: row.seq)
        assert [row.key for row in in_order] == sorted((row.key for row in in_order), key=place.__getitem__)


# -- the ordeal ------------------------------------------------------------------------------------------------


@dataclass
class Held:
    """What a worker held when it was killed."""

    row_id: int
    fence: int
    sending: bool
    killed_at: datetime


@dataclass
class Ordeal:
    """What a run came to; recoveries in seconds from the kill to the end of the row, by whether it was being sent."""

    kills: int = 0
    restarts: int = 0
    caught_sending: int = 0
    seconds: float = 0.0
    leased: list[float] = field(default_factory=list[float])
    sending: list[float] = field(default_factory=list[float])


def held_by(database: Database, name: str, killed_at: datetime) -> list[Held]:
    """List what a dead worker holds."""
    rows: list[Outbox] = []

    def read() -> bool:
        try:
            with database.read() as session:
                rows[:] = session.exec(select(Outbox).where(text(HELD), col(Outbox.lease_owner) == name)).all()
        except StoreUnavailable:
            return False
        return True

    wait_until(read)
    return [Held(row.id or 0, row.fence, row.send_started is not None, killed_at) for row in rows]


def recoveries(database: Database, held: Sequence[Held], into: Ordeal) -> None:
    """Measure how long it took until another worker had finished what a killed one held.

    Rows whose second attempt was broken too have another fence, and tell nothing about the first.
    """
    with database.read() as session:
        for one in held:
            row = session.get_one(Outbox, one.row_id)
            if row.fence == one.fence + 1 and row.status is OutboxStatus.SENT:
                seconds = (row.updated_at - one.killed_at).total_seconds()
                (into.sending if one.sending else into.leased).append(seconds)


def crowd(rig: Rig, messages: int) -> list[Intent]:
    """Think of messages: streams with threads and without, to channels and to people, and single ones."""
    intents: list[Intent] = []
    channels = max(8, messages // 40)
    for number in range(messages):
        stream, seq = divmod(number, 10)
        channel = f"C{stream % channels}"
        key = f"{number:05}"
        if stream % 5 < 2:
            # A stream; every second one is a post and its thread.
            root = {"root": f"{rig.prefix}{stream * 10:05}"} if stream % 5 == 0 and seq else {}
            intents.append(rig.message(key, channel, stream=f"{rig.prefix}s{stream}", seq=seq, payload=root))
        elif stream % 5 == 2:
            intents.append(rig.message(key, f"U{number % (channels * 2)}", payload={"careful": seq % 2}))
        else:
            intents.append(rig.message(key, f"C{number % channels}", payload={"careful": seq % 2}))
    return intents


def run_ordeal(
    rig: Rig,
    database: Database,
    *,
    messages: int,
    kills: int,
    seed: int,
    restarts: int = 0,
    restart: Callable[[], None] = lambda: None,
    lookups: bool = True,
) -> Ordeal:
    """Send messages with four workers while one after the other is killed, and the database is restarted."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    rig.settle(seed=seed, rate=0.05, latency=LATENCY, lookups=lookups)
    rig.enqueue(database, *crowd(rig, messages))
    found, held, began = Ordeal(), list[Held](), time.monotonic()
    workers = [rig.start(database) for _ in range(4)]
    acts = [(chance.uniform(0.02, 0.9) * messages, "kill") for _ in range(kills)]
    acts += [((number + 0.5) / restarts * 0.8 * messages, "restart") for number in range(restarts)]
    for moment, act in sorted(acts):
        wait_until(lambda moment=moment: rig.accepted() >= moment, seconds=300)
        if act == "restart":
            restart()
            found.restarts += 1
            continue
        victim = workers.pop(chance.randrange(4))
        rig.kill(victim)
        found.kills += 1
        held += held_by(database, victim.name, present())
        workers.append(rig.start(database))
    wait_until(finished(database), seconds=300)
    found.seconds = time.monotonic() - began
    found.caught_sending = sum(one.sending for one in held)
    recoveries(database, held, found)
    return found
