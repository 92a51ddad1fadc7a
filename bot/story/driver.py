"""A person at a browser without script: opens pages, types, presses buttons, fills forms, and waits for what comes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

import httpx

from bot.story.html import parse
from bot.story.pages import Button, Card, Form, Page, Sent

DEADLINE: Final = 20.0
_QUIET: Final = 2.0
_HOME: Final = "/"
Fits = Callable[[Card], bool]
Text = str | tuple[str, ...]


class NotThere(Exception):
    """Something did not happen, or is not on the page: what was expected, and what was there instead."""

    def __init__(self, expected: str, there: str) -> None:
        super().__init__(f"{expected}\n{there}")
        self.expected, self.there = expected, there


class Waiting(Protocol):
    """How a person waits for a page to change."""

    def __call__(self, client: httpx.Client, page: Page, *, seconds: float) -> None:
        """Return when something may have changed, at the latest after `seconds`."""
        ...


def listen(client: httpx.Client, page: Page, *, seconds: float) -> None:
    """Wait for the next event that the workspace tells this page of."""
    limits = httpx.Timeout(10.0, read=min(seconds, _QUIET))
    try:
        with client.stream("GET", "/events", params={"after": page.change or "0"}, timeout=limits) as stream:
            for line in stream.iter_lines():
                if line.startswith("event:"):
                    return
    except httpx.ReadTimeout:
        return


class Visitor:
    """One person in one browser of his or her own; `page` is what is on the screen."""

    def __init__(self, client: httpx.Client, *, waiting: Waiting = listen) -> None:
        self.client, self.name = client, ""
        self._waiting = waiting
        self.page = self._go("/")

    def become(self, account: str) -> Visitor:
        """Choose who to be, in a demonstration. :raises NotThere: there is nobody of this account."""
        chosen = self.page.tree.first("button", name="who", value=account)
        if chosen is None:
            raise NotThere(f"{account} among the people of the demonstration", self.page.heading)
        self.name = (chosen.first("strong") or chosen).text
        self._show(self._post("/persona", {"csrf": self._token(), "who": account}))
        return self

    def come_in(self, link: str) -> Visitor:
        """Come in through a personal link."""
        self._show(self._go(link))
        self._show(self._post(link, {"csrf": self._token()}))
        return self

    # -- looking ---------------------------------------------------------------------------------------------------

    @property
    def place(self) -> str:
        """The workspace in which this person is."""
        brand = self.page.tree.first("p", "brand")
        return brand.text if brand else ""

    def home(self) -> Page:
        """Open one's own page."""
        return self._show(self._go(_HOME))

    def open(self, channel: str, *, thread: Card | None = None) -> Page:
        """Open a channel by its title in the menu, and a message's thread in it."""
        links = self.page.channels or self.home().channels
        address = links.get(channel) or self.home().channels.get(channel)
        if address is None:
            raise NotThere(f"{channel} in the menu", ", ".join(self.page.channels))
        return self._show(self._go(f"{address}/t/{thread.number}" if thread else address))

    def read(self, address: str) -> Page:
        """Look at a page by its address, without staying there."""
        return self._go(address)

    def wait(self, what: str, fits: Fits, *, at: str | None = None, seconds: float = DEADLINE) -> Card:
        """Stay on a page (else: the one on the screen) until a message or card fits; return it.

        :raises NotThere: it did not come in time.
        """
        address = at or self.page.url.partition("#")[0]
        until = time.monotonic() + seconds
        while True:
            self.page = self._go(address)
            found = self.page.where(fits)
            if found is not None:
                return found
            left = until - time.monotonic()
            if left <= 0:
                raise NotThere(what, describe(self.page))
            self._waiting(self.client, self.page, seconds=left)

    def wait_in(self, channel: str, what: str, fits: Fits, *, seconds: float = DEADLINE) -> Card:
        """Stay in a channel until a message fits. :raises NotThere: it, or the channel itself, did not come in time."""
        until = time.monotonic() + seconds
        while channel not in self.home().channels:
            left = until - time.monotonic()
            if left <= 0:
                raise NotThere(f"{channel} in the menu", ", ".join(self.page.channels))
            self._waiting(self.client, self.page, seconds=left)
        return self.wait(what, fits, at=self.page.channels[channel], seconds=max(1.0, until - time.monotonic()))

    def wait_at_home(self, what: str, fits: Fits) -> Card:
        """Stay on one's own page until a card fits."""
        return self.wait(what, fits, at=_HOME)

    # -- acting ----------------------------------------------------------------------------------------------------

    def type(self, text: str) -> Page:
        """Write into the composer of the page: that of the thread where one is open."""
        composers = list(self.page.tree.all("form", "composer"))
        if not composers:
            raise NotThere("a place to write", self.page.heading)
        form = composers[-1]
        hidden = {one.get("name"): one.get("value") for one in form.all("input", type="hidden")}
        return self._show(self._post(form.get("action"), {**hidden, "text": text}))

    def press(self, card: Card, button: str, *, below: str = "") -> Page:
        """Press a card's button, found by its label or action; a question that it asks first is answered with yes.

        `below` names the part of the card: the first such button after a line that holds this.
        """
        found = card.find(button, below=below)
        if found is None:
            raise NotThere(f"a button “{button}”", describe_card(card))
        return self.send(found)

    def send(self, button: Button) -> Page:
        """Press a button, also one of a page that has changed since."""
        return self._show(self._post(button.target, dict(button.sends)))

    def fill(self, **answers: Text) -> Page:
        """Fill the form on the screen and send it; what is filled in already stays, unless it is given.

        :raises NotThere: there is no form, or it has no such field.
        """
        try:
            sent = self.form.filled(answers)
        except KeyError as error:
            raise NotThere("a field of the form", str(error)) from error
        return self._show(self._post(self.form.target, sent))

    @property
    def form(self) -> Form:
        """The form on the screen. :raises NotThere: there is none."""
        if self.page.form is None:
            raise NotThere("a form", describe(self.page))
        return self.page.form

    @property
    def reply(self) -> Card:
        """The private answer on the screen. :raises NotThere: there is none."""
        if self.page.reply is None:
            raise NotThere("an answer", describe(self.page))
        return self.page.reply

    # -- the way there ----------------------------------------------------------------------------------------------

    def _token(self) -> str:
        found = self.page.tree.first("input", name="csrf")
        return found.get("value") if found else ""

    def _show(self, page: Page) -> Page:
        self.page = page
        if page.status not in (200, 422):
            raise NotThere("a page", f"{page.status} {page.heading}: {page.url}")
        return page

    def _go(self, url: str) -> Page:
        return _page(self.client.get(url))

    def _post(self, url: str, data: Sent) -> Page:
        return _page(self.client.post(url, data=data))


def _page(response: httpx.Response) -> Page:
    return Page(str(response.url), response.status_code, parse(response.text))


def describe(page: Page) -> str:
    """Tell in words what is on a page."""
    found = [describe_card(one) for one in (*page.cards, *page.messages)]
    form = page.form
    if form is not None:
        found.append(f"the form “{form.title}”" + "".join(f"\n{name}: {text}" for name, text in form.errors.items()))
    return "\n\n".join((page.heading, *found[-6:]))


def describe_card(card: Card) -> str:
    """Tell in words what is on a card."""
    buttons = " ".join(f"[{label}]" for label in card.labels)
    return "\n".join(part for part in (card.author, card.text, buttons) if part)
