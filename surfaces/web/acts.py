"""What is sent from pages: messages, commands, pressed buttons, and coming in."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from domain.errors import Invalid
from handlers.requests import Command, Press, Said
from handlers.webroom.links import read_personal_link
from handlers.webroom.places import ChannelKind, is_guest
from messages import compose
from messages.card import Card
from messages.notices.trouble import Trouble
from messages.refusals import explain
from surfaces.web.address import is_native, message_ref
from surfaces.web.pages import channel_number, show_channel
from surfaces.web.replies import back, check, go, show, whisper, words_of
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
    await check(visit, spot)
    text, nonce = text_of(data, "text"), text_of(data, "request")
    if not _NONCE.fullmatch(nonce):
        raise HTTPException(400)
    # The same page sent twice has one effect; the same page with another text is something else.
    key = f"{nonce}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    typed = text.strip()
    if typed == "/":
        return go(visit, "/help")
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
    await check(visit, spot, message)
    workspace = visit.session.workspace
    pressed = Press(
        visit.speaker, action, value, spot.place(workspace), message_ref(workspace, message) if message else ""
    )
    now = visit.parts.clock.now()
    shown = await visit.parts.run(lambda: visit.parts.desk.press(pressed, now=now))
    return await show(visit, shown, spot, clicked=message)


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
        words = explain(refusal, await words_of(visit))
        if visit.scripted:
            return PlainTextResponse(words, 422)
        return await show_channel(visit, channel, thread=thread, status=422, error=words, typed=text)
    if fresh and (thread is not None or kind in (ChannelKind.CONVERSATION, ChannelKind.DIRECT)):
        ref = message_ref(session.workspace, number)
        said = Said(visit.speaker, spot.place(session.workspace), text.strip(), ref, ref)
        card = await _tell(visit, said)
        if card is not None:
            return await whisper(visit, card, spot, beside=number)
    return back(visit, spot, number)


async def _tell(visit: Visit, said: Said) -> Card | None:
    """Offer a message to the journeys; return what its author is told, also if that fails again and again."""
    for attempt in range(1, _TRIES + 1):
        try:
            shown = await visit.parts.run(lambda: visit.parts.desk.said(said, now=visit.parts.clock.now()))
        except Exception:
            reference = secrets.token_hex(4)
            _log.exception("message_not_heard", reference=reference, attempt=attempt)
            if attempt == _TRIES:
                return compose(Trouble(reference=reference), await words_of(visit))
        else:
            return None if shown is None else shown.card
    return None


def _signed_in(visit: Visit, workspace: str, user: str) -> Response:
    """Begin a session of its own for who comes in, so that pages of an earlier one can do nothing any more."""
    response = RedirectResponse("/", 303)
    sessions = visit.parts.sessions
    sessions.write(response, sessions.begin(workspace, user), now=visit.parts.clock.now())
    return response
