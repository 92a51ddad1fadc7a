"""What load balancers and people on call ask: does it live, is it ready, how is it doing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import PULSE, PULSE_SECONDS, SystemClock
from handlers.suggestions.profile_index import ProfileKeeper
from store import heartbeat, migrate
from store.backlog import backlog
from store.engine import Database, StoreUnavailable
from store.queries import ledger

SKEW_ALLOWED: Final = timedelta(seconds=10)
PULSE_ALLOWED: Final = timedelta(seconds=3 * PULSE_SECONDS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it passed, and in plain words what to do if not."""

    name: str
    ok: bool
    remedy: str = ""


def examine(database: Database, now: datetime) -> list[Finding]:
    """Check what this process needs: a writable database at the newest migration, a clock that turns and agrees."""
    try:
        if not migrate.is_at_head(database.engine):
            return [Finding("migrations", ok=False, remedy="Run `matchpoint migrate`.")]
        with database.write() as session:
            heartbeat.beat(session, "ready", worker="web", now=now)
            last = heartbeat.last_beat(session, PULSE)
            skew = heartbeat.clock_skew(session, now)
    except StoreUnavailable as error:
        return [Finding("database", ok=False, remedy=f"{error} Check DATABASE_URL and that the server runs.")]
    fresh = last is not None and now - last.at <= PULSE_ALLOWED
    # A worker whose clock is ahead sends early; that it beats in the future is all that others see of it.
    ahead = timedelta(0) if last is None else last.at - now
    if abs(skew) > SKEW_ALLOWED:
        wrong = f"This machine's clock is off by {skew}: set it right."
    elif ahead > SKEW_ALLOWED:
        wrong = f"The clock of worker {last.worker if last else ''} is {ahead} ahead: set it right."
    else:
        wrong = ""
    return [
        Finding("migrations", ok=True),
        Finding("database", ok=True),
        Finding("tick", ok=fresh, remedy="" if fresh else "No worker has turned lately: start `matchpoint worker`."),
        Finding("clock", ok=not wrong, remedy=wrong),
    ]


class Metrics:
    """The numbers of one process, and those read from the store when somebody asks."""

    def __init__(self, database: Database, clock: SystemClock, profiles: ProfileKeeper | None = None) -> None:
        self._database, self._clock = database, clock
        self._profiles = ProfileKeeper() if profiles is None else profiles
        self.registry = CollectorRegistry()
        self.ack = Histogram(
            "ack_seconds",
            "Time until a request of a surface was answered",
            ["surface", "kind"],
            registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
        )
        self._pending = Gauge("outbox_pending", "Rows that wait, due or not", registry=self.registry)
        self._oldest = Gauge("outbox_oldest_due_seconds", "Age of the oldest due row", registry=self.registry)
        self._uncertain = Gauge("outbox_uncertain", "Rows of unknown fate", registry=self.registry)
        self._dead = Gauge("outbox_dead", "Rows that were given up", registry=self.registry)
        asked = ["purpose", "outcome"]
        self._calls = Gauge("model_calls_today", "Questions to the language model (UTC)", asked, registry=self.registry)
        self._tokens = Gauge("model_tokens_today", "Tokens that these cost, as told", asked, registry=self.registry)
        self._tick = Gauge("tick_age_seconds", "Time since the clock last turned", registry=self.registry)
        self._indexed = Gauge("profiles_indexed", "Profiles that this process can rank", registry=self.registry)
        self._build = Gauge("profiles_build_seconds", "Time to index all profiles", registry=self.registry)

    def render(self) -> bytes:
        """Read the store and write the numbers in the text format of Prometheus."""
        now = self._clock.now()
        with self._database.read() as session:
            state = backlog(session, now=now)
            last = heartbeat.last_beat(session, PULSE)
            asked = ledger.calls_on(session, now.date())
        self._calls.clear()
        self._tokens.clear()
        for one in asked:
            self._calls.labels(one.purpose, one.outcome).set(one.calls)
            self._tokens.labels(one.purpose, one.outcome).set(one.tokens)
        self._pending.set(state.pending)
        self._oldest.set(state.oldest_due_seconds)
        self._uncertain.set(state.uncertain)
        self._dead.set(state.dead)
        self._tick.set((now - last.at).total_seconds() if last else float("inf"))
        self._indexed.set(len(self._profiles))
        self._build.set(self._profiles.build_seconds)
        return generate_latest(self.registry)


def health_routes(database: Database, clock: SystemClock, metrics: Metrics) -> list[Route]:
    """Return `/healthz`, `/readyz` and `/metrics`."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        findings = await asyncio.to_thread(examine, database, clock.now())
        ready = all(finding.ok for finding in findings)
        checks = {finding.name: "ok" if finding.ok else finding.remedy for finding in findings}
        return JSONResponse({"ready": ready, "checks": checks}, status_code=200 if ready else 503)

    async def show_metrics(_request: Request) -> Response:
        try:
            return Response(await asyncio.to_thread(metrics.render), media_type="text/plain; version=0.0.4")
        except StoreUnavailable:
            return PlainTextResponse("the store cannot be reached\n", status_code=503)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", show_metrics)]
