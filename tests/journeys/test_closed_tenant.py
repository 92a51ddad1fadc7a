"""A tenant whose administrator has switched the app off: its cluster's manager learns it once, in another way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from handlers.requests import Profiled, Speaker
from handlers.webroom.places import person_address
from store.tables.people import Workspace
from tests.journeys.scenes import FIELDS
from tests.journeys.stage import MANAGERS, email_of
from tests.journeys.two_clusters import SEATS, Across
from tests.journeys.web_stage import WebPlayer


async def offered(across: Across, number: int) -> None:
    """Let another challenge be offered to the cluster in Teams."""
    stage = across.stage
    buyer, manager = stage.people["buyer"], stage.people["manager"]
    await buyer.command("challenge")
    await buyer.fill(**{**FIELDS, "title": f"Need {number}", "deadline_on": stage.deadline})
    await stage.deliver()
    await manager.press(await manager.find(MANAGERS, f"CH-{number}", "screening.publish"), "screening.publish")
    await stage.deliver()
    await manager.press(await manager.find(MANAGERS, f"CH-{number}", "sharing.offer"), "sharing.offer")
    await manager.fill(reach="every")
    await stage.deliver()


def elsewhere(across: Across) -> WebPlayer:
    """Give the partner's manager an account in the web workspace too."""
    parts = across.stage.parts
    speaker, address = Speaker("web", "clean", "partner"), person_address("clean", "partner")
    parts.desk.meet(Profiled(speaker, "partner", address, email=email_of("partner")), now=across.stage.clock.now())
    client: Any = TestClient(across.stage.app, base_url=parts.settings.base_url, follow_redirects=True)
    assert parts.kit.web_link is not None
    return WebPlayer(client, parts.kit.web_link("clean", "partner", across.stage.clock.now()))


@pytest.mark.parametrize("across", [SEATS[4]], indirect=True, ids="-".join)
async def test_the_manager_is_told_once_elsewhere_and_once_more_when_it_is_over(across: Across):
    partner, stage = elsewhere(across), across.stage
    across.teams.disabled = True
    await offered(across, 1)
    told = [one.text for one in await partner.inbox() if "lets Matchpoint in no more" in one.text]
    assert len(told) == 1
    assert "Teams admin centre" in told[0]
    assert "lets Matchpoint in no more" in "".join(one.text for one in await partner.home())

    # What is written there now ends at once, and is listed; nobody is told again.
    await offered(across, 2)
    assert len([one for one in await partner.inbox() if "lets Matchpoint in" in one.text]) == 1
    shown = "".join(one.text for one in await partner.home())
    assert "could not be delivered" in shown
    assert "an administrator has switched Matchpoint off in Teams" in shown

    across.teams.disabled = False
    lost = await partner.find("home", "could not be delivered", "undelivered.resend")
    await partner.press(lost, "undelivered.resend")
    await stage.deliver()
    (card,) = [one.text for one in await partner.inbox() if "lets Matchpoint in" in one.text]
    assert "lets Matchpoint in again" in card
    assert "lets Matchpoint in no more" not in "".join(one.text for one in await partner.home())
    with stage.parts.database.read() as session:
        assert set(session.exec(select(Workspace.closed_at))) == {None}

    # It may happen again, and is told again.
    across.teams.disabled = True
    stage.clock.advance(3600)
    await offered(across, 3)
    assert len([one for one in await partner.inbox() if "lets Matchpoint in no more" in one.text]) == 1
    assert len([one for one in await partner.inbox() if "lets Matchpoint in again" in one.text]) == 1


@pytest.mark.parametrize("across", [SEATS[4]], indirect=True, ids="-".join)
async def test_a_person_who_blocked_the_bot_is_written_to_in_vain_and_closes_nothing_else(across: Across):
    across.teams.blocked.add(next(one.id for one in across.teams.users.values() if one.name == "sme"))
    await offered(across, 1)
    assert await across.stage.people["partner"].find(MANAGERS, "CH-1", "sharing.take")
    with across.stage.parts.database.read() as session:
        assert set(session.exec(select(Workspace.closed_at))) == {None}


@pytest.mark.parametrize("across", [SEATS[4]], indirect=True, ids="-".join)
async def test_a_channel_that_the_app_was_taken_from_is_tried_for_two_hours_and_served_when_it_is_back(across: Across):
    room = next(one for one in across.teams.rooms.values() if one.name == "Managers")
    room.with_bot = False
    await offered(across, 1)
    tries = len([one for one in across.teams.calls if one.status == 403])
    assert tries >= 2
    await across.stage.wait(1800)
    room.with_bot = True
    await across.stage.wait(3600)
    assert await across.stage.people["partner"].find(MANAGERS, "CH-1", "sharing.take")
    assert len([one for one in across.teams.calls if one.status == 403]) < tries + 12
