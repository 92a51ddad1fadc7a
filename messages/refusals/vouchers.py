"""Refusals around vouchers, claims and receipts."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "voucher.unknown": N_("I know no voucher {id} of yours. /voucher lists them."),
    "voucher.which": N_("Which one? Write it like this: {example}. /voucher lists yours."),
    "voucher.which_call": N_("That is no call. Write it like this: {example}. /voucher lists the open ones."),
    "voucher.applicants_only": N_("Only the people of the organisation that applied can do this with {id}."),
    "voucher.own": N_("You belong to the organisation that applied, so another manager has to decide on {id}."),
    "voucher.second": N_(
        "You gave the first approval of {id}. Another manager of your cluster has to give the second."
    ),
    "voucher.sme_only": N_(
        "The SME applies for a voucher for {id}, once both sides know each other. /voucher shows what is open."
    ),
    "voucher.none_open": N_(
        "No call is open to your organisation for this at the moment. /voucher shows what is planned, and why not."
    ),
    "voucher.changed": N_(
        "{id} has changed after this was shown to you, so nothing was done. /voucher status {id} shows it as it is."
    ),
    "voucher.call.closed": N_("This call takes no applications any more. /voucher shows what is open."),
    "voucher.call.planned": N_("{id} opens on {opens_on}. You can apply from that day on; /voucher lists it."),
    "voucher.call.ended": N_(
        "{id} closed on {cutoff_on}. /voucher shows what is open; the managers of {clusters} know of the next call."
    ),
    "voucher.call.cancelled": N_(
        "{id} was cancelled. /voucher shows what is open; the managers of {clusters} know of the next call."
    ),
    "voucher.call.nobody": N_(
        "Organisations apply for vouchers, and you act for none here. Ask your cluster manager to add you to yours; "
        "then {id} is open to you."
    ),
    "voucher.call.members": N_(
        "{id} is for the members of {clusters}, and your organisation is none. Their managers tell how to become one."
    ),
    "voucher.call.kind": N_(
        "{id} is only for {kinds}, and {organisation} is registered as something else. If that is wrong, ask your "
        "cluster manager to correct it."
    ),
    "voucher.call.country": N_(
        "{id} is only for organisations from {countries}, and {organisation} is from {country}. If that is wrong, ask "
        "your cluster manager to correct it."
    ),
    "voucher.call.sme": N_(
        "{id} is for SMEs, and by its figures {organisation} is none: it has too many people, or too high a turnover "
        "and balance sheet. If they are old, ask your cluster manager to correct them."
    ),
    "voucher.call.choose": N_("Please choose a call."),
    "voucher.sme.tick": N_("Your figures do not tell whether it is an SME: please tick that it is, if so."),
    "voucher.missing": N_("This is needed."),
    "voucher.amount.cap": N_("At most {cap} is paid. Please write an amount up to that."),
    "voucher.partner.abroad": N_("This scheme pays for meeting somebody in another country than your own."),
    "voucher.starts.past": N_(
        "It has to be approved before it begins: the earliest day is {earliest}. What has begun already cannot be paid."
    ),
    "voucher.ends.before": N_("It ends before it begins. Please check the two dates."),
    "voucher.ends.past": N_("This day is past. Please choose a day from today on."),
    "voucher.moving.none": N_("Nobody asks for other dates of {id} any more. /voucher status {id} shows what holds."),
    "voucher.moving.late": N_(
        "The dates asked for {id} have passed meanwhile. Keep the present ones; the applicant can ask for others."
    ),
    "voucher.date.far": N_("That is too far ahead. The latest day is {latest}."),
    "voucher.date.invalid": N_("{value} is no date. Please write it like {example}."),
    "voucher.link.invalid": N_("That is not the address of a file. Please write it like {example}."),
    "voucher.reason.needed": N_("Please give a reason: the applicant reads it."),
    "voucher.reject.why": N_("Please choose why."),
    "voucher.agreement.late": N_(
        "The activity of {id} has begun without an agreement. The applicant has to change its dates first "
        "(/voucher edit {id})."
    ),
    "voucher.agreement.future": N_("This day is still to come. Record the agreement once it is signed."),
    "voucher.agreement.early": N_("It cannot be signed before the approval of {approved_on}."),
    "voucher.agreement.after": N_("It has to be signed before the activity begins on {starts_on}."),
    "voucher.barred.member": N_(
        "{id} cannot be approved: the applicant is no member of the cluster that pays any more. Reject it, or let it "
        "become a member again first."
    ),
    "voucher.barred.kind": N_("{id} cannot be approved: the scheme is not for this kind of organisation."),
    "voucher.barred.sme": N_("{id} cannot be approved: by its figures the applicant is no SME."),
    "voucher.barred.country": N_("{id} cannot be approved: the scheme is not for the applicant's country."),
    "voucher.barred.partner": N_("{id} cannot be approved: the partner is in the applicant's own country."),
    "voucher.barred.cap": N_("{id} cannot be approved: it asks for more than the scheme pays. Return it."),
    "voucher.barred.budget": N_("{id} cannot be approved: the budget has not so much left. Nothing was changed."),
    "voucher.barred.dates": N_(
        "{id} cannot be approved: the activity has begun already. Return it, so that its dates can be changed."
    ),
    "voucher.barred.declared": N_("{id} cannot be approved: the applicant has not declared its de minimis aid."),
    "voucher.barred.de_minimis": N_(
        "{id} cannot be approved: with it the applicant would get more de minimis aid than the ceiling. Nothing is "
        "granted in part."
    ),
    "voucher.now.draft": N_("{id} is a draft still. Only its own people see it."),
    "voucher.now.submitted": N_("{id} is submitted and waits for a decision. /voucher status {id} shows it."),
    "voucher.now.returned": N_("{id} was returned to the applicant. Nothing was changed."),
    "voucher.now.eligible": N_("{id} has its first approval and waits for a second one."),
    "voucher.now.approved": N_("{id} is approved already. /voucher status {id} shows what can be done."),
    "voucher.now.agreement": N_("{id} has its agreement already. /voucher status {id} shows what can be done."),
    "voucher.now.active": N_("{id} is under way. /voucher status {id} shows what can be done."),
    "voucher.now.claimed": N_("{id} is claimed already. /voucher status {id} shows what can be done."),
    "voucher.now.paid": N_("{id} is paid already. Only its report is left: /voucher report {id}."),
    "voucher.now.reported": N_("{id} is done: it is paid and reported. Nothing was changed."),
    "voucher.now.rejected": N_("{id} was rejected. You can apply anew: /voucher."),
    "voucher.now.withdrawn": N_("{id} was withdrawn. You can apply anew: /voucher."),
    "voucher.now.expired": N_("{id} has expired. You can apply anew: /voucher."),
    "claim.unknown": N_("{id} has no such claim. /voucher status {id} shows its claims."),
    "claim.changed": N_(
        "This claim of {id} has changed after it was shown to you, so nothing was done. /voucher claim {id} shows it."
    ),
    "claim.not_begun": N_("{id} has not begun yet: money can be claimed from its first day on."),
    "claim.late": N_("{id} could be claimed until {due_on}. Please talk to your cluster manager."),
    "claim.all": N_("All that was approved for {id} is claimed already."),
    "claim.empty": N_("A claim needs at least one receipt. Add one first ({id})."),
    "claim.too_much": N_("The claim is higher than what is left of {id}. Remove a receipt first."),
    "claim.paid.future": N_("This day is still to come. Mark it as paid once it is."),
    "claim.paid.early": N_("It cannot be paid before it was submitted, on {submitted_on}."),
    "receipt.unknown": N_("This receipt is not in the claim any more. /voucher claim {id} shows it as it is."),
    "receipt.many": N_("A claim takes {most} receipts. Submit this one, and put the rest into another."),
    "receipt.used": N_("This receipt is in a claim already. A receipt counts once."),
    "receipt.number.invalid": N_("Please write the number that stands on the receipt."),
    "receipt.amount.left": N_("Only {left} can still be claimed. Write the part that you claim."),
    "receipt.date.future": N_("This day is still to come. Please write the date on the receipt."),
    "receipt.date.early": N_("It is older than your agreement of {agreed_on}: what was bought before is not paid."),
    "receipt.date.late": N_("It is later than {latest}, the last day to claim."),
}
