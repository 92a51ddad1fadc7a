"""Joining: somebody says for whom he or she works, and a manager of the cluster lets the person in."""

from __future__ import annotations

from typing import Final

from domain.errors import Invalid, InvalidForm, NotAllowed
from domain.ids import Kind, format_id
from domain.organisations import (
    MEMBERSHIP,
    NAME_MAX,
    MembershipAction,
    MembershipState,
    OrganisationKind,
    Role,
    name_key,
    natural_keys,
    normalise_website,
    website_domain,
)
from domain.people import NOTICE_VERSION, first_language
from domain.text import clean_line
from handlers import audit, cards
from handlers.members.finding import Typed, find_organisations, known_by, near
from handlers.members.memberships import MEMBERSHIP_CARD, deciding_cluster, waiting_notice
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages.countries import read_country
from messages.notices.joining import AlreadyIn, Belongs, JoinCluster, JoinNear
from store.queries import clusters as query
from store.queries import people
from store.queries.rows import add, change, key_of
from store.tables.people import Cluster, Membership, Organisation, Person

_HEADCOUNT_MAX: Final = 10_000_000
_NEAR_SHOWN: Final = 5
_WAITING_MAX: Final = 3
_ROLES: Final = (Role.SME, Role.BUYER)
_NEW: Final = "new"


@route("join.start", need=Need.KNOWN, writes=False)
def start_joining(work: Work, ask: Ask) -> Reply:
    """Tell somebody who is in, or waits, so; ask everybody else for whom they work."""
    if work.who.memberships:
        return Reply(notice=_already_in(work))
    for membership in query.memberships_of(work.session, work.who.person_id):
        if membership.state is MembershipState.ASKED and membership.role is not Role.MANAGER:
            return Reply(notice=waiting_notice(work, membership))
    return ask_for_organisation(work, ask)


@route("join.another", need=Need.KNOWN, writes=False)
def ask_for_organisation(work: Work, ask: Ask) -> Reply:
    """Ask for an organisation and a role."""
    actor = work.who
    typed = clean_line(ask.value[:NAME_MAX], limit=NAME_MAX)
    guess = None if typed else known_by(work, actor.email)
    return Reply(
        question=JoinCluster(
            cluster=_here(work).name,
            organisation=typed or (guess.name if guess else ""),
            country=actor.country or _here(work).country,
            role=_role_of(guess),
            language=actor.locale,
        )
    )


@route("join.request", need=Need.KNOWN)
def request_membership(work: Work, ask: Ask) -> Reply:
    """Take down for whom somebody works; an organisation that nobody knows is added if none resembles it."""
    typed, role, language = _read(work, ask)
    _note_first_use(work, language)
    found = find_organisations(work, typed)
    if len(found) > 1:
        found = [one for one in found if typed.country and one.country == typed.country]
        if len(found) != 1:
            raise Invalid("join.several", field="organisation")
    if found:
        return _ask_managers(work, found[0], role)
    alike = near(work, typed.name, limit=_NEAR_SHOWN)
    if alike:
        values = tuple((f"{format_id(Kind.ORGANISATION, key_of(one))} {role}", one.name) for one in alike)
        return Reply(notice=JoinNear(typed=typed.name, near=values, anew=_packed(typed, role)))
    return _ask_managers(work, _add(work, typed, role), role)


@route("join.choose", need=Need.KNOWN)
def choose_organisation(work: Work, ask: Ask) -> Reply:
    """Take one of the organisations that were offered, or add the one that was typed."""
    if ask.value.startswith(f"{_NEW}\n"):
        try:
            typed, role = _unpacked(ask.value)
            found = find_organisations(work, typed)
            organisation = found[0] if len(found) == 1 else _add(work, typed, role)
        except Invalid as error:
            # A button has no fields: the person is told in a message.
            raise Invalid(error.key, field=None, **error.params) from None
        return _ask_managers(work, organisation, role, replaces=True)
    head, _, role_text = ask.value.strip().partition(" ")
    organisation = work.session.get(Organisation, _number(head))
    if organisation is None or role_text not in _ROLES:
        raise Invalid("id.unknown", example="OR-12")
    return _ask_managers(work, organisation, Role(role_text), replaces=True)


def _here(work: Work) -> Cluster:
    if work.room is None or work.room.cluster_id is None:
        raise NotAllowed("setup.missing")
    return work.session.get_one(Cluster, work.room.cluster_id)


def _already_in(work: Work) -> AlreadyIn:
    actor = work.who
    clusters = people.clusters_with_names(work.session, actor.clusters())
    organisations = people.organisations_by_id(work.session, actor.organisations())
    return AlreadyIn(
        tuple(
            Belongs(
                one.role,
                clusters[one.cluster_id].name,
                organisations[one.organisation_id].name if one.organisation_id in organisations else "",
            )
            for one in actor.memberships
        )
    )


