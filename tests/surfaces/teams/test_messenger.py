"""What is sent is sent once, and every way of failing is told apart."""

import socket
from collections.abc import AsyncIterator

import pytest

from handlers.ports import Forbidden, Found, Gone, Rejected, Throttled, Unreachable, Unsure
from messages.card import Card, Home, Section
from surfaces.teams.client import TeamsClient, is_service_url
from surfaces.teams.messenger import TeamsMessenger
from surfaces.teams.tokens import Credentials
from tests.fakes.clock import StillClock
from tests.surfaces.teams.connector import Connector

CARD = Card("CH-12", (Section("A challenge"),))
TENANT = "5c0ffee0-0000-4000-8000-000000000001"
CHANNEL = f"teams:{TENANT}:19%3Achall%40thread.tacv2"
CHAT = f"teams:{TENANT}:a%3A1chat"
ANNA = f"teams:{TENANT}:a1a1a1a1-0000-4000-8000-00000000000a"
IN_CHANNEL = "/v3/conversations/19:chall@thread.tacv2"
SECRET = Credentials("bot-id", "bot-secret")


def client_for(url: str, credentials: Credentials | None = SECRET, *, service_url: str = "") -> TeamsClient:
    async def service_url_of(tenant: str) -> str:
        return service_url

    return TeamsClient(credentials, service_url_of=service_url_of, api_url=url, login_url=url)


@pytest.fixture
async def connector() -> AsyncIterator[Connector]:
    connector = Connector()
    await connector.start()
    yield connector
    await connector.stop()


@pytest.fixture
async def messenger(connector: Connector) -> AsyncIterator[TeamsMessenger]:
    client = client_for(connector.url)
    async with client.open():
        yield TeamsMessenger(client)


async def test_a_post_begins_a_thread_and_a_reply_continues_it(connector: Connector, messenger: TeamsMessenger):
    root = await messenger.post(CHANNEL, CARD, key="k")
    reply = await messenger.post(CHANNEL, CARD, key="k2", thread=root)
    assert root == f"{CHANNEL}:1001"
    assert reply == f"{CHANNEL}%3Bmessageid%3D1001:1002"
    again = await messenger.post(CHANNEL, CARD, key="k3", thread=reply)
    assert again == f"{CHANNEL}%3Bmessageid%3D1001:1003"
    assert [(method, path) for method, path, _ in connector.requests] == [
        ("POST", f"{IN_CHANNEL}/activities"),
        ("POST", f"{IN_CHANNEL};messageid=1001/activities"),
        ("POST", f"{IN_CHANNEL};messageid=1001/activities"),
    ]
    activity = connector.requests[0][2]
    assert (activity["type"], activity["summary"]) == ("message", "CH-12")
    assert activity["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"


async def test_a_person_is_reached_in_the_chat_with_the_bot_which_is_opened_once(
    connector: Connector, messenger: TeamsMessenger
):
    assert await messenger.post(ANNA, CARD, key="k") == f"{CHAT}:1002"
    assert await messenger.post(ANNA, CARD, key="k2") == f"{CHAT}:1003"
    assert [path for _, path, _ in connector.requests] == [
        "/v3/conversations",
        "/v3/conversations/a:1chat/activities",
        "/v3/conversations/a:1chat/activities",
    ]
    opened = connector.requests[0][2]
    assert (opened["isGroup"], opened["tenantId"]) == (False, TENANT)
    assert opened["members"] == [{"id": "a1a1a1a1-0000-4000-8000-00000000000a"}]


async def test_where_there_are_no_threads_a_reply_stands_in_the_chat(connector: Connector, messenger: TeamsMessenger):
    root = await messenger.post(CHAT, CARD, key="k")
    assert await messenger.post(CHAT, CARD, key="k2", thread=root) == f"{CHAT}:1002"


async def test_an_update_replaces_the_card_in_place(connector: Connector, messenger: TeamsMessenger):
    root = await messenger.post(CHANNEL, CARD, key="k")
    reply = await messenger.post(CHANNEL, CARD, key="k2", thread=root)
    await messenger.update(root, CARD)
    await messenger.update(reply, CARD)
    assert [(method, path) for method, path, _ in connector.requests[2:]] == [
        ("PUT", f"{IN_CHANNEL}/activities/1001"),
        ("PUT", f"{IN_CHANNEL};messageid=1001/activities/1002"),
    ]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (429, "Throttled", Throttled),
        (412, "PreconditionFailed", Throttled),
        (500, "ServiceError", Unsure),
        (502, "ServiceError", Unsure),
        (503, "", Unsure),
        (504, "", Unsure),
        (403, "BotDisabledByAdmin", Gone),
        (403, "BotNotInConversationRoster", Forbidden),
        (403, "ForbiddenOperationException", Forbidden),
        (403, "NotEnoughPermissions", Forbidden),
        (403, "ConversationBlockedByUser", Rejected),
        (403, "MessageWritesBlocked", Rejected),
        (404, "ConversationNotFound", Rejected),
        (413, "MessageSizeTooBig", Rejected),
        (400, "BadSyntax", Rejected),
        (401, "Unauthorized", Unreachable),
    ],
)
async def test_each_failure_is_told_apart_and_nothing_is_tried_twice(
    connector: Connector, messenger: TeamsMessenger, status: int, code: str, error: type[Exception]
):
    connector.faults.append((status, code, {"Retry-After": "17"}))
    with pytest.raises(error) as caught:
        await messenger.post(CHANNEL, CARD, key="k")
    assert type(caught.value) is error
    assert len(connector.requests) == 1
    if isinstance(caught.value, Throttled):
        assert caught.value.stated == (status == 429)
    if status == 429:
        assert getattr(caught.value, "retry_after", 0) == 17
    if isinstance(caught.value, Rejected):
        assert caught.value.reason == code


async def test_a_person_kept_from_the_bot_does_not_end_the_whole_tenant(
    connector: Connector, messenger: TeamsMessenger
):
    connector.faults.append((403, "BotDisabledByAdmin", {}))
    with pytest.raises(Rejected) as caught:
        await messenger.post(CHAT, CARD, key="k")
    assert type(caught.value) is Forbidden


async def test_a_dropped_connection_and_an_answer_without_an_id_leave_it_open(
    connector: Connector, messenger: TeamsMessenger
):
    connector.faults.append(None)
    with pytest.raises(Unsure):
        await messenger.post(CHANNEL, CARD, key="k")
    connector.without_id = True
    with pytest.raises(Unsure):
        await messenger.post(CHANNEL, CARD, key="k")
    assert len(connector.requests) == 2


async def test_a_refused_connection_certainly_did_not_deliver():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        client = client_for(f"http://127.0.0.1:{closed.getsockname()[1]}", None)
        async with client.open():
            with pytest.raises(Unreachable):
                await TeamsMessenger(client).post(CHANNEL, CARD, key="k")


async def test_the_token_is_asked_for_once_and_anew_after_it_was_refused(
    connector: Connector, messenger: TeamsMessenger
):
    await messenger.post(CHANNEL, CARD, key="k")
    await messenger.post(CHANNEL, CARD, key="k2")
    assert len(connector.tokens) == 1
    asked = connector.tokens[0]
    assert (asked["tenant"], asked["client_id"], asked["grant_type"]) == (
        "botframework.com",
        "bot-id",
        "client_credentials",
    )
    connector.faults.append((401, "Unauthorized", {}))
    with pytest.raises(Unreachable):
        await messenger.post(CHANNEL, CARD, key="k3")
    await messenger.post(CHANNEL, CARD, key="k3")
    assert len(connector.tokens) == 2


async def test_a_bot_of_one_tenant_asks_that_tenant_for_its_token(connector: Connector):
    client = client_for(connector.url, Credentials("bot-id", "bot-secret", TENANT))
    async with client.open():
        await TeamsMessenger(client).post(CHANNEL, CARD, key="k")
    assert connector.tokens[0]["tenant"] == TENANT


async def test_a_wrong_secret_sends_nothing_and_loses_nothing(connector: Connector, messenger: TeamsMessenger):
    connector.token_status = 401
    with pytest.raises(Unreachable, match="invalid_client"):
        await messenger.post(CHANNEL, CARD, key="k")
    assert connector.requests == []
    connector.token_status = 200
    await messenger.post(CHANNEL, CARD, key="k")


@pytest.mark.parametrize("service_url", ["https://evil.example/teams", "http://smba.trafficmanager.net/teams"])
async def test_the_token_goes_to_nobody_but_microsoft(connector: Connector, service_url: str):
    client = client_for(connector.url, service_url=service_url)
    async with client.open():
        with pytest.raises(Rejected, match="foreign_service_url"):
            await TeamsMessenger(client).post(CHANNEL, CARD, key="k")
    assert (connector.tokens, connector.requests) == ([], [])
    assert not is_service_url(service_url)
    assert is_service_url("https://smba.trafficmanager.net/emea/")


@pytest.mark.parametrize("address", ["web:W:challenges", f"teams:{TENANT}", f"teams:{TENANT}:a:b", "teams::a%3A1"])
async def test_what_is_no_address_is_refused(messenger: TeamsMessenger, address: str):
    with pytest.raises(Rejected, match="invalid_address"):
        await messenger.post(address, CARD, key="k")


async def test_nobody_can_say_what_became_of_a_message(messenger: TeamsMessenger, clock: StillClock):
    assert (await messenger.find(CHANNEL, key="k", since=clock.now())).found is Found.UNKNOWN


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


async def test_a_conversation_is_the_chat_of_one_person_under_the_address_of_the_person(
    connector: Connector, messenger: TeamsMessenger
):
    assert await messenger.open_conversation([ANNA], title="IN-34", key="k") == ANNA
    assert await messenger.open_conversation([CHAT], title="IN-34", key="k") == CHAT
    with pytest.raises(Rejected, match="group_chats_not_offered"):
        await messenger.open_conversation([ANNA, CHAT], title="IN-34", key="k")
    with pytest.raises(Rejected, match="channels_not_offered"):
        await messenger.create_channel(f"teams:{TENANT}", name="challenges", private=False, key="k")


async def test_who_is_in_a_team_is_seen_and_not_changed(connector: Connector, messenger: TeamsMessenger):
    connector.members = {"a:1chat": ["29:anna"], "19:chall@thread.tacv2": ["29:anna"]}
    await messenger.bring_in(CHANNEL, CHAT)
    with pytest.raises(Rejected, match="members_not_offered"):
        await messenger.take_out(CHANNEL, CHAT)
    connector.members["19:chall@thread.tacv2"] = []
    await messenger.take_out(CHANNEL, CHAT)
    with pytest.raises(Rejected, match="members_not_offered"):
        await messenger.bring_in(CHANNEL, CHAT)


async def test_home_is_one_message_that_is_kept_true(connector: Connector, messenger: TeamsMessenger):
    home = Home("Anna", (CARD,))
    await messenger.publish_home(CHAT, home)
    await messenger.publish_home(CHAT, home)
    connector.faults.append((404, "ActivityNotFoundInConversation", {}))
    await messenger.publish_home(CHAT, home)
    assert [method for method, _, _ in connector.requests] == ["POST", "PUT", "PUT", "POST"]
