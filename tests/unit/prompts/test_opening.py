import json
from typing import Any

import pytest

from prompts.client import ModelClient
from prompts.opening import Drafted, Meeting, draft_opening
from prompts.trouble import ModelUnavailable, Trouble
from tests.unit.prompts.judge import Behaviour, Judge
from tests.unit.prompts.test_rerank import Purse, Shelf

MEETING = Meeting(
    title="Detect E. coli for Vask A/S",
    problem="Samples take 2 days.",
    must_haves=("within one hour",),
    quotes=("Lens ApS counts E. coli within 40 minutes.",),
    missing=("runs three months",),
    names=("Vask A/S", "Lens ApS"),
)
EN = "{sme} counts E. coli within 40 minutes, and {buyer} waits 2 days. How long does it run?"
DA = "{sme} tæller E. coli på 40 minutter, og {buyer} venter 2 dage. Hvor længe kører den?"


def says(*texts: tuple[str, str], **more: Any) -> Behaviour:
    told = [{"language": language, "text": text} for language, text in texts]
    return lambda call: call.complete(json.dumps({"texts": told, **more}))


async def draft(client: ModelClient, *, shelf: Shelf | None = None, purse: Purse | None = None) -> Drafted:
    return await draft_opening(
        client, MEETING, ("en", "da"), cluster="1", ledger=purse or Purse(), cache=shelf or Shelf()
    )


async def test_a_text_for_each_language_with_placeholders_and_no_names_sent(judge: Judge, client: ModelClient):
    judge.behaviours = [says(("en", EN), ("da", DA))]
    assert (await draft(client)).texts == {"en": EN, "da": DA}
    said = json.dumps(judge.calls[0].said, ensure_ascii=False)
    assert "Vask" not in said
    assert "Lens" not in said


@pytest.mark.parametrize(
    "behaviour",
    [
        says(("en", EN)),
        says(("en", EN), ("en", EN)),
        says(("en", EN), ("da", DA), ("de", EN)),
        says(("en", "Hello."), ("da", DA)),
        says(("en", EN * 20), ("da", DA)),
        says(("en", EN + " {price}"), ("da", DA)),
        says(("en", EN + " Write to a@b.example"), ("da", DA)),
        says(("en", EN + " See https://b.example"), ("da", DA)),
        says(("en", EN + " It costs 500 euro."), ("da", DA)),
        says(("en", EN + " ▮ agrees."), ("da", DA)),
        says(("en", EN), ("da", DA), note="x"),
    ],
    ids=["missing", "twice", "more", "short", "long", "placeholder", "mail", "link", "number", "mask", "extra"],
)
async def test_what_breaks_the_rules_is_asked_for_once_more_and_then_left(
    judge: Judge, client: ModelClient, behaviour: Behaviour
):
    judge.behaviours = [behaviour]
    with pytest.raises(ModelUnavailable) as caught:
        await draft(client)
    assert caught.value.reason is Trouble.INVALID
    assert len(judge.calls) == 2


async def test_the_same_meeting_is_drafted_once(judge: Judge, client: ModelClient):
    judge.behaviours = [says(("en", EN), ("da", DA))]
    shelf = Shelf()
    await draft(client, shelf=shelf)
    assert (await draft(client, shelf=shelf, purse=Purse(0))).texts == {"en": EN, "da": DA}
    shelf.kept = dict.fromkeys(shelf.kept, '{"en": "x"}')
    await draft(client, shelf=shelf)
    assert len(judge.calls) == 2
