"""A manager uploads the directory, follows how it is read and gets the report, without script."""

import re

import pytest
from starlette.applications import Starlette

from tests.surfaces.web.visitor import Visitor, open_app
from tests.surfaces.web.world import World

GOOD = b"kind,name,country,website\nsme,Blue Sensors (sample),DK,https://blue-sensors.example\n"
BAD = b"kind,name,country,website\nsme,Blue Sensors (sample),Atlantis,https://blue-sensors.example\n"


@pytest.fixture
def app(small_world: World) -> Starlette:
    return open_app(small_world)


async def upload(app: Starlette, content: bytes, *, name: str = "firms.csv") -> Visitor:
    manager = Visitor(app)
    await manager.become("clean:manager")
    await manager.go("/import")
    files = {"file": (name, content, "text/csv")}
    answer = await manager.client.post("/import", data={"csrf": manager.csrf}, files=files)
    if answer.is_redirect:
        running = app.state.parts.uploads[answer.headers["location"].rsplit("/", 1)[1]]
        await manager.go(answer.headers["location"])
        await running.task
        await manager.go(answer.headers["location"])
    else:
        manager.page = answer
    return manager


async def test_a_good_file_is_imported_and_reported(app: Starlette):
    manager = await upload(app, GOOD)
    assert manager.page.status_code == 200
    assert manager.shows("firms.csv")
    assert "refresh" not in manager.page.headers


async def test_wrong_rows_are_named_with_their_line(app: Starlette):
    manager = await upload(app, BAD, name="<b>.csv")
    assert re.search(r"[Ll]ine 2\b.*Atlantis", manager.page.text)
    assert "<b>.csv" not in manager.page.text


async def test_an_upload_without_a_file_is_asked_for_one(app: Starlette):
    manager = await upload(app, b"", name="")
    assert manager.page.status_code == 422
    assert manager.shows("Please choose a file first.")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"\x00" * 1_000, b'"' * 1_000, b"name\n" * 10])
async def test_what_is_no_directory_is_refused_in_words(app: Starlette, content: bytes):
    manager = await upload(app, content)
    assert manager.page.status_code == 200
    assert not manager.shows("Something went wrong")


async def test_only_managers_import(app: Starlette):
    buyer = Visitor(app)
    await buyer.become("clean:buyer")
    assert not buyer.shows("/import")
    assert (await buyer.go("/import")).status_code == 404
    answer = await buyer.client.post("/import", data={"csrf": "x"}, files={"file": ("a.csv", GOOD)})
    assert answer.status_code == 404


async def test_a_report_is_read_by_who_sent_the_file(app: Starlette):
    manager = await upload(app, GOOD)
    other = Visitor(app)
    await other.become("delta:manager")
    assert (await other.go(manager.page.url.path)).status_code == 404
