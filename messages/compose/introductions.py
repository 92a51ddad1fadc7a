"""Cards about introductions for managers and for the two parties."""

from __future__ import annotations

from typing import Final

from domain.introductions import IntroductionState, OutcomeKind, Party
from domain.text import shorten
from messages.card import Actions, Block, Button, Card, Confirm, Fact, Facts, Note, Section, Style
from messages.compose.meetings import agree_button, is_talked_about, meeting_blocks
from messages.compose.registry import composes
from messages.compose.sheets import bulleted, heading
from messages.compose.voucher_parts import voucher_blocks
from messages.i18n import N_, Words
from messages.notices.introductions import (
    Approval,
    ConsentAsked,
    ConsentState,
    Done,
    Introduced,
    IntroductionDone,
    IntroductionLine,
    IntroductionList,
    Talk,
)
from messages.pair_labels import label, quotes
from messages.parts import sentence

_QUOTES: Final = 2
_PROBLEM: Final = 800

_DONE: Final = {
    Done.APPROVED: N_("Approved. {id} still waits for the other cluster's manager."),
    Done.COMPLETE: N_("Approved. All approvals are in; the parties are asked now ({id})."),
    Done.DECLINED: N_("Noted: {id} does not go ahead. Nobody is told who said no."),
    Done.CONSENTED: N_("Thank you. The buyer is asked now; you hear from me as soon as there is an answer ({id})."),
    Done.MADE: N_("Thank you. You are introduced; a conversation with everybody opens in a moment ({id})."),
    Done.REFUSED: N_("Noted. {id} does not go ahead, and the other side does not learn who said no."),
    Done.MET: N_("Good news, thank you! I will ask you later what came of {id}."),
    Done.NOT_YET: N_("Thank you for telling me. I ask about {id} again in a few days."),
    Done.OPENING: N_("Noted. The conversation of {id} will begin like this, once both sides have said yes."),
    Done.CLOSED: N_("Thank you. {id} is closed; this helps everybody to see what works."),
}


@composes(Approval)
def compose_approval(notice: Approval, words: Words) -> Card:
    """Show managers an introduction: who, why, who has approved, and what comes next."""
    blocks: list[Block] = [Section(_status(notice, words)), Facts(_facts(notice, words))]
    if notice.state is IntroductionState.PENDING:
        blocks += quotes(notice.evidence, words, most=_QUOTES)
        if notice.missing:
            blocks.append(Note(words.say("No evidence found for: {missing}", missing="; ".join(notice.missing))))
    if notice.may_open:
        blocks += _opening(notice, words)
    buttons = _approval_buttons(notice, words)
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    if notice.follow_up:
        blocks.append(Actions(follow_up_buttons(notice.id, notice.state, words)))
    if notice.talk is not Talk.NONE:
        blocks.append(Actions((_talk_button(notice, words),)))
    if notice.unreached:
        blocks.append(
            Note(
                words.say(
                    "Nobody there has used Matchpoint yet, so I cannot message them. They will see this on "
                    "their own page."
                )
            )
        )
    return Card(
        title=heading(notice.id, words.say("{name} for {challenge}", name=notice.name, challenge=notice.challenge)),
        blocks=tuple(blocks),
        summary=words.say("{id}: {state}", id=notice.id, state=label(notice.state, words)),
        locale=words.locale,
    )


def _approval_buttons(notice: Approval, words: Words) -> list[Button]:
    buttons: list[Button] = []
    if notice.value:
        buttons.append(Button(words.say("Approve"), "introduction.approve", notice.value, style=Style.PRIMARY))
        buttons.append(Button(words.say("Decline"), "introduction.decline", notice.value))
    if notice.may_open:
        buttons.append(Button(words.say("Change the first lines"), "opening.edit", notice.id))
    return buttons


def _talk_button(notice: Approval, words: Words) -> Button:
    if notice.talk is Talk.CLOSED:
        return Button(words.say("Open the conversation again"), "conversation.reopen", notice.id)
    sure = Confirm(
        title=words.say("Close the conversation?"),
        text=words.say(
            "Both sides are told. Nothing is passed on between the workspaces any more, until a manager opens it again."
        ),
        yes=words.say("Close it"),
        no=words.say("Cancel"),
    )
    return Button(words.say("Close the conversation"), "conversation.close", notice.id, confirm=sure)


