"""Cards about answers."""

from __future__ import annotations

from typing import Final

from domain.answers import AnswerState
from messages.card import Actions, Block, Button, Card, Fact, Facts, Note, Quote, Section, Style
from messages.compose.registry import composes
from messages.compose.sheets import bulleted, discard_button, heading, other_wording, page_buttons, told_in
from messages.i18n import N_, Words
from messages.labels import label
from messages.notices.answers import (
    AnswerDeed,
    AnswerDone,
    AnswerDraft,
    AnswerList,
    AnswerShown,
    MyAnswers,
    Reader,
    Verdict,
)

_STANDING: Final = {
    AnswerState.DRAFT: N_("This is a draft. Only your own people see it until you submit it."),
    AnswerState.SUBMITTED: N_("Submitted. You will get a yes or a no with a reason."),
    AnswerState.SHORTLISTED: N_("The buyer has put it on the shortlist."),
    AnswerState.DECLINED: N_("The buyer has declined it."),
    AnswerState.INTRODUCED: N_("You were introduced to the buyer."),
    AnswerState.WITHDRAWN: N_("It was discarded or withdrawn."),
}


@composes(AnswerDraft)
def compose_draft(notice: AnswerDraft, words: Words) -> Card:
    """Write the SME's own card of its answer; while it is a draft, with what can be done with it."""
    blocks: list[Block] = [Section(words.say(_STANDING[notice.state])), Quote(notice.text, notice.organisation)]
    facts = [Fact(words.say("Kind"), label(notice.kind, words))]
    if notice.deadline_on is not None and notice.state is AnswerState.DRAFT:
        until = words.say("{day}, end of the day ({zone})", day=notice.deadline_on, zone=notice.zone)
        facts.append(Fact(words.say("Submit until"), until))
    blocks.append(Facts(tuple(facts)))
    if notice.cut:
        blocks.append(Note(words.say("Your reply was too long to fit. Complete the draft to say what matters most.")))
    value = f"{notice.id}:{notice.version}"
    if notice.state is AnswerState.DRAFT and notice.open:
        blocks.append(
            Actions(
                (
                    Button(words.say("Submit"), action="answer.submit", value=value, style=Style.PRIMARY),
                    Button(words.say("Complete it"), action="answer.edit", value=notice.id),
                    Button(words.say("It is a question"), action="answer.question", value=value),
                    discard_button("answer.discard", notice.id, words),
                )
            )
        )
        blocks.append(Note(_consequence(notice, words)))
    elif notice.state is AnswerState.DRAFT:
        blocks.append(
            Note(words.say("The challenge takes no answers any more, so this draft can no longer be submitted."))
        )
    elif notice.state is not AnswerState.WITHDRAWN:
        blocks.append(Actions((Button(words.say("Open"), action="answer.show", value=notice.id),)))
    return Card(
        title=words.say("{answer}: your answer to {challenge}", answer=notice.id, challenge=notice.challenge),
        blocks=(Note(notice.title), *blocks),
        summary=words.say("{answer}: {status}", answer=notice.id, status=label(notice.state, words)),
        locale=words.locale,
    )


def _consequence(notice: AnswerDraft, words: Words) -> str:
    if notice.show_name:
        return words.say(
            "Submitting means that you agree to be introduced; the buyer sees your name at once, as you asked."
        )
    return words.say("Submitting means that you agree to be introduced. The buyer sees your name only then.")


