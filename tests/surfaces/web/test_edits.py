"""One's own messages: written anew and taken away by forms without script, and by nobody else."""

import pytest
from starlette.applications import Starlette

from handlers import threads
from handlers.requests import Deleted, Edited
from handlers.work import Work
from surfaces.web.address import message_ref
from tests.surfaces.web.visitor import Visitor, open_app
from tests.surfaces.web.world import World


@pytest.fixture
def app(small_world: World) -> Starlette:
    return open_app(small_world)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Edited | Deleted]:
    found: list[Edited | Deleted] = []

    def take(_work: Work, request: Edited | Deleted) -> None:
        found.append(request)

    monkeypatch.setattr(threads, "_EDITS", [take])
    monkeypatch.setattr(threads, "_DELETIONS", [take])
    return found


@pytest.fixture
async def buyer(app: Starlette) -> Visitor:
    visitor = Visitor(app)
    await visitor.become("clean:buyer")
    return visitor


async def test_ones_own_message_is_written_anew(small_world: World, buyer: Visitor, told: list[Edited | Deleted]):
    number = small_world.say("buyer", "At tne")
    room = f"/c/{small_world.channels['clean', 'general']}"
    await buyer.go(room)
    assert buyer.shows(f"{room}/m/{number}/edit")
    await buyer.go(f"{room}/m/{number}/edit")
    address = f"{room}/m/{number}/edit"
    await buyer.send(address, [*buyer.forms(address)[0].hidden, ("text", "At ten <b>sharp</b>")])
    assert buyer.shows("At ten <b>sharp</b>")
    assert "<b>sharp" not in buyer.page.text
    assert buyer.shows("(edited)")
    (edited,) = told
    assert isinstance(edited, Edited)
    assert (edited.text, edited.message) == ("At ten <b>sharp</b>", message_ref("clean", number))
    assert edited.written_at <= edited.at


async def test_who_is_signed_out_sees_again_what_was_typed(small_world: World, buyer: Visitor, told: list[Edited]):
    number = small_world.say("buyer", "At ten")
    address = f"/c/{small_world.channels['clean', 'general']}/m/{number}/edit"
    await buyer.go(address)
    typed = [*buyer.forms(address)[0].hidden, ("text", "At eleven, in the café")]
    await buyer.send("/out", [("csrf", buyer.csrf)])
    page = await buyer.send(address, typed)
    assert page.status_code == 403
    assert buyer.shows("At eleven, in the café")
    assert told == []


async def test_nothing_is_no_message(small_world: World, buyer: Visitor, told: list[Edited | Deleted]):
    number = small_world.say("buyer", "At ten")
    address = f"/c/{small_world.channels['clean', 'general']}/m/{number}/edit"
    await buyer.go(address)
    page = await buyer.send(address, [*buyer.forms(address)[0].hidden, ("text", "  ")])
    assert page.status_code == 422
    assert buyer.shows("Please write something first.")
    assert told == []


async def test_ones_own_message_is_taken_away(small_world: World, buyer: Visitor, told: list[Edited | Deleted]):
    number = small_world.say("buyer", "A slip")
    address = f"/c/{small_world.channels['clean', 'general']}/m/{number}/edit"
    await buyer.go(address)
    await buyer.send(address, buyer.forms(address)[1].hidden)
    assert buyer.shows("This message was taken away by its author.")
    assert not buyer.shows("A slip")
    assert [type(one) for one in told] == [Deleted]
    assert (await buyer.go(address)).status_code == 404


async def test_nobody_changes_what_somebody_else_wrote(
    small_world: World, app: Starlette, buyer: Visitor, told: list[Edited | Deleted]
):
    number, own = small_world.say("colleague", "Mine"), small_world.say("buyer", "My own")
    room = f"/c/{small_world.channels['clean', 'general']}"
    assert (await buyer.go(f"{room}/m/{number}/edit")).status_code == 404
    assert not buyer.shows("Mine")
    await buyer.go(f"{room}/m/{own}/edit")
    csrf = buyer.csrf
    for field in (("text", "Theirs"), ("delete", "1")):
        answer = await buyer.send(f"{room}/m/{number}/edit", [("csrf", csrf), field])
        assert answer.status_code == 404
    await buyer.go(room)
    assert buyer.shows("Mine")
    assert told == []
