"""What does not come from Microsoft, is too large or malformed, has no effect; what is unknown has none either."""

import json
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from messages.card import Card, Section
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_user import TeamsUser
from tests.surfaces.teams.conftest import Tenant


async def send(tenant: Tenant, body: Any, **headers: str) -> httpx.Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert tenant.teams.send is not None
    response = await tenant.teams.send(raw, {"content-type": "application/json", **headers})
    await tenant.surface.settle()
    return response


def activity(teams: FakeTeams, user: TeamsUser, **more: Any) -> dict[str, Any]:
    from tests.fakes.teams import Message

    return {**user.message_activity(Message(user.chat, teams.new_id(), text="challenge list", author=user.id)), **more}


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_what_microsoft_vouches_for_is_served(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    response = await send(tenant, activity(teams, anna), **bearer(teams.token()))
    assert response.status_code == 200
    assert [one.name for one in tenant.desk.heard] == ["challenge"]
    assert tenant.observed == ["message"]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"aud": None},
        {"iss": "https://evil.example.org"},
        {"iss": "https://sts.windows.net/7ee00000-0000-4000-8000-000000000001/"},
        {"iss": None},
        {"exp": 2},
        {"nbf": 4_000_000_000},
        {"serviceurl": "https://smba.trafficmanager.net/emea/"},
        {"serviceurl": None},
        {"kid": "unknown"},
        {"algorithm": "none"},
        {"algorithm": "HS256", "key": "a secret that is long enough for this algorithm"},
    ],
    ids=lambda claims: "-".join(f"{name}-{value}" for name, value in claims.items())[:40],
)
async def test_a_token_that_does_not_vouch_is_refused(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser, claims: dict[str, Any]
):
    response = await send(tenant, activity(teams, anna), **bearer(teams.token(**claims)))
    assert response.status_code == 401
    assert tenant.desk.heard == []
    assert tenant.desk.served == {}
    assert tenant.desk.met == {}


async def test_a_token_signed_by_somebody_else_is_refused(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    response = await send(tenant, activity(teams, anna), **bearer(teams.foreign_token()))
    assert response.status_code == 401
    assert tenant.desk.heard == []


async def test_where_the_bot_is_of_one_tenant_no_other_is_heard(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    body = json.loads(json.dumps(activity(teams, anna)).replace(teams.tenant, "0e000000-0000-4000-8000-00000000000e"))
    assert (await send(tenant, body, **bearer(teams.token()))).status_code == 403
    assert (tenant.desk.heard, tenant.desk.met) == ([], {})


@pytest.mark.parametrize("given", ["", "Basic dTpw", "Bearer", "Bearer ", "Bearer x.y.z", "Bearer \xff", "Bearer a b"])
async def test_what_carries_no_token_is_refused(tenant: Tenant, teams: FakeTeams, anna: TeamsUser, given: str):
    headers = {"authorization": given} if given else {}
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    assert (await send(tenant, activity(teams, anna), **raw)).status_code == 401  # pyright: ignore[reportArgumentType]
    assert tenant.desk.heard == []


async def test_a_token_for_one_service_does_not_vouch_for_another(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    elsewhere = "https://evil.example.org/emea/"
    body = activity(teams, anna, serviceUrl=elsewhere)
    assert (await send(tenant, body, **bearer(teams.token()))).status_code == 401
    # Even where a token names it: our own token is shown to Microsoft's addresses and to no others.
    assert (await send(tenant, body, **bearer(teams.token(serviceurl=elsewhere)))).status_code == 401
    microsoft = "https://smba.trafficmanager.net/emea/"
    vouched = activity(teams, anna, serviceUrl=microsoft, text="hm", type="typing")
    assert (await send(tenant, vouched, **bearer(teams.token(serviceurl=microsoft)))).status_code == 200
    assert tenant.desk.heard == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"\xff\xfe", 400),
        (b'{"type": "message"}', 400),
        (b'{"type": 7, "serviceUrl": "https://x"}', 400),
        (b'{"type": "message", "serviceUrl": ""}', 400),
        (b'{"type": "message", "serviceUrl": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 60 + b"1" + b"}" * 60, 400),
        (b'{"x": "' + b"a" * 1_000_001 + b'"}', 413),
    ],
    ids=range(12),
)
async def test_what_is_malformed_or_too_large_is_refused(tenant: Tenant, teams: FakeTeams, body: bytes, status: int):
    assert (await send(tenant, body, **bearer(teams.token()))).status_code == status
    assert tenant.desk.heard == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "anna"},
        {"conversation": None},
        {"conversation": {"id": "", "tenantId": "t1"}},
        {"conversation": {"id": "a:x", "tenantId": "a tenant: with spaces"}},
        {"recipient": []},
        {"id": ""},
        {"id": 7},
        {"id": "x" * 300},
        {"text": 7},
        {"text": "x" * 50_000},
        {"entities": "none"},
        {"channelData": "none"},
        {"type": "invoke", "name": "adaptiveCard/action", "value": {}},
        {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": {"data": []}}},
        {"type": "invoke", "name": "task/fetch", "value": None},
        {"type": "invoke", "name": "task/submit", "value": {"data": "x"}},
        {"type": "conversationUpdate", "membersAdded": {"id": "x"}},
    ],
    ids=range(17),
)
async def test_an_activity_of_another_shape_is_refused(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser, wrong: dict[str, Any]
):
    response = await send(tenant, activity(teams, anna, **wrong), **bearer(teams.token()))
    assert response.status_code == 400
    assert tenant.desk.heard == []


