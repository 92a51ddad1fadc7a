"""The cards of calls for vouchers and of the parts with which clusters fund them, and their forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.schemes import CallState, PartState, Terms
from messages.card import Actions, Block, Button, Card, Fact, Facts, Note, Section, Style
from messages.compose.registry import composes
from messages.compose.schemes import PURPOSES
from messages.compose.sheets import bulleted, heading
from messages.compose.voucher_parts import KINDS, rules
from messages.i18n import N_, Money, Words
from messages.labels import label
from messages.notices.calls import (
    CallDone,
    CallPost,
    CallSheet,
    CallShown,
    CallStep,
    PartCard,
    PartDone,
    PartFigures,
    PartStep,
)
from messages.parts import sentence

_BUTTONS: Final[Mapping[str, tuple[str, Style]]] = {
    "voucher.apply": (N_("Apply"), Style.PRIMARY),
    "call.show": (N_("Details"), Style.DEFAULT),
    "call.edit": (N_("Edit"), Style.DEFAULT),
    "call.cancel": (N_("Cancel the call"), Style.DANGER),
    "call.part.take": (N_("Take part"), Style.PRIMARY),
    "call.part.amount": (N_("Another amount"), Style.DEFAULT),
    "call.part.refuse": (N_("No"), Style.DEFAULT),
}
_PART_DONE: Final[Mapping[PartStep, str]] = {
    PartStep.TAKEN: N_("{cluster} takes part in {id} with {amount}. Your members are told once the call is open."),
    PartStep.REFUSED: N_("Noted: {cluster} does not take part in {id}. The managers of {owner} see it on their card."),
    PartStep.CHANGED: N_("{cluster} now puts {amount} into {id}."),
}


def call_button(action: str, value: str, words: Words) -> Button:
    """Return the button for an action on a call or on a part of one."""
    text, style = _BUTTONS[action]
    return Button(words.say(text), action=action, value=value, style=style)


@composes(CallPost)
def compose_call(notice: CallPost, words: Words) -> Card:
    """Announce a call; once it is over, say so and take no application."""
    sheet = notice.sheet
    blocks: list[Block] = [*_purpose(sheet, words), _facts(sheet, words)]
    if sheet.open:
        names = ("voucher.apply", "call.show")
        blocks.append(Actions(tuple(call_button(name, sheet.id, words) for name in names)))
    else:
        blocks += [Note(_over(sheet, words)), Actions((call_button("call.show", sheet.id, words),))]
    return Card(
        title=heading(sheet.id, sheet.title),
        blocks=tuple(blocks),
        summary=words.say("Call for vouchers {id}: {title}", id=sheet.id, title=sheet.title),
        locale=words.locale,
    )


def _over(sheet: CallSheet, words: Words) -> str:
    if sheet.state is CallState.CANCELLED:
        return words.say("This call was cancelled.")
    if sheet.state is CallState.PLANNED:
        return words.say("This call opens on {day}.", day=sheet.opens_on)
    return words.say("This call is closed: nobody can apply any more.")


def _purpose(sheet: CallSheet, words: Words) -> list[Block]:
    purpose = PURPOSES.get(sheet.terms.preset)
    return [] if purpose is None else [Section(words.say(purpose))]


def _facts(sheet: CallSheet, words: Words) -> Facts:
    terms = sheet.terms
    items = [
        Fact(words.say("Scheme"), sheet.scheme),
        Fact(words.say("One voucher pays"), words.say("up to {amount}", amount=Money(terms.cap, terms.currency))),
        Fact(words.say("Who may apply"), who_may_apply(terms, words)),
        Fact(
            words.say("Apply until"), words.say("{day}, end of the day ({zone})", day=sheet.cutoff_on, zone=terms.zone)
        ),
    ]
    if sheet.funders:
        items.append(Fact(words.say("Paid for by"), words.listed(sheet.funders)))
    return Facts(tuple(items))


def who_may_apply(terms: Terms, words: Words) -> str:
    """Write which organisations may apply, and from where."""
    kinds = words.listed([words.say(KINDS[kind]) for kind in terms.kinds])
    if not terms.countries:
        return words.say("{kinds} of any country", kinds=kinds)
    countries = words.listed([words.country(code) for code in terms.countries])
    return words.say("{kinds} from {countries}", kinds=kinds, countries=countries)


@composes(CallShown)
def compose_call_shown(notice: CallShown, words: Words) -> Card:
    """Write all of a call, with figures where the reader is a manager."""
    sheet = notice.sheet
    blocks: list[Block] = [
        *_purpose(sheet, words),
        _facts(sheet, words),
        Section(bulleted(rules(sheet.terms, words)), words.say("The rules")),
        *([] if sheet.open else [Note(_over(sheet, words))]),
    ]
    if notice.parts:
        lines = [_figures(part, sheet.terms, words) for part in notice.parts]
        blocks.append(Section(bulleted(lines), words.say("Who pays how much")))
        if sheet.terms.second_above is not None:
            amount = Money(sheet.terms.second_above, sheet.terms.currency)
            blocks.append(Note(words.say("Above {amount} a second manager approves too.", amount=amount)))
    if notice.actions:
        blocks.append(Actions(tuple(call_button(action, value, words) for action, value in notice.actions)))
    return Card(
        title=heading(sheet.id, sheet.title),
        blocks=tuple(blocks),
        summary=words.say("{id}: {status}", id=sheet.id, status=label(sheet.state, words)),
        locale=words.locale,
    )


def _figures(part: PartFigures, terms: Terms, words: Words) -> str:
    if part.state is not PartState.TAKEN:
        return words.say(
            "{cluster} ({state}): {budget}",
            cluster=part.cluster,
            state=label(part.state, words),
            budget=Money(part.budget, terms.currency),
        )
    return words.say(
        "{cluster}: budget {budget}, committed {committed}, spent {spent}, free {free}",
        cluster=part.cluster,
        budget=Money(part.budget, terms.currency),
        committed=Money(part.committed, terms.currency),
        spent=Money(part.spent, terms.currency),
        free=Money(part.free, terms.currency),
    )


@composes(PartCard)
def compose_part(notice: PartCard, words: Words) -> Card:
    """Ask the managers of a partner cluster for their part, or say what they answered."""
    sheet, cluster = notice.sheet, notice.cluster
    amount = Money(notice.budget, sheet.terms.currency)
    blocks: list[Block] = []
    if notice.state is None:
        blocks.append(Note(words.say("{owner} has taken this back; there is nothing to decide.", owner=sheet.owner)))
    elif notice.state is PartState.OFFERED and notice.open:
        asked = words.say(
            "{owner} asks {cluster} to fund a part of this call: {amount} for its own members.",
            owner=sheet.owner,
            cluster=cluster,
            amount=amount,
        )
        names = ("call.part.take", "call.part.amount", "call.part.refuse")
        blocks += [
            Section(asked),
            _facts(sheet, words),
            Actions(
                (
                    *(call_button(name, notice.value, words) for name in names),
                    call_button("call.show", sheet.id, words),
                )
            ),
            Note(words.say("If you take part, your members can apply, and you decide on their applications.")),
        ]
    elif notice.state is PartState.OFFERED:
        blocks.append(Note(words.say("It has ended meanwhile; there is nothing left to decide.")))
    elif notice.state is PartState.REFUSED:
        blocks.append(Note(words.say("{cluster} does not take part.", cluster=cluster)))
    else:
        told = words.say("{cluster} takes part with {amount}.", cluster=cluster, amount=amount)
        names = ("call.part.amount", "call.show") if notice.open else ("call.show",)
        values = {"call.part.amount": notice.value, "call.show": sheet.id}
        blocks += [
            Section(told),
            _facts(sheet, words),
            Actions(tuple(call_button(name, values[name], words) for name in names)),
        ]
    return Card(
        title=heading(sheet.id, sheet.title),
        blocks=tuple(blocks),
        summary=words.say(
            "{owner} asks for a part of {id}: {title}", owner=sheet.owner, id=sheet.id, title=sheet.title
        ),
        locale=words.locale,
    )


@composes(PartDone)
def compose_part_done(notice: PartDone, words: Words) -> Card:
    """Confirm what a partner's manager has answered."""
    text = words.say(
        _PART_DONE[notice.step],
        id=notice.id,
        cluster=notice.cluster,
        owner=notice.owner,
        amount=Money(notice.budget, notice.currency),
    )
    return sentence(text, words)


