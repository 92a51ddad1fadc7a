"""The form for a profile, and the profile as others see it."""

from __future__ import annotations

from typing import Final

from domain.profiles import CAPACITY_MAX, TEXT_MAX, TRL_MAX, TRL_MIN
from messages.card import (
    Actions,
    Block,
    Button,
    Card,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Option,
    Section,
    Style,
)
from messages.compose.pausing import pause_button, resume_button, why_paused
from messages.compose.registry import asks, composes
from messages.i18n import Words
from messages.notices.profiles import EditProfile, ProfileChoice, ProfileMissing, ProfileSheet, ProfileShown

#: Languages in which profiles are written, besides those that the words are in.
LANGUAGES: Final = ("en", "da", "de", "nl", "sv", "nb", "fi", "et", "lv", "lt", "pl", "fr", "es", "it", "pt", "cs")
_LISTED: Final = 15


@asks(EditProfile)
def ask_profile(question: EditProfile, words: Words) -> Form:
    """Ask what an organisation can do and what it seeks; a summary is enough to begin with."""
    sheet = question.sheet
    codes = LANGUAGES if sheet.language in LANGUAGES or not sheet.language else (sheet.language, *LANGUAGES)
    fields = (
        Field(
            "summary",
            words.say("In a few sentences: what do you solve, and for whom?"),
            FieldKind.TEXT,
            value=sheet.summary,
            max_length=TEXT_MAX,
            hint=words.say("Write in your own language. Solutions and skills help more than product names."),
        ),
        _listed("solutions", words.say("Solutions"), sheet.solutions, words),
        _listed("skills", words.say("Skills"), sheet.skills, words),
        _listed("technologies", words.say("Technologies"), sheet.technologies, words),
        _listed("sought", words.say("What you look for yourselves"), sheet.sought, words),
        Field(
            "evidence",
            words.say("What shows that it works"),
            FieldKind.TEXT,
            required=False,
            value=sheet.evidence,
            max_length=TEXT_MAX,
            hint=words.say("References, figures, certificates."),
        ),
        Field(
            "trl",
            words.say("Readiness (TRL)"),
            FieldKind.CHOICE,
            required=False,
            value="" if sheet.trl is None else str(sheet.trl),
            options=tuple(Option(str(level), str(level)) for level in range(TRL_MIN, TRL_MAX + 1)),
            hint=words.say("From 1, a basic principle, to 9, in everyday use."),
        ),
        Field(
            "capacity",
            words.say("How many introductions at a time"),
            FieldKind.NUMBER,
            value=str(sheet.capacity),
            hint=words.say("From 0 to {most}. With 0 nothing is proposed to you.", most=CAPACITY_MAX),
        ),
        Field(
            "language",
            words.say("Language of these texts"),
            FieldKind.CHOICE,
            value=sheet.language,
            options=tuple(Option(code, words.language(code)) for code in codes),
        ),
    )
    return Form(
        action="profile.save",
        value=question.value,
        title=words.say("Profile"),
        fields=fields,
        submit=words.say("Save"),
        cancel=words.say("Cancel"),
        intro=sheet.organisation,
        locale=words.locale,
    )


def _listed(name: str, label: str, items: tuple[str, ...], words: Words) -> Field:
    hint = words.say("One per line.")
    return Field(name, label, FieldKind.TEXT, required=False, value="\n".join(items), hint=hint, max_length=TEXT_MAX)


@composes(ProfileShown)
def compose_profile(notice: ProfileShown, words: Words) -> Card:
    """Show a profile as others will see it."""
    sheet = notice.sheet
    blocks: list[Block] = []
    if notice.fresh:
        blocks.append(Note(words.say("Saved. This is how cluster managers and the matching see it.")))
    if notice.pause is not None:
        blocks.append(Section(why_paused(notice.pause, words), words.say("Suggestions are paused")))
    blocks.append(Section(sheet.summary or words.say("This organisation has not described what it can do yet.")))
    parts = (
        (words.say("Solutions"), sheet.solutions),
        (words.say("Skills"), sheet.skills),
        (words.say("Technologies"), sheet.technologies),
        (words.say("Looks for"), sheet.sought),
    )
    blocks += [Section(_bulleted(items, words), heading) for heading, items in parts if items]
    if sheet.evidence:
        blocks.append(Section(sheet.evidence, words.say("What shows that it works")))
    blocks.append(_facts(notice, words))
    if notice.editable:
        blocks.append(Actions(_buttons(notice, words)))
    title = words.say("{id} · {name}", id=notice.id, name=sheet.organisation)
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _buttons(notice: ProfileShown, words: Words) -> tuple[Button, ...]:
    style = Style.DEFAULT if notice.pause else Style.PRIMARY
    edit = Button(words.say("Edit"), action="profile.edit", value=notice.id, style=style)
    if notice.pause is not None:
        return edit, resume_button(notice.id, words)
    return (edit, pause_button(notice.id, words)) if notice.proposed else (edit,)


def _bulleted(items: tuple[str, ...], words: Words) -> str:
    lines = [f"• {item}" for item in items[:_LISTED]]
    if len(items) > _LISTED:
        lines.append(words.say("And {count} more.", count=len(items) - _LISTED))
    return "\n".join(lines)


def _facts(notice: ProfileShown, words: Words) -> Facts:
    sheet: ProfileSheet = notice.sheet
    facts = [Fact(words.say("Introductions at a time"), words.number(sheet.capacity))]
    if sheet.country:
        facts.insert(0, Fact(words.say("Country"), words.country(sheet.country)))
    if sheet.website:
        facts.append(Fact(words.say("Website"), sheet.website))
    if sheet.trl is not None:
        facts.append(Fact(words.say("Readiness (TRL)"), str(sheet.trl)))
    if sheet.language:
        facts.append(Fact(words.say("Language"), words.language(sheet.language)))
    if notice.confirmed_at is not None:
        facts.append(Fact(words.say("Confirmed on"), words.date(notice.confirmed_at)))
    return Facts(tuple(facts))


@composes(ProfileChoice)
def compose_profile_choice(notice: ProfileChoice, words: Words) -> Card:
    """Ask which organisation is meant."""
    buttons = tuple(Button(name, action=notice.action, value=key) for key, name in notice.organisations[:10])
    return Card(
        title=words.say("Which organisation?"),
        blocks=(Section(words.say("You act for several.")), Actions(buttons)),
        locale=words.locale,
    )


@composes(ProfileMissing)
def compose_profile_missing(notice: ProfileMissing, words: Words) -> Card:
    """Ask a supplier for a profile."""
    text = words.say(
        "{organisation} cannot be proposed for a challenge until you have described what it can "
        "do. A few lines are enough.",
        organisation=notice.organisation,
    )
    tell = Button(words.say("Fill in the profile"), action="profile.edit", value=notice.id, style=Style.PRIMARY)
    return Card(title=words.say("Your profile is empty"), blocks=(Section(text), Actions((tell,))), locale=words.locale)
