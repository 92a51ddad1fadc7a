"""Slack's side of the outbox: posts, updates, looks up, and opens conversations. One attempt a call."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from handlers.ports import Found, Gone, Lookup, Rejected
from messages.card import Card, Home
from surfaces.slack.address import address_of, read_address, read_ref, read_workspace, ref_of
from surfaces.slack.client import SlackClient, pick
from surfaces.slack.clients import Clients
from surfaces.slack.payloads import part, parts
from surfaces.slack.pictures import upload_pictures
from surfaces.slack.render import render_home, render_message

T = TypeVar("T")

EVENT_TYPE: Final = "matchpoint"
#: A group message has room for eight people beside the bot.
GROUP_MOST: Final = 8
_PAGE: Final = 200
_PAGES: Final = 10
_NAME_MOST: Final = 80
_NOT_A_NAME: Final = re.compile(r"[^a-z0-9_-]+")
#: The look-up itself is not possible: the fate of the message stays unknown.
_BLIND: Final = frozenset(
    {"missing_scope", "no_permission", "not_allowed_token_type", "not_in_channel", "access_denied"}
)


class EveryMessenger:
    """Send for every workspace, each with its own token; all addresses of one call lie in one workspace."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def post(self, to: str, card: Card, *, key: str, thread: str = "") -> str:
        """Post a card."""
        return await (await self._of(to)).post(to, card, key=key, thread=thread)

    async def update(self, ref: str, card: Card) -> None:
        """Replace a card in place."""
        await (await self._of(ref)).update(ref, card)

    async def find(self, to: str, *, key: str, since: datetime, thread: str = "") -> Lookup:
        """Look a message up."""
        return await (await self._of(to)).find(to, key=key, since=since, thread=thread)

    async def open_conversation(self, people: Sequence[str], *, title: str, key: str) -> str:
        """Open a conversation."""
        return await (await self._of(people[0])).open_conversation(people, title=title, key=key)

    async def create_channel(self, workspace: str, *, name: str, private: bool, key: str) -> str:
        """Create a channel, or take the one of that name."""
        return await (await self._of(workspace)).create_channel(workspace, name=name, private=private, key=key)

    async def bring_in(self, channel: str, person: str) -> None:
        """Invite a person."""
        await (await self._of(channel)).bring_in(channel, person)

    async def take_out(self, channel: str, person: str) -> None:
        """Remove a person."""
        await (await self._of(channel)).take_out(channel, person)

    async def publish_home(self, to: str, home: Home) -> None:
        """Show a person's own page."""
        await (await self._of(to)).publish_home(to, home)

    async def _of(self, address: str) -> SlackMessenger:
        """Return the messenger of an address's workspace. :raises Gone: nothing lets us in there."""
        return SlackMessenger(await self._clients.of(_read(read_workspace, address)))


