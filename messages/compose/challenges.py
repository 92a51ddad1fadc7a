"""Cards about challenges for those who look, and for the buyer."""

from __future__ import annotations

from typing import Final

from domain.challenges import ChallengeOutcome, ChallengeState
from messages.card import Actions, Block, Button, Card, Fact, Facts, Note, Quote, Section, Style
from messages.compose.registry import composes
from messages.compose.sheets import (
    brief,
    challenge_button,
    discard_button,
    heading,
    needs,
    other_wording,
    page_buttons,
    told_in,
    whole,
)
from messages.i18n import N_, Words
from messages.labels import LABELS, label
from messages.notices.challenges import (
    BuyerOverview,
    ChallengeDone,
    ChallengeList,
    ChallengePost,
    ChallengeShown,
    Done,
    DraftSaved,
    Ended,
    ListItem,
    ListKind,
    Returned,
    TooLong,
)

_CHUNK: Final = 2500


@composes(ChallengePost)
def compose_post(notice: ChallengePost, words: Words) -> Card:
    """Write the public post; once it is closed, it says so and takes no answer."""
    sheet = notice.sheet
    if not notice.here:
        gone = words.say("This challenge is no longer offered here. Answers that were given stay with the buyer.")
        return Card(heading(sheet.id, sheet.title), (Section(gone),), locale=words.locale)
    blocks: list[Block] = [brief(sheet, words), *needs(sheet, words)]
    blocks += told_in(sheet.said_in, translated=sheet.translated, words=words)
    if notice.open:
        names = ("answer.start", "challenge.show", "question.start")
        buttons = [challenge_button(name, sheet.id, words) for name in names]
        buttons += other_wording("challenge", sheet.id, translated=sheet.translated, original=False, words=words)
        blocks.append(Actions(tuple(buttons)))
        blocks.append(
            Note(words.say("You can also reply in this thread: your reply becomes a draft that only you can submit."))
        )
    elif notice.reason:
        blocks.append(Section(notice.reason, words.say("Why it ended")))
    return Card(
        title=heading(sheet.id, sheet.title),
        blocks=tuple(blocks),
        summary=words.say("Challenge {id}: {title}", id=sheet.id, title=sheet.title),
        locale=words.locale,
    )


@composes(ChallengeShown)
def compose_shown(notice: ChallengeShown, words: Words) -> Card:
    """Write all of a challenge with the buttons of this reader."""
    sheet = notice.sheet
    blocks = whole(sheet, words)
    if notice.reason:
        blocks.append(Section(notice.reason, words.say("The reason given")))
    if notice.outcome:
        outcome = words.say(LABELS[ChallengeOutcome][ChallengeOutcome(notice.outcome)])
        blocks.append(Section(outcome, words.say("What came of it")))
    if notice.answers:
        blocks.append(Note(words.count("One answer so far.", "{n} answers so far.", notice.answers)))
    blocks += told_in(sheet.said_in, translated=sheet.translated, words=words)
    buttons = [challenge_button(name, sheet.id, words) for name in notice.actions]
    buttons += other_wording("challenge", sheet.id, translated=sheet.translated, original=notice.original, words=words)
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    return Card(title=heading(sheet.id, sheet.title), blocks=tuple(blocks), locale=words.locale)


@composes(DraftSaved)
def compose_draft(notice: DraftSaved, words: Words) -> Card:
    """Confirm a draft, and offer to complete it."""
    complete = Button(words.say("Complete it"), action="challenge.edit", value=notice.id, style=Style.PRIMARY)
    buttons = [complete, discard_button("challenge.discard", notice.id, words)]
    blocks: list[Block] = [
        Section(words.say("Saved as a draft. Complete it when you have two minutes; nobody else sees it yet."))
    ]
    if notice.long:
        buttons.insert(1, Button(words.say("Sort my text"), action="challenge.structure", value=notice.id))
        blocks.append(
            Note(words.say("I can look for the must-haves in your text and fill in the form; you decide what stays."))
        )
    return Card(
        title=heading(notice.id, notice.title),
        blocks=(*blocks, Actions(tuple(buttons))),
        summary=words.say("{id} is saved as a draft.", id=notice.id),
        locale=words.locale,
    )


