"""What calendar programs fetch: feeds and invitation files, opened by nothing but the token in their address.

They know no cookie and no page. Whatever a token does not open is a plain 404: nobody learns whether it ever did.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from handlers.desk import Desk
from messages.calendar import CalendarFile
from surfaces.web.ical import write_feed, write_invitation
from surfaces.web.visit import Parts

_TYPE = "text/calendar; charset=utf-8"


async def feed(request: Request) -> Response:
    """Give a person's calendar."""
    return await _serve(request, Desk.calendar, write_feed, name="matchpoint.ics")


async def meeting(request: Request) -> Response:
    """Give the invitation file of one meeting."""
    return await _serve(request, Desk.meeting_file, write_invitation, name="meeting.ics")


async def _serve(
    request: Request,
    read: Callable[..., CalendarFile | None],
    write: Callable[[CalendarFile], bytes],
    *,
    name: str,
) -> Response:
    parts: Parts = request.app.state.parts
    token, now = str(request.path_params["token"]), parts.clock.now()
    file = await parts.run(lambda: read(parts.desk, token, now=now))
    if file is None:
        return PlainTextResponse("404", status_code=404)
    body = await parts.run(lambda: write(file))
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    changed_at = file.changed_at.astimezone(UTC).replace(microsecond=0)
    headers = {
        "ETag": mark,
        "Last-Modified": format_datetime(changed_at, usegmt=True),
        # To be kept by the reader alone, and asked for again each time: a link that has ended shows nothing more.
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'inline; filename="{name}"',
        "X-Robots-Tag": "noindex",
    }
    if _is_known(request, mark, changed_at):
        return Response(status_code=304, headers=headers)
    return Response(body, headers={**headers, "Content-Type": _TYPE})


def _is_known(request: Request, mark: str, changed_at: datetime) -> bool:
    """Tell whether the reader has this already (RFC 9110, 13.1: its marks count, and its date only without any)."""
    marks = request.headers.get("if-none-match")
    if marks is not None:
        return marks.strip() == "*" or mark in [one.strip().removeprefix("W/") for one in marks[:2000].split(",")]
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return (since if since.tzinfo else since.replace(tzinfo=UTC)) >= changed_at
