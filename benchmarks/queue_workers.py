"""The worker processes of part *queue*: Matchpoint's delivery loop, and procrastinate's worker, with nothing to do.

Each says "ready", waits for a line, and works until its input ends or nothing is left.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import make_url

from store.engine import Database

if TYPE_CHECKING:
    from procrastinate import App

#: So many rows of either are in one worker's hands at once.
AT_ONCE: Final = 32
SURFACE: Final = "bench"
KIND: Final = "bench"
TASK: Final = "noop"


class AtOnce:
    """A platform that accepts every message at once."""

    async def post(self, to: str, card: object, *, key: str, thread: str = "") -> str:
        """Give the message a ref."""
        del card, thread
        return f"{to}:{key}"


class Clock:
    """The time of this machine."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        return datetime.now(UTC)


def deliver(url: str, owner: str) -> None:
    """Run Matchpoint's delivery loop until the input ends."""
    from bot.calendar import PublicHolidays
    from handlers.letters import Deed, Letter, letter
    from handlers.outbox import Deliverer
    from handlers.work import Kit, Work
    from messages.card import Card
    from store.queue import Claimed

    @letter(KIND)
    def _write(_work: Work, row: Claimed) -> Letter:
        return Letter(Deed.POST, to=row.destination, card=Card(title=row.key))

    database = Database(url)
    messengers = cast("Any", {SURFACE: AtOnce()})
    deliverer = Deliverer(database, Kit(holidays=PublicHolidays()), messengers, Clock(), owner, room=AT_ONCE)

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.create_task(deliverer.run(stop))
        await asyncio.to_thread(sys.stdin.readline)
        stop.set()
        await loop

    _wait_for_go(database)
    asyncio.run(run())


def take(url: str, owner: str) -> None:
    """Claim and end rows, one worker's hands full at a time, until nothing is left."""
    from store import queue

    database, clock = Database(url), Clock()
    _wait_for_go(database)
    while True:
        with database.write() as session:
            rows = queue.claim(session, owner=owner, now=clock.now(), limit=AT_ONCE, per_destination=2)
        for row in rows:
            with database.write() as session:
                queue.finish(session, row, status="sent", now=clock.now())
        if not rows and not _is_left(database):
            return


def _is_left(database: Database) -> bool:
    """Tell whether anything waits that was only out of reach, because others hold its place."""
    from store import queue

    with database.read() as session:
        return queue.anything_due(session, now=Clock().now())


def procrastinate_app(url: str) -> App:
    """Make an app whose one task does nothing, on the same server."""
    from procrastinate import App, PsycopgConnector

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connector = PsycopgConnector(conninfo=plain, min_size=2, max_size=16)
    app = App(connector=connector)

    async def noop(number: int) -> None:
        del number

    app.task(name=TASK)(noop)
    return app


def deliver_theirs(url: str, owner: str) -> None:
    """Run procrastinate's worker until nothing is left."""

    async def run() -> None:
        app = procrastinate_app(url)
        async with app.open_async():
            _wait_for_go(None)
            await app.run_worker_async(
                name=owner, concurrency=AT_ONCE, wait=False, listen_notify=False, install_signal_handlers=False
            )

    asyncio.run(run())


def take_theirs(url: str, _owner: str) -> None:
    """Fetch and finish procrastinate's jobs, without a task, until nothing is left."""
    from procrastinate.jobs import Status

    async def run() -> None:
        app = procrastinate_app(url)
        async with app.open_async():
            worker = await app.job_manager.register_worker()
            _wait_for_go(None)
            while (job := await app.job_manager.fetch_job(queues=None, worker_id=worker)) is not None:
                await app.job_manager.finish_job(job, status=Status.SUCCEEDED, delete_job=False)

    asyncio.run(run())


def _wait_for_go(database: Database | None) -> None:
    if database is not None:
        _is_left(database)  # the connection stands, and the statements are made
    print("ready", flush=True)
    sys.stdin.readline()


ROLES: Final = {"deliver": deliver, "take": take, "deliver_theirs": deliver_theirs, "take_theirs": take_theirs}


def main() -> None:
    """Work as the arguments say: a role, the address of the database, the name of the worker."""
    role, url, owner = sys.argv[1:]
    ROLES[role](url, owner)
