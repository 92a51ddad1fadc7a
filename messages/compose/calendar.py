"""The private card with the link of a person's calendar feed."""

from __future__ import annotations

from messages.card import Actions, Block, Button, Card, Confirm, Fact, Facts, Note, Section
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.calendar import CalendarLink


def calendar_button(words: Words) -> Button:
    """Return the button that shows a person's calendar link."""
    return Button(words.say("My calendar"), action="calendar.show")


@composes(CalendarLink)
def compose_calendar_link(notice: CalendarLink, words: Words) -> Card:
    """Give somebody the own calendar link, and how a calendar is told of it; or say that it is switched off."""
    title = words.say("Your calendar")
    if not notice.url:
        off = words.say("Your calendar link is switched off. Nobody can read your dates with an old one.")
        make = Actions((Button(words.say("New link"), action="calendar.renew"),))
        return Card(title=title, blocks=(Section(off), make), locale=words.locale)
    what = words.say(
        "Your deadlines, the answers you owe and your meetings, in the calendar that you use anyway. It reads this "
        "address every few hours; it is yours alone, do not pass it on."
    )
    how = words.say(
        "Google: Other calendars, From URL. Outlook: Add calendar, Subscribe from web. Apple: File, New Calendar "
        "Subscription. Paste the address there."
    )
    rows = (
        Fact(words.say("Address"), notice.url),
        Fact(words.say("For programs that open it themselves"), notice.webcal),
    )
    fresh = [Note(words.say("The old link has ended. Give your calendar the new one."))] if notice.fresh else []
    blocks: list[Block] = [Section(what), Facts(rows), Section(how), *fresh, Actions(_buttons(words))]
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _buttons(words: Words) -> tuple[Button, ...]:
    sure = Confirm(
        title=words.say("Make a new link?"),
        text=words.say("The one that you have now ends at once."),
        yes=words.say("New link"),
        no=words.say("Not now"),
    )
    return (
        Button(words.say("New link"), action="calendar.renew", confirm=sure),
        Button(words.say("Switch off"), action="calendar.off"),
    )
