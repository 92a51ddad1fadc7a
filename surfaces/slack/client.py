"""A connection to Slack's Web API: its session, what the workspace is, and what an error means."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import AsyncGenerator, Generator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.ports import Gone, Rejected, Throttled, Unreachable, Unsure
from surfaces.slack.payloads import Json, part

API: Final = "https://slack.com/api/"
TIMEOUT_SECONDS: Final = 15
_CONNECT_SECONDS: Final = 5
_RETRY_AFTER: Final = 30.0
#: Answers of Slack that leave open what happened; every other code is a refusal.
_UNSURE: Final = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)
#: The workspace as a whole is closed to us.
_GONE: Final = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "team_not_found",
        "token_expired",
        "token_revoked",
    }
)
_THROTTLED: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_RESPONSE_HOSTS: Final = (".slack.com", ".slack-gov.com")


@dataclass(slots=True)
class Installation:
    """Which workspace the token serves, once that is known; `shared`: it serves others of an organisation too."""

    workspace: str = ""
    shared: bool = False
    enterprise: str = ""
    bot_user: str = ""
    bot: str = ""


class SlackClient:
    """Talk to Slack: no retries of its own, one time limit, one session while it is open."""

    def __init__(self, token: str, api_url: str = "") -> None:
        base = f"{(api_url or API).rstrip('/')}/"
        # A dropped connection may have delivered: repeating is the outbox's business, which looks before it sends.
        self.web = AsyncWebClient(token=token, base_url=base, timeout=TIMEOUT_SECONDS, retry_handlers=[])
        self.installation = Installation()
        self._origin = urlsplit(base)
        host = self._origin.hostname or ""
        if host in ("127.0.0.1", "::1", "localhost") or proxy_bypass(host):
            self.web.proxy = None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Keep connections open within the block."""
        limits = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS, connect=_CONNECT_SECONDS)
        async with aiohttp.ClientSession(timeout=limits) as session:
            self.web.session = session
            try:
                yield
            finally:
                self.web.session = None

    def join(self, session: aiohttp.ClientSession | None) -> None:
        """Use the connections of somebody else, who keeps them open."""
        self.web.session = session

    async def call(self, method: str, **arguments: object) -> Json:
        """Call a method of the Web API by the name the SDK gives it (`chat_postMessage`), and return what it answers.

        :raises Throttled, Rejected, Unreachable, Unsure: see `translated`.
        """
        return (await self._ask(method, arguments))[0]

    async def exchange(self, client_id: str, client_secret: str, **arguments: str) -> Json:
        """Exchange a code or a refresh token for an access token, in the name of the app itself.

        :raises Throttled, Rejected, Unreachable, Unsure: see `translated`.
        """
        # Not by the SDK's own method: the way in which that signs in is on its way out of aiohttp.
        basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        with translated():
            answer = await self.web.api_call(
                "oauth.v2.access", data=arguments, headers={"Authorization": f"Basic {basic}"}
            )
            return _object(answer.data)

    async def scopes(self) -> str:
        """Return what the token may do, as Slack lists it."""
        headers = (await self._ask("auth_test", {}))[1]
        return str(headers.get("x-oauth-scopes") or "")

    async def learn(self) -> Installation:
        """Ask Slack once whose token this is."""
        answer = await self.call("auth_test")
        found = self.installation
        found.workspace = str(answer.get("team_id") or "")
        found.enterprise = str(answer.get("enterprise_id") or "")
        found.bot_user = str(answer.get("user_id") or "")
        found.bot = str(answer.get("bot_id") or "")
        return found

    async def respond(self, url: str, payload: dict[str, Any]) -> None:
        """Answer through a response URL.

        :raises Rejected: the address is not one of Slack's, is used up, or what is sent does not please.
        """
        if not self._is_ours(url):
            raise Rejected("foreign_response_url")
        await self._post(url, "response_url", json=payload)

    async def send_file(self, url: str, content: bytes) -> None:
        """Send the bytes of a file to the address that Slack gave for it.

        :raises Rejected: the address is not one of Slack's, or it does not take them.
        """
        if not self._is_ours(url):
            raise Rejected("foreign_upload_url")
        await self._post(url, "upload_url", data=content)

    async def _post(self, url: str, name: str, **body: Any) -> None:  # noqa: ANN401  (what aiohttp takes)
        with translated():
            async with self._session() as session, session.post(url, proxy=self.web.proxy, **body) as answer:
                if answer.status == 429:
                    raise Throttled(_seconds(answer.headers.get("Retry-After")))
                if answer.status >= 500:
                    raise Unsure(f"status {answer.status}")
                if answer.status != 200:
                    raise Rejected(f"{name}_{answer.status}")

    async def _ask(self, method: str, arguments: Mapping[str, object]) -> tuple[Json, Mapping[str, str]]:
        with translated():
            answer = await getattr(self.web, method)(**arguments)
            return _object(answer.data), answer.headers

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) == (self._origin.scheme, self._origin.netloc):
            return True
        return parts.scheme == "https" and (parts.hostname or "").endswith(_RESPONSE_HOSTS)

    @contextlib.asynccontextmanager
    async def _session(self) -> AsyncGenerator[aiohttp.ClientSession]:
        if self.web.session is not None:
            yield self.web.session
            return
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)) as session:
            yield session


def pick(answer: Json, *names: str) -> str:
    """Return a text that an answer must hold.

    :raises Unsure: it does not.
    """
    *outer, last = names
    for name in outer:
        answer = part(answer, name)
    value: object = answer.get(last)
    if not isinstance(value, str) or not value:
        raise Unsure("incomplete answer")
    return value


def _object(data: Any) -> Json:  # noqa: ANN401  (what the SDK could read)
    if not isinstance(data, dict):
        raise Unsure("unreadable answer")
    return cast("Json", data)


@contextlib.contextmanager
def translated() -> Generator[None]:
    """Turn what a call within the block raises into what it means for a delivery.

    :raises Throttled: try again later. :raises Rejected: a known no. :raises Unreachable: nothing was sent.
    :raises Unsure: anything else, for it may have arrived.
    """
    try:
        yield
    except SlackApiError as error:
        raise _judge(error) from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise Unreachable(type(error).__name__) from error
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        raise Unsure(type(error).__name__) from error
    except (ValueError, AttributeError, TypeError) as error:
        # The SDK stumbles in these ways over an answer that is no JSON object.
        raise Unsure("unreadable answer") from error


def _judge(error: SlackApiError) -> Exception:
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    data: object = getattr(response, "data", None)
    code = str(cast("Json", data).get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code in _THROTTLED:
        return Throttled(_seconds(getattr(response, "headers", {}).get("Retry-After")))
    if status >= 500 or not code or code in _UNSURE:
        return Unsure(code or f"status {status}")
    return Gone(code) if code in _GONE else Rejected(code)


def _seconds(value: str | None) -> float:
    try:
        return min(max(float(value or _RETRY_AFTER), 1.0), 3600.0)
    except ValueError:
        return _RETRY_AFTER
