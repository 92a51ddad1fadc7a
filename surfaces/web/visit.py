"""One request of one browser: who it is, what surrounds the page, and where things go back to."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

import anyio
import anyio.to_thread
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from domain.ids import NUMBER_MAX
from handlers.desk import Desk
from handlers.ports import Clock
from handlers.requests import Place, Speaker
from handlers.webroom.room import Persona, Webroom
from handlers.webroom.views import Frame
from handlers.work import Kit
from messages.card import Card
from messages.chrome import Chrome, chrome
from messages.i18n import LOCALES, locale_of
from surfaces.web.address import SURFACE, channel_address, message_ref
from surfaces.web.render import render
from surfaces.web.session import Session, Sessions
from surfaces.web.stream import Hub

THREADS: Final = 24
PERSONAS_SECONDS: Final = 5.0
#: What a guest's invitation that has ended is noted under in the scope of a request.
ENDED: Final = "matchpoint.ended"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody one can be in the demonstration; `about` says in which role and where."""

    workspace: str
    user: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """People under one title: those to begin with (`lead`), or those of one workspace."""

    title: str
    people: tuple[Choice, ...]
    lead: bool = False


@dataclass
class Upload:
    """A file that is being imported for an account: how much of it is read, and the report once it is done."""

    workspace: str
    user: str
    done: int = 0
    total: int | None = None
    card: Card | None = None
    task: asyncio.Task[None] | None = None


@dataclass
class Parts:
    """What the listeners share: one per app."""

    desk: Desk
    webroom: Webroom
    sessions: Sessions
    hub: Hub
    kit: Kit
    clock: Clock
    uploads: dict[str, Upload] = field(default_factory=dict[str, "Upload"])
    _limiter: anyio.CapacityLimiter | None = None
    _personas: tuple[Persona, ...] = ()
    _personas_at: float = 0.0

    async def run(self, step: Callable[[], T]) -> T:
        """Run a synchronous step in a thread; only so many at once."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(THREADS)
        return await anyio.to_thread.run_sync(step, limiter=self._limiter)

    async def personas(self) -> tuple[Persona, ...]:
        """Return who one can be in the demonstration; read anew every few seconds."""
        if self.kit.demo and (not self._personas or time.monotonic() - self._personas_at > PERSONAS_SECONDS):
            self._personas = await self.run(self.webroom.personas)
            self._personas_at = time.monotonic()
        return self._personas


@dataclass(frozen=True, slots=True)
class Spot:
    """Where on the pages something was done: a channel, a thread in it, or (nothing named) Home."""

    channel: int | None = None
    thread: int | None = None

    @property
    def url(self) -> str:
        """The page of this spot."""
        if self.channel is None:
            return "/"
        return f"/c/{self.channel}" if self.thread is None else f"/c/{self.channel}/t/{self.thread}"

    def place(self, workspace: str) -> Place:
        """Return the spot as handlers know it."""
        return Place(
            channel="" if self.channel is None else channel_address(workspace, self.channel),
            thread="" if self.thread is None else message_ref(workspace, self.thread),
        )


@dataclass
class Visit:
    """One request: its session (new if the browser had none), and whether the answer must hand it over."""

    request: Request
    parts: Parts
    session: Session
    fresh: bool

    @property
    def scripted(self) -> bool:
        """Whether the page's script asks, and wants a piece rather than a page."""
        return self.request.headers.get("x-matchpoint") == "script"

    @property
    def speaker(self) -> Speaker:
        """Who speaks."""
        return Speaker(SURFACE, self.session.workspace, self.session.user)

    @property
    def csrf(self) -> str:
        """The token for this session's forms."""
        return self.parts.sessions.csrf(self.session)

    def chrome_for(self, frame: Frame | None) -> tuple[str, Chrome]:
        """Return locale and words around the cards: the person's, or the browser's for a stranger."""
        if frame is not None:
            return frame.viewer.locale, chrome(frame.viewer.locale, frame.viewer.zone)
        locale = accepted(self.request.headers.get("accept-language", ""))
        return locale, chrome(locale, "UTC")

    async def page(self, template: str, frame: Frame | None, *, status: int = 200, **context: object) -> Response:
        """Render a page within its frame."""
        locale, words = self.chrome_for(frame)
        personas = context["personas"] if "personas" in context else await self.personas(words)
        html = render(
            template,
            **{
                "frame": frame,
                "locale": locale,
                "t": words,
                "csrf": self.csrf,
                "nonce": secrets.token_hex(12),
                "personas": personas,
                "here": "",
                "typed": "",
                "importing": frame is not None and frame.viewer.manages,
                **context,
            },
        )
        return self.keep(HTMLResponse(html, status_code=status))

    def keep(self, response: Response) -> Response:
        """Hand the session over, if the browser does not have it."""
        if self.fresh:
            self.parts.sessions.write(response, self.session, now=self.parts.clock.now())
        return response

    async def frame(self) -> Frame | None:
        """Return what surrounds the pages of who is signed in, or None."""
        if not self.session.signed_in:
            return None
        return await self.parts.run(lambda: self.parts.webroom.frame(self.session.workspace, self.session.user))

    async def personas(self, words: Chrome) -> tuple[ChoiceGroup, ...]:
        """Return who one can be: those of the story, then the others by workspace; empty outside the demonstration."""
        cast = self.parts.kit.cast
        leads: dict[str, Choice] = {}
        groups: dict[str, list[Choice]] = {}
        for one in await self.parts.personas():
            role = getattr(words, one.role.value) if one.role is not None else ""
            firm = "" if one.organisation in one.name else one.organisation
            country = words.country(one.country) if one.country else ""
            told = " · ".join(part for part in (role, firm, country) if part)
            choice = Choice(one.workspace, one.user, one.name, told)
            account = f"{one.workspace}:{one.user}"
            if account in cast:
                leads[account] = choice
            else:
                groups.setdefault(one.workspace_name, []).append(choice)
        rest = tuple(ChoiceGroup(title, tuple(people)) for title, people in groups.items())
        first = tuple(leads[account] for account in cast if account in leads)
        return (ChoiceGroup(words.begin_here, first, lead=True), *rest) if first else rest


