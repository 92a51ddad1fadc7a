"""The line from a platform to the program: what it brings may come twice, late, or in another order."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tests.fakes.slack import FakeSlack
from tests.fakes.teams import FakeTeams

Headers = dict[str, str]
Send = Callable[[bytes, Headers], Awaitable[httpx.Response]]


@dataclass
class Line:
    """What a fake platform sends goes through here; with `twice`, all of it comes a second time.

    `again` gives the headers of a second delivery; `tells` says whether it is something that a platform tells, and not
    somebody's act that waits for an answer.
    """

    send: Send
    again: Callable[[bytes, Headers], Headers]
    tells: Callable[[bytes, Headers], bool]
    twice: bool = False
    held: list[tuple[bytes, Headers]] | None = None
    repeated: int = 0

    @classmethod
    def to(cls, platform: FakeSlack | FakeTeams) -> Line:
        """Lay the line between a fake and the app that it is connected to."""
        assert platform.send is not None
        if isinstance(platform, FakeSlack):
            line = cls(platform.send, _again_from(platform), _is_event)
        else:
            line = cls(platform.send, lambda _, headers: headers, _is_told)
        platform.send = line.bring
        return line

    async def bring(self, body: bytes, headers: Headers) -> httpx.Response:
        """Bring a request to the program, or hold it back; what is held was taken, as far as its sender knows."""
        if self.held is not None and self.tells(body, headers):
            self.held.append((body, headers))
            return httpx.Response(200)
        answer = await self.send(body, headers)
        if self.twice:
            second = await self.send(body, self.again(body, headers))
            assert second.status_code == 200
            self.repeated += 1
        return answer

    def hold(self) -> None:
        """Hold back from now on what the platform tells."""
        self.held = []

    async def release(self, order: Sequence[int]) -> None:
        """Bring what was held, in this order of its numbers."""
        held, self.held = self.held or [], None
        assert sorted(order) == list(range(len(held))), f"{len(held)} are held"
        for number in order:
            body, headers = held[number]
            answer = await self.bring(body, self.again(body, headers))
            assert answer.status_code == 200


def _again_from(slack: FakeSlack) -> Callable[[bytes, Headers], Headers]:
    """Return the headers of a second delivery: Slack signs it anew, and says of an event that it was told before."""

    def again(body: bytes, headers: Headers) -> Headers:
        signed = slack.sign(body, content_type=headers["content-type"])
        if not _is_event(body, headers):
            return signed
        return {**signed, "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}

    return again


def _is_event(_body: bytes, headers: Headers) -> bool:
    return headers["content-type"] == "application/json"


def _is_told(body: bytes, _headers: Headers) -> bool:
    activity: Any = json.loads(body)
    return activity["type"] != "invoke"
