"""What is sent from pages: messages, commands, pressed buttons, filled forms, and coming in."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from domain.errors import Invalid
from handlers.requests import Command, Press, Said, Shown, Submission
from handlers.webroom.links import read_personal_link
from handlers.webroom.places import ChannelKind, is_guest
from handlers.webroom.views import Frame
from messages import compose
from messages.card import Card, Note, Section
from messages.i18n import Words
from messages.notices.trouble import Refused, Trouble
from messages.refusals import explain
from surfaces.web.address import is_native, message_ref
from surfaces.web.fields import in_order, mistakes, needs_options, read_values, with_options
from surfaces.web.pages import channel_number, show_channel
from surfaces.web.render import render
from surfaces.web.session import OpenForm
from surfaces.web.visit import Spot, Visit, number_of, open_visit, read_post, text_of

ACTION_MAX: Final = 100
VALUE_MAX: Final = 2_000
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{8,80}", re.ASCII)
_ACTION: Final = re.compile(r"[a-z_]+(?:\.[a-z_]+)+", re.ASCII)
_TRIES: Final = 3
_log: Final = structlog.get_logger("matchpoint.web")


async def say(request: Request) -> Response:
    """Take a line from a channel's composer: a command if it begins with a slash, else a message.

    A slash alone asks what can be typed.
    """
    visit = open_visit(request)
    data = await read_post(visit)
    spot = Spot(channel_number(request), number_of(text_of(data, "thread")))
    await _check(visit, spot)
    text, nonce = text_of(data, "text"), text_of(data, "request")
    if not _NONCE.fullmatch(nonce):
        raise HTTPException(400)
    # The same page sent twice has one effect; the same page with another text is something else.
    key = f"{nonce}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    typed = text.strip()
    if typed == "/":
        return _go(visit, "/help")
    if typed.startswith("/") and typed.strip("/ "):
        name, *rest = typed[1:].split(maxsplit=1)
        command = Command(visit.speaker, name[:ACTION_MAX], "".join(rest), spot.place(visit.session.workspace), key)
        now = visit.parts.clock.now()
        shown = await visit.parts.run(lambda: visit.parts.desk.command(command, now=now))
        return await show(visit, shown, spot, answers=typed)
    return await _record(visit, spot, text, key)


async def press(request: Request) -> Response:
    """Take a pressed button."""
    visit = open_visit(request)
    data = await read_post(visit)
    spot = Spot(number_of(text_of(data, "channel")), number_of(text_of(data, "thread")))
    message = number_of(text_of(data, "message"))
    action, _, value = text_of(data, "do").partition(" ")
    if len(action) > ACTION_MAX or not _ACTION.fullmatch(action) or len(value) > VALUE_MAX or "\x00" in value:
        raise HTTPException(400)
    await _check(visit, spot, message)
    workspace = visit.session.workspace
    pressed = Press(
        visit.speaker, action, value, spot.place(workspace), message_ref(workspace, message) if message else ""
    )
    now = visit.parts.clock.now()
    shown = await visit.parts.run(lambda: visit.parts.desk.press(pressed, now=now))
    return await show(visit, shown, spot, clicked=message)


async def submit(request: Request) -> Response:
    """Take a filled form; with mistakes it comes back as it was typed."""
    visit = open_visit(request)
    if request.method != "POST":
        return RedirectResponse("/", 303)
    data = await read_post(visit)
    opened = visit.parts.sessions.read_form(visit.session, text_of(data, "form"))
    if opened is None:
        raise HTTPException(400)
    spot = Spot(opened.channel, opened.thread)
    await _check(visit, spot)
    frame = await visit.frame()
    _, words = visit.chrome_for(frame)
    values = read_values(opened.form, data)
    found = mistakes(opened.form, values, words)
    submission = Submission(
        visit.speaker,
        opened.form.action,
        opened.form.value,
        values,
        spot.place(visit.session.workspace),
        opened.request,
    )
    now, rehearse = visit.parts.clock.now(), bool(found)
    # Mistakes that only the handler knows are told in the same round as those of the fields.
    shown = await visit.parts.run(lambda: visit.parts.desk.submit(submission, now=now, rehearse=rehearse))
    if not found and not shown.errors and not shown.failed:
        return await show(visit, shown, spot, clicked=opened.message)
    # Whatever the reason, what was typed stays on the screen.
    errors = in_order(opened.form, {**shown.errors, **found}) or {"": _told_by(shown.card)}
    return await _form_page(visit, opened, spot, frame=frame, errors=errors, values=dict(values))


async def become(request: Request) -> Response:
    """Become another person of the demonstration."""
    visit = open_visit(request)
    data = await read_post(visit)
    workspace, _, user = text_of(data, "who").partition(":")
    known = {(one.workspace, one.user) for one in await visit.parts.personas()}
    if is_guest(visit.session.user):
        # A guest is nobody else, also in a demonstration.
        raise HTTPException(404)
    if not visit.parts.kit.demo or (workspace, user) not in known:
        raise HTTPException(404)
    return _signed_in(visit, workspace, user)


async def come_in(request: Request) -> Response:
    """Let in with a personal link: first it says for whom it is, so that nobody comes in as somebody else unawares."""
    visit = open_visit(request)
    token = str(request.path_params["token"])
    sessions = visit.parts.sessions
    account = read_personal_link(sessions.secret, token, now=visit.parts.clock.now())
    frame = None
    if account is not None and is_native(account.workspace) and is_native(account.user):
        frame = await visit.parts.run(lambda: visit.parts.webroom.frame(account.workspace, account.user))
    if account is None or frame is None:
        return await visit.page("welcome.html", None, status=401, link_for="", old_link=True, personas=())
    if request.method == "POST":
        await read_post(visit)
        return _signed_in(visit, account.workspace, account.user)
    link = "/in/" + quote(token, safe="")
    return await visit.page("welcome.html", None, link_for=frame.viewer.name, link=link, old_link=False, personas=())


async def leave(request: Request) -> Response:
    """Sign out."""
    visit = open_visit(request)
    await read_post(visit)
    return _signed_in(visit, "", "")


async def show(visit: Visit, shown: Shown, spot: Spot, *, answers: str = "", clicked: int | None = None) -> Response:
    """Turn what a handler shows into a page, a piece of one, or the way back to where one was."""
    if shown.form is not None:
        opened = OpenForm(shown.form, secrets.token_urlsafe(16), spot.channel, spot.thread, clicked)
        return await _form_page(visit, opened, spot)
    card = shown.card
    if card is None and shown.errors:
        text = "\n".join(shown.errors.values())
        card = compose(Refused(text=text), await _words(visit))
    if card is not None:
        return await _whisper(visit, card, spot, answers=answers, replaces=clicked if shown.replaces else None)
    if shown.home is not None:
        return _go(visit, "/")
    return _back(visit, spot)


async def _whisper(visit: Visit, card: Card, spot: Spot, *, answers: str, replaces: int | None) -> Response:
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
        return _go(visit, f"/?reply={message}")
    return _back(visit, Spot(channel, spot.thread), message)


async def _record(visit: Visit, spot: Spot, text: str, key: str) -> Response:
    """Record a message and offer it to the journeys; what cannot be taken comes back as it was typed."""
    session, webroom, now = visit.session, visit.parts.webroom, visit.parts.clock.now()
    assert spot.channel is not None  # noqa: S101  (it is part of the address)
    channel, thread = spot.channel, spot.thread
    try:
        number, fresh, kind = await visit.parts.run(
            lambda: webroom.say(session.workspace, session.user, channel, text, thread=thread, key=key, now=now)
        )
    except Invalid as refusal:
        words = explain(refusal, await _words(visit))
        if visit.scripted:
            return PlainTextResponse(words, 422)
        return await show_channel(visit, channel, thread=thread, status=422, error=words, typed=text)
    if fresh and (thread is not None or kind in (ChannelKind.CONVERSATION, ChannelKind.DIRECT)):
        ref = message_ref(session.workspace, number)
        said = Said(visit.speaker, spot.place(session.workspace), text.strip(), ref, ref)
        trouble = await _tell(visit, said)
        if trouble:
            card = compose(Trouble(reference=trouble), await _words(visit))
            return await _whisper(visit, card, spot, answers="", replaces=None)
    return _back(visit, spot, number)


async def _tell(visit: Visit, said: Said) -> str:
    """Offer a message to the journeys; return a reference if that fails again and again."""
    for attempt in range(1, _TRIES + 1):
        try:
            await visit.parts.run(lambda: visit.parts.desk.said(said, now=visit.parts.clock.now()))
        except Exception:
            reference = secrets.token_hex(4)
            _log.exception("message_not_heard", reference=reference, attempt=attempt)
            if attempt == _TRIES:
                return reference
        else:
            break
    return ""


def _told_by(card: Card | None) -> str:
    """Return what a card says, for a place without room for a card."""
    if card is None:
        return ""
    said = [card.title, *(block.text for block in card.blocks if isinstance(block, Section | Note))]
    return "\n".join(line for line in said if line)


async def _form_page(
    visit: Visit,
    opened: OpenForm,
    spot: Spot,
    *,
    frame: Frame | None = None,
    errors: dict[str, str] | None = None,
    values: dict[str, str | tuple[str, ...]] | None = None,
) -> Response:
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
        "errors": errors or {},
        "values": values or {},
        "back": spot.url,
    }
    status = 422 if errors else 200
    if visit.scripted:
        _, words = visit.chrome_for(frame)
        html = render("fragment_form.html", t=words, csrf=visit.csrf, **context)
        return HTMLResponse(html, status, headers={"X-Show": "dialog"})
    page = await visit.page("form.html", frame, status=status, here=spot.channel or "home", **context)
    # The way back to a page that answers a form leads there only where it may be kept; else what was typed is lost.
    page.headers["cache-control"] = "private, no-cache"
    return page


async def _check(visit: Visit, spot: Spot, message: int | None = None) -> None:
    """Make sure that the person may act here. :raises HTTPException: 403 for nobody. :raises NotFound: not for them."""
    session, webroom = visit.session, visit.parts.webroom
    if not session.signed_in:
        raise HTTPException(403)
    await visit.parts.run(
        lambda: webroom.check(
            session.workspace, session.user, channel=spot.channel, thread=spot.thread, message=message
        )
    )


async def _words(visit: Visit) -> Words:
    return visit.chrome_for(await visit.frame())[1].words


def _back(visit: Visit, spot: Spot, message: int | None = None) -> Response:
    """Go back to where one was; the page's script is only told which message is new."""
    if visit.scripted and spot.channel is not None:
        headers = {} if message is None else {"X-Message": f"{spot.channel} {message} {spot.thread or 0}"}
        return Response(status_code=204, headers=headers)
    mark = "" if message is None else f"#{'m' if spot.thread is None else 't'}{message}"
    return _go(visit, spot.url + mark)


def _go(visit: Visit, url: str) -> Response:
    if visit.scripted:
        return Response(status_code=204, headers={"X-Go": url})
    return RedirectResponse(url, 303)


def _signed_in(visit: Visit, workspace: str, user: str) -> Response:
    """Begin a session of its own for who comes in, so that pages of an earlier one can do nothing any more."""
    response = RedirectResponse("/", 303)
    sessions = visit.parts.sessions
    sessions.write(response, sessions.begin(workspace, user), now=visit.parts.clock.now())
    return response
