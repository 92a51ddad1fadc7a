"""Forms for joining, and for refusing somebody."""

from __future__ import annotations

from typing import Final

from domain.organisations import NAME_MAX, WEBSITE_MAX, OrganisationKind, Role
from messages.card import Field, FieldKind, Form, Option
from messages.compose.joining import FIRST_USE
from messages.compose.registry import asks
from messages.i18n import Words
from messages.labels import label, options
from messages.notices.joining import JoinCluster, RefuseMembership
from messages.parts import languages

REASON_MAX: Final = 500


@asks(JoinCluster)
def ask_join(question: JoinCluster, words: Words) -> Form:
    """Ask for organisation and role; the rest is only for an organisation that nobody knows yet."""
    roles = tuple(Option(role.value, label(role, words)) for role in (Role.SME, Role.BUYER))
    only_new = words.say("Only if your organisation is new here.")
    fields = (
        Field(
            "organisation",
            words.say("Your organisation"),
            value=question.organisation,
            max_length=NAME_MAX,
            hint=words.say("Its name, or its web address."),
        ),
        Field(
            "role",
            words.say("What brings you here"),
            FieldKind.CHOICE,
            value=question.role,
            options=roles,
            hint=words.say("A supplier answers challenges, a buyer states them."),
        ),
        Field(
            "language",
            words.say("Your language"),
            FieldKind.CHOICE,
            value=question.language,
            options=languages(words),
        ),
        Field(
            "country",
            words.say("Country"),
            required=False,
            value=question.country,
            max_length=60,
            hint=words.say("Such as {country} or {code}.", country=words.country("DK"), code="DK") + " " + only_new,
        ),
        Field(
            "website",
            words.say("Website"),
            required=False,
            value=question.website,
            max_length=WEBSITE_MAX,
            hint=only_new,
        ),
        Field(
            "kind",
            words.say("What it is"),
            FieldKind.CHOICE,
            required=False,
            options=options(OrganisationKind, words),
            hint=only_new,
        ),
        Field("headcount", words.say("How many people work there"), FieldKind.NUMBER, required=False, hint=only_new),
    )
    return Form(
        action="join.request",
        title=words.say("Join {cluster}", cluster=question.cluster),
        fields=fields,
        submit=words.say("Ask to join"),
        cancel=words.say("Cancel"),
        intro=words.say(FIRST_USE),
        locale=words.locale,
    )


@asks(RefuseMembership)
def ask_why_refused(question: RefuseMembership, words: Words) -> Form:
    """Ask for the reason, which the person reads."""
    reason = Field(
        "reason",
        words.say("Reason"),
        FieldKind.TEXT,
        max_length=REASON_MAX,
        hint=words.say("{name} reads it.", name=question.name),
    )
    return Form(
        action="membership.refuse.send",
        value=question.id,
        title=words.say("Refuse {id}", id=question.id),
        fields=(reason,),
        submit=words.say("Refuse"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )
