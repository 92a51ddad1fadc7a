"""The browser of these tests shows pages of this machine and of no other."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

PNG = b"\x89PNG\r\n\x1a\n"


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "index.html").write_text(
        "<!doctype html><link rel=icon href=data:><button onclick=\"this.textContent = 'Pressed'\">Press</button>"
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_page_of_this_machine_is_shown_and_its_script_runs(page: Page, address: str):
    page.goto(address)
    page.get_by_role("button", name="Press").click()
    assert page.get_by_role("button").inner_text() == "Pressed"
    assert page.screenshot().startswith(PNG)


def test_no_other_machine_is_reached(page: Page):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://elsewhere.example/")
