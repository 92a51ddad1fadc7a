"""The one connection to the Bot Connector of Teams: its token, one attempt a call, and what an error means.

The clients of microsoft-teams-api are not used for this. They write conversation ids into addresses as they are, take
an answer that lacks the new message's id for a success ("DO_NOT_USE_PLACEHOLDER_ID"), wait without end unless told
otherwise, and fetch tokens with a library that blocks. A dropped connection may have delivered: whether to repeat is
the outbox's business, so it must see exactly one request and its plain outcome.

What the status codes mean: "Status codes from bot conversational APIs" in Microsoft's reference of Teams
(learn.microsoft.com, bots/how-to/conversations/conversation-messages), as read in autumn 2026.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from typing import Any, Final, cast
from urllib.parse import quote, urlsplit

import httpx

from handlers.ports import Forbidden, Gone, Rejected, Throttled, Unreachable, Unsure
from surfaces.teams.tokens import TIMEOUT_SECONDS, Credentials, Json, Tokens, object_of, pause_of

#: The tenant's own address is better; this one serves every tenant of the public cloud.
SERVICE_URL: Final = "https://smba.trafficmanager.net/teams"
_CONNECT_SECONDS: Final = 5
#: 412 means that others wrote to the conversation in the same moment: nothing was sent, and soon it can be.
_BUSY_SECONDS: Final = 2.0
_PAGE: Final = 500
_PAGES: Final = 20
#: Where a tenant's service may be; our token goes nowhere else.
_HOSTS: Final = ("smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com", "smba.infra.gov.teams.microsoft.us")
#: The tenant's administrator switched the bot off. In a chat with one person that may concern this person only.
_DISABLED: Final = "BotDisabledByAdmin"
#: The person wants to hear nothing of us, which is to be respected. Everything else that is forbidden can be mended:
#: the app added again, a right given, a policy changed.
_UNWANTED: Final = frozenset({"BotDisabledByUser", "ConversationBlockedByUser", "MessageWritesBlocked"})

ServiceUrlOf = Callable[[str], Awaitable[str]]


class TeamsClient:
    """Talk to the Bot Connector: no retries of its own, one time limit, one pool of connections while it is open.

    `service_url_of` gives the address at which a tenant is served, empty where it is not known. `api_url` (for tests
    and for trying out on one's own machine) may be called although it is not Microsoft's. Without credentials nothing
    is shown to prove who calls, and only `api_url` is called.
    """

    def __init__(
        self,
        credentials: Credentials | None,
        *,
        service_url_of: ServiceUrlOf,
        api_url: str = "",
        login_url: str = "",
    ) -> None:
        self._service_url_of = service_url_of
        self._own = _origin(api_url) if api_url else ""
        self._default = (api_url or SERVICE_URL).rstrip("/")
        self._http: httpx.AsyncClient | None = None
        self._tokens = Tokens(credentials, lambda: self._pool, login_url) if credentials else None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Keep connections open within the block."""
        limits = httpx.Timeout(TIMEOUT_SECONDS, connect=_CONNECT_SECONDS)
        # A proxy of the environment cannot reach one's own machine.
        mounts = {self._own: None} if self._own else None
        async with httpx.AsyncClient(timeout=limits, follow_redirects=False, mounts=mounts) as http:
            self._http = http
            try:
                yield
            finally:
                self._http = None

    async def sign_in(self) -> None:
        """Get the bot's token.

        :raises Unreachable: there is none. :raises Throttled: too many asked.
        """
        if self._tokens:
            await self._tokens.bearer()

    async def create_conversation(self, tenant: str, account: str) -> str:
        """Open the bot's chat with one person and return its id; the same person has the same chat.

        More people at once, and group chats at all, the connector refuses (`BadSyntax`): only Graph creates those.
        """
        body = {"isGroup": False, "members": [{"id": account}], "tenantId": tenant, "channelData": _of(tenant)}
        return pick(await self._call("POST", tenant, "v3/conversations", conversation="a:", json=body), "id")

    async def send(
        self, tenant: str, conversation: str, activity: Mapping[str, Any], *, reply_to: str = "", targeted: bool = False
    ) -> str:
        """Send a message and return its id; into a channel it begins a thread, into `…;messageid=` it continues one.

        A targeted one is seen by its `recipient` only; not every tenant takes them.
        """
        path = f"v3/conversations/{_quoted(conversation)}/activities"
        if reply_to:
            path = f"{path}/{_quoted(reply_to)}"
        answer = await self._call("POST", tenant, path, conversation=conversation, params=_aim(targeted), json=activity)
        return pick(answer, "id")

    async def update(
        self, tenant: str, conversation: str, activity_id: str, activity: Mapping[str, Any], *, targeted: bool = False
    ) -> None:
        """Replace a message in place."""
        path = f"v3/conversations/{_quoted(conversation)}/activities/{_quoted(activity_id)}"
        body = {**activity, "id": activity_id}
        await self._call("PUT", tenant, path, conversation=conversation, params=_aim(targeted), json=body)

    async def delete(self, tenant: str, conversation: str, activity_id: str, *, targeted: bool = False) -> None:
        """Delete a message of the bot."""
        path = f"v3/conversations/{_quoted(conversation)}/activities/{_quoted(activity_id)}"
        await self._call("DELETE", tenant, path, conversation=conversation, params=_aim(targeted))

    async def member(self, tenant: str, conversation: str, account: str) -> Json:
        """Return what Teams tells of a member: name, e-mail address, `aadObjectId`, `userRole`."""
        path = f"v3/conversations/{_quoted(conversation)}/members/{_quoted(account)}"
        return await self._call("GET", tenant, path, conversation=conversation)

    async def members(self, tenant: str, conversation: str) -> list[Json]:
        """Return the members of a conversation; of a channel those of its team."""
        found: list[Json] = []
        params = {"pageSize": str(_PAGE)}
        for _ in range(_PAGES):
            path = f"v3/conversations/{_quoted(conversation)}/pagedMembers"
            page = await self._call("GET", tenant, path, conversation=conversation, params=params)
            found += _objects(page, "members")
            token = page.get("continuationToken")
            if not isinstance(token, str) or not token:
                break
            params["continuationToken"] = token
        return found

    async def channels(self, tenant: str, team: str) -> list[Json]:
        """Return the channels of a team the bot is in; the general one has no name of its own."""
        path = f"v3/teams/{_quoted(team)}/conversations"
        return _objects(await self._call("GET", tenant, path, conversation=team), "conversations")

    async def _call(
        self,
        method: str,
        tenant: str,
        path: str,
        *,
        conversation: str,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> Json:
        """Make one request and return what is answered.

        :raises Throttled, Rejected, Forbidden, Gone, Unreachable, Unsure: see `translated` and `_judge`.
        """
        base = await self._base(tenant)
        headers = {"Authorization": f"Bearer {await self._tokens.bearer()}"} if self._tokens else {}
        with translated():
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer = await self._pool.request(method, f"{base}/{path}", params=params, json=json, headers=headers)
        if answer.status_code >= 300:
            raise self._judge(answer, conversation)
        return object_of(answer)

    def _judge(self, answer: httpx.Response, conversation: str) -> Exception:
        status, code = answer.status_code, _code(answer)
        if status == 429:
            return Throttled(pause_of(answer), stated="Retry-After" in answer.headers)
        if status == 412:
            return Throttled(_BUSY_SECONDS, stated=False)
        if status == 401:
            # Our own credentials, not this message: it was not taken, and waits until they are mended.
            if self._tokens:
                self._tokens.forget()
            return Unreachable(code or "status 401")
        if status >= 500 or status == 408:
            return Unsure(f"status {status}")
        if code == _DISABLED and not conversation.startswith("a:"):
            return Gone(code)
        if status == 403 and code not in _UNWANTED:
            return Forbidden(code or f"status {status}")
        return Rejected(code or f"status {status}")

    async def _base(self, tenant: str) -> str:
        base = (await self._service_url_of(tenant) or self._default).rstrip("/")
        own = _origin(base) == self._own
        if not own and (not self._tokens or not is_service_url(base)):
            raise Rejected("foreign_service_url")
        return base

    @property
    def _pool(self) -> httpx.AsyncClient:
        if self._http is None:
            raise RuntimeError("the client is not open")
        return self._http


def is_service_url(url: str) -> bool:
    """Tell whether an address is one at which Microsoft serves tenants."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.hostname in _HOSTS and parts.port in (None, 443)
    except ValueError:
        return False


def pick(answer: Mapping[str, Any], name: str) -> str:
    """Return a text that an answer must hold.

    :raises Unsure: it does not.
    """
    value: object = answer.get(name)
    if not isinstance(value, str) or not value:
        raise Unsure("incomplete answer")
    return value


@contextlib.contextmanager
def translated() -> Generator[None]:
    """Turn what a request within the block raises into what it means for a delivery.

    :raises Unreachable: nothing was sent. :raises Unsure: anything else, for it may have arrived.
    """
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        raise Unreachable(type(error).__name__) from error
    except (httpx.HTTPError, TimeoutError) as error:
        raise Unsure(type(error).__name__) from error


def _objects(answer: Mapping[str, Any], name: str) -> list[Json]:
    found: object = answer.get(name)
    items = cast("list[object]", found) if isinstance(found, list) else []
    return [cast("Json", one) for one in items if isinstance(one, dict)]


def _code(answer: httpx.Response) -> str:
    error: object = object_of(answer).get("error")
    code: object = cast("Json", error).get("code") if isinstance(error, dict) else error
    return code[:100] if isinstance(code, str) else ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _of(tenant: str) -> Json:
    return {"tenant": {"id": tenant}}


def _aim(targeted: bool) -> Mapping[str, str] | None:
    return {"isTargetedActivity": "true"} if targeted else None


def _quoted(native: str) -> str:
    return quote(native, safe="")
