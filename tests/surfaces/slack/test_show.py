"""The person's own page, brought up to date after what the person did."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from handlers.desk import Desk
from handlers.ports import Unreachable
from handlers.requests import Speaker
from messages.card import Card, Home, Section
from surfaces.slack.clients import Clients
from surfaces.slack.show import Showing
from tests.fakes.clock import StillClock
from tests.surfaces.stub_desk import StubDesk

ANNA = Speaker("slack", "T0CLEAN", "U0ANNA")
BERT = Speaker("slack", "T0CLEAN", "U0BERT")


class SlowSlack:
    """Takes a page down and answers once it is let go on."""

    def __init__(self) -> None:
        self.published: list[tuple[str, str]] = []
        self.broken: Exception | None = None
        self.go = asyncio.Event()

    async def of(self, _workspace: str) -> SlowSlack:
        return self

    async def call(self, _method: str, *, user_id: str, view: dict[str, Any]) -> None:
        self.published.append((user_id, str(view)))
        await self.go.wait()
        if self.broken is not None:
            raise self.broken


def setting() -> tuple[Showing, StubDesk, SlowSlack]:
    desk, slack = StubDesk(), SlowSlack()
    return Showing(cast("Desk", desk), cast("Clients", slack), StillClock()), desk, slack


def page(open_items: int) -> Home:
    return Home("Matchpoint", (Card("Open", (Section(f"{open_items} left"),)),))


async def until(slack: SlowSlack, pages: int) -> None:
    while len(slack.published) < pages:
        await asyncio.sleep(0)


async def test_who_clicks_fast_gets_one_page_for_many_clicks_and_it_is_the_last():
    showing, desk, slack = setting()
    desk.page = page(5)
    first = asyncio.create_task(showing.refresh_home(ANNA))
    await until(slack, 1)
    for left in (4, 3, 2):
        desk.page = page(left)
        await showing.refresh_home(ANNA)  # comes back at once: the first sees to it
    slack.go.set()
    await first
    assert ["left" in text and user == "U0ANNA" for user, text in slack.published] == [True, True]
    assert "5 left" in slack.published[0][1]
    assert "2 left" in slack.published[1][1]


async def test_nobody_waits_for_the_page_of_somebody_else():
    showing, _desk, slack = setting()
    tasks = [asyncio.create_task(showing.refresh_home(one)) for one in (ANNA, BERT)]
    await until(slack, 2)
    assert {user for user, _ in slack.published} == {"U0ANNA", "U0BERT"}
    slack.go.set()
    await asyncio.gather(*tasks)


async def test_a_page_that_could_not_be_published_does_not_hold_up_the_next():
    showing, _desk, slack = setting()
    slack.go.set()
    slack.broken = Unreachable("slack")
    (failed,) = await asyncio.gather(showing.refresh_home(ANNA), return_exceptions=True)
    assert isinstance(failed, Unreachable)
    slack.broken = None
    await showing.refresh_home(ANNA)
    assert len(slack.published) == 4  # three times in vain


async def test_a_page_that_was_built_already_is_not_built_again():
    showing, desk, slack = setting()
    slack.go.set()
    desk.page = page(5)
    await showing.refresh_home(ANNA, page(4))
    assert "4 left" in slack.published[0][1]
    assert len(slack.published) == 1
