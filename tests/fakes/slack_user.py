"""A person in the fake Slack, who types commands, presses real buttons, fills real forms and writes in threads."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx

from tests.fakes.server import poster
from tests.fakes.slack_blocks import message_problems

if TYPE_CHECKING:
    from tests.fakes.slack import FakeSlack, Message

Json = dict[str, Any]

PATH = "/slack/events"


@dataclass(frozen=True)
class Reply:
    """What came back to an act: the HTTP status, its JSON, and the private message in it, if any."""

    status: int
    body: Json
    message: Message | None = None


@dataclass
class SlackUser:
    """One person. Acts are coroutines; what is shown afterwards is in `private`, `views`, `errors` and `home`."""

    slack: FakeSlack = field(repr=False)
    id: str
    name: str
    email: str = ""
    locale: str = "en-GB"
    tz: str = "Europe/Copenhagen"
    admin: bool = False
    owner: bool = False
    deactivated: bool = False
    #: What else Slack says of the account: `is_restricted` of a guest, `team_id` of somebody from elsewhere.
    flags: Json = field(default_factory=dict)
    private: list[Message] = field(default_factory=list)
    views: list[Json] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    home: Json | None = None
    home_published: int = 0

    def as_json(self, *, with_email: bool) -> Json:
        profile = {"real_name": self.name, **({"email": self.email} if with_email and self.email else {})}
        return {
            "id": self.id,
            "team_id": self.slack.team,
            "name": self.id.lower(),
            "real_name": self.name,
            "profile": profile,
            "locale": self.locale,
            "tz": self.tz,
            "is_admin": self.admin,
            "is_owner": self.owner,
            "deleted": self.deactivated,
            "is_email_confirmed": True,
            **self.flags,
        }

    # -- acts ------------------------------------------------------------------------------------------------------

    async def command(self, name: str, text: str = "", *, channel: str = "C0CHALL") -> Reply:
        """Type a slash command."""
        reply = await self._form(self.command_fields(name, text, channel=channel))
        message = reply.body if reply.body.get("blocks") or reply.body.get("text") else None
        shown = self._see(message, channel) if message and reply.status == 200 else None
        await self._settle()
        return Reply(reply.status, reply.body, shown)

    async def press(self, on: Message | Json, action: str = "", *, label: str = "", value: str | None = None) -> Reply:
        """Press the button of a message or view that has this action (the part before `#`) or label."""
        blocks = on["blocks"] if isinstance(on, dict) else on.blocks
        button = find_button(blocks, action, label=label, value=value)
        reply = await self._payload(self.press_payload(on, button))
        await self._settle()
        return reply

    async def submit(self, **fields: str | tuple[str, ...] | None) -> Reply:
        """Send the top dialog: what is filled in already stays, unless it is given (None empties it)."""
        view = self.views[-1]
        reply = await self._payload(self.submit_payload(view, fields))
        self.errors = {}
        action = reply.body.get("response_action") if reply.body else None
        with self.slack.lock:
            if reply.status == 200 and not reply.body:
                self.views.pop()
            elif action == "errors":
                names = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
                assert set(reply.body["errors"]) <= names, "errors must name inputs of the view"
                self.errors = reply.body["errors"]
            elif action == "update":
                self.views[-1] = self.slack.new_view(reply.body["view"])
            elif action == "push":
                assert len(self.views) < 3, "push_limit_reached"
                self.views.append(self.slack.new_view(reply.body["view"]))
            elif action == "clear":
                self.views.clear()
        await self._settle()
        return reply

    async def say(self, channel: str, text: str, *, thread: str = "", **extra: Any) -> Json:
        """Write in a channel or thread; returns the event, which `redeliver` sends again."""
        event = self.message_event(channel, text, thread=thread, **extra)
        await self.deliver(event)
        return event

    async def edit(self, said: Json, text: str, **extra: Any) -> Json:
        """Write anew what was said in this event; returns the event of the edit."""
        event = self.edit_event(said, text, **extra)
        await self.deliver(event)
        return event

    async def delete(self, said: Json) -> Json:
        """Take away what was said in this event; returns the event of the deletion."""
        event = self.deletion_event(said)
        await self.deliver(event)
        return event

    async def deliver(self, event: Json) -> Reply:
        """Let Slack deliver an event (again)."""
        body = json.dumps(event).encode()
        reply = await self._send(body, "application/json")
        await self._settle()
        return reply

    async def happens(self, event: Json) -> Reply:
        """Let Slack tell the app of something that happened in the workspace."""
        return await self.deliver(self.event(event))

    async def open_home(self) -> Reply:
        """Open the app's Home tab."""
        return await self.deliver(self.event({"type": "app_home_opened", "user": self.id, "tab": "home"}))

    async def change(self, **user: Any) -> Reply:
        """Let the account change, such as be `deleted`."""
        changed = {"id": self.id, "name": self.id.lower(), "deleted": False, "profile": {}, **user}
        return await self.deliver(self.event({"type": "user_change", "user": changed}))

    async def shortcut(self, message: Message, callback: str) -> Reply:
        """Use a shortcut from a message's menu."""
        payload = {
            "type": "message_action",
            "callback_id": callback,
            "message": message.as_json(),
            "message_ts": message.ts,
            **self._acting(message.channel, None),
        }
        reply = await self._payload(payload)
        await self._settle()
        return reply

    # -- what Slack would send --------------------------------------------------------------------------------------

    def command_fields(self, name: str, text: str = "", *, channel: str = "C0CHALL") -> dict[str, str]:
        """Return the fields of a slash command's request."""
        return {
            "command": name,
            "text": _escaped(text),
            "user_id": self.id,
            "user_name": self.id.lower(),
            "team_id": self.slack.team,
            "channel_id": channel,
            "trigger_id": self.slack.new_trigger(self.id),
            "response_url": self.slack.new_response_url(self.id, channel, None),
            "api_app_id": "A0MATCH",
            "is_enterprise_install": "false",
        }

    def press_payload(self, on: Message | Json, button: Json) -> Json:
        """Return the payload of a pressed button."""
        pressed = {key: button[key] for key in ("type", "action_id", "value", "text") if key in button}
        pressed |= {"block_id": "b", "action_ts": self.slack.new_ts()}
        payload: Json = {"type": "block_actions", "actions": [pressed]}
        if isinstance(on, dict):
            payload |= {"container": {"type": "view", "view_id": on["id"]}, "view": on, **self._acting("", None)}
            payload.pop("response_url", None)
            payload.pop("channel", None)
            return payload
        container = {
            "type": "message",
            "message_ts": on.ts,
            "channel_id": on.channel,
            "is_ephemeral": bool(on.ephemeral_for),
        }
        if on.thread_ts:
            container["thread_ts"] = on.thread_ts
        payload |= {"container": container, **self._acting(on.channel, on)}
        if not on.ephemeral_for:
            payload["message"] = on.as_json()
        return payload

    def submit_payload(self, view: Json, fields: dict[str, str | tuple[str, ...] | None]) -> Json:
        """Return the payload of a form that is sent; what its inputs do not allow fails here, as in the client."""
        inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
        assert set(fields) <= set(inputs), f"the form asks for {sorted(inputs)}"
        values = {name: {block["element"]["action_id"]: _state(block, fields)} for name, block in inputs.items()}
        sent = {**view, "state": {"values": values}, "team_id": self.slack.team}
        payload = {"type": "view_submission", "view": sent, "response_urls": [], **self._acting("", None)}
        payload.pop("response_url")
        payload.pop("channel")
        return payload

    def message_event(self, channel: str, text: str, *, thread: str = "", **extra: Any) -> Json:
        """Return the event of a message, which then stands in the channel."""
        from tests.fakes.slack import Message

        kinds = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}
        with self.slack.lock:
            room = self.slack.channels[channel]
            message = Message(
                channel, self.slack.new_ts(), _escaped(text), [], user=self.id, bot=False, thread_ts=thread
            )
            room.messages.append(message)
            root = next((one for one in room.messages if one.ts == thread), None)
        event = {
            "type": "message",
            "user": self.id,
            "text": message.text,
            "ts": message.ts,
            "channel": channel,
            "channel_type": kinds[room.kind],
        }
        if thread:
            event |= {"thread_ts": thread, "parent_user_id": root.user if root else "U0NOBODY"}
        return self.event(event | extra)

    def edit_event(self, said: Json, text: str, **extra: Any) -> Json:
        """Return the event of an edit of what was said in another event, by this person."""
        before = _message_of(said)
        with self.slack.lock:
            ts = self.slack.new_ts()
        after = {**before, "text": _escaped(text), "edited": {"user": self.id, "ts": ts}, **extra}
        return self._change(said, "message_changed", {"message": after, "previous_message": before, "ts": ts})

    def deletion_event(self, said: Json) -> Json:
        """Return the event of what was said in another event being deleted."""
        before = _message_of(said)
        with self.slack.lock:
            ts = self.slack.new_ts()
        changed = {"deleted_ts": before["ts"], "previous_message": before, "ts": ts}
        return self._change(said, "message_deleted", changed)

    def _change(self, said: Json, subtype: str, changed: Json) -> Json:
        place = {name: said["event"][name] for name in ("channel", "channel_type")}
        return self.event({"type": "message", "subtype": subtype, "hidden": True, **place, **changed})

    def event(self, event: Json) -> Json:
        """Return what Slack would deliver of something that happens now."""
        return {
            "type": "event_callback",
            "team_id": self.slack.team,
            "api_app_id": "A0MATCH",
            "event": event,
            "event_id": self.slack.new_id("Ev"),
            "event_time": int(self.slack.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": self.slack.enterprise or None,
                    "team_id": self.slack.team,
                    "user_id": self.slack.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": self.slack.grants.whole,
                }
            ],
        }

    def _acting(self, channel: str, message: Message | None) -> Json:
        return {
            "user": {"id": self.id, "username": self.id.lower(), "team_id": self.slack.team},
            "team": {"id": self.slack.team, "domain": "clean"},
            "channel": {"id": channel, "name": "somewhere"},
            "api_app_id": "A0MATCH",
            "trigger_id": self.slack.new_trigger(self.id),
            "response_url": self.slack.new_response_url(self.id, channel, message),
        }

    # -- the way there ----------------------------------------------------------------------------------------------

    async def _form(self, fields: dict[str, str]) -> Reply:
        return await self._send(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    async def _payload(self, payload: Json) -> Reply:
        return await self._form({"payload": json.dumps(payload)})

    async def _send(self, body: bytes, content_type: str) -> Reply:
        assert self.slack.send is not None, "connect() the fake to an app first"
        response = await self.slack.send(body, self.slack.sign(body, content_type=content_type))
        is_json = response.headers.get("content-type", "").startswith("application/json")
        return Reply(response.status_code, response.json() if is_json and response.content else {})

    def _see(self, message: Json, channel: str) -> Message:
        from tests.fakes.slack import Message

        problems = message_problems(message["blocks"]) if message.get("blocks") else []
        assert not problems, problems
        assert message.get("response_type", "ephemeral") == "ephemeral", "everybody would see the answer to a command"
        shown = Message(channel, self.slack.new_ts(), message["text"], message.get("blocks", []), ephemeral_for=self.id)
        self.private.append(shown)
        return shown

    async def _settle(self) -> None:
        if self.slack.settle is not None:
            await self.slack.settle()


def sender(target: Any) -> Callable[[bytes, dict[str, str]], Awaitable[httpx.Response]]:
    """Return what posts to an ASGI app, or to a server by its base address."""
    return poster(target, PATH)


def find_button(blocks: list[Json], action: str = "", *, label: str = "", value: str | None = None) -> Json:
    """Return the first button with this action, label and value."""
    buttons = [one for block in blocks if block["type"] == "actions" for one in block["elements"]]
    for one in buttons:
        fits = one["action_id"].partition("#")[0] == action if action else one["text"]["text"] == label
        if fits and value in (None, one.get("value")):
            return one
    seen = [(one["action_id"], one["text"]["text"]) for one in buttons]
    raise AssertionError(f"no button {action or label} among {seen}")


def text_of(shown: Message | Json) -> str:
    """Return all that a message or view says, as Slack shows it."""
    blocks = shown["blocks"] if isinstance(shown, dict) else shown.blocks
    found: list[str] = []
    for block in blocks:
        texts = [block.get("text"), block.get("label"), block.get("hint"), *block.get("fields", ())]
        if block["type"] == "context":
            texts += block["elements"]
        found += [one["text"] for one in texts if one]
    joined = "\n".join(found) or (shown if isinstance(shown, dict) else shown.__dict__).get("text", "")
    return re.sub(r"<(https?://[^>]+)>", r"\1", joined).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _state(block: Json, fields: dict[str, str | tuple[str, ...] | None]) -> Json:
    name, element = block["block_id"], block["element"]
    kind = element["type"]
    given = fields[name] if name in fields else _initial(element)
    many = () if given is None else (given,) if isinstance(given, str) else tuple(given)
    one = many[0] if many and many[0] else None
    assert block.get("optional") or any(many), f"{name} must be filled in"
    if kind in ("static_select", "multi_static_select", "checkboxes"):
        groups = element.get("option_groups") or [element]
        options = {option["value"]: option for group in groups for option in group["options"]}
        assert set(filter(None, many)) <= set(options), f"{name} offers {sorted(options)}"
        if kind == "static_select":
            return {"type": kind, "selected_option": options[one] if one else None}
        return {"type": kind, "selected_options": [options[value] for value in many if value]}
    if kind == "datepicker":
        return {"type": kind, "selected_date": one}
    if kind == "conversations_select":
        return {"type": kind, "selected_conversation": one}
    if kind == "multi_users_select":
        return {"type": kind, "selected_users": [value for value in many if value]}
    assert one is None or len(one) <= element.get("max_length", 3000), f"{name} takes {element.get('max_length')}"
    return {"type": kind, "value": one}


def _initial(element: Json) -> tuple[str, ...]:
    if "initial_options" in element:
        return tuple(one["value"] for one in element["initial_options"])
    if "initial_option" in element:
        return (element["initial_option"]["value"],)
    if "initial_users" in element:
        return tuple(element["initial_users"])
    found = (element.get(key) for key in ("initial_value", "initial_date", "initial_conversation"))
    return tuple(one for one in found if one)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _message_of(said: Json) -> Json:
    return {name: value for name, value in said["event"].items() if name not in ("channel", "channel_type")}
