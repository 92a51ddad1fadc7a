"""What every listener has at hand, and what it does when something fails on our side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from handlers.desk import Desk
from handlers.ports import Clock, Unreachable
from handlers.requests import Place, Shown, Speaker
from surfaces.slack.address import SURFACE, address_of, ref_of
from surfaces.slack.endings import Endings
from surfaces.slack.payloads import workspace_of
from surfaces.slack.people import People
from surfaces.slack.show import Origin, Showing
from surfaces.tasks import Tasks

_log: Final = structlog.get_logger("matchpoint.slack")

Json = dict[str, Any]

#: Slack waits three seconds for an answer; who is asked about must be known well before.
_PATIENCE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Ears:
    """The desk, who speaks, how to show, and what goes on afterwards."""

    desk: Desk
    people: People
    showing: Showing
    tasks: Tasks
    clock: Clock
    endings: Endings | None = None

    def speaker(self, body: Mapping[str, Any], user: str) -> Speaker:
        """Name who speaks."""
        return Speaker(SURFACE, workspace_of(body), user)

    async def ensure(self, *speakers: Speaker, anew: bool = False) -> None:
        """Meet these accounts, the first of them `anew` if so, while somebody waits for an answer.

        :raises Throttled, Rejected, Unsure, Unreachable: Slack does not say in time who it is.
        """
        if not anew and all(map(self.people.remembers, speakers)):
            return
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                meetings = (self.people.ensure(one, anew=anew and at == 0) for at, one in enumerate(speakers))
                await asyncio.gather(*meetings)
        except TimeoutError as error:
            raise Unreachable("too slow") from error

    def show_later(self, shown: Shown, origin: Origin) -> None:
        """Show it once Slack has its answer."""
        self.tasks.start(self.showing.show(shown, origin), name=origin.spot.value)


def place_of(workspace: str, channel: str, thread_ts: str = "") -> Place:
    """Name a channel and, if there is one, the thread in it."""
    return Place(channel=address_of(workspace, channel), thread=ref_of(workspace, channel, thread_ts))
