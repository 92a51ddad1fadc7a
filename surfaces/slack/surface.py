"""Slack as a surface: one route for all that Slack sends, one messenger for all that it is sent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from typing import Any, Final, cast

import structlog
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from handlers.desk import Desk
from handlers.installations import Installations
from handlers.ports import Clock, Rejected, Throttled, Unreachable, Unsure
from surfaces.slack import listeners
from surfaces.slack.address import is_ts
from surfaces.slack.clients import Clients
from surfaces.slack.config import SlackConfig
from surfaces.slack.endings import Endings
from surfaces.slack.gate import Answer, Gate
from surfaces.slack.installing import Installing
from surfaces.slack.listeners.ears import Ears
from surfaces.slack.messenger import EveryMessenger
from surfaces.slack.payloads import (
    ENDINGS,
    WORKSPACE,
    Json,
    Kind,
    Malformed,
    classify,
    enterprise_of,
    part,
    parts,
    workspaces_of,
)
from surfaces.slack.people import People
from surfaces.slack.show import Showing
from surfaces.tasks import Tasks

_log: Final = structlog.get_logger("matchpoint.slack")
#: Seconds since 1970 in the year 2286; a later time is none.
_FAR: Final = 10**10

PATH: Final = "/slack/events"
_PLAIN: Final = b"text/plain; charset=utf-8"
_PAUSE_LONGEST: Final = 60.0


class SlackSurface:
    """Everything of Slack in one process."""

    def __init__(
        self,
        desk: Desk,
        config: SlackConfig,
        *,
        clock: Clock,
        observe: Callable[[str, float], None],
        installations: Installations | None = None,
    ) -> None:
        self._config, self._clock, self._observe = config, clock, observe
        self.clients = Clients(config, installations, clock)
        self._tasks = Tasks()
        self.messenger = EveryMessenger(self.clients)
        self._app = _bolt(self.clients)
        ears = Ears(
            desk=desk,
            people=People(desk, self.clients, clock),
            showing=Showing(desk, self.clients, clock),
            tasks=self._tasks,
            clock=clock,
            endings=Endings(self.clients, installations, clock) if installations is not None else None,
        )
        listeners.register(self._app, ears)
        self._installing: list[Route] = []
        if installations is not None and config.installable:
            self._installing = Installing(config, self.clients, installations, clock).routes()

    def routes(self) -> list[Route]:
        """Return what Slack calls, and what people open to install the app.

        Without a signing secret Slack calls nothing, for then nothing can be verified.
        """
        if not self._config.signing_secret:
            return self._installing
        gate = Gate(self._dispatch, secret=self._config.signing_secret, clock=self._clock, observe=self._observe)
        return [Route(PATH, gate), *self._installing]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Serve within the block; at its end finish what people are still to be shown."""
        async with self.messenger_only(), contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self._tasks.drain)
            if self._config.app_token:
                await stack.enter_async_context(self._socket())
            yield

    @contextlib.asynccontextmanager
    async def messenger_only(self) -> AsyncGenerator[None]:
        """Keep the messenger's connections open within the block, and learn whose the operator's token is."""
        async with self.clients.open():
            learning = await self._learn()
            try:
                yield
            finally:
                await _stop(learning)

    async def settle(self) -> None:
        """Wait until everything that was begun after an answer is done; for tests."""
        await self._tasks.drain()

    async def _learn(self) -> asyncio.Task[None] | None:
        """Ask Slack who we are; where it does not answer now, go on and ask again in the background."""
        own = self.clients.own
        if own is None:
            return None
        try:
            await own.learn()
        except Rejected as refusal:
            _log.error("Slack does not accept the token", reason=refusal.reason)
        except (Throttled, Unreachable, Unsure) as error:
            _log.warning("Slack cannot be asked yet", error=type(error).__name__)
            return asyncio.create_task(_persist(own.learn))
        return None

    async def _dispatch(self, body: Json, signed_at: datetime) -> Answer:
        try:
            response = await self._ask_bolt(body, signed_at)
        except Exception:
            response = BoltResponse(status=500)
        if response.status in (404, 500):
            # Listeners answer for themselves; Bolt fails on its own only over a shape that Slack never sends.
            _log.info("refused by bolt", status=response.status)
            return Answer(400, b"malformed")
        given: list[str] = list(response.headers.get("content-type") or ())
        return Answer(response.status, response.body.encode(), given[0].encode("latin-1") if given else _PLAIN)

    async def _ask_bolt(self, body: Json, signed_at: datetime | None = None) -> BoltResponse:
        try:
            workspace = await self._workspace(body, signed_at)
        except Exception as error:
            # An event is delivered again; who typed or pressed is told by Slack that it did not work.
            _log.warning("the workspace is not found", error=type(error).__name__)
            return BoltResponse(status=503)
        if not workspace:
            _log.info("from a workspace that is not ours")
            return BoltResponse(status=200)
        # The gate has verified and parsed it; in this mode Bolt takes what is parsed and does neither again.
        ours = {**body, WORKSPACE: workspace}
        return await self._app.async_dispatch(AsyncBoltRequest(body=ours, mode="socket_mode"))

    async def _workspace(self, body: Json, signed_at: datetime | None) -> str:
        """Return the workspace that is meant, empty where it is none of ours.

        What was sent before a removal, and is taken in after it, brings nothing back.
        """
        named = workspaces_of(body)
        if part(body, "event").get("type") in ENDINGS:
            return next(iter(named), "") or enterprise_of(body)
        enterprise, own = enterprise_of(body), self.clients.own
        if not self.clients.many:
            # Whoever acts in a channel that is shared with others may be at home elsewhere.
            return (own.installation.workspace if own is not None else "") or next(iter(named), "")
        for one in named:
            if await self.clients.find(one, enterprise=enterprise, at=_happened(body) or signed_at) is not None:
                return one
        return ""

    @contextlib.asynccontextmanager
    async def _socket(self) -> AsyncGenerator[None]:
        web = self.clients.app.web
        client = SocketModeClient(app_token=self._config.app_token, web_client=web, proxy=web.proxy)
        client.socket_mode_request_listeners.append(self._from_socket)
        connecting = asyncio.create_task(_persist(client.connect))
        try:
            yield
        finally:
            await _stop(connecting)
            await client.close()

    async def _from_socket(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        started = asyncio.get_running_loop().time()
        body = cast("Json", request.payload)
        try:
            kind = classify(body)
        except Malformed as error:
            _log.info("refused at the socket", reason=str(error))
            return
        ours = kind not in (Kind.FOREIGN, Kind.HANDSHAKE)
        response = await self._ask_bolt(body) if ours else BoltResponse(status=200)
        await send_async_response(client, request, response, started)
        if ours:
            self._observe(kind.value, asyncio.get_running_loop().time() - started)


def _happened(body: Json) -> datetime | None:
    """Return when something happened, which may be told long after; None where it does not say so itself."""
    at: object = body.get("event_time")
    if at is None:
        pressed = [str(one.get("action_ts") or "") for one in parts(body, "actions")[:1]]
        at = next((int(ts.partition(".")[0]) for ts in pressed if is_ts(ts)), None)
    return datetime.fromtimestamp(at, UTC) if isinstance(at, int) and 0 <= at < _FAR else None


def _bolt(clients: Clients) -> AsyncApp:
    """Build Bolt without what the gate does already, answering only once a listener is done."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # The surface has found the workspace and its client a moment ago; no listener uses that of Bolt.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)

    logger = logging.getLogger("matchpoint.slack.bolt")
    logger.setLevel(logging.ERROR)  # its warnings quote what people wrote
    return AsyncApp(
        name="matchpoint",
        logger=logger,
        client=AsyncWebClient(base_url=clients.app.web.base_url),
        process_before_response=True,
        authorize=authorize,
        signing_secret="",
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


async def _persist(attempt: Callable[[], Any]) -> None:
    """Try until it works, ever more slowly."""
    pause = 1.0
    while True:
        try:
            await attempt()
        except Exception as error:
            _log.warning("Slack does not answer", error=type(error).__name__, next_in_seconds=pause)
        else:
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, _PAUSE_LONGEST)


async def _stop(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
