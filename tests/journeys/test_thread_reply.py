"""An SME replies in the thread of a post, in the web workspace and in Slack."""

from tests.journeys.scenes import answer, publish
from tests.journeys.stage import CHALLENGES, MANAGERS, Stage

TEXT = "We measure E. coli optically, in the pipe."


async def test_a_reply_becomes_a_draft_that_only_its_author_submits(stage: Stage):
    challenge, post = await publish(stage)
    await stage.sme.reply(post, TEXT)
    await stage.deliver()
    draft = await stage.sme.find("inbox", TEXT, "answer.submit")
    assert {"answer.edit", "answer.question", "answer.discard"} <= set(draft.actions)
    await stage.buyer.command("challenge", f"answers {challenge}")
    assert TEXT not in stage.buyer.answer.text

    await stage.sme.press(draft, "answer.edit")
    await stage.sme.fill(text=f"{TEXT} It runs four months without service.", kind="existing")
    await stage.deliver()
    await stage.buyer.command("challenge", f"answers {challenge}")
    assert "four months" in stage.buyer.answer.text
    assert "four months" in (await stage.manager.find(MANAGERS, "AN-1", "suggestion.approve")).text
    await stage.sme.press(draft, "answer.submit")
    assert "AN-1" in stage.sme.answer.text
    assert "AN-2" not in await stage.sme.everything()


async def test_the_same_reply_delivered_twice_has_one_effect(stage: Stage):
    _, post = await publish(stage)
    await stage.sme.reply(post, TEXT)
    await stage.sme.repeat()
    await stage.deliver()
    await stage.sme.repeat()
    await stage.deliver()
    drafts = [one for one in await stage.sme.inbox() if "AN-" in one.text]
    assert len(drafts) == 1
    assert drafts[0].text.count(TEXT) == 1


async def test_a_colleagues_reply_is_added_to_the_same_draft(stage: Stage):
    _, post = await publish(stage)
    await stage.sme.reply(post, TEXT)
    await stage.deliver()
    await stage.colleague.reply(post, "And it is served from Aarhus.")
    await stage.deliver()
    draft = await stage.sme.find("inbox", "AN-1", "answer.submit")
    assert TEXT in draft.text
    assert "from Aarhus" in draft.text
    assert "AN-2" not in await stage.colleague.everything()


async def test_a_reply_can_be_a_question_and_the_buyer_does_not_learn_whose(stage: Stage):
    _, post = await publish(stage, confidentiality="teaser")
    await stage.sme.reply(post, "Is there power at the measuring points?")
    await stage.deliver()
    draft = await stage.sme.find("inbox", "power", "answer.question")
    await stage.sme.press(draft, "answer.question")
    await stage.deliver()
    question = await stage.buyer.find("inbox", "power", "question.reply")
    assert "Waterlens" not in question.text
    await stage.buyer.press(question, "question.reply")
    await stage.buyer.fill(reply="At pumping stations only.")
    await stage.deliver()
    assert "Nordkaj" not in (await stage.sme.find("inbox", "At pumping stations only")).text


async def test_a_discarded_draft_is_gone(stage: Stage):
    challenge, post = await publish(stage)
    await stage.sme.reply(post, TEXT)
    await stage.deliver()
    draft = await stage.sme.find("inbox", TEXT, "answer.discard")
    await stage.sme.press(draft, "answer.discard")
    await stage.deliver()
    await stage.sme.press(draft, "answer.submit")
    await stage.deliver()
    await stage.buyer.command("challenge", f"answers {challenge}")
    assert TEXT not in stage.buyer.answer.text


async def test_a_thread_that_is_not_ours_stays_silent(stage: Stage):
    said = await stage.colleague.say("Who comes to lunch?")
    before = [len(await stage.sme.channel(CHALLENGES)), len(await stage.sme.inbox())]
    await stage.sme.reply(said, "I do.")
    await stage.deliver()
    assert [len(await stage.sme.channel(CHALLENGES)), len(await stage.sme.inbox())] == before


async def test_somebody_without_a_membership_is_invited_to_join(stage: Stage):
    challenge, post = await publish(stage)
    await stage.stranger.reply(post, TEXT)
    await stage.deliver()
    invited = await stage.stranger.find("inbox", "", "join.start")
    await stage.stranger.press(invited, "join.start")
    assert stage.stranger.fields
    await stage.buyer.command("challenge", f"answers {challenge}")
    assert TEXT not in stage.buyer.answer.text


async def test_a_draft_of_a_closed_challenge_is_not_submitted_and_not_lost(stage: Stage):
    challenge, post = await publish(stage)
    await answer(stage, post)
    await stage.neighbour.reply(post, "Leaks tell of bacteria.")
    await stage.deliver()
    draft = await stage.neighbour.find("inbox", "Leaks", "answer.submit")
    await stage.buyer.command("challenge", f"close {challenge}")
    await stage.buyer.fill(reason="Enough good answers.")
    await stage.deliver()
    await stage.neighbour.press(draft, "answer.submit")
    assert "no answers any more" in stage.neighbour.answer.text
    assert "Leaks" in (await stage.neighbour.find("inbox", "Leaks")).text
