"""Every open page learns of every change that it may know of, once, in whatever order they become visible."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from handlers.webroom.places import Viewer
from handlers.webroom.tail import Change
from store.queries.web import forget_changes
from store.tables.rooms import WebChange
from surfaces.web.stream import EventStream, Hub, Watcher
from tests.surfaces.web.world import World, card


def viewer(world: World, user: str) -> Viewer:
    frame = world.webroom.frame("clean", user)
    assert frame is not None
    return frame.viewer


async def next_of(watcher: Watcher) -> Change:
    async with asyncio.timeout(10):
        return await watcher.changes.get()


class Browser:
    """The other end of one event stream."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.gone = asyncio.Event()
        self.arrived = asyncio.Condition()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        async with self.arrived:
            self.sent.append(message)
            self.arrived.notify_all()

    @property
    def events(self) -> list[dict[str, str]]:
        text = b"".join(message.get("body", b"") for message in self.sent).decode()
        blocks = [block for block in text.split("\n\n") if "event:" in block]
        return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self.arrived:
            await self.arrived.wait_for(true)


async def test_each_page_hears_of_what_its_person_may_see(world: World):
    hub = Hub(world.webroom.tail, interval=0.01)
    async with hub.watch(viewer(world, "buyer")) as buyer, hub.watch(viewer(world, "manager")) as manager:
        secret = await world.messenger.post(f"web:clean:channel:{world.channels['clean', 'managers']}", card(), key="s")
        world.webroom.whisper("clean", "manager", card(), channel=None, thread=None, now=world.clock.now())
        said = world.say("manager", "For everybody")
        assert (await next_of(buyer)).message_id == said
        assert f"web:clean:message:{(await next_of(manager)).message_id}" == secret
        await next_of(manager)
        assert (await next_of(manager)).message_id == said
        assert buyer.changes.empty()
    assert hub.watching == 0


async def test_a_change_that_becomes_visible_late_is_told_late_and_once(world: World):
    general = world.channels["clean", "general"]
    numbers = [world.say("buyer", f"Line {n}") for n in range(3)]
    newest = world.webroom.tail.newest()

    def write(change: int, message: int) -> None:
        with world.database.write() as session:
            session.add(WebChange(id=change, channel_id=general, message_id=message, at=world.clock.now()))

    hub = Hub(world.webroom.tail, interval=0.01)
    async with hub.watch(viewer(world, "manager")) as watcher:
        write(newest + 2, numbers[1])
        assert (await next_of(watcher)).id == newest + 2
        assert hub.settled == newest
        write(newest + 1, numbers[0])
        assert (await next_of(watcher)).id == newest + 1
        write(newest + 3, numbers[2])
        assert (await next_of(watcher)).id == newest + 3
        assert watcher.changes.empty()
        assert hub.settled == newest + 3


def test_a_page_says_from_where_it_has_to_ask_when_a_change_is_still_missing(world: World):
    general = world.channels["clean", "general"]
    number = world.say("buyer", "Line")
    newest = world.webroom.tail.newest()
    with world.database.write() as session:
        session.add(WebChange(id=newest + 2, channel_id=general, message_id=number, at=world.clock.now()))
    frame = world.webroom.frame("clean", "buyer")
    assert frame is not None
    assert frame.change == newest


async def test_a_page_that_comes_back_hears_what_it_has_missed(world: World):
    world.say("manager", "Seen")
    after = world.webroom.tail.newest()
    missed = world.say("manager", "Missed")
    hub, browser = Hub(world.webroom.tail, interval=0.01), Browser()
    answering = asyncio.create_task(
        EventStream(hub, viewer(world, "buyer"), after=after)({"type": "http"}, browser.receive, browser.send)  # type: ignore[arg-type]
    )
    await browser.until(lambda: len(browser.events) == 1)
    assert json.loads(browser.events[0]["data"])["message"] == missed
    later = world.say("manager", "Later")
    await browser.until(lambda: len(browser.events) == 2)
    assert json.loads(browser.events[1]["data"])["message"] == later
    assert int(browser.events[1]["id"]) == world.webroom.tail.newest()
    browser.gone.set()
    await answering
    assert hub.watching == 0


async def test_a_page_that_was_away_too_long_is_asked_to_load_again(
    small_world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("surfaces.web.stream.BACKLOG_MAX", 3)
    for n in range(5):
        small_world.say("manager", f"Line {n}")
    hub, browser = Hub(small_world.webroom.tail, interval=0.01), Browser()
    await EventStream(hub, viewer(small_world, "buyer"), after=0)({"type": "http"}, browser.receive, browser.send)  # type: ignore[arg-type]
    assert [event["event"] for event in browser.events] == ["reload"]


async def test_a_page_that_slept_until_its_changes_were_forgotten_loads_again(small_world: World):
    seen = small_world.webroom.tail.newest()
    for n in range(3):
        small_world.say("manager", f"Line {n}")
    with small_world.database.write() as session:
        forget_changes(session, before=small_world.clock.now() + timedelta(days=9))
    hub, browser = Hub(small_world.webroom.tail, interval=0.01), Browser()
    await EventStream(hub, viewer(small_world, "buyer"), after=seen)({"type": "http"}, browser.receive, browser.send)  # type: ignore[arg-type]
    assert [event["event"] for event in browser.events] == ["reload"]


async def test_a_page_that_does_not_read_is_cut_off_and_the_others_go_on(
    small_world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("surfaces.web.stream.QUEUE_MAX", 2)
    hub = Hub(small_world.webroom.tail, interval=0.01)
    async with hub.watch(viewer(small_world, "buyer")) as lagging, hub.watch(viewer(small_world, "manager")) as reading:
        for n in range(4):
            said = small_world.say("colleague", f"Line {n}")
            assert (await next_of(reading)).message_id == said
        assert lagging.ended.is_set()
        assert not reading.ended.is_set()


async def test_a_browser_that_stops_taking_bytes_is_left(small_world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("surfaces.web.stream.SEND_SECONDS", 0.05)
    hub = Hub(small_world.webroom.tail, interval=0.01)
    started = asyncio.Event()

    async def stuck(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            started.set()
            await asyncio.Event().wait()

    async with asyncio.timeout(10):
        await EventStream(hub, viewer(small_world, "buyer"), after=None)({"type": "http"}, Browser().receive, stuck)  # type: ignore[arg-type]
    assert started.is_set()
    assert hub.watching == 0


async def test_closing_ends_every_stream_and_takes_no_more(small_world: World):
    hub, browser = Hub(small_world.webroom.tail, interval=0.01), Browser()
    answering = asyncio.create_task(
        EventStream(hub, viewer(small_world, "buyer"), after=None)({"type": "http"}, browser.receive, browser.send)  # type: ignore[arg-type]
    )
    await browser.until(lambda: len(browser.sent) == 2)
    await hub.close()
    async with asyncio.timeout(10):
        await answering
    assert browser.sent[-1]["more_body"] is False
    assert hub.full


async def test_a_store_that_was_away_is_asked_again(small_world: World, monkeypatch: pytest.MonkeyPatch):
    tail, failures = small_world.webroom.tail, [1, 1]
    honest = tail.changes

    def changes(**asked: Any) -> Any:
        if failures:
            failures.pop()
            raise ConnectionError
        return honest(**asked)

    monkeypatch.setattr(tail, "changes", changes)
    hub = Hub(tail, interval=0.01)
    async with hub.watch(viewer(small_world, "buyer")) as watcher:
        said = small_world.say("manager", "Still here?")
        assert (await next_of(watcher)).message_id == said
