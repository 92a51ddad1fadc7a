"""The card of a meeting, the form in which it is proposed, and what is said to who acted."""

from __future__ import annotations

from typing import Final

from domain.meetings import (
    MEETING_LENGTHS,
    MEETING_NOTE_MAX,
    PLACE_MAX,
    STANDING,
    WAITING,
    Appointment,
    MeetingState,
)
from messages.card import (
    Actions,
    Block,
    Button,
    Card,
    Confirm,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Option,
    Section,
    Style,
)
from messages.compose.registry import asks, composes
from messages.compose.sheets import heading
from messages.i18n import N_, Words
from messages.notices.meetings import AgreeMeeting, MeetingCard, MeetingDone, MeetingStep, Slot
from messages.parts import sentence, signed

_DONE: Final = {
    MeetingStep.PROPOSED: N_("Proposed. {other} is asked in your conversation ({id})."),
    MeetingStep.ACCEPTED: N_("Agreed. {other} reads it in your conversation, with a file for the calendar ({id})."),
    MeetingStep.DECLINED: N_("Noted. {other} reads in your conversation that this time does not suit you ({id})."),
    MeetingStep.KEPT: N_("Noted. The time that was agreed before still holds ({id})."),
    MeetingStep.WITHDRAWN: N_("Your proposal is withdrawn ({id})."),
    MeetingStep.CALLED_OFF: N_("The meeting is called off. {other} reads it in your conversation ({id})."),
}


@composes(MeetingCard)
def compose_meeting(notice: MeetingCard, words: Words) -> Card:
    """Tell both sides how their meeting stands, with what each can do about it."""
    title = heading(notice.id, words.say("Your meeting"))
    if notice.superseded:
        text = words.say("This has changed since. A newer message shows how it stands.")
        return Card(title=title, blocks=(Section(text),), locale=words.locale)
    return Card(
        title=title,
        blocks=tuple(meeting_blocks(notice, words)),
        summary=words.say("{id}: {state}", id=notice.id, state=_lead(notice, words)),
        locale=words.locale,
    )


def is_talked_about(meeting: MeetingCard | None) -> bool:
    """Tell whether a meeting is proposed or agreed on, and ahead of us."""
    return meeting is not None and meeting.state in (WAITING | STANDING) and not meeting.over


def meeting_blocks(notice: MeetingCard, words: Words) -> list[Block]:
    """Return how a meeting stands, with what each side can do about it."""
    blocks: list[Block] = [Section(_lead(notice, words))]
    if notice.agreed is not None:
        blocks += _facts(notice.agreed, words)
    if notice.offer is not None:
        if notice.agreed is not None:
            proposer = signed(notice.by, notice.side, words)
            blocks.append(Section(words.say("{name} proposes another time:", name=proposer)))
        blocks += _facts(notice.offer, words)
    buttons = _buttons(notice, words)
    return [*blocks, *((Actions(buttons),) if buttons else ())]


def _lead(notice: MeetingCard, words: Words) -> str:
    if notice.state is MeetingState.PROPOSED:
        return words.say("{name} proposes to meet. Does this suit you?", name=signed(notice.by, notice.side, words))
    if notice.state is MeetingState.DECLINED:
        return words.say("The time that was proposed does not suit the other side. Either of you can propose another.")
    if notice.state is MeetingState.CALLED_OFF:
        if notice.agreed is None:
            return words.say("The proposal was withdrawn. Either of you can make another one.")
        return words.say("The meeting is called off. Either of you can propose another time.")
    return words.say("This was your meeting.") if notice.over else words.say("You have agreed to meet.")


def _facts(slot: Slot, words: Words) -> list[Block]:
    """Return when and where a meeting is, and what to think of."""
    appointment = slot.appointment
    facts = [Fact(words.say("When"), when(appointment, words))]
    if appointment.place:
        facts.append(Fact(words.say("Where"), appointment.place))
    blocks: list[Block] = [Facts(tuple(facts))]
    if appointment.note:
        blocks.append(Section(appointment.note))
    if slot.elsewhere:
        times = [f"{Words(words.locale, zone).instant(appointment.starts_at)} ({zone})" for zone in slot.elsewhere]
        blocks.append(Note(words.say("That is {times}.", times=words.listed(times))))
    if slot.day_off:
        blocks.append(Note(_day_off(slot.day_off, words)))
    return blocks


