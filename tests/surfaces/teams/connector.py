"""A small Bot Connector over real HTTP: it keeps what it is sent, and fails when it is told to."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "header.payload.signature"


@dataclass
class Connector:
    """`faults` are answered one after the other before anything else: a status, a code, headers; None drops."""

    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    tokens: list[dict[str, str]] = field(default_factory=list)
    faults: deque[tuple[int, str, dict[str, str]] | None] = field(default_factory=deque)
    members: dict[str, list[str]] = field(default_factory=dict)
    without_id: bool = False
    token_status: int = 200
    server: TestServer | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return str(self.server.make_url("/")).rstrip("/")

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self.server = TestServer(app)
        await self.server.start_server()

    async def stop(self) -> None:
        if self.server is not None:
            await self.server.close()

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.tokens.append({**form, "tenant": request.match_info["tenant"]})
        if self.token_status != 200:
            return web.json_response({"error": "invalid_client"}, status=self.token_status)
        return web.json_response({"access_token": TOKEN, "expires_in": 3599})

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        path = unquote(request.raw_path)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": {"code": "Unauthorized"}}, status=401)
        self.requests.append((request.method, path, body))
        if self.faults:
            fault = self.faults.popleft()
            if fault is None:
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            status, code, headers = fault
            return web.json_response({"error": {"code": code, "message": "no"}}, status=status, headers=headers)
        return self._answer(request.method, path)

    def _answer(self, method: str, path: str) -> web.Response:
        if method == "GET":
            conversation, _, rest = path.removeprefix("/v3/conversations/").partition("/")
            accounts = self.members.get(conversation, [])
            if rest.startswith("pagedMembers"):
                return web.json_response({"members": [{"id": one} for one in accounts]})
            account = rest.removeprefix("members/")
            if account in accounts:
                return web.json_response({"id": account})
            return web.json_response({"error": {"code": "MemberNotFoundInConversation"}}, status=404)
        if path == "/v3/conversations":
            return web.json_response({"id": "a:1chat"}, status=201)
        return web.json_response({} if self.without_id else {"id": str(1000 + len(self.requests))}, status=201)
