"""Steps that several journeys begin with."""

from __future__ import annotations

import re
from typing import Final

from tests.journeys.stage import CHALLENGES, MANAGERS, SME, Seen, Stage, Text

TITLE: Final = "E. coli detection in drinking-water networks"
FIELDS: Final[dict[str, Text]] = {
    "title": TITLE,
    "problem": "We look for sensors that find bacteria in the pipe network within the hour.",
    "must_haves": "Result within one hour\nRuns three months without service",
    "confidentiality": "open",
    "language": "en",
}


async def state(stage: Stage, **fields: Text) -> str:
    """Let the buyer submit a challenge through the form; returns its id."""
    await stage.buyer.command("challenge")
    await stage.buyer.fill(**{**FIELDS, "deadline_on": stage.deadline, **fields})
    assert stage.buyer.errors == {}
    await stage.deliver()
    found = re.search(r"CH-\d+", stage.buyer.answer.text)
    assert found is not None
    return found.group()


async def publish(stage: Stage, **fields: Text) -> tuple[str, Seen]:
    """Let the buyer submit and the manager publish a challenge; returns its id and its post."""
    challenge = await state(stage, **fields)
    card = await stage.manager.find(MANAGERS, challenge, "screening.publish")
    await stage.manager.press(card, "screening.publish")
    await stage.deliver()
    return challenge, await stage.sme.find(CHALLENGES, challenge, "answer.start")


async def answer(stage: Stage, post: Seen, text: str = "A result within the hour, for three months.") -> None:
    """Let the SME reply in the thread and submit the draft."""
    await stage.sme.reply(post, text)
    await stage.deliver()
    draft = await stage.sme.find("inbox", text, "answer.submit")
    await stage.sme.press(draft, "answer.submit")
    await stage.deliver()


async def introduce(stage: Stage) -> None:
    """Bring both sides together."""
    _, post = await publish(stage)
    await answer(stage, post)
    card = await stage.manager.find(MANAGERS, "AN-1", "suggestion.approve")
    await stage.manager.press(card, "suggestion.approve", below=SME)
    await stage.deliver()
    await stage.buyer.press(await stage.buyer.find("inbox", "IN-1", "consent.give"), "consent.give")
    await stage.deliver()
