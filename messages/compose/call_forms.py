"""The forms of a call for vouchers and of a cluster's part in one."""

from __future__ import annotations

from domain.money import format_plain
from domain.schemes import CALL_TITLE_MAX, PARTNERS_MAX, CallState
from domain.vouchers import REASON_MAX
from messages.card import Field, FieldKind, Form
from messages.compose.registry import asks
from messages.i18n import Money, Words
from messages.notices.calls import AskPartAmount, CancelCall, StateCall


@asks(StateCall)
def ask_call(question: StateCall, words: Words) -> Form:
    """Ask for dates, budget and partners of a call; once it is open, only for what can still be changed."""
    planned = question.state in (None, CallState.PLANNED)
    over = question.state is CallState.CLOSED
    fields = [
        *([_title(question, words), _opens(question, words)] if planned else []),
        *([] if over else [_cutoff(question, words, only_later=not planned)]),
        _budget(question, words),
        *([] if over else [_partners(question, words)]),
    ]
    return Form(
        action="call.save",
        value=question.value,
        title=words.say("Edit call") if question.id else words.say("New call"),
        intro=_intro(question, words),
        fields=tuple(fields),
        submit=words.say("Save"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


def _intro(question: StateCall, words: Words) -> str:
    match question.state:
        case CallState.OPEN:
            return words.say("The call is open: it can end later, and the budget and the partners can change.")
        case CallState.CLOSED:
            return words.say("The call is closed: only your budget can change.")
        case _:
            return words.say(
                "A call of {scheme}. Amounts are in {currency}.", scheme=question.scheme, currency=question.currency
            )


def _title(question: StateCall, words: Words) -> Field:
    return Field("title", words.say("Title"), value=question.title, max_length=CALL_TITLE_MAX)


def _opens(question: StateCall, words: Words) -> Field:
    return Field(
        "opens_on",
        words.say("Opens on"),
        FieldKind.DATE,
        value=question.opens_on.isoformat() if question.opens_on else "",
        hint=words.say("At the beginning of that day ({zone}).", zone=question.zone),
    )


def _cutoff(question: StateCall, words: Words, *, only_later: bool) -> Field:
    hint = words.say("It closes at the end of that day ({zone}).", zone=question.zone)
    if only_later and question.cutoff_on is not None:
        hint += " " + words.say("{day} or later.", day=question.cutoff_on)
    value = question.cutoff_on.isoformat() if question.cutoff_on else ""
    return Field("cutoff_on", words.say("Last day to apply"), FieldKind.DATE, value=value, hint=hint)


def _budget(question: StateCall, words: Words) -> Field:
    hint = words.say("For your own members; partners put in their own part.")
    if question.committed:
        hint = words.say("Not below {amount}, which is committed.", amount=Money(question.committed, question.currency))
    value = "" if question.budget is None else _plain(question.budget, question, words)
    return Field("budget", words.say("Your budget"), value=value, hint=hint)


def _partners(question: StateCall, words: Words) -> Field:
    return Field(
        "partners",
        words.say("Partner clusters and their parts"),
        FieldKind.TEXT,
        required=False,
        value="\n".join(f"{name}: {_plain(cents, question, words)}" for name, cents in question.partners),
        hint=words.say(
            "One per line, such as Clean Tech Delta: {example}. At most {limit}; each decides about its own part.",
            example=_plain(20_000_00, question, words),
            limit=PARTNERS_MAX,
        ),
    )


def _plain(cents: int, question: StateCall | AskPartAmount, words: Words) -> str:
    return format_plain(cents, currency=question.currency, locale=words.locale)


@asks(AskPartAmount)
def ask_part_amount(question: AskPartAmount, words: Words) -> Form:
    """Ask a partner how much it puts in."""
    hint = ""
    if question.committed:
        hint = words.say("Not below {amount}, which is committed.", amount=Money(question.committed, question.currency))
    return Form(
        action="call.part.save",
        value=question.value,
        title=words.say("Your part ({id})", id=question.id),
        intro=words.say("What {cluster} puts into this call for its own members.", cluster=question.cluster),
        fields=(Field("budget", words.say("Amount"), value=_plain(question.budget, question, words), hint=hint),),
        submit=words.say("Save") if question.taken else words.say("Take part"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@asks(CancelCall)
def ask_why_cancelled(question: CancelCall, words: Words) -> Form:
    """Ask for the reason that applicants read."""
    told = words.say("Nobody waits for a decision in it. What was granted goes on.")
    if question.told:
        told = words.count(
            "One application is not decided and ends with it. What was granted goes on.",
            "{n} applications are not decided and end with it. What was granted goes on.",
            question.told,
        )
    return Form(
        action="call.cancel.send",
        value=question.id,
        title=words.say("Cancel {id}?", id=question.id),
        intro=told,
        fields=(
            Field(
                "reason",
                words.say("Why?"),
                FieldKind.TEXT,
                hint=words.say("Whoever applied reads this."),
                max_length=REASON_MAX,
            ),
        ),
        submit=words.say("Cancel the call"),
        cancel=words.say("Not now"),
        locale=words.locale,
    )
