"""Teams as a surface: one route for all that Teams sends, one messenger for all that it is sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.routing import Route

from handlers.desk import Desk
from handlers.ports import Clock
from handlers.requests import Installed
from surfaces.tasks import Tasks
from surfaces.teams import listeners
from surfaces.teams.address import SURFACE
from surfaces.teams.client import TeamsClient, is_service_url
from surfaces.teams.config import TeamsConfig
from surfaces.teams.gate import Gate, Reply
from surfaces.teams.listeners.ears import Ears
from surfaces.teams.messenger import TeamsMessenger
from surfaces.teams.payloads import Activity, Kind
from surfaces.teams.people import People
from surfaces.teams.proof import Proof
from surfaces.teams.show import Showing
from surfaces.teams.tokens import Credentials

_log: Final = structlog.get_logger("matchpoint.teams")

PATH: Final = "/api/messages"
#: Teams waits five seconds for the answer to a click.
_ANSWER_SECONDS: Final = 4.5
_EVENTS: Final = (Kind.MESSAGE, Kind.EDIT, Kind.DELETION, Kind.MEMBERS, Kind.INSTALLATION)


class TeamsSurface:
    """Everything of Teams in one process."""

    def __init__(self, desk: Desk, config: TeamsConfig, *, clock: Clock, observe: Callable[[str, float], None]) -> None:
        self._desk, self._config, self._clock, self._observe = desk, config, clock, observe
        self._client = connect(desk, config)
        self._tasks = Tasks()
        self._served: dict[str, str] = {}
        dialogs = not config.unauthenticated  # Microsoft's playground opens none from a card
        self.messenger = TeamsMessenger(self._client, dialogs=dialogs)
        showing = Showing(desk, self._client, self.messenger, clock, dialogs=dialogs, targets=config.targeted)
        self._ears = Ears(desk, self._client, People(desk, self._client, clock), showing, self._tasks, clock)
        self._proof: Proof | None = None

    def routes(self) -> list[Route]:
        """Return the one route that Teams calls."""
        if not self._config.unauthenticated:
            self._proof = Proof(self._config)
        gate = Gate(
            self._dispatch,
            proof=self._proof,
            may_serve=self._may_serve,
            observe=self._observe,
            tenant=self._config.tenant_id,
        )
        return [Route(PATH, gate)]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Serve within the block; at its end finish what people are still to be shown."""
        async with self.messenger_only():
            try:
                yield
            finally:
                await self._tasks.drain()
                if self._proof is not None:
                    self._proof.close()

    @contextlib.asynccontextmanager
    async def messenger_only(self) -> AsyncGenerator[None]:
        """Keep the messenger's connections open within the block."""
        async with self._client.open():
            yield

    async def settle(self) -> None:
        """Wait until everything that was begun after an answer is done; for tests."""
        await self._tasks.drain()

    def _may_serve(self, url: str) -> bool:
        """Tell whether an address may be a tenant's service at all; that it is this one's, the token says."""
        if self._config.api_url and _origin(url) == _origin(self._config.api_url):
            return True
        return not self._config.unauthenticated and is_service_url(url)

    async def _dispatch(self, activity: Activity) -> Reply:
        serving = asyncio.ensure_future(self._serve(activity))
        if activity.kind in _EVENTS:
            return await serving
        done, _ = await asyncio.wait({serving}, timeout=_ANSWER_SECONDS)
        if done:
            return serving.result()
        # What was begun is finished all the same: its effect is the same, only the answer comes too late.
        self._tasks.start(_finish(serving), name=activity.kind.value)
        return 503, None

    async def _serve(self, activity: Activity) -> Reply:
        try:
            await self._learn(activity)
            return await listeners.serve(self._ears, activity)
        except Exception:
            _log.exception("an activity was not taken in", kind=activity.kind.value, event_id=activity.id)
            return 503, None

    async def _learn(self, activity: Activity) -> None:
        """Keep where the tenant is served, as its token vouched for."""
        if self._served.get(activity.tenant) == activity.service_url:
            return
        known = await asyncio.to_thread(self._desk.service_url, SURFACE, activity.tenant)
        if known != activity.service_url:
            told = Installed(SURFACE, activity.tenant, service_url=activity.service_url)
            await asyncio.to_thread(self._desk.installed, told, now=self._clock.now())
        self._served[activity.tenant] = activity.service_url


def connect(desk: Desk, config: TeamsConfig) -> TeamsClient:
    """Make the client of the connector."""

    async def service_url_of(tenant: str) -> str:
        return await asyncio.to_thread(desk.service_url, SURFACE, tenant)

    bot = Credentials(config.client_id, config.client_secret, config.tenant_id)
    return TeamsClient(
        None if config.unauthenticated else bot,
        service_url_of=service_url_of,
        api_url=config.api_url,
        login_url=config.login_url,
    )


async def _finish(serving: asyncio.Future[Reply]) -> None:
    await serving


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
