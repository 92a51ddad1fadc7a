"""Profiles: what an organisation can do and what it seeks, written by its own people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.errors import Invalid, InvalidForm, NotAllowed, OutOfDate
from domain.organisations import Role
from domain.people import first_language
from domain.profiles import (
    CAPACITY_MAX,
    SOLUTION_MAX,
    TEXT_MAX,
    TRL_MAX,
    TRL_MIN,
    ProfileText,
    lines_of,
)
from domain.text import clean_text
from handlers import audit
from handlers.home import home_part
from handlers.members.organisations import choose, find_organisation, id_of, may_look
from handlers.members.pausing import is_proposed, pause_of
from handlers.routes import route
from handlers.suggestions.embedding import want_vector
from handlers.work import Ask, Reply, Work
from messages.notices.profiles import EditProfile, ProfileMissing, ProfileSheet, ProfileShown
from store.engine import StoreContended
from store.queries import people
from store.queries import profiles as query
from store.queries.rows import change, key_of
from store.tables.people import Organisation

_LANGUAGE_MAX: Final = 3


@route("profile.edit", writes=False)
def edit_profile(work: Work, ask: Ask) -> Reply:
    """Ask for the profile of one's organisation, with what is known filled in."""
    if not ask.value.strip() and not work.who.organisations():
        raise NotAllowed("profile.none")
    if not ask.value.strip() and len(work.who.organisations()) > 1:
        return choose(work, "profile.edit", work.who.organisations())
    organisation = find_organisation(work, ask.value)
    if not work.who.belongs_to(organisation.id):
        if may_look(work, organisation):
            return Reply(notice=shown(work, organisation))
        raise NotAllowed("profile.own_only", organisation=organisation.name)
    profile = query.profile_of(work.session, key_of(organisation))
    value = f"{id_of(organisation)}:{profile.version if profile else 0}"
    sheet = sheet_of(work, organisation)
    if not sheet.language:
        sheet = _with_language(sheet, first_language([*organisation.languages, work.who.locale]))
    return Reply(question=EditProfile(value=value, sheet=sheet))


@route("profile.show", writes=False)
def show_profile(work: Work, ask: Ask) -> Reply:
    """Show a profile to its own people and to the managers of its clusters."""
    if not ask.value.strip() and len(work.who.organisations()) > 1:
        return choose(work, "profile.show", work.who.organisations())
    organisation = find_organisation(work, ask.value)
    if not work.who.belongs_to(organisation.id) and not may_look(work, organisation):
        raise NotAllowed("profile.not_yours", organisation=organisation.name)
    return Reply(notice=shown(work, organisation))


@route("profile.save")
def save_profile(work: Work, ask: Ask) -> Reply:
    """Write a profile anew, confirmed by who wrote it."""
    head, _, version = ask.value.partition(":")
    organisation = find_organisation(work, head)
    if not work.who.belongs_to(organisation.id):
        raise NotAllowed("profile.own_only", organisation=organisation.name)
    text, capacity = _read(ask)
    expected = int(version) if version.isdecimal() and len(version) < 10 else -1
    key = key_of(organisation)
    if not query.replace_profile(work.session, key, text, now=work.now, version=expected):
        raise OutOfDate("profile.changed")
    if capacity != organisation.capacity and not change(work.session, organisation, now=work.now, capacity=capacity):
        raise StoreContended("The organisation was changed at the same moment.")
    audit.record(work, "profile.save", id_of(organisation), after=text.digest())
    want_vector(work, id_of(organisation), expected + 1, organisation.home_cluster_id)
    return Reply(notice=shown(work, organisation, fresh=True))


def shown(work: Work, organisation: Organisation, *, fresh: bool = False) -> ProfileShown:
    """Tell what others read of an organisation."""
    profile = query.profile_of(work.session, key_of(organisation))
    return ProfileShown(
        id=id_of(organisation),
        sheet=sheet_of(work, organisation),
        confirmed_at=profile.confirmed_at if profile else None,
        editable=work.who.belongs_to(organisation.id),
        fresh=fresh,
        proposed=is_proposed(organisation),
        pause=pause_of(work, organisation),
    )


def sheet_of(work: Work, organisation: Organisation) -> ProfileSheet:
    """Write down what a profile says."""
    profile = query.profile_of(work.session, key_of(organisation))
    text = query.profile_text(work.session, profile) if profile else ProfileText()
    return ProfileSheet(
        organisation=organisation.name,
        country=organisation.country,
        website=organisation.website,
        language=text.language,
        summary=text.summary,
        solutions=text.solutions,
        skills=text.skills,
        technologies=text.technologies,
        sought=text.sought,
        evidence=text.evidence,
        trl=text.trl,
        capacity=organisation.capacity,
    )


def _with_language(sheet: ProfileSheet, language: str) -> ProfileSheet:
    return replace(sheet, language=language)


def _read(ask: Ask) -> tuple[ProfileText, int]:
    """Read the form; every mistake is told at its field."""
    errors: list[Invalid] = []

    def text(name: str) -> str:
        raw = ask.text(name)
        try:
            return clean_text(raw, limit=TEXT_MAX)
        except Invalid as error:
            errors.append(Invalid(error.key, field=name, **error.params))
            return ""

    def lines(name: str, *, limit: int = 0) -> tuple[str, ...]:
        raw = ask.text(name)
        try:
            return lines_of(raw, field=name, limit=limit) if limit else lines_of(raw, field=name)
        except Invalid as error:
            errors.append(error)
            return ()

    summary = text("summary")
    if not summary and not errors:
        errors.append(Invalid("profile.summary.needed", field="summary"))
    read = ProfileText(
        language=ask.text("language")[:_LANGUAGE_MAX].lower(),
        summary=summary,
        solutions=lines("solutions", limit=SOLUTION_MAX),
        skills=lines("skills"),
        technologies=lines("technologies"),
        sought=lines("sought"),
        evidence=text("evidence"),
        trl=_number(ask, "trl", TRL_MIN, TRL_MAX, "profile.trl.range", errors) if ask.text("trl") else None,
    )
    if not (read.language.isascii() and read.language.isalpha()):
        errors.append(Invalid("profile.language.unknown", field="language"))
    capacity = _number(ask, "capacity", 0, CAPACITY_MAX, "profile.capacity.range", errors)
    if errors:
        raise InvalidForm(errors)
    return read, capacity


def _number(ask: Ask, name: str, lowest: int, highest: int, key: str, errors: list[Invalid]) -> int:
    typed = ask.text(name)
    if typed.isdecimal() and len(typed) < 5 and lowest <= int(typed) <= highest:
        return int(typed)
    errors.append(Invalid(key, field=name, lowest=lowest, highest=highest))
    return lowest


@home_part(400)
def ask_for_profiles(work: Work) -> Sequence[ProfileMissing]:
    """Ask a supplier whose profile is empty to tell what it can do."""
    ids = work.who.organisations(Role.SME)
    if not ids:
        return ()
    told = query.told_profiles(work.session, ids)
    missing = [key for key in ids if key not in told]
    found = people.organisations_by_id(work.session, missing)
    return tuple(ProfileMissing(id_of(found[key]), found[key].name) for key in missing if key in found)