def _opening(notice: Approval, words: Words) -> list[Block]:
    """Show what the conversation is to begin with, and whose words these are."""
    if not notice.opening:
        return []
    if notice.opening_by:
        whose = words.say("By {name}. Both sides read it once they have said yes.", name=notice.opening_by)
    else:
        whose = words.say("Drafted by a language model. Both sides read it once they have said yes.")
    return [Section(notice.opening, words.say("First lines of the conversation")), Note(whose)]


def _status(notice: Approval, words: Words) -> str:
    if notice.state is IntroductionState.PENDING:
        return words.say(
            "Waits for the approval of {clusters}. Nobody is asked before.", clusters=words.listed(notice.waiting)
        )
    if notice.state in (IntroductionState.APPROVED, IntroductionState.HALF) and notice.lapses_on is not None:
        asked = label(notice.state, words)
        return words.say("{asked}. Without an answer it ends on {day}.", asked=asked, day=words.date(notice.lapses_on))
    if notice.state is IntroductionState.DECLINED and notice.declined_by:
        return words.say("Does not go ahead: {by} said no. The other side is not told.", by=notice.declined_by)
    if notice.outcome is not None:
        return words.say("Closed: {outcome}.", outcome=label(notice.outcome, words))
    return label(notice.state, words)


def _facts(notice: Approval, words: Words) -> tuple[Fact, ...]:
    found = [
        Fact(words.say("Challenge"), notice.title or words.say("A challenge by invitation")),
        Fact(words.say("SME"), _with_country(notice.name, notice.country, words)),
    ]
    if notice.buyer:
        found.append(Fact(words.say("Buyer"), _with_country(notice.buyer, notice.buyer_country, words)))
    approved = [words.say("{cluster} ({by})", cluster=one.cluster, by=one.by) for one in notice.given]
    if approved:
        found.append(Fact(words.say("Approved by"), words.listed(approved)))
    return tuple(found)


def _with_country(name: str, country: str, words: Words) -> str:
    return words.say("{name}, {country}", name=name, country=words.country(country)) if country else name


@composes(ConsentAsked)
def compose_consent(notice: ConsentAsked, words: Words) -> Card:
    """Ask one party for its yes or no, or say what became of it."""
    blocks: list[Block] = [Section(_consent_lead(notice, words))]
    if notice.state is ConsentState.OPEN:
        blocks += _what_it_is_about(notice, words)
        blocks.append(Actions(_consent_buttons(notice, words)))
        if notice.lapses_on is not None:
            text = words.say("Without an answer this ends on {day}. A no is private.", day=words.date(notice.lapses_on))
            blocks.append(Note(text))
    return Card(
        title=heading(notice.id, words.say("An introduction for {challenge}", challenge=notice.challenge)),
        blocks=tuple(blocks),
        summary=words.say("{id}: may we introduce you?", id=notice.id)
        if notice.state is ConsentState.OPEN
        else _consent_lead(notice, words),
        locale=words.locale,
    )


def _consent_lead(notice: ConsentAsked, words: Words) -> str:
    if notice.state is ConsentState.OPEN:
        return _question(notice, words)
    if notice.state is ConsentState.NO:
        return words.say("{by} said no for you. The other side does not learn who said no.", by=notice.by)
    if notice.state is ConsentState.MADE:
        return words.say("You are introduced to {other}. The conversation is open.", other=notice.other)
    if notice.state is ConsentState.YES:
        return words.say("{by} said yes for you. The other side is asked now.", by=notice.by)
    return words.say("This introduction does not go ahead. There is nothing to do.")


def _question(notice: ConsentAsked, words: Words) -> str:
    if notice.party is Party.SME:
        who = notice.other or words.say("A buyer, whose name you learn when both sides have agreed,")
        country = words.country(notice.country) if notice.country and notice.other else ""
        shown = words.say("{name} ({country})", name=who, country=country) if country else who
        return words.say("{buyer} looks for what you do. May your cluster introduce you?", buyer=shown)
    name = notice.other or words.say("An SME, whose name you learn when it has agreed,")
    shown = words.say("{name} ({country})", name=name, country=words.country(notice.country)) if notice.other else name
    return words.say("{sme} wants to talk with you about your challenge. May we introduce you?", sme=shown)


def _what_it_is_about(notice: ConsentAsked, words: Words) -> list[Block]:
    blocks: list[Block] = [
        Section(shorten(notice.problem, _PROBLEM), notice.title or words.say("A challenge by invitation"))
    ]
    if notice.must_haves:
        blocks.append(Section(bulleted(notice.must_haves), words.say("Must have")))
    if notice.deadline_on is not None and notice.party is Party.SME:
        blocks.append(Facts((Fact(words.say("Deadline"), words.date(notice.deadline_on)),)))
    return blocks + quotes(notice.evidence, words, most=_QUOTES)


