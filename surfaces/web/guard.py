"""What stands in front of every page: limits on what may come in, and the headers that go out."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_MAX: Final = 1_000_000
UPLOAD_MAX: Final = 64_000_000
ADDRESS_MAX: Final = 4_000
METHODS: Final = frozenset({"GET", "HEAD", "POST"})
#: What a browser says of a form that one of our pages or the person sent; older ones say nothing. The page that answers
#: a form of another site would give the browser a session of its own, and so sign the person out.
OURS: Final = frozenset({"same-origin", "none"})
UPLOADS: Final = frozenset({"/import"})
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class TooLarge(Exception):
    """Say that more was sent than is taken."""


class Guard:
    """Refuse what is too large or of another method before anything is read, and add the headers of security."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "private, no-store")
                if self._https:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        limit = UPLOAD_MAX if scope["path"] in UPLOADS else BODY_MAX
        refusal = _refusal(scope, limit)
        if refusal is not None:
            await refusal(scope, receive, guarded_send)
            return
        await self._app(scope, _bounded(receive, limit), guarded_send)


def _refusal(scope: Scope, limit: int) -> PlainTextResponse | None:
    if scope["method"] not in METHODS:
        return PlainTextResponse("405", status_code=405, headers={"Allow": ", ".join(sorted(METHODS))})
    if scope["method"] == "POST" and Headers(scope=scope).get("sec-fetch-site", "none") not in OURS:
        return PlainTextResponse("403", status_code=403)
    if len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"]) > ADDRESS_MAX:
        return PlainTextResponse("414", status_code=414)
    length = Headers(scope=scope).get("content-length")
    if length is not None and not (length.isascii() and length.isdigit()):
        return PlainTextResponse("400", status_code=400)
    if length is not None and (len(length) > 12 or int(length) > limit):
        return PlainTextResponse("413", status_code=413)
    return None


def _bounded(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge
        return message

    return bounded