def open_visit(request: Request) -> Visit:
    """Read who asks."""
    parts: Parts = request.app.state.parts
    ended = ENDED in request.scope
    session = None if ended else parts.sessions.read(request, now=parts.clock.now())
    return Visit(request, parts, session or parts.sessions.begin(), fresh=session is None and not ended)


class Stale(HTTPException):
    """Say that a page is of another session than that of the browser now; `typed` is what would be lost with it."""

    def __init__(self, typed: str) -> None:
        super().__init__(403)
        self.typed = typed


async def read_post(visit: Visit, *, files: int = 0) -> FormData:
    """Read a form that was sent. :raises Stale: it does not come from a page of ours, made for this session.

    With `files`, the caller closes the request.
    """
    data = await read_fields(visit, files=files)
    require_genuine(visit, visit.session, data)
    return data


async def read_fields(visit: Visit, *, files: int = 0) -> FormData:
    """Read what was sent, before anything is known of where it comes from."""
    return await visit.request.form(max_files=files, max_fields=400)


def require_genuine(visit: Visit, session: Session, data: FormData) -> None:
    """Make sure that what was sent comes from a page of ours, made for a session. :raises Stale: it does not."""
    if visit.fresh or not visit.parts.sessions.is_genuine(session, text_of(data, "csrf")):
        # Other sites cannot send our cookie along: they get nothing of theirs shown on a page of ours.
        raise Stale("" if visit.fresh else text_of(data, "text"))


def text_of(data: FormData, name: str) -> str:
    """Return a text field, empty if it is missing or a file."""
    value = data.get(name)
    return value if isinstance(value, str) else ""


def number_of(text: str) -> int | None:
    """Return a row's number; None for an empty text. :raises HTTPException: 404 for what can be none."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) <= NUMBER_MAX):
        raise HTTPException(404)
    return int(text)


def accepted(header: str) -> str:
    """Return the first language of a browser's list that the words are written in."""
    for part in header[:500].split(","):
        tag = part.split(";")[0].strip()
        head = tag.split("-")[0].lower()
        if head in LOCALES or head in ("no", "nn"):
            return locale_of(tag)
    return "en"