_DONE: Final = {
    Done.SUBMITTED: N_(
        "{id} is submitted. The managers of {cluster} read it and publish it, or tell you what to change."
    ),
    Done.SAVED: N_("{id} is saved. Nobody else sees it until you submit it."),
    Done.UPDATED: N_("{id} is changed, and every post of it is brought up to date."),
    Done.DISCARDED: N_("{id} is discarded."),
    Done.PUBLISHED: N_("{id} is published. The buyer is told, and a shortlist is being prepared."),
    Done.RETURNED: N_("{id} went back to the buyer with your reason."),
    Done.RESOLVED: N_("{id} is resolved. Thank you for telling what came of it."),
    Done.TAKEN: N_("{id} is now posted in your challenge channel."),
    Done.REFUSED: N_("Noted: {id} is not for {cluster}. Nobody in your workspace sees it."),
    Done.GIVEN_BACK: N_(
        "{id} is given back: its post says that it is no longer offered in {cluster}. Answers of your members stay."
    ),
}


#: What was done often takes the place of the challenge itself, so it leads back to it.
_STAYS: Final = (Done.SUBMITTED, Done.SAVED, Done.UPDATED, Done.CLOSED, Done.RESOLVED)


@composes(ChallengeDone)
def compose_done(notice: ChallengeDone, words: Words) -> Card:
    """Confirm what was just done."""
    if notice.done is Done.CLOSED and not notice.told:
        text = words.say("{id} is closed. Nobody had answered yet.", id=notice.id)
    elif notice.done is Done.WITHDRAWN and not notice.told:
        text = words.say("{id} is withdrawn. Nobody had answered yet.", id=notice.id)
    elif notice.done is Done.CLOSED:
        text = words.count(
            "{id} is closed. One company that answered or drafted reads your reason.",
            "{id} is closed. {n} companies that answered or drafted read your reason.",
            notice.told,
            id=notice.id,
        )
    elif notice.done is Done.WITHDRAWN:
        text = words.count(
            "{id} is withdrawn. One company that answered or drafted reads your reason.",
            "{id} is withdrawn. {n} companies that answered or drafted read your reason.",
            notice.told,
            id=notice.id,
        )
    elif notice.done is Done.OFFERED:
        text = words.count(
            "{id} is offered to one cluster.", "{id} is offered to {n} clusters.", notice.told, id=notice.id
        )
    else:
        text = words.say(_DONE[notice.done], id=notice.id, cluster=notice.cluster)
    read = Actions((challenge_button("challenge.show", notice.id, words),))
    blocks = (Section(text), read) if notice.done in _STAYS else (Section(text),)
    return Card(title=heading(notice.id, notice.title), blocks=blocks, summary=text, locale=words.locale)


@composes(ChallengeList)
def compose_list(notice: ChallengeList, words: Words) -> Card:
    """List challenges, each with the one button that comes next."""
    titles = {
        ListKind.OPEN: words.say("Open challenges"),
        ListKind.MINE: words.say("Your challenges"),
        ListKind.ANSWER: words.say("Which challenge do you want to answer?"),
    }
    blocks: list[Block] = []
    for item in notice.items:
        blocks.append(Section(_line(notice.kind, item, words), heading(item.id, item.title)))
        action = "answer.start" if notice.kind is ListKind.ANSWER else "challenge.show"
        label_ = words.say("Answer") if notice.kind is ListKind.ANSWER else words.say("Read it")
        blocks.append(Actions((Button(label_, action=action, value=item.id),)))
    if not notice.items:
        blocks.append(Section(_nothing(notice, words)))
    action = {ListKind.OPEN: "challenge.list", ListKind.MINE: "challenge.mine", ListKind.ANSWER: "answer.choose"}
    buttons = page_buttons(action[notice.kind], "", notice.page, more=notice.more, words=words)
    if notice.may_state:
        buttons.append(Button(words.say("State a challenge"), action="challenge.new", style=Style.PRIMARY))
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    return Card(title=titles[notice.kind], blocks=tuple(blocks), locale=words.locale)


def _line(kind: ListKind, item: ListItem, words: Words) -> str:
    parts = [item.buyer] if item.buyer else []
    if item.deadline_on is not None:
        parts.append(words.say("answer until {day}", day=item.deadline_on))
    if kind is ListKind.MINE:
        parts = [label(item.state, words), *parts]
        if item.answers:
            parts.append(words.count("one answer", "{n} answers", item.answers))
    if item.said_in:
        language = words.language(item.said_in)
        said = words.say("translated from {language}", language=language) if item.translated else language
        parts.append(said)
    return " · ".join(parts)


