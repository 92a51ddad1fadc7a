import asyncio
import time
from collections.abc import Callable

import pytest

from prompts.breaker import Breaker
from prompts.client import ModelClient
from prompts.schema import Schema
from prompts.trouble import ModelUnavailable, Trouble
from tests.unit.prompts.judge import Behaviour, Call, Judge


class Word(Schema):
    word: str


async def ask(client: ModelClient, deadline: float | None = None):
    return await client.parse(system="s", user="{}", schema=Word, max_tokens=9, deadline_seconds=deadline)


async def trouble_of(client: ModelClient, deadline: float | None = None):
    with pytest.raises(ModelUnavailable) as caught:
        await ask(client, deadline)
    return caught.value.reason


async def test_an_answer_comes_back_as_its_schema(judge: Judge, client: ModelClient):
    judge.behaviours = [lambda call: call.complete('{"word": "yes"}')]
    reply = await ask(client)
    assert (reply.value, reply.tokens) == (Word(word="yes"), 1000)
    sent = judge.calls[0]
    assert sent.key == "Bearer k"
    assert sent.body["model"] == "played"
    assert sent.body["response_format"]["json_schema"]["strict"] is True
    assert sent.body["response_format"]["json_schema"]["schema"]["additionalProperties"] is False


def status(code: int) -> Behaviour:
    return lambda call: call.send(code, b'{"error": {"message": "no"}}')


def body(payload: bytes, *, length: int | None = None) -> Behaviour:
    return lambda call: call.send(200, payload, length=length)


TROUBLES: dict[str, tuple[Behaviour, Trouble]] = {
    "401": (status(401), Trouble.UNAUTHORISED),
    "403": (status(403), Trouble.UNAUTHORISED),
    "400": (status(400), Trouble.REJECTED),
    "404": (status(404), Trouble.REJECTED),
    "429": (status(429), Trouble.RATE_LIMITED),
    "500": (status(500), Trouble.SERVER),
    "503": (status(503), Trouble.SERVER),
    "truncated json": (body(b'{"id": "c1", "choices": ['), Trouble.INVALID),
    "truncated body": (body(b'{"id": "c1"', length=5000), Trouble.CONNECTION),
    "empty body": (body(b""), Trouble.INVALID),
    "a list": (body(b"[]"), Trouble.INVALID),
    "null": (body(b"null"), Trouble.INVALID),
    "a string": (body(b'"words"'), Trouble.INVALID),
    "no choice": (body(b'{"choices": []}'), Trouble.INVALID),
    "no message": (body(b'{"choices": [{"message": null}]}'), Trouble.INVALID),
    "no text at all": (body(b"\xff\xfe"), Trouble.INVALID),
    "out of length": (lambda call: call.complete('{"word": "y', finish="length"), Trouble.TRUNCATED),
    "truncated content": (lambda call: call.complete('{"word": "y'), Trouble.INVALID),
    "wrong type": (lambda call: call.complete('{"word": 3}'), Trouble.INVALID),
    "extra field": (lambda call: call.complete('{"word": "yes", "more": 1}'), Trouble.INVALID),
    "prose": (lambda call: call.complete("I would rather chat."), Trouble.INVALID),
    "no content": (lambda call: call.complete(None), Trouble.INVALID),
    "refusal": (lambda call: call.complete(None, refusal="I must not"), Trouble.REFUSED),
    "content filter": (lambda call: call.complete(None, finish="content_filter"), Trouble.REFUSED),
}


@pytest.mark.parametrize(("behaviour", "trouble"), TROUBLES.values(), ids=TROUBLES.keys())
async def test_whatever_goes_wrong_is_one_typed_error(
    judge: Judge, client: ModelClient, behaviour: Behaviour, trouble: Trouble
):
    judge.behaviours = [behaviour]
    assert await trouble_of(client) is trouble
    assert len(judge.calls) == 1


@pytest.mark.parametrize("behaviour", [Call.stay_silent, lambda call: call.drip(b" ")], ids=["silent", "dripping"])
async def test_no_endpoint_holds_a_call_beyond_its_deadline(judge: Judge, client: ModelClient, behaviour: Behaviour):
    judge.behaviours = [behaviour]
    began = time.monotonic()
    assert await trouble_of(client, 0.3) is Trouble.TIMEOUT
    assert time.monotonic() - began < 3


async def test_an_endpoint_that_is_not_there_is_a_connection_trouble(judge: Judge):
    judge.close()
    client = ModelClient(model="played", base_url=judge.url)
    assert await trouble_of(client) is Trouble.CONNECTION
    await client.aclose()