@composes(CallDone)
def compose_call_done(notice: CallDone, words: Words) -> Card:
    """Confirm what was done with a call, and who is asked or told."""
    text = _done(notice, words)
    if notice.asked:
        asked = words.listed(list(notice.asked))
        text += " " + words.say("The managers of {clusters} are asked for their part.", clusters=asked)
    show = Actions((call_button("call.show", notice.id, words),))
    return Card(title="", blocks=(Section(text), show), summary=text, locale=words.locale)


def _done(notice: CallDone, words: Words) -> str:
    match notice.step:
        case CallStep.PLANNED:
            return words.say(
                "{id} · {title} is planned and opens on {day}.",
                id=notice.id,
                title=notice.title,
                day=notice.opens_on,
            )
        case CallStep.OPENED:
            return words.say("{id} · {title} is open, and is being announced.", id=notice.id, title=notice.title)
        case CallStep.CHANGED:
            return words.say(
                "{id} · {title} is changed, and every post of it is brought up to date.",
                id=notice.id,
                title=notice.title,
            )
        case CallStep.CANCELLED:
            if not notice.told:
                return words.say("{id} is cancelled. Nobody had applied yet.", id=notice.id)
            return words.count(
                "{id} is cancelled. One applicant reads your reason.",
                "{id} is cancelled. {n} applicants read your reason.",
                notice.told,
                id=notice.id,
            )
