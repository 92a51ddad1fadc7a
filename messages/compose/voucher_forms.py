"""Forms about applications for vouchers."""

from __future__ import annotations

from typing import Final

from domain.money import format_plain
from domain.vouchers import PARTNER_MAX, PURPOSE_MAX, REASON_MAX, REFERENCE_MAX, REPORT_MAX, RejectedWhy
from messages.card import Field, FieldKind, Form, Option
from messages.compose.registry import asks
from messages.compose.voucher_parts import money, rules
from messages.i18n import N_, Words
from messages.labels import options
from messages.notices.voucher_forms import ApplyVoucher, GiveVoucherReason, RecordAgreement, VoucherAsk, WriteReport

_AMOUNT_MAX: Final = 40
_COUNTRY_MAX: Final = 60


@asks(ApplyVoucher)
def ask_application(question: ApplyVoucher, words: Words) -> Form:
    """Ask for an application; what is known is filled in, and the rules stand above."""
    fields = _dates(question, words) if question.moves else _all_fields(question, words)
    return Form(
        action="voucher.save",
        value=question.value,
        title=words.say("Edit {id}", id=question.id) if question.id else words.say("Apply for a voucher"),
        intro=_intro(question, words),
        fields=tuple(fields),
        submit=words.say("Submit") if question.writable_draft and not question.moves else words.say("Save"),
        cancel=words.say("Cancel"),
        locale=words.locale,
        draft="keep" if question.writable_draft and not question.moves else "",
    )


def _intro(question: ApplyVoucher, words: Words) -> str:
    if question.moves:
        told = [words.say("It is approved, so only its dates can change. Reminders and the last day to claim follow.")]
        if question.latest_on is not None:
            told.append(
                words.say(
                    "It can end by {latest}; if you choose a later day, a manager of the funder is asked first.",
                    latest=question.latest_on,
                )
            )
        return " ".join(told)
    if question.return_reason:
        return words.say("The funder asks: {reason}", reason=question.return_reason)
    if question.terms is None:
        return words.say("Choose a call. /voucher shows what each of them pays and for whom.")
    lines = rules(question.terms, words)
    if question.cutoff_on is not None:
        lines.append(words.say("Submit by {day}, end of the day.", day=question.cutoff_on))
    return "\n".join(lines)


def _all_fields(question: ApplyVoucher, words: Words) -> list[Field]:
    fields: list[Field] = []
    if not question.id:
        choices = tuple(Option(key, name) for key, name in question.calls)
        fields.append(Field("call", words.say("Call"), FieldKind.CHOICE, value=question.call, options=choices))
    if question.organisations:
        firms = tuple(Option(str(key), name) for key, name in question.organisations)
        fields.append(Field("organisation", words.say("For which organisation?"), FieldKind.CHOICE, options=firms))
    fields += [
        Field("partner", words.say("Whom do you meet?"), value=question.partner, max_length=PARTNER_MAX),
        Field(
            "partner_country",
            words.say("In which country?"),
            value=question.partner_country,
            hint=words.say("Such as {country} or {code}.", country=words.country("NL"), code="NL"),
            max_length=_COUNTRY_MAX,
        ),
        Field("purpose", words.say("What for?"), FieldKind.TEXT, value=question.purpose, max_length=PURPOSE_MAX),
        *_dates(question, words),
        _amount(question, words),
        Field(
            "sme",
            words.say("Your organisation"),
            FieldKind.CHECK,
            required=False,
            value=("sme",) if question.declared_sme else (),
            options=(Option("sme", words.say("It is an SME: under 250 people, its group included")),),
        ),
    ]
    if question.writable_draft:
        keep = Option("keep", words.say("Only save it as a draft; I submit it later"))
        fields.append(Field("keep", words.say("Not ready yet?"), FieldKind.CHECK, required=False, options=(keep,)))
    return fields


def _dates(question: ApplyVoucher, words: Words) -> list[Field]:
    starts = question.starts_on.isoformat() if question.starts_on else ""
    ends = question.ends_on.isoformat() if question.ends_on else ""
    return [
        Field("starts_on", words.say("Begins on"), FieldKind.DATE, value=starts),
        Field("ends_on", words.say("Ends on"), FieldKind.DATE, value=ends),
    ]