async def test_the_error_quotes_nothing_of_what_was_said(judge: Judge, client: ModelClient):
    judge.behaviours = [lambda call: call.complete('{"word": ["a secret of somebody"]}')]
    with pytest.raises(ModelUnavailable) as caught:
        await ask(client)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_repeated_failures_open_the_breaker_and_time_closes_it_for_a_trial(judge: Judge):
    now = [100.0]
    client = ModelClient(model="played", base_url=judge.url, failures=2, open_seconds=30, monotonic=lambda: now[0])
    judge.behaviours = [status(500), status(500), status(500), lambda call: call.complete('{"word": "yes"}')]
    assert [await trouble_of(client) for _ in range(4)] == [Trouble.SERVER, Trouble.SERVER, Trouble.OPEN, Trouble.OPEN]
    now[0] += 31
    assert [await trouble_of(client) for _ in range(2)] == [Trouble.SERVER, Trouble.OPEN]  # the trial failed
    now[0] += 31
    assert (await ask(client)).value.word == "yes"
    assert (await ask(client)).value.word == "yes"
    assert len(judge.calls) == 5
    await client.aclose()


async def test_an_endpoint_that_asks_for_a_pause_gets_it(judge: Judge):
    now = [100.0]
    client = ModelClient(model="played", base_url=judge.url, failures=9, monotonic=lambda: now[0])

    def busy(call: Call) -> None:
        call.send(429, b"{}", headers={"Retry-After": "20"})

    judge.behaviours = [busy, lambda call: call.complete('{"word": "yes"}')]
    assert [await trouble_of(client) for _ in range(2)] == [Trouble.RATE_LIMITED, Trouble.OPEN]
    now[0] += 19
    assert await trouble_of(client) is Trouble.OPEN
    now[0] += 2
    assert (await ask(client)).value.word == "yes"
    await client.aclose()


async def test_who_waits_for_a_place_meanwhile_leaves_it_alone_too(judge: Judge):
    client = ModelClient(model="played", base_url=judge.url, concurrency=1)
    judge.behaviours = [lambda call: call.send(429, b"{}", headers={"Retry-After": "20"})]
    assert await asyncio.gather(trouble_of(client), trouble_of(client)) == [Trouble.RATE_LIMITED, Trouble.OPEN]
    assert len(judge.calls) == 1
    await client.aclose()


@pytest.mark.parametrize("told", ["-5", "nan", "inf", "Wed, 25 Nov 2026 07:28:00 GMT", "soon", ""])
async def test_a_pause_that_is_none_holds_nobody_up(judge: Judge, client: ModelClient, told: str):
    judge.behaviours = [
        lambda call: call.send(429, b"{}", headers={"Retry-After": told}),
        lambda call: call.complete('{"word": "yes"}'),
    ]
    assert await trouble_of(client) is Trouble.RATE_LIMITED
    assert (await ask(client)).value.word == "yes"


async def test_a_redirect_is_not_followed_with_the_key(judge: Judge, client: ModelClient):
    judge.behaviours = [lambda call: call.send(302, b"", headers={"Location": f"{judge.url}/elsewhere"})]
    assert await trouble_of(client) is Trouble.REJECTED
    assert len(judge.calls) == 1


async def test_a_body_that_never_ends_is_read_to_its_limit_only(judge: Judge, client: ModelClient):
    sent: list[int] = []

    def flood(call: Call) -> None:
        sent.append(call.flood(b" " * 100_000, most=2_000))

    judge.behaviours = [flood]
    assert await trouble_of(client) is Trouble.INVALID
    assert await wait_for(lambda: sent)
    assert sent[0] < 1_000


async def wait_for(condition: Callable[[], object]) -> bool:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)
    return True


def test_an_open_breaker_lets_one_trial_through_at_a_time():
    now = [0.0]
    breaker = Breaker(failures=1, open_seconds=10, monotonic=lambda: now[0])
    breaker.failed()
    now[0] = 10.0
    assert [breaker.admits() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert [breaker.admits() for _ in range(2)] == [True, True]


async def test_nonsense_of_a_living_endpoint_does_not_open_the_breaker(judge: Judge):
    client = ModelClient(model="played", base_url=judge.url, failures=2)
    judge.behaviours = [lambda call: call.complete("nonsense")]
    assert [await trouble_of(client) for _ in range(4)] == [Trouble.INVALID] * 4
    await client.aclose()


async def test_waiting_for_a_place_counts_towards_the_deadline(judge: Judge):
    client = ModelClient(model="played", base_url=judge.url, concurrency=1)
    judge.behaviours = [Call.stay_silent]
    first, second = await asyncio.gather(trouble_of(client, 3), trouble_of(client, 0.3))
    assert first is second is Trouble.TIMEOUT
    assert len(judge.calls) == 1
    await client.aclose()