def when(appointment: Appointment, words: Words) -> str:
    """Write date, beginning, end and zone of a meeting, as the clocks of its zone show them."""
    there = Words(words.locale, appointment.zone)
    return words.say(
        "{day}, {start} to {end} ({zone})",
        day=there.date(appointment.starts_at, style="full"),
        start=there.clock(appointment.starts_at),
        end=there.clock(appointment.ends_at),
        zone=appointment.zone,
    )


def _day_off(organisations: tuple[str, ...], words: Words) -> str:
    return words.say("That is no working day for {organisations}.", organisations=words.listed(organisations))


def _buttons(notice: MeetingCard, words: Words) -> tuple[Button, ...]:
    """Return what can be done about a meeting."""
    buttons: list[Button] = []
    waits = notice.offer is not None and notice.state in (MeetingState.PROPOSED, MeetingState.MOVING)
    if waits:
        buttons.append(Button(words.say("Accept"), "meeting.accept", notice.value, style=Style.PRIMARY))
    if waits or (notice.state is MeetingState.AGREED and not notice.over):
        buttons.append(Button(words.say("Propose another time"), "meeting.agree", notice.value))
    elif notice.state in (MeetingState.DECLINED, MeetingState.CALLED_OFF):
        buttons.append(agree_button(notice.id, words))
    if waits:
        no = words.say("No") if notice.agreed is None else words.say("No, keep the old time")
        buttons.append(Button(no, "meeting.decline", notice.value))
    if notice.agreed is not None and notice.state in (MeetingState.AGREED, MeetingState.MOVING) and not notice.over:
        buttons.append(Button(words.say("Call it off"), "meeting.call_off", notice.value, confirm=_sure(words)))
    if notice.file:
        called_off = notice.state is MeetingState.CALLED_OFF
        label = words.say("Take it out of my calendar") if called_off else words.say("Add to my calendar")
        buttons.append(Button(label, url=notice.file))
    return tuple(buttons)


def agree_button(introduction: str, words: Words) -> Button:
    """Return the button with which a side begins to agree on a meeting."""
    return Button(words.say("Agree on a meeting"), "meeting.agree", introduction)


def _sure(words: Words) -> Confirm:
    return Confirm(
        title=words.say("Call the meeting off?"),
        text=words.say("The other side is told at once."),
        yes=words.say("Call it off"),
        no=words.say("Not now"),
    )


@asks(AgreeMeeting)
def ask_meeting(question: AgreeMeeting, words: Words) -> Form:
    """Ask when and where to meet."""
    proposed, start = question.proposed, question.proposed.local_start
    fields = (
        Field("date", words.say("Date"), FieldKind.DATE, value=start.date().isoformat()),
        Field("time", words.say("Time"), value=f"{start:%H:%M}", hint=words.say("Such as 10:00.")),
        Field("zone", words.say("Time zone"), value=proposed.zone, hint=words.say("Such as Europe/Copenhagen.")),
        Field(
            "minutes",
            words.say("How long"),
            FieldKind.CHOICE,
            value=str(proposed.minutes),
            options=tuple(Option(str(one), words.say("{number} minutes", number=one)) for one in MEETING_LENGTHS),
        ),
        Field(
            "place",
            words.say("Place or video link"),
            required=False,
            value=proposed.place,
            max_length=PLACE_MAX,
        ),
        Field(
            "note",
            words.say("Anything else"),
            FieldKind.TEXT,
            required=False,
            value=proposed.note,
            max_length=MEETING_NOTE_MAX,
        ),
    )
    intro = (
        words.say("The time that you agreed on holds until {other} accepts another one.", other=question.other)
        if question.moving
        else words.say("{other} can accept, propose another time, or say no.", other=question.other)
    )
    return Form(
        action="meeting.propose",
        value=question.value,
        title=words.say("Meeting ({id})", id=question.id),
        intro=intro,
        fields=fields,
        submit=words.say("Propose"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@composes(MeetingDone)
def compose_meeting_done(notice: MeetingDone, words: Words) -> Card:
    """Confirm what was done, and warn of a day on which somebody does not work."""
    text = words.say(_DONE[notice.step], id=notice.id, other=notice.other)
    if not notice.day_off:
        return sentence(text, words)
    blocks = (Section(text), Note(_day_off(notice.day_off, words)))
    return Card(title="", blocks=blocks, summary=text, locale=words.locale)