@composes(AnswerShown)
def compose_shown(notice: AnswerShown, words: Words) -> Card:
    """Write an answer for one reader, with the buttons of that reader."""
    facts = [
        Fact(words.say("From"), who(notice.who, notice.country, words)),
        Fact(words.say("Kind"), label(notice.kind, words)),
        Fact(words.say("Status"), label(notice.state, words)),
    ]
    if notice.cluster:
        facts.insert(1, Fact(words.say("Cluster"), notice.cluster))
    blocks: list[Block] = [Note(notice.title), Facts(tuple(facts)), Quote(notice.text)]
    blocks += [Section(text, criterion) for criterion, text in notice.criteria if text]
    if notice.nda:
        blocks.append(Section(notice.nda, words.say("Only under a non-disclosure agreement (NDA)")))
    elif notice.has_nda and notice.reader is Reader.BUYER:
        blocks.append(Note(words.say("There is a part that is shown only after you were introduced.")))
    if notice.links:
        blocks.append(Section(bulleted(notice.links), words.say("Links")))
    if notice.reason is not None:
        lines = [label(notice.reason, words), *([notice.note] if notice.note else [])]
        blocks.append(Section("\n".join(lines), words.say("Why it was declined")))
    for exchange in notice.asked:
        asker = words.say("The buyer asked") if exchange.from_buyer else words.say("The company asked")
        blocks.append(Section("\n".join([exchange.text, exchange.reply or words.say("No reply yet")]), asker))
    blocks += told_in(notice.said_in, translated=notice.translated, words=words)
    if notice.redacted:
        blocks.append(Note(words.say("Names are left out until the introduction is approved.")))
    buttons = _buttons(notice, words)
    buttons += other_wording("answer", notice.id, translated=notice.translated, original=notice.original, words=words)
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    return Card(title=heading(notice.id, notice.challenge), blocks=tuple(blocks), locale=words.locale)


def _buttons(notice: AnswerShown, words: Words) -> list[Button]:
    value = f"{notice.id}:{notice.version}"
    buttons: list[Button] = []
    if notice.reader is Reader.BUYER and notice.decidable:
        if notice.state is AnswerState.SUBMITTED:
            buttons.append(Button(words.say("Shortlist"), action="answer.shortlist", value=value, style=Style.PRIMARY))
        buttons.append(Button(words.say("Ask"), action="question.ask", value=notice.id))
        buttons.append(Button(words.say("Decline with a reason"), action="answer.decline", value=value))
    if notice.reader is Reader.BUYER:
        buttons.append(Button(words.say("All answers"), action="challenge.answers", value=notice.challenge))
    if notice.reader is Reader.SME:
        live = notice.state in (AnswerState.DRAFT, AnswerState.SUBMITTED)
        if notice.open and notice.state is AnswerState.DRAFT:
            buttons.append(Button(words.say("Submit"), action="answer.submit", value=value, style=Style.PRIMARY))
        if notice.open and live:
            buttons.append(Button(words.say("Edit"), action="answer.edit", value=notice.id))
        if notice.state in (AnswerState.SUBMITTED, AnswerState.SHORTLISTED):
            buttons.append(Button(words.say("Withdraw"), action="answer.withdraw", value=notice.id, style=Style.DANGER))
        if notice.state is AnswerState.DRAFT:
            buttons.append(discard_button("answer.discard", notice.id, words))
    return buttons


def who(name: str, country: str, words: Words) -> str:
    """Write who answers: its name, or as long as that is hidden, its country."""
    if name and country:
        return f"{name} ({words.country(country)})"
    if name:
        return name
    if country:
        return words.say("A company ({country}); its name comes later", country=words.country(country))
    return words.say("A company; its name comes later")


@composes(AnswerList)
def compose_list(notice: AnswerList, words: Words) -> Card:
    """List the answers to a challenge for its buyer."""
    blocks: list[Block] = [Note(notice.title)]
    for item in notice.items:
        status = " · ".join(filter(None, (label(item.state, words), label(item.kind, words), item.cluster)))
        text = "\n".join((status, item.excerpt))
        blocks.append(Section(text, heading(item.id, who(item.who, item.country, words))))
        blocks.append(Actions((Button(words.say("Read it"), action="answer.show", value=item.id),)))
    if not notice.items:
        text = words.say("There are no more.") if notice.page > 1 else words.say("No answers yet.")
        blocks.append(Section(text))
    buttons = page_buttons("challenge.answers", notice.challenge, notice.page, more=notice.more, words=words)
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    title = words.say("Answers to {challenge}", challenge=notice.challenge)
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


@composes(MyAnswers)
def compose_mine(notice: MyAnswers, words: Words) -> Card:
    """List the answers of one's own organisation."""
    blocks: list[Block] = []
    for item in notice.items:
        lines = [item.title, label(item.state, words)]
        if item.state is AnswerState.DRAFT and item.deadline_on is not None:
            lines.append(words.say("Submit until {day}", day=item.deadline_on))
        blocks.append(Section("\n".join(lines), heading(item.id, item.challenge)))
        blocks.append(Actions((Button(words.say("Open"), action="answer.show", value=item.id),)))
    if not notice.items:
        blocks.append(Section(words.say("You have answered nothing yet.")))
    buttons = page_buttons("answer.mine", "", notice.page, more=notice.more, words=words)
    buttons.append(Button(words.say("Answer a challenge"), action="answer.choose"))
    blocks.append(Actions(tuple(buttons)))
    return Card(title=words.say("Your answers"), blocks=tuple(blocks), locale=words.locale)


_DONE: Final = {
    AnswerDeed.SUBMITTED: N_("{id} is submitted. You will get a yes or a no with a reason."),
    AnswerDeed.CHANGED: N_("{id} is changed; the buyer reads the new version."),
    AnswerDeed.DISCARDED: N_("{id} is discarded. Nobody but your own people has seen it."),
    AnswerDeed.WITHDRAWN: N_("{id} is withdrawn, and so is your consent to be introduced."),
    AnswerDeed.SHORTLISTED: N_("{id} is on your shortlist; its author is told."),
    AnswerDeed.DECLINED: N_("{id} is declined; its author is told your reason, privately."),
    AnswerDeed.ASKED_BUYER: N_("Your question about {challenge} is on its way. The reply comes to you privately."),
    AnswerDeed.ASKED_SME: N_("Your question about {id} is on its way. The reply comes to you privately."),
    AnswerDeed.REPLIED: N_("Your reply is on its way to the person who asked."),
}


_DECIDED: Final = (AnswerDeed.SHORTLISTED, AnswerDeed.DECLINED)
#: What was done often takes the place of the answer itself, so it leads back to it.
_STAYS: Final = (AnswerDeed.SUBMITTED, AnswerDeed.CHANGED, *_DECIDED)


@composes(AnswerDone)
def compose_done(notice: AnswerDone, words: Words) -> Card:
    """Confirm what was just done."""
    text = words.say(_DONE[notice.done], id=notice.id, challenge=notice.challenge)
    buttons: list[Button] = []
    if notice.done in _STAYS:
        buttons.append(Button(words.say("Open"), action="answer.show", value=notice.id))
    if notice.done in _DECIDED:
        buttons.append(Button(words.say("All answers"), action="challenge.answers", value=notice.challenge))
    blocks = (Section(text), Actions(tuple(buttons))) if buttons else (Section(text),)
    return Card(title=heading(notice.challenge, notice.title), blocks=blocks, summary=text, locale=words.locale)


@composes(Verdict)
def compose_verdict(notice: Verdict, words: Words) -> Card:
    """Tell the SME kindly and plainly what the buyer decided."""
    blocks: list[Block] = []
    if notice.state is AnswerState.DECLINED and notice.reason is not None:
        text = words.say("The buyer thanks you for {answer} and has decided against it.", answer=notice.id)
        blocks += [Section(text), Section(label(notice.reason, words), words.say("The reason"))]
        if notice.note:
            blocks.append(Quote(notice.note))
        blocks.append(Note(words.say("Your profile stays in the search for other challenges.")))
    elif notice.state is AnswerState.SHORTLISTED:
        text = words.say("Good news: the buyer has put {answer} on the shortlist.", answer=notice.id)
        blocks += [
            Section(text),
            Note(words.say("If the managers approve, you will be introduced. You do not need to do anything now.")),
        ]
    else:
        text = words.say("{answer}: {status}", answer=notice.id, status=label(notice.state, words))
        blocks.append(Section(text))
    blocks.append(Actions((Button(words.say("Open"), action="answer.show", value=notice.id),)))
    title = heading(notice.challenge, notice.title)
    return Card(title=title, blocks=tuple(blocks), summary=text, locale=words.locale)
