"""An SME that answered nothing is asked, and both sides are reminded until somebody acts, on every surface."""

from tests.journeys.scenes import publish
from tests.journeys.stage import BUYER, MANAGERS, SME, Stage

_DAY = 24 * 3600


async def test_who_did_not_answer_is_asked_and_reminded_until_somebody_acts(stage: Stage):
    buyer, sme, manager = stage.buyer, stage.sme, stage.manager
    await sme.command("matchpoint", "profile")  # met, and silent from then on
    await publish(stage)
    await manager.press(await manager.find(MANAGERS, SME, "suggestion.approve"), "suggestion.approve", below=SME)
    await stage.deliver()
    asked = await sme.find("inbox", "IN-1", "consent.give")
    assert "Optical sensors find bacteria" in asked.text
    assert {"consent.refuse", "challenge.show"} <= set(asked.actions)

    await stage.wait(4 * _DAY, step=3600)
    reminder = await sme.find("inbox", "waits for your yes or no", "introduction.show")
    await sme.press(reminder, "introduction.show")
    assert "consent.give" in sme.answer.actions
    await sme.press(sme.answer, "consent.give")
    await stage.deliver()
    assert not [one for one in await sme.inbox() if "consent.give" in one.actions or "nudge.snooze" in one.actions]

    await buyer.press(await buyer.find("inbox", "IN-1", "consent.give"), "consent.give")
    await stage.deliver()
    assert BUYER in (await sme.find("inbox", "You are introduced")).text
    await stage.wait(5 * _DAY, step=3600)
    for who in (buyer, sme):
        assert "meeting.met" in (await who.find("inbox", "Have you been in touch?")).actions
    await sme.press(await sme.find("inbox", "Have you been in touch?"), "meeting.met")
    await stage.deliver()
    for who in (buyer, sme):
        assert not [one for one in await who.inbox() if "Have you been in touch?" in one.text]
