"""Files for funders over HTTP: a private link opens them, anything else is a plain 404, and no log knows the link."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from openpyxl import load_workbook

from handlers.vouchers.picture_links import Drawn, make_token
from store.engine import Database
from tests.integration.handlers.test_board import apply
from tests.integration.handlers.test_board_export import token
from tests.integration.handlers.test_vouchers import call
from tests.surfaces.web.test_calendars import ask
from tests.world import World, build_world


@pytest.fixture
def world(sqlite_database: Database) -> World:
    return build_world(sqlite_database)


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def test_a_link_opens_its_file_and_nothing_remembers_it(world: World, logged: list[Any]):
    apply(world, world.sme, call(world))
    given = token(world)
    answer = ask(world, f"/exports/{given}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="vouchers-2026-05-04.csv"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "VO-1,SC-1" in answer.text
    assert given not in repr(logged)


def test_a_workbook_comes_whole(world: World):
    apply(world, world.sme, call(world))
    answer = ask(world, f"/exports/{token(world, 'all/xlsx')}")
    book = load_workbook(io.BytesIO(answer.content))
    assert book["Applications"]["A2"].value == "VO-1"


@pytest.mark.parametrize("given", ["x", "x" * 900, "a.b.c", "%00", "..%2f..%2fetc"])
def test_what_opens_nothing_is_not_there(world: World, given: str):
    answer = ask(world, f"/exports/{given}")
    assert answer.status_code == 404


def test_an_old_link_is_not_there(world: World):
    call(world)
    given = token(world)
    world.now += timedelta(hours=1)
    answer = ask(world, f"/exports/{given}")
    assert answer.status_code == 404
    assert "Type /voucher board for a new one." in answer.text
    assert given not in answer.text


def test_a_picture_is_given_to_who_has_its_address_and_kept_by_nobody_else(world: World, logged: list[Any]):
    name = call(world)
    apply(world, world.sme, name)
    drawn = Drawn(name, world.delta, world.now.date(), "en")
    given = make_token(world.kit.signing_secret, drawn, now=world.now)
    answer = ask(world, f"/pictures/{given}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, max-age=3600"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content.startswith(b"\x89PNG")
    assert given not in repr(logged)
    for other in (f"/pictures/{given}x", f"/pictures/{token(world)}", f"/exports/{given}"):
        assert ask(world, other).status_code == 404
