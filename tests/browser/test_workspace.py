"""The web workspace in a real browser: live, by keyboard, on a phone, and with script switched off."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect

from handlers.webroom.post import Webpost
from messages.card import Actions, Button, Card, Section
from store.engine import Database
from surfaces.web.address import channel_address, parse
from tests.surfaces.web.routes import BOARD, Routes
from tests.surfaces.web.visitor import open_app
from tests.surfaces.web.world import NOW, World, build_world

NAME_OF_FOCUS = """(() => {
  const at = document.activeElement;
  return (at.getAttribute("aria-label") || at.innerText || at.name || "").trim();
})()"""
PHONE = {"width": 360, "height": 740}


class Server:
    """The workspace on a port of this machine, in a thread of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.app = open_app(world)
        config = uvicorn.Config(self.app, host="127.0.0.1", port=0, log_level="error", lifespan="off")
        self.server = uvicorn.Server(config)
        self.started = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        config = self.server.config
        config.load()
        self.server.lifespan = config.lifespan_class(config)
        await self.server.startup()
        self.started.set()
        await self.server.main_loop()
        await self.app.state.hub.close()
        await self.server.shutdown()

    def __enter__(self) -> "Server":
        self.thread.start()
        assert self.started.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive()

    @property
    def address(self) -> str:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def channel(self, name: str = "general", workspace: str = "clean") -> str:
        return f"{self.address}/c/{self.world.channels[workspace, name]}"


