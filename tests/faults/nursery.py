"""A nursery of worker processes: it has imported everything, and forks one whenever it is told to.

Each line of its input is JSON: `{"start": {…}}` is answered with the process id of a new worker (see `Order`), and
`{"wait": pid}` with the exit status of one that ended, negative for a signal. What it forks runs the real delivery loop
with the real messengers of Slack and Teams and the real store, and may be killed at any moment.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlmodel import select

import handlers.journeys  # noqa: F401 - fills the table of letters
from handlers.letters import Deed, Drop, Later, Letter, letter
from handlers.nudging import days
from handlers.outbox import Deliverer
from handlers.outcomes import Times
from handlers.rates import Buckets
from handlers.work import Kit, Work
from messages.card import Card
from store import queue
from store.engine import Database, Session
from store.queue import Claimed
from store.tables.queue import Outbox
from surfaces.slack.client import SlackClient
from surfaces.slack.messenger import SlackMessenger
from surfaces.teams.client import TeamsClient
from surfaces.teams.messenger import TeamsMessenger
from surfaces.teams.tokens import Credentials
from tests.fakes.holidays import NoHolidays

KIND = "faults.message"


@dataclass(frozen=True, kw_only=True)
class Order:
    """One worker: its `name`, where it works, its `times` in seconds, the `rate` and burst of one channel.

    `without` takes one of the queue's guards away (see `_take_away`). `frozen`: its clockwork is so wrong that it still
    waits for an answer long after its lease, as a process does that was stopped and goes on. `any_hour`: reminders go
    out at whatever time of the week the suite runs.
    """

    name: str
    database: str
    api: str
    token: str
    team: str
    teams: Mapping[str, str]
    times: Mapping[str, float]
    rate: Sequence[float] = (100.0, 10.0)
    without: str = ""
    frozen: bool = False
    any_hour: bool = False


class PresentClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - a program of its own


class Wrong(Times):
    """Times out of all proportion."""

    def __post_init__(self) -> None:
        """Check nothing."""


def write(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Write a message, in the thread of another one if its payload names its key."""
    thread = ""
    if root := row.payload.get("root"):
        thread = work.session.exec(select(Outbox.sent_ref).where(Outbox.key == root)).one() or ""
        assert thread, "the first of a stream is sent before the others"
    careful = bool(row.payload.get("careful"))
    return Letter(
        Deed.POST, to=row.destination, card=Card(title=row.key), thread=thread, repeat_unconfirmed=not careful
    )


def _take_away(guard: str) -> None:
    """Run without the `fence`, the sending `mark` or the `quiet` time, to see that it is missed."""
    if guard == "fence":
        fenced = queue.guarded

        def unfenced(session: Session, claimed: Claimed, *given: Any, **options: Any) -> bool:
            newest = session.exec(select(Outbox.fence).where(Outbox.id == claimed.id)).one()
            return fenced(session, replace(claimed, fence=newest), *given, **options)

        queue.guarded = unfenced
    elif guard == "mark":
        queue.mark_sending = queue.renew
    elif guard == "quiet":
        claim, anything_due = queue.claim, queue.anything_due

        def hasty(session: Session, **options: Any) -> list[Claimed]:
            options["quiet"] = timedelta(0)
            return claim(session, **options)

        def hastily_due(session: Session, *, now: datetime, quiet: timedelta) -> bool:
            del quiet
            return anything_due(session, now=now, quiet=timedelta(0))

        queue.claim, queue.anything_due = hasty, hastily_due
    elif guard:
        raise ValueError(guard)


async def _usual(_tenant: str) -> str:
    """Know no address of the tenant's own."""
    return ""


async def live(order: Order) -> None:
    """Deliver until told to stop."""
    _take_away(order.without)
    if order.any_hour:
        setattr(days, "_not_now", lambda *_, **__: None)  # noqa: B010
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = SlackClient(order.token, order.api)
    client.installation.workspace = order.team
    bot = order.teams
    tenant = TeamsClient(
        Credentials(bot["client_id"], bot["client_secret"], bot["tenant_id"]),
        service_url_of=_usual,
        api_url=bot["api_url"],
        login_url=bot["login_url"],
    )
    given = {name: timedelta(seconds=seconds) for name, seconds in order.times.items()}
    rate, burst = order.rate
    deliverer = Deliverer(
        Database(order.database),
        Kit(holidays=NoHolidays()),
        {"slack": SlackMessenger(client), "teams": TeamsMessenger(tenant)},
        PresentClock(),
        owner=order.name,
        buckets=Buckets(rates={"slack": (rate, burst), "teams": (rate, burst)}),
        times=Wrong(**{**given, "delivery": timedelta(seconds=14)}) if order.frozen else Times(**given),
        room=1 if order.frozen else 32,
    )
    async with client.open(), tenant.open():
        await deliverer.run(stop, idle_seconds=0.1)


def _start(order: Order) -> int:
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        asyncio.run(live(order))
        status = 0
    finally:
        # Not sys.exit: what the nursery holds in its buffers is not this process's to write.
        os._exit(status)


def main() -> None:
    """Take orders until the input ends."""
    letter(KIND)(write)
    errors = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr), wrapper_class=errors)
    while line := sys.stdin.buffer.readline():
        told = json.loads(line)
        if "start" in told:
            answer = _start(Order(**told["start"]))
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(told["wait"], 0)[1])
        print(answer, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
