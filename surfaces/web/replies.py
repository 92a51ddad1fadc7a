"""What a handler shows, as a page, as a piece of one, or as the way back to where one was."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from handlers.requests import Shown
from handlers.webroom.views import Frame
from messages import compose
from messages.card import Button, Card
from messages.i18n import Words
from messages.notices.trouble import Refused
from surfaces.web.fields import needs_options, with_options
from surfaces.web.render import render
from surfaces.web.session import OpenForm
from surfaces.web.visit import Spot, Visit


async def show(visit: Visit, shown: Shown, spot: Spot, *, answers: str = "", clicked: int | None = None) -> Response:
    """Turn what a handler shows into a page, a piece of one, or the way back to where one was."""
    if shown.form is not None:
        opened = OpenForm(shown.form, secrets.token_urlsafe(16), spot.channel, spot.thread, clicked)
        return await form_page(visit, opened, spot)
    card = shown.card
    if card is None and shown.errors:
        text = "\n".join(shown.errors.values())
        card = compose(Refused(text=text), await words_of(visit))
    if card is not None:
        return await whisper(visit, card, spot, answers=answers, replaces=clicked if shown.replaces else None)
    if shown.home is not None:
        return go(visit, "/")
    return back(visit, spot)


async def whisper(
    visit: Visit,
    card: Card,
    spot: Spot,
    *,
    answers: str = "",
    replaces: int | None = None,
    beside: int | None = None,
) -> Response:
    """Keep a private card where the person is, and lead there; `beside` is a message of theirs that it is about."""
    session, webroom, now = visit.session, visit.parts.webroom, visit.parts.clock.now()
    channel, message = await visit.parts.run(
        lambda: webroom.whisper(
            session.workspace,
            session.user,
            card,
            channel=spot.channel,
            thread=spot.thread,
            answers=answers,
            replaces=replaces,
            now=now,
        )
    )
    if spot.channel is None:
        return go(visit, f"/?reply={message}")
    written = (message,) if beside is None else (beside, message)
    return back(visit, Spot(channel, spot.thread), *written)


async def form_page(
    visit: Visit,
    opened: OpenForm,
    spot: Spot,
    *,
    frame: Frame | None = None,
    errors: dict[str, str] | None = None,
    values: dict[str, str | tuple[str, ...]] | None = None,
    looks: tuple[Button, ...] = (),
) -> Response:
    """Show a form, with what is filled in and what is wrong with it. :raises HTTPException: 403 for nobody.

    `looks` are buttons that show what has changed meanwhile.
    """
    frame = frame or await visit.frame()
    if frame is None:
        raise HTTPException(403)
    if needs_options(opened.form):
        webroom, viewer = visit.parts.webroom, frame.viewer
        channels, people = await visit.parts.run(lambda: webroom.options(viewer.workspace, viewer.user))
        form = with_options(opened.form, channels=channels, people=people)
        opened = OpenForm(form, opened.request, opened.channel, opened.thread, opened.message)
    context: dict[str, object] = {
        "opened": opened,
        "token": visit.parts.sessions.sign_form(visit.session, opened),
        "form_csrf": visit.csrf,
        "form_t": visit.chrome_for(frame)[1],
        "errors": errors or {},
        "values": values or {},
        "back": spot.url,
        "looks": looks,
        "at": {"csrf": visit.csrf, "channel": spot.channel, "thread": spot.thread, "message": None},
    }
    return await lay_out(visit, frame, spot, context, status=422 if errors else 200)


async def lay_out(
    visit: Visit, frame: Frame | None, spot: Spot, context: Mapping[str, object], *, status: int
) -> Response:
    """Render a form for a dialog where the page's script asks, else as a page of its own."""
    if visit.scripted:
        html = render("fragment_form.html", **context)
        return HTMLResponse(html, status, headers={"X-Show": "dialog"})
    page = await visit.page("form.html", frame, status=status, here=spot.channel or "home", **context)
    # The way back to a page that answers a form leads there only where it may be kept; else what was typed is lost.
    page.headers["cache-control"] = "private, no-cache"
    return page


async def check(visit: Visit, spot: Spot, message: int | None = None) -> None:
    """Make sure that the person may act here. :raises HTTPException: 403 for nobody. :raises NotFound: not for them."""
    session, webroom = visit.session, visit.parts.webroom
    if not session.signed_in:
        raise HTTPException(403)
    await visit.parts.run(
        lambda: webroom.check(
            session.workspace, session.user, channel=spot.channel, thread=spot.thread, message=message
        )
    )


async def words_of(visit: Visit) -> Words:
    """Return the words of who asks."""
    return visit.chrome_for(await visit.frame())[1].words


def back(visit: Visit, spot: Spot, *messages: int) -> Response:
    """Go back to where one was; the page's script is only told which messages are new."""
    if visit.scripted and spot.channel is not None:
        told = ",".join(f"{spot.channel} {message} {spot.thread or 0}" for message in messages)
        return Response(status_code=204, headers={"X-Message": told} if told else {})
    mark = f"#{'m' if spot.thread is None else 't'}{messages[-1]}" if messages else ""
    return go(visit, spot.url + mark)


def go(visit: Visit, url: str) -> Response:
    """Lead to a page; the page's script follows by itself."""
    if visit.scripted:
        return Response(status_code=204, headers={"X-Go": url})
    return RedirectResponse(url, 303)
