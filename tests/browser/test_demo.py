"""The demonstration in a real browser: live between people, by keyboard alone, on a phone, and without script."""

import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
BUYER = "clean:innovation-oresund-water"
MANAGER = "clean:manager-clean"
SME = "delta:director-rijnmond-sensing"
NEIGHBOUR = "clean:director-akvaspor"
PHONE = {"width": 360, "height": 740}
#: Names what a Danish profile names as well: the demonstration has no model that would read it in another language.
PROBLEM = "We learn of E. coli only a day later, and look for online flow cytometry in the pipe."
#: What a finger cannot hit well; times are links into a text, and a radio's whole line can be pressed.
TOO_SMALL = """() => [...document.querySelectorAll(
    "a[href]:not(.at, .text a, dd a), button, select, textarea, summary, .option, input[type=text], input[type=date]")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
  .map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 30)} ${one.getBoundingClientRect().height}`)"""
IN_45_DAYS = "new Date(Date.now() + 45 * 864e5).toISOString().slice(0, 10)"


def is_open(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:  # noqa: S310  (a page of our own)
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


@pytest.fixture(scope="module")
def demo(browser: Browser) -> Iterator[str]:
    """Run the demonstration as a person would start it, and give its address."""
    command = [sys.executable, "-m", "bot", "demo", "--no-browser"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        told = next(line for line in process.stdout if "http://" in line)
        address = re.search(r"http://[\d.]+:\d+", told)
        assert address is not None
        moment = threading.Event()
        for _ in range(600):
            if is_open(address.group()):
                break
            moment.wait(0.05)
        yield address.group()
        process.terminate()


@pytest.fixture
def contexts(browser: Browser) -> Iterator["Contexts"]:
    opened = Contexts(browser)
    yield opened
    opened.close()


class Contexts:
    """Browsers with cookies of their own."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._opened: list[BrowserContext] = []

    def enter(self, address: str, account: str, **options: object) -> Page:
        """Come in as a person of the demonstration."""
        given = {"locale": "en-GB", "timezone_id": "Europe/Copenhagen", **options}
        context = self._browser.new_context(**given)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        self._opened.append(context)
        page = context.new_page()
        page.goto(address)
        page.locator(f"button[name='who'][value='{account}']").click()
        expect(page.locator("summary .who")).to_be_visible()
        return page

    def close(self) -> None:
        for one in self._opened:
            one.close()


def open_channel(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def fill_challenge(page: Page, title: str) -> None:
    page.locator("[name='f.title']").fill(title)
    page.locator("[name='f.problem']").fill(PROBLEM)
    page.locator("[name='f.must_haves']").fill("Result on line or within one hour")
    page.locator("[name='f.deadline_on']").fill(page.evaluate(IN_45_DAYS))


def press(page: Page, action: str) -> None:
    """Press the newest button of this action that can be seen."""
    page.locator(f"button[name='do'][value^='{action} ']:visible").last.click()


def button_of(page: Page, title: str, action: str) -> Locator:
    """Find the buttons of an action on the cards of a title."""
    return page.locator("article").filter(has_text=title).locator(f"button[name='do'][value^='{action} ']")


def test_cards_appear_and_change_live_for_others(demo: str, contexts: Contexts):
    title = "Bacteria in pipes, live"
    manager, buyer = contexts.enter(demo, MANAGER), contexts.enter(demo, BUYER)
    open_channel(manager, "managers")
    manager.evaluate("window.untouched = true")
    open_channel(buyer, "challenges")
    buyer.evaluate("window.untouched = true")
    buyer.locator("textarea[name='text']").fill("/challenge")
    buyer.locator("textarea[name='text']").press("Enter")
    expect(buyer.get_by_role("dialog")).to_be_visible()
    fill_challenge(buyer, title)
    buyer.get_by_role("dialog").locator("button.primary").click()
    expect(buyer.get_by_role("dialog")).to_be_hidden()

    publish = button_of(manager, title, "screening.publish")
    expect(publish).to_be_visible()
    publish.click()
    expect(publish).to_have_count(0)
    expect(button_of(buyer, title, "answer.start")).to_be_visible()
    review = button_of(manager, title, "suggestion.approve")
    expect(review.first).to_be_visible()
    review.first.click()
    expect(manager.get_by_text("IN-1").first).to_be_visible()
    assert manager.evaluate("window.untouched")
    assert buyer.evaluate("window.untouched")


def test_a_challenge_is_stated_by_keyboard_alone(demo: str, contexts: Contexts):
    title = "Bacteria in pipes, by keyboard"
    page = contexts.enter(demo, BUYER)
    open_channel(page, "challenges")
    page.locator("textarea[name='text']").focus()
    keys = page.keyboard
    keys.type("/challenge")
    keys.press("Enter")
    expect(page.locator("[name='f.title']")).to_be_focused()
    keys.type(title)
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[name='f.title']")).to_have_value(title)
    expect(page.get_by_role("alert").get_by_role("link").first).to_be_visible()
    keys.press("Tab")
    keys.press("Enter")  # the first mistake leads to its field
    expect(page.locator("[name='f.problem']")).to_be_focused()
    keys.type(PROBLEM)
    keys.press("Tab")
    expect(page.locator("[name='f.must_haves']")).to_be_focused()
    keys.type("Result within one hour")
    keys.press("Tab")
    expect(page.locator("[name='f.background']")).to_be_focused()
    keys.press("Tab")
    expect(page.locator("[name='f.deadline_on']")).to_be_focused()
    year, month, day = page.evaluate(IN_45_DAYS).split("-")
    keys.type(f"{day}{month}{year}")
    page.locator("[name='f.title']").focus()
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("article.private", has_text=title).last).to_be_visible()


def test_what_a_button_of_home_answers_has_the_focus(demo: str, contexts: Contexts):
    page = contexts.enter(demo, MANAGER)
    page.locator("#home button[value='challenge.list ']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reply article")).to_be_focused()


def test_a_phone_shows_every_page_in_its_width(demo: str, contexts: Contexts):
    for account, places in ((MANAGER, ("managers", "challenges")), (BUYER, ("challenges",)), (SME, ("challenges",))):
        page = contexts.enter(demo, account, viewport=PHONE, is_mobile=True, has_touch=True)
        for place in ("", *places):
            if place:
                page.goto(demo)
                page.get_by_text("Menu", exact=True).click()
                page.get_by_role("link", name=place).click()
                expect(page.get_by_role("heading", level=1, name=place)).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], (account, place)
            assert page.evaluate(TOO_SMALL) == [], (account, place)
    press(page, "answer.start")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(TOO_SMALL) == []
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["width"] <= PHONE["width"]


def test_the_main_steps_need_no_script(demo: str, contexts: Contexts):
    title = "Bacteria in pipes, plainly"
    buyer = contexts.enter(demo, BUYER, java_script_enabled=False)
    open_channel(buyer, "challenges")
    buyer.locator("textarea[name='text']").fill(f"/challenge {title}")
    buyer.get_by_role("button", name="Send").click()
    press(buyer, "challenge.edit")
    buyer.locator("[name='f.problem']").fill(PROBLEM)
    buyer.locator("form.dialog-form button.primary").click()
    expect(buyer.get_by_role("alert")).to_be_visible()
    expect(buyer.locator("[name='f.problem']")).to_have_value(PROBLEM)
    buyer.go_back()
    expect(buyer.locator("[name='f.title']")).to_have_value(title)
    buyer.locator("[name='f.problem']").fill(PROBLEM)
    buyer.locator("[name='f.must_haves']").fill("Result within one hour")
    buyer.locator("[name='f.deadline_on']").fill(buyer.evaluate(IN_45_DAYS))
    buyer.locator("form.dialog-form button.primary").click()

    manager = contexts.enter(demo, MANAGER, java_script_enabled=False)
    open_channel(manager, "managers")
    publish = button_of(manager, title, "screening.publish")
    reload_until(manager, publish)
    publish.click()

    sme = contexts.enter(demo, NEIGHBOUR, java_script_enabled=False)
    open_channel(sme, "challenges")
    post = button_of(sme, title, "answer.start")
    reload_until(sme, post)
    post.click()
    sme.locator("[name='f.text']").fill("We measure bacteria while the water flows.")
    sme.locator("form.dialog-form button.primary").click()
    expect(sme.locator("article.private", has_text="AN-").last).to_be_visible()
    buyer.locator("textarea[name='text']").fill("/challenge mine")
    buyer.get_by_role("button", name="Send").click()
    expect(buyer.get_by_text(title).last).to_be_visible()


def reload_until(page: Page, wanted: Locator) -> None:
    """Reload, as somebody without script does, until something is there."""
    for _ in range(300):
        if wanted.count():
            return
        page.reload()
    raise AssertionError("it did not come")


def test_what_a_button_of_an_answer_on_home_does_is_told_there(demo: str, contexts: Contexts):
    page = contexts.enter(demo, MANAGER)
    page.locator("#home button[value='challenge.list ']").click()
    expect(page.locator("#reply article")).to_be_focused()
    page.locator("#reply button[value^='challenge.show']").first.click()
    shown = page.locator("#reply article", has_text="The problem")
    expect(shown).to_be_focused()


def test_escape_does_not_lose_what_was_typed(demo: str, contexts: Contexts):
    page = contexts.enter(demo, BUYER)
    asked: list[str] = []

    def refuse(question: Dialog) -> None:
        asked.append(question.message)
        question.dismiss()

    page.on("dialog", refuse)
    page.locator("#home button[value^='challenge.new']").click()
    expect(page.locator("[name='f.title']")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert not asked
    page.locator("#home button[value^='challenge.new']").click()
    page.locator("[name='f.title']").fill("Leaks")
    page.keyboard.press("Escape")
    expect(page.locator("[name='f.title']")).to_have_value("Leaks")
    page.get_by_role("dialog").locator("button.primary").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[name='f.title']")).to_have_value("Leaks")
    assert asked == ["Close this? What you have typed here is kept nowhere."] * 2
    # Who presses Cancel means it.
    page.get_by_role("dialog").get_by_text("Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
