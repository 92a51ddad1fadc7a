"""The end of an installation, as Slack tells it: the workspace is silent at once, in every process within seconds.

The events come together and in any order, and may come late: after the app was installed again.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final, cast

import structlog

from handlers.installations import Installations
from handlers.ports import Clock
from surfaces.slack.address import SURFACE, is_id
from surfaces.slack.clients import Clients
from surfaces.slack.payloads import Json, enterprise_of, part, workspace_of

_log: Final = structlog.get_logger("matchpoint.slack")


class Endings:
    """Takes note of what Slack closes to us."""

    def __init__(self, clients: Clients, installations: Installations, clock: Clock) -> None:
        self._clients, self._installations, self._clock = clients, installations, clock

    async def take(self, body: Json) -> None:
        """Take in that the app or its tokens are gone; tokens of people are nobody's business, for none is kept."""
        event, now = part(body, "event"), self._clock.now()
        bots: object = part(event, "tokens").get("bot")
        if event.get("type") == "tokens_revoked" and not bots:
            return
        at = datetime.fromtimestamp(int(body.get("event_time") or now.timestamp()), UTC)
        for native in _closed(body, event):
            key = f"{body['event_id']}:{native}"
            await asyncio.to_thread(self._installations.end, native, at=at, now=now, event=key)
            self._clients.forget(native)
            _log.warning("closed to us", surface=SURFACE, workspace=native, event_type=event.get("type"))


def _closed(body: Json, event: Json) -> list[str]:
    """Return the workspaces that are closed, or the organisation if it took the app from all of them."""
    if event.get("type") == "team_access_revoked":
        teams: object = event.get("team_ids")
        return [str(one) for one in cast("list[object]", teams) if is_id(one)] if isinstance(teams, list) else []
    return [enterprise_of(body) or workspace_of(body)]
