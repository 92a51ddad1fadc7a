"""The journeys' people in Teams: activities with real tokens to the real app, and what a strict fake shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, Final

from bot.wiring import Parts
from tests.fakes.teams import FakeTeams, Message, read
from tests.fakes.teams_cards import actions_of, elements_of
from tests.fakes.teams_user import Json, TeamsUser, inputs
from tests.journeys.stage import CHALLENGES, MANAGERS, NAMES, Player, Seen, Text, email_of

CHANNELS: Final = {CHALLENGES: "19:challenges@thread.tacv2", MANAGERS: "19:managers@thread.tacv2"}
_TOGETHER: Final = "Both of you have agreed"


class TeamsPlayer(Player):
    """Somebody in Teams: what is private stands in the own chat with the bot, which is Home too."""

    def __init__(self, teams: FakeTeams, user: TeamsUser) -> None:
        self._teams, self._user = teams, user
        #: Messages that answered an act: nobody counts them among what came by itself.
        self._answers: set[str] = set()
        self._form: Message | None = None
        self.errors = {}

    def come_in(self, parts: Parts, name: str) -> None:
        """Teams has let everybody in."""

    @property
    def fields(self) -> Sequence[str]:
        card = self._asking
        return () if card is None else tuple(key.partition(".")[2] for key in inputs(card))

    @property
    def _asking(self) -> Json | None:
        if self._user.dialogs:
            return self._user.dialogs[-1]["card"]["content"]
        return self._user.seen(self._form) if self._form is not None and not self._form.deleted else None

    async def command(self, name: str, text: str = "") -> None:
        before = self._before()
        reply = await self._user.mention(f"{name} {text}".rstrip(), channel=CHANNELS[CHALLENGES])
        assert reply.status == 200
        self._after(before)

    async def press(self, seen: Seen, action: str, *, below: str = "") -> None:
        on: Message = seen.handle
        before = self._before(keep=on.id == "dialog")
        button = _button(on.card or {}, action, below)
        if on.id == "dialog":
            reply = await self._user.send_dialog(button, {})
        else:
            reply = await self._user.push(on, button)
        assert reply.status == 200
        self._after(before, on)

    async def fill(self, **answers: Text) -> None:
        before = self._before(keep=True)
        form = deepcopy(self._form)
        if self._user.dialogs:
            reply = await self._user.submit(**answers)
        else:
            assert form is not None, "there is no form on the screen"
            reply = await self._user.fill(form, **answers)
        assert reply.status == 200
        self._after(before, form)
        if self._asking is not None:
            self.errors = dict(_errors(self._asking))

    async def reply(self, post: Seen, text: str) -> None:
        message: Message = post.handle
        root = message.root or message.id
        await self._user.say(message.conversation, text, root=root)

    async def say(self, text: str) -> Seen:
        await self._user.say(CHANNELS[CHALLENGES], text)
        return _seen(self._teams.rooms[CHANNELS[CHALLENGES]].messages[-1])

    async def talk(self, text: str, *, below: bool = False) -> None:
        await self._user.type(await self._meant(text))

    async def rewrite(self, text: str) -> None:
        await self._user.edit(self._user.last, await self._meant(text))

    async def take_back(self) -> None:
        await self._user.take_away(self._user.last)

    async def _meant(self, text: str) -> str:
        """The chat is for everything, so what is meant for the others names the introduction."""
        ((opening, *_),) = await self.conversations()
        found = re.search(r"IN-\d+", opening.text)
        assert found is not None
        return f"{found[0]}: {text}"

    async def repeat(self) -> None:
        assert (await self._user.deliver(self._user.last)).status == 200

    async def home(self) -> list[Seen]:
        before = self._before()
        await self._user.type("matchpoint")
        self._after(before)
        return [self.answer]

    async def inbox(self) -> list[Seen]:
        posts = self._teams.posts(self._user.chat)
        return [_seen(one, private=True) for one in posts if one.id not in self._answers]

    async def channel(self, name: str) -> list[Seen]:
        return [_seen(one) for one in self._teams.posts(CHANNELS[name])]

    async def conversations(self) -> list[list[Seen]]:
        # Each has a chat of his or her own with the bot, in which the conversation is held.
        seen = await self.inbox()
        begins = [at for at, one in enumerate(seen) if _TOGETHER in one.text]
        ends = [*begins[1:], len(seen)]
        return [seen[at:end] for at, end in zip(begins, ends, strict=False)]

    def _before(self, *, keep: bool = False) -> int:
        self.errors, self.shown = {}, None
        if not keep:
            self._form = None
            self._user.dialogs.clear()
        return len(self._teams.posts(self._user.chat))

    def _after(self, before: int, on: Message | None = None) -> None:
        """Take what is on the screen now: a dialog that only tells something, a new message, or what was replaced."""
        posted = self._teams.posts(self._user.chat)[before:]
        self._answers |= {one.id for one in posted}
        if self._user.dialogs:
            if not self.fields:
                card = self._user.dialogs[-1]["card"]["content"]
                title = self._user.dialogs[-1]["title"]
                shown = _seen(Message(self._user.chat, "dialog", card=card), private=True)
                self.shown = Seen(f"{title}\n{shown.text}", shown.actions, shown.handle, private=True)
        elif posted:
            self._take(posted[-1])
        elif on is not None and (replaced := self._user.views.get(on.id) or self._now(on)) is not None:
            self._take(Message(on.conversation, on.id, card=replaced))

    def _take(self, message: Message) -> None:
        """Look at a message: a form to be filled in, or something to read."""
        if message.card is not None and inputs(message.card):
            self._form = self._live(message) or message
        else:
            self._form, self.shown = None, _seen(message, private=True)

    def _now(self, on: Message) -> Json | None:
        """Return how a message looks now, if that is not how it looked."""
        found = self._live(on)
        return found.card if found is not None and found.card != on.card else None

    def _live(self, message: Message) -> Message | None:
        """Return a message as it stands in its conversation."""
        return next((one for one in self._teams.rooms[message.conversation].messages if one.id == message.id), None)


def enter(teams: FakeTeams) -> dict[str, TeamsPlayer]:
    """Let everybody be in the team, and the managers in theirs."""
    users = {name: teams.add_user(name, email=email_of(name)) for name in NAMES}
    teams.add_team("clean", "CLEAN", {"challenges": "Challenges"}, members=users.values())
    teams.add_team("office", "CLEAN office", {"managers": "Managers"}, members=(users["manager"],))
    return {name: TeamsPlayer(teams, user) for name, user in users.items()}


def _seen(message: Message, *, private: bool = False) -> Seen:
    kept = deepcopy(message)
    text = read(kept.card) if kept.card else kept.text
    names = (str((one.get("data") or {}).get("action") or "") for one in actions_of(kept.card or {"body": []}))
    return Seen(text, tuple(filter(None, names)), kept, private=private)


def _button(card: Json, action: str, below: str) -> Json:
    passed = not below
    for element in [*elements_of(card), {"type": "ActionSet", "actions": card.get("actions", ())}]:
        shown: Any = {"body": [{**element, "items": []} if element["type"] == "Container" else element]}
        passed = passed or below in read(shown)
        for one in element.get("actions", ()):
            if passed and (one.get("data") or {}).get("action") == action:
                return one
    raise AssertionError(f"no {action} below {below!r}: {read(card)}")


def _errors(card: Json) -> Iterator[tuple[str, str]]:
    """Return what is said to be wrong with each answer: it stands below its input."""
    name = ""
    for element in elements_of(card):
        if str(element["type"]).startswith("Input."):
            name = str(element["id"]).partition(".")[2]
        runs = element.get("inlines") or [element]
        if name and runs[0].get("color") == "Attention":
            yield name, read({"body": [element]})
