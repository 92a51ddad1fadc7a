"""The messenger of the web workspace: sending is writing into our own store, from any process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import anyio
import anyio.to_thread

from handlers.ports import Clock, Found, Lookup, Rejected
from handlers.webroom.post import Webpost
from messages.card import Card, Home
from surfaces.web.address import WebPlace, channel_address, message_ref, parse

T = TypeVar("T")
THREADS = 16


class WebMessenger:
    """Implement `handlers.ports.Messenger`: posting is idempotent by key, and a look-up by key is always complete."""

    def __init__(self, webpost: Webpost, *, clock: Clock) -> None:
        self._webpost = webpost
        self._clock = clock
        self._limiter: anyio.CapacityLimiter | None = None

    async def post(self, to: str, card: Card, *, key: str, thread: str = "") -> str:
        """Write a card into a channel, thread or a person's direct channel and return its ref."""
        place = _place(to)
        below = _place(thread) if thread else None
        now = self._clock.now()
        number = await self._run(lambda: self._webpost.post(place, card, key=key, thread=below, now=now))
        return message_ref(place.workspace, number)

    async def update(self, ref: str, card: Card) -> None:
        """Replace a card in place."""
        place, now = _place(ref), self._clock.now()
        await self._run(lambda: self._webpost.update(place, card, now=now))

    async def find(self, to: str, *, key: str, since: datetime, thread: str = "") -> Lookup:
        """Look a message up by its key; places and times need not be known."""
        del to, since, thread
        found = await self._run(lambda: self._webpost.find(key))
        return Lookup(Found.ABSENT) if found is None else Lookup(Found.PRESENT, message_ref(*found))

    async def open_conversation(self, people: Sequence[str], *, title: str, key: str) -> str:
        """Open one conversation with these people and return its address; the same key gives the same one."""
        members, now = [_place(one) for one in people], self._clock.now()
        return channel_address(
            *await self._run(lambda: self._webpost.open_conversation(members, title=title, key=key, now=now))
        )

    async def create_channel(self, workspace: str, *, name: str, private: bool, key: str) -> str:
        """Create a channel, or take the one of this name; `workspace` is its native id or `web:<id>`."""
        del key
        native, now = workspace.removeprefix("web:"), self._clock.now()
        number = await self._run(
            lambda: self._webpost.create_channel(native, name=name, private=private, now=now),
        )
        return channel_address(native, number)

    async def bring_in(self, channel: str, person: str) -> None:
        """Do nothing: a private channel is open to whoever manages the cluster at that moment."""

    async def take_out(self, channel: str, person: str) -> None:
        """Do nothing, as above."""

    async def publish_home(self, to: str, home: Home) -> None:
        """Tell the person's open pages to show Home anew; it is always built when it is looked at."""
        del home
        place, now = _place(to), self._clock.now()
        await self._run(lambda: self._webpost.home_changed(place, now=now))

    async def _run(self, step: Callable[[], T]) -> T:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(THREADS)
        return await anyio.to_thread.run_sync(step, limiter=self._limiter)


def _place(address: str) -> WebPlace:
    try:
        return parse(address)
    except ValueError as error:
        raise Rejected("invalid_address") from error
