"""The gate in front of Bolt: what is unsigned, stale, too large or malformed ends here with 4xx and has no effect.

Verification: HMAC-SHA256 over `v0:{timestamp}:{raw body}` with the app's signing secret, at most five minutes old.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.types import Receive, Scope, Send

from handlers.ports import Clock
from surfaces.slack.payloads import Json, Kind, Malformed, classify, parse

_log: Final = structlog.get_logger("matchpoint.slack")

LARGEST: Final = 1_000_000
OLDEST_SECONDS: Final = 300
_READ_SECONDS: Final = 10.0
_TIMESTAMP: Final = re.compile(rb"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(rb"v0=[0-9a-f]{64}")
_TEXT: Final = b"text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to Slack."""

    status: int = 200
    body: bytes = b""
    content_type: bytes = _TEXT


class _Refused(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


Dispatch = Callable[[Json], Awaitable[Answer]]


class Gate:
    """An ASGI app that lets through what Slack signed, parsed and told apart."""

    def __init__(self, dispatch: Dispatch, *, secret: str, clock: Clock, observe: Callable[[str, float], None]) -> None:
        if not secret:
            raise ValueError("without a signing secret anybody could sign")
        self._dispatch, self._clock, self._observe = dispatch, clock, observe
        self._secret = secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = time.monotonic()
        kind = Kind.FOREIGN
        try:
            headers = _headers(scope)
            raw = await self._read(scope, headers, receive)
            self._verify(headers, raw)
            kind, answer = await self._admit(headers, raw)
        except _Refused as refusal:
            _log.info("refused at the gate", status=refusal.status, reason=refusal.why)
            answer = Answer(refusal.status, refusal.why.encode())
        if answer.status != 0:
            await _send(send, answer)
        if kind not in (Kind.FOREIGN, Kind.HANDSHAKE):
            self._observe(kind.value, time.monotonic() - started)

    async def _read(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        if scope["method"] != "POST":
            raise _Refused(405, "only POST")
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or len(announced) > 9 or int(announced) > LARGEST:
            raise _Refused(413, "too large")
        if b"x-slack-signature" not in headers or b"x-slack-request-timestamp" not in headers:
            raise _Refused(401, "not signed")
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(_READ_SECONDS):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _Refused(0, "gone")
                    part = message.get("body", b"")
                    size += len(part)
                    if size > LARGEST:
                        raise _Refused(413, "too large")
                    parts.append(part)
                    if not message.get("more_body"):
                        return b"".join(parts)
        except TimeoutError:
            raise _Refused(408, "too slow") from None

    def _verify(self, headers: dict[bytes, bytes], raw: bytes) -> None:
        stamp, signature = headers[b"x-slack-request-timestamp"], headers[b"x-slack-signature"]
        if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            raise _Refused(401, "not signed")
        if abs(self._clock.now().timestamp() - int(stamp)) > OLDEST_SECONDS:
            raise _Refused(401, "stale")
        expected = hmac.new(self._secret, b"v0:%b:%b" % (stamp, raw), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(b"v0=" + expected.encode(), signature):
            raise _Refused(401, "not signed")

    async def _admit(self, headers: dict[bytes, bytes], raw: bytes) -> tuple[Kind, Answer]:
        content_type = headers.get(b"content-type", b"").split(b";")[0].strip().lower().decode("latin-1")
        if content_type not in ("application/json", "application/x-www-form-urlencoded"):
            raise _Refused(415, "neither JSON nor a form")
        try:
            body = parse(raw, content_type)
            kind = classify(body)
        except Malformed as error:
            raise _Refused(400, f"malformed: {error}") from error
        if kind is Kind.HANDSHAKE:
            return kind, Answer(body=str(body["challenge"]).encode("utf-8", "replace"))
        if kind is Kind.FOREIGN:
            return kind, Answer()
        return kind, await self._dispatch(body)


def _headers(scope: Scope) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in found and name.startswith(b"x-slack-"):
            raise _Refused(401, "signed twice")
        found[name] = value
    return found


async def _send(send: Send, answer: Answer) -> None:
    headers: list[tuple[bytes, bytes]] = [(b"content-length", str(len(answer.body)).encode())]
    if answer.body:
        headers.append((b"content-type", answer.content_type))
    if answer.status == 405:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
