"""The bot's token: proof to the Bot Connector of who calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import quote

import httpx

from handlers.ports import Throttled, Unreachable

Json = dict[str, Any]

LOGIN_URL: Final = "https://login.microsoftonline.com"
TIMEOUT_SECONDS: Final = 15
_SCOPE: Final = "https://api.botframework.com/.default"
_ANY_TENANT: Final = "botframework.com"
_RETRY_AFTER: Final = 30.0
_RENEW_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Credentials:
    """The bot's registration; `tenant` is its own where it belongs to a single one, else empty."""

    client_id: str
    client_secret: str = field(repr=False)
    tenant: str = ""


class Tokens:
    """The token that the bot shows to the connector, asked for when it is needed and kept until it grows old."""

    def __init__(self, credentials: Credentials, http: Callable[[], httpx.AsyncClient], login_url: str = "") -> None:
        self._credentials, self._http = credentials, http
        self._login = (login_url or LOGIN_URL).rstrip("/")
        self._token, self._good_until = "", 0.0
        self._lock = asyncio.Lock()

    async def bearer(self) -> str:
        """Return a token that is good for some minutes more.

        :raises Unreachable: there is none; what was to be sent with it was not sent. :raises Throttled: too many asked.
        """
        async with self._lock:
            if time.monotonic() >= self._good_until:
                self._token, seconds = await self._ask()
                self._good_until = time.monotonic() + max(seconds - _RENEW_SECONDS, seconds / 2)
            return self._token

    def forget(self) -> None:
        """Ask anew next time: the token was refused."""
        self._good_until = 0.0

    async def _ask(self) -> tuple[str, float]:
        bot = self._credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": bot.client_id,
            "client_secret": bot.client_secret,
            "scope": _SCOPE,
        }
        url = f"{self._login}/{quote(bot.tenant or _ANY_TENANT, safe='')}/oauth2/v2.0/token"
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer = await self._http().post(url, data=form)
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unreachable(f"token: {type(error).__name__}") from error
        said = object_of(answer)
        if answer.status_code == 429:
            raise Throttled(pause_of(answer))
        token, seconds = said.get("access_token"), said.get("expires_in")
        if answer.status_code != 200 or not isinstance(token, str) or not token:
            # A wrong or old secret is the operator's to mend; until then everything waits and nothing is lost.
            raise Unreachable(f"token: {said.get('error') or answer.status_code}")
        return token, float(seconds) if isinstance(seconds, int | float) else 3600.0


def object_of(answer: httpx.Response) -> Json:
    """Return the JSON object of an answer; an empty one where it holds none."""
    try:
        said: object = answer.json()
    except ValueError:
        return {}
    return cast("Json", said) if isinstance(said, dict) else {}


def pause_of(answer: httpx.Response) -> float:
    """Return for how many seconds an answer asks to wait."""
    value = answer.headers.get("Retry-After")
    try:
        return min(max(float(value or _RETRY_AFTER), 1.0), 3600.0)
    except ValueError:
        return _RETRY_AFTER
