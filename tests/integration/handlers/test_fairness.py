"""One slow, failing or flooding workspace never delays another one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.clock import SystemClock
from handlers import letters
from handlers.letters import Deed, Letter
from handlers.outbox import Deliverer
from handlers.outcomes import Times
from handlers.ports import Found, Lookup, Unsure
from handlers.rates import Buckets
from handlers.work import Kit, Work
from messages.card import Card, Home
from store import queue
from store.engine import Database
from store.queue import Claimed
from store.tables.queue import Outbox
from tests.fakes.holidays import NoHolidays

#: What a person would not notice; on a machine that has much else to do.
_SOON = 4.0


@dataclass
class Workspaces:
    """A platform on which one workspace hangs, one fails, and the others answer at once."""

    arrived: dict[str, float] = field(default_factory=dict[str, float])
    hanging: int = 0

    async def post(self, to: str, card: Card, *, key: str, thread: str = "") -> str:
        if to.startswith("test:HANGS:"):
            self.hanging += 1
            await asyncio.sleep(20)
        if to.startswith("test:FAILS:"):
            raise Unsure("status 503")
        self.arrived[key] = time.monotonic()
        return f"{to}:1"

    async def update(self, ref: str, card: Card) -> None:
        raise NotImplementedError

    async def find(self, to: str, *, key: str, since: object, thread: str = "") -> Lookup:
        return Lookup(Found.ABSENT)

    async def open_conversation(self, people: Sequence[str], *, title: str, key: str) -> str:
        raise NotImplementedError

    async def create_channel(self, workspace: str, *, name: str, private: bool, key: str) -> str:
        raise NotImplementedError

    async def bring_in(self, channel: str, person: str) -> None:
        raise NotImplementedError

    async def take_out(self, channel: str, person: str) -> None:
        raise NotImplementedError

    async def publish_home(self, to: str, home: Home) -> None:
        raise NotImplementedError


def write(work: Work, row: Claimed) -> Letter:
    return Letter(Deed.POST, to=row.destination, card=Card(title=row.key))


@pytest.mark.parametrize(
    ("workspace", "channels", "rows"), [("HANGS", 100, 200), ("FAILS", 100, 200), ("FLOODS", 500, 2000)]
)
def test_a_message_to_another_workspace_goes_out_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch, workspace: str, channels: int, rows: int
):
    monkeypatch.setitem(letters.KINDS, "test.letter", letters.Kind("test.letter", write))
    clock, platform = SystemClock(), Workspaces()

    def enqueue(*places: tuple[str, str]) -> None:
        now = clock.now()
        with database.write() as session:
            intents = [queue.Intent(kind="test.letter", key=key, destination=to, due_at=now) for key, to in places]
            queue.enqueue_all(session, intents, now=now)

    enqueue(*((f"{number}", f"test:{workspace}:C{number % channels}") for number in range(rows)))
    deliverer = Deliverer(
        database,
        Kit(holidays=NoHolidays()),
        {"test": platform},
        clock,
        owner="w",
        buckets=Buckets(rates={"test": (1.0, 1.0)}),
        times=Times(stop=timedelta(0)),
    )

    async def run() -> float:
        stop = asyncio.Event()
        loop = asyncio.create_task(deliverer.run(stop, idle_seconds=0.05))
        async with asyncio.timeout(20):
            while not platform.hanging and not await asyncio.to_thread(busy):
                await asyncio.sleep(0.01)
            enqueued = time.monotonic()
            await asyncio.to_thread(enqueue, ("other", "test:T2:C1"))
            while "other" not in platform.arrived:
                await asyncio.sleep(0.01)
        stop.set()
        await loop
        return platform.arrived["other"] - enqueued

    def busy() -> bool:
        with database.read() as session:
            return session.exec(select(Outbox.id).where(Outbox.fence > 0).limit(1)).first() is not None

    assert asyncio.run(run()) < _SOON
