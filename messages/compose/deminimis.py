"""Cards and forms about de minimis aid."""

from __future__ import annotations

from typing import Final

from domain.aid_lines import AID_TEXT_MAX, AidLine, example_line, format_lines
from domain.deminimis import DECLARED_DAYS, LinkKind
from domain.organisations import NAME_MAX
from domain.vouchers import AwardSource
from messages.card import Actions, Block, Button, Card, Confirm, Field, FieldKind, Form, Note, Option, Section, Style
from messages.compose.registry import asks, composes
from messages.compose.sheets import bulleted, heading
from messages.i18n import Money, Words
from messages.labels import label, options
from messages.notices.deminimis import (
    DECLARATION_VERSION,
    AidDeclared,
    AidRegister,
    ChooseFirm,
    ConfirmAid,
    DeclareAid,
    FirmLink,
    LinkFirm,
    NamedFirm,
    RegisterLine,
    StateAid,
)

_IN_A_ROW: Final = 5
_LINKS: Final = 10
_NAMED: Final = 10
_STATES: Final = 12
_AWARDS: Final = 20
_GRANTED: Final = 5


@composes(ChooseFirm)
def compose_choice(notice: ChooseFirm, words: Words) -> Card:
    """Ask for which of one's firms aid is declared."""
    buttons = [Button(name, "voucher.declare", key) for key, name in notice.firms]
    rows = [Actions(tuple(buttons[at : at + _IN_A_ROW])) for at in range(0, len(buttons), _IN_A_ROW)]
    text = words.say("For which of your firms do you declare de minimis aid?")
    return Card(title="", blocks=(Section(text), *rows), summary=text, locale=words.locale)


