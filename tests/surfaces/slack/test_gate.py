"""What is unsigned, stale, oversized or malformed gets 4xx and has no effect; nothing gets 5xx."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from surfaces.slack.gate import Gate
from tests.fakes.clock import StillClock
from tests.surfaces.slack.conftest import Setting

Json = dict[str, Any]
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

COMMAND = {
    "command": "/challenge",
    "text": "list",
    "user_id": "U0ANNA",
    "team_id": "T0CLEAN",
    "channel_id": "C0CHALL",
    "trigger_id": "1.2.3",
}
PRESS = {
    "type": "block_actions",
    "user": {"id": "U0ANNA"},
    "team": {"id": "T0CLEAN"},
    "trigger_id": "1.2.3",
    "container": {"type": "message", "message_ts": "1.000001", "channel_id": "C0CHALL"},
    "actions": [{"type": "button", "action_id": "a#1", "value": "v"}],
}
SUBMISSION = {
    "type": "view_submission",
    "user": {"id": "U0ANNA"},
    "team": {"id": "T0CLEAN"},
    "view": {
        "type": "modal",
        "id": "V1",
        "callback_id": "form",
        "private_metadata": "{}",
        "blocks": [],
        "state": {"values": {}},
    },
}
MESSAGE = {
    "type": "event_callback",
    "event_id": "Ev1",
    "team_id": "T0CLEAN",
    "event": {
        "type": "message",
        "user": "U0ANNA",
        "text": "hello",
        "ts": "2.000001",
        "thread_ts": "1.000001",
        "channel": "C0CHALL",
        "channel_type": "channel",
    },
}


def form(fields: Json) -> tuple[bytes, str]:
    return urlencode(fields).encode(), FORM


def payload(value: Any) -> tuple[bytes, str]:
    return urlencode({"payload": json.dumps(value)}).encode(), FORM


def event(value: Any) -> tuple[bytes, str]:
    return json.dumps(value).encode(), JSON


def without(value: Json, *path: str) -> Json:
    copy = json.loads(json.dumps(value))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return copy


def altered(value: Json, new: Any, *path: str | int) -> Json:
    copy = json.loads(json.dumps(value))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = new
    return copy


def nested(depth: int) -> bytes:
    return b'{"type":"event_callback","x":' + b"[" * depth + b"]" * depth + b"}"


async def send(setting: Setting, body: bytes, headers: dict[str, str], method: str = "POST") -> httpx.Response:
    transport = httpx.ASGITransport(app=setting.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        response = await client.request(method, "/slack/events", content=body, headers=headers)
    await setting.surface.settle()
    return response


async def send_signed(setting: Setting, body: bytes, content_type: str) -> httpx.Response:
    return await send(setting, body, setting.slack.sign(body, content_type=content_type))


@pytest.mark.parametrize("request_", [form(COMMAND), payload(PRESS), payload(SUBMISSION), event(MESSAGE)])
async def test_what_slack_signed_is_heard(setting: Setting, request_: tuple[bytes, str]):
    assert (await send_signed(setting, *request_)).status_code == 200
    assert len(setting.desk.heard) == 1


def unsigned(headers: Json) -> Json:
    return {"content-type": headers["content-type"]}


def retimed(stamp: str) -> Callable[[Json], Json]:
    return lambda headers: headers | {"x-slack-request-timestamp": stamp}


def resigned(signature: str) -> Callable[[Json], Json]:
    return lambda headers: headers | {"x-slack-signature": signature}


SPOILED: dict[str, Callable[[Json], Json]] = {
    "not signed at all": unsigned,
    "signed at no number": retimed("soon"),
    "signed at nothing": retimed(""),
    "signed at 400 digits": retimed("1" * 400),
    "signed at a negative number": retimed("-1"),
    "signed at a fraction": retimed("1.5"),
    "signed at digits of another script": retimed("٣٣"),
    "signed in 1970": retimed("0"),
    "another signature": resigned("v0=" + "0" * 64),
    "another version": resigned("v1=" + "0" * 64),
    "an empty signature": resigned(""),
    "a signature that is no ASCII": resigned("v0=\u00e9"),
    "without signature": lambda headers: {k: v for k, v in headers.items() if k != "x-slack-signature"},
    "without timestamp": lambda headers: {k: v for k, v in headers.items() if k != "x-slack-request-timestamp"},
}


@pytest.mark.parametrize("name", SPOILED)
async def test_what_slack_did_not_sign_is_refused(setting: Setting, name: str):
    body, content_type = form(COMMAND)
    spoiled = SPOILED[name](setting.slack.sign(body, content_type=content_type))
    headers = {key: value.encode() for key, value in spoiled.items()}
    assert (await send(setting, body, headers)).status_code == 401  # type: ignore[arg-type]
    assert setting.desk.heard == []


async def test_another_body_under_a_good_signature_is_refused(setting: Setting):
    body, content_type = form(COMMAND)
    headers = setting.slack.sign(body, content_type=content_type)
    assert (await send(setting, body + b"&text=x", headers)).status_code == 401
    assert setting.desk.heard == []


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-299, 200), (299, 200), (301, 401)])
async def test_a_signature_is_good_for_five_minutes(setting: Setting, seconds: int, status: int):
    body, content_type = form(COMMAND)
    at = setting.clock.now() + timedelta(seconds=seconds)
    headers = setting.slack.sign(body, at=at, content_type=content_type)
    assert (await send(setting, body, headers)).status_code == status


async def test_a_replayed_request_has_no_second_effect(setting: Setting):
    body, content_type = form(COMMAND)
    headers = setting.slack.sign(body, content_type=content_type)
    assert [(await send(setting, body, headers)).status_code for _ in range(3)] == [200, 200, 200]
    assert len(setting.desk.heard) == 1


MALFORMED = {
    "empty": (b"", JSON),
    "no json": (b"{", JSON),
    "a list": (b"[]", JSON),
    "a number": (b"7", JSON),
    "not a number": (b'{"type":"url_verification","challenge":NaN}', JSON),
    "a number of 5,000 digits": (b'{"type":' + b"1" * 5000 + b"}", JSON),
    "half a character": (b'{"type":"\xff"}', JSON),
    "50 levels": (nested(50), JSON),
    "900 levels": (nested(900), JSON),
    "100,000 levels": (nested(100_000), JSON),
    "another content type": (b"{}", "text/plain"),
    "no content type": (b"{}", ""),
    "a payload that is no json": (urlencode({"payload": "{"}).encode(), FORM),
    "a payload that is a list": payload([]),
    "too many fields": (b"&".join(b"a%d=1" % n for n in range(500)), FORM),
    "a broken escape": (b"command=%ff%fe", FORM),
    "a type that is a list": event({"type": []}),
    "no command": form({"text": "list"}),
    "a command without user": form(without(COMMAND, "user_id")),
    "a command without trigger": form(without(COMMAND, "trigger_id")),
    "a user that is no id": form(COMMAND | {"user_id": "U1:U2"}),
    "a text of 50,000 characters": form(COMMAND | {"text": "x" * 50_000}),
    "a press without actions": payload(altered(PRESS, [], "actions")),
    "a press whose actions are no list": payload(altered(PRESS, "a", "actions")),
    "a press whose action is no object": payload(altered(PRESS, ["a"], "actions")),
    "a press without action id": payload(without(PRESS, "actions", 0, "action_id")),  # type: ignore[arg-type]
    "a press whose value is no text": payload(altered(PRESS, 7, "actions", 0, "value")),
    "a press without user": payload(without(PRESS, "user")),
    "a press on a channel that is none": payload(altered(PRESS, "C:1", "container", "channel_id")),
    "a press on a message that is none": payload(altered(PRESS, "now", "container", "message_ts")),
    "a press in a container that is none": payload(altered(PRESS, "message", "container")),
    "a form without view": payload(without(SUBMISSION, "view")),
    "a form without type": payload(without(SUBMISSION, "view", "type")),
    "authorizations that are none": event(altered(MESSAGE, 7, "authorizations")),
    "a form without state": payload(without(SUBMISSION, "view", "state")),
    "a form whose inputs are no objects": payload(altered(SUBMISSION, {"a": []}, "view", "state", "values")),
    "a form whose text is a number": payload(
        altered(SUBMISSION, {"a": {"b": {"type": "plain_text_input", "value": 7}}}, "view", "state", "values")
    ),
    "a form whose people are numbers": payload(
        altered(
            SUBMISSION, {"a": {"b": {"type": "multi_users_select", "selected_users": [7]}}}, "view", "state", "values"
        )
    ),
    "a form whose option has no value": payload(
        altered(SUBMISSION, {"a": {"b": {"type": "static_select", "selected_option": {}}}}, "view", "state", "values")
    ),
    "an event without event": event(without(MESSAGE, "event")),
    "an event without id": event(without(MESSAGE, "event_id")),
    "a message without time": event(without(MESSAGE, "event", "ts")),
    "a message whose text is a list": event(altered(MESSAGE, [], "event", "text")),
    "a message from nobody": event(altered(MESSAGE, 7, "event", "user")),
    "a handshake without challenge": event({"type": "url_verification"}),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_signed_nonsense_is_refused_without_effect(setting: Setting, name: str):
    response = await send_signed(setting, *MALFORMED[name])
    assert 400 <= response.status_code < 500, response.status_code
    assert setting.desk.heard == []


def paths(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the way to everything inside a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way for key, one in inner for way in ((*at, key), *paths(one, (*at, key)))]


STRANGE: list[Any] = [None, True, 7, "", "x", "\ud800", [], {}, [7], {"id": 7}, {"a": {"b": 7}}]
FULL: dict[str, tuple[Json, Callable[[Json], tuple[bytes, str]]]] = {
    "press": (
        PRESS
        | {
            "channel": {"id": "C0CHALL"},
            "message": {"ts": "1.000001", "thread_ts": "1.000001"},
            "view": {"type": "home", "id": "V1", "private_metadata": "{}"},
            "response_url": "https://hooks.slack.com/x",
        },
        payload,
    ),
    "submission": (
        altered(
            SUBMISSION,
            {
                "text": {"value": {"type": "plain_text_input", "value": "x"}},
                "one": {"value": {"type": "static_select", "selected_option": {"value": "x"}}},
                "many": {"value": {"type": "checkboxes", "selected_options": [{"value": "x"}]}},
                "who": {"value": {"type": "multi_users_select", "selected_users": ["U0ANNA"]}},
                "where": {"value": {"type": "conversations_select", "selected_conversation": "C0CHALL"}},
            },
            "view",
            "state",
            "values",
        ),
        payload,
    ),
    "event": (MESSAGE | {"authorizations": [{"team_id": "T0CLEAN"}]}, event),
    "shortcut": (
        {
            "type": "message_action",
            "callback_id": "answer_from_message",
            "user": {"id": "U0ANNA"},
            "team": {"id": "T0CLEAN"},
            "channel": {"id": "C0CHALL"},
            "message": {"ts": "1.000001", "text": "x", "user": "U0ANNA"},
        },
        payload,
    ),
}


@pytest.mark.parametrize("name", FULL)
async def test_no_part_of_a_payload_can_be_so_strange_that_it_fails_on_our_side(setting: Setting, name: str):
    whole, write = FULL[name]
    assert (await send_signed(setting, *write(whole))).status_code == 200
    for way in paths(whole):
        for strange in STRANGE:
            response = await send_signed(setting, *write(altered(whole, strange, *way)))
            assert response.status_code < 500, (way, strange)


async def test_too_large_is_refused_before_it_is_read(setting: Setting):
    body = b"x" * 1_000_001
    assert (await send_signed(setting, body, JSON)).status_code == 413


async def test_too_large_is_refused_while_it_streams(setting: Setting):
    async def endless():
        for _ in range(200):
            yield b"x" * 10_000

    headers = setting.slack.sign(b"", content_type=JSON)
    assert (await send(setting, endless(), headers)).status_code == 413  # type: ignore[arg-type]


@pytest.mark.parametrize("length", ["-1", "ten", "9" * 30])
async def test_a_length_that_is_none_is_refused(setting: Setting, length: str):
    headers = setting.slack.sign(b"{}", content_type=JSON) | {"content-length": length}
    assert (await send(setting, b"{}", headers)).status_code == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"])
async def test_only_post_is_served(setting: Setting, method: str):
    assert (await send(setting, b"", {}, method)).status_code == 405


async def test_the_handshake_is_answered_with_its_challenge(setting: Setting):
    response = await send_signed(setting, *event({"type": "url_verification", "challenge": "abc"}))
    assert (response.status_code, response.text) == (200, "abc")


@pytest.mark.parametrize(
    "request_",
    [
        form({"ssl_check": "1", "token": "x"}),
        event({"type": "app_rate_limited"}),
        event(altered(MESSAGE, {"type": "reaction_added"}, "event")),
        event(altered(MESSAGE, {"type": "member_joined_channel"}, "event")),
        payload({"type": "view_closed"}),
        payload({"type": "something_new"}),
    ],
)
async def test_what_is_none_of_our_business_is_acknowledged_without_effect(
    setting: Setting, request_: tuple[bytes, str]
):
    assert (await send_signed(setting, *request_)).status_code == 200
    assert (setting.desk.heard, setting.observed) == ([], [])


def test_there_is_no_gate_without_a_secret(clock: StillClock):
    with pytest.raises(ValueError, match="signing secret"):
        Gate(lambda _body: None, secret="", clock=clock, observe=lambda *_: None)  # type: ignore[arg-type, return-value]
