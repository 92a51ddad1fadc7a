"""The cards and the form about the nudges of a cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from domain.forecasts import Held
from domain.nudges import NudgeKind, NudgeNotice, SuppressedWhy, Unit
from domain.offsets import LAPSE, OFF
from messages.card import Actions, Block, Button, Card, Confirm, Divider, Field, FieldKind, Form, Note, Option, Section
from messages.compose.registry import asks, composes
from messages.compose.sheets import bulleted
from messages.i18n import N_, Words
from messages.labels import label
from messages.notices.plans import ChangePlan, PlanMoved, PlannedNudge, PlannedNudges, PlanOfKind, PlanSaved, PlanShown

_WORKING_WEEK: Final = 5

#: What each step says, without the names and days that only the one who is told may read.
SAYINGS: Final[Mapping[NudgeNotice, str]] = {
    NudgeNotice.CONSENT_MISSING: N_("An introduction waits for your yes or no."),
    NudgeNotice.IN_TOUCH: N_("Have you been in touch?"),
    NudgeNotice.DID_YOU_MEET: N_("Did you meet?"),
    NudgeNotice.WHAT_CAME: N_("What came of it?"),
    NudgeNotice.DEADLINE_NEAR: N_("The deadline comes near."),
    NudgeNotice.LAST_DAY: N_("This is the last day."),
    NudgeNotice.VERDICTS_MISSING: N_("Answers wait for a yes or a no."),
    NudgeNotice.CALL_OPENS: N_("A call for vouchers is open."),
    NudgeNotice.CUTOFF_NEAR: N_("A call for vouchers closes"),
    NudgeNotice.ACTIVITY_BEGINS: N_("The activity of a voucher begins"),
    NudgeNotice.CLAIM_NEAR: N_("The claim for a voucher is due"),
    NudgeNotice.REPORT_NEAR: N_("The report on a voucher is due"),
    NudgeNotice.WEEK_AHEAD: N_("What has gathered in a week, if anything has."),
}

_HELD: Final[Mapping[Held, str]] = {
    Held.HOURS: N_("later, because it is due outside working hours"),
    Held.SNOOZED: N_("later, because no reminders are wanted before then"),
    Held.DAY: N_("later, because one message a day is the most"),
    Held.WEEK: N_("later, because three messages a week are the most"),
}

_WHY: Final[Mapping[SuppressedWhy, str]] = {
    SuppressedWhy.CAP: N_("not sent: three went unanswered, it is in your weekly summary"),
    SuppressedWhy.OPTED_OUT: N_("not sent: does not want reminders of this kind"),
    SuppressedWhy.PAUSED: N_("not sent: wants no reminders at all"),
    SuppressedWhy.LEFT: N_("not sent: has left"),
    SuppressedWhy.OFF: N_("not sent: your cluster has switched this kind off"),
    SuppressedWhy.SETTLED: N_("not sent: it is settled"),
    SuppressedWhy.NEVER_MET: N_("not sent: was never met in a chat"),
    SuppressedWhy.EMPTY: N_("not sent: nothing is in it"),
}


@composes(PlanShown)
def compose_plan(notice: PlanShown, words: Words) -> Card:
    """List the kinds of nudges with their offsets, and what is to come."""
    blocks: list[Block] = [
        Section(
            words.say(
                "I write in the working hours of each person, on working days, at most one message a day and three a "
                "week. Reminders of deadlines always come, rather too early than too late."
            )
        )
    ]
    for kind in notice.kinds:
        text = "\n".join([_when(kind.unit, kind.offsets, words), *_count(kind, words)])
        blocks.append(Section(text, heading=label(kind.kind, words)))
        if kind.unit is not Unit.WEEKDAY:
            blocks.append(
                Actions((Button(words.say("Preview"), action="nudges.show", value=f"{notice.value} {kind.kind}"),))
            )
    blocks.append(Note(_lapses(notice.lapse, words)))
    blocks.append(Actions(_doors(notice, words)))
    title = words.say("Reminders in {cluster}", cluster=notice.cluster)
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _doors(notice: PlanShown, words: Words) -> tuple[Button, ...]:
    change = Button(words.say("Change it"), action="nudges.edit", value=notice.value)
    confirm = Confirm(
        words.say("Back to the defaults?"),
        words.say("Every kind of reminder gets the days that each cluster begins with."),
        words.say("Yes"),
        words.say("No"),
    )
    reset = Button(words.say("Back to the defaults"), action="nudges.reset", value=notice.value, confirm=confirm)
    others = (Button(name, action="nudges.show", value=value) for name, value in notice.others[:3])
    return (change, reset, *others)


def _count(kind: PlanOfKind, words: Words) -> list[str]:
    if kind.unit is Unit.WEEKDAY:
        return []
    counted = words.say("None is to come in the next 14 days.")
    if kind.to_come:
        counted = words.count("One in the next 14 days.", "{n} in the next 14 days.", kind.to_come)
    if kind.held_back:
        counted += " " + words.count("One more will not be sent.", "{n} more will not be sent.", kind.held_back)
    return [counted]


def _lapses(days: int, words: Words) -> str:
    return words.count(
        "An introduction without an answer ends after one working day.",
        "An introduction without an answer ends after {n} working days.",
        days,
    )


def _when(unit: Unit, offsets: Sequence[int], words: Words) -> str:
    if not offsets:
        return words.say("Switched off")
    if unit is Unit.WEEKDAY:
        return words.say("On {day}, at nine o'clock", day=words.weekday(offsets[0]))
    days = words.listed([words.number(n) for n in offsets])
    if unit is Unit.WORKING_DAYS_AFTER:
        return words.say("Working days after: {days}", days=days)
    return words.say("Days before: {days}", days=days)


@composes(PlannedNudges)
def compose_planned(notice: PlannedNudges, words: Words) -> Card:
    """List what of one kind is to come, to whom, and why some of it will not be sent."""
    sayings = dict.fromkeys(SAYINGS[one] for one in notice.notices)
    quoted = [words.say(one) for one in sayings]
    blocks: list[Block] = [
        Section(_when(notice.unit, notice.offsets, words)),
        Section(bulleted(quoted), heading=words.say("What it says")),
        Divider(),
    ]
    if notice.lines:
        blocks.append(
            Section(
                bulleted([_line(line, words) for line in notice.lines]),
                heading=words.say("In the next 14 days, if nobody acts"),
            )
        )
    else:
        blocks.append(Section(words.say("None is to come in the next 14 days.")))
    if notice.more:
        blocks.append(Note(words.count("and one more", "and {n} more", notice.more)))
    blocks.append(
        Actions(
            (
                Button(words.say("All reminders"), action="nudges.show", value=notice.value),
                Button(words.say("Change it"), action="nudges.edit", value=notice.value),
            )
        )
    )
    return Card(title=label(notice.kind, words), blocks=tuple(blocks), locale=words.locale)


def _line(line: PlannedNudge, words: Words) -> str:
    who = words.say("{person} ({organisation})", person=line.person, organisation=line.organisation)
    who = who if line.organisation else line.person
    notes: list[str] = []
    if line.held is not None and line.why is None:
        notes.append(words.say(_HELD[line.held]))
    if line.why is not None:
        notes.append(words.say(_WHY[line.why]))
    if line.zone_unknown:
        notes.append(words.say("unknown time zone, so by UTC"))
    if line.holidays_unknown:
        notes.append(words.say("no calendar of holidays there, so Monday to Friday"))
    told = words.say("{subject} · {who}", subject=line.subject, who=who)
    if line.at is not None:
        when = replace(words, zone=line.zone).instant(line.at)
        told = words.say("{when} · {subject} · {who}", when=when, subject=line.subject, who=who)
    return f"{told}: {'; '.join(notes)}" if notes else told


@asks(ChangePlan)
def ask_plan(question: ChangePlan, words: Words) -> Form:
    """Ask for the offsets of every kind."""
    fields = [_field(kind, offsets, question.units[kind], words) for kind, offsets in question.offsets.items()]
    lapse = Field(
        LAPSE,
        words.say("An introduction without an answer ends"),
        FieldKind.NUMBER,
        value=str(question.lapse),
        hint=words.say("Working days after it was asked."),
    )
    return Form(
        action="nudges.save",
        value=question.value,
        title=words.say("Change reminders"),
        intro=words.say(
            "It holds in {cluster} at once, also for reminders that are planned already.", cluster=question.cluster
        ),
        fields=(*fields, lapse),
        submit=words.say("Save"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


def _field(kind: NudgeKind, offsets: tuple[int, ...], unit: Unit, words: Words) -> Field:
    if unit is Unit.WEEKDAY:
        days = tuple(Option(str(n), words.weekday(n)) for n in range(_WORKING_WEEK))
        return Field(
            kind,
            label(kind, words),
            FieldKind.CHOICE,
            value=str(offsets[0]) if offsets else OFF,
            options=(*days, Option(OFF, words.say("Switched off"))),
        )
    after = words.say("Working days after, such as 3, 7. Empty: none.")
    before = words.say("Days before, such as 7, 2, 0. Empty: none.")
    return Field(
        kind,
        label(kind, words),
        required=False,
        value=", ".join(str(n) for n in offsets),
        hint=after if unit is Unit.WORKING_DAYS_AFTER else before,
    )


@composes(PlanSaved)
def compose_plan_saved(notice: PlanSaved, words: Words) -> Card:
    """Say that it holds from now on, and what of it was planned already."""
    text = words.say(
        "It holds in {cluster} from now on, also for reminders that were planned already. Reminders of a kind that is "
        "switched off are not sent any more. Introductions that were asked before end on the day that was told.",
        cluster=notice.cluster,
    )
    moved = [_moved(one, words) for one in notice.moved]
    show = Button(words.say("All reminders"), action="nudges.show", value=notice.value)
    return Card(
        title=words.say("Reminders are saved"),
        blocks=(
            Section(text),
            *([Section(bulleted(moved), heading=words.say("Planned anew"))] if moved else []),
            Actions((show,)),
        ),
        summary=text,
        locale=words.locale,
    )


def _moved(one: PlanMoved, words: Words) -> str:
    parts: list[str] = []
    if one.planned:
        parts.append(words.count("one reminder at its new time", "{n} reminders at their new times", one.planned))
    if one.dropped:
        parts.append(words.count("one comes no more", "{n} come no more", one.dropped))
    if not parts:
        parts.append(words.say("on its new day"))
    return f"{label(one.kind, words)}: {words.listed(parts)}"
