"""A real HTTP server on loopback, in a thread of its own, for what stands for a platform in tests."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, Self

import httpx
from aiohttp import web


class Server:
    """Serve an app of aiohttp within a block."""

    def __init__(self, name: str) -> None:
        self.origin = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    def app(self) -> web.Application:
        """Return what is served."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def shut(self) -> None:
        """Let nobody connect any more, and end the connections that there are."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)

    def reopen(self) -> None:
        """Serve at the same address again."""
        port = int(self.origin.rpartition(":")[2])
        asyncio.run_coroutine_threadsafe(self._listen(port), self._loop).result(10)

    async def _shut(self) -> None:
        assert self._site is not None
        assert self._runner is not None
        await self._site.stop()
        if self._runner.server is not None:
            await self._runner.server.shutdown(0.1)

    async def _listen(self, port: int) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await self._site.start()

    async def _serve(self) -> None:
        self._runner = web.AppRunner(self.app(), shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen(0)
        host, port = self._runner.addresses[0][:2]
        self.origin = f"http://{host}:{port}"


def poster(target: Any, path: str) -> Callable[[bytes, dict[str, str]], Awaitable[httpx.Response]]:
    """Return what posts to a path of an ASGI app, or of a server by its base address."""

    async def send(body: bytes, headers: dict[str, str]) -> httpx.Response:
        if isinstance(target, str):
            async with httpx.AsyncClient(base_url=target, verify=_tls(), trust_env=False, timeout=10) as client:
                return await client.post(path, content=body, headers=headers)
        transport = httpx.ASGITransport(app=target, raise_app_exceptions=False)
        async with httpx.AsyncClient(base_url="http://app", transport=transport, verify=_tls()) as client:
            return await client.post(path, content=body, headers=headers)

    return send


@cache
def _tls() -> ssl.SSLContext:
    """Return what takes long to make and is needed anew by every client."""
    return ssl.create_default_context()
