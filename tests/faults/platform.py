"""A fake Slack in a process of its own, which counts what it accepts and goes wrong at random or as it is told.

Its first line of output is where it is, and the failing Teams beside it; it ends with its input. Methods named
`faults.…` are answered to the tests: see `FaultySlack`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.slack import ALL_SCOPES, FakeSlack, Fault, Json
from tests.faults.teams_platform import FaultyTeams

HISTORY = frozenset(scope for scope in ALL_SCOPES if scope.endswith(":history"))
_LOOKUPS = ("conversations.history", "conversations.replies")
_POST = "chat.postMessage"
_UPDATE = "chat.update"


class PresentClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - a program of its own


@dataclass
class Arrival:
    """One message that was accepted."""

    key: str
    channel: str
    thread: str
    at: float
    text: str


@dataclass
class Plan:
    """What becomes of the posts of one key, in turn: each step is told in `FaultySlack.do_faults_plan`."""

    steps: list[Json]
    arrived: int = 0
    answered: list[float] = field(default_factory=list[float])
    released: asyncio.Event = field(default_factory=asyncio.Event)


class FaultySlack(FakeSlack):
    """A workspace in which every channel and person exists that anybody names.

    `rate` of the posts and look-ups go wrong at random; what is accepted late is accepted after `late` seconds, and an
    answer takes `latency` seconds.
    """

    def __init__(self, teams: FaultyTeams) -> None:
        super().__init__(PresentClock())
        self.tenant = teams
        self.chance = random.Random(0)  # noqa: S311 - no secret
        self.rate = self.late = self.latency = 0.0
        self.arrivals: list[Arrival] = []
        self.plans: dict[str, Plan] = {}
        self.outcomes: dict[str, int] = defaultdict(int)

    # -- what the tests ask ------------------------------------------------------------------------------------

    def do_faults_settings(self, arguments: Json) -> Json:
        """Set `seed`, `rate`, `late`, `latency`, and whether look-ups are possible (`lookups`)."""
        self.chance = random.Random(int(arguments["seed"]))  # noqa: S311 - no secret
        self.rate, self.late = float(arguments["rate"]), float(arguments["late"])
        self.latency = float(arguments["latency"])
        self.scopes = set(ALL_SCOPES if arguments["lookups"] else ALL_SCOPES - HISTORY)
        self.outcomes.clear()
        self.tenant.settle_on(seed=int(arguments["seed"]), rate=self.rate, late=self.late, latency=self.latency)
        return {}

    def do_faults_person(self, arguments: Json) -> Json:
        """Let a person of a `name` be in Teams; tell the tenant, and the person's id and chat with the bot."""
        user = self.tenant.add_user(arguments["name"])
        return {"tenant": self.tenant.tenant, "id": user.id, "chat": user.chat}

    def do_faults_chat(self, arguments: Json) -> Json:
        """List what stands in a `chat` of Teams, and how often what went wrong in all of it."""
        return {"messages": self.tenant.standing(arguments["chat"]), "outcomes": dict(self.tenant.outcomes)}

    def do_faults_plan(self, arguments: Json) -> Json:
        """Plan the posts of a `key`. Steps: `late` (seconds before it is accepted), `refuse` (it is not accepted, but
        answered with 429), `hold` (the answer waits for `faults.release`), `drop` (there is none)."""
        self.plans[arguments["key"]] = Plan(list(arguments["steps"]))
        return {}

    def do_faults_release(self, arguments: Json) -> Json:
        """Let the answers go that are held for a `key`."""
        self.plans[arguments["key"]].released.set()
        return {}

    def do_faults_arrived(self, arguments: Json) -> Json:
        """Tell how many posts of a key have come in, whatever became of them."""
        return {"arrived": self.plans[arguments["key"]].arrived}

    def do_faults_answered(self, arguments: Json) -> Json:
        """Tell how many posts of a key have been answered, and when the first was."""
        answered = self.plans[arguments["key"]].answered
        return {"answered": len(answered), "at": answered[0] if answered else 0}

    def do_faults_progress(self, arguments: Json) -> Json:
        """Tell how many messages were accepted, of the keys that begin with `prefix`."""
        return {"accepted": sum(one.key.startswith(arguments["prefix"]) for one in self.arrivals)}

    def do_faults_report(self, arguments: Json) -> Json:
        """List what was accepted, in order, of the keys that begin with `prefix`; and how often what went wrong."""
        found = [vars(one) for one in self.arrivals if one.key.startswith(arguments["prefix"])]
        return {"arrivals": found, "outcomes": dict(self.outcomes)}

    def do_faults_channel(self, arguments: Json) -> Json:
        """List what stands in a channel now: key, number of edits, and all that it says."""
        channel = self.channels.get(arguments["channel"])
        found = [] if channel is None else [one for one in channel.messages if one.bot]
        return {
            "messages": [{"key": _key(one.request), "edits": one.edits, "text": _said(one.blocks)} for one in found]
        }

    # -- what goes wrong ---------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if method.startswith("faults."):
            return await super()._api(request)
        plan = self.plans.get(_key(await request.json())) if method == _POST else None
        if plan is not None:
            return await self._planned(request, plan)
        if method in (_POST, _UPDATE, *_LOOKUPS) and self.chance.random() < self.rate:
            known = (Fault.ERROR_500, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.THROTTLE)
            fault = self.chance.choice((*known, Fault.LATE, Fault.SLOW) if method == _POST else known)
            self.outcomes[f"{method} {fault.name.lower()}"] += 1
            self.fail(method, fault, seconds=self.late if fault is Fault.LATE else 1)
        answer = await super()._api(request)
        await asyncio.sleep(self.latency)
        return answer

    async def _planned(self, request: web.Request, plan: Plan) -> web.StreamResponse:
        step = plan.steps[plan.arrived] if plan.arrived < len(plan.steps) else {}
        plan.arrived += 1
        await asyncio.sleep(step.get("late", 0))
        if step.get("refuse"):
            await plan.released.wait()
            answer = {"ok": False, "error": "ratelimited"}
            plan.answered.append(time.monotonic())
            return web.json_response(answer, status=429, headers={"Retry-After": "1"})
        answer = await super()._api(request)
        if step.get("hold"):
            await plan.released.wait()
        if step.get("drop"):
            assert request.transport is not None
            request.transport.abort()
        return answer

    def do_chat_postmessage(self, arguments: Json) -> Json:
        """Accept a message, and count it by the key in its metadata."""
        native = str(arguments["channel"])
        if native.startswith("U") and native not in self.users:
            self.add_user(native)
        if native.startswith("C") and native not in self.channels:
            self.add_channel(native, native.lower())
        answer = super().do_chat_postmessage(arguments)
        text = f"{arguments.get('text')} {arguments.get('blocks')}"
        key, thread = _key(arguments), str(arguments.get("thread_ts") or "")
        self.arrivals.append(Arrival(key, native, thread, time.monotonic(), text))
        return answer

    def do_conversations_open(self, arguments: Json) -> Json:
        """Open the direct message with anybody."""
        users = arguments["users"]
        for one in users.split(",") if isinstance(users, str) else users:
            if one not in self.users:
                self.add_user(one)
        return super().do_conversations_open(arguments)

    def do_conversations_history(self, arguments: Json) -> Json:
        """Look into a channel, also one in which nothing was said yet."""
        if arguments["channel"] not in self.channels:
            self.add_channel(arguments["channel"], arguments["channel"].lower())
        return super().do_conversations_history(arguments)


def _key(arguments: Json) -> str:
    metadata: Any = arguments.get("metadata") or {}
    given = json.loads(metadata) if isinstance(metadata, str) else metadata
    return str(given.get("event_payload", {}).get("key", ""))


def _said(blocks: Any) -> str:
    """Return the words of blocks, whatever holds them."""
    if isinstance(blocks, dict):
        return " ".join(_said(value) for name, value in blocks.items() if name not in ("type", "verbatim", "emoji"))
    return " ".join(map(_said, blocks)) if isinstance(blocks, list) else str(blocks)


def main() -> None:
    # A dropped connection is what this program is for.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    with FaultyTeams(PresentClock()) as teams, FaultySlack(teams) as slack:
        bot = {"client_id": teams.client_id, "client_secret": teams.secret, "tenant_id": teams.tenant}
        tenant = {**bot, "api_url": teams.service_url, "login_url": teams.origin}
        where = {"api": slack.api_url, "token": slack.bot_token, "team": slack.team, "teams": tenant}
        print(json.dumps(where), flush=True)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main()
