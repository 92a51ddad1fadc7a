"""Cards for somebody for whom things wait."""

from __future__ import annotations

from typing import Final

from domain.nudges import NudgeKind, NudgeNotice
from messages.card import (
    Actions,
    Block,
    Button,
    Card,
    Divider,
    Field,
    FieldKind,
    Form,
    Note,
    Option,
    Section,
    Style,
)
from messages.compose.calls import call_button
from messages.compose.digests import digest_blocks
from messages.compose.meetings import agree_button
from messages.compose.registry import asks, composes
from messages.i18n import N_, Words
from messages.labels import label
from messages.notices.nudges import (
    NotMine,
    NudgeItem,
    NudgeKindStopped,
    NudgePassedOn,
    Nudges,
    NudgeSnoozed,
    NudgeStopped,
    SnoozeNudge,
)
from messages.parts import sentence, undecided

#: The reminders of a voucher: what each says, what its button says, and what it does.
_VOUCHERS: Final[dict[str, tuple[str, str, str]]] = {
    NudgeKind.CALL: (
        N_("A call for vouchers is open that you may apply in, until {due}."),
        N_("Apply"),
        "voucher.apply",
    ),
    NudgeKind.CUTOFF: (
        N_("The call closes with {due}, and your application is still a draft."),
        N_("Finish it"),
        "voucher.edit",
    ),
    NudgeKind.ACTIVITY: (
        N_("Your activity begins on {due}. The agreement is signed before; keep every receipt."),
        N_("Open"),
        "voucher.status",
    ),
    NudgeKind.CLAIM: (N_("Claim your money by {due}: what is not claimed is not paid."), N_("Claim"), "voucher.claim"),
    NudgeKind.REPORT: (N_("A short report is due by {due}."), N_("Write the report"), "voucher.report"),
}


@composes(Nudges)
def compose_nudges(notice: Nudges, words: Words) -> Card:
    """List what waits, each with what can be done about it; say so when all of it is done."""
    if not notice.items and not notice.digest:
        return Card(
            title=words.say("All done"),
            blocks=(Section(words.say("Nothing here waits for you any more. Thank you!")),),
            locale=words.locale,
        )
    blocks: list[Block] = []
    for item in notice.items:
        blocks += [*([Divider()] if blocks else []), *_item(item, words)]
    if notice.digest:
        blocks += [*([Divider()] if blocks else []), *digest_blocks(notice.digest, words)]
    if notice.items:
        title = words.count("One thing is waiting for you", "{n} things are waiting for you", len(notice.items))
    else:
        title = words.say("Your week")
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
        Button(words.say("Later …"), action="nudge.snooze", value=f"{item.kind}:{item.subject}"),
        Button(words.say("Not me"), action="nudge.not_me", value=f"{item.kind}:{item.subject}"),
        Button(words.say("Stop reminding me"), action="nudge.stop", value=f"{item.kind}:{item.subject}"),
    )
    return [Section(_question(item, words), heading=heading), Actions(buttons)]


def _question(item: NudgeItem, words: Words) -> str:
    if item.kind == "consent":
        if item.due is None:
            return words.say("An introduction waits for your yes or no.")
        return words.say("An introduction waits for your yes or no. Without an answer it ends on {due}.", due=item.due)
    if item.kind == "meeting" and item.notice == NudgeNotice.DID_YOU_MEET:
        return words.say("You were introduced to {other}. Did you meet?", other=item.other)
    if item.kind == "meeting":
        return words.say("You were introduced to {other}. Have you been in touch?", other=item.other)
    if item.kind == "outcome":
        return words.say("You were introduced to {other} a while ago. What came of it?", other=item.other)
    if item.kind == "verdict":
        return _verdict(item, words)
    if item.kind in _VOUCHERS:
        return words.say(_VOUCHERS[item.kind][0], due=item.due)
    if item.draft and item.notice == NudgeNotice.LAST_DAY:
        return words.say(
            "{due} is the last day, and your answer {draft} is still a draft.", due=item.due, draft=item.draft
        )
    if item.draft:
        return words.say(
            "The deadline is {due}, and your answer {draft} is still a draft.", due=item.due, draft=item.draft
        )
    asked = words.say("The deadline of your challenge is {due}.", due=item.due)
    return asked + " " + words.count("It has one answer so far.", "It has {n} answers so far.", item.count)


