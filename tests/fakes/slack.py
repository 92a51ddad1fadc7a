"""A strict fake of Slack: its Web API over real HTTP on loopback, and people who use its client.

    clock = StillClock()
    with FakeSlack(clock) as slack:
        anna = slack.add_user("U0ANNA", name="Anna", email="anna@example.org")
        slack.add_channel("C0CHALL", "challenges", members=("U0ANNA",))
        surface = SlackSurface(desk, SlackConfig(slack.bot_token, slack.signing_secret, api_url=slack.api_url), …)
        slack.connect(app, settle=surface.settle)        # or slack.connect("http://127.0.0.1:3000")
        reply = await anna.command("/challenge", "list", channel="C0CHALL")

Several workspaces share one Slack: `delta = FakeSlack(clock, team="T0DELTA", beside=slack)`. Each has its own token,
and what is sent with another one ends in another workspace. `slack.allow(url, "U0ANNA")` is a person who allows what
the page behind `url` asks for; `slack.grants.rotation = True` gives tokens that end; `slack.uninstall()` takes the app
away.

It refuses what Slack refuses, with Slack's own codes, and keeps everything that was posted: `slack.posts("C0CHALL")`,
`anna.private` (what only she sees), `anna.views` (her open dialogs, the top one last), `anna.home`. `slack.calls` lists
every request with its outcome. `slack.fail("chat.postMessage", Fault.DROP_AFTER)` breaks the next one, `slack.down`
all of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Protocol, Self

from aiohttp import web

from tests.fakes.slack_blocks import message_problems, view_problems
from tests.fakes.slack_grants import Grants, Refused

if TYPE_CHECKING:
    from tests.fakes.slack_user import SlackUser

Json = dict[str, Any]

_SCOPES = """
commands chat:write channels:join channels:manage channels:read channels:history groups:write groups:read
groups:history files:write files:read im:write im:history mpim:write mpim:history users:read users:read.email
"""
ALL_SCOPES = frozenset(_SCOPES.split())
TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_URL_LIFE = timedelta(minutes=30)
RESPONSE_URL_USES = 5


class Clock(Protocol):
    def now(self) -> datetime: ...


class Fault(Enum):
    """How a request goes wrong. The first four never reach Slack; the others do, and only the answer is lost.

    LATE: it is accepted after so many seconds, when whoever sent it may have given up.
    """

    ERROR_500 = auto()
    DROP_BEFORE = auto()
    THROTTLE = auto()
    GARBAGE = auto()
    DROP_AFTER = auto()
    ERROR_AFTER = auto()
    SLOW = auto()
    LATE = auto()


@dataclass
class Message:
    """A message: `ephemeral_for` is the only person who sees it; `edits` counts updates."""

    channel: str
    ts: str
    text: str
    blocks: list[Json]
    user: str = ""
    bot: bool = True
    thread_ts: str = ""
    metadata: Json | None = None
    ephemeral_for: str = ""
    edits: int = 0
    request: Json = field(default_factory=dict)

    def as_json(self, *, with_metadata: bool = False) -> Json:
        shown: Json = {"type": "message", "ts": self.ts, "text": self.text, "user": self.user, "blocks": self.blocks}
        if self.bot:
            shown |= {"bot_id": "B0MATCH", "app_id": "A0MATCH"}
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.metadata is not None and with_metadata:
            shown["metadata"] = self.metadata
        return shown


@dataclass
class Channel:
    """A channel or conversation; `kind` is public, private, im or mpim."""

    id: str
    name: str
    kind: str
    members: set[str]
    archived: bool = False
    messages: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class Call:
    """One request to the Web API: its method, arguments, and `ok` or Slack's code or the fault's name."""

    method: str
    arguments: Json
    outcome: str


@dataclass
class File:
    """A file: it can be shown once it was completed and asked about `looks_left` times."""

    id: str
    name: str
    length: int
    content: bytes = b""
    complete: bool = False
    looks_left: int = 1

    @property
    def ready(self) -> bool:
        return self.complete and self.looks_left <= 0


@dataclass
class ResponseUrl:
    """Where an act may be answered: five times in half an hour."""

    user: str
    channel: str
    message: Message | None
    expires_at: datetime
    uses: int = 0


class FakeSlack:
    """One workspace. Thread-safe: the server runs in a thread of its own."""

    def __init__(
        self,
        clock: Clock,
        *,
        team: str = "T0CLEAN",
        scopes: Iterable[str] = ALL_SCOPES,
        beside: FakeSlack | None = None,
        enterprise: str = "",
    ) -> None:
        self.clock, self.team, self.scopes = clock, team, set(scopes)
        self.enterprise, self.first = enterprise, beside or self
        self.all: list[FakeSlack] = self.first.all if beside else []
        self.all.append(self)
        self.bot_token = "xoxb-1-fake" if beside is None else f"xoxb-{team}-fake"
        #: Tokens that were given, and when they end; what is taken away is not here any more.
        self.tokens: dict[str, datetime | None] = {self.bot_token: None}
        self.grants = Grants(self)
        self.app_token = "xapp-1-fake"
        self.signing_secret = "0123456789abcdef0123456789abcdef"
        self.bot_user = "U0MATCH"
        self.users: dict[str, SlackUser] = {}
        self.channels: dict[str, Channel] = {}
        self.calls: list[Call] = []
        self.page_size = 200
        self.files: dict[str, File] = {}
        #: How often Slack is asked before it has looked a file through.
        self.looks_at_files = 1
        #: A workspace may keep apps from taking people out of channels.
        self.keeps_members = False
        self.lock = threading.RLock()
        self.send: Callable[[bytes, dict[str, str]], Awaitable[Any]] | None = None
        self.settle: Callable[[], Awaitable[None]] | None = None
        self.response_urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, tuple[str, datetime]] = {}
        #: What goes wrong with every request while the whole of it is down.
        self.down: Fault | None = None
        self._faults: dict[str, deque[tuple[Fault, float]]] = defaultdict(deque)
        self._used_triggers: set[str] = set()
        self._count = 0
        self._origin = ""
        self._loop = beside._loop if beside else asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-slack", daemon=True)
        self._runner: web.AppRunner | None = None
        self.released = threading.Event()
        self.socket_open = threading.Event()
        self._socket: web.WebSocketResponse | None = None
        self._acks: dict[str, asyncio.Future[Json]] = {}

    # -- its life ----------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        if self.first is not self:
            self._origin = self.first._origin
            return self
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        return self

    def __exit__(self, *_exc: object) -> None:
        if self.first is not self:
            return
        self.released.set()
        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"{self._origin}/api/"

    def connect(self, app: Any, *, settle: Callable[[], Awaitable[None]] | None = None) -> None:
        """Send what people do to an ASGI app or to a server's base address; `settle` waits for what goes on after."""
        from tests.fakes.slack_user import sender

        self.send, self.settle = sender(app), settle

    async def through_socket(self, kind: str, payload: Json) -> Json:
        """Send something through the open socket (`slash_commands`, `interactive`, `events_api`); return its ack."""

        async def ask() -> Json:
            assert self._socket is not None
            envelope = self.new_id("E")
            self._acks[envelope] = self._loop.create_future()
            sent = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
            await self._socket.send_json(sent)
            return await asyncio.wait_for(self._acks[envelope], 10)

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(ask(), self._loop))

    def fail(self, method: str, fault: Fault, *, times: int = 1, seconds: float = 30.0) -> None:
        """Let the next calls of a method go wrong; `seconds` is what a throttle asks to wait."""
        with self.lock:
            self._faults[method].extend([(fault, seconds)] * times)

    # -- its people and channels ---------------------------------------------------------------------------------

    def add_user(self, user: str, *, name: str = "", email: str = "", **profile: Any) -> SlackUser:
        """Add a person: `locale`, `tz`, `admin` and `owner` as Slack knows them."""
        from tests.fakes.slack_user import SlackUser

        with self.lock:
            self.users[user] = SlackUser(self, user, name or user, email, **profile)
            return self.users[user]

    def add_channel(
        self, channel: str, name: str, *, private: bool = False, members: Iterable[str] = (), with_bot: bool = True
    ) -> str:
        """Add a channel; the bot is in it unless said otherwise."""
        everybody = {*members, *([self.bot_user] if with_bot else [])}
        with self.lock:
            self.channels[channel] = Channel(channel, name, "private" if private else "public", everybody)
        return channel

    def posts(self, channel: str) -> list[Message]:
        """Return what the bot has posted in a channel or to a person, oldest first."""
        with self.lock:
            found = self.channels.get(self._dm(channel).id if channel.startswith("U") else channel)
            return [one for one in found.messages if one.bot] if found else []

    def called(self, method: str) -> list[Call]:
        """Return the calls of one method."""
        with self.lock:
            return [one for one in self.calls if one.method == method]

    def sign(self, body: bytes, *, at: datetime | None = None, content_type: str = "") -> dict[str, str]:
        """Return the headers with which Slack would send this body."""
        stamp = str(int((at or self.clock.now()).timestamp()))
        digest = hmac.new(self.signing_secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        return {
            "content-type": content_type or "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={digest.hexdigest()}",
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    def new_id(self, prefix: str) -> str:
        """Return an id that was never given before."""
        first = self.first
        with first.lock:
            first._count += 1
            return f"{prefix}{first._count:06d}"

    def new_ts(self) -> str:
        """Return the timestamp of a new message."""
        first = self.first
        with first.lock:
            first._count += 1
            return f"{int(self.clock.now().timestamp())}.{first._count:06d}"

    def new_trigger(self, user: str) -> str:
        """Give a trigger id: it lives three seconds and works once."""
        trigger = f"{self.new_id('13')}.{self.new_id('98')}.trigger"
        with self.lock:
            self.triggers[trigger] = (user, self.clock.now())
        return trigger

    def new_response_url(self, user: str, channel: str, message: Message | None) -> str:
        """Give an address through which an act may be answered."""
        token = self.new_id("R")
        with self.lock:
            self.response_urls[token] = ResponseUrl(user, channel, message, self.clock.now() + RESPONSE_URL_LIFE)
        return f"{self._origin}/response/{token}"

    # -- the server ----------------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{token}", self._response_url)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/socket", self._serve_socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self._origin = f"http://{host}:{port}"

    async def _api(self, request: web.Request) -> web.StreamResponse:
        arguments = await _arguments(request)
        return await self._whose(request, arguments)._serve_call(request, arguments)

    def _whose(self, request: web.Request, arguments: Json) -> FakeSlack:
        """Return the workspace that a token belongs to: of an organisation's, the one that is asked about."""
        token = _token(request)
        if request.match_info["method"].startswith(("apps.", "oauth.")):
            return self
        found = [one for one in self.all if token in one.tokens]
        asked = {str(arguments.get(name) or "") for name in ("team_id", "channel", "user", "user_id", "users")}
        named = (one for one in found if asked & {one.team, *one.channels, *one.users})
        return next(named, found[0] if found else self)

    async def _serve_call(self, request: web.Request, arguments: Json) -> web.StreamResponse:
        method = request.match_info["method"]
        with self.lock:
            fault, seconds = self._faults[method].popleft() if self._faults[method] else (self.down, 60.0)
        if fault in (Fault.ERROR_500, Fault.DROP_BEFORE, Fault.THROTTLE, Fault.GARBAGE):
            return await self._broken(request, method, arguments, fault, seconds)
        if fault is Fault.LATE:
            await asyncio.sleep(seconds)
        answer = self._answer(request, method, arguments)
        if fault is Fault.SLOW:
            while not self.released.is_set() and request.transport is not None:
                await asyncio.sleep(0.01)
        if fault is Fault.DROP_AFTER:
            _drop(request)
        if fault is Fault.ERROR_AFTER:
            return web.Response(status=503, text="upstream gave up")
        headers = {"x-oauth-scopes": ",".join(sorted(self.scopes))}
        return web.json_response(answer, headers=headers)

    async def _broken(
        self, request: web.Request, method: str, arguments: Json, fault: Fault | None, seconds: float
    ) -> web.StreamResponse:
        with self.lock:
            self.calls.append(Call(method, arguments, fault.name.lower() if fault else ""))
        if fault is Fault.DROP_BEFORE:
            _drop(request)
        if fault is Fault.THROTTLE:
            answer = {"ok": False, "error": "ratelimited"}
            return web.json_response(answer, status=429, headers={"Retry-After": f"{seconds:g}"})
        if fault is Fault.GARBAGE:
            return web.Response(text="<html>maintenance</html>", content_type="text/html")
        return web.json_response({"ok": False, "error": "internal_error"}, status=500)

    async def _serve_socket(self, request: web.Request) -> web.WebSocketResponse:
        self._socket = web.WebSocketResponse()
        await self._socket.prepare(request)
        await self._socket.send_json({"type": "hello", "num_connections": 1})
        self.socket_open.set()
        async for message in self._socket:
            ack = message.json()
            self._acks[ack["envelope_id"]].set_result(ack.get("payload") or {})
        return self._socket

    def _answer(self, request: web.Request, method: str, arguments: Json) -> Json:
        with self.lock:
            try:
                self._admit(method, _token(request))
                handler = getattr(self, "do_" + method.replace(".", "_").lower(), None)
                if handler is None:
                    raise Refused("unknown_method")
                answer = {"ok": True, **handler(arguments)}
            except Refused as refusal:
                answer = {"ok": False, "error": refusal.code, **refusal.details}
            self.calls.append(Call(method, arguments, str(answer.get("error", "ok"))))
            return answer

    def _admit(self, method: str, token: str) -> None:
        if method == "oauth.v2.access":
            self.grants.admit(token)
        elif method.startswith("apps."):
            if token != self.app_token:
                raise Refused("invalid_auth" if token else "not_authed")
        elif token not in self.tokens:
            raise Refused(
                ("token_revoked" if self.grants.was_given(token) else "invalid_auth") if token else "not_authed"
            )
        else:
            ends = self.tokens[token]
            if ends is not None and self.clock.now() >= ends:
                raise Refused("token_expired")

    def allow(self, url: str, user: str, *, whole: bool = False) -> str:
        """Let a person allow what the page behind `url` asks for; return where Slack sends the browser."""
        return self.grants.allow(url, user, whole=whole)

    async def uninstall(self) -> None:
        """Take the app away, and tell it so."""
        person = next(iter(self.users.values()))
        self.tokens.clear()
        await person.happens({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user]}})
        await person.happens({"type": "app_uninstalled"})

    def do_oauth_v2_access(self, arguments: Json) -> Json:
        return self.grants.exchange(arguments)

    def do_auth_revoke(self, _arguments: Json) -> Json:
        self.tokens.clear()
        return {"revoked": True}

    def need(self, *scopes: str) -> None:
        missing = [one for one in scopes if one not in self.scopes]
        if missing:
            raise Refused("missing_scope", needed=",".join(missing), provided=",".join(sorted(self.scopes)))

    def do_apps_connections_open(self, _arguments: Json) -> Json:
        return {"url": f"{self._origin.replace('http', 'ws', 1)}/socket"}

    # -- methods: who and where ------------------------------------------------------------------------------------

    def do_auth_test(self, _arguments: Json) -> Json:
        return {
            "team_id": self.team,
            "team": self.team.removeprefix("T0"),
            "enterprise_id": self.enterprise or None,
            "user_id": self.bot_user,
            "user": "matchpoint",
            "bot_id": "B0MATCH",
        }

    def do_users_info(self, arguments: Json) -> Json:
        self.need("users:read")
        user = self.users.get(arguments.get("user", ""))
        if user is None:
            raise Refused("user_not_found")
        return {"user": user.as_json(with_email="users:read.email" in self.scopes)}

    def do_conversations_info(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        self.need("groups:read" if channel.kind == "private" else "channels:read")
        return {"channel": self._shown(channel)}

    def do_conversations_list(self, arguments: Json) -> Json:
        kinds = arguments.get("types", "public_channel").split(",")
        self.need(*(scope for kind, scope in _LIST_SCOPES.items() if kind in kinds))
        wanted = {kind.removesuffix("_channel") for kind in kinds}
        found = [
            self._shown(one)
            for one in self.channels.values()
            if one.kind in wanted and (one.kind == "public" or self.bot_user in one.members) and not one.archived
        ]
        return self._page(found, arguments, "channels")

    def do_conversations_open(self, arguments: Json) -> Json:
        users = arguments.get("users", [])
        users = users.split(",") if isinstance(users, str) else users
        if not users or len(users) > 8:
            raise Refused("too_many_users" if users else "users_list_not_supplied")
        if any(one not in self.users for one in users):
            raise Refused("user_not_found")
        self.need("im:write" if len(users) == 1 else "mpim:write")
        if len(users) == 1:
            return {"channel": {"id": self._dm(users[0]).id}}
        members = {*users, self.bot_user}
        known = next((one for one in self.channels.values() if one.kind == "mpim" and one.members == members), None)
        if known is None:
            known = Channel(self.new_id("G0"), "mpdm", "mpim", members)
            self.channels[known.id] = known
        return {"channel": {"id": known.id}}

    def do_conversations_create(self, arguments: Json) -> Json:
        name, private = str(arguments.get("name", "")), _flag(arguments.get("is_private"))
        self.need("groups:write" if private else "channels:manage")
        if not name or len(name) > 80 or name != name.lower() or not all(c.isalnum() or c in "-_" for c in name):
            raise Refused("invalid_name_specials")
        if any(one.name == name for one in self.channels.values()):
            raise Refused("name_taken")
        channel = Channel(self.new_id("C0"), name, "private" if private else "public", {self.bot_user})
        self.channels[channel.id] = channel
        return {"channel": self._shown(channel)}

    def do_conversations_invite(self, arguments: Json) -> Json:
        channel = self._entered(arguments)
        users = arguments["users"].split(",") if isinstance(arguments["users"], str) else arguments["users"]
        if any(one not in self.users for one in users):
            raise Refused("user_not_found")
        if set(users) <= channel.members:
            raise Refused("already_in_channel")
        channel.members |= set(users)
        return {"channel": self._shown(channel)}

    def do_conversations_kick(self, arguments: Json) -> Json:
        channel, user = self._entered(arguments), arguments["user"]
        if channel.kind in ("im", "mpim"):
            raise Refused("method_not_supported_for_channel_type")
        if self.keeps_members:
            raise Refused("restricted_action")
        if user == self.bot_user:
            raise Refused("cant_kick_self")
        if user not in channel.members:
            raise Refused("not_in_channel")
        channel.members.discard(user)
        return {}

    def do_conversations_join(self, arguments: Json) -> Json:
        self.need("channels:join")
        channel = self._channel(arguments)
        if channel.kind != "public":
            raise Refused("method_not_supported_for_channel_type")
        channel.members.add(self.bot_user)
        return {"channel": self._shown(channel)}

    def do_conversations_history(self, arguments: Json) -> Json:
        channel = self._readable(arguments)
        found = [one for one in channel.messages if not one.thread_ts or one.thread_ts == one.ts]
        return self._messages(reversed(found), arguments)

    def do_conversations_replies(self, arguments: Json) -> Json:
        channel, root = self._readable(arguments), arguments.get("ts", "")
        if not any(one.ts == root for one in channel.messages):
            raise Refused("thread_not_found")
        return self._messages((one for one in channel.messages if root in (one.ts, one.thread_ts)), arguments)

    # -- methods: messages -----------------------------------------------------------------------------------------

    def do_chat_postmessage(self, arguments: Json) -> Json:
        self.need("chat:write")
        channel = self._writable(str(arguments.get("channel", "")))
        text, blocks = self._content(arguments)
        thread = str(arguments.get("thread_ts") or "")
        if thread and not any(one.ts == thread for one in channel.messages):
            raise Refused("thread_not_found")
        message = Message(
            channel.id,
            self.new_ts(),
            text,
            blocks,
            user=self.bot_user,
            thread_ts=thread,
            metadata=_metadata(arguments.get("metadata")),
            request=arguments,
        )
        channel.messages.append(message)
        return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}

    def do_chat_update(self, arguments: Json) -> Json:
        self.need("chat:write")
        channel = self._writable(str(arguments.get("channel", "")))
        message = next((one for one in channel.messages if one.ts == arguments.get("ts")), None)
        if message is None:
            raise Refused("message_not_found")
        if not message.bot:
            raise Refused("cant_update_message")
        message.text, message.blocks = self._content(arguments)
        message.edits += 1
        return {"channel": channel.id, "ts": message.ts, "text": message.text}

    # -- methods: files --------------------------------------------------------------------------------------------

    def do_files_getuploadurlexternal(self, arguments: Json) -> Json:
        self.need("files:write")
        name, length = str(arguments.get("filename") or ""), int(arguments.get("length") or 0)
        if not name or length <= 0:
            raise Refused("invalid_arguments" if name else "missing_argument")
        if len(str(arguments.get("alt_txt") or "")) > 1000:
            raise Refused("alt_txt_too_large")
        file = File(self.new_id("F0FILE"), name, length, looks_left=self.looks_at_files)
        self.files[file.id] = file
        return {"upload_url": f"{self._origin}/upload/{file.id}", "file_id": file.id}

    async def _upload(self, request: web.Request) -> web.Response:
        content = await request.read()
        with self.lock:
            fault = self._faults["upload"].popleft()[0] if self._faults["upload"] else None
            file = self.files.get(request.match_info["file"])
            self.calls.append(Call("upload", {}, fault.name.lower() if fault else "ok"))
            if fault is not None:
                return web.Response(status=500, text="internal_error")
            if file is None or len(content) != file.length:
                return web.Response(status=400, text="wrong length")
            file.content = content
            return web.Response(text=f"OK - {file.length}")

    def do_files_completeuploadexternal(self, arguments: Json) -> Json:
        self.need("files:write")
        given = _loaded(arguments.get("files")) or []
        files = [self.files.get(one.get("id", "")) for one in given]
        if not files or any(one is None or not one.content or one.complete for one in files):
            raise Refused("file_not_found")
        for one in files:
            assert one is not None
            one.complete = True
        return {"files": [{"id": one["id"], "title": one.get("title", "")} for one in given]}

    def do_files_info(self, arguments: Json) -> Json:
        self.need("files:read")
        file = self.files.get(str(arguments.get("file", "")))
        if file is None or not file.complete:
            raise Refused("file_not_found")
        file.looks_left -= 1
        shown: Json = {"id": file.id, "name": file.name, "size": file.length, "mimetype": "", "is_public": False}
        if file.ready:
            shown |= {"mimetype": "image/png" if file.content.startswith(b"\x89PNG") else "text/plain"}
        return {"file": shown}

    def _pictures(self, blocks: Any) -> Iterable[str]:
        """Say which files of Slack's a message names that cannot be shown (yet)."""
        for at, block in enumerate(blocks or ()):
            name = block.get("slack_file", {}).get("id", "")
            file = self.files.get(name)
            if name and (file is None or not file.ready or not file.content.startswith(b"\x89PNG")):
                yield f"[ERROR] invalid slack file [json-pointer:/blocks/{at}/slack_file]"

    # -- methods: views --------------------------------------------------------------------------------------------

    def do_views_open(self, arguments: Json) -> Json:
        user = self._triggered(arguments)
        view = self._view(arguments, "modal")
        user.views[:] = [view]
        return {"view": view}

    def do_views_push(self, arguments: Json) -> Json:
        user = self._triggered(arguments)
        view = self._view(arguments, "modal")
        if len(user.views) >= 3:
            raise Refused("push_limit_reached")
        user.views.append(view)
        return {"view": view}

    def do_views_update(self, arguments: Json) -> Json:
        for user in self.users.values():
            for at, one in enumerate(user.views):
                if one["id"] == arguments.get("view_id"):
                    user.views[at] = self._view(arguments, "modal") | {"id": one["id"]}
                    return {"view": user.views[at]}
        raise Refused("not_found")

    def do_views_publish(self, arguments: Json) -> Json:
        user = self.users.get(arguments.get("user_id", ""))
        if user is None:
            raise Refused("invalid_arguments")
        user.home = self._view(arguments, "home")
        user.home_published += 1
        return {"view": user.home}

    # -- parts -----------------------------------------------------------------------------------------------------

    def new_view(self, view: Json) -> Json:
        """Take a view in as Slack does: checked, and with an id and a hash."""
        problems = view_problems(view)
        if problems:
            raise Refused("invalid_arguments", response_metadata={"messages": problems})
        named = [{"block_id": f"auto{at}", **block} for at, block in enumerate(view["blocks"])]
        return {**view, "blocks": named, "id": self.new_id("V0"), "hash": self.new_id("h")}

    def _view(self, arguments: Json, kind: str) -> Json:
        view = _loaded(arguments.get("view"))
        if not isinstance(view, dict) or view.get("type") != kind:
            raise Refused("invalid_arguments")
        return self.new_view(view)

    def _triggered(self, arguments: Json) -> SlackUser:
        trigger = arguments.get("trigger_id", "")
        if trigger not in self.triggers:
            raise Refused("invalid_trigger_id")
        if trigger in self._used_triggers:
            raise Refused("exchanged_trigger_id")
        user, given_at = self.triggers[trigger]
        if self.clock.now() - given_at > TRIGGER_LIFE:
            raise Refused("expired_trigger_id")
        self._used_triggers.add(trigger)
        return self.users[user]

    def _content(self, arguments: Json) -> tuple[str, list[Json]]:
        if _flag(arguments.get("link_names")) or arguments.get("parse") == "full":
            raise Refused("invalid_arguments")
        text, blocks = str(arguments.get("text") or ""), _loaded(arguments.get("blocks"))
        if not text and not blocks:
            raise Refused("no_text")
        if len(text) > 40_000:
            raise Refused("msg_too_long")
        problems = [*message_problems(blocks), *self._pictures(blocks)] if blocks else []
        if problems:
            raise Refused("invalid_blocks", response_metadata={"messages": problems})
        return text, blocks or []

    def _dm(self, user: str) -> Channel:
        known = next((one for one in self.channels.values() if one.kind == "im" and user in one.members), None)
        if known is None:
            known = Channel(self.new_id("D0"), "dm", "im", {user, self.bot_user})
            self.channels[known.id] = known
        return known

    def _writable(self, native: str) -> Channel:
        if native.startswith(("U", "W")) and native in self.users:
            if self.users[native].deactivated:
                raise Refused("user_disabled")
            return self._dm(native)
        channel = self.channels.get(native)
        if channel is None or (channel.kind == "private" and self.bot_user not in channel.members):
            raise Refused("channel_not_found")
        if channel.archived:
            raise Refused("is_archived")
        if self.bot_user not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def _channel(self, arguments: Json) -> Channel:
        channel = self.channels.get(str(arguments.get("channel", "")))
        if channel is None or (channel.kind == "private" and self.bot_user not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def _entered(self, arguments: Json) -> Channel:
        """Return a channel whose members the bot may change: it must be one of them."""
        channel = self._channel(arguments)
        self.need("groups:write" if channel.kind == "private" else "channels:manage")
        if self.bot_user not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def _readable(self, arguments: Json) -> Channel:
        channel = self._channel(arguments)
        self.need(_HISTORY_SCOPES[channel.kind])
        if self.bot_user not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def _messages(self, found: Iterable[Message], arguments: Json) -> Json:
        oldest = float(arguments.get("oldest") or 0)
        with_metadata = _flag(arguments.get("include_all_metadata"))
        shown = [one.as_json(with_metadata=with_metadata) for one in found if float(one.ts) >= oldest]
        return self._page(shown, arguments, "messages")

    def _page(self, items: list[Json], arguments: Json, name: str) -> Json:
        size = min(int(arguments.get("limit") or 100), self.page_size)
        start = int(arguments.get("cursor") or 0)
        more = len(items) > start + size
        return {
            name: items[start : start + size],
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + size) if more else ""},
        }

    def _shown(self, channel: Channel) -> Json:
        return {
            "id": channel.id,
            "name": channel.name,
            "is_private": channel.kind == "private",
            "is_member": self.bot_user in channel.members,
            "is_archived": channel.archived,
        }

    async def _response_url(self, request: web.Request) -> web.Response:
        payload = await request.json()
        with self.lock:
            token = request.match_info["token"]
            self.calls.append(Call("response_url", payload, "ok"))
            fault = self._faults["response_url"].popleft()[0] if self._faults["response_url"] else None
            if fault is not None:
                return web.Response(status=500, text="internal_error")
            home = next((one for one in self.all if token in one.response_urls), self)
            return home._take_response(home.response_urls.get(token), payload)

    def _take_response(self, target: ResponseUrl | None, payload: Json) -> web.Response:
        if target is None:
            return web.Response(status=404, text="invalid_url")
        target.uses += 1
        if self.clock.now() > target.expires_at or target.uses > RESPONSE_URL_USES:
            return web.Response(status=404, text="used_url")
        try:
            text, blocks = self._content(payload)
        except Refused as refusal:
            return web.Response(status=400, text=f"{refusal.code} {refusal.details}")
        user, original = self.users[target.user], target.message
        if _flag(payload.get("replace_original")) and original is not None:
            original.text, original.blocks = text, blocks
            original.edits += 1
        elif payload.get("response_type") == "in_channel":
            self.channels[target.channel].messages.append(Message(target.channel, self.new_ts(), text, blocks))
        else:
            thread = str(payload.get("thread_ts") or "")
            user.private.append(
                Message(target.channel, self.new_ts(), text, blocks, thread_ts=thread, ephemeral_for=user.id)
            )
        return web.Response(text="ok")


_LIST_SCOPES = {"public_channel": "channels:read", "private_channel": "groups:read"}
_HISTORY_SCOPES = {
    "public": "channels:history",
    "private": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}


def _token(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


async def _arguments(request: web.Request) -> Json:
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await request.json()
    elif request.can_read_body:
        arguments |= dict(await request.post())
    return arguments


def _drop(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()
    raise ConnectionResetError


def _flag(value: Any) -> bool:
    return value in (True, 1, "1", "true", "True")


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _metadata(given: Any) -> Json | None:
    metadata = _loaded(given)
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata["event_payload"], dict) or not metadata["event_type"]:
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata)) > 16_000:
        raise Refused("metadata_too_large")
    return metadata