def _consent_buttons(notice: ConsentAsked, words: Words) -> tuple[Button, ...]:
    sure = Confirm(
        title=words.say("Introduce you?"),
        text=words.say("When both sides have agreed, names and contact details are shown to both."),
        yes=words.say("Yes"),
        no=words.say("Not now"),
    )
    return (
        Button(words.say("Yes, introduce us"), "consent.give", notice.id, style=Style.PRIMARY, confirm=sure),
        Button(words.say("No, thank you"), "consent.refuse", notice.id),
        Button(words.say("See the challenge"), "challenge.show", notice.challenge),
    )


@composes(Introduced)
def compose_introduced(notice: Introduced, words: Words) -> Card:
    """Tell a party who the other side is and how to reach it."""
    contact = notice.contact
    rows = [
        (words.say("Organisation"), _with_country(notice.other, notice.country, words)),
        (words.say("Contact"), ", ".join(one for one in (contact.name, contact.title) if one)),
        (words.say("E-mail"), contact.email),
        (words.say("Telephone"), contact.phone),
        (words.say("Website"), notice.website),
    ]
    blocks: list[Block] = [
        Section(_introduced_lead(notice, words)),
        Facts(tuple(Fact(name, value) for name, value in rows if value)),
    ]
    if notice.meeting is not None and is_talked_about(notice.meeting):
        blocks += meeting_blocks(notice.meeting, words)
    elif notice.open:
        blocks.append(Actions((agree_button(notice.id, words),)))
    if notice.open:
        blocks.append(Actions(follow_up_buttons(notice.id, notice.state, words)))
    if notice.open and notice.voucher:
        text = words.say("There is a voucher for this. What I know already is filled in.")
        blocks += voucher_blocks(notice.id, text, words)
    return Card(
        title=heading(notice.id, words.say("You are introduced to {other}", other=notice.other)),
        blocks=tuple(blocks),
        locale=words.locale,
    )


def _introduced_lead(notice: Introduced, words: Words) -> str:
    if notice.outcome is not None:
        return words.say("What came of it: {outcome}.", outcome=label(notice.outcome, words))
    if notice.state is IntroductionState.MET:
        return words.say("You have met about “{title}”. Tell me when something came of it.", title=notice.title)
    return words.say("It is about “{title}” ({challenge}).", title=notice.title, challenge=notice.challenge)


def follow_up_buttons(introduction: str, state: IntroductionState, words: Words) -> tuple[Button, ...]:
    """Return the buttons of an introduction that was made and is not closed."""
    if state is IntroductionState.MADE:
        return (
            Button(words.say("We met"), "meeting.met", introduction, style=Style.PRIMARY),
            Button(words.say("Not yet"), "meeting.not_yet", introduction),
            Button(words.say("It did not work out"), "meeting.outcome", f"{introduction} {OutcomeKind.NO_FIT}"),
        )
    return (Button(words.say("Tell what came of it"), "meeting.outcome", introduction, style=Style.PRIMARY),)


@composes(IntroductionList)
def compose_introduction_list(notice: IntroductionList, words: Words) -> Card:
    """List a person's introductions, each with its state and what the person can do."""
    if not notice.lines:
        text = words.say("You have no introductions yet. They begin when a manager approves a match.")
        return Card(title=words.say("Your introductions"), blocks=(Section(text),), locale=words.locale)
    blocks: list[Block] = []
    for line in notice.lines:
        title = line.title or words.say("A challenge by invitation")
        open_it = Button(
            words.say("Answer") if line.waits else words.say("Open"),
            "introduction.show",
            line.id,
            style=Style.PRIMARY if line.waits else Style.DEFAULT,
        )
        blocks += [Section(_line(line, words), heading(line.id, title)), Actions((open_it,))]
    if notice.more:
        blocks.append(Note(words.say("These are the newest ten. /matchpoint intros IN-34 shows any other one.")))
    return Card(title=words.say("Your introductions"), blocks=tuple(blocks), locale=words.locale)


def _line(line: IntroductionLine, words: Words) -> str:
    state = label(line.outcome, words) if line.outcome is not None else label(line.state, words)
    if line.waits:
        state = words.say("{state}. It waits for you.", state=state)
    return words.say("{other}: {state}", other=line.other, state=state) if line.other else state


@composes(IntroductionDone)
def compose_introduction_done(notice: IntroductionDone, words: Words) -> Card:
    """Confirm what was done."""
    text = words.say(_DONE[notice.done], id=notice.id)
    return sentence(text, words)
