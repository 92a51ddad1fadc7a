"""From a challenge to an introduction, in the web workspace and in Slack."""

from tests.journeys.scenes import TITLE, answer, publish, state
from tests.journeys.stage import BUYER, CHALLENGES, MANAGERS, SME, Stage


async def test_a_challenge_becomes_an_introduction(stage: Stage):
    buyer, manager, sme = stage.buyer, stage.manager, stage.sme
    _, post = await publish(stage, confidentiality="teaser")
    assert TITLE in post.text
    assert BUYER not in await sme.everything()
    await answer(stage, post)

    card = await manager.find(MANAGERS, "AN-1", "suggestion.approve")
    assert SME in card.text
    assert "within the hour" in card.text
    await manager.press(card, "suggestion.approve", below=SME)
    assert "IN-1" in manager.answer.text
    await stage.deliver()

    assert BUYER not in await sme.everything()
    asked = await buyer.find("inbox", "IN-1", "consent.give")
    await buyer.press(asked, "consent.give")
    await stage.deliver()

    assert BUYER in (await sme.find("inbox", "IN-1")).text
    assert SME in (await buyer.find("inbox", "You are introduced")).text
    for who in (buyer, manager, sme):
        ((opening, *_),) = await who.conversations()
        assert BUYER in opening.text
        assert SME in opening.text
    assert await stage.neighbour.conversations() == []

    await sme.press(opening, "meeting.met")
    await stage.deliver()
    ((opening, *_),) = await buyer.conversations()
    assert "meeting.met" not in opening.actions
    await buyer.press(opening, "meeting.outcome")
    await buyer.fill(outcome="pilot")
    await stage.deliver()
    ((opening, *_),) = await sme.conversations()
    assert "A pilot" in opening.text


async def test_a_form_with_mistakes_comes_back_with_all_that_was_typed(stage: Stage):
    buyer = stage.buyer
    await buyer.command("challenge")
    await buyer.fill(title=TITLE, problem="Too slow.", must_haves="Within the hour", deadline_on="2020-01-31")
    assert set(buyer.errors) == {"deadline_on"}
    await buyer.fill(
        title=TITLE, problem="Too slow.", must_haves="Within the hour", deadline_on=stage.deadline, language="en"
    )
    assert buyer.errors == {}
    await stage.deliver()
    assert TITLE in (await stage.manager.find(MANAGERS, "CH-1", "screening.publish")).text


async def test_a_returned_challenge_is_mended_and_published(stage: Stage):
    buyer, manager = stage.buyer, stage.manager
    challenge = await state(stage)
    card = await manager.find(MANAGERS, challenge, "screening.return")
    await manager.press(card, "screening.return")
    await manager.fill(reason="Please say how much pipe you have.")
    await stage.deliver()
    returned = await buyer.find("home", "how much pipe", "challenge.edit")
    await buyer.press(returned, "challenge.edit", below="how much pipe")
    await buyer.fill(background="900 km of pipe.")
    await stage.deliver()

    await manager.press(card, "screening.publish")
    assert "new wording" in manager.answer.text
    await stage.deliver()
    assert not [one for one in await stage.sme.channel(CHALLENGES) if challenge in one.text]
    await manager.press(await manager.find(MANAGERS, challenge, "screening.publish"), "screening.publish")
    await stage.deliver()
    assert await stage.sme.find(CHALLENGES, challenge, "answer.start")


async def test_a_second_click_has_no_effect(stage: Stage):
    manager = stage.manager
    _, post = await publish(stage)
    await answer(stage, post)
    card = await manager.find(MANAGERS, "AN-1", "suggestion.approve")
    await manager.press(card, "suggestion.approve", below=SME)
    await stage.deliver()
    await manager.press(card, "suggestion.approve", below=SME)
    assert "Nothing was changed" in manager.answer.text
    await stage.deliver()
    assert "IN-2" not in "\n".join(one.text for one in await manager.channel(MANAGERS))


async def test_somebody_without_the_role_is_refused_and_changes_nothing(stage: Stage):
    challenge = await state(stage)
    await stage.sme.command("challenge", f"close {challenge}")
    assert stage.sme.fields == ()
    assert stage.sme.answer.text
    await stage.sme.command("challenge", f"answers {challenge}")
    assert "answer.show" not in stage.sme.answer.actions
    await stage.deliver()
    assert await stage.manager.find(MANAGERS, challenge, "screening.publish")


async def test_a_closed_challenge_takes_no_answer_and_its_post_has_no_button(stage: Stage):
    challenge, post = await publish(stage)
    await stage.buyer.command("challenge", f"close {challenge}")
    await stage.buyer.fill(reason="We have found what we need.")
    await stage.deliver()
    (now,) = [one for one in await stage.sme.channel(CHALLENGES) if challenge in one.text]
    assert "answer.start" not in now.actions
    await stage.sme.press(post, "answer.start")
    assert stage.sme.fields == ()
    assert "no answers any more" in stage.sme.answer.text
    await stage.sme.command("answer", f"{challenge} Ours fits.")
    assert "no answers any more" in stage.sme.answer.text
    await stage.buyer.press(await stage.buyer.find("home", challenge, "challenge.resolve"), "challenge.resolve")
    await stage.buyer.fill(outcome="pilot")
    await stage.deliver()
    assert "challenge.resolve" not in [action for one in await stage.buyer.home() for action in one.actions]


async def test_every_answer_gets_its_reason(stage: Stage):
    challenge, post = await publish(stage)
    await answer(stage, post)
    await stage.buyer.command("challenge", f"answers {challenge}")
    assert SME not in stage.buyer.answer.text
    await stage.buyer.press(stage.buyer.answer, "answer.show")
    await stage.buyer.press(stage.buyer.answer, "answer.decline")
    await stage.buyer.fill(reason="too_early", note="Please come back in a year.")
    await stage.deliver()
    assert "in a year" in (await stage.sme.find("inbox", "not ready enough")).text
    await stage.buyer.command("challenge", f"close {challenge}")
    await stage.buyer.fill(reason="We start again next year.")
    await stage.deliver()
    closed = await stage.sme.find("inbox", "start again next year")
    assert "yes or a no" not in closed.text
