"""The form for a person's settings, and the card that shows them."""

from __future__ import annotations

from domain.people import REGION_MAX
from messages.card import (
    Actions,
    Block,
    Button,
    Card,
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
from messages.compose.calendar import calendar_button
from messages.compose.pausing import pause_button
from messages.compose.registry import asks, composes
from messages.compose.sheets import bulleted
from messages.i18n import Words
from messages.labels import label
from messages.notices.settings import EditSettings, OwnDoors, SettingsSaved, WebLink
from messages.parts import languages


@asks(EditSettings)
def ask_settings(question: EditSettings, words: Words) -> Form:
    """Ask for language, zone, quiet hours and what somebody wants to be reminded of."""
    wanted = question.wanted
    nudges = tuple(Option(kind, label(kind, words)) for kind in wanted.offered)
    fields = (
        Field(
            "language",
            words.say("Your language"),
            FieldKind.CHOICE,
            value=wanted.language,
            options=languages(words),
        ),
        Field("zone", words.say("Time zone"), value=wanted.zone, hint=words.say("Such as Europe/Copenhagen.")),
        Field(
            "country",
            words.say("Country"),
            required=False,
            value=wanted.country,
            hint=words.say("I leave you in peace on its public holidays."),
        ),
        Field(
            "region",
            words.say("Region"),
            required=False,
            value=wanted.region,
            hint=words.say("Where holidays differ within the country, such as Bayern or SCT."),
            max_length=REGION_MAX,
        ),
        Field(
            "quiet_hours",
            words.say("Quiet hours"),
            required=False,
            value=wanted.quiet,
            hint=words.say("Such as 22:00-07:00. I write between 9 and 17 o'clock on working days anyway."),
        ),
        Field(
            "nudges",
            words.say("Remind me of"),
            FieldKind.CHECK,
            required=False,
            value=wanted.kinds,
            options=nudges,
            hint=words.say("Whatever you leave out stays on your own page."),
        ),
        Field(
            "snooze",
            words.say("No reminders before"),
            FieldKind.DATE,
            required=False,
            value=wanted.snoozed_on.isoformat() if wanted.snoozed_on else "",
        ),
        Field(
            "pause",
            words.say("All reminders"),
            FieldKind.CHECK,
            required=False,
            value=("yes",) if wanted.paused else (),
            options=(Option("yes", words.say("Send me none until I say so")),),
            hint=words.say("Deadlines of your own challenges and answers still come."),
        ),
    )
    return Form(
        action="settings.save",
        title=words.say("Your settings"),
        fields=fields,
        submit=words.say("Save"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@composes(SettingsSaved)
def compose_settings(notice: SettingsSaved, words: Words) -> Card:
    """Show the settings as they are now."""
    wanted = notice.wanted
    kinds = [label(kind, words) for kind in wanted.offered if kind in wanted.kinds]
    facts = [
        Fact(words.say("Language"), words.language(wanted.language)),
        Fact(words.say("Time zone"), wanted.zone),
        Fact(words.say("Quiet hours"), wanted.quiet or words.say("None")),
    ]
    if wanted.country:
        country = words.country(wanted.country)
        facts.insert(2, Fact(words.say("Country"), f"{country}, {wanted.region}" if wanted.region else country))
    if wanted.snoozed_on is not None:
        facts.append(Fact(words.say("No reminders before"), words.date(wanted.snoozed_on)))
    buttons = [Button(words.say("Change it"), action="settings.edit"), calendar_button(words)]
    if notice.web:
        buttons.append(Button(words.say("Open the web workspace"), action="web.link"))
    reminders = words.say("Nothing") if wanted.paused or not kinds else bulleted(kinds)
    blocks: list[Block] = [Facts(tuple(facts)), Section(reminders, words.say("Remind me of")), Actions(tuple(buttons))]
    if wanted.holidays_unknown:
        blocks.insert(1, Note(words.say("I have no calendar of the public holidays there: I go by Monday to Friday.")))
    return Card(title=words.say("Your settings are saved"), blocks=tuple(blocks), locale=words.locale)


@composes(WebLink)
def compose_web_link(notice: WebLink, words: Words) -> Card:
    """Give somebody the own link into the web workspace."""
    text = words.say(
        "This link lets you in until {day}. It is yours alone: do not pass it on.", day=words.date(notice.until)
    )
    enter = Button(words.say("Open the web workspace"), url=notice.url, style=Style.PRIMARY)
    return Card(
        title=words.say("Your web workspace"),
        blocks=(Section(text), Actions((enter,)), Note(words.say("Ask for a new one with /matchpoint settings."))),
        locale=words.locale,
    )


@composes(OwnDoors)
def compose_own_doors(notice: OwnDoors, words: Words) -> Card:
    """Show the buttons that are always there."""
    shared: list[Button] = []
    if notice.profile:
        shared.append(Button(words.say("My organisation's profile"), action="profile.edit"))
    if notice.pause:
        shared.append(pause_button("", words))
    if notice.member:
        shared.append(Button(words.say("My introductions"), action="introduction.list"))
        shared.append(Button(words.say("My cluster"), action="cluster.show"))
    own = [Button(words.say("My settings"), action="settings.edit")]
    if notice.member:
        own.append(calendar_button(words))
    if notice.web:
        own.append(Button(words.say("Open the web workspace"), action="web.link"))
    own.append(Button(words.say("Help"), action="help.matchpoint"))
    rows = tuple(Actions(tuple(row)) for row in (shared, own) if row)
    return Card(title=words.say("You and your cluster"), blocks=rows, locale=words.locale)