def _amount(question: ApplyVoucher, words: Words) -> Field:
    currency = question.terms.currency if question.terms else "EUR"
    value = ""
    if question.amount is not None:
        value = format_plain(question.amount, currency=currency, locale=words.locale)
    hint = ""
    if question.terms is not None:
        hint = words.say("At most {cap}", cap=money(question.terms.cap, question.terms, words))
    return Field("amount", words.say("How much do you need?"), value=value, hint=hint, max_length=_AMOUNT_MAX)


_TITLES: Final = {
    VoucherAsk.RETURN: N_("Return {id}"),
    VoucherAsk.REJECT: N_("Reject {id}"),
    VoucherAsk.WITHDRAW: N_("Withdraw {id}"),
    VoucherAsk.KEEP: N_("Keep the dates of {id}"),
}
_INTROS: Final = {
    VoucherAsk.RETURN: N_("{organisation} reads your reason, changes the application and submits it again."),
    VoucherAsk.REJECT: N_("{organisation} reads your reason. This cannot be undone."),
    VoucherAsk.WITHDRAW: N_("What was set aside for it is free for others. This cannot be undone."),
    VoucherAsk.KEEP: N_(
        "{organisation} reads your reason, and keeps to the dates that are approved or asks for others."
    ),
}


@asks(GiveVoucherReason)
def ask_reason(question: GiveVoucherReason, words: Words) -> Form:
    """Ask why an application is returned, rejected or withdrawn."""
    fields = [
        Field(
            "reason",
            words.say("What should change?") if question.ask is VoucherAsk.RETURN else words.say("The reason"),
            FieldKind.TEXT,
            required=question.ask is not VoucherAsk.WITHDRAW,
            value=question.reason,
            max_length=REASON_MAX,
        )
    ]
    if question.ask is VoucherAsk.REJECT:
        fields.insert(0, Field("why", words.say("Why?"), FieldKind.CHOICE, options=options(RejectedWhy, words)))
    labels = {
        VoucherAsk.RETURN: words.say("Return"),
        VoucherAsk.REJECT: words.say("Reject"),
        VoucherAsk.WITHDRAW: words.say("Withdraw"),
        VoucherAsk.KEEP: words.say("Keep the dates"),
    }
    return Form(
        action=f"voucher.{question.ask}.send",
        value=question.value,
        title=words.say(_TITLES[question.ask], id=question.id),
        intro=words.say(_INTROS[question.ask], organisation=question.organisation),
        fields=tuple(fields),
        submit=labels[question.ask],
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@asks(RecordAgreement)
def ask_agreement(question: RecordAgreement, words: Words) -> Form:
    """Ask when the agreement was signed."""
    return Form(
        action="voucher.agree.save",
        value=question.value,
        title=words.say("Agreement ({id})", id=question.id),
        intro=words.say(
            "The agreement with {organisation} is signed before the activity begins on {start}.",
            organisation=question.organisation,
            start=question.starts_on,
        ),
        fields=(
            Field("agreed_on", words.say("Signed on"), FieldKind.DATE, value=question.today.isoformat()),
            Field(
                "agreement",
                words.say("Its number or where it is kept"),
                required=False,
                max_length=REFERENCE_MAX,
            ),
        ),
        submit=words.say("Record"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@asks(WriteReport)
def ask_report(question: WriteReport, words: Words) -> Form:
    """Ask for the final report."""
    intro = words.say("A few sentences are enough: the funder reads them.")
    if question.due_on is not None:
        intro += " " + words.say("It is due on {day}.", day=question.due_on)
    return Form(
        action="voucher.report.save",
        value=question.value,
        title=words.say("Report ({id})", id=question.id),
        intro=intro,
        fields=(
            Field("report", words.say("What was done?"), FieldKind.TEXT, value=question.report, max_length=REPORT_MAX),
            Field(
                "result", words.say("What came of it?"), FieldKind.TEXT, value=question.result, max_length=REPORT_MAX
            ),
        ),
        submit=words.say("Hand it in"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )
