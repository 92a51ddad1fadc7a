"""Part *federation*: one challenge to 200 workspaces and 4,000 SMEs, and what a relayed message costs.

Real store, handlers and delivery loop; the platforms are fake, answer after `LATENCY` seconds, and refuse with 429 what
is faster than they allow. Beside it what one would write first: a loop in the handler that posts to all, one after the
other. *Ideal* is the time that the platforms' limits and their latency alone would take. `WORKSPACES`, `SMES`,
`MESSAGES` and `LATENCY` change the amounts; `HUNG` is how long a workspace hangs that does not answer.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy import text

from benchmarks.federation_seed import BY_INVITATION, CHALLENGE, Federation, build_federation
from handlers import cards
from handlers.challenges.moves import POST
from handlers.desk import Desk
from handlers.outbox import Deliverer
from handlers.ports import Found, Lookup, Throttled, Unsure
from handlers.requests import Place, Said, Submission
from handlers.work import Work
from messages import compose
from messages.card import Card
from messages.i18n import Words
from messages.notices.talks import Relayed
from store.engine import Database
from store.tables.queue import UNFINISHED

#: What the platforms take of one place: messages a second, and how many at once.
LIMITS: Final[Mapping[str, tuple[float, float]]] = {"slack": (1.0, 1.0), "teams": (7.0, 7.0)}
_TABLES: Final = ("inbox", "relayed_message", "outbox", "audit_event", "post")


class Clock:
    """The time of this machine."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        return datetime.now(UTC)


@dataclass
class Platform:
    """A platform that keeps its limits; `hung` is a workspace whose answers never come within `patience` seconds."""

    latency: float
    hung: str = ""
    patience: float = 2.0
    arrived: dict[str, float] = field(default_factory=dict[str, float])
    keys: Counter[str] = field(default_factory=Counter[str])
    refused: int = 0
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])

    async def post(self, to: str, card: Card, *, key: str, thread: str = "") -> str:
        """Take a message, unless its place had one a moment ago."""
        del card, thread
        if self.hung and to.startswith(self.hung):
            await asyncio.sleep(self.patience)
            raise Unsure("no answer")
        rate, burst = LIMITS[to.partition(":")[0]]
        now = time.monotonic()
        tokens, at = self._buckets.get(to, (burst, now))
        tokens = min(burst, tokens + (now - at) * rate)
        if tokens < 0.95:  # clocks differ by a little
            self.refused += 1
            raise Throttled(1.0)
        self._buckets[to] = tokens - 1, now
        await asyncio.sleep(self.latency)
        self.keys[key] += 1
        self.arrived[f"{to}/{key}"] = time.monotonic()
        return f"{to}/{key}"

    async def update(self, ref: str, card: Card) -> None:
        """Take a change."""
        del ref, card
        await asyncio.sleep(self.latency)

    async def find(self, to: str, *, key: str, since: datetime, thread: str = "") -> Lookup:
        """Look a message up."""
        del since, thread
        ref = f"{to}/{key}"
        return Lookup(Found.PRESENT, ref) if ref in self.arrived else Lookup(Found.ABSENT)


@dataclass(frozen=True)
class Run:
    """What one way of sending came to; `seconds` until the last message, `answered` the longest that anybody waited."""

    name: str
    messages: int
    seconds: float
    ideal: float
    answered: float
    refused: int
    doubled: int
    milliseconds: float


def main() -> None:
    """Measure and print the tables, in Markdown."""
    workspaces, smes = int(os.environ.get("WORKSPACES", "200")), int(os.environ.get("SMES", "4000"))
    messages, latency = int(os.environ.get("MESSAGES", "300")), float(os.environ.get("LATENCY", "0.15"))
    hung = float(os.environ.get("HUNG", "10"))
    with tempfile.TemporaryDirectory() as folder:
        scene = build_federation(f"sqlite:///{folder}/federation.db", workspaces=workspaces, smes=smes)
        show_runs(asyncio.run(_spread(scene, latency, hung)), workspaces, smes, latency)
        show_costs(asyncio.run(_relay(scene, messages)), messages)
        scene.database.close()


# One challenge to everybody


async def _spread(scene: Federation, latency: float, hung: float) -> list[Run]:
    first = scene.channels[len(scene.channels) // 2]
    print("  a post in each workspace", file=sys.stderr)
    runs = [await _outbox(scene, "outbox: a post in each workspace", latency, _take_everywhere)]
    runs.append(await _loop("loop: a post in each workspace", scene.channels, latency))
    print("  a letter to each SME", file=sys.stderr)
    runs.append(await _outbox(scene, "outbox: a letter to each SME", latency, _write_to_smes))
    few = scene.letters[:: max(1, len(scene.letters) // 200)]
    runs.append(await _loop(f"loop: a letter to each of {len(few)} SMEs", few, latency))
    print("  with a workspace that hangs", file=sys.stderr)
    closed = first.rpartition(":")[0]
    runs.append(await _outbox(scene, "outbox, one workspace hangs", latency, _post_again, hung=closed, patience=hung))
    runs.append(await _loop("loop, one workspace hangs", scene.channels, latency, hung=closed, patience=hung))
    return runs


def _take_everywhere(scene: Federation, desk: Desk) -> float:
    """Offer the challenge to every partner, and let each take it: all of it by the handlers that people reach."""
    now = datetime.now(UTC)
    form = {"reach": "every", "clusters": ()}
    began = time.monotonic()
    desk.submit(Submission(scene.manager, "sharing.offer.send", CHALLENGE, cast("Any", form)), now=now)
    waited = [time.monotonic() - began]
    for speaker, cluster in scene.partners:
        began = time.monotonic()
        desk.press(scene.press(speaker, "sharing.take", f"{CHALLENGE}:CL-{cluster}"), now=now)
        waited.append(time.monotonic() - began)
    return max(waited)


def _write_to_smes(scene: Federation, _desk: Desk) -> float:
    began = time.monotonic()
    with scene.database.write() as session:
        work = Work(session, datetime.now(UTC), scene.kit)
        for person in scene.smes:
            cards.tell(work, POST, BY_INVITATION, person)
    return time.monotonic() - began


def _post_again(scene: Federation, _desk: Desk) -> float:
    """Have every post in the workspaces made once more, as if it had never been."""
    began = time.monotonic()
    with scene.database.write() as session:
        session.connection().execute(text("DELETE FROM outbox"))
        session.connection().execute(text("DELETE FROM post"))
        work = Work(session, datetime.now(UTC), scene.kit)
        for channel in scene.channels:
            cards.publish(work, POST, CHALLENGE, destination=channel)
    return time.monotonic() - began


async def _outbox(
    scene: Federation,
    name: str,
    latency: float,
    cause: Callable[[Federation, Desk], float],
    *,
    hung: str = "",
    patience: float = 2.0,
) -> Run:
    """Enqueue by the handlers and deliver by one worker until nothing is left but what hangs."""
    platform, desk = Platform(latency, hung, patience), Desk(scene.database, scene.kit)
    began, used = time.monotonic(), time.process_time()
    answered = await asyncio.to_thread(cause, scene, desk)
    stop = asyncio.Event()
    messengers = cast("Any", dict.fromkeys(LIMITS, platform))
    deliverer = Deliverer(scene.database, scene.kit, messengers, Clock(), "bench", room=64)
    task = asyncio.create_task(deliverer.run(stop, idle_seconds=0.05))
    while await asyncio.to_thread(_left, scene.database, hung):
        await asyncio.sleep(0.1)
    used = time.process_time() - used
    stop.set()
    await task
    return _came_to(name, platform, began, answered, used)


def _left(database: Database, without: str) -> int:
    """Count the messages that still wait; updates of cards, the ranking and what hangs are no part of it."""
    query = f"SELECT count(*) FROM outbox WHERE {UNFINISHED} AND kind = 'card.post'"  # noqa: S608 - our own words
    with database.engine.connect() as connection:
        if without:
            hidden = {"hidden": f"{without}%"}
            return int(connection.execute(text(f"{query} AND destination NOT LIKE :hidden"), hidden).scalar_one())
        return int(connection.execute(text(query)).scalar_one())


async def _loop(name: str, places: Sequence[str], latency: float, *, hung: str = "", patience: float = 2.0) -> Run:
    """Post to one place after the other while the person waits, as a handler of a few lines would."""
    platform = Platform(latency, hung, patience)
    began, used = time.monotonic(), time.process_time()
    for number, place in enumerate(places):
        try:
            await platform.post(place, Card(title=f"Challenge {CHALLENGE}"), key=str(number))
        except Unsure:
            continue  # lost: nobody knows, and nobody comes back to it
    took = time.monotonic() - began
    return _came_to(name, platform, began, took, time.process_time() - used)


def _came_to(name: str, platform: Platform, began: float, answered: float, used: float) -> Run:
    arrived = len(platform.arrived)
    places = Counter(ref.rpartition("/")[0] for ref in platform.arrived)
    # What is beyond the burst of a place takes its time there; the places do not wait for each other.
    ideal = max(
        (max(0.0, count - LIMITS[to.partition(":")[0]][1]) / LIMITS[to.partition(":")[0]][0])
        for to, count in places.items()
    )
    doubled = sum(count - 1 for count in platform.keys.values())
    last = max(platform.arrived.values()) - began
    return Run(
        name,
        arrived,
        last,
        ideal + platform.latency,
        answered,
        platform.refused,
        doubled,
        1000 * used / max(1, arrived),
    )


def show_runs(runs: Sequence[Run], workspaces: int, smes: int, latency: float) -> None:
    """Print one row per way of sending."""
    print(f"\nOne challenge to {workspaces} workspaces and {smes:,} SMEs; a platform answers after {latency:g} s\n")
    print("| | messages | the last one after | ideal | the person waits | 429 | doubled | processor ms a message |")
    print("|---|---|---|---|---|---|---|---|")
    for one in runs:
        print(
            f"| {one.name} | {one.messages:,} | {one.seconds:.1f} s | {one.ideal:.2f} s | {one.answered:.1f} s "
            f"| {one.refused} | {one.doubled} | {one.milliseconds:.1f} |"
        )


# What a relayed message costs


@dataclass(frozen=True)
class Cost:
    """What one way of passing messages on costs, per message."""

    name: str
    heard: float
    delivered: float
    rows: float


async def _relay(scene: Federation, messages: int) -> list[Cost]:
    print("  relayed messages", file=sys.stderr)
    desk, place = Desk(scene.database, scene.kit), Place(scene.here)
    before, used = _rows(scene.database), time.process_time()
    for number in range(messages):
        said = Said(scene.buyer, place, f"Message {number}: could we see it on Tuesday?", f"m-{number}", f"e-{number}")
        desk.said(said, now=datetime.now(UTC))
    heard, rows = time.process_time() - used, _rows(scene.database) - before
    used = time.process_time()
    deliverer = Deliverer(
        scene.database, scene.kit, cast("Any", {"teams": _Unlimited(), "slack": _Unlimited()}), Clock(), "bench"
    )
    deliverer.buckets.rates = {}
    while await deliverer.turn():
        pass
    delivered = time.process_time() - used
    used = time.process_time()
    for number in range(messages):
        notice = Relayed("Buyer", "Utility", f"Message {number}: could we see it on Tuesday?")
        await _Unlimited().post(scene.there, compose(notice, Words()), key=str(number))
    naive = time.process_time() - used
    return [
        Cost("relay by the outbox", 1000 * heard / messages, 1000 * delivered / messages, rows / messages),
        Cost("posted from the listener", 1000 * naive / messages, 0.0, 0.0),
    ]


class _Unlimited(Platform):
    """A platform that takes everything at once."""

    def __init__(self) -> None:
        super().__init__(0.0)

    async def post(self, to: str, card: Card, *, key: str, thread: str = "") -> str:
        """Take a message."""
        del card, thread
        return f"{to}/{key}"


def _rows(database: Database) -> int:
    with database.engine.connect() as connection:
        return sum(int(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()) for name in _TABLES)  # noqa: S608


def show_costs(costs: Sequence[Cost], messages: int) -> None:
    """Print one row per way of passing messages on."""
    print(f"\nA message from one leg to one other, processor time and rows of each of {messages}\n")
    print("| | heard, ms | delivered, ms | rows written |")
    print("|---|---|---|---|")
    for one in costs:
        print(f"| {one.name} | {one.heard:.2f} | {one.delivered:.2f} | {one.rows:.1f} |")
