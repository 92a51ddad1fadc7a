"""`make pictures`: the screenshots of the documents, taken anew from the demonstration while its story is played.

`python -m tests.browser.pictures [folder]` writes them into docs/pictures, or into another folder.
"""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from rich.console import Console

from bot import demo, sample
from bot.story.beginning import CHAPTERS as BEGINNING
from bot.story.beginning import MUST_HAVES, PROBLEM
from bot.story.cast import TITLE, Story, gathered
from bot.story.ending import CHAPTERS as ENDING
from bot.story.transcript import Transcript
from tests.browser.conftest import FLAGS, find_chromium

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
MOST_BYTES = 200_000
DESK = {"width": 1200, "height": 700}
PHONE = {"width": 360, "height": 720}
BUYER, CLEAN, DELTA, SME = sample.cast_accounts()
NEIGHBOUR = "delta:director-open-quay"
OFFER = "Our platform can carry the alarms into your monitoring system; a sensor partner is at hand."


class Camera:
    """Comes in as a person and takes pictures of the pages."""

    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        self._browser, self._address, self._folder = browser, address, folder

    @contextmanager
    def being(self, account: str, *, phone: bool = False, dark: bool = False) -> Iterator[Page]:
        """Open the workspace as somebody, at a desk or on a phone."""
        context = self._browser.new_context(
            locale="en-GB",
            timezone_id="Europe/Copenhagen",
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            is_mobile=phone,
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.goto(self._address)
        page.locator(f"button[name='who'][value='{account}']").click()
        page.locator("summary .who").wait_for()
        yield page
        context.close()

    def take(self, page: Page, name: str) -> None:
        """Write a picture of what is on the screen. :raises ValueError: it would be too large."""
        page.mouse.move(0, 0)
        picture = page.screenshot(path=self._folder / f"{name}.png")
        if len(picture) > MOST_BYTES:
            raise ValueError(f"{name}.png has {len(picture)} bytes")


def open_channel(page: Page, name: str) -> None:
    """Go to a channel of the menu."""
    page.locator("nav a.room", has_text=name).first.evaluate("link => link.click()")
    page.locator(".channel .scroller").wait_for()


def card_with(page: Page, action: str) -> Locator:
    """Find the newest message about the story's challenge that has a button of this action."""
    button = page.locator(f"button[value^='{action} ']")
    return page.locator("article", has_text=TITLE).filter(has=button).last


def show_from_the_top(card: Locator) -> None:
    """Scroll until a message stands at the top of what can be seen."""
    card.wait_for()
    card.evaluate("one => one.scrollIntoView({block: 'start'})")
    card.page.locator(".scroller").last.evaluate("box => box.scrollBy(0, 50)")


def picture_of_the_door(camera: Camera, story: Story) -> None:
    """Who would you like to be?"""
    with camera.being(BUYER) as page:
        page.locator("details.persona summary").click()
        camera.take(page, "people")


def picture_of_a_form(camera: Camera, story: Story) -> None:
    """The buyer states a challenge."""
    with camera.being(BUYER) as page:
        open_channel(page, "challenges")
        page.locator("textarea[name='text']").fill("/challenge")
        page.locator("textarea[name='text']").press("Enter")
        page.locator("[name='f.title']").fill(TITLE)
        page.locator("[name='f.problem']").fill(PROBLEM)
        page.locator("[name='f.must_haves']").fill(MUST_HAVES)
        page.locator("[name='f.title']").focus()
        camera.take(page, "challenge-form")


def picture_of_a_reply(camera: Camera, story: Story) -> None:
    """An SME replies in the thread, and its reply becomes a draft."""
    with camera.being(NEIGHBOUR) as page:
        open_channel(page, "challenges")
        page.locator("article", has_text=TITLE).last.locator(".below a").click()
        thread = page.locator("aside.thread")
        thread.locator("textarea[name='text']").fill(OFFER)
        thread.locator("textarea[name='text']").press("Enter")
        thread.locator("article", has_text="Everybody").last.wait_for()
        page.locator("nav.wide .room.direct .unread").wait_for()
        camera.take(page, "thread")
    with camera.being(NEIGHBOUR, phone=True) as page:
        open_channel(page, "Matchpoint")
        card_with(page, "answer.submit").wait_for()
        camera.take(page, "draft-phone")


def picture_of_the_shortlist(camera: Camera, story: Story) -> None:
    """The managers' review card."""
    with camera.being(CLEAN) as page:
        open_channel(page, "managers")
        card = page.locator("article", has_text=TITLE).filter(has_text="Has answered").last
        show_from_the_top(card)
        camera.take(page, "review-card")


def picture_of_what_waits(camera: Camera, story: Story) -> None:
    """Home of the buyer: may we introduce you? In the dark, on a phone."""
    with camera.being(BUYER, phone=True, dark=True) as page:
        page.locator("button[value^='consent.give ']:visible, button[popovertarget]:visible").first.wait_for()
        camera.take(page, "home-phone")


def picture_of_the_conversation(camera: Camera, story: Story) -> None:
    """Buyer, SME and both managers talk."""
    with camera.being(BUYER) as page:
        open_channel(page, story.introduction)
        camera.take(page, "conversation")


def picture_of_money_for_the_trip(camera: Camera, story: Story) -> None:
    """The SME is offered a voucher for meeting the buyer, and finds the form filled in."""
    with camera.being(SME) as page:
        open_channel(page, "Matchpoint")
        page.locator("button[value^='voucher.for ']").last.click()
        page.locator("button[value^='voucher.apply ']").last.click()
        page.locator("[name='f.starts_on']").focus()
        camera.take(page, "voucher-form")


#: After how many chapters of the story each picture is taken.
PICTURES: list[tuple[int, Callable[[Camera, Story], None]]] = [
    (0, picture_of_the_door),
    (0, picture_of_a_form),
    (2, picture_of_a_reply),
    (4, picture_of_the_shortlist),
    (6, picture_of_what_waits),
    (8, picture_of_the_conversation),
    (8, picture_of_money_for_the_trip),
]


def take_all(folder: Path) -> None:
    """Play the story and take every picture."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("no Chromium here: apt-get install chromium, or name one in CHROMIUM")
    folder.mkdir(parents=True, exist_ok=True)
    silent = Console(file=io.StringIO())
    chapters = [*BEGINNING, *ENDING]
    with demo.listen() as listener, demo._place(None) as place:
        parts = demo._parts(place, listener)
        if not demo._fill(parts, Console(stderr=True), draft=False):
            raise SystemExit(1)
        with demo.serving(parts, listener), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            camera = Camera(browser, parts.settings.base_url, folder)
            with gathered(parts.settings.base_url, Transcript(silent)) as story:
                for number in range(len(chapters)):
                    for after, picture in PICTURES:
                        if after == number:
                            picture(camera, story)
                    chapters[number][1](story)
            browser.close()


if __name__ == "__main__":
    take_all(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
