"""One ASGI app for all surfaces on one port, with the worker and the clock beside it where they share a process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from bot.health import health_routes
from bot.wiring import Parts
from bot.worker import Worker
from surfaces.web.app import make_web_app


def make_app(parts: Parts, *, with_worker: bool = False) -> Starlette:
    """Build the app; `with_worker` also runs the delivery loop and the clock in this process.

    `app.state.close_streams` is a coroutine function that ends the event streams of open pages: a server calls it when
    it is told to stop, before it waits for requests under way.
    """
    web = make_web_app(parts.desk, parts.webroom, secret=parts.web_secret, kit=parts.kit, clock=parts.clock)
    worker = Worker(parts) if with_worker else None

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with contextlib.AsyncExitStack() as stack:
            if parts.slack is not None:
                await stack.enter_async_context(parts.slack.running())
            if parts.teams is not None:
                await stack.enter_async_context(parts.teams.running())
            if worker is not None:
                await stack.enter_async_context(worker.running())
            yield
        await asyncio.to_thread(parts.database.close)

    routes: list[BaseRoute] = [*health_routes(parts.database, parts.clock, parts.metrics)]
    if parts.slack is not None:
        routes += parts.slack.routes()
    if parts.teams is not None:
        routes += parts.teams.routes()
    # Mounted last: an app at the root hides every route after it.
    routes.append(Mount("/", app=web))
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.close_streams = web.state.hub.close
    return app
