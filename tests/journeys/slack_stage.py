"""The journeys' people in Slack: signed payloads to the real app, and what a strict fake of Slack shows them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

from bot.wiring import Parts
from tests.fakes.slack import FakeSlack, Message
from tests.fakes.slack_user import Json, SlackUser, text_of
from tests.journeys.stage import CHALLENGES, MANAGERS, NAMES, Player, Seen, Text, email_of

CHANNELS: Final = {CHALLENGES: "C0CHALL", MANAGERS: "G0MANAG"}


class SlackPlayer(Player):
    """Somebody in Slack."""

    def __init__(self, slack: FakeSlack, user: SlackUser) -> None:
        self._slack, self._user = slack, user
        self._event: Json = {}
        self.errors = {}

    def come_in(self, parts: Parts, name: str) -> None:
        """Slack has let everybody in."""

    @property
    def fields(self) -> Sequence[str]:
        inputs = self._user.views[-1]["blocks"] if self._user.views else []
        return tuple(block["block_id"] for block in inputs if block["type"] == "input")

    async def command(self, name: str, text: str = "") -> None:
        before = self._before()
        reply = await self._user.command(f"/{name}", text)
        assert reply.status == 200
        self._after(before)

    async def press(self, seen: Seen, action: str, *, below: str = "") -> None:
        before = self._before()
        on = deepcopy(seen.handle)
        button = _button(on, action, below)
        reply = await self._user.press(on, action, value=button.get("value"))
        assert reply.status == 200
        self._after(before)
        if self.shown is None and not self.fields and text_of(on) != seen.text:
            self.shown = _seen(on)  # the answer took its place

    async def fill(self, **answers: Text) -> None:
        before = self._before()
        reply = await self._user.submit(**answers)
        assert reply.status == 200
        self._after(before)
        self.errors = dict(self._user.errors)

    async def reply(self, post: Seen, text: str) -> None:
        self._event = await self._user.say(post.handle.channel, text, thread=post.handle.ts)

    async def say(self, text: str) -> Seen:
        self._event = await self._user.say(CHANNELS[CHALLENGES], text)
        said = self._slack.channels[CHANNELS[CHALLENGES]].messages[-1]
        return _seen(said)

    async def talk(self, text: str, *, below: bool = False) -> None:
        ((opening, *_),) = await self.conversations()
        thread = self._event["event"]["ts"] if below else ""
        self._event = await self._user.say(opening.handle.channel, text, thread=thread)

    async def rewrite(self, text: str) -> None:
        await self._user.edit(self._event, text)

    async def take_back(self) -> None:
        await self._user.delete(self._event)

    async def repeat(self) -> None:
        assert (await self._user.deliver(self._event)).status == 200

    async def home(self) -> list[Seen]:
        await self._user.open_home()
        assert self._user.home is not None
        return [_seen(self._user.home)]

    async def inbox(self) -> list[Seen]:
        return [_seen(one) for one in self._slack.posts(self._user.id)]

    async def channel(self, name: str) -> list[Seen]:
        return [_seen(one) for one in self._slack.posts(CHANNELS[name])]

    async def conversations(self) -> list[list[Seen]]:
        rooms = (one for one in self._slack.channels.values() if self._user.id in one.members)
        return [[_seen(one) for one in room.messages] for room in rooms if room.kind == "mpim"]

    def _before(self) -> tuple[int, int]:
        self.errors, self.shown = {}, None
        return len(self._user.private), len(self._slack.posts(self._user.id))

    def _after(self, before: tuple[int, int]) -> None:
        """Take what is on the screen now: a dialog that only tells something, or a private message."""
        private, posted = self._user.private[before[0] :], self._slack.posts(self._user.id)[before[1] :]
        if self._user.views and not self.fields:
            self.shown = _seen(self._user.views.pop())
        elif private or posted:
            self.shown = _seen((private or posted)[-1])


def enter(slack: FakeSlack) -> dict[str, SlackPlayer]:
    """Let everybody be in the workspace, and the managers in their channel."""
    users = {name: slack.add_user(f"U0{name.upper()}", name=name, email=email_of(name)) for name in NAMES}
    slack.add_channel(CHANNELS[CHALLENGES], CHALLENGES, members=tuple(one.id for one in users.values()))
    slack.add_channel(CHANNELS[MANAGERS], MANAGERS, private=True, members=("U0MANAGER",))
    return {name: SlackPlayer(slack, user) for name, user in users.items()}


def _seen(shown: Message | Json) -> Seen:
    kept: Any = deepcopy(shown)
    blocks: list[Json] = kept["blocks"] if isinstance(kept, dict) else kept.blocks
    names = tuple(one["action_id"].partition("#")[0] for block in blocks for one in _elements(block))
    return Seen(text_of(kept), names, kept, private=not isinstance(kept, dict) and bool(kept.ephemeral_for))


def _button(on: Message | Json, action: str, below: str) -> Json:
    blocks: list[Json] = on["blocks"] if isinstance(on, dict) else on.blocks
    passed = not below
    for block in blocks:
        passed = passed or below in text_of({"blocks": [block]})
        for one in _elements(block):
            if passed and one["action_id"].partition("#")[0] == action:
                return one
    raise AssertionError(f"no {action} below {below!r}: {text_of(on)}")


def _elements(block: Json) -> list[Json]:
    return block["elements"] if block["type"] == "actions" else []