def _read(work: Work, ask: Ask) -> tuple[Typed, Role, str]:
    """Read the form; every mistake is told at its field."""
    errors: list[Invalid] = []
    name, website = clean_line(ask.text("organisation")[:1000], limit=1000), ask.text("website")
    if not name:
        errors.append(Invalid("join.organisation.needed", field="organisation"))
    elif len(name) > NAME_MAX:
        errors.append(Invalid("text.too_long", field="organisation", limit=NAME_MAX, length=len(name)))
    if _is_website(name) and not website:
        website = name
    try:
        website = normalise_website(website) if website else ""
    except Invalid as error:
        errors.append(error)
    country = ""
    try:
        country = read_country(ask.text("country")) if ask.text("country") else ""
    except Invalid as error:
        errors.append(error)
    if ask.text("role") not in _ROLES:
        errors.append(Invalid("join.role.needed", field="role"))
    headcount = ask.text("headcount")
    if headcount and not (headcount.isdecimal() and len(headcount) < 9 and int(headcount) <= _HEADCOUNT_MAX):
        errors.append(Invalid("join.headcount.invalid", field="headcount"))
    if errors:
        raise InvalidForm(errors)
    role, kind = Role(ask.text("role")), ask.text("kind")
    kind = (
        kind
        if kind in tuple(OrganisationKind)
        else OrganisationKind.BUYER
        if role is Role.BUYER
        else OrganisationKind.SME
    )
    typed = Typed(name, website, country, OrganisationKind(kind), int(headcount) if headcount else None)
    return typed, role, first_language([ask.text("language")], default=work.who.locale)


def _is_website(text: str) -> bool:
    try:
        return " " not in text and "." in text and bool(website_domain(text))
    except Invalid:
        return False


def _role_of(organisation: Organisation | None) -> str:
    if organisation is None:
        return ""
    return Role.SME if organisation.kind in (OrganisationKind.SME, OrganisationKind.RESEARCH) else Role.BUYER


def _note_first_use(work: Work, language: str) -> None:
    person = work.session.get_one(Person, work.who.person_id)
    if person.notified_version < NOTICE_VERSION or person.locale != language:
        change(work.session, person, now=work.now, notified_version=NOTICE_VERSION, locale=language)
        audit.record(work, "notice.read", f"P-{person.id}", after=NOTICE_VERSION)


def _add(work: Work, typed: Typed, role: Role) -> Organisation:
    """Add an organisation; it becomes a member of the cluster when its first person is let in."""
    if not typed.country:
        raise Invalid("join.country.needed", field="country")
    name = typed.name if not _is_website(typed.name) else website_domain(typed.name)
    keys = natural_keys(name=name, country=typed.country, website=typed.website)
    organisation = add(
        work.session,
        Organisation(
            natural_key=keys[0],
            kind=typed.kind,
            name=name,
            name_key=name_key(name),
            country=typed.country,
            website=typed.website,
            headcount=typed.headcount,
            languages=(work.who.locale,),
            created_at=work.now,
            updated_at=work.now,
        ),
    )
    audit.record(work, "organisation.add", format_id(Kind.ORGANISATION, key_of(organisation)), after=role)
    return organisation


def _ask_managers(work: Work, organisation: Organisation, role: Role, *, replaces: bool = False) -> Reply:
    """Put a request before the managers, unless it waits already or is granted."""
    actor, here = work.who, key_of(_here(work))
    cluster_id = here
    known = query.membership_of(work.session, actor.person_id, here, role, organisation.id)
    if known is None or known.state is not MembershipState.ACTIVE:
        cluster_id = deciding_cluster(work, organisation, actor.person_id, role, here=here)
        known = query.membership_of(work.session, actor.person_id, cluster_id, role, organisation.id)
    if known is not None and known.state is MembershipState.ACTIVE:
        return Reply(notice=_already_in(work), replaces=replaces)
    if known is not None and known.state is MembershipState.ASKED:
        return Reply(notice=waiting_notice(work, known), replaces=replaces)
    mine = query.memberships_of(work.session, actor.person_id)
    if sum(one.state is MembershipState.ASKED for one in mine) >= _WAITING_MAX:
        raise NotAllowed("join.too_many")
    if known is None:
        known = add(
            work.session,
            Membership(
                person_id=actor.person_id,
                cluster_id=cluster_id,
                organisation_id=organisation.id,
                role=role,
                state=MembershipState.ASKED,
                created_at=work.now,
                updated_at=work.now,
            ),
        )
    else:
        state = MEMBERSHIP.advance(known.state, MembershipAction.ASK)
        change(work.session, known, now=work.now, where={"state": known.state}, state=state, decided_by=None, note="")
    subject = format_id(Kind.MEMBERSHIP, key_of(known))
    audit.record(work, "membership.ask", subject, after=known.state, cluster_id=cluster_id)
    for one in dict.fromkeys((cluster_id, here)):
        cards.tell_managers(work, MEMBERSHIP_CARD, subject, one)
    return Reply(notice=waiting_notice(work, known, fresh=True), replaces=replaces)


def _packed(typed: Typed, role: Role) -> str:
    parts = (_NEW, role, typed.kind, typed.country, str(typed.headcount or ""), typed.website, typed.name)
    return "\n".join(parts)


def _unpacked(value: str) -> tuple[Typed, Role]:
    """Read what a button carried; it went through the person's hands, so it is checked again."""
    parts = value.split("\n")
    if len(parts) != 7 or parts[1] not in _ROLES or parts[2] not in tuple(OrganisationKind):
        raise Invalid("id.unknown", example="OR-12")
    _, role, kind, country, headcount, website, name = parts
    count = int(headcount) if headcount.isdecimal() and len(headcount) < 9 else None
    cleaned = clean_line(name, limit=NAME_MAX)
    if not cleaned:
        raise Invalid("join.organisation.needed")
    checked = normalise_website(website) if website else ""
    place = read_country(country) if country else ""
    return Typed(cleaned, checked, place, OrganisationKind(kind), count), Role(role)


def _number(text: str) -> int:
    number = text.removeprefix("OR-")
    return int(number) if number.isdecimal() and len(number) < 10 else 0