def _nothing(notice: ChallengeList, words: Words) -> str:
    if notice.page > 1:
        return words.say("There are no more.")
    if notice.kind is ListKind.MINE:
        return words.say("You have stated no challenge yet. One sentence is enough to begin.")
    return words.say("No challenge is open to you at the moment. New ones are posted in the challenge channel.")


@composes(BuyerOverview)
def compose_overview(notice: BuyerOverview, words: Words) -> Card:
    """Write where a challenge stands for its buyer; one card, updated in place."""
    counts = (
        (words.say("To read"), notice.waiting),
        (words.say("Shortlisted"), notice.shortlisted),
        (words.say("Introduced"), notice.introduced),
        (words.say("Declined"), notice.declined),
        (words.say("Questions without a reply"), notice.questions),
    )
    facts = [Fact(words.say("Status"), label(notice.state, words))]
    if notice.state is ChallengeState.PUBLISHED and notice.deadline_on is not None:
        facts.append(Fact(words.say("Answers until"), words.date(notice.deadline_on)))
    facts += [Fact(name, words.number(number)) for name, number in counts if number]
    blocks: list[Block] = [Facts(tuple(facts))]
    if notice.verdicts_on is not None and (notice.waiting or notice.shortlisted):
        blocks.append(Note(words.say("Everybody who answered gets a yes or a no by {day}.", day=notice.verdicts_on)))
    buttons = [Button(words.say("Read it"), action="challenge.show", value=notice.id)]
    if notice.waiting or notice.shortlisted or notice.introduced or notice.declined:
        buttons.insert(0, challenge_button("challenge.answers", notice.id, words))
    if notice.state in (ChallengeState.CLOSED, ChallengeState.EVALUATING):
        buttons.append(challenge_button("challenge.resolve", notice.id, words))
    blocks.append(Actions(tuple(buttons)))
    summary = words.say("{id}: {status}", id=notice.id, status=label(notice.state, words))
    if notice.waiting:
        summary = words.count(
            "{id}: one answer waits for you.", "{id}: {n} answers wait for you.", notice.waiting, id=notice.id
        )
    return Card(title=heading(notice.id, notice.title), blocks=tuple(blocks), summary=summary, locale=words.locale)


@composes(Returned)
def compose_returned(notice: Returned, words: Words) -> Card:
    """Tell the buyer what to change before a challenge can go out."""
    blocks: list[Block] = [
        Section(words.say("Your cluster manager asks you to change something before {id} goes out.", id=notice.id)),
        Quote(notice.reason),
    ]
    if notice.open:
        edit = Button(words.say("Change it"), action="challenge.edit", value=notice.id, style=Style.PRIMARY)
        blocks.append(Actions((edit, Button(words.say("Withdraw"), action="challenge.withdraw", value=notice.id))))
    else:
        blocks.append(Note(words.say("You have taken care of it.")))
    return Card(title=heading(notice.id, notice.title), blocks=tuple(blocks), locale=words.locale)


@composes(Ended)
def compose_ended(notice: Ended, words: Words) -> Card:
    """Tell who answered or drafted why a challenge ended before its time."""
    if notice.withdrawn:
        text = words.say("The buyer has withdrawn {id}. Thank you for the work you put into it.", id=notice.id)
    elif notice.was_draft:
        text = words.say("The buyer has closed {id} early; your draft can no longer be submitted.", id=notice.id)
    elif not notice.undecided:
        text = words.say("The buyer has closed {id} early. Thank you for the work you put into it.", id=notice.id)
    else:
        text = words.say("The buyer has closed {id} early. You will get a yes or a no to your answer.", id=notice.id)
    return Card(
        title=heading(notice.id, notice.title),
        blocks=(Section(text), Quote(notice.reason, words.say("The buyer's reason"))),
        summary=text,
        locale=words.locale,
    )


@composes(TooLong)
def compose_too_long(notice: TooLong, words: Words) -> Card:
    """Give a text back that does not fit, so that its author can shorten it."""
    text = words.say(
        "Your text has {length} characters and {limit} fit. Nothing was saved; here it is, so that you can shorten it.",
        length=notice.length,
        limit=notice.limit,
    )
    pieces = [notice.text[at : at + _CHUNK] for at in range(0, len(notice.text), _CHUNK)]
    return Card(
        title=words.say("This is too long"),
        blocks=(Section(text), *(Quote(piece) for piece in pieces)),
        summary=text,
        locale=words.locale,
    )
