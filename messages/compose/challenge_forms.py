"""Forms about challenges."""

from __future__ import annotations

from typing import Final

from domain.challenges import (
    BUDGET_MAX,
    IP_TERMS_MAX,
    REASON_MAX,
    TEXT_MAX,
    TITLE_MAX,
    TRL_MAX,
    TRL_MIN,
    ChallengeOutcome,
    Confidentiality,
)
from messages.card import Field, FieldKind, Form, Option
from messages.compose.registry import asks
from messages.i18n import LOCALES, Words
from messages.labels import options
from messages.notices.challenge_forms import (
    ChooseBuyer,
    Ending,
    GiveReason,
    ResolveChallenge,
    StateChallenge,
)
from messages.parts import languages

_LIST_MAX: Final = 3000
SECTOR_MAX: Final = 80


@asks(StateChallenge)
def ask_challenge(question: StateChallenge, words: Words) -> Form:
    """Ask for a challenge; four fields are needed, the others help."""
    new = not question.id
    fields = [*_who(question, words), *_what(question, words), *_when(question, words), *_more(question, words)]
    if not question.published and not question.submitted:
        keep = Option("keep", words.say("Only save it as a draft; I submit it later"))
        fields.append(Field("keep", words.say("Not ready yet?"), FieldKind.CHECK, required=False, options=(keep,)))
    if question.published:
        intro = words.say("What you change is shown at once in every post of this challenge.")
    else:
        intro = words.say("Your cluster manager reads it before anybody else does.")
    saves = question.published or question.submitted
    return Form(
        action="challenge.save",
        value=question.value,
        title=words.say("State a challenge") if new else words.say("Edit {id}", id=question.id),
        fields=tuple(fields),
        submit=words.say("Save") if saves else words.say("Submit"),
        cancel=words.say("Cancel"),
        intro=intro,
        locale=words.locale,
        draft="keep",
    )


def _who(question: StateChallenge, words: Words) -> list[Field]:
    if len(question.organisations) < 2:
        return []
    return [_organisation_field(question.organisations, words)]


def _organisation_field(organisations: tuple[tuple[int, str], ...], words: Words) -> Field:
    return Field(
        "organisation",
        words.say("For which organisation?"),
        FieldKind.CHOICE,
        options=tuple(Option(str(key), name) for key, name in organisations),
    )


def _what(question: StateChallenge, words: Words) -> list[Field]:
    return [
        Field(
            "title",
            words.say("Title"),
            hint=words.say("What you look for, in one line"),
            value=question.title,
            max_length=TITLE_MAX,
        ),
        Field(
            "problem",
            words.say("The problem"),
            FieldKind.TEXT,
            hint=words.say("What is to be solved, and what does not work today"),
            value=question.problem,
            max_length=TEXT_MAX,
        ),
        Field(
            "must_haves",
            words.say("Must have"),
            FieldKind.TEXT,
            hint=words.say("One per line: what a solution cannot do without"),
            value="\n".join(question.must_haves),
            max_length=_LIST_MAX,
        ),
        Field(
            "background",
            words.say("Background"),
            FieldKind.TEXT,
            required=False,
            hint=words.say("Where it comes up and what was tried"),
            value=question.background,
            max_length=TEXT_MAX,
        ),
    ]


def _when(question: StateChallenge, words: Words) -> list[Field]:
    until = words.say("Ends with that day ({zone})", zone=question.zone)
    if question.published:
        until = words.say("Ends with that day ({zone}); it can only be moved later", zone=question.zone)
    fields = [
        Field(
            "deadline_on",
            words.say("Answers until"),
            FieldKind.DATE,
            hint=until,
            value=question.deadline_on.isoformat() if question.deadline_on else "",
        )
    ]
    if not question.published:
        fields.append(
            Field(
                "confidentiality",
                words.say("Who may see it?"),
                FieldKind.CHOICE,
                value=question.confidentiality.value,
                options=options(Confidentiality, words),
            )
        )
    if not question.published or question.confidentiality is Confidentiality.INVITE:
        fields.append(
            Field(
                "invited",
                words.say("Invited organisations"),
                FieldKind.TEXT,
                required=False,
                hint=words.say("Only for a challenge by invitation: one name per line"),
                value="\n".join(question.invited),
                max_length=_LIST_MAX,
            )
        )
    return fields


