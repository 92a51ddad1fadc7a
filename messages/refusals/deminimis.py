"""Refusals around de minimis aid: its declaration, its register and the links between firms."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "aid.which": N_("For which firm? Write it like this: {example}. Or name none, and I ask."),
    "aid.firm.unknown": N_("You act for no organisation {id}. Its own people declare what aid it was granted."),
    "aid.no_firm": N_("De minimis aid is declared by the people of a firm. You act for none here."),
    "aid.true.needed": N_("Please tick this: only a complete and true declaration can be taken."),
    "aid.many": N_("These are more than {most} awards. Put small ones of one grantor and day into one line."),
    "aid.long": N_("This is too long to be kept. Please shorten who granted it and for what."),
    "aid.lines": N_("{problems} Each award is one line, such as {example}"),
    "aid.lines.more": N_("Other lines are wrong too."),
    "aid.line": N_("Line {number}: {why}"),
    "aid.line.parts": N_("Date, amount, country and who granted it are needed, with ; between them."),
    "aid.line.future": N_("This day is still to come. The date is that of the award."),
    "aid.line.old": N_("It was granted before {start}, so it does not count any more. Leave it out."),
    "aid.line.granted": N_("This award is known already: it was granted here ({id}). Leave it out."),
    "aid.line.declared": N_("{organisation} has declared this award itself. Leave it out."),
    "aid.line.twice": N_("It says the same as line {first}. Leave it out, or say of each what it was granted for."),
    "aid.confirm.changed": N_("Meanwhile something else was declared. Press Submit in /voucher status {id} to see it."),
    "aid.firms.long": N_("Line {number} is no name: it has more than {limit} characters."),
    "aid.firms.own": N_("Line {number} is your own firm. Name only others."),
    "aid.firms.many": N_("These are more than {most} firms. Please talk to your cluster manager."),
    "aid.register.which": N_("Whose register? Open it from an application, or name the firm, such as {example}."),
    "aid.register.unknown": N_("I know no organisation {id} on whose vouchers you decide."),
    "aid.register.own": N_("You belong to this undertaking, so another manager has to look after its register."),
    "aid.link.unknown": N_("The directory has no firm {name}. Write its name as it stands there, or its id."),
    "aid.link.several": N_("Several firms are called {name}. Write the id of the one that you mean: {ids}."),
    "aid.link.self": N_("A firm cannot be linked to itself. Please name another one."),
    "aid.link.known": N_("These two are linked already. Remove that link first, if its reason is another one."),
    "aid.link.kind": N_("Please choose why they are one undertaking."),
    "aid.link.gone": N_("This link is gone already. Nothing was changed."),
}
