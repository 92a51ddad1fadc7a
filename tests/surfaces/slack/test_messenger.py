"""What is sent arrives once, and every way of failing is told apart."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from handlers.ports import Found, Gone, Rejected, Throttled, Unreachable, Unsure
from messages.card import Card, Home, Section
from surfaces.slack.client import SlackClient
from surfaces.slack.messenger import SlackMessenger, channel_name
from tests.fakes.clock import StillClock
from tests.fakes.slack import FakeSlack, Fault, Refused
from tests.fakes.slack_user import text_of

CARD = Card("CH-12", (Section("A challenge"),))
CHANNEL = "slack:T0CLEAN:C0CHALL"
ANNA = "slack:T0CLEAN:U0ANNA"
KEY = "card:challenge:CH-12:slack:T0CLEAN:C0CHALL"


@pytest.fixture
async def messenger(slack: FakeSlack) -> AsyncIterator[SlackMessenger]:
    client = SlackClient(slack.bot_token, slack.api_url)
    async with client.open():
        await client.learn()
        yield SlackMessenger(client)


async def test_a_post_bears_its_key_and_unfurls_nothing(slack: FakeSlack, messenger: SlackMessenger):
    ref = await messenger.post(CHANNEL, CARD, key=KEY)
    (message,) = slack.posts("C0CHALL")
    assert ref == f"{CHANNEL}:{message.ts}"
    assert message.metadata == {"event_type": "matchpoint", "event_payload": {"key": KEY}}
    request = message.request
    assert (request["unfurl_links"], request["unfurl_media"]) == (False, False)
    assert "link_names" not in request
    assert message.text == "CH-12"


async def test_a_post_in_a_thread_and_to_a_person(slack: FakeSlack, messenger: SlackMessenger):
    root = await messenger.post(CHANNEL, CARD, key=KEY)
    await messenger.post(CHANNEL, CARD, key="second", thread=root)
    assert [one.thread_ts for one in slack.posts("C0CHALL")] == ["", root.rpartition(":")[2]]
    ref = await messenger.post(ANNA, CARD, key="private")
    (message,) = slack.posts("U0ANNA")
    assert ref == f"slack:T0CLEAN:{message.channel}:{message.ts}"


async def test_an_update_replaces_the_card_in_place(slack: FakeSlack, messenger: SlackMessenger):
    ref = await messenger.post(CHANNEL, CARD, key=KEY)
    await messenger.update(ref, Card("CH-12", (Section("Closed"),)))
    (message,) = slack.posts("C0CHALL")
    assert (message.edits, message.metadata is not None) == (1, True)
    assert "Closed" in text_of(message)


async def test_a_public_channel_is_joined_before_the_first_post(slack: FakeSlack, messenger: SlackMessenger):
    slack.add_channel("C0OTHER", "other", with_bot=False)
    await messenger.post("slack:T0CLEAN:C0OTHER", CARD, key=KEY)
    assert len(slack.posts("C0OTHER")) == 1


@pytest.mark.parametrize(
    ("fault", "error", "arrived"),
    [
        (Fault.THROTTLE, Throttled, 0),
        (Fault.ERROR_500, Unsure, 0),
        (Fault.DROP_BEFORE, Unsure, 0),
        (Fault.GARBAGE, Unsure, 0),
        (Fault.DROP_AFTER, Unsure, 1),
        (Fault.ERROR_AFTER, Unsure, 1),
    ],
)
async def test_each_failure_is_told_apart_and_nothing_is_tried_twice(
    slack: FakeSlack, messenger: SlackMessenger, fault: Fault, error: type[Exception], arrived: int
):
    slack.fail("chat.postMessage", fault, seconds=17)
    with pytest.raises(error) as caught:
        await messenger.post(CHANNEL, CARD, key=KEY)
    assert (len(slack.posts("C0CHALL")), len(slack.called("chat.postMessage"))) == (arrived, 1)
    assert getattr(caught.value, "retry_after", 17) == 17


async def test_an_answer_that_does_not_come_leaves_it_open(slack: FakeSlack, messenger: SlackMessenger):
    slack.fail("chat.postMessage", Fault.SLOW)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(messenger.post(CHANNEL, CARD, key=KEY), 0.2)
    slack.released.set()
    assert (await messenger.find(CHANNEL, key=KEY, since=slack.clock.now())).found is Found.PRESENT


async def test_a_refused_connection_certainly_did_not_deliver(clock: StillClock):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        client = SlackClient("xoxb-1", f"http://127.0.0.1:{closed.getsockname()[1]}/api/")
        with pytest.raises(Unreachable):
            await SlackMessenger(client).post(CHANNEL, CARD, key=KEY)


async def test_known_refusals_keep_slacks_own_code(slack: FakeSlack, messenger: SlackMessenger):
    slack.add_channel("C0OLD", "old")
    slack.channels["C0OLD"].archived = True
    slack.add_channel("G0ALIEN", "alien", private=True, with_bot=False)
    slack.users["U0BERT"].deactivated = True
    cases = {
        "slack:T0CLEAN:C0NONE": "channel_not_found",
        "slack:T0CLEAN:C0OLD": "is_archived",
        "slack:T0CLEAN:G0ALIEN": "channel_not_found",
        "slack:T0CLEAN:U0BERT": "user_disabled",
        "slack:T0OTHER:C0CHALL": "not_this_workspace",
        "web:W-CLEAN:challenges": "invalid_address",
        "slack:T0CLEAN": "invalid_address",
        "slack:T0CLEAN:C0CHALL:1.1": "invalid_address",
    }
    for address, code in cases.items():
        with pytest.raises(Rejected, match=f"^{code}$"):
            await messenger.post(address, CARD, key=KEY)
    with pytest.raises(Rejected, match="message_not_found"):
        await messenger.update(f"{CHANNEL}:1.000009", CARD)
    slack.tokens.clear()
    with pytest.raises(Rejected, match="token_revoked"):
        await messenger.post(CHANNEL, CARD, key=KEY)


@pytest.mark.parametrize("to", [CHANNEL, ANNA])
async def test_what_arrived_is_found_by_its_key(slack: FakeSlack, messenger: SlackMessenger, to: str):
    since = slack.clock.now()
    slack.fail("chat.postMessage", Fault.DROP_AFTER)
    with pytest.raises(Unsure):
        await messenger.post(to, CARD, key=KEY)
    found = await messenger.find(to, key=KEY, since=since)
    message = slack.posts(to.rpartition(":")[2])[0]
    assert (found.found, found.ref) == (Found.PRESENT, f"slack:T0CLEAN:{message.channel}:{message.ts}")
    assert (await messenger.find(to, key="another", since=since)).found is Found.ABSENT


async def test_a_reply_is_found_in_its_thread(slack: FakeSlack, messenger: SlackMessenger):
    since = slack.clock.now()
    root = await messenger.post(CHANNEL, CARD, key="root")
    ref = await messenger.post(CHANNEL, CARD, key=KEY, thread=root)
    assert (await messenger.find(CHANNEL, key=KEY, since=since, thread=root)).ref == ref
    assert (await messenger.find(CHANNEL, key=KEY, since=since)).found is Found.ABSENT


async def test_all_pages_are_read_before_a_message_counts_as_absent(slack: FakeSlack, messenger: SlackMessenger):
    since = slack.clock.now()
    slack.page_size = 3
    ref = await messenger.post(CHANNEL, CARD, key=KEY)
    for number in range(10):
        await messenger.post(CHANNEL, CARD, key=f"later {number}")
    assert (await messenger.find(CHANNEL, key=KEY, since=since)).ref == ref
    assert (await messenger.find(CHANNEL, key="never", since=since)).found is Found.ABSENT


async def test_an_incomplete_look_up_says_that_it_does_not_know(slack: FakeSlack, messenger: SlackMessenger):
    since = slack.clock.now()
    slack.page_size = 1
    for number in range(12):
        await messenger.post(CHANNEL, CARD, key=f"later {number}")
    assert (await messenger.find(CHANNEL, key="never", since=since)).found is Found.UNKNOWN


@pytest.mark.parametrize("answer", [{}, {"messages": None, "has_more": False}, {"messages": [], "is_limited": True}])
async def test_an_answer_that_does_not_show_all_is_no_complete_look_up(
    slack: FakeSlack, messenger: SlackMessenger, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]
):
    monkeypatch.setattr(slack, "do_conversations_history", lambda _arguments: answer)
    assert (await messenger.find(CHANNEL, key=KEY, since=slack.clock.now())).found is Found.UNKNOWN


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked", "team_not_found"])
async def test_a_workspace_that_is_closed_is_told_from_a_single_refusal(
    slack: FakeSlack, messenger: SlackMessenger, monkeypatch: pytest.MonkeyPatch, code: str
):
    def refuse(_arguments: object) -> None:
        raise Refused(code)

    monkeypatch.setattr(slack, "do_chat_postmessage", refuse)
    with pytest.raises(Gone, match=code):
        await messenger.post(CHANNEL, CARD, key=KEY)
    with pytest.raises(Gone):
        await messenger.post("slack:T0OTHER:C1", CARD, key=KEY)


async def test_what_is_older_than_asked_for_is_not_looked_at(
    slack: FakeSlack, messenger: SlackMessenger, clock: StillClock
):
    await messenger.post(CHANNEL, CARD, key=KEY)
    clock.advance(120)
    found = await messenger.find(CHANNEL, key=KEY, since=clock.now() - timedelta(seconds=60))
    assert found.found is Found.ABSENT


@pytest.mark.parametrize(("scope", "to"), [("channels:history", CHANNEL), ("im:history", ANNA), ("im:write", ANNA)])
async def test_without_the_scope_a_look_up_knows_nothing(
    slack: FakeSlack, messenger: SlackMessenger, scope: str, to: str
):
    slack.scopes.discard(scope)
    assert (await messenger.find(to, key=KEY, since=slack.clock.now())).found is Found.UNKNOWN


async def test_a_throttled_look_up_says_so(slack: FakeSlack, messenger: SlackMessenger):
    slack.fail("conversations.history", Fault.THROTTLE)
    with pytest.raises(Throttled):
        await messenger.find(CHANNEL, key=KEY, since=slack.clock.now())


async def test_the_same_people_get_the_same_conversation(slack: FakeSlack, messenger: SlackMessenger):
    people = (ANNA, "slack:T0CLEAN:U0BERT")
    first = await messenger.open_conversation(people, title="IN-34", key="a")
    assert first == await messenger.open_conversation(people, title="IN-34", key="a")
    assert slack.channels[first.rpartition(":")[2]].members == {"U0ANNA", "U0BERT", slack.bot_user}


async def test_many_people_get_a_private_channel_and_no_second_one(slack: FakeSlack, messenger: SlackMessenger):
    people = [f"slack:T0CLEAN:{slack.add_user(f'U0N{n}').id}" for n in range(9)]
    first = await messenger.open_conversation(people, title="IN-34: Sensors & pipes", key="a")
    assert first == await messenger.open_conversation(people, title="IN-34: Sensors & pipes", key="a")
    room = slack.channels[first.rpartition(":")[2]]
    assert (room.kind, len(room.members)) == ("private", 10)
    assert room.name.startswith("in-34-sensors-pipes-")
    other = await messenger.open_conversation(people, title="IN-34: Sensors & pipes", key="b")
    assert other != first


async def test_a_channel_is_created_or_taken_by_its_name(slack: FakeSlack, messenger: SlackMessenger):
    made = await messenger.create_channel("slack:T0CLEAN", name="Managers", private=True, key="k")
    assert made == await messenger.create_channel("slack:T0CLEAN", name="managers ", private=True, key="k")
    slack.add_channel("C0PUB", "matchpoint-challenges", with_bot=False)
    slack.page_size = 1
    taken = await messenger.create_channel("slack:T0CLEAN", name="Matchpoint Challenges", private=False, key="k")
    assert taken == "slack:T0CLEAN:C0PUB"
    assert slack.bot_user in slack.channels["C0PUB"].members


async def test_a_person_is_brought_in_and_taken_out_and_a_repetition_does_no_harm(
    slack: FakeSlack, messenger: SlackMessenger
):
    channel = "slack:T0CLEAN:G0MANAG"
    bert = "slack:T0CLEAN:U0BERT"
    for _ in range(2):
        await messenger.bring_in(channel, bert)
        assert slack.channels["G0MANAG"].members == {"U0ANNA", "U0BERT", slack.bot_user}
    for _ in range(2):
        await messenger.take_out(channel, bert)
        assert slack.channels["G0MANAG"].members == {"U0ANNA", slack.bot_user}


async def test_a_public_channel_is_joined_before_somebody_is_brought_in(slack: FakeSlack, messenger: SlackMessenger):
    slack.add_channel("C0OPEN", "open-managers", with_bot=False)
    await messenger.bring_in("slack:T0CLEAN:C0OPEN", ANNA)
    assert slack.channels["C0OPEN"].members == {"U0ANNA", slack.bot_user}


async def test_what_a_workspace_keeps_from_apps_is_refused_for_good(slack: FakeSlack, messenger: SlackMessenger):
    slack.keeps_members = True
    with pytest.raises(Rejected, match="restricted_action"):
        await messenger.take_out("slack:T0CLEAN:G0MANAG", ANNA)
    slack.add_channel("G0ALIEN", "secret", private=True, with_bot=False)
    with pytest.raises(Rejected, match="channel_not_found"):
        await messenger.bring_in("slack:T0CLEAN:G0ALIEN", ANNA)


async def test_a_name_that_belongs_to_strangers_is_refused(slack: FakeSlack, messenger: SlackMessenger):
    slack.add_channel("G0ALIEN", "secret", private=True, with_bot=False)
    with pytest.raises(Rejected, match="name_taken"):
        await messenger.create_channel("slack:T0CLEAN", name="secret", private=True, key="k")


async def test_home_is_published(slack: FakeSlack, messenger: SlackMessenger):
    await messenger.publish_home(ANNA, Home("Matchpoint for Anna", (CARD,)))
    assert slack.users["U0ANNA"].home is not None


@pytest.mark.parametrize(
    ("title", "name"),
    [("Clean Tech Delta: Uitdagingen!", "clean-tech-delta-uitdagingen"), ("挑戦", "matchpoint"), ("Ü" * 200, "u" * 80)],
)
def test_names_of_channels_are_what_slack_takes(title: str, name: str):
    assert channel_name(title) == name


async def test_an_answer_goes_to_slack_and_nowhere_else(slack: FakeSlack):
    client = SlackClient(slack.bot_token, slack.api_url)
    for url in ("http://169.254.169.254/latest", "https://slack.com.example.org/x", "http://hooks.slack.com/x"):
        with pytest.raises(Rejected, match="foreign_response_url"):
            await client.respond(url, {"text": "hello"})


async def test_a_response_url_is_good_for_five_answers_in_half_an_hour(slack: FakeSlack, clock: StillClock):
    client = SlackClient(slack.bot_token, slack.api_url)
    url = slack.new_response_url("U0ANNA", "C0CHALL", None)
    for _ in range(5):
        await client.respond(url, {"text": "hello"})
    with pytest.raises(Rejected, match="response_url_404"):
        await client.respond(url, {"text": "hello"})
    late = slack.new_response_url("U0ANNA", "C0CHALL", None)
    clock.advance(1801)
    with pytest.raises(Rejected, match="response_url_404"):
        await client.respond(late, {"text": "hello"})