def _verdict(item: NudgeItem, words: Words) -> str:
    text = undecided(item.count, item.shortlisted, words)
    if item.shortlisted:
        text += " " + words.say("Cluster managers approve introductions; you can still decline.")
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
            agree_button(item.subject, words),
        )
    if item.kind == "outcome":
        tell = Button(words.say("Tell what came of it"), "meeting.outcome", item.subject, style=Style.PRIMARY)
        return (tell,)
    if item.kind == "call":
        return tuple(call_button(action, item.subject, words) for action in ("voucher.apply", "call.show"))
    if item.kind in _VOUCHERS:
        _, press, action = _VOUCHERS[item.kind]
        return (Button(words.say(press), action=action, value=item.subject, style=Style.PRIMARY),)
    if item.kind == "deadline" and item.draft:
        return (Button(words.say("Finish it"), action="answer.edit", value=item.draft, style=Style.PRIMARY),)
    # Who is on the shortlist has its yes: to give another one, no button is there.
    decide = item.kind == "verdict" and item.count
    label = words.say("Give a yes or a no") if decide else words.say("See the answers")
    return (Button(label, action="challenge.answers", value=item.subject, style=Style.PRIMARY),)


@asks(SnoozeNudge)
def ask_later(question: SnoozeNudge, words: Words) -> Form:
    """Ask when to remind again; what would come too late is not offered."""
    labels = {"day": words.say("Tomorrow"), "week": words.say("In a week"), "date": words.say("On this day:")}
    options = tuple(Option(one, labels[one]) for one in (*question.choices, "date"))
    hint = words.say("At nine o'clock of that day, or of the next working day.")
    if question.until is not None:
        hint = words.say("On {day} at the latest: after that it is too late.", day=question.until)
    return Form(
        action="nudge.snooze_save",
        value=question.value,
        title=words.say("Remind me later"),
        intro=words.say("{subject} · {title}", subject=question.subject, title=question.title),
        fields=(
            Field("choice", words.say("When?"), FieldKind.CHOICE, value=options[0].value, options=options),
            Field(
                "until",
                words.say("The day"),
                FieldKind.DATE,
                required=False,
                value="" if question.choices or question.until is None else question.until.isoformat(),
                hint=hint,
            ),
        ),
        submit=words.say("Remind me then"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@composes(NudgePassedOn)
def compose_nudge_passed_on(notice: NudgePassedOn, words: Words) -> Card:
    """Say who is asked instead."""
    if notice.to:
        text = words.say("Thank you. I remind {to} of {subject} instead of you.", to=notice.to, subject=notice.subject)
    else:
        text = words.say(
            "Thank you. I do not know whom else to remind of {subject}, so I tell your cluster managers.",
            subject=notice.subject,
        )
    return sentence(text, words)


@composes(NotMine)
def compose_not_mine(notice: NotMine, words: Words) -> Card:
    """Tell managers that they are needed to find the right person."""
    about = label(NudgeKind(notice.kind), words)
    who = notice.person
    if notice.organisation:
        who = words.say("{person} ({organisation})", person=notice.person, organisation=notice.organisation)
    text = words.say(
        "{who} is not the one to ask about {subject}, and nobody else of the organisation could be asked. Please find "
        "out who is, and let that person join with /matchpoint join.",
        who=who,
        subject=notice.subject,
    )
    title = words.say("{subject}: who is the right person?", subject=notice.subject)
    return Card(title=title, blocks=(Section(text), Note(about)), summary=title, locale=words.locale)


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
        "call": words.say("I do not tell you of new calls for vouchers any more."),
        "cutoff": words.say("I do not remind you of calls for vouchers that close any more."),
        "activity": words.say("I do not remind you any more that the activity of a voucher begins."),
        "claim": words.say("I do not remind you of claims for vouchers any more: what is not claimed is not paid."),
        "report": words.say("I do not remind you of reports on vouchers any more."),
        "managers_digest": words.say("I do not send you the weekly summary for managers any more."),
        "smes_digest": words.say("I do not send you the weekly summary any more."),
    }
    return Card(
        title="",
        blocks=(
            Section(sentences[notice.kind]),
            Note(
                words.say(
                    "What waits for you stays on your own page. To switch reminders on again, use /matchpoint settings."
                )
            ),
        ),
        summary=sentences[notice.kind],
        locale=words.locale,
    )
