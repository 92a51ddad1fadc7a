"""Teams' side of the outbox: posts, updates and replies in threads. One attempt a call.

What the Bot Connector does not offer to an app is refused under a code of our own, which `messages` explains to a
manager: group chats and channels are made, and people are let into teams, by people or by Graph with the consent of an
administrator. Nor can a message be looked up by a mark: what became of one that is unsure stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from handlers.ports import Found, Gone, Lookup, Rejected
from messages.card import Card, Home
from surfaces.teams.address import Address, address_of, read_address, read_ref, read_workspace, ref_of, split_thread
from surfaces.teams.client import TeamsClient
from surfaces.teams.render import Message, render_home, render_message

T = TypeVar("T")

NO_GROUPS: Final = "group_chats_not_offered"
NO_CHANNELS: Final = "channels_not_offered"
NO_MEMBERS: Final = "members_not_offered"
_REMEMBERED: Final = 20_000
_NOT_A_MEMBER: Final = frozenset({"MemberNotFoundInConversation", "status 404"})


class TeamsMessenger:
    """Send to every tenant that the bot is installed in; `dialogs` False draws cards that open none."""

    def __init__(self, client: TeamsClient, *, dialogs: bool = True) -> None:
        self._client, self._dialogs = client, dialogs
        self._chats: dict[Address, str] = {}
        self._pages: dict[str, str] = {}

    async def post(self, to: str, card: Card, *, key: str, thread: str = "") -> str:
        """Post a card to a channel, a thread, a chat or a person; where there are no threads it stands in the chat."""
        del key  # no look-up would find it
        return await self._send(to, render_message(card, dialogs=self._dialogs), thread=thread)

    async def update(self, ref: str, card: Card) -> None:
        """Replace a card in place."""
        await self._replace(ref, render_message(card, dialogs=self._dialogs))

    async def find(self, to: str, *, key: str, since: datetime, thread: str = "") -> Lookup:
        """Say that nobody knows: a bot cannot read back what it wrote."""
        del to, key, since, thread
        return Lookup(Found.UNKNOWN)

    async def open_conversation(self, people: Sequence[str], *, title: str, key: str) -> str:
        """Open the bot's chat with one person, always the same, and return the address that the person is known by.

        :raises Rejected: `group_chats_not_offered`, for several people; each has a chat of his or her own.
        """
        del title, key
        if len(people) != 1:
            raise Rejected(NO_GROUPS)
        where = _read(read_address, people[0])
        await self._chat(where)
        return address_of(where.workspace, where.native)

    async def create_channel(self, workspace: str, *, name: str, private: bool, key: str) -> str:
        """Refuse: a member of the team creates a channel. :raises Rejected: `channels_not_offered`."""
        del name, private, key
        _read(read_workspace, workspace)
        raise Rejected(NO_CHANNELS)

    async def bring_in(self, channel: str, person: str) -> None:
        """Take note that the person is in already. :raises Rejected: `members_not_offered`, where it is not so."""
        if not await self._is_inside(channel, person):
            raise Rejected(NO_MEMBERS)

    async def take_out(self, channel: str, person: str) -> None:
        """Take note that the person is out already. :raises Rejected: `members_not_offered`, where it is not so."""
        if await self._is_inside(channel, person):
            raise Rejected(NO_MEMBERS)

    async def publish_home(self, to: str, home: Home) -> None:
        """Show a person's own page as a message in the chat, in the place of the last one of this process."""
        message = render_home(home, dialogs=self._dialogs)
        known = self._pages.get(to)
        if known is not None:
            try:
                return await self._replace(known, message)
            except Gone:
                raise
            except Rejected:
                # It was deleted: a new one takes its place.
                del self._pages[to]
        _keep(self._pages, to, await self._send(to, message))
        return None

    async def _send(self, to: str, message: Message, *, thread: str = "") -> str:
        where = _read(read_address, to)
        conversation = await self._chat(where)
        if thread:
            root = _read(read_ref, thread)
            conversation = root.replies if root.channel == split_thread(conversation)[0] else conversation
        activity_id = await self._client.send(where.workspace, conversation, message.as_json())
        return ref_of(where.workspace, conversation, activity_id)

    async def _replace(self, ref: str, message: Message) -> None:
        where = _read(read_ref, ref)
        await self._client.update(where.workspace, where.conversation, where.activity, message.as_json())

    async def _chat(self, where: Address) -> str:
        """Return the conversation behind an address; that of an account is the bot's chat with the person."""
        if not where.is_account:
            return where.native
        if where not in self._chats:
            opened = await self._client.create_conversation(where.workspace, where.native)
            _keep(self._chats, where, opened)
        return self._chats[where]

    async def _is_inside(self, channel: str, person: str) -> bool:
        place, who = _read(read_address, channel), _read(read_address, person)
        account = who.native if who.is_account else await self._account(who)
        try:
            await self._client.member(place.workspace, split_thread(place.native)[0], account)
        except Rejected as refusal:
            if refusal.reason not in _NOT_A_MEMBER:
                raise
            return False
        return True

    async def _account(self, chat: Address) -> str:
        """Return the account of the person in a chat with the bot."""
        members = await self._client.members(chat.workspace, chat.native)
        account = str(members[0].get("id") or "") if members else ""
        if not account:
            raise Rejected("MemberNotFoundInConversation")
        return account


def _keep(kept: dict[T, str], name: T, value: str) -> None:
    if len(kept) >= _REMEMBERED:
        kept.pop(next(iter(kept)))
    kept[name] = value


def _read(reader: Callable[[str], T], value: str) -> T:
    try:
        return reader(value)
    except ValueError as error:
        raise Rejected("invalid_address") from error