class SlackMessenger:
    """Send for one workspace."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    async def post(self, to: str, card: Card, *, key: str, thread: str = "") -> str:
        """Post a card; a public channel that the bot is not in yet is joined first."""
        channel = self._native(to)
        files = await upload_pictures(self._client, card)
        request: dict[str, Any] = {
            "channel": channel,
            **render_message(card, files).as_json(),
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread:
            root = _read(read_ref, thread)
            # A thread lies in a channel, also where a person is written to.
            request |= {"channel": root.channel, "thread_ts": root.ts}
        try:
            answer = await self._say(channel, request)
        except Rejected as refusal:
            if refusal.reason != "invalid_blocks" or not files:
                raise
            # Slack does not show a picture after all: the card tells it in words.
            answer = await self._say(channel, {**request, **render_message(card).as_json()})
        return ref_of(read_workspace(to), pick(answer, "channel"), pick(answer, "ts"))

    async def _say(self, channel: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return await self._client.call("chat_postMessage", **request)
        except Rejected as refusal:
            if refusal.reason != "not_in_channel" or not await self._join(channel):
                raise
        return await self._client.call("chat_postMessage", **request)

    async def update(self, ref: str, card: Card) -> None:
        """Replace a card in place; its metadata stays."""
        where = _read(read_ref, ref)
        self._here(where.workspace)
        files = await upload_pictures(self._client, card)
        place = {"channel": where.channel, "ts": where.ts}
        try:
            await self._client.call("chat_update", **place, **render_message(card, files).as_json())
        except Rejected as refusal:
            if refusal.reason != "invalid_blocks" or not files:
                raise
            await self._client.call("chat_update", **place, **render_message(card).as_json())

    async def find(self, to: str, *, key: str, since: datetime, thread: str = "") -> Lookup:
        """Look through what was posted since; ABSENT only after all of it was seen."""
        try:
            channel = await self._channel(to)
            root = _read(read_ref, thread).ts if thread else ""
            cursor = ""
            for _ in range(_PAGES):
                page = await self._history(channel, root=root, since=since, cursor=cursor)
                if not isinstance(page.get("messages"), list) or page.get("is_limited"):
                    # Unreadable, or older messages are hidden: what is not there may have arrived.
                    break
                for message in parts(page, "messages"):
                    if _key_of(message) == key:
                        return Lookup(Found.PRESENT, ref_of(read_workspace(to), channel, str(message["ts"])))
                if not page.get("has_more"):
                    return Lookup(Found.ABSENT)
                cursor = str(part(page, "response_metadata").get("next_cursor") or "")
                if not cursor:
                    break
        except Rejected as refusal:
            if refusal.reason not in _BLIND:
                raise
        return Lookup(Found.UNKNOWN)

    async def open_conversation(self, people: Sequence[str], *, title: str, key: str) -> str:
        """Open a group message; where there are too many people for one, a private channel.

        With one person it is the talk that the person and the bot have anyway.
        """
        users = [self._native(one) for one in people]
        if len(users) == 1:
            return people[0]
        workspace = read_workspace(people[0])
        if len(users) <= GROUP_MOST:
            opened = await self._client.call("conversations_open", users=users)
            return address_of(workspace, pick(opened, "channel", "id"))
        mark = hashlib.sha256(key.encode()).hexdigest()[:8]
        name = f"{channel_name(title)[: _NAME_MOST - 9]}-{mark}"
        channel = await self._create(name, private=True)
        await self._invite(channel, users)
        return address_of(workspace, channel)

    async def create_channel(self, workspace: str, *, name: str, private: bool, key: str) -> str:
        """Create a channel, or take the one of that name."""
        del key  # the name is the key
        native = _read(read_workspace, workspace)
        self._here(native)
        return address_of(native, await self._create(channel_name(name), private=private))

    async def bring_in(self, channel: str, person: str) -> None:
        """Invite a person; a public channel that the bot is not in yet is joined first."""
        native, users = self._native(channel), [self._native(person)]
        try:
            await self._invite(native, users)
        except Rejected as refusal:
            if refusal.reason != "not_in_channel" or not await self._join(native):
                raise
            await self._invite(native, users)

    async def take_out(self, channel: str, person: str) -> None:
        """Remove a person; a workspace may keep that from apps (`restricted_action`)."""
        try:
            await self._client.call("conversations_kick", channel=self._native(channel), user=self._native(person))
        except Rejected as refusal:
            if refusal.reason != "not_in_channel":
                raise

    async def _invite(self, channel: str, users: Sequence[str]) -> None:
        try:
            await self._client.call("conversations_invite", channel=channel, users=list(users))
        except Rejected as refusal:
            if refusal.reason not in ("already_in_channel", "cant_invite_self"):
                raise

    async def publish_home(self, to: str, home: Home) -> None:
        """Show a person's own page."""
        user, view = self._native(to), render_home(home)
        await self._client.call("views_publish", user_id=user, view=view)

    def _native(self, to: str) -> str:
        found = _read(read_address, to)
        self._here(found.workspace)
        return found.native

    def _here(self, workspace: str) -> None:
        ours = self._client.installation.workspace
        if ours and workspace != ours:
            raise Gone("not_this_workspace")

    async def _channel(self, to: str) -> str:
        """Return the channel behind an address; a person's is the direct message with the bot."""
        native = self._native(to)
        if not read_address(to).is_person:
            return native
        return pick(await self._client.call("conversations_open", users=[native]), "channel", "id")

    async def _history(self, channel: str, *, root: str, since: datetime, cursor: str) -> dict[str, Any]:
        limits: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since.timestamp():.6f}",
            "inclusive": True,
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        if cursor:
            limits["cursor"] = cursor
        if root:
            return await self._client.call("conversations_replies", ts=root, **limits)
        return await self._client.call("conversations_history", **limits)

    async def _join(self, channel: str) -> bool:
        try:
            await self._client.call("conversations_join", channel=channel)
        except Rejected:
            return False
        return True

    async def _create(self, name: str, *, private: bool) -> str:
        try:
            made = await self._client.call("conversations_create", name=name, is_private=private, **self._team())
            return pick(made, "channel", "id")
        except Rejected as refusal:
            if refusal.reason != "name_taken":
                raise
        return await self._named(name)

    def _team(self) -> dict[str, str]:
        """Name the workspace, where the token serves several."""
        known = self._client.installation
        return {"team_id": known.workspace} if known.shared else {}

    async def _named(self, name: str) -> str:
        which: dict[str, Any] = {"types": "public_channel,private_channel", "exclude_archived": True, "limit": 1000}
        which |= self._team()
        while True:
            page = await self._client.call("conversations_list", **which)
            for channel in parts(page, "channels"):
                if channel.get("name") == name:
                    native = pick(channel, "id")
                    if channel.get("is_member") or await self._join(native):
                        return native
            which["cursor"] = part(page, "response_metadata").get("next_cursor")
            if not which["cursor"]:
                raise Rejected("name_taken")


def channel_name(title: str) -> str:
    """Return the name of a channel nearest to a title: lower-case letters, digits and dashes."""
    bare = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    return _NOT_A_NAME.sub("-", bare).strip("-_")[:_NAME_MOST] or "matchpoint"


def _key_of(message: dict[str, Any]) -> str:
    metadata = part(message, "metadata")
    key = part(metadata, "event_payload").get("key")
    return str(key or "") if metadata.get("event_type") == EVENT_TYPE else ""


def _read(reader: Callable[[str], T], value: str) -> T:
    try:
        return reader(value)
    except ValueError as error:
        raise Rejected("invalid_address") from error
