"""Cards for somebody for whom things wait."""

from __future__ import annotations

from messages.card import Actions, Block, Button, Card, Divider, Note, Section, Style
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.nudges import NudgeItem, NudgeKindStopped, Nudges, NudgeSnoozed, NudgeStopped
from messages.parts import sentence


@composes(Nudges)
def compose_nudges(notice: Nudges, words: Words) -> Card:
    """List what waits, each with what can be done about it; say so when all of it is done."""
    if not notice.items:
        return Card(
            title=words.say("All done"),
            blocks=(Section(words.say("Nothing here waits for you any more. Thank you!")),),
            locale=words.locale,
        )
    blocks: list[Block] = []
    for item in notice.items:
        blocks += [*([Divider()] if blocks else []), *_item(item, words)]
    title = words.count("One thing is waiting for you", "{n} things are waiting for you", len(notice.items))
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _item(item: NudgeItem, words: Words) -> list[Block]:
    heading = words.say("{subject} · {title}", subject=item.subject, title=item.title)
    if item.snoozed_until is not None:
        return [
            Section(
                words.say("I will remind you again on {date}.", date=words.date(item.snoozed_until)), heading=heading
            )
        ]
    buttons = (
        *_buttons(item, words),
        Button(words.say("Remind me in a week"), action="nudge.snooze", value=f"{item.kind}:{item.subject}"),
        Button(words.say("Stop reminding me"), action="nudge.stop", value=f"{item.kind}:{item.subject}"),
    )
    return [Section(_question(item, words), heading=heading), Actions(buttons)]


def _question(item: NudgeItem, words: Words) -> str:
    if item.kind == "consent":
        if item.due is None:
            return words.say("An introduction waits for your yes or no.")
        return words.say("An introduction waits for your yes or no. Without an answer it ends on {due}.", due=item.due)
    if item.kind == "meeting":
        return words.say("You were introduced to {other}. Have you been in touch?", other=item.other)
    if item.kind == "outcome":
        return words.say("You were introduced to {other} a while ago. What came of it?", other=item.other)
    if item.kind == "verdict":
        return _verdict(item, words)
    if item.draft:
        return words.say(
            "The deadline is {due}, and your answer {draft} is still a draft.", due=item.due, draft=item.draft
        )
    asked = words.say("The deadline of your challenge is {due}.", due=item.due)
    return asked + " " + words.count("It has one answer so far.", "It has {n} answers so far.", item.count)


def _verdict(item: NudgeItem, words: Words) -> str:
    text = words.count(
        "One answer still waits for a yes or a no.", "{n} answers still wait for a yes or a no.", item.count
    )
    if item.due is None:
        return text
    return text + " " + words.say("Everybody who answered was promised a yes or a no by {due}.", due=item.due)


def _buttons(item: NudgeItem, words: Words) -> tuple[Button, ...]:
    if item.kind == "consent":
        show = Button(words.say("Look and answer"), "introduction.show", item.subject, style=Style.PRIMARY)
        return (show,)
    if item.kind == "meeting":
        return (
            Button(words.say("We met"), action="meeting.met", value=item.subject, style=Style.PRIMARY),
            Button(words.say("It did not work out"), action="meeting.outcome", value=f"{item.subject} no_contact"),
        )
    if item.kind == "outcome":
        tell = Button(words.say("Tell what came of it"), "meeting.outcome", item.subject, style=Style.PRIMARY)
        return (tell,)
    if item.kind == "deadline" and item.draft:
        return (Button(words.say("Finish it"), action="answer.edit", value=item.draft, style=Style.PRIMARY),)
    label = words.say("Give a yes or a no") if item.kind == "verdict" else words.say("See the answers")
    return (Button(label, action="challenge.answers", value=item.subject, style=Style.PRIMARY),)


@composes(NudgeSnoozed)
def compose_nudge_snoozed(notice: NudgeSnoozed, words: Words) -> Card:
    """Say when the person is reminded again."""
    text = words.say(
        "I remind you of {subject} again on {date}.", subject=notice.subject, date=words.date(notice.until)
    )
    return sentence(text, words)


@composes(NudgeStopped)
def compose_nudge_stopped(notice: NudgeStopped, words: Words) -> Card:
    """Say that this one is off, and offer to stop the kind altogether."""
    text = words.say("I will not remind you of {subject} any more.", subject=notice.subject)
    stop_all = Button(words.say("Stop all reminders of this kind"), action="nudge.opt_out", value=notice.kind)
    return Card(title="", blocks=(Section(text), Actions((stop_all,))), summary=text, locale=words.locale)


@composes(NudgeKindStopped)
def compose_nudge_kind_stopped(notice: NudgeKindStopped, words: Words) -> Card:
    """Say that one kind is off, and where it is switched on again."""
    sentences = {
        "consent": words.say("I do not remind you of introductions that wait for your yes or no any more."),
        "meeting": words.say("I do not ask you any more whether you have met."),
        "outcome": words.say("I do not ask you any more what came of introductions."),
        "verdict": words.say("I will no longer remind you of answers waiting for a yes or a no."),
        "deadline": words.say("I do not remind you of deadlines any more."),
    }
    return Card(
        title="",
        blocks=(
            Section(sentences[notice.kind]),
            Note(words.say("To switch reminders on again, use /matchpoint settings.")),
        ),
        summary=sentences[notice.kind],
        locale=words.locale,
    )
