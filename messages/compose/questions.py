"""Cards about threads and questions, and what is open about answers on one's own page."""

from __future__ import annotations

from messages.card import Actions, Block, Button, Card, Note, Quote, Section, Style
from messages.compose.answers import who
from messages.compose.registry import composes
from messages.compose.sheets import heading, told_in
from messages.i18n import Words
from messages.notices.questions import (
    AnswerTodo,
    AnswerTodoKind,
    JoinToAnswer,
    QuestionAsked,
    QuestionReplied,
    ReplyTaken,
    ThreadIsPublic,
    TooLate,
)


@composes(ThreadIsPublic)
def compose_public(notice: ThreadIsPublic, words: Words) -> Card:
    """Say once that the thread is no secret."""
    text = words.say(
        "Everybody in this channel reads this thread. To answer {challenge} privately, use the button Answer or type "
        "/answer {challenge}.",
        challenge=notice.challenge,
    )
    return Card(title="", blocks=(Note(text),), summary=text, locale=words.locale)


@composes(JoinToAnswer)
def compose_join(_notice: JoinToAnswer, words: Words) -> Card:
    """Invite somebody who replied and is not known yet."""
    text = words.say(
        "Thank you for your reply to a challenge. I do not know yet whom you work for: tell me, and your cluster "
        "manager lets you in. Then your reply can become an answer."
    )
    button = Button(words.say("Join"), action="join.start", style=Style.PRIMARY)
    title = words.say("Welcome to Matchpoint")
    return Card(title=title, blocks=(Section(text), Actions((button,))), summary=text, locale=words.locale)


@composes(TooLate)
def compose_too_late(notice: TooLate, words: Words) -> Card:
    """Tell that no answer is taken any more."""
    if notice.deadline_on is not None:
        text = words.say(
            "{challenge} takes no answers any more; the last day was {day}. Your reply stays in the thread, but it "
            "does not become an answer.",
            challenge=notice.challenge,
            day=notice.deadline_on,
        )
    else:
        text = words.say("{challenge} takes no answers any more.", challenge=notice.challenge)
    button = Button(words.say("Open challenges"), action="challenge.list")
    title = heading(notice.challenge, notice.title) if notice.title else notice.challenge
    return Card(title=title, blocks=(Section(text), Actions((button,))), summary=text, locale=words.locale)


@composes(ReplyTaken)
def compose_taken(notice: ReplyTaken, words: Words) -> Card:
    """Say beside a reply where it went, and lead to the card with the buttons."""
    if notice.draft:
        text = words.say(
            "Your reply is in your draft {answer}. It becomes an answer only once you submit it.", answer=notice.id
        )
        button = Button(words.say("Look and submit"), action="answer.draft", value=notice.id, style=Style.PRIMARY)
    else:
        text = words.say(
            "Your organisation has submitted {answer} already. What is written in this thread does not change it.",
            answer=notice.id,
        )
        button = Button(words.say("Open"), action="answer.draft", value=notice.id)
    return Card(title="", blocks=(Section(text), Actions((button,))), summary=text, locale=words.locale)


@composes(QuestionAsked)
def compose_question(notice: QuestionAsked, words: Words) -> Card:
    """Bring a question to who can reply to it; once there is a reply, show it."""
    if notice.to_buyer:
        asker = who(notice.who, notice.country, words)
        intro = words.say("A question about {challenge}", challenge=notice.challenge)
    else:
        asker = notice.who or words.say("The buyer")
        intro = words.say("The buyer asks about your answer {answer}", answer=notice.answer)
    blocks: list[Block] = [Section(intro), Quote(notice.text, asker)]
    if notice.reply:
        blocks.append(Section(notice.reply, words.say("Your reply")))
    else:
        reply = Button(words.say("Reply"), action="question.reply", value=notice.value, style=Style.PRIMARY)
        blocks += [Actions((reply,)), Note(words.say("Your reply goes to the person who asked, and to nobody else."))]
    title = heading(notice.challenge, notice.title)
    return Card(title=title, blocks=tuple(blocks), summary=intro, locale=words.locale)


@composes(QuestionReplied)
def compose_reply(notice: QuestionReplied, words: Words) -> Card:
    """Bring a reply to who asked."""
    replied = words.say("The company replied") if notice.from_buyer else words.say("The buyer replied")
    blocks: list[Block] = [Quote(notice.text, words.say("Your question")), Quote(notice.reply, replied)]
    button = Button(words.say("Open"), action="challenge.show", value=notice.challenge)
    if notice.answer:
        button = Button(words.say("Open"), action="answer.show", value=notice.answer)
    title = heading(notice.challenge, notice.title)
    return Card(title=title, blocks=(*blocks, Actions((button,))), summary=replied, locale=words.locale)


@composes(AnswerTodo)
def compose_todo(notice: AnswerTodo, words: Words) -> Card:
    """Write one open thing with the button that settles it."""
    blocks: list[Block]
    if notice.kind is AnswerTodoKind.DRAFT:
        text = words.say("{answer}: your draft waits to be submitted.", answer=notice.value)
        if notice.on is not None:
            text = words.say(
                "{answer}: your draft waits to be submitted, until {day}.", answer=notice.value, day=notice.on
            )
        button = Button(words.say("Open"), action="answer.show", value=notice.value, style=Style.PRIMARY)
        blocks = [Section(text), *told_in(notice.said_in, translated=True, words=words)]
    else:
        asked_by_buyer = notice.kind is AnswerTodoKind.BUYERS_QUESTION
        text = words.say("The buyer asks you") if asked_by_buyer else words.say("A company asks you")
        button = Button(words.say("Reply"), action="question.reply", value=notice.value, style=Style.PRIMARY)
        blocks = [Section(text), Quote(notice.text)]
    title = heading(notice.challenge, notice.title)
    return Card(title=title, blocks=(*blocks, Actions((button,))), summary=text, locale=words.locale)
