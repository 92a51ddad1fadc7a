"""Guests at the door: their links, and a look at their invitation before every page."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from handlers.guests.passes import Found
from handlers.webroom.places import is_guest
from messages.chrome import chrome
from surfaces.web.session import Session
from surfaces.web.visit import ENDED, Parts, Visit, open_visit, read_post

_TOKEN_MAX: Final = 100


class GuestGate:
    """Take the session from a guest whose invitation has ended, or was opened elsewhere since."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] == "http":
            parts: Parts = scope["app"].state.parts
            now = parts.clock.now()
            session = parts.sessions.read(Request(scope), now=now)
            if session is not None and is_guest(session.user) and not await _is_admitted(parts, session):
                scope[ENDED] = (session.workspace, session.user)
        await self._app(scope, receive, send)


async def _is_admitted(parts: Parts, session: Session) -> bool:
    now, passes = parts.clock.now(), parts.webroom.passes
    return await parts.run(lambda: passes.admits(session.workspace, session.user, session.nonce, now=now))


async def come_in(request: Request) -> Response:
    """Let a guest in: first it says for whom the link is; it is used up by coming in, not by looking at it."""
    visit = open_visit(request)
    # The session of an earlier invitation makes room for that of this one.
    visit.fresh = visit.fresh or ENDED in request.scope
    token = str(request.path_params["token"])[:_TOKEN_MAX]
    parts = visit.parts
    found = await parts.run(lambda: parts.webroom.passes.look(token, now=parts.clock.now()))
    if found is None:
        return await visit.page("welcome.html", None, status=401, link_for="", old_link=True, personas=())
    if found.account is None:
        return await ended_page(visit, found)
    if request.method == "POST":
        await read_post(visit)
        session = parts.sessions.begin(found.account.workspace, found.account.user)
        opened = await parts.run(lambda: parts.webroom.passes.open(token, session.nonce, now=parts.clock.now()))
        if opened is None:
            return await ended_page(visit, found)
        response = RedirectResponse("/", 303)
        parts.sessions.write(response, session, now=parts.clock.now())
        return response
    link = "/guest/" + quote(token, safe="")
    words = chrome(found.locale, "UTC")
    return await visit.page(
        "welcome.html", None, link_for=found.name, link=link, old_link=False, personas=(), t=words, locale=found.locale
    )


async def ended_page(visit: Visit, found: Found) -> Response:
    """Say that an invitation has ended or was used, and who can give a new one."""
    words = chrome(found.locale, "UTC")
    texts = {"heading": words.guest_ended, "text": words.ask_for_link(found.ask), "note": ""}
    return await visit.page("trouble.html", None, status=401, t=words, locale=found.locale, personas=(), **texts)
