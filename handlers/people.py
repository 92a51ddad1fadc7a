"""Who speaks: recognising an account, and meeting one for the first time."""

from __future__ import annotations

from typing import Final

from domain.organisations import MembershipState, Role
from domain.rooms import WorkspaceState
from handlers import audit
from handlers.members.managers_channel import bring_in_on_meeting
from handlers.requests import Profiled, Speaker
from handlers.webroom.places import SURFACE, is_guest
from handlers.work import Actor, Belonging, Guest, Room, Work
from messages.i18n import locale_of
from store.engine import Session
from store.queries import guests, merging
from store.queries import people as query
from store.queries.clusters import memberships_of
from store.queries.rows import add, change, key_of
from store.tables.people import Identity, Person

_ZONE_MAX: Final = 64


def is_known(session: Session, speaker: Speaker) -> bool:
    """Tell whether the account was met."""
    found = query.identity_of(session, surface=speaker.surface, workspace=speaker.workspace, user=speaker.user)
    return found is not None


def recognise(session: Session, speaker: Speaker) -> tuple[Actor | None, Room | None]:
    """Return who the account belongs to and the workspace it spoke in, as far as they are known."""
    found = query.recognise(session, surface=speaker.surface, workspace=speaker.workspace, user=speaker.user)
    room = None
    if found.room is not None:
        w = found.room
        active = w["room_state"] is WorkspaceState.ACTIVE
        room = Room(
            w["room_id"],
            w["room_surface"],
            w["room_native_id"],
            w["room_cluster_id"] if active else None,
            w["room_locale"],
            w["room_challenge_channel"] if active else "",
            w["room_managers_channel"] if active else "",
            waits=w["room_state"] is WorkspaceState.NEW and w["room_cluster_id"] is not None,
        )
    if found.account is None:
        return None, room
    account = found.account
    memberships = tuple(Belonging(m["cluster_id"], m["role"], m["organisation_id"]) for m in found.memberships)
    guest = None
    if is_guest(speaker.user, speaker.surface):
        known = guests.pass_of_account(session, speaker.workspace, speaker.user)
        if known is None or known.revoked_at is not None:
            return None, room
        # Whatever else the person is, through this account he or she speaks for the one company, and for nobody else.
        own = Belonging(known.cluster_id, Role.SME, known.organisation_id)
        memberships = tuple(one for one in memberships if one == own)
        introduced = guests.introduced_challenges(session, known.organisation_id, known.cluster_id)
        guest = Guest(frozenset(known.challenges) | introduced, known.expires_at)
    actor = Actor(
        person_id=account["person_id"],
        name=account["name"],
        locale=account["locale"],
        zone=account["zone"],
        address=account["address"],
        memberships=memberships,
        guest=guest,
        is_admin=account["is_admin"] and guest is None,
        country=account["country"],
        email=account["email"] or "",
    )
    return actor, room


def act_for(session: Session, person: Person) -> Actor:
    """Return a person as who acts, without an account: what he or she may see is read for a calendar or a digest."""
    active = (one for one in memberships_of(session, key_of(person)) if one.state is MembershipState.ACTIVE)
    return Actor(
        person_id=key_of(person),
        name=person.name,
        locale=person.locale,
        zone=person.zone,
        address="",
        memberships=tuple(Belonging(one.cluster_id, one.role, one.organisation_id) for one in active),
        country=person.country,
        email=person.email or "",
    )


def meet(work: Work, profiled: Profiled) -> int:
    """Take in an account of the person with its e-mail in the directory, else of a new person; return the person's id.

    What the person has set once (language, zone) is not overwritten by what the platform says later.
    """
    speaker = profiled.speaker
    email = _believed(work, profiled)
    identity = query.identity_of(work.session, surface=speaker.surface, workspace=speaker.workspace, user=speaker.user)
    if identity is not None:
        if profiled.is_admin is not None:
            identity.is_admin = profiled.is_admin
        query.touch_identity(work.session, identity, now=work.now, address=profiled.address)
        return _learn_email(work, identity.person_id, email)
    person = query.person_by_email(work.session, email) if email else None
    if person is None:
        zone = profiled.zone[:_ZONE_MAX] or "Europe/Copenhagen"
        person = _add_person(work, name=profiled.name, email=email, locale=profiled.locale, zone=zone)
    elif person.left_at is not None:
        person.left_at = None  # and is back
    elif person.name == email.partition("@")[0] and profiled.name:
        person.name = profiled.name  # nobody had told it yet
    add(
        work.session,
        Identity(
            person_id=key_of(person),
            surface=speaker.surface,
            workspace=speaker.workspace,
            native_user=speaker.user,
            address=profiled.address,
            is_admin=bool(profiled.is_admin),
            seen_at=work.now,
            created_at=work.now,
            updated_at=work.now,
        ),
    )
    bring_in_on_meeting(work, key_of(person))
    return key_of(person)


def _learn_email(work: Work, person_id: int, email: str) -> int:
    """Take an address that nobody has, or be whose it is where nothing was done yet; return who it is now.

    Else, of two people with one, `/matchpoint link` makes one.
    """
    person = work.session.get_one(Person, person_id)
    if not email or person.email is not None:
        return person_id
    known = query.person_by_email(work.session, email)
    if known is None:
        change(work.session, person, now=work.now, email=email)
        return person_id
    if memberships_of(work.session, person_id):
        return person_id
    if known.name == email.partition("@")[0]:
        known.name = person.name  # nobody had told it yet
    audit.record(work, "person.merge", f"P-{person_id}", after={"person": key_of(known)})
    merging.merge_people(work.session, kept=known, gone=person)
    bring_in_on_meeting(work, key_of(known))
    return key_of(known)


def _believed(work: Work, profiled: Profiled) -> str:
    """Return the e-mail that a workspace's word counts for, in lower case; empty where it does not.

    Whoever administers a workspace can give its members any address. So only one that was let in is believed, and only
    of people who have to do with no cluster but its own; further what the operator answers for: the web workspace, and
    one that he gave a token for. See docs/adr, "One person, several accounts".
    """
    speaker, email = profiled.speaker, profiled.email.strip().lower()
    if not email or profiled.given or speaker.surface == SURFACE:
        return email
    room = query.workspace_of(work.session, surface=speaker.surface, native_id=speaker.workspace)
    if room is None or room.state is not WorkspaceState.ACTIVE:
        return ""
    person = query.person_by_email(work.session, email)
    held = memberships_of(work.session, key_of(person)) if person is not None else ()
    return email if all(one.cluster_id == room.cluster_id for one in held) else ""


def known_by_email(work: Work, email: str, *, country: str, zone: str, locale: str) -> int:
    """Return the id of the person with this address (in lower case), who is added if nobody knows it yet."""
    person = query.person_by_email(work.session, email)
    if person is None:
        name = email.partition("@")[0]
        person = _add_person(work, name=name, email=email, locale=locale, zone=zone, country=country)
    return key_of(person)


def _add_person(work: Work, *, name: str, email: str, locale: str, zone: str, country: str = "") -> Person:
    return add(
        work.session,
        Person(
            name=name,
            email=email or None,
            country=country,
            zone=zone,
            locale=locale_of(locale),
            created_at=work.now,
            updated_at=work.now,
        ),
    )