@pytest.mark.parametrize(
    "unknown",
    [
        {"type": "typing"},
        {"type": "handoff"},
        {"type": "invoke", "name": "signin/verifyState", "value": {}},
        {"type": "invoke", "name": "something/new", "value": []},
        {"type": "invoke", "name": ["x"], "value": {}},
        {"channelId": "webchat"},
        {"type": "message", "from": {"id": "28:other-bot", "name": "Other"}},
    ],
    ids=range(7),
)
async def test_what_is_merely_unknown_is_answered_and_has_no_effect(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser, unknown: dict[str, Any]
):
    body = activity(teams, anna, **unknown)
    assert (await send(tenant, body, **bearer(teams.token()))).status_code == 200
    assert tenant.desk.heard == []
    assert (await send(tenant, body)).status_code == 401


async def test_the_same_activity_again_has_no_second_effect(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    tenant.desk.answer = tenant.desk.answer.__class__(card=Card("Done", (Section("once"),)))
    body = activity(teams, anna)
    for _ in range(3):
        assert (await send(tenant, body, **bearer(teams.token()))).status_code == 200
    assert len(tenant.desk.heard) == 1
    assert len(teams.posts(anna.chat)) == 1


async def test_without_keys_nobody_is_let_in_and_nobody_is_accused(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    teams.keys_down = True
    assert (await send(tenant, activity(teams, anna), **bearer(teams.token()))).status_code == 503
    teams.keys_down = False
    assert (await send(tenant, activity(teams, anna), **bearer(teams.token()))).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_only_posts_are_taken(tenant: Tenant, method: str):
    transport = httpx.ASGITransport(app=tenant.app)
    async with httpx.AsyncClient(base_url="http://app", transport=transport) as client:
        assert (await client.request(method, "/api/messages")).status_code == 405


async def test_another_kind_of_body_is_refused(tenant: Tenant, teams: FakeTeams):
    response = await send(tenant, b"a=b", **{**bearer(teams.token()), "content-type": "text/plain"})
    assert response.status_code == 415


async def test_nothing_that_was_written_or_shown_stands_in_the_log(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    tenant.desk.broken = RuntimeError("no")
    with capture_logs() as logged:
        await send(tenant, activity(teams, anna, text="challenge our secret plan"), **bearer(teams.token()))
        await send(tenant, activity(teams, anna, text="our secret plan"), **bearer(teams.token(aud="another-secret")))
    assert len(logged) >= 2
    for word in ("secret plan", "another-secret", teams.token()):
        assert word not in str(logged)
