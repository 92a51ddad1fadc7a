"""A person in the fake Teams, who types, mentions, presses real buttons, fills real dialogs and writes in threads."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import httpx

from tests.fakes.server import poster
from tests.fakes.teams_cards import actions_of, card_problems, dialog_problems, elements_of

if TYPE_CHECKING:
    from tests.fakes.teams import FakeTeams, Message

Json = dict[str, Any]

PATH = "/api/messages"
_TOAST = "application/vnd.microsoft.activity.message"
_CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True)
class Reply:
    """What came back to an act: the HTTP status and its JSON."""

    status: int
    body: Json


@dataclass
class TeamsUser:
    """One person. Acts are coroutines; what is shown afterwards is in `dialogs`, `toasts` and `views`."""

    teams: FakeTeams = field(repr=False)
    id: str
    name: str
    email: str
    role: str = "user"
    locale: str = "en-GB"
    zone: str = "Europe/Copenhagen"
    dialogs: list[Json] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    views: dict[str, Json] = field(default_factory=dict)
    last: Json = field(default_factory=dict)

    @property
    def account(self) -> str:
        """The account as the connector names it."""
        return f"29:1-{self.id}"

    @property
    def chat(self) -> str:
        """The person's chat with the bot."""
        return self.teams.personal(self.id).id

    def as_member(self) -> Json:
        """What the connector tells of the person."""
        given, _, family = self.name.partition(" ")
        return {
            "id": self.account,
            "name": self.name,
            "givenName": given,
            "surname": family,
            "email": self.email,
            "userPrincipalName": self.email,
            "aadObjectId": self.id,
            "tenantId": self.teams.tenant,
            "userRole": self.role,
        }

    def seen(self, message: Message) -> Json:
        """Return the card of a message as this person sees it."""
        assert message.card is not None
        return self.views.get(message.id, message.card)

    # -- acts ------------------------------------------------------------------------------------------------------

    async def type(self, text: str) -> Reply:
        """Write to the bot in one's own chat."""
        return await self.say(self.chat, text)

    async def mention(self, text: str, *, channel: str, root: str = "") -> Reply:
        """Write in a channel or group chat and mention the bot."""
        return await self.say(channel, f"<at>Matchpoint</at> {text}", root=root, mentions=True)

    async def say(self, conversation: str, text: str, *, root: str = "", mentions: bool = False) -> Reply:
        """Write a message; without a mention the bot hears it in its own chats, and in channels that let it read."""
        from tests.fakes.teams import Message, is_channel

        room = self.teams.rooms[conversation]
        message = Message(conversation, self.teams.new_id(), root, text=text, author=self.id)
        with self.teams.lock:
            room.messages.append(message)
        self.last = self.message_activity(message, mentions=mentions)
        if is_channel(conversation) and not mentions and not self.teams.reads_channels:
            return Reply(0, {})
        return await self.deliver(self.last)

    async def edit(self, activity: Json, text: str) -> Reply:
        """Write a message of one's own anew."""
        later = self._stamp(1)
        again = {**activity, "type": "messageUpdate", "text": text, "timestamp": later}
        again["channelData"] = {**activity["channelData"], "eventType": "editMessage"}
        return await self.deliver(again)

    async def take_away(self, activity: Json) -> Reply:
        """Delete a message of one's own."""
        gone = {**activity, "type": "messageDelete", "timestamp": self._stamp(2)}
        gone["channelData"] = {**activity["channelData"], "eventType": "softDeleteMessage"}
        gone.pop("text", None)
        return await self.deliver(gone)

    async def press(self, on: Message, action: str = "", *, label: str = "", value: str | None = None) -> Reply:
        """Press the button of a message that has this action or label; a card's inputs are sent as they are."""
        button = find_button(self.seen(on), action, label=label, value=value)
        return await self.push(on, button)

    async def push(self, on: Message, button: Json, fields: Json | None = None) -> Reply:
        """Press this very button of a message, its inputs filled in."""
        data = {**(button.get("data") or {}), **(fields or {})}
        if button["type"] == "Action.Execute":
            value: Json = {
                "action": {"type": "Action.Execute", "verb": button.get("verb", ""), "data": data},
                "trigger": "manual",
            }
            reply = await self.invoke("adaptiveCard/action", value, on=on)
            self._see_executed(on, reply)
        elif data.get("msteams", {}).get("type") == "task/fetch":
            reply = await self.invoke("task/fetch", {"data": data, "context": {"theme": "default"}}, on=on)
            self._see_dialog(reply, fresh=True)
        else:
            raise AssertionError("a plain submit sends a message that nobody asked for")
        await self._settle()
        return reply

    async def fill(self, on: Message, /, **fields: Any) -> Reply:
        """Fill the inputs of a card in a message and press its button (the first that sends them)."""
        card = self.seen(on)
        button = next(one for one in actions_of(card) if _sends(one))
        return await self.push(on, button, fill(card, fields, named(card)))

    async def submit(self, **fields: Any) -> Reply:
        """Send the top dialog: what is filled in already stays, unless it is given (None empties it)."""
        card = self.dialogs[-1]["card"]["content"]
        button = next(one for one in actions_of(card) if _sends(one))
        return await self.send_dialog(button, fill(card, fields, named(card)))

    async def press_in_dialog(self, action: str) -> Reply:
        """Press a button in the top dialog."""
        return await self.send_dialog(find_button(self.dialogs[-1]["card"]["content"], action), {})

    async def send_dialog(self, button: Json, typed: Json) -> Reply:
        """Press this very button of the top dialog."""
        assert button["type"] == "Action.Submit", "only a submit sends a dialog"
        data = {**button.get("data", {}), **typed}
        reply = await self.invoke("task/submit", {"data": data, "context": {"theme": "default"}})
        self._see_dialog(reply, fresh=False)
        await self._settle()
        return reply

    async def extension(self, command: str, *, on: Message | None = None, channel: str = "") -> Reply:
        """Use an action of the message extension, on a message or where one writes."""
        value: Json = {"commandId": command, "commandContext": "message" if on else "compose", "data": {}}
        if on is not None:
            author = self.teams.users.get(on.author)
            user = {"id": author.id, "displayName": author.name, "userIdentityType": "aadUser"} if author else None
            value["messagePayload"] = {
                "id": on.id,
                "replyToId": on.root or None,
                "body": {"contentType": "html", "content": on.text},
                "from": {"user": user, "application": None if author else {"id": self.teams.client_id}},
            }
        where = channel or (on.conversation if on else self.chat)
        reply = await self.invoke("composeExtension/fetchTask", value, on=on, conversation=where)
        self._see_dialog(reply, fresh=True)
        await self._settle()
        return reply

    async def submit_extension(self, command: str, *, channel: str, **fields: Any) -> Reply:
        """Send the dialog that an action of the message extension opened."""
        card = self.dialogs[-1]["card"]["content"]
        button = next(one for one in actions_of(card) if _sends(one))
        data = {**button.get("data", {}), **fill(card, fields, named(card))}
        value = {"commandId": command, "commandContext": "compose", "data": data, "context": {"theme": "default"}}
        reply = await self.invoke("composeExtension/submitAction", value, conversation=channel)
        self._see_dialog(reply, fresh=False)
        await self._settle()
        return reply

    async def install(self, *, team: str = "", action: str = "add") -> Reply:
        """Add the app to a team or to one's own chats, or remove it."""
        where = team or self.chat
        activity = {**self._base("installationUpdate", where), "action": action, "id": f"f:{uuid.uuid4()}"}
        return await self.deliver(activity)

    async def happen(self, event: str, *, team: str, **more: Any) -> Reply:
        """Let something happen to a team: `teamMemberAdded`, `channelCreated`, …"""
        activity: Json = {**self._base("conversationUpdate", team), "id": f"f:{uuid.uuid4()}", **more}
        activity["channelData"]["eventType"] = event
        return await self.deliver(activity)

    async def invoke(self, name: str, value: Json, *, on: Message | None = None, conversation: str = "") -> Reply:
        """Send an invoke."""
        where = on.where if on is not None else conversation or self.chat
        activity = {**self._base("invoke", where), "name": name, "value": value, "id": f"f:{uuid.uuid4()}"}
        if on is not None:
            activity["replyToId"] = on.id
        self.last = activity
        return await self._send(activity)

    async def deliver(self, activity: Json) -> Reply:
        """Let Teams deliver an activity (again)."""
        reply = await self._send(activity)
        await self._settle()
        return reply

    # -- what Teams would send -----------------------------------------------------------------------------------------

    def message_activity(self, message: Message, *, mentions: bool = False) -> Json:
        """Return the activity of a message."""
        entities: list[Json] = [{"type": "clientInfo", "locale": self.locale, "country": "DK", "timezone": self.zone}]
        if mentions:
            mentioned = {"id": self.teams.bot, "name": "Matchpoint"}
            entities.append({"type": "mention", "mentioned": mentioned, "text": "<at>Matchpoint</at>"})
        return {
            **self._base("message", message.where),
            "id": message.id,
            "text": message.text.replace("&", "&amp;").replace("<", "&lt;") if not mentions else message.text,
            "textFormat": "plain",
            "entities": entities,
            "attachments": [{"contentType": "text/html", "content": f"<p>{message.text}</p>"}],
        }

    def _base(self, kind: str, where: str) -> Json:
        room = self.teams.rooms[where.partition(";messageid=")[0]]
        data: Json = {"tenant": {"id": self.teams.tenant}}
        if room.team:
            data |= {
                "team": {"id": room.team, "name": self.teams.teams[room.team]},
                "channel": {"id": room.id},
                "teamsChannelId": room.id,
                "teamsTeamId": room.team,
            }
        return {
            "type": kind,
            "channelId": "msteams",
            "serviceUrl": f"{self.teams.service_url}/",
            "timestamp": self._stamp(0),
            "locale": self.locale,
            "localTimezone": self.zone,
            "from": {"id": self.account, "name": self.name, "aadObjectId": self.id},
            "recipient": {"id": self.teams.bot, "name": "Matchpoint"},
            "conversation": {
                "id": where,
                "conversationType": room.kind,
                "tenantId": self.teams.tenant,
                "isGroup": room.kind != "personal",
            },
            "channelData": data,
        }

    def _stamp(self, seconds: int) -> str:
        at = self.teams.clock.now().astimezone(UTC) + timedelta(seconds=seconds)
        return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    # -- what is seen --------------------------------------------------------------------------------------------------

    def _see_executed(self, on: Message, reply: Reply) -> None:
        if reply.status != 200 or not reply.body:
            return
        kind, value = reply.body["type"], reply.body["value"]
        assert reply.body["statusCode"] == 200
        if kind == _TOAST:
            if value:
                self.toasts.append(value)
        else:
            assert kind == _CARD
            assert not card_problems(value), card_problems(value)
            self.views[on.id] = value

    def _see_dialog(self, reply: Reply, *, fresh: bool) -> None:
        if not fresh and self.dialogs:
            self.dialogs.pop()
        task = reply.body.get("task") if reply.body else None
        if reply.status != 200 or not task:
            return
        if task["type"] == "message":
            self.toasts.append(task["value"])
            return
        assert task["type"] == "continue"
        shown = task["value"]
        problems = dialog_problems(shown)
        assert not problems, problems
        self.dialogs.append(shown)

    async def _send(self, activity: Json) -> Reply:
        assert self.teams.send is not None, "connect() the fake to an app first"
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.teams.token()}"}
        response = await self.teams.send(json.dumps(activity).encode(), headers)
        is_json = response.headers.get("content-type", "").startswith("application/json")
        return Reply(response.status_code, response.json() if is_json and response.content else {})

    async def _settle(self) -> None:
        if self.teams.settle is not None:
            await self.teams.settle()


