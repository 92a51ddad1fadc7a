"""The web workspace as one ASGI app, to be mounted at `/`, last."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from domain.errors import NotFound
from handlers.desk import Desk
from handlers.ports import Clock, Unavailable
from handlers.webroom.room import Webroom
from handlers.work import Kit
from messages.chrome import Chrome
from messages.refusals import explain
from surfaces.web import acts, calendars, edits, exports, forms, guests, pages, pictures, uploads
from surfaces.web.guard import Guard, TooLarge
from surfaces.web.guests import GuestGate
from surfaces.web.session import Sessions
from surfaces.web.stream import Hub
from surfaces.web.visit import Parts, Stale, open_visit

_log: Final = structlog.get_logger("matchpoint.web")

#: No page has a longer name, and no token is shorter.
_TOKEN_MIN: Final = 20

Page = Callable[[Request], Awaitable[Response]]


def make_web_app(
    desk: Desk, webroom: Webroom, *, secret: str, kit: Kit, clock: Clock, interval: float = 0.25
) -> Starlette:
    """Build the web workspace. Its routes begin at `/`; `interval` is in seconds between two looks for changes.

    `app.state.hub.close()` (a coroutine) ends all event streams; call it on SIGTERM, before the server waits for its
    connections. :raises ValueError: the secret is shorter than 16 characters.
    """
    secure = kit.public_url.startswith("https:")
    hub = Hub(webroom.tail, interval=interval, over=lambda accounts: webroom.passes.over(accounts, now=clock.now()))
    app = Starlette(
        routes=_routes(),
        middleware=[Middleware(Guard, https=secure), Middleware(GuestGate)],
        exception_handlers={
            NotFound: _not_found,
            TooLarge: _too_large,
            Unavailable: _busy,
            HTTPException: _refused,
            Exception: _trouble,
        },
    )
    app.state.hub = hub
    app.state.parts = Parts(desk, webroom, Sessions(secret, secure=secure), hub, kit, clock)
    return app


def _routes() -> list[Route]:
    return [
        Route("/", pages.home),
        Route("/help", pages.help_page),
        Route("/events", pages.Events()),
        Route("/static/{name}", pages.asset),
        Route("/c/{channel}", pages.channel, methods=["GET"]),
        Route("/c/{channel}", acts.say, methods=["POST"]),
        Route("/c/{channel}/t/{message}", pages.thread),
        Route("/c/{channel}/m/{message}", pages.message),
        Route("/c/{channel}/m/{message}/edit", edits.edit, methods=["GET", "POST"]),
        Route("/press", acts.press, methods=["POST"]),
        Route("/form", forms.submit, methods=["GET", "POST"]),
        Route("/import", uploads.import_page, methods=["GET", "POST"]),
        Route("/import/{upload}", uploads.follow),
        Route("/persona", acts.become, methods=["POST"]),
        Route("/guest/{token}", guests.come_in, methods=["GET", "POST"]),
        Route("/in/{token}", acts.come_in, methods=["GET", "POST"]),
        Route("/out", acts.leave, methods=["POST"]),
        Route("/calendar/{token}.ics", calendars.feed),
        Route("/meetings/{token}.ics", calendars.meeting),
        Route("/exports/{token}", exports.export),
        Route("/pictures/{token}", pictures.picture),
    ]


async def _not_found(request: Request, error: Exception) -> Response:
    """Say that something is not there, or not for this person."""
    visit = open_visit(request)
    assert isinstance(error, NotFound)  # noqa: S101  (registered for it)
    if error.key == "web.person.unknown":
        response = RedirectResponse("/", 303)
        sessions = visit.parts.sessions
        sessions.write(response, sessions.begin(), now=visit.parts.clock.now())
        return response
    return await _page(request, 404, lambda t: (t.not_found, explain(error, t.words)))


async def _too_large(request: Request, _error: Exception) -> Response:
    return await _page(request, 413, lambda t: (t.too_large, t.too_large_text))


_SENTENCES: Final[dict[int, Callable[[Chrome], tuple[str, str]]]] = {
    400: lambda t: (t.malformed, t.malformed_text),
    401: lambda t: (t.welcome, t.need_link),
    403: lambda t: (t.stale, t.stale_text),
    404: lambda t: (t.not_found, t.not_found_text),
    503: lambda t: (t.busy, t.busy_text),
}


async def _refused(request: Request, error: Exception) -> Response:
    """Answer an error of HTTP in words."""
    assert isinstance(error, HTTPException)  # noqa: S101  (registered for it)
    sentences = _SENTENCES.get(error.status_code)
    if sentences is None:
        return PlainTextResponse(str(error.status_code), error.status_code, headers=error.headers)
    return await _page(request, error.status_code, sentences, typed=error.typed if isinstance(error, Stale) else "")


async def _busy(request: Request, error: Exception) -> Response:
    """Ask to come again: the database is away, and nothing was changed. The page needs nothing of it."""
    _log.warning("store_unavailable", path=_without_token(request.url.path), error=str(error))
    visit = open_visit(request)
    _, words = visit.chrome_for(None)
    texts = {"heading": words.trouble, "text": words.busy_text, "note": ""}
    response = await visit.page("trouble.html", None, status=503, personas=(), **texts)
    response.headers["Retry-After"] = "5"
    return response


async def _trouble(request: Request, _error: Exception) -> Response:
    """Own up to a failure; the server logs the traceback, and here the reference under which it is found."""
    reference = secrets.token_hex(4)
    _log.error("page_failed", reference=reference, path=_without_token(request.url.path))
    visit = open_visit(request)
    _, words = visit.chrome_for(None)
    note = words.reference(reference)
    texts = {"heading": words.trouble, "text": words.malformed_text, "note": note}
    return await visit.page("trouble.html", None, status=500, personas=(), **texts)


def _without_token(path: str) -> str:
    """Return a path for the log; a long piece of it may be a token that lets its holder in."""
    return "/".join(piece if len(piece) < _TOKEN_MIN else "[hidden]" for piece in path.split("/"))


async def _page(
    request: Request, status: int, sentences: Callable[[Chrome], tuple[str, str]], *, typed: str = ""
) -> Response:
    visit = open_visit(request)
    frame = await visit.frame()
    _, words = visit.chrome_for(frame)
    heading, text = sentences(words)
    return await visit.page("trouble.html", frame, status=status, heading=heading, text=text, note="", typed=typed)
