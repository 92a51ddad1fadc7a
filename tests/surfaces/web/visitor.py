"""A browser without script: it keeps cookies, follows links and sends forms as they stand on the page."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.applications import Starlette

from surfaces.web.app import make_web_app
from tests.surfaces.web.world import SECRET, World

Fields = list[tuple[str, str]]


@dataclass
class PageForm:
    action: str
    hidden: Fields
    buttons: Fields
    text: str = ""


class _Forms(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._open: PageForm | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = PageForm(given.get("action", ""), [], [])
            self.forms.append(self._open)
        elif self._open is not None and tag == "input" and given.get("type") == "hidden":
            self._open.hidden.append((given["name"], given.get("value", "")))
        elif self._open is not None and tag == "button" and "name" in given:
            self._open.buttons.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


class Visitor:
    def __init__(self, app: Starlette) -> None:
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://matchpoint.test"
        )
        self.page: httpx.Response

    async def go(self, path: str, **headers: str) -> httpx.Response:
        self.page = await self.client.get(path, headers=headers)
        while self.page.is_redirect:
            self.page = await self.client.get(self.page.headers["location"].partition("#")[0])
        return self.page

    def forms(self, action: str) -> list[PageForm]:
        return [form for form in _Forms(self.page.text).forms if form.action == action]

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.page.text)
        assert found is not None
        return found[1]

    async def send(
        self, path: str, fields: Fields | dict[str, Any], *, follow: bool = True, **headers: str
    ) -> httpx.Response:
        content = urlencode(fields)
        headers = {"content-type": "application/x-www-form-urlencoded", **headers}
        self.page = await self.client.post(path, content=content, headers=headers)
        if follow and self.page.is_redirect:
            await self.go(self.page.headers["location"].partition("#")[0])
        return self.page

    async def become(self, who: str) -> httpx.Response:
        await self.go("/")
        form = self.forms("/persona")[0]
        assert ("who", who) in form.buttons
        return await self.send("/persona", [*form.hidden, ("who", who)])

    async def press(self, label_or_value: str) -> httpx.Response:
        for form in self.forms("/press"):
            for name, value in form.buttons:
                if value == label_or_value:
                    return await self.send("/press", [*form.hidden, (name, value)])
        raise AssertionError(f"no button {label_or_value} on {self.page.url}")

    async def write(self, text: str, *, thread: bool = False) -> httpx.Response:
        form = next(
            f
            for f in _Forms(self.page.text).forms
            if f.action.startswith("/c/") and thread == ("thread" in dict(f.hidden))
        )
        return await self.send(form.action, [*form.hidden, ("text", text)])

    async def fill(self, fields: Fields) -> httpx.Response:
        return await self.send("/form", [*self.forms("/form")[0].hidden, *fields])

    def shows(self, text: str) -> bool:
        return text in unescape(self.page.text)


def open_app(world: World) -> Starlette:
    return make_web_app(world.desk, world.webroom, secret=SECRET, kit=world.kit, clock=world.clock, interval=0.01)