@pytest.fixture
def server(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    Routes().install(monkeypatch)
    world = build_world(sqlite_database)
    general = parse(channel_address("clean", world.channels["clean", "general"]))
    Webpost(sqlite_database).post(general, BOARD, key="board", thread=None, now=NOW)
    with Server(world) as running:
        yield running


def enter(context: BrowserContext, server: Server, name: str) -> Page:
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(server.address)
    page.get_by_role("button", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


complaints: list[str] = []


@pytest.fixture(autouse=True)
def _no_complaints() -> Iterator[None]:
    complaints.clear()
    yield
    expected = ("422", "403", "ERR_FAILED")
    assert [text for text in complaints if not any(code in text for code in expected)] == []


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        locale="en-GB", timezone_id="Europe/Copenhagen", viewport={"width": 1200, "height": 800}
    )
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def other(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB")
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


def test_a_line_reaches_another_browser_without_reloading(
    context: BrowserContext, other: BrowserContext, server: Server
):
    buyer, manager = enter(context, server, "Innovation lead"), enter(other, server, "Manager, CLEAN")
    buyer.goto(server.channel())
    manager.goto(server.channel())
    manager.evaluate("window.untouched = true")
    buyer.get_by_label("Your message").fill("Hello from Copenhagen")
    buyer.get_by_label("Your message").press("Enter")
    expect(manager.get_by_text("Hello from Copenhagen")).to_be_visible()
    expect(manager.get_by_role("status").filter(has_text="New message from Innovation lead")).to_be_attached()
    expect(buyer.get_by_text("Hello from Copenhagen")).to_have_count(1)
    expect(buyer.get_by_label("Your message")).to_have_value("")
    assert manager.evaluate("window.untouched")


def test_a_message_elsewhere_is_marked_in_the_menu_until_it_is_looked_at(
    context: BrowserContext, other: BrowserContext, server: Server
):
    buyer, manager = enter(context, server, "Innovation lead"), enter(other, server, "Manager, CLEAN")
    manager.goto(server.channel("managers"))
    buyer.goto(server.channel())
    buyer.get_by_label("Your message").fill("Anybody?")
    buyer.get_by_role("button", name="Send").click()
    link = manager.get_by_role("navigation").get_by_role("link", name="general")
    expect(link.get_by_text("new", exact=True)).to_be_visible()
    link.click()
    expect(manager.get_by_text("Anybody?")).to_be_visible()
    expect(link.get_by_text("new", exact=True)).to_be_hidden()


def test_a_card_changes_in_place_and_keeps_the_focus(context: BrowserContext, server: Server):
    manager = enter(context, server, "Manager, CLEAN")
    manager.goto(server.channel())
    button = manager.get_by_role("button", name="Refused")
    button.focus()
    changed = Card("Board, changed", BOARD.blocks)
    Webpost(server.world.database).update(parse("web:clean:message:1"), changed, now=NOW)
    expect(manager.get_by_role("heading", name="Board, changed")).to_be_visible()
    expect(button).to_be_focused()


def test_a_button_answers_in_place_and_only_for_who_pressed_it(
    context: BrowserContext, other: BrowserContext, server: Server
):
    buyer, manager = enter(context, server, "Innovation lead"), enter(other, server, "Manager, CLEAN")
    manager.goto(server.channel())
    buyer.goto(server.channel())
    buyer.get_by_role("button", name="Done").click()
    expect(buyer.get_by_role("alertdialog", name="Really?")).to_be_visible()
    expect(buyer.get_by_role("button", name="No")).to_be_focused()
    buyer.get_by_role("button", name="Yes").click()
    expect(buyer.get_by_text("Only visible to you")).to_be_visible()
    expect(buyer.get_by_role("heading", name="Done IN-34")).to_be_visible()
    buyer.reload()
    expect(buyer.get_by_role("heading", name="Done IN-34")).to_be_visible()
    manager.reload()
    expect(manager.get_by_role("heading", name="Board")).to_be_visible()
    expect(manager.get_by_role("heading", name="Done IN-34")).to_have_count(0)


def test_a_form_opens_as_a_dialog_and_keeps_what_was_typed(context: BrowserContext, server: Server):
    buyer = enter(context, server, "Innovation lead")
    buyer.goto(server.channel())
    buyer.get_by_role("button", name="Form").click()
    dialog = buyer.get_by_role("dialog", name="A question")
    expect(dialog.get_by_label("Title")).to_be_focused()
    dialog.get_by_label("Title").fill("Much too long a title")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_contain_text("At most 10 characters")
    expect(dialog.get_by_label("Title")).to_have_value("Much too long a title")
    dialog.get_by_role("link", name="Kind").click()
    dialog.get_by_label("Title").fill("Short")
    dialog.get_by_label("New").check()
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    expect(buyer.get_by_role("heading", name="Saved Short")).to_be_visible()


def test_everything_can_be_reached_by_keyboard(context: BrowserContext, server: Server):
    buyer = enter(context, server, "Innovation lead")
    buyer.goto(server.channel())
    buyer.keyboard.press("Tab")
    expect(buyer.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(buyer.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    buyer.keyboard.press("Enter")
    expect(buyer.locator("main")).to_be_focused()
    seen: list[str] = []
    while len(seen) < 30:
        buyer.keyboard.press("Tab")
        if buyer.evaluate("document.activeElement === document.body"):
            break
        seen.append(buyer.evaluate(NAME_OF_FOCUS))
        shown = buyer.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert shown != "none", seen[-1]
    for label in ("Messages", "Form", "Done", "Reply in thread", "text", "Send"):
        assert label in seen


def test_a_thread_stands_beside_its_channel_and_is_live(context: BrowserContext, other: BrowserContext, server: Server):
    buyer, manager = enter(context, server, "Innovation lead"), enter(other, server, "Manager, CLEAN")
    for page in (buyer, manager):
        page.goto(server.channel())
        page.get_by_role("link", name="Reply in thread").click()
    buyer.get_by_label("Your reply").fill("In the thread")
    buyer.get_by_label("Your reply").press("Enter")
    expect(manager.get_by_role("complementary").get_by_text("In the thread")).to_be_visible()
    expect(manager.get_by_role("link", name="One reply")).to_be_visible()


def test_a_phone_has_one_column_and_a_menu(browser: Browser, server: Server):
    phone = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    page = enter(phone, server, "Manager, CLEAN")
    for path in (
        server.address,
        server.channel(),
        server.channel() + "/t/1",
        server.channel("managers"),
        server.address + "/help",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        expect(
            page.get_by_role("heading", level=1).or_(page.get_by_role("heading", name="Thread")).first
        ).to_be_attached()
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="general").click()
    expect(page.get_by_role("heading", name="general")).to_be_visible()
    phone.close()


def test_the_closed_menu_of_a_phone_says_that_something_new_is_in_it(
    browser: Browser, context: BrowserContext, server: Server
):
    phone = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    page, other = enter(phone, server, "Manager, CLEAN"), enter(context, server, "Innovation lead")
    page.goto(server.channel("managers"))
    other.goto(server.channel())
    menu = page.locator(".menu summary")
    expect(menu.get_by_text("new", exact=True)).to_be_hidden()
    other.get_by_label("Your message").fill("Anybody?")
    other.get_by_label("Your message").press("Enter")
    expect(menu.get_by_text("new", exact=True)).to_be_visible()
    expect(menu).to_have_text("Menu new")
    menu.click()
    page.get_by_role("link", name="general").click()
    expect(page.get_by_text("Anybody?")).to_be_visible()
    expect(menu.get_by_text("new", exact=True)).to_be_hidden()
    phone.close()


def test_without_script_everything_works(browser: Browser, server: Server):
    plain = browser.new_context(java_script_enabled=False)
    page = enter(plain, server, "Innovation lead")
    page.goto(server.channel())
    page.get_by_label("Your message").fill("Without script")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Without script")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", name="Done IN-34")).to_be_visible()
    page.get_by_role("button", name="Form").click()
    page.get_by_label("Title").fill("Much too long a title")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("At most 10 characters")
    expect(page.get_by_label("Title")).to_have_value("Much too long a title")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", name="general")).to_be_visible()
    plain.close()


def test_hostile_text_does_nothing_in_a_real_browser(context: BrowserContext, server: Server):
    buyer = enter(context, server, "Innovation lead")
    buyer.goto(server.channel())
    hostile = "<img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script> javascript:alert(1)"
    buyer.get_by_label("Your message").fill(hostile)
    buyer.get_by_role("button", name="Send").click()
    expect(buyer.get_by_text(hostile)).to_be_visible()
    buyer.reload()
    expect(buyer.get_by_text(hostile)).to_be_visible()
    assert "hit" not in buyer.title()


def switch(page: Page, name: str) -> None:
    page.get_by_text("You are:").click()
    page.get_by_role("button", name=name).click()
    expect(page.get_by_text(f"You are: {name}")).to_be_visible()


def test_switching_the_person_in_one_tab_stops_the_other(context: BrowserContext, server: Server):
    first = enter(context, server, "Innovation lead")
    first.goto(server.channel())
    second = context.new_page()
    second.goto(server.address)
    switch(second, "Engineer")
    first.get_by_label("Your message").fill("As whom?")
    first.get_by_label("Your message").press("Enter")
    expect(first.get_by_role("alert")).to_contain_text("somebody else has signed in since")
    expect(first.get_by_label("Your message")).to_have_value("As whom?")
    assert "As whom?" not in server.world.texts("buyer")
    first.get_by_role("button", name="Refused").click()
    expect(first.get_by_role("dialog", name="This page is out of date")).to_be_visible()
    expect(first.get_by_role("button", name="Close")).to_be_focused()
    first.keyboard.press("Enter")
    expect(first.get_by_role("dialog")).to_be_hidden()


def test_a_form_keeps_what_was_typed_when_somebody_else_has_come_in_and_is_sent_afterwards(
    context: BrowserContext, server: Server
):
    first = enter(context, server, "Innovation lead")
    first.goto(server.channel())
    first.get_by_role("button", name="Form").click()
    dialog = first.get_by_role("dialog", name="A question")
    dialog.get_by_label("Title").fill("Short")
    dialog.get_by_label("New").check()
    second = context.new_page()
    second.goto(server.address)
    switch(second, "Engineer")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_contain_text("In this browser, Engineer, Øresund Water is signed in now.")
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_label("Title")).to_have_value("Short")
    expect(dialog.get_by_label("New")).to_be_checked()
    assert server.world.texts("buyer") == ["Board"]
    switch(second, "Innovation lead")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    expect(first.get_by_role("heading", name="Saved Short")).to_be_visible()


def test_what_was_typed_stays_when_nothing_gets_through(context: BrowserContext, server: Server):
    page = enter(context, server, "Innovation lead")
    page.goto(server.channel())
    page.get_by_role("button", name="Form").click()
    dialog = page.get_by_role("dialog", name="A question")
    dialog.get_by_label("Title").fill("Short")
    dialog.get_by_label("New").check()
    page.route("**/form", lambda route: route.abort())
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_contain_text("That did not get through")
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_label("Title")).to_have_value("Short")
    page.unroute("**/form")
    dialog.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Saved Short")).to_be_visible()
    page.route("**/c/*", lambda route: route.abort())
    page.get_by_label("Your message").fill("Hello")
    page.get_by_label("Your message").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That did not get through")
    expect(page.get_by_label("Your message")).to_have_value("Hello")


def test_a_card_that_changes_under_the_keys_keeps_the_button_that_was_pressed(context: BrowserContext, server: Server):
    page = enter(context, server, "Innovation lead")
    page.goto(server.channel())
    form = page.get_by_role("article").get_by_role("button", name="Form")
    form.focus()
    more = Actions((Button("Earlier", "test.done", "IN-1"), Button("Form", "test.ask", "CH-12:2")))
    changed = Card("Board anew", (Section("More to try."), more))
    Webpost(server.world.database).update(parse("web:clean:message:1"), changed, now=NOW)
    expect(page.get_by_role("heading", name="Board anew")).to_be_visible()
    expect(form).to_be_focused()


def test_the_report_of_an_import_has_the_focus(context: BrowserContext, server: Server):
    page = enter(context, server, "Manager, CLEAN")
    page.goto(f"{server.address}/import")
    file = {"name": "firms.csv", "mimeType": "text/csv", "buffer": b"kind,name,country\nsme,Dykewatch,Atlantis\n"}
    page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
    page.get_by_role("button", name="Import").click()
    report = page.get_by_role("status").filter(has_text="Line 2")
    expect(report).to_be_focused()
