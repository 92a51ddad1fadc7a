from __future__ import annotations

import base64
import time
from typing import Any

import numpy as np
import pytest

from prompts.client import ModelClient
from prompts.embedding import MOST_DIMENSIONS, TEXT_LIMIT, content_key, cost, text_to_embed
from prompts.trouble import ModelUnavailable, Trouble
from tests.unit.prompts.embedder import Change, embed, vector_of
from tests.unit.prompts.judge import Behaviour, Call, Judge

TEXTS = ["Sensors for pipes", "Sensorer til rør", "Wind turbines"]


def packed(*numbers: float) -> str:
    return base64.b64encode(np.asarray(numbers, "<f4").tobytes()).decode()


@pytest.mark.parametrize("as_numbers", [False, True], ids=["base64", "numbers"])
async def test_one_vector_comes_back_for_each_text_in_their_order(judge: Judge, client: ModelClient, as_numbers: bool):
    judge.behaviours = [embed(lambda items: items.reverse(), as_numbers=as_numbers)]
    reply = await client.embed(TEXTS)
    assert np.allclose(reply.vectors, [vector_of(text) for text in TEXTS], atol=1e-6)
    assert reply.vectors.dtype == np.float32
    assert reply.tokens == 7
    assert judge.calls[0].body["input"] == TEXTS
    assert judge.calls[0].body["model"] == "played"
    assert judge.calls[0].key == "Bearer k"


def first(told: Any) -> Change:
    return lambda items: items[0].update(embedding=told)


def status(code: int) -> Behaviour:
    return lambda call: call.send(code, b'{"error": {"message": "no"}}')


TROUBLES: dict[str, tuple[Behaviour, Trouble]] = {
    "401": (status(401), Trouble.UNAUTHORISED),
    "404": (status(404), Trouble.REJECTED),
    "413": (status(413), Trouble.REJECTED),
    "429": (status(429), Trouble.RATE_LIMITED),
    "500": (status(500), Trouble.SERVER),
    "one too few": (embed(lambda items: items.pop()), Trouble.INVALID),
    "one too many": (embed(lambda items: items.append(dict(items[0], index=3))), Trouble.INVALID),
    "none": (embed(lambda items: items.clear()), Trouble.INVALID),
    "the same number twice": (embed(lambda items: items[0].update(index=1)), Trouble.INVALID),
    "a number beyond": (embed(lambda items: items[0].update(index=9)), Trouble.INVALID),
    "other dimensions": (embed(first(packed(1, 2, 3))), Trouble.INVALID),
    "no dimension": (embed(first([])), Trouble.INVALID),
    "too many dimensions": (embed(dimensions=MOST_DIMENSIONS + 1), Trouble.INVALID),
    "a list of lists": (embed(first([[1.0, 2.0]])), Trouble.INVALID),
    "not a number": (embed(first(packed(*[float("nan")] * 96))), Trouble.INVALID),
    "nothing": (embed(first(None)), Trouble.INVALID),
    "infinite": (embed(first([1e300] * 96)), Trouble.INVALID),
    "zeros": (embed(first([0.0] * 96)), Trouble.INVALID),
    "words": (embed(first(["a"] * 96)), Trouble.INVALID),
    "broken base64": (embed(first("!!!")), Trouble.INVALID),
    "half a number": (embed(first(base64.b64encode(b"12345").decode())), Trouble.INVALID),
    "an object": (embed(first({"a": 1})), Trouble.INVALID),
    "no list": (lambda call: call.send(200, b'{"data": null}'), Trouble.INVALID),
    "items that are none": (lambda call: call.send(200, b'{"data": [1, 2, 3]}'), Trouble.INVALID),
    "truncated json": (lambda call: call.send(200, b'{"data": ['), Trouble.INVALID),
    "truncated body": (lambda call: call.send(200, b'{"data": [', length=5000), Trouble.CONNECTION),
    "an empty body": (lambda call: call.send(200, b""), Trouble.INVALID),
}


@pytest.mark.parametrize(("behaviour", "trouble"), TROUBLES.values(), ids=TROUBLES.keys())
async def test_whatever_goes_wrong_is_one_typed_error_after_one_call(
    judge: Judge, client: ModelClient, behaviour: Behaviour, trouble: Trouble
):
    judge.behaviours = [behaviour]
    with pytest.raises(ModelUnavailable) as caught:
        await client.embed(TEXTS)
    assert caught.value.reason is trouble
    assert len(judge.calls) == 1


@pytest.mark.parametrize("behaviour", [Call.stay_silent, lambda call: call.drip(b" ")], ids=["silent", "dripping"])
async def test_a_call_ends_by_its_deadline(judge: Judge, client: ModelClient, behaviour: Behaviour):
    judge.behaviours = [behaviour]
    began = time.monotonic()
    with pytest.raises(ModelUnavailable) as caught:
        await client.embed(TEXTS, deadline_seconds=0.3)
    assert caught.value.reason is Trouble.TIMEOUT
    assert time.monotonic() - began < 3


async def test_after_failures_in_a_row_the_endpoint_is_left_alone(judge: Judge):
    judge.behaviours = [status(500)]
    client = ModelClient(model="m", base_url=judge.url, failures=2)
    for _ in range(3):
        with pytest.raises(ModelUnavailable):
            await client.embed(TEXTS)
    await client.aclose()
    assert len(judge.calls) == 2


def test_a_text_has_no_names_nothing_invisible_and_an_end():
    fields = {
        "title": "Fjordsensor",
        "summary": "Fjordsensor makes\u200b sensors.",
        "sought": "a partner for sales",
        "skills": "Optics\nChemistry",
        "evidence": "x" * TEXT_LIMIT,
    }
    text = text_to_embed(fields, ["Fjordsensor"])
    assert text.startswith("▮ ▮ makes sensors. Optics Chemistry xxx")
    assert "partner" not in text
    assert len(text) == TEXT_LIMIT
    assert text_to_embed({"summary": " \n"}) == ""


def test_the_key_of_a_content_covers_the_model_and_the_text():
    keys = {content_key(model, text) for model in ("a", "b") for text in ("x", "y", "\ud800")}
    assert len(keys) == 6
    assert content_key("a", "x") == content_key("a", "x")


def test_what_texts_cost_is_told_beforehand_rather_too_high():
    assert cost(["water " * 50, "vandrør"]) == 101 + 3
