"""Pages and pieces of pages: everything that is only looked at."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from handlers.commands import COMMANDS
from handlers.requests import Command
from handlers.webroom.places import ChannelKind
from handlers.webroom.views import ChannelPage, MessageView
from surfaces.web.guests import ended_page
from surfaces.web.render import ASSETS, render
from surfaces.web.stream import EventStream
from surfaces.web.visit import ENDED, Visit, number_of, open_visit


async def home(request: Request) -> Response:
    """Show what is open for the person; `?reply=` shows a private reply at the top."""
    visit = open_visit(request)
    frame = await visit.frame()
    gone = request.scope.get(ENDED)
    if frame is None and gone is not None:
        found = await visit.parts.run(lambda: visit.parts.webroom.passes.ended(*gone))
        if found is not None:
            return await ended_page(visit, found)
    if frame is None:
        demo = visit.parts.kit.demo
        return await visit.page("welcome.html", None, status=200 if demo else 401, link_for="", old_link=False)
    page = await visit.parts.run(lambda: visit.parts.desk.home(visit.speaker, now=visit.parts.clock.now()))
    number = number_of(request.query_params.get("reply", ""))
    reply = await _reply(visit, number) if number is not None else None
    return await visit.page("home.html", frame, home=page, reply=reply, here="home")


async def channel(request: Request) -> Response:
    """Show a channel; `?before=` shows what was said before a message."""
    visit = open_visit(request)
    before = number_of(request.query_params.get("before", ""))
    return await show_channel(visit, channel_number(request), before=before)


async def thread(request: Request) -> Response:
    """Show a thread beside its channel."""
    visit = open_visit(request)
    before = number_of(request.query_params.get("before", ""))
    root = number_of(str(request.path_params["message"]))
    return await show_channel(visit, channel_number(request), thread=root, thread_before=before)


async def show_channel(
    visit: Visit,
    channel_id: int,
    *,
    before: int | None = None,
    thread: int | None = None,
    thread_before: int | None = None,
    status: int = 200,
    error: str | None = None,
    typed: str = "",
) -> Response:
    """Render a channel's page, with what was typed and what was wrong with it."""
    if not visit.session.signed_in:
        return visit.keep(RedirectResponse("/", 303))
    session, webroom = visit.session, visit.parts.webroom
    page = await visit.parts.run(
        lambda: webroom.channel(
            session.workspace, session.user, channel_id, before=before, thread=thread, thread_before=thread_before
        )
    )
    return await visit.page(
        "channel.html",
        page.frame,
        status=status,
        page=page,
        title=title_of(visit, page),
        here=page.channel.id,
        error=error,
        typed=typed,
    )


def title_of(visit: Visit, page: ChannelPage) -> str:
    """Name a channel for its reader."""
    if page.channel.kind is ChannelKind.DIRECT:
        return visit.chrome_for(page.frame)[1].direct
    return page.channel.title


async def message(request: Request) -> Response:
    """Show one message as a piece of a page."""
    visit = open_visit(request)
    if not visit.session.signed_in:
        raise HTTPException(401)
    channel_id, number = channel_number(request), number_of(str(request.path_params["message"]))
    if number is None:
        raise HTTPException(404)
    session, webroom = visit.session, visit.parts.webroom
    shown = await visit.parts.run(
        lambda: webroom.message(session.workspace, session.user, number, channel_id=channel_id)
    )
    frame = await visit.frame()
    _, words = visit.chrome_for(frame)
    inside = request.query_params.get("inside") == "1"
    return HTMLResponse(render("fragment_message.html", m=shown, t=words, csrf=visit.csrf, inside=inside))


async def help_page(request: Request) -> Response:
    """Show what can be typed: the help of every command."""
    visit = open_visit(request)
    frame = await visit.frame()
    if frame is None:
        return visit.keep(RedirectResponse("/", 303))
    now, desk = visit.parts.clock.now(), visit.parts.desk
    shown = [
        await visit.parts.run(lambda name=name: desk.command(Command(visit.speaker, name, "help"), now=now))
        for name in COMMANDS
    ]
    cards = [one.card for one in shown if one.card is not None and not one.failed]
    return await visit.page("help.html", frame, cards=cards, here="help")


class Events:
    """The stream of changes for one open page."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response | EventStream:
        visit = open_visit(request)
        if request.method != "GET":
            return PlainTextResponse("405", status_code=405, headers={"Allow": "GET"})
        frame = await visit.frame()
        if frame is None:
            return PlainTextResponse("401", status_code=401)
        if visit.parts.hub.full:
            return PlainTextResponse("503", status_code=503, headers={"Retry-After": "5"})
        last = request.headers.get("last-event-id") or request.query_params.get("after", "")
        after = number_of(last) if last not in ("", "0") else (0 if last else None)
        return EventStream(visit.parts.hub, frame.viewer, after=after)


async def asset(request: Request) -> Response:
    """Give a static file; its address changes with its content."""
    found = ASSETS.get(str(request.path_params["name"]))
    if found is None:
        raise HTTPException(404)
    content, kind, mark = found
    headers = {"ETag": f'"{mark}"', "Cache-Control": "public, max-age=31536000, immutable"}
    if request.headers.get("if-none-match") == f'"{mark}"':
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)


def channel_number(request: Request) -> int:
    """Return the channel of an address. :raises HTTPException: 404 for what can be none."""
    number = number_of(str(request.path_params["channel"]))
    if number is None:
        raise HTTPException(404)
    return number


async def _reply(visit: Visit, number: int) -> MessageView | None:
    session, webroom = visit.session, visit.parts.webroom
    shown = await visit.parts.run(lambda: webroom.message(session.workspace, session.user, number))
    return shown if shown.private else None
