"""A picture is in the one message of its card, or its figures are in words; a card is never lost for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from handlers.ports import Found, Throttled
from messages.card import Card, Home, Note, Picture, Section
from messages.notices.board import DOT
from surfaces.slack.client import SlackClient
from surfaces.slack.messenger import SlackMessenger
from surfaces.slack.render import render_home, render_message
from tests.fakes.slack import FakeSlack, Fault, Message
from tests.fakes.slack_user import text_of

ALT = "By 4 May: €1,500 of €10,000 committed & <b>more</b>"
CARD = Card("CA-3", (Section("Take-up"), Picture(DOT, ALT)))
CHANNEL = "slack:T0CLEAN:C0CHALL"
KEY = "card:voucher.picture:CA-3:slack:T0CLEAN:C0CHALL"


@pytest.fixture
async def messenger(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackMessenger]:
    monkeypatch.setattr("surfaces.slack.pictures._PAUSE_SECONDS", 0)
    client = SlackClient(slack.bot_token, slack.api_url)
    async with client.open():
        await client.learn()
        yield SlackMessenger(client)


def images(message: Message) -> list[dict[str, object]]:
    return [block for block in message.blocks if block["type"] == "image"]


async def test_the_picture_is_in_the_one_message_of_the_card(slack: FakeSlack, messenger: SlackMessenger):
    ref = await messenger.post(CHANNEL, CARD, key=KEY)
    (message,) = slack.posts("C0CHALL")
    (image,) = images(message)
    (file,) = slack.files.values()
    assert image["slack_file"] == {"id": file.id}
    assert image["alt_text"] == ALT
    assert file.content == DOT
    assert message.metadata is not None
    found = await messenger.find(CHANNEL, key=KEY, since=slack.clock.now() - timedelta(minutes=1))
    assert (found.found, found.ref) == (Found.PRESENT, ref)
    assert [call.method for call in slack.calls if "file" in call.method or "post" in call.method] == [
        "files.getUploadURLExternal",
        "files.completeUploadExternal",
        "files.info",
        "chat.postMessage",
    ]


async def test_it_waits_until_slack_has_looked_the_file_through(slack: FakeSlack, messenger: SlackMessenger):
    slack.looks_at_files = 5
    await messenger.post(CHANNEL, CARD, key=KEY)
    assert len(slack.called("files.info")) == 5
    assert len(images(slack.posts("C0CHALL")[0])) == 1


async def test_what_takes_too_long_is_told_in_words(slack: FakeSlack, messenger: SlackMessenger):
    slack.looks_at_files = 1000
    await messenger.post(CHANNEL, CARD, key=KEY)
    (message,) = slack.posts("C0CHALL")
    assert not images(message)
    assert "€1,500 of €10,000 committed" in text_of(message)


@pytest.mark.parametrize("scope", ["files:write", "files:read"])
async def test_without_a_scope_it_is_told_in_words(slack: FakeSlack, messenger: SlackMessenger, scope: str):
    slack.scopes.discard(scope)
    await messenger.post(CHANNEL, CARD, key=KEY)
    (message,) = slack.posts("C0CHALL")
    assert not images(message)
    assert "€1,500 of €10,000 committed" in text_of(message)


@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal", "files.info"]
)
@pytest.mark.parametrize("fault", [Fault.ERROR_500, Fault.DROP_BEFORE, Fault.GARBAGE])
async def test_an_upload_that_fails_loses_no_card(
    slack: FakeSlack, messenger: SlackMessenger, method: str, fault: Fault
):
    slack.fail(method, fault)
    await messenger.post(CHANNEL, CARD, key=KEY)
    (message,) = slack.posts("C0CHALL")
    # A question is asked again by itself where its connection dropped.
    assert bool(images(message)) == ((method, fault) == ("files.info", Fault.DROP_BEFORE))
    assert "€1,500 of €10,000 committed" in str(message.blocks)


async def test_who_is_asked_to_wait_waits(slack: FakeSlack, messenger: SlackMessenger):
    slack.fail("files.getUploadURLExternal", Fault.THROTTLE, seconds=17)
    with pytest.raises(Throttled):
        await messenger.post(CHANNEL, CARD, key=KEY)
    assert not slack.posts("C0CHALL")


async def test_a_picture_that_is_refused_in_the_end_is_told_in_words(
    slack: FakeSlack, messenger: SlackMessenger, monkeypatch: pytest.MonkeyPatch
):
    ref = await messenger.post(CHANNEL, CARD, key=KEY)
    monkeypatch.setattr(slack, "_pictures", lambda blocks: ["no"] if any(b["type"] == "image" for b in blocks) else [])
    await messenger.post(CHANNEL, CARD, key="second")
    assert not images(slack.posts("C0CHALL")[1])
    await messenger.update(ref, CARD)
    assert not images(slack.posts("C0CHALL")[0])


async def test_an_update_brings_the_new_picture(slack: FakeSlack, messenger: SlackMessenger):
    ref = await messenger.post(CHANNEL, CARD, key=KEY)
    await messenger.update(ref, CARD)
    (message,) = slack.posts("C0CHALL")
    assert images(message)[0]["slack_file"] == {"id": list(slack.files)[-1]}
    assert len(slack.files) == 2


async def test_a_card_without_one_uploads_nothing(slack: FakeSlack, messenger: SlackMessenger):
    await messenger.post(CHANNEL, Card("CH-12", (Note("x"),)), key=KEY)
    assert not slack.files


def test_elsewhere_it_is_told_in_words():
    assert "€1,500 of €10,000" in str(render_message(CARD).blocks)
    assert "€1,500 of €10,000" in str(render_home(Home("Page", (CARD,)))["blocks"])


def test_a_long_description_is_shortened():
    picture = Picture(DOT, "word " * 1000)
    message = render_message(Card("", (picture,)), {picture: "F0FILE000001"})
    assert len(message.blocks[0]["alt_text"]) <= 2000
