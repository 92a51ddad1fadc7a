"""The gate in front of Bolt: what is unsigned, stale, too large or malformed ends here with 4xx and has no effect.

Verification: HMAC-SHA256 over `v0:{timestamp}:{raw body}` with the app's signing secret, at most five minutes old.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import structlog
from starlette.types import Receive, Scope, Send

from handlers.ports import Clock
from surfaces.door import Answer, Refused, check_size, content_type_of, headers_of, read_body, send_answer
from surfaces.slack.payloads import Json, Kind, Malformed, classify, parse

_log: Final = structlog.get_logger("matchpoint.slack")

OLDEST_SECONDS: Final = 300
_TIMESTAMP: Final = re.compile(rb"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(rb"v0=[0-9a-f]{64}")


#: A request that was let in, and when Slack signed it.
Dispatch = Callable[[Json, datetime], Awaitable[Answer]]


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
            headers = headers_of(scope, once=b"x-slack-")
            raw = await self._read(scope, headers, receive)
            self._verify(headers, raw)
            kind, answer = await self._admit(headers, raw)
        except Refused as refusal:
            _log.info("refused at the gate", status=refusal.status, reason=refusal.why)
            answer = Answer(refusal.status, refusal.why.encode())
        await send_answer(send, answer)
        if kind not in (Kind.FOREIGN, Kind.HANDSHAKE):
            self._observe(kind.value, time.monotonic() - started)

    async def _read(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        check_size(scope, headers)
        if b"x-slack-signature" not in headers or b"x-slack-request-timestamp" not in headers:
            raise Refused(401, "not signed")
        return await read_body(receive)

    def _verify(self, headers: dict[bytes, bytes], raw: bytes) -> None:
        stamp, signature = headers[b"x-slack-request-timestamp"], headers[b"x-slack-signature"]
        if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            raise Refused(401, "not signed")
        if abs(self._clock.now().timestamp() - int(stamp)) > OLDEST_SECONDS:
            raise Refused(401, "stale")
        expected = hmac.new(self._secret, b"v0:%b:%b" % (stamp, raw), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(b"v0=" + expected.encode(), signature):
            raise Refused(401, "not signed")

    async def _admit(self, headers: dict[bytes, bytes], raw: bytes) -> tuple[Kind, Answer]:
        content_type = content_type_of(headers)
        if content_type not in ("application/json", "application/x-www-form-urlencoded"):
            raise Refused(415, "neither JSON nor a form")
        try:
            body = parse(raw, content_type)
            kind = classify(body)
        except Malformed as error:
            raise Refused(400, f"malformed: {error}") from error
        if kind is Kind.HANDSHAKE:
            return kind, Answer(body=str(body["challenge"]).encode("utf-8", "replace"))
        if kind is Kind.FOREIGN:
            return kind, Answer()
        signed_at = datetime.fromtimestamp(int(headers[b"x-slack-request-timestamp"]), UTC)
        return kind, await self._dispatch(body, signed_at)
