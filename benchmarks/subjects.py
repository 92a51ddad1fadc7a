"""What is measured: a bare route, an empty Bolt app as its documentation shows it, and Matchpoint."""

from __future__ import annotations

import os

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.load import SECRET


def bare() -> Starlette:
    """Answer at once, and check nothing."""

    async def answer(request: Request) -> Response:
        await request.body()
        return PlainTextResponse("")

    return Starlette(routes=[Route("/slack/events", answer, methods=["POST"])])


def bolt() -> Starlette:
    """Answer from an empty Bolt app with its default settings; it stores nothing."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-bench", bot_id="B1", bot_user_id="U0")

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.command("/challenge")
    async def challenge(ack: AsyncAck) -> None:
        await ack("")

    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


def slack() -> Starlette:
    """Stand in for Slack's Web API: whatever is asked of it is done."""

    async def answer(request: Request) -> Response:
        await request.body()
        return JSONResponse({"ok": True, "ts": "1700000000.000200", "channel": "C0BENCH0001", "view": {"id": "V1"}})

    return Starlette(routes=[Route("/api/{method:path}", answer, methods=["GET", "POST"])])


def matchpoint() -> Starlette:
    """Answer from Matchpoint as it is deployed: the web process, with a worker of its own elsewhere or none."""
    from bot.server import prepare
    from bot.settings import Settings
    from bot.web import make_app

    return make_app(prepare(Settings()), with_worker=os.environ.get("BENCH_WORKER") == "1")
