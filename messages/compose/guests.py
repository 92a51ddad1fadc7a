"""Cards and forms about guests."""

from __future__ import annotations

from typing import Final

from domain.organisations import EMAIL_MAX
from messages.card import Actions, Block, Button, Card, Confirm, Field, FieldKind, Form, Note, Option, Section, Style
from messages.compose.registry import asks, composes
from messages.compose.sheets import heading, page_buttons
from messages.i18n import N_, Words
from messages.notices.guests import GuestLink, GuestList, GuestRevoked, GuestWelcome, InviteGuest, PassStanding
from messages.parts import languages, sentence

_NAME_MAX: Final = 200
_STANDING: Final = {
    PassStanding.SENT: N_("link not opened yet; valid until {day}"),
    PassStanding.OPENED: N_("came in; until {day}"),
    PassStanding.EXPIRED: N_("expired on {day}"),
    PassStanding.REVOKED: N_("ended by a manager"),
}


@asks(InviteGuest)
def ask_guest(question: InviteGuest, words: Words) -> Form:
    """Ask whom to invite to which challenge."""
    return Form(
        action="guest.invite.send",
        title=words.say("Invite by link"),
        fields=(
            Field("email", words.say("E-mail"), value=question.email, max_length=EMAIL_MAX),
            Field(
                "organisation",
                words.say("Company"),
                hint=words.say("As it stands in the directory of your cluster"),
                value=question.organisation,
                max_length=_NAME_MAX,
            ),
            Field(
                "challenge",
                words.say("Challenge"),
                FieldKind.CHOICE,
                value=question.challenge,
                options=tuple(Option(key, heading(key, title)) for key, title in question.challenges),
            ),
            Field(
                "language",
                words.say("Language of the person"),
                FieldKind.CHOICE,
                value=question.language,
                options=languages(words),
            ),
            Field("days", words.say("Valid for how many days?"), FieldKind.NUMBER, value=str(question.days)),
        ),
        submit=words.say("Make the link"),
        cancel=words.say("Cancel"),
        intro=words.say(
            "For people of companies that are in no workspace. You get a personal link to send by your own mail; "
            "it shows this challenge, the own answer and the conversation, and nothing else."
        ),
        locale=words.locale,
    )


@composes(GuestLink)
def compose_link(notice: GuestLink, words: Words) -> Card:
    """Give a manager the link, and say what it does."""
    text = words.say(
        "Send this link to {name} ({organisation}) by your own mail. It opens once, in one browser, and "
        "shows {challenges} alone.",
        name=notice.name,
        organisation=notice.organisation,
        challenges=words.listed(notice.challenges),
    )
    blocks: tuple[Block, ...] = (
        Section(text),
        Section(notice.url),
        Note(words.say("Valid until {day}. Whoever holds it comes in as this person.", day=notice.until)),
        Actions((Button(words.say("All guests"), action="guest.list"), _revoke(notice.value, words))),
    )
    return Card(words.say("A personal link"), blocks, summary=text, locale=words.locale)


@composes(GuestList)
def compose_guests(notice: GuestList, words: Words) -> Card:
    """List the guests of a cluster, each with what can be done."""
    blocks: list[Block] = []
    for item in notice.items:
        standing = words.say(_STANDING[item.standing], day=item.until)
        lines = (" · ".join((item.organisation, item.email)), " · ".join((*item.challenges, standing)))
        blocks.append(Section("\n".join(lines), item.name))
        renew = Button(words.say("New link"), action="guest.renew", value=item.value)
        over = item.standing in (PassStanding.EXPIRED, PassStanding.REVOKED)
        blocks.append(Actions((renew,) if over else (renew, _revoke(item.value, words))))
    if not notice.items:
        blocks.append(Section(words.say("Nobody is invited by link.")))
    invite = Button(words.say("Invite somebody"), action="guest.invite", style=Style.PRIMARY)
    pages = page_buttons("guest.list", "", notice.page, more=notice.more, words=words)
    blocks.append(Actions((invite, *pages)))
    return Card(words.say("Guests"), tuple(blocks), locale=words.locale)


def _revoke(value: str, words: Words) -> Button:
    confirm = Confirm(
        title=words.say("End this invitation?"),
        text=words.say("The link and whatever is open with it end at once. Answers that were given stay."),
        yes=words.say("End it"),
        no=words.say("Keep it"),
    )
    return Button(words.say("End it"), action="guest.revoke", value=value, style=Style.DANGER, confirm=confirm)


@composes(GuestRevoked)
def compose_revoked(notice: GuestRevoked, words: Words) -> Card:
    """Say that an invitation is over."""
    return sentence(
        words.say("The invitation of {name} has ended; nothing is open with it any more.", name=notice.name), words
    )


@composes(GuestWelcome)
def compose_welcome(notice: GuestWelcome, words: Words) -> Card:
    """Show a guest what he or she was invited to."""
    blocks: list[Block] = [
        Section(
            words.say(
                "{cluster} invites {organisation} to answer. Your answer is read by the buyer; your name is shown "
                "only when you are introduced, or if you wish.",
                cluster=notice.cluster,
                organisation=notice.organisation,
            )
        )
    ]
    for item in notice.items:
        text = item.title if item.open else words.say("{title} (takes no answers any more)", title=item.title)
        blocks.append(Section(text, item.id))
        buttons = [Button(words.say("Read it all"), action="challenge.show", value=item.id)]
        if item.answer:
            buttons.append(Button(words.say("Your answer"), action="answer.show", value=item.answer))
        elif item.open:
            buttons.insert(0, Button(words.say("Answer"), action="answer.start", value=item.id, style=Style.PRIMARY))
        blocks.append(Actions(tuple(buttons)))
    until = words.say("You are invited until {day}.", day=notice.until)
    if notice.host:
        until = words.say("You are invited until {day}. Questions? Ask {name}.", day=notice.until, name=notice.host)
    blocks.append(Note(until))
    return Card(words.say("You are invited"), tuple(blocks), locale=words.locale)
