"""Who is at the other end: a signed cookie, the token against forged requests, and signed forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from handlers.webroom.links import make_personal_link, read_personal_link
from messages.card import Form
from messages.codec import Undecodable, form_from_json, form_to_json

__all__ = ["OpenForm", "Session", "Sessions", "make_personal_link", "read_personal_link"]

LASTS: Final = timedelta(days=30)
SECRET_MIN: Final = 16


@dataclass(frozen=True, slots=True)
class Session:
    """One browser: its own random `nonce`, and the account that is signed in (both empty: nobody)."""

    nonce: str
    workspace: str = ""
    user: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether somebody is."""
        return bool(self.user)


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that was shown to a person: where it was asked for, and the private message whose button asked for it."""

    form: Form
    request: str
    channel: int | None = None
    thread: int | None = None
    message: int | None = None


class Sessions:
    """Sign and read what a browser keeps for us. `secure` sends the cookie over https only."""

    def __init__(self, secret: str, *, secure: bool) -> None:
        if len(secret) < SECRET_MIN:
            raise ValueError(f"The secret of the web workspace has at least {SECRET_MIN} characters.")
        self.secret = secret
        self._secure = secure
        self._cookie = "__Host-matchpoint" if secure else "matchpoint"
        self._sessions = URLSafeSerializer(secret, salt="matchpoint.web.session")
        self._forms = URLSafeSerializer(secret, salt="matchpoint.web.form")

    def read(self, request: Request, *, now: datetime) -> Session | None:
        """Return the browser's session, or None if it has none that we made and that is still good."""
        given = _mapping(self._sessions, request.cookies.get(self._cookie, ""))
        nonce, workspace, user, since = (given.get(name) for name in ("n", "w", "u", "t"))
        if not (isinstance(nonce, str) and isinstance(workspace, str) and isinstance(user, str)):
            return None
        if not isinstance(since, int) or now.timestamp() > since + LASTS.total_seconds():
            return None
        return Session(nonce, workspace, user)

    def begin(self, workspace: str = "", user: str = "") -> Session:
        """Return a new session; what was signed for an older one is worth nothing in it."""
        return Session(secrets.token_urlsafe(18), workspace, user)

    def write(self, response: Response, session: Session, *, now: datetime) -> None:
        """Give the browser its session to keep."""
        kept = self._sessions.dumps(
            {"n": session.nonce, "w": session.workspace, "u": session.user, "t": int(now.timestamp())}
        )
        response.set_cookie(
            self._cookie,
            kept,
            max_age=int(LASTS.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def csrf(self, session: Session) -> str:
        """Return the token that every form of this session carries."""
        return hmac.new(self.secret.encode(), f"csrf:{session.nonce}".encode(), hashlib.sha256).hexdigest()

    def is_genuine(self, session: Session | None, token: str) -> bool:
        """Tell whether a request comes from a page that we made for this session."""
        return session is not None and hmac.compare_digest(self.csrf(session).encode(), token.encode())

    def sign_form(self, session: Session, opened: OpenForm) -> str:
        """Return a form as a token, so that it can be shown again with everything that was typed."""
        return self._forms.dumps(
            {
                "n": session.nonce,
                "w": session.workspace,
                "u": session.user,
                "f": form_to_json(opened.form),
                "r": opened.request,
                "at": [opened.channel, opened.thread, opened.message],
            }
        )

    def read_form(self, token: str) -> tuple[Session, OpenForm] | None:
        """Return the form of a token and the session that it was made for, or None if we made none such."""
        given = _mapping(self._forms, token)
        at, request = given.get("at"), given.get("r")
        nonce, workspace, user = (given.get(name) for name in ("n", "w", "u"))
        if not (isinstance(nonce, str) and isinstance(workspace, str) and isinstance(user, str)):
            return None
        if not isinstance(request, str) or not isinstance(at, list):
            return None
        channel, thread, message = cast("list[int | None]", at)
        try:
            opened = OpenForm(form_from_json(given.get("f")), request, channel, thread, message)
        except Undecodable:
            return None
        return Session(nonce, workspace, user), opened


def _mapping(signer: URLSafeSerializer, token: str) -> Mapping[str, object]:
    try:
        found: object = signer.loads(token)
    except (BadData, ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}
