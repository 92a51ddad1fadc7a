"""The list of a cluster's voucher schemes, and the form of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.money import format_plain
from domain.organisations import OrganisationKind
from domain.schemes import DAYS_MAX, DOCUMENTS_MAX, LOCKED_BY_GRANT, SCHEME_NAME_MAX, CallState, Preset, Terms
from messages.card import (
    Actions,
    Block,
    Button,
    Card,
    Confirm,
    Divider,
    Field,
    FieldKind,
    Form,
    Note,
    Option,
    Section,
    Style,
)
from messages.compose.registry import asks, composes
from messages.compose.sheets import bulleted, heading, page_buttons
from messages.i18n import N_, Money, Words
from messages.labels import label, options
from messages.notices.schemes import (
    CallLine,
    ChoosePreset,
    SchemeDone,
    SchemeLine,
    SchemeList,
    SchemeStep,
    StateScheme,
)

#: What a preset is for; one that was made from scratch says it by its name.
PURPOSES: Final[Mapping[Preset, str]] = {
    Preset.MEET_AND_GREET: N_("For travelling to organisations of another region and meeting them."),
    Preset.INSIGHT: N_("For a staff exchange, a training, or an expert under contract."),
    Preset.COLLABORATION: N_("For real joint work on a new product or service."),
    Preset.MEET_THE_BUYER: N_("For a supplier's journey to a buyer in another country."),
}
_RULES: Final[Mapping[str, str]] = {
    "partner_abroad": N_("Whom one meets is in another country"),
    "approve_first": N_("Approved before the activity begins, never afterwards"),
    "de_minimis": N_("What is granted is de minimis aid"),
}
_DONE: Final[Mapping[SchemeStep, str]] = {
    SchemeStep.CREATED: N_("{id} · {name} is there. Nobody can apply before you make a call."),
    SchemeStep.CHANGED: N_("{id} · {name} is changed. It holds for what is not decided yet."),
    SchemeStep.ARCHIVED: N_("{id} · {name} is archived. What was granted goes on."),
}


@composes(SchemeList)
def compose_schemes(notice: SchemeList, words: Words) -> Card:
    """List schemes with their calls; where there is none, say what one is and offer the presets."""
    title = words.say("Voucher schemes of {cluster}", cluster=notice.cluster)
    blocks: list[Block] = []
    for scheme in notice.schemes:
        blocks += [*([Divider()] if blocks else []), *_scheme(scheme, words)]
    if not notice.schemes:
        blocks += [*_explained(words), Actions(_presets(notice.value, words))]
    if notice.partners:
        blocks.append(Section(bulleted([_partner(one, words) for one in notice.partners]), _taking_part(words)))
        shown = [Button(one.id, action="call.show", value=one.id) for one in notice.partners[:5]]
        blocks.append(Actions(tuple(shown)))
    if notice.archived:
        blocks.append(Note(words.count("One scheme is archived.", "{n} schemes are archived.", notice.archived)))
    buttons = page_buttons("scheme.list", notice.value, notice.page, more=notice.more, words=words)
    if notice.schemes:
        new = Button(words.say("New scheme"), action="scheme.new", value=notice.value, style=Style.PRIMARY)
        buttons.insert(0, new)
    buttons += [Button(name, action="scheme.list", value=value) for name, value in notice.others[:2]]
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _taking_part(words: Words) -> str:
    return words.say("Calls of other clusters that you take part in")


def _scheme(scheme: SchemeLine, words: Words) -> list[Block]:
    terms = scheme.terms
    lines = [_call(one, words) for one in scheme.calls] or [words.say("No call yet: nobody can apply.")]
    if scheme.more:
        lines.append(words.count("and one more", "and {n} more", scheme.more))
    confirm = Confirm(
        words.say("Archive this scheme?"),
        words.say("No more calls can be made of it. What was granted goes on."),
        words.say("Archive"),
        words.say("Keep it"),
    )
    buttons = (
        Button(words.say("New call"), action="call.new", value=scheme.id, style=Style.PRIMARY),
        Button(words.say("Edit"), action="scheme.edit", value=scheme.id),
        Button(words.say("Archive"), action="scheme.archive", value=scheme.id, confirm=confirm),
        *(Button(one.id, action="call.show", value=one.id) for one in scheme.calls[:2]),
    )
    cap = words.say("{preset} · up to {amount}", preset=label(terms.preset, words), amount=_money(terms.cap, terms))
    return [Section(f"{cap}\n{bulleted(lines)}", heading(scheme.id, terms.name)), Actions(buttons)]


def _money(cents: int, terms: Terms) -> Money:
    return Money(cents, terms.currency)


def _call(call: CallLine, words: Words) -> str:
    told = words.say(
        "{id} · {title} ({state}), {opens} to {cutoff}: budget {budget}, committed {committed}, free {free}",
        id=call.id,
        title=call.title,
        state=label(call.state, words),
        opens=words.date(call.opens_on, style="medium"),
        cutoff=words.date(call.cutoff_on, style="medium"),
        budget=Money(call.budget, call.currency),
        committed=Money(call.committed, call.currency),
        free=Money(call.free, call.currency),
    )
    if call.offered and call.state in (CallState.PLANNED, CallState.OPEN):
        told += "; " + words.say("partners are asked for {amount}", amount=Money(call.offered, call.currency))
    return told


def _partner(call: CallLine, words: Words) -> str:
    return words.say(
        "{id} · {title} by {owner} ({state}): your part {budget}, committed {committed}, free {free}",
        id=call.id,
        title=call.title,
        owner=call.owner,
        state=label(call.state, words),
        budget=Money(call.budget, call.currency),
        committed=Money(call.committed, call.currency),
        free=Money(call.free, call.currency),
    )


@composes(ChoosePreset)
def compose_presets(notice: ChoosePreset, words: Words) -> Card:
    """Offer the presets with which a scheme can begin."""
    return Card(
        title=words.say("A new voucher scheme for {cluster}", cluster=notice.cluster),
        blocks=(*_explained(words), Actions(_presets(notice.value, words))),
        locale=words.locale,
    )


def _explained(words: Words) -> list[Block]:
    told = words.say(
        "A scheme says what a voucher pays for, how much, and for whom. Then you make calls of it: each opens and "
        "closes on a day and has a budget, and organisations apply in it."
    )
    lines = [f"{label(preset, words)}: {words.say(text)}" for preset, text in PURPOSES.items()]
    return [Section(told), Section(bulleted(lines), words.say("Begin with one of these; you can change all of it"))]


def _presets(value: str, words: Words) -> tuple[Button, ...]:
    return tuple(Button(label(one, words), action="scheme.new", value=f"{value} {one.value}") for one in Preset)


@asks(StateScheme)
def ask_scheme(question: StateScheme, words: Words) -> Form:
    """Ask for the rules of a scheme; what is locked is not asked for."""
    fields = [one for one in _fields(question.terms, question.locked, words) if one.name not in question.locked]
    return Form(
        action="scheme.save",
        value=question.value,
        title=words.say("Edit scheme") if question.id else words.say("New scheme"),
        intro=_intro(question, words),
        fields=tuple(fields),
        submit=words.say("Save"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


def _intro(question: StateScheme, words: Words) -> str:
    if not question.id:
        return words.say("For {cluster}. Nobody can apply before you make a call of it.", cluster=question.cluster)
    told = [words.say("What you change holds for what is not decided yet.")]
    if question.locked & LOCKED_BY_GRANT:
        told.append(
            words.say(
                "Vouchers were granted already, so their time limits, the documents and whether approval comes first "
                "stay as they are."
            )
        )
    if question.locked:
        told.append(words.say("Currency and time zone stay as they are, because calls are made in them."))
    return " ".join(told)


def _fields(terms: Terms, locked: frozenset[str], words: Words) -> list[Field]:
    def amount(cents: int | None) -> str:
        return format_plain(cents, currency=terms.currency, locale=words.locale) if cents else ""

    rules = [name for name in _RULES if name not in locked]
    kinds = options(OrganisationKind, words)
    days = words.say("From 1 to {highest}.", highest=DAYS_MAX)
    suggested = "" if terms.preset is Preset.OWN else label(terms.preset, words)
    return [
        Field("name", words.say("Name"), value=terms.name or suggested, max_length=SCHEME_NAME_MAX),
        Field(
            "cap",
            words.say("The most that one voucher pays"),
            value=amount(terms.cap),
            hint=words.say("Such as {example}.", example=amount(4_000_00)),
        ),
        Field("currency", words.say("Currency"), value=terms.currency, hint=words.say("Three letters, such as EUR.")),
        Field(
            "countries",
            words.say("Countries of those who may apply"),
            required=False,
            value=", ".join(terms.countries),
            hint=words.say("Such as {country} or {code}. Empty: any country.", country=words.country("DK"), code="DK"),
        ),
        Field(
            "kinds",
            words.say("Who may apply"),
            FieldKind.CHOICES,
            value=tuple(kind.value for kind in terms.kinds),
            options=kinds,
        ),
        Field(
            "rules",
            words.say("Rules"),
            FieldKind.CHECK,
            required=False,
            value=tuple(name for name in rules if getattr(terms, name)),
            options=tuple(Option(name, words.say(_RULES[name])) for name in rules),
        ),
        Field(
            "documents",
            words.say("Documents to hand in with the claim"),
            FieldKind.TEXT,
            required=False,
            value="\n".join(terms.documents),
            hint=words.say("One per line, at most {limit}.", limit=DOCUMENTS_MAX),
        ),
        Field(
            "claim_days",
            words.say("Days after the activity to claim the money"),
            FieldKind.NUMBER,
            value=str(terms.claim_days),
            hint=days,
        ),
        Field(
            "report_days",
            words.say("Days after the payment to report"),
            FieldKind.NUMBER,
            value=str(terms.report_days),
            hint=days,
        ),
        Field(
            "move_days",
            words.say("Days by which its holder may put off the end"),
            FieldKind.NUMBER,
            value=str(terms.move_days),
            hint=words.say(
                "From 1 to {highest}, once it is approved. Beyond that a manager has to agree.", highest=DAYS_MAX
            ),
        ),
        Field("zone", words.say("Time zone"), value=terms.zone, hint=words.say("Such as Europe/Copenhagen.")),
        Field(
            "second_above",
            words.say("A second manager approves what is above"),
            required=False,
            value=amount(terms.second_above),
            hint=words.say("An amount. Empty: one manager is enough."),
        ),
        Field(
            "per_euro",
            words.say("What a euro costs"),
            required=False,
            value="" if terms.currency == "EUR" else terms.per_euro,
            hint=words.say("Only for de minimis aid in another currency than the euro, such as 7.46."),
        ),
    ]


@composes(SchemeDone)
def compose_scheme_done(notice: SchemeDone, words: Words) -> Card:
    """Confirm what was done, and lead on."""
    text = words.say(_DONE[notice.step], id=notice.id, name=notice.name)
    buttons = [Button(words.say("All schemes"), action="scheme.list", value=notice.value)]
    if notice.step is SchemeStep.CREATED:
        buttons.insert(0, Button(words.say("New call"), action="call.new", value=notice.id, style=Style.PRIMARY))
    return Card(title="", blocks=(Section(text), Actions(tuple(buttons))), summary=text, locale=words.locale)
