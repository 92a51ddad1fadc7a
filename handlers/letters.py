"""What the worker sends: a table of kinds, each read afresh from the store at the moment of sending.

An outbox row holds ids. When its time has come, the writer of its kind reads the present state in one short
transaction and returns a letter to deliver, or says why there is nothing to send any more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from handlers.ports import Messenger
from handlers.work import Kit, Work
from messages.card import Card, Home
from store.engine import Database
from store.queue import Claimed

#: What is written down with a message that was sent although an earlier one may have arrived.
REPEATED: Final = "may be a repeat"


class Deed(StrEnum):
    """What a messenger does with a letter."""

    POST = "post"
    UPDATE = "update"
    HOME = "home"
    CONVERSATION = "conversation"
    CHANNEL = "channel"
    BRING_IN = "bring in"
    TAKE_OUT = "take out"


@dataclass(frozen=True, slots=True)
class Letter:
    """Something ready to be delivered; which fields count depends on the deed.

    POST: `to`, `card`, `thread`. UPDATE: `to` is the message's ref. HOME: `to`, `home`. CONVERSATION: `people`
    (private addresses of one workspace), `title`. CHANNEL: `to` is surface and workspace, `title` the name, `private`.
    BRING_IN, TAKE_OUT: `to` is a channel, `people` the one concerned. `repeat_unconfirmed`: where the platform cannot
    say whether it arrived, a second one, marked as a possible repeat, is better than none; otherwise it is not repeated
    and listed as unconfirmed.
    """

    deed: Deed
    to: str = ""
    card: Card | None = None
    home: Home | None = None
    thread: str = ""
    people: tuple[str, ...] = ()
    title: str = ""
    private: bool = False
    repeat_unconfirmed: bool = True


@dataclass(frozen=True, slots=True)
class Drop:
    """Nothing to send any more, and why: the row is cancelled."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: the row waits until then."""

    due_at: datetime


class Postponed(Exception):
    """A job cannot be done now, and nothing is wrong with it; without a `pause` it waits longer each time."""

    def __init__(self, why: str, pause: timedelta | None = None) -> None:
        super().__init__(why)
        self.why, self.pause = why, pause


Writer = Callable[[Work, Claimed], Letter | Drop | Later]
Sent = Callable[[Work, Claimed, str], None]
Job = Callable[[Database, Kit, Claimed, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """How rows of one kind are handled.

    `sent` takes down the message's ref, in the transaction that ends the row; `refused` takes up the platform's reason
    there, if it said no for good. `repeatable`: a second one does no harm
    (an update, a page), so a row of unknown fate is simply sent again.
    """

    name: str
    writer: Writer
    sent: Sent | None = None
    refused: Sent | None = None
    repeatable: bool = False


KINDS: dict[str, Kind] = {}
JOBS: dict[str, Job] = {}
#: What follows where a workspace, its address the argument, turns out to be closed to us.
ENDINGS: list[Callable[[Work, str], None]] = []
#: What follows where a workspace that was closed to us takes something again.
RETURNS: list[Callable[[Work, str], None]] = []


def when_closed_to_us(follow: Callable[[Work, str], None]) -> Callable[[Work, str], None]:
    """Register what follows, in the same transaction, where a workspace turns out to be closed to us."""
    ENDINGS.append(follow)
    return follow


def when_open_again(follow: Callable[[Work, str], None]) -> Callable[[Work, str], None]:
    """Register what follows, in the same transaction, where a workspace that was closed to us takes something again."""
    RETURNS.append(follow)
    return follow


def letter(
    name: str,
    *,
    sent: Sent | None = None,
    refused: Sent | None = None,
    repeatable: bool = False,
) -> Callable[[Writer], Writer]:
    """Register the decorated function as the writer of this kind of outbox row."""

    def register(writer: Writer) -> Writer:
        if name in KINDS or name in JOBS:
            raise ValueError(f"{name} is taken")
        KINDS[name] = Kind(name, writer, sent, refused, repeatable)
        return writer

    return register


def job(name: str) -> Callable[[Job], Job]:
    """Register the decorated coroutine as the job that this kind of outbox row stands for."""

    def register(function: Job) -> Job:
        if name in KINDS or name in JOBS:
            raise ValueError(f"{name} is taken")
        JOBS[name] = function
        return function

    return register


async def carry_out(letter: Letter, messenger: Messenger, key: str) -> str:
    """Do what the letter says; return the ref or address that came of it."""
    if letter.deed is Deed.POST and letter.card is not None:
        return await messenger.post(letter.to, letter.card, key=key, thread=letter.thread)
    if letter.deed is Deed.UPDATE and letter.card is not None:
        await messenger.update(letter.to, letter.card)
        return letter.to
    if letter.deed is Deed.HOME and letter.home is not None:
        await messenger.publish_home(letter.to, letter.home)
        return ""
    if letter.deed is Deed.CONVERSATION:
        return await messenger.open_conversation(letter.people, title=letter.title, key=key)
    if letter.deed is Deed.CHANNEL:
        return await messenger.create_channel(letter.to, name=letter.title, private=letter.private, key=key)
    if letter.deed is Deed.BRING_IN:
        await messenger.bring_in(letter.to, letter.people[0])
        return ""
    if letter.deed is Deed.TAKE_OUT:
        await messenger.take_out(letter.to, letter.people[0])
        return ""
    raise ValueError(f"a letter without what its deed needs: {letter.deed}")
