"""A strict fake of Microsoft Teams: Bot Connector and sign-in over real HTTP on loopback, and people in a tenant.

    clock = StillClock()
    with FakeTeams(clock) as teams:
        anna = teams.add_user("anna", email="anna@example.org")
        teams.add_team("clean", "CLEAN", channels={"challenges": "Challenges"}, members=(anna,))
        surface = TeamsSurface(desk, teams.config(), …)
        teams.connect(app, settle=surface.settle)
        await anna.mention("challenge list", channel=teams.channel("challenges"))

It refuses what Teams refuses, and keeps everything that was posted: `teams.posts(conversation)`, `anna.dialogs` (her
open dialogs, the top one last), `anna.toasts` (what her last clicks were answered with), `anna.views` (what cards look
like to her alone). `teams.calls` lists every request with its outcome. `teams.fail("POST activities", 429)` breaks the
next one, `teams.down = 503` all of them, and `teams.shut()` lets nobody connect. Tokens are signed with a key of its
own; `teams.token(…)` makes wrong ones.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from surfaces.teams.config import TeamsConfig
from tests.fakes.server import Server
from tests.fakes.teams_cards import card_problems, texts_of

if TYPE_CHECKING:
    from tests.fakes.teams_user import TeamsUser

Json = dict[str, Any]

CARD = "application/vnd.microsoft.card.adaptive"
ISSUER = "https://api.botframework.com"
FAR = 4_102_444_800  # the year 2100: tokens are checked by the machine's own clock


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass
class Message:
    """A message: `root` is the message that began its thread, `author` empty for the bot's own."""

    conversation: str
    id: str
    root: str = ""
    text: str = ""
    card: Json | None = None
    author: str = ""
    edits: int = 0
    deleted: bool = False
    only_for: str = ""
    activity: Json = field(default_factory=dict)

    @property
    def where(self) -> str:
        """The conversation's id as Teams writes it for something on this message."""
        return (
            f"{self.conversation};messageid={self.root or self.id}"
            if is_channel(self.conversation)
            else (self.conversation)
        )

    def read(self) -> str:
        """All that the message says."""
        return read(self.card) if self.card else self.text


@dataclass
class Room:
    """A channel, a group chat or a person's chat with the bot; `members` are ids in the directory."""

    id: str
    name: str
    kind: str
    members: set[str]
    team: str = ""
    with_bot: bool = True
    messages: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class Call:
    """One request to the connector: method and what it was about, its path, body and the status it got."""

    what: str
    path: str
    body: Json
    status: int


class Refused(Exception):
    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers


def read(card: Json) -> str:
    """Return all that a card says."""
    return "\n".join(texts_of(card))


def is_channel(conversation: str) -> bool:
    return conversation.endswith("@thread.tacv2")


