"""The journeys' people at the web workspace: pages and forms over HTTP, without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx

from bot.story.driver import Visitor
from bot.story.pages import Card
from bot.wiring import Parts
from tests.journeys.stage import CHALLENGES, Player, Seen, Text

_NO_CONVERSATION = {"Home", CHALLENGES, "managers", "Matchpoint", "Import a directory", "What you can type"}


class WebPlayer(Player):
    """Somebody at a browser."""

    def __init__(self, client: httpx.Client, link: str) -> None:
        self._visitor = Visitor(client).come_in(link)
        self._sent: tuple[str, dict[str, Any]] = ("", {})
        self.errors = {}

    def come_in(self, parts: Parts, name: str) -> None:
        assert parts.kit.web_link is not None
        self._visitor.come_in(parts.kit.web_link("clean", name, parts.clock.now()))

    @property
    def fields(self) -> Sequence[str]:
        form = self._visitor.page.form
        return () if form is None else tuple(form.questions)

    def twice(self) -> None:
        """Send every form a second time, as somebody does who presses again because nothing seems to happen."""
        client = self._visitor.client
        post = client.post

        def again(url: str, **sent: Any) -> httpx.Response:
            answer = post(url, **sent)
            assert post(url, **sent).status_code in (200, 422)
            return answer

        setattr(client, "post", again)  # noqa: B010

    async def command(self, name: str, text: str = "") -> None:
        self._visitor.open(CHALLENGES)
        self._visitor.type(f"/{name} {text}".rstrip())
        self._after()

    async def press(self, seen: Seen, action: str, *, below: str = "") -> None:
        card: Card = seen.handle
        self._visitor.press(card, action, below=below)
        self._after()

    async def fill(self, **answers: Text) -> None:
        self._visitor.fill(**answers)
        self._after()

    async def reply(self, post: Seen, text: str) -> None:
        self._visitor.open(CHALLENGES, thread=post.handle)
        self._write(text)

    async def say(self, text: str) -> Seen:
        self._visitor.open(CHALLENGES)
        self._write(text)
        return _seen(self._visitor.reply)

    async def talk(self, text: str, *, below: bool = False) -> None:
        (title,) = (one for one in self._visitor.home().channels if one not in _NO_CONVERSATION)
        self._visitor.open(title)
        self._write(text)

    async def rewrite(self, text: str) -> None:
        self._change(text=text)

    async def take_back(self) -> None:
        self._change(delete="1")

    async def repeat(self) -> None:
        address, data = self._sent
        assert self._visitor.client.post(address, data=data).status_code == 200

    async def home(self) -> list[Seen]:
        return [_seen(one) for one in self._visitor.home().cards]

    async def inbox(self) -> list[Seen]:
        if "Matchpoint" not in self._visitor.home().channels:
            return []
        return [_seen(one) for one in self._visitor.open("Matchpoint").messages]

    async def channel(self, name: str) -> list[Seen]:
        return [_seen(one) for one in self._visitor.open(name).messages if not one.private]

    async def conversations(self) -> list[list[Seen]]:
        titles = [title for title in self._visitor.home().channels if title not in _NO_CONVERSATION]
        return [[_seen(one) for one in self._visitor.open(title).messages] for title in titles]

    def _write(self, text: str) -> None:
        form = list(self._visitor.page.tree.all("form", "composer"))[-1]
        hidden = {one.get("name"): one.get("value") for one in form.all("input", type="hidden")}
        self._sent = (form.get("action"), {**hidden, "text": text})
        self._visitor.type(text)

    def _change(self, **field: str) -> None:
        """Change the newest message on the page."""
        visitor = self._visitor
        room, number = visitor.page.url.partition("#")[0], visitor.page.messages[-1].number
        form = visitor.read(f"{room}/m/{number}/edit")
        token = form.tree.first("input", name="csrf")
        assert token is not None
        assert visitor.client.post(form.url, data={"csrf": token.get("value"), **field}).status_code == 200

    def _after(self) -> None:
        page = self._visitor.page
        form: Mapping[str, str] = page.form.errors if page.form else {}
        self.errors = dict(form)
        self.shown = _seen(page.reply) if page.reply else None


def _seen(card: Card) -> Seen:
    return Seen(card.text, tuple(one.action for one in card.buttons), replace(card), private=card.private)