@asks(DeclareAid)
def ask_aid(question: DeclareAid, words: Words) -> Form:
    """Ask what aid a firm and those linked to it were granted, and which firms these are."""
    example = example_line(locale=words.locale, today=question.today)
    true = Option(f"{DECLARATION_VERSION}", words.say("This is complete and true. I may declare it for the firm."))
    return Form(
        action="voucher.declare.save",
        value=question.value,
        title=words.say("De minimis aid"),
        intro=_intro(question, words),
        fields=(
            Field(
                "linked",
                words.say("Firms linked to yours"),
                FieldKind.TEXT,
                required=False,
                hint=words.say(
                    "One per line; empty if there are none. Linked is who has the majority of votes or appoints the "
                    "board, or decides by contract or agreement, in either direction and over other firms; and who "
                    "merged with you."
                ),
                value="\n".join(question.linked),
                max_length=AID_TEXT_MAX,
            ),
            Field(
                "aid",
                words.say("Aid granted to your firm and to linked ones"),
                FieldKind.TEXT,
                required=False,
                hint=words.say(
                    "One per line; empty if there was none. Date, euros, country, who granted it, for what: {example}",
                    example=example,
                ),
                value=format_lines(question.lines, locale=words.locale),
                max_length=AID_TEXT_MAX,
            ),
            Field("true", words.say("Your declaration"), FieldKind.CHECK, options=(true,)),
        ),
        submit=words.say("Declare"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


def _intro(question: DeclareAid, words: Words) -> str:
    lines = [
        words.say(
            "{organisation}: all de minimis aid since {start}, whoever gave it. It replaces what was declared before.",
            organisation=question.organisation,
            start=question.start,
        )
    ]
    if question.granted:
        lines.append(words.say("This was granted here and is known already; do not write it once more:"))
        lines += [f"• {_aid(one, words)}" for one in question.granted[-_GRANTED:]]
        more = len(question.granted) - _GRANTED
        if more > 0:
            lines.append(words.count("And one more.", "And {n} more.", more))
    return "\n".join(lines)


def _aid(one: AidLine, words: Words) -> str:
    return words.say(
        "{date}: {amount}, {grantor}, {country}",
        date=one.awarded_on,
        amount=Money(one.cents),
        grantor=one.grantor,
        country=words.country(one.state),
    )


@composes(AidDeclared)
def compose_declared(notice: AidDeclared, words: Words) -> Card:
    """Confirm a declaration, with what each state may still grant."""
    text = words.say("Thank you! The de minimis aid of {organisation} is declared.", organisation=notice.organisation)
    blocks: list[Block] = [Section(text)]
    if notice.states:
        lines = [_room(one, words) for one in notice.states[:_STATES]]
        blocks.append(Section(bulleted(lines), words.say("What can still be granted")))
    if notice.voucher:
        submit = Button(words.say("Submit"), "voucher.submit", notice.value, style=Style.PRIMARY)
        blocks += [
            Section(words.say("{id} is not submitted yet.", id=notice.voucher)),
            Actions((submit, Button(words.say("Open"), "voucher.status", notice.voucher))),
        ]
    return Card(title="", blocks=tuple(blocks), summary=text, locale=words.locale)


@composes(ConfirmAid)
def compose_confirmation(notice: ConfirmAid, words: Words) -> Card:
    """Ask whether what was declared some time ago is still complete, to be confirmed with one press."""
    text = words.say(
        "{id} is kept as a draft. {organisation} declared its de minimis aid on {date}; after {days} days that has to "
        "be confirmed.",
        id=notice.id,
        organisation=notice.organisation,
        date=notice.declared_on,
        days=DECLARED_DAYS,
    )
    lines = [_aid(one, words) for one in notice.lines[:_AWARDS]]
    if len(notice.lines) > _AWARDS:
        lines.append(words.count("And one more.", "And {n} more.", len(notice.lines) - _AWARDS))
    if not lines:
        lines = [words.say("No aid of the last three years that was not granted here")]
    linked = words.listed(list(notice.linked)) if notice.linked else words.say("no other firm")
    lines.append(words.say("Linked to {organisation}: {firms}", organisation=notice.organisation, firms=linked))
    sure = Confirm(
        words.say("Is it still complete and true?"),
        words.say("You declare it once more for {organisation}, as of today.", organisation=notice.organisation),
        words.say("Yes"),
        words.say("No"),
    )
    buttons = (
        Button(
            words.say("Nothing has changed"),
            "voucher.declare.confirm",
            notice.value,
            style=Style.PRIMARY,
            confirm=sure,
        ),
        Button(words.say("Something has changed"), "voucher.declare", notice.id),
    )
    blocks = (Section(text), Section(bulleted(lines), words.say("What was declared")), Actions(buttons))
    return Card(title="", blocks=blocks, summary=text, locale=words.locale)


def _room(one: StateAid, words: Words) -> str:
    country = words.country(one.state)
    if one.ceiling is None or one.left is None:
        return words.say("{country}: {total} granted; no ceiling is set", country=country, total=Money(one.total))
    return words.say(
        "{country}: {total} granted, of {ceiling} at most; {left} can still be granted",
        country=country,
        total=Money(one.total),
        ceiling=Money(one.ceiling),
        left=Money(one.left),
    )


@composes(AidRegister)
def compose_register(notice: AidRegister, words: Words) -> Card:
    """Show managers what a single undertaking was granted, and why its firms are one."""
    lead = words.say("Three years, from {start} to {end}.", start=notice.start, end=notice.on)
    declared = words.say("The firm has declared nothing yet.")
    if notice.declared_on is not None:
        declared = words.say("Declared by the firm on {date}.", date=notice.declared_on)
    blocks: list[Block] = [Section(f"{lead} {declared}")]
    for one in notice.states[:_STATES]:
        blocks.append(Section(_state(one, words), words.country(one.state)))
    if not notice.states:
        blocks.append(Section(words.say("No aid is known.")))
    blocks += _firms(notice, words)
    blocks.append(Actions((Button(words.say("Link a firm"), "register.link", notice.id),)))
    return Card(
        title=heading(notice.id, words.say("De minimis aid of {organisation}", organisation=notice.organisation)),
        blocks=tuple(blocks),
        locale=words.locale,
    )


def _state(one: StateAid, words: Words) -> str:
    lines = [_entry(line, words) for line in one.lines[-_AWARDS:]]
    more = len(one.lines) - _AWARDS
    if more > 0:
        lines.insert(0, words.count("One older award", "{n} older awards", more))
    return "\n".join([bulleted(lines), _room(one, words)])


def _entry(line: RegisterLine, words: Words) -> str:
    given = {
        "date": line.awarded_on,
        "amount": Money(line.cents),
        "grantor": f"{line.grantor} ({line.measure})" if line.measure else line.grantor,
        "organisation": line.organisation,
    }
    if line.source is AwardSource.GRANTED:
        return words.say("{date}: {amount} to {organisation} by {grantor}, granted here", **given)
    return words.say("{date}: {amount} by {grantor}, declared by {organisation}", **given)


def _firms(notice: AidRegister, words: Words) -> list[Block]:
    blocks: list[Block] = []
    for at, one in enumerate(notice.links[:_LINKS]):
        text = words.say("{one} and {other}: {why}", one=one.one, other=one.other, why=label(one.kind, words))
        blocks += [
            Section(text, words.say("One undertaking") if at == 0 else ""),
            Actions((_unlink(one, words),)),
        ]
    more = len(notice.links) - _LINKS
    if more > 0:
        blocks.append(Note(words.count("And one link more.", "And {n} links more.", more)))
    if notice.named:
        lines = [_named(one, words) for one in notice.named[:_NAMED]]
        blocks.append(Section(bulleted(lines), words.say("Named as linked, but not linked yet")))
    known = [one for one in notice.named[:_NAMED] if one.value][:_IN_A_ROW]
    if known:
        blocks.append(
            Actions(tuple(Button(words.say("Link {name}", name=one.name), "register.link", one.value) for one in known))
        )
    return blocks


def _named(one: NamedFirm, words: Words) -> str:
    if one.value:
        return words.say("{name}: its aid counts against the firm that named it until you decide", name=one.name)
    if one.several:
        return words.say("{name}: the directory has several firms of this name", name=one.name)
    return words.say("{name}: not in the directory", name=one.name)


def _unlink(one: FirmLink, words: Words) -> Button:
    confirm = Confirm(
        title=words.say("Remove the link?"),
        text=words.say("{one} and {other} are counted apart then.", one=one.one, other=one.other),
        yes=words.say("Remove"),
        no=words.say("Keep it"),
    )
    return Button(words.say("Remove link"), "register.unlink", one.value, style=Style.DANGER, confirm=confirm)


@asks(LinkFirm)
def ask_link(question: LinkFirm, words: Words) -> Form:
    """Ask which firm is one undertaking with this one, and why."""
    return Form(
        action="register.link.save",
        value=question.value,
        title=words.say("Link a firm"),
        intro=words.say(
            "It is one single undertaking with {organisation}: what either was granted counts for both, and for all "
            "others linked to them.",
            organisation=question.organisation,
        ),
        fields=(
            Field(
                "firm",
                words.say("Which firm?"),
                hint=words.say("Its name in the directory, or its id such as {example}", example="OR-12"),
                value=question.firm,
                max_length=NAME_MAX,
            ),
            Field("kind", words.say("Why?"), FieldKind.CHOICE, options=options(LinkKind, words)),
        ),
        submit=words.say("Link"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )
