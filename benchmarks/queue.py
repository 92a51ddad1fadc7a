"""Part *queue*: how much the outbox gets through, beside procrastinate, and what a turn costs while much waits.

Messages go to a platform that answers at once, so that only the queue is measured. *Taken*: claimed and ended, and
nothing else. *Delivered*: by the real delivery loop, which reads each message afresh, marks it as being sent, and notes
its ref; by procrastinate's worker, which runs a task that does nothing. `MESSAGES`, `SIZES` and `ROUNDS` change the
amounts.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from benchmarks.ack import serve_postgres
from benchmarks.queue_workers import KIND, SURFACE, TASK, procrastinate_app
from matching.metrics import percentile
from store import migrate
from store.engine import Database
from store.queue import Intent, anything_due, claim, enqueue_all

WORKERS: Final = (1, 2, 4)
WORKSPACES: Final = 200
PLACES: Final = 5
#: Rows that are due at once, whatever else waits.
DUE: Final = 20
TURNS: Final = 60
_LEFT: Final = "SELECT count(*) FROM outbox WHERE status IN ('pending', 'leased', 'sending', 'uncertain')"
_BATCH: Final = 2000
_COPIED: Final = 1000
_SAME: Final = "kind, destination, seq, payload, due_at, created_at, updated_at, version, status, attempts, fence"

Rates = dict[str, dict[int, list[float]]]


def main() -> None:
    """Measure and print the tables, in Markdown."""
    messages = int(os.environ.get("MESSAGES", "3000"))
    sizes = [int(size) for size in os.environ.get("SIZES", "1000,100000,1000000").split(",")]
    rounds = int(os.environ.get("ROUNDS", "3"))
    with tempfile.TemporaryDirectory() as folder, serve_postgres(Path(folder)) as postgres:
        urls = {"SQLite": f"sqlite:///{folder}/queue.db", "PostgreSQL": postgres}
        for url in urls.values():
            migrate.upgrade(url)
        show_rates(measure_rates(urls, messages=messages, rounds=rounds, workers=WORKERS), messages, rounds)
        show_turns({name: [measure_turns(url, size) for size in sizes] for name, url in urls.items()})


# What it gets through


def measure_rates(
    urls: dict[str, str],
    *,
    messages: int,
    rounds: int,
    workers: tuple[int, ...],
    kinds: tuple[str, ...] = ("taken", "delivered"),
) -> Rates:
    """Return rows a second by subject and number of worker processes, one figure a round; rounds are interleaved."""
    found: Rates = {}
    asyncio.run(_prepare_theirs(urls["PostgreSQL"]))
    for number in range(rounds):
        for many in workers:
            for name, run in _subjects(urls, messages, kinds).items():
                print(f"  round {number + 1} of {rounds}: {name}, {many} workers", file=sys.stderr)
                found.setdefault(name, {}).setdefault(many, []).append(run(many))
    return found


def _subjects(urls: dict[str, str], messages: int, kinds: tuple[str, ...]) -> dict[str, Callable[[int], float]]:
    postgres = urls["PostgreSQL"]
    found: dict[str, Callable[[int], float]] = {}
    roles = {"taken": ("take", "take_theirs"), "delivered": ("deliver", "deliver_theirs")}
    for what in kinds:
        ours, theirs = roles[what]
        for name, url in urls.items():
            found[f"{what}: Matchpoint, {name}"] = lambda many, url=url, role=ours: _ours(url, role, many, messages)
        found[f"{what}: procrastinate, PostgreSQL"] = lambda many, role=theirs: _theirs(postgres, role, many, messages)
    return found


def _ours(url: str, role: str, many: int, messages: int) -> float:
    database = Database(url)
    _empty(database)
    now = datetime.now(UTC)
    _fill(database, [_message(f"m-{number}", number, now) for number in range(messages)], now)
    began = _run(role, url, many, left=lambda: _ask(database, _LEFT)[0])
    ended, sent = _ask(database, "SELECT max(updated_at), count(*) FROM outbox WHERE status = 'sent'")
    database.close()
    assert sent == messages, f"{sent} of {messages} were sent"
    at = datetime.fromisoformat(ended).replace(tzinfo=UTC) if isinstance(ended, str) else ended
    return messages / (at - began).total_seconds()


def _theirs(url: str, role: str, many: int, messages: int) -> float:
    database = Database(url)
    _do(database, "TRUNCATE procrastinate_jobs RESTART IDENTITY CASCADE")
    asyncio.run(_defer(url, messages))
    left = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    began = _run(role, url, many, left=lambda: _ask(database, left)[0])
    ended, done = _ask(database, "SELECT max(at), count(*) FROM procrastinate_events WHERE type = 'succeeded'")
    database.close()
    assert done == messages, f"{done} of {messages} were done"
    return messages / (ended - began).total_seconds()


def _run(role: str, url: str, many: int, *, left: Callable[[], int]) -> datetime:
    """Let worker processes start together and wait until nothing is left; return when they started."""
    # Not as a main module: procrastinate wants its apps to be made in one that can be imported.
    program = "from benchmarks.queue_workers import main; main()"
    arguments = [sys.executable, "-c", program, role, url]
    workers = [
        subprocess.Popen([*arguments, f"w{n}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for n in range(many)
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline().strip() == "ready", "a worker did not start"
        began = datetime.now(UTC)
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        while left():
            if any(worker.poll() for worker in workers):
                raise RuntimeError("a worker failed")
            time.sleep(0.1)
        return began
    finally:
        for worker in workers:
            worker.communicate(timeout=30)  # which ends its input


def _message(key: str, number: int, due_at: datetime) -> Intent:
    place = f"{SURFACE}:W{number % WORKSPACES}:C{number // WORKSPACES % PLACES}"
    return Intent(kind=KIND, key=key, destination=place, due_at=due_at, payload={"number": number})


def _fill(database: Database, intents: list[Intent], now: datetime) -> None:
    for start in range(0, len(intents), _BATCH):
        with database.write() as session:
            enqueue_all(session, intents[start : start + _BATCH], now=now)
    _do(database, "VACUUM ANALYZE outbox" if database.dialect == "postgresql" else "ANALYZE")


def _empty(database: Database) -> None:
    _do(database, "TRUNCATE outbox" if database.dialect == "postgresql" else "DELETE FROM outbox")


def _ask(database: Database, query: str) -> tuple[Any, ...]:
    with database.engine.connect() as connection:
        return tuple(connection.execute(text(query)).one())


def _do(database: Database, statement: str) -> None:
    """Run one statement; on PostgreSQL in no transaction, which VACUUM does not like."""
    if database.dialect == "sqlite":
        with database.engine.begin() as connection:
            connection.execute(text(statement))
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


async def _prepare_theirs(url: str) -> None:
    app = procrastinate_app(url)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()


async def _defer(url: str, messages: int) -> None:
    app = procrastinate_app(url)
    async with app.open_async():
        for start in range(0, messages, _BATCH):
            given: list[dict[str, Any]] = [{"number": n} for n in range(start, min(messages, start + _BATCH))]
            await app.tasks[TASK].batch_defer_async(*given)


def show_rates(found: Rates, messages: int, rounds: int) -> None:
    """Print one row per subject; × procrastinate with as many workers."""
    workers = list(next(iter(found.values())))
    print(f"\nRows a second of {messages:,}, medians of {rounds} rounds; × procrastinate with as many workers\n")
    print(f"| worker processes |{''.join(f' {many} |' for many in workers)}")
    print(f"|---|{'---|' * len(workers)}")
    for name, rates in found.items():
        base = found[f"{name.split(':')[0]}: procrastinate, PostgreSQL"]
        medians = {many: (statistics.median(rates[many]), statistics.median(base[many])) for many in workers}
        print(f"| {name} | {' | '.join(f'{own:.0f} ({own / their:.2f}×)' for own, their in medians.values())} |")


# What a turn costs


def measure_turns(url: str, waiting: int) -> tuple[int, dict[str, list[float]]]:
    """Return the milliseconds that turns take while so many rows wait for next year; `DUE` rows are due at some."""
    print(f"  {waiting:,} waiting: {url.partition(':')[0]}", file=sys.stderr)
    database = Database(url)
    _empty(database)
    _let_wait(database, waiting)
    clocks = _clock_turn(database)
    taken: dict[str, list[float]] = {"a look, nothing due": [], f"a claim, {DUE} due": [], "a turn of all ticks": []}
    for turn in range(TURNS):
        now = datetime.now(UTC)
        taken["a look, nothing due"].append(_timed(lambda now=now: _claim(database, now)))
        taken["a turn of all ticks"].append(_timed(lambda now=now: clocks(now)))
        due = [_message(f"due-{turn}-{number}", number, now) for number in range(DUE)]
        with database.write() as session:
            enqueue_all(session, due, now=now)
        taken[f"a claim, {DUE} due"].append(_timed(lambda now=now: _claim(database, now)))
        _do(database, "DELETE FROM outbox WHERE status IN ('leased', 'sending')")
    database.close()
    return waiting, taken


def _claim(database: Database, now: datetime) -> None:
    """Look, and claim, as the delivery loop does."""
    with database.read() as session:
        if not anything_due(session, now=now):
            return
    with database.write() as session:
        claim(session, owner="w", now=now, limit=DUE, rests={"slack": timedelta(seconds=1)})


def _clock_turn(database: Database) -> Callable[[datetime], None]:
    from importlib import import_module

    from bot.calendar import PublicHolidays
    from handlers.ticks import TICKS
    from handlers.work import Kit

    import_module("handlers.journeys")
    kit = Kit(holidays=PublicHolidays())

    def turn(now: datetime) -> None:
        for tick in TICKS.values():
            tick.function(database, kit, now)

    return turn


def _let_wait(database: Database, many: int) -> None:
    """Add nudges of the coming weeks: a few as they are enqueued, and copies of them under other keys."""
    now = datetime.now(UTC)
    first = [_nudge(number, now + timedelta(days=30, minutes=number)) for number in range(min(many, _COPIED))]
    with database.write() as session:
        enqueue_all(session, first, now=now)
        made = "SELECT key || :copy, stream || :copy, subject || :copy"
        first_ones = "id < (SELECT min(id) FROM outbox) + :number"
        copy = f"INSERT INTO outbox (key, stream, subject, {_SAME}) {made}, {_SAME} FROM outbox WHERE {first_ones}"
        for number in range(1, many // _COPIED):
            session.connection().execute(text(copy), {"copy": f":{number}", "number": _COPIED})
    _do(database, "VACUUM ANALYZE outbox" if database.dialect == "postgresql" else "ANALYZE")


def _nudge(number: int, due_at: datetime) -> Intent:
    return Intent(
        kind="nudge",
        key=f"consent:IN-{number}:3wd:v1:P-{number}",
        destination=f"person:P-{number}",
        due_at=due_at,
        stream=f"nudges:P-{number}",
        subject=f"IN-{number}:consent:P-{number}",
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def show_turns(found: dict[str, list[tuple[int, dict[str, list[float]]]]]) -> None:
    """Print p50 / p95 by how many rows wait, and the ratio of the p50 to that of the smallest number."""
    print(f"\nMilliseconds, p50 / p95 of {TURNS} turns while so many rows wait; × the p50 while the fewest wait\n")
    for engine, sizes in found.items():
        print(f"| {engine} |{''.join(f' {size:,} wait |' for size, _ in sizes)}\n|---|{'---|' * len(sizes)}")
        for what in sizes[0][1]:
            base = statistics.median(sizes[0][1][what])
            cells = [_cell(taken[what], base) for _, taken in sizes]
            print(f"| {what} | {' | '.join(cells)} |")
        print()


def _cell(times: list[float], base: float) -> str:
    middle, late = statistics.median(times), percentile(times, 0.95)
    return f"{middle:.2f} / {late:.2f} ({middle / base:.1f}×)"


if __name__ == "__main__":
    main()