@cache
def _key() -> rsa.RSAPrivateKey:
    """Return the key with which the fake Microsoft signs; made once, for making it takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _other_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FakeTeams(Server):
    """One tenant. Thread-safe: the server runs in a thread of its own."""

    def __init__(self, clock: Clock, *, tenant: str = "7ee00000-0000-4000-8000-000000000001") -> None:
        super().__init__("fake-teams")
        self.clock, self.tenant = clock, tenant
        self.client_id = "b0700000-0000-4000-8000-00000000000b"
        self.secret = "fake~secret"
        self.bot = f"28:{self.client_id}"
        self.users: dict[str, TeamsUser] = {}
        self.rooms: dict[str, Room] = {}
        self.teams: dict[str, str] = {}
        self.calls: list[Call] = []
        #: Whether the team has consented to the app reading all messages of its channels.
        self.reads_channels = True
        #: Whether targeted messages are known here; where they are not, the service says no.
        self.targets = False
        self.disabled = False
        self.blocked: set[str] = set()
        self.lock = threading.RLock()
        self.send: Callable[[bytes, dict[str, str]], Awaitable[Any]] | None = None
        self.settle: Callable[[], Awaitable[None]] | None = None
        self.keys_down = False
        #: The status that every request to the connector gets while the whole of it is down.
        self.down = 0
        self._faults: dict[str, deque[tuple[int, float]]] = defaultdict(deque)
        self._access = f"access-{uuid.uuid4()}"
        self._count = 0

    # -- its life ----------------------------------------------------------------------------------------------------

    @property
    def service_url(self) -> str:
        """Where the tenant is served."""
        return f"{self.origin}/emea"

    def config(self, **more: Any) -> TeamsConfig:
        """Return what connects a surface to this fake."""
        config = TeamsConfig(self.client_id, self.secret, self.tenant, api_url=self.service_url, login_url=self.origin)
        return replace(config, **more)

    def connect(self, app: Any, *, settle: Callable[[], Awaitable[None]] | None = None) -> None:
        """Send what people do to an ASGI app or to a server's base address; `settle` waits for what goes on after."""
        from tests.fakes.teams_user import sender

        self.send, self.settle = sender(app), settle

    def fail(self, what: str, status: int, *, times: int = 1, seconds: float = 7.0) -> None:
        """Let the next calls go wrong (`POST activities`, `GET members`); `seconds` is what a 429 asks to wait."""
        with self.lock:
            self._faults[what].extend([(status, seconds)] * times)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._sign_in)
        app.router.add_get("/v1/.well-known/keys", self._keys)
        app.router.add_route("*", "/emea/v3/{path:.*}", self._connector)
        return app

    # -- tokens ------------------------------------------------------------------------------------------------------

    def token(self, *, algorithm: str = "RS256", key: Any = None, kid: str = "fake-1", **claims: Any) -> str:
        """Return the token with which Microsoft vouches for an activity; claims may be wrong, or None to be absent."""
        said = {
            "iss": ISSUER,
            "aud": self.client_id,
            "serviceurl": self.service_url,
            "iat": 1,
            "nbf": 1,
            "exp": FAR,
            **claims,
        }
        payload = {name: value for name, value in said.items() if value is not None}
        signing: Any = None if algorithm == "none" else key or _key()
        return jwt.encode(payload, signing, algorithm=algorithm, headers={"kid": kid})

    def foreign_token(self) -> str:
        """Return a token that says all the right things and is signed by somebody else, under Microsoft's key id."""
        return self.token(key=_other_key())

    # -- its people and places -----------------------------------------------------------------------------------------

    def add_user(self, name: str, *, email: str = "", role: str = "user", **more: Any) -> TeamsUser:
        """Add a person to the tenant."""
        from tests.fakes.teams_user import TeamsUser

        with self.lock:
            number = len(self.users) + 1
            user = f"aad00000-0000-4000-8000-{number:012d}"
            self.users[user] = TeamsUser(self, user, name, email or f"{name}@example.org", role, **more)
            return self.users[user]

    def add_team(self, key: str, name: str, channels: Mapping[str, str], members: Iterable[TeamsUser] = ()) -> str:
        """Add a team with its general channel and others, and the app in it; return the team's id."""
        team = f"19:{key}@thread.tacv2"
        everybody = {one.id for one in members}
        with self.lock:
            self.teams[team] = name
            for native, label in {key: "", **channels}.items():
                room = f"19:{native}@thread.tacv2"
                self.rooms[room] = Room(room, label, "channel", everybody, team=team)
        return team

    def channel(self, key: str) -> str:
        """Return the id of a channel."""
        return f"19:{key}@thread.tacv2"

    def personal(self, user: str) -> Room:
        """Return a person's chat with the bot."""
        room = f"a:chat-{user}"
        with self.lock:
            return self.rooms.setdefault(room, Room(room, "", "personal", {user}))

    def posts(self, conversation: str) -> list[Message]:
        """Return what the bot has posted in a conversation, oldest first."""
        with self.lock:
            room = self.rooms.get(conversation)
            return [one for one in room.messages if not one.author and not one.deleted] if room else []

    def called(self, what: str) -> list[Call]:
        """Return the calls of one kind, such as `POST activities`."""
        with self.lock:
            return [one for one in self.calls if one.what == what]

    def new_id(self) -> str:
        """Return the id of a new message: the instant in milliseconds, never given before."""
        with self.lock:
            self._count += 1
            return str(int(self.clock.now().timestamp() * 1000) + self._count)

    # -- sign-in -----------------------------------------------------------------------------------------------------

    async def _sign_in(self, request: web.Request) -> web.Response:
        form = await request.post()
        wrong = (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.secret)
        if wrong or form.get("scope") != f"{ISSUER}/.default":
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response({"token_type": "Bearer", "expires_in": 3600, "access_token": self._access})

    async def _keys(self, _request: web.Request) -> web.Response:
        if self.keys_down:
            return web.Response(status=503)
        public = json.loads(RSAAlgorithm.to_jwk(_key().public_key()))
        return web.json_response({"keys": [{**public, "kid": "fake-1", "use": "sig", "endorsements": ["msteams"]}]})

    # -- the connector -------------------------------------------------------------------------------------------------

    async def _connector(self, request: web.Request) -> web.Response:
        path = [*request.match_info["path"].split("/")]
        raw = await request.read()
        body = json.loads(raw) if raw else {}
        what = _what(request.method, path)
        with self.lock:
            try:
                self._admit(request, what)
                status, said = self._answer(request.method, path, body, dict(request.query))
                answer = web.json_response(said, status=status)
            except Refused as refusal:
                status = refusal.status
                said = {"error": {"code": refusal.code, "message": refusal.code}}
                answer = web.json_response(said, status=status, headers=refusal.headers)
            self.calls.append(Call(what, request.match_info["path"], body, status))
        return answer

    def _admit(self, request: web.Request, what: str) -> None:
        if request.headers.get("Authorization") != f"Bearer {self._access}":
            raise Refused(401, "Unauthorized")
        faults = self._faults[what]
        if faults or self.down:
            status, seconds = faults.popleft() if faults else (self.down, 60.0)
            headers = {"Retry-After": f"{seconds:g}"} if status == 429 else {}
            raise Refused(status, "Throttled" if status == 429 else "Failed", **headers)
        if self.disabled:
            raise Refused(403, "BotDisabledByAdmin")

    def _answer(self, method: str, path: list[str], body: Json, query: Mapping[str, str]) -> tuple[int, Json]:
        match method, path:
            case "POST", ["conversations"]:
                return 201, self._create(body)
            case "POST", ["conversations", where, "activities", *_rest]:
                return 201, {"id": self._post(where, body, query).id}
            case "PUT", ["conversations", where, "activities", message]:
                return 200, self._update(where, message, body)
            case "DELETE", ["conversations", where, "activities", message]:
                self._message(where, message).deleted = True
                return 200, {}
            case "GET", ["conversations", where, "pagedMembers"]:
                return 200, {"members": [self.users[one].as_member() for one in sorted(self._room(where).members)]}
            case "GET", ["conversations", where, "members", account]:
                return 200, self._member(where, account)
            case "GET", ["teams", team, "conversations"]:
                return 200, {"conversations": self._channels(team)}
            case "GET", ["teams", team]:
                self._channels(team)
                return 200, {"id": team, "name": self.teams[team]}
            case _:
                raise Refused(404, "NotFound")

    def _create(self, body: Json) -> Json:
        members = [str(one["id"]) for one in body.get("members", ())]
        if body.get("isGroup") or len(members) != 1 or body.get("tenantId") != self.tenant:
            raise Refused(400, "BadSyntax")
        user = self._user(members[0])
        if user is None:
            raise Refused(403, "ConversationNotFound")
        return {"id": self.personal(user.id).id}

    def _post(self, where: str, body: Json, query: Mapping[str, str]) -> Message:
        room, root = self._room(where), where.partition(";messageid=")[2]
        if root and not any(one.id == root for one in room.messages):
            raise Refused(404, "ConversationNotFound")
        if room.kind == "personal" and room.members & self.blocked:
            raise Refused(403, "MessageWritesBlocked")
        only_for = ""
        if "isTargetedActivity" in query:
            if not self.targets:
                raise Refused(400, "BadArgument")
            only_for = next(one.id for one in self.users.values() if one.account == body["recipient"]["id"])
        message = Message(room.id, self.new_id(), root, only_for=only_for)
        self._write(message, body)
        room.messages.append(message)
        return message

    def _update(self, where: str, message: str, body: Json) -> Json:
        found = self._message(where, message)
        if found.author:
            raise Refused(403, "ForbiddenOperationException")
        self._write(found, body)
        found.edits += 1
        for user in self.users.values():
            user.views.pop(found.id, None)  # an edit is shown to everybody
        return {"id": found.id}

    def _write(self, message: Message, body: Json) -> None:
        attachments = body.get("attachments") or []
        if body.get("type") != "message" or (not attachments and not body.get("text")):
            raise Refused(400, "BadSyntax")
        card = None
        for one in attachments:
            if one.get("contentType") != CARD:
                raise Refused(400, "BadSyntax")
            card = one["content"]
            problems = card_problems(card)
            if problems:
                raise Refused(413 if "over 25 KB" in problems else 400, f"BadSyntax: {'; '.join(problems)}")
        message.text, message.card, message.activity = str(body.get("text") or ""), card, body

    def _member(self, where: str, account: str) -> Json:
        room, user = self._room(where), self._user(account)
        if user is None or user.id not in room.members:
            raise Refused(404, "MemberNotFoundInConversation")
        return user.as_member()

    def _channels(self, team: str) -> list[Json]:
        found = [one for one in self.rooms.values() if one.team == team and one.with_bot]
        if not found:
            raise Refused(404, "TeamNotFound")
        return [{"id": one.id, "name": one.name or None} for one in found]

    def _user(self, account: str) -> TeamsUser | None:
        return next((one for one in self.users.values() if account in (one.id, one.account)), None)

    def _room(self, where: str) -> Room:
        room = self.rooms.get(where.partition(";messageid=")[0])
        if room is None or not room.with_bot:
            raise Refused(
                404 if room is None else 403, "ConversationNotFound" if room is None else "BotNotInConversation"
            )
        return room

    def _message(self, where: str, message: str) -> Message:
        found = next((one for one in self._room(where).messages if one.id == message and not one.deleted), None)
        if found is None:
            raise Refused(404, "ActivityNotFoundInConversation")
        return found


def _what(method: str, path: list[str]) -> str:
    names = [one for one in ("pagedMembers", "members", "activities", "teams") if one in path]
    return f"{method} {names[0] if names else path[0]}"
