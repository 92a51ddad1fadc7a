"""A Teams beside the failing Slack: its connector goes wrong at random too, and nothing in it can be looked up."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from typing import Any, Final

from aiohttp import web

from tests.fakes.teams import Clock, FakeTeams

#: What goes wrong; the first five before a message is accepted, the others after.
FAULTS: Final = ("refuse_502", "refuse_412", "throttle", "drop_before", "late", "drop_after", "error_after")
_AIMED: Final = ("POST activities", "PUT activities", "POST conversations")


class FaultyTeams(FakeTeams):
    """A tenant in which `rate` of the posts, updates and opened chats go wrong; `late` as for the failing Slack."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.chance = random.Random(0)  # noqa: S311 - no secret
        self.rate = self.late = self.latency = 0.0
        self.outcomes: dict[str, int] = defaultdict(int)
        self.asked: dict[str, int] = defaultdict(int)

    def settle_on(self, *, seed: int, rate: float, late: float, latency: float) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.rate, self.late, self.latency = rate, late, latency
        self.outcomes.clear()
        self.asked.clear()

    def standing(self, conversation: str) -> list[dict[str, Any]]:
        """List what stands in a person's chat: the message's id, and all that it says."""
        return [{"id": one.id, "text": one.read()} for one in self.posts(conversation)]

    def _draw(self, what: str) -> str:
        """Choose what goes wrong; the second call of each kind loses its answer, so that no run is without one."""
        self.asked[what] += 1
        if self.asked[what] == 2:
            return "drop_after"
        return self.chance.choice(FAULTS) if self.chance.random() < self.rate else ""

    async def _connector(self, request: web.Request) -> web.Response:
        parts = request.match_info["path"].split("/")
        what = f"{request.method} {'activities' if 'activities' in parts else parts[0]}"
        fault = self._draw(what) if what in _AIMED and self.rate else ""
        if fault:
            self.outcomes[f"{what} {fault}"] += 1
        await asyncio.sleep(self.latency)
        if fault in ("refuse_502", "refuse_412"):
            return web.json_response({}, status=int(fault[-3:]))
        if fault == "throttle":
            return web.json_response({}, status=429, headers={"Retry-After": "1"})
        if fault == "late":
            await asyncio.sleep(self.late)
        if fault != "drop_before":
            answer = await super()._connector(request)
            if fault == "error_after":
                return web.json_response({}, status=504)
            if fault != "drop_after":
                return answer
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