def sender(target: Any) -> Callable[[bytes, dict[str, str]], Awaitable[httpx.Response]]:
    """Return what posts to an ASGI app, or to a server by its base address."""
    return poster(target, PATH)


def inputs(card: Json) -> dict[str, Json]:
    """Return the inputs of a card by id."""
    return {str(one["id"]): one for one in elements_of(card) if str(one["type"]).startswith("Input.")}


def fill(card: Json, fields: dict[str, Any], ids: dict[str, str]) -> Json:
    """Return what the client sends of the inputs: what is filled in stays, unless it is given; `ids` are by field.

    What an input does not allow fails here, as in the client. What is empty is not sent.
    """
    asked = inputs(card)
    given = {ids.get(name, name): value for name, value in fields.items()}
    assert set(given) <= set(asked), f"the form asks for {sorted(asked)}"
    sent: Json = {}
    for key, element in asked.items():
        answer = given[key] if key in given else str(element.get("value", ""))
        value = ",".join(answer) if isinstance(answer, tuple) else answer or ""
        assert value or not element.get("isRequired"), f"{key} must be filled in"
        _check(element, value)
        if value:
            sent[key] = value
    return sent


def _check(element: Json, value: str) -> None:
    if element["type"] == "Input.ChoiceSet" and "choices.data" not in element and value:
        chosen = value.split(",") if element.get("isMultiSelect") else [value]
        offered = {one["value"] for one in element["choices"]}
        assert set(chosen) <= offered, f"{element['id']} offers {sorted(offered)}"
    if element["type"] == "Input.Text" and element.get("maxLength"):
        assert len(value) <= element["maxLength"], f"{element['id']} is too long"


def named(card: Json) -> dict[str, str]:
    """Return the ids of inputs by the names of the fields they ask for."""
    return {key.partition(".")[2] or key: key for key in inputs(card)}


def find_button(card: Json, action: str = "", *, label: str = "", value: str | None = None) -> Json:
    """Return the first button with this action, label and value, as the client would send it."""
    for one in actions_of(card):
        data = one.get("data") or {}
        fits = data.get("action") == action if action else one.get("title") == label
        if one["type"] in ("Action.Execute", "Action.Submit") and fits and value in (None, data.get("value")):
            return one
    seen = [((one.get("data") or {}).get("action"), one.get("title")) for one in actions_of(card)]
    raise AssertionError(f"no button {action or label} among {seen}")


def _sends(button: Json) -> bool:
    beside = button.get("associatedInputs") == "none" or "look" in button.get("data", {})
    return button["type"] in ("Action.Execute", "Action.Submit") and not beside