def _more(question: StateChallenge, words: Words) -> list[Field]:
    levels = tuple(Option(str(n), str(n)) for n in range(TRL_MIN, TRL_MAX + 1))
    return [
        Field(
            "criteria",
            words.say("How answers are compared"),
            FieldKind.TEXT,
            required=False,
            hint=words.say("One per line, with its weight if you like: Accuracy: 60"),
            value="\n".join(f"{text}: {weight}" for text, weight in question.criteria),
            max_length=_LIST_MAX,
        ),
        Field(
            "countries",
            words.say("Suppliers from"),
            required=False,
            hint=words.say("Such as {country} or {code}. Empty: any country.", country=words.country("DK"), code="DK"),
            value=", ".join(question.countries),
            max_length=400,
        ),
        Field(
            "sector",
            words.say("Sector"),
            required=False,
            hint=words.say("Such as water, energy, construction"),
            value=question.sector,
            max_length=SECTOR_MAX,
        ),
        Field(
            "trl",
            words.say("Readiness (TRL), at least"),
            FieldKind.CHOICE,
            required=False,
            hint=words.say("1 is a principle, 9 is in everyday use"),
            value="" if question.trl is None else str(question.trl),
            options=levels,
        ),
        Field("budget", words.say("Budget"), required=False, value=question.budget, max_length=BUDGET_MAX),
        Field(
            "ip_terms",
            words.say("Rights to the results (IP)"),
            FieldKind.TEXT,
            required=False,
            value=question.ip_terms,
            max_length=IP_TERMS_MAX,
        ),
        Field(
            "language",
            words.say("Language of your text"),
            FieldKind.CHOICE,
            value=question.language if question.language in LOCALES else "en",
            options=languages(words),
        ),
    ]


@asks(ChooseBuyer)
def ask_buyer(question: ChooseBuyer, words: Words) -> Form:
    """Ask for which organisation a title is written down."""
    return Form(
        action="challenge.title",
        value=question.title,
        title=words.say("Whose challenge is it?"),
        fields=(_organisation_field(question.organisations, words),),
        submit=words.say("Save as draft"),
        cancel=words.say("Cancel"),
        intro=question.title,
        locale=words.locale,
    )


@asks(GiveReason)
def ask_reason(question: GiveReason, words: Words) -> Form:
    """Ask why; the form says who will read the reason."""
    if question.ending is Ending.RETURN:
        title, submit = words.say("Return {id}", id=question.id), words.say("Return it")
        intro = words.say("The buyer reads this and can submit again.")
    else:
        closing = question.ending is Ending.CLOSE
        title = words.say("Close {id}", id=question.id) if closing else words.say("Withdraw {id}", id=question.id)
        submit = words.say("Close it") if closing else words.say("Withdraw it")
        intro = words.count(
            "One company that answered or drafted will read your reason.",
            "{n} companies that answered or drafted will read your reason.",
            question.told,
        )
        if not question.told:
            intro = words.say("Nobody has answered yet. The reason is kept with the challenge.")
    reason = Field("reason", words.say("Reason"), FieldKind.TEXT, value=question.reason, max_length=REASON_MAX)
    action = "screening.return.send" if question.ending is Ending.RETURN else f"challenge.{question.ending}.send"
    return Form(
        action=action,
        value=question.value,
        title=title,
        fields=(reason,),
        submit=submit,
        cancel=words.say("Cancel"),
        intro=intro,
        locale=words.locale,
    )


@asks(ResolveChallenge)
def ask_outcome(question: ResolveChallenge, words: Words) -> Form:
    """Ask what came of a challenge; nobody who answered is left without a word."""
    fields = [
        Field("outcome", words.say("What came of it?"), FieldKind.CHOICE, options=options(ChallengeOutcome, words)),
        Field("note", words.say("Anything to add?"), FieldKind.TEXT, required=False, max_length=REASON_MAX),
    ]
    if question.waiting:
        sentence = words.count(
            "Tell the one company still waiting that another was chosen",
            "Tell the {n} companies still waiting that another was chosen",
            question.waiting,
        )
        fields.append(
            Field(
                "rest",
                words.say("Answers neither introduced nor declined"),
                FieldKind.CHECK,
                required=False,
                options=(Option("decline", sentence),),
            )
        )
    return Form(
        action="challenge.resolve.send",
        value=question.value,
        title=words.say("Resolve {id}", id=question.id),
        fields=tuple(fields),
        submit=words.say("Resolve it"),
        cancel=words.say("Cancel"),
        intro=question.title,
        locale=words.locale,
    )
