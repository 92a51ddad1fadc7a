"""Cards inside the conversation of an introduction, and the forms around it."""

from __future__ import annotations

from typing import Final

from domain.introductions import OPENING_MAX, OUTCOME_TEXT_MAX, REASON_NOTE_MAX, IntroductionState, OutcomeKind
from domain.text import shorten
from messages.card import Actions, Block, Button, Card, Confirm, Fact, Facts, Field, FieldKind, Form, Note, Section
from messages.compose.introductions import follow_up_buttons
from messages.compose.meetings import agree_button, is_talked_about
from messages.compose.registry import asks, composes
from messages.compose.sheets import bulleted, heading
from messages.compose.voucher_parts import voucher_blocks
from messages.i18n import Words
from messages.notices.introductions import (
    ChangeOpening,
    DeclineIntroduction,
    RefuseConsent,
    TellOutcome,
)
from messages.notices.talks import TalkOpened
from messages.pair_labels import label, options, quotes
from messages.parts import signed, why_not

_PROBLEM: Final = 600


@composes(TalkOpened)
def compose_talk_opened(notice: TalkOpened, words: Words) -> Card:
    """Introduce the two sides to each other: who is who, what it is about, why they were matched."""
    blocks: list[Block] = [
        Section(
            words.say(
                "{buyer} ({buyer_country}), meet {sme} ({sme_country}). Both of you have agreed to this introduction.",
                buyer=notice.buyer,
                buyer_country=words.country(notice.buyer_country),
                sme=notice.sme,
                sme_country=words.country(notice.sme_country),
            )
        )
    ]
    if notice.problem:
        blocks.append(Section(shorten(notice.problem, _PROBLEM), words.say("What it is about")))
    if notice.evidence:
        blocks.append(Section(words.say("In the words of {sme}:", sme=notice.sme), words.say("Why you were matched")))
        blocks += quotes(notice.evidence, words, most=2)
    blocks += _to_begin_with(notice, words)
    here = [signed(one.name, one.organisation, words) for one in notice.participants if not one.left]
    gone = [signed(one.name, one.organisation, words) for one in notice.participants if one.left]
    blocks.append(Section(bulleted(here), words.say("Who is here")))
    if gone:
        blocks.append(Note(words.say("Left the conversation: {people}", people=words.listed(gone))))
    blocks += _how_to_go_on(notice, words)
    return Card(title=heading(notice.id, notice.title), blocks=tuple(blocks), locale=words.locale)


def _to_begin_with(notice: TalkOpened, words: Words) -> list[Block]:
    """Suggest first lines: those of a manager or a model, marked, or else what is always a good beginning."""
    title = words.say("To begin with")
    if notice.opening and notice.opening_by:
        return [Section(notice.opening, title), Note(words.say("Suggested by {name}.", name=notice.opening_by))]
    if notice.opening:
        return [Section(notice.opening, title), Note(words.say("Suggested by a language model."))]
    if notice.missing:
        missing = "; ".join(notice.missing)
        return [Section(words.say("You could begin with what was not found yet: {missing}", missing=missing), title)]
    return [
        Section(words.say("You could begin with half an hour to talk about what matters most to each of you."), title)
    ]


def _how_to_go_on(notice: TalkOpened, words: Words) -> list[Block]:
    blocks = _passing_on(notice, words) if notice.relayed else []
    if notice.outcome is not None:
        outcome = label(notice.outcome, words)
        blocks.append(Facts((Fact(words.say("What came of it"), outcome),)))
    elif notice.state in (IntroductionState.MADE, IntroductionState.MET):
        buttons = follow_up_buttons(notice.id, notice.state, words)
        blocks.append(
            Actions(buttons if is_talked_about(notice.meeting) else (agree_button(notice.id, words), *buttons))
        )
        if notice.voucher:
            blocks += voucher_blocks(
                notice.id, words.say("There is a voucher for {sme} for this.", sme=notice.sme), words
            )
    return blocks


