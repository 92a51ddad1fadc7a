"""One's own messages: another text, or none at all, by forms that work without script."""

from __future__ import annotations

import secrets

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import Invalid
from handlers.requests import Deleted, Edited
from messages.refusals import explain
from surfaces.web.address import message_ref
from surfaces.web.pages import channel_number
from surfaces.web.visit import Spot, Visit, number_of, open_visit, read_post, text_of


async def edit(request: Request) -> Response:
    """Show one's own message in a form; take its new text, or take it away."""
    visit = open_visit(request)
    channel, number = channel_number(request), number_of(str(request.path_params["message"]))
    # What was typed is shown again to whom it was refused.
    data = await read_post(visit) if request.method == "POST" else None
    if not visit.session.signed_in:
        raise HTTPException(403)
    if number is None:
        raise HTTPException(404)
    if data is None:
        return await _page(visit, channel, number)
    text = None if text_of(data, "delete") else text_of(data, "text")
    try:
        return await _change(visit, channel, number, text)
    except Invalid as refusal:
        words = visit.chrome_for(await visit.frame())[1].words
        return await _page(visit, channel, number, typed=text or "", error=explain(refusal, words))


async def _change(visit: Visit, channel: int, number: int, text: str | None) -> Response:
    session, webroom, desk, now = visit.session, visit.parts.webroom, visit.parts.desk, visit.parts.clock.now()
    at, thread, written_at = await visit.parts.run(
        lambda: webroom.reword(session.workspace, session.user, number, text, now=now)
    )
    spot, ref = Spot(at, thread), message_ref(session.workspace, number)
    # What a browser sends twice has the same effect twice.
    place, event = spot.place(session.workspace), f"{ref}:{secrets.token_hex(8)}"
    if text is None:
        deleted = Deleted(visit.speaker, place, ref, event)
        await visit.parts.run(lambda: desk.deleted(deleted, now=now))
    else:
        edited = Edited(visit.speaker, place, text.strip(), ref, event, at=now, written_at=written_at)
        await visit.parts.run(lambda: desk.edited(edited, now=now))
    mark = "m" if thread is None else "t"
    return RedirectResponse(f"{spot.url}#{mark}{number}", 303)


async def _page(visit: Visit, channel: int, number: int, *, typed: str | None = None, error: str = "") -> Response:
    session, webroom = visit.session, visit.parts.webroom
    message = await visit.parts.run(
        lambda: webroom.message(session.workspace, session.user, number, channel_id=channel)
    )
    if not message.own:
        raise HTTPException(404)
    return await visit.page(
        "edit.html",
        await visit.frame(),
        status=422 if error else 200,
        here=channel,
        action=f"/c/{channel}/m/{number}/edit",
        back=Spot(channel, message.thread_id).url,
        typed=message.text if typed is None else typed,
        error=error,
    )
