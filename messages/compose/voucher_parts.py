"""The parts that cards about vouchers share: rules, checks and amounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.eligibility import Check, Finding, Verdict
from domain.organisations import OrganisationKind
from domain.schemes import Terms
from messages.card import Actions, Block, Button, Note
from messages.i18n import N_, Money, Words
from messages.labels import label

KINDS: Final[dict[OrganisationKind, str]] = {
    OrganisationKind.SME: N_("small and medium-sized companies"),
    OrganisationKind.BUYER: N_("large companies"),
    OrganisationKind.RESEARCH: N_("research institutions"),
    OrganisationKind.PUBLIC: N_("public bodies"),
}
_MARKS: Final = {Verdict.OK: "✓", Verdict.LOOK: "?", Verdict.NO: "✗"}


def money(cents: int, terms: Terms, words: Words) -> str:
    """Write an amount of a scheme."""
    return words.money(Money(cents, terms.currency))


def rules(terms: Terms, words: Words) -> list[str]:
    """Say what a scheme pays, for whom, and under which conditions, one sentence each."""
    lines = [words.say("Pays up to {cap}.", cap=money(terms.cap, terms, words))]
    lines.append(words.say("For: {kinds}.", kinds=words.listed([words.say(KINDS[kind]) for kind in terms.kinds])))
    if terms.countries:
        names = words.listed([words.country(code) for code in terms.countries])
        lines.append(words.say("From: {countries}.", countries=names))
    if terms.partner_abroad:
        lines.append(words.say("Whom you meet is in another country than you."))
    if terms.approve_first:
        lines.append(words.say("It has to be approved before the activity begins."))
    if terms.documents:
        lines.append(words.say("The claim needs: {documents}.", documents=words.listed(terms.documents)))
    lines.append(
        words.count("Claim within one day after the end.", "Claim within {n} days after the end.", terms.claim_days)
    )
    lines.append(
        words.count(
            "Once it is approved, you may put off the end by one day; for more a manager has to agree.",
            "Once it is approved, you may put off the end by up to {n} days; for more a manager has to agree.",
            terms.move_days,
        )
    )
    if terms.de_minimis:
        lines.append(
            words.say("It is de minimis aid: it counts towards what your organisation may receive in three years.")
        )
    return lines


_SENTENCES: Final[dict[tuple[Check, Verdict], str]] = {
    (Check.CALL, Verdict.NO): N_("The call does not take applications."),
    (Check.MEMBER, Verdict.OK): N_("Member of a cluster that funds the call"),
    (Check.MEMBER, Verdict.NO): N_("No cluster of yours funds this call"),
    (Check.KIND, Verdict.OK): N_("The kind of organisation fits: {kind}"),
    (Check.KIND, Verdict.NO): N_("Not for this kind of organisation: {kind}"),
    (Check.SME, Verdict.OK): N_("An SME by its figures"),
    (Check.SME, Verdict.LOOK): N_("Its figures do not tell whether it is an SME: headcount, turnover or balance sheet"),
    (Check.SME, Verdict.NO): N_("No SME by its figures: too many people, or too high a turnover and balance sheet"),
    (Check.COUNTRY, Verdict.OK): N_("The country fits: {country}"),
    (Check.COUNTRY, Verdict.NO): N_("Not for organisations from {country}"),
    (Check.PARTNER, Verdict.OK): N_("The partner's country fits: {country}"),
    (Check.PARTNER, Verdict.NO): N_("The partner is in the same country: {country}"),
    (Check.CAP, Verdict.OK): N_("Within the most that is paid: {amount}"),
    (Check.CAP, Verdict.NO): N_("More than the most that is paid: {amount}"),
    (Check.BUDGET, Verdict.OK): N_("The budget has {amount} left"),
    (Check.BUDGET, Verdict.NO): N_("The budget has only {amount} left"),
    (Check.DATES, Verdict.OK): N_("The activity begins on {date}"),
    (Check.DATES, Verdict.NO): N_("The activity has begun already, on {date}"),
    (Check.DECLARED, Verdict.OK): N_("De minimis aid declared on {date}"),
    (Check.DECLARED, Verdict.NO): N_("De minimis aid is not declared yet"),
    (Check.DE_MINIMIS, Verdict.OK): N_("{country} may still grant {amount} of de minimis aid"),
    (Check.DE_MINIMIS, Verdict.NO): N_("{country} may grant only {amount} more of de minimis aid"),
}
#: Where the reason says more than the verdict.
_REASONS: Final[dict[tuple[Check, Verdict, str], str]] = {
    (Check.CALL, Verdict.NO, "planned"): N_("It opens on {date}."),
    (Check.CALL, Verdict.NO, "closed"): N_("It closed on {date}."),
    (Check.CALL, Verdict.NO, "cancelled"): N_("It was cancelled."),
    (Check.MEMBER, Verdict.OK, "funder"): N_("A member of {cluster}, which pays"),
    (Check.MEMBER, Verdict.NO, "funder"): N_("Not a member of {cluster}, which would pay"),
    (Check.DECLARED, Verdict.NO, "old"): N_("De minimis aid was declared on {date}; that has to be confirmed"),
}
_WITH_COUNTRY: Final = (Check.COUNTRY, Check.PARTNER, Check.DE_MINIMIS)


def finding(one: Finding, terms: Terms, words: Words, *, marked: bool = True) -> str:
    """Write what a check found in one line."""
    if one.check is Check.SME and one.reason == "declared":
        text = words.say("An SME by its own declaration: its figures are not complete")
    else:
        text = words.say(
            _REASONS.get((one.check, one.verdict, one.reason), _SENTENCES[one.check, one.verdict]),
            cluster=one.text if one.check is Check.MEMBER else "",
            kind=_kind(one, words),
            country=words.country(one.text) if one.text and one.check in _WITH_COUNTRY else "",
            amount=_amount(one, terms, words),
            date=words.date(one.on) if one.on else "",
        )
    return f"{_MARKS[one.verdict]} {text}" if marked else text


def _kind(one: Finding, words: Words) -> str:
    return label(OrganisationKind(one.text), words) if one.check is Check.KIND else ""


def _amount(one: Finding, terms: Terms, words: Words) -> str:
    if one.amount is None:
        return ""
    return words.money(Money(one.amount)) if one.check is Check.DE_MINIMIS else money(one.amount, terms, words)


def checklist(findings: Sequence[Finding], terms: Terms, words: Words) -> str:
    """Write what was checked, what is against the rules first."""
    order = (Verdict.NO, Verdict.LOOK, Verdict.OK)
    found = sorted(findings, key=lambda one: order.index(one.verdict))
    return "\n".join(finding(one, terms, words) for one in found)


def voucher_blocks(introduction: str, text: str, words: Words) -> list[Block]:
    """Return what leads from an introduction to a voucher that fits it."""
    button = Button(words.say("See the voucher"), "voucher.for", introduction)
    return [Note(text), Actions((button,))]


def open_button(id_: str, words: Words) -> Button:
    """Return the button that shows an application."""
    return Button(words.say("Open"), "voucher.status", id_)