@asks(DeclineIntroduction)
def ask_decline_introduction(question: DeclineIntroduction, words: Words) -> Form:
    """Ask a manager why an introduction is declined."""
    return Form(
        action="introduction.decline_save",
        value=question.value,
        title=words.say("Decline {id}", id=question.id),
        intro=words.say("{name} and the buyer are not told.", name=question.name),
        fields=why_not(words),
        submit=words.say("Decline"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@asks(ChangeOpening)
def ask_opening(question: ChangeOpening, words: Words) -> Form:
    """Ask a manager for the first lines of a conversation."""
    lines = Field(
        "text",
        words.say("First lines of the conversation"),
        FieldKind.TEXT,
        required=False,
        value=question.text,
        hint=words.say("Leave it empty for the usual beginning"),
        max_length=OPENING_MAX,
    )
    return Form(
        action="opening.save",
        value=question.id,
        title=words.say("First lines of {id}", id=question.id),
        intro=words.say("Both sides read them once they have said yes, in the language in which you write them."),
        fields=(lines,),
        submit=words.say("Save"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@asks(RefuseConsent)
def ask_refuse_consent(question: RefuseConsent, words: Words) -> Form:
    """Offer to say why; the other side never sees it."""
    why = Field(
        "note",
        words.say("Would you tell us why?"),
        FieldKind.TEXT,
        required=False,
        hint=words.say("The other side does not see it. You can leave it empty."),
        max_length=REASON_NOTE_MAX,
    )
    return Form(
        action="consent.refuse_save",
        value=question.id,
        title=words.say("No to {id}", id=question.id),
        fields=(why,),
        submit=words.say("Say no"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@asks(TellOutcome)
def ask_tell_outcome(question: TellOutcome, words: Words) -> Form:
    """Ask what came of an introduction."""
    return Form(
        action="meeting.outcome_save",
        value=question.id,
        title=words.say("What came of it?"),
        intro=words.say(
            "{id}, with {other}. This shows your cluster what works.", id=question.id, other=question.other
        ),
        fields=(
            Field(
                "outcome",
                words.say("Outcome"),
                FieldKind.CHOICE,
                value=question.preset.value if question.preset else "",
                options=options(OutcomeKind, words),
            ),
            Field("note", words.say("More about it"), FieldKind.TEXT, required=False, max_length=OUTCOME_TEXT_MAX),
        ),
        submit=words.say("Send"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


def _passing_on(notice: TalkOpened, words: Words) -> list[Block]:
    """Say what becomes of what is written here, and offer what can be done about it."""
    if notice.closed:
        by = words.say("Closed by {name}: what is written here is not passed on any more.", name=notice.closed_by)
        return [Note(by if notice.closed_by else words.say("Closed: what is written here is not passed on any more."))]
    sure = Confirm(
        title=words.say("Leave this conversation?"),
        text=words.say(
            "The others are told that you have left, not why. Nothing that you write here is passed on any more. You "
            "can come back."
        ),
        yes=words.say("Leave"),
        no=words.say("Stay"),
    )
    leave = Button(words.say("Leave this conversation"), "conversation.leave", notice.id, confirm=sure)
    back = [Button(words.say("Come back"), "conversation.back", notice.id)] if _somebody_left(notice) else []
    if notice.in_thread:
        text = words.say(
            "Reply in the thread of this message, begin a message with “{id}:”, or use the button: that is what I pass "
            "on.",
            id=notice.id,
        )
        write = Button(words.say("Write to {id}", id=notice.id), "conversation.write", notice.id)
        return [Note(text), Actions((write, leave, *back))]
    text = words.say("Some of you are in another workspace: I pass on what is written here.")
    return [Note(text), Actions((leave, *back))]


def _somebody_left(notice: TalkOpened) -> bool:
    return any(one.left for one in notice.participants)
