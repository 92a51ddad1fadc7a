"""How a body comes in at the door of a platform, and how an answer goes out: bounded in size and time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.types import Receive, Scope, Send

LARGEST: Final = 1_000_000
_READ_SECONDS: Final = 10.0
PLAIN: Final = b"text/plain; charset=utf-8"
JSON: Final = b"application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the platform."""

    status: int = 200
    body: bytes = b""
    content_type: bytes = PLAIN


class Refused(Exception):
    """The request ends here; a status of 0 means that nobody waits for an answer any more."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


def headers_of(scope: Scope, *, once: bytes) -> dict[bytes, bytes]:
    """Return the headers by name. :raises Refused: one that begins with `once` came twice."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in found and name.startswith(once):
            raise Refused(401, "signed twice")
        found[name] = value
    return found


def check_size(scope: Scope, headers: dict[bytes, bytes]) -> None:
    """Let in what is posted and announces no more than there is room for. :raises Refused: anything else."""
    if scope["method"] != "POST":
        raise Refused(405, "only POST")
    announced = headers.get(b"content-length", b"0")
    if not announced.isdigit() or len(announced) > 9 or int(announced) > LARGEST:
        raise Refused(413, "too large")


async def read_body(receive: Receive) -> bytes:
    """Read a body. :raises Refused: it is too large, too slow, or broken off."""
    found: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_READ_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(0, "gone")
                piece = message.get("body", b"")
                size += len(piece)
                if size > LARGEST:
                    raise Refused(413, "too large")
                found.append(piece)
                if not message.get("more_body"):
                    return b"".join(found)
    except TimeoutError:
        raise Refused(408, "too slow") from None


def content_type_of(headers: dict[bytes, bytes]) -> str:
    """Return what kind of body is announced, without its parameters."""
    return headers.get(b"content-type", b"").split(b";")[0].strip().lower().decode("latin-1")


async def send_answer(send: Send, answer: Answer) -> None:
    """Send an answer, unless nobody waits for it."""
    if answer.status == 0:
        return
    headers: list[tuple[bytes, bytes]] = [(b"content-length", str(len(answer.body)).encode())]
    if answer.body:
        headers.append((b"content-type", answer.content_type))
    if answer.status == 405:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
