"""Inviting: a manager lets somebody of no workspace in by a personal link, to be sent by the manager's own mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from domain.errors import Invalid, InvalidForm, NotFound
from domain.ids import Kind, format_id, parse_id, read_number
from domain.organisations import OrganisationKind, check_email, name_key
from domain.people import first_language
from domain.rooms import ShareState
from domain.text import clean_line
from handlers.challenges.cards import takes_answers
from handlers.challenges.sight import find, id_of, title_for
from handlers.challenges.translating import bridge_to
from handlers.fields import Fields
from handlers.guests.invitations import DAYS, give_link, inviting_cluster, language_of_cluster, list_guests, pass_for
from handlers.members.finding import near
from handlers.people import known_by_email
from handlers.routes import route
from handlers.webroom.places import GUEST
from handlers.work import Ask, Reply, Work
from messages.notices.guests import InviteGuest
from store.queries import challenges as challenge_query
from store.queries import clusters, people, sharing
from store.queries import guests as query
from store.queries.challenges import Looker
from store.queries.rows import change, get, key_of
from store.tables.challenges import Challenge
from store.tables.people import Cluster, Organisation, Person

DAYS_MAX: Final = 365
_OFFERED_MAX: Final = 100
#: So many names that are spelt alike are looked at, and told where somebody mistypes one.
_LOOKED_AT: Final = 20
_NEAR_MAX: Final = 3
_SUPPLIERS: Final = (OrganisationKind.SME, OrganisationKind.RESEARCH)


@route("guest.invite", writes=False)
def ask_whom_to_invite(work: Work, ask: Ask) -> Reply:
    """Ask whom to invite: `list` shows the guests, else e-mail, company and challenge may be given already."""
    if ask.value.strip().lower() == "list":
        return list_guests(work, Ask())
    cluster = inviting_cluster(work)
    words = ask.value.split()
    email = words.pop(0) if words and "@" in words[0] else ""
    challenge = ""
    if words and _is_challenge(words[-1]):
        challenge = format_id(Kind.CHALLENGE, parse_id(words.pop(), Kind.CHALLENGE)[1])
    return Reply(
        question=InviteGuest(
            challenges=_offered(work, cluster),
            email=email[:200],
            organisation=_named(work, cluster, " ".join(words)),
            challenge=challenge,
            language=language_of_cluster(work, cluster),
            days=DAYS,
        )
    )


def _is_challenge(text: str) -> bool:
    try:
        return parse_id(text)[0] == Kind.CHALLENGE
    except Invalid:
        return False


def _named(work: Work, cluster: Cluster, text: str) -> str:
    """Return the name of a company of the cluster that a button names by its id, else what was typed."""
    try:
        kind, number = parse_id(text)
    except Invalid:
        return clean_line(text[:200], limit=200)
    organisation = get(work.session, Organisation, number) if kind == Kind.ORGANISATION else None
    return organisation.name if organisation and _is_at_home(work, cluster, organisation) else ""


def _is_at_home(work: Work, cluster: Cluster, one: Organisation) -> bool:
    return one.home_cluster_id == cluster.id or cluster.id in clusters.home_clusters(work.session, key_of(one))


def _offered(work: Work, cluster: Cluster) -> tuple[tuple[str, str], ...]:
    """Return the challenges that take answers in a cluster, by id and title as its members read it."""
    looker = Looker((key_of(cluster),), ())
    rows = challenge_query.open_to(work.session, looker, limit=_OFFERED_MAX)
    found = [find(work, format_id(Kind.CHALLENGE, key_of(row))) for row, _ in rows]
    return tuple((one.id, title_for(work.session, one)) for one in found if takes_answers(one.challenge, work))


@route("guest.invite.send")
def invite_guest(work: Work, ask: Ask) -> Reply:
    """Let somebody in by a personal link; who is a guest already gets a new link, and the challenge besides."""
    cluster = inviting_cluster(work)
    fields = Fields(ask, work.who.locale)
    days = fields.read("days", _days)
    email = fields.read("email", check_email)
    organisation = fields.read("organisation", lambda typed: _company(work, cluster, typed))
    challenge = fields.read("challenge", lambda typed: _challenge(work, cluster, typed, organisation))
    if days is None or email is None or organisation is None or challenge is None:
        raise InvalidForm(fields.errors)
    email = email.lower()
    locale = first_language([ask.text("language")], default=language_of_cluster(work, cluster))
    person_id = known_by_email(work, email, country=organisation.country, zone=cluster.zone, locale=locale)
    _require_guest(work, person_id, email, challenge)
    person = work.session.get_one(Person, person_id)
    change(work.session, person, now=work.now, locale=locale, left_at=None)
    bridge_to(work, challenge, (locale,))
    one = pass_for(work, cluster, person_id, key_of(organisation))
    challenges = tuple(dict.fromkeys((*one.challenges, key_of(challenge))))
    return give_link(work, one, until=work.now + timedelta(days=days), challenges=challenges)


def _days(typed: str) -> int:
    days = read_number(typed) or 0
    if not 1 <= days <= DAYS_MAX:
        raise Invalid("guest.days", limit=DAYS_MAX)
    return days


def _company(work: Work, cluster: Cluster, typed: str) -> Organisation:
    """Return a company of the cluster that answers challenges."""
    name = clean_line(typed[:200], limit=200)
    if not name:
        raise Invalid("guest.organisation.needed", field="organisation")
    for one in challenge_query.organisations_named(work.session, (name_key(name),)):
        if one.kind in _SUPPLIERS and _is_at_home(work, cluster, one):
            return one
    alike = [
        one.name
        for one in near(work, name, limit=_LOOKED_AT)
        if one.kind in _SUPPLIERS and _is_at_home(work, cluster, one)
    ][:_NEAR_MAX]
    if alike:
        named = " / ".join(alike)
        raise Invalid("guest.organisation.near", field="organisation", name=name, near=named)
    raise Invalid("guest.organisation.unknown", field="organisation", name=name)


def _challenge(work: Work, cluster: Cluster, typed: str, company: Organisation | None) -> Challenge:
    """Return a challenge that takes answers in the cluster, or from a company that was invited by name."""
    if not typed:
        raise Invalid("guest.challenge.needed", field="challenge")
    try:
        challenge = find(work, typed).challenge
    except NotFound:
        raise Invalid("guest.challenge.needed", field="challenge") from None
    key, here = key_of(challenge), key_of(cluster)
    there = challenge.owner_cluster_id == here
    if not there:
        there = sharing.share_states(work.session, key, (here,)).get(here) is ShareState.TAKEN
    if challenge.confidentiality == "invite":
        there = company is not None and sharing.is_invited(work.session, key, (key_of(company),))
    if not there or not takes_answers(challenge, work):
        raise Invalid("guest.challenge.closed", field="challenge", id=id_of(challenge))
    return challenge


def _require_guest(work: Work, person_id: int, email: str, challenge: Challenge) -> None:
    """Make sure that a person is reached nowhere else, and does not belong to the buyer."""
    if query.is_reached_elsewhere(work.session, person_id, guest=GUEST):
        raise Invalid("guest.has_account", field="email", email=email)
    if challenge.organisation_id in people.organisations_for(work.session, person_id):
        raise Invalid("guest.role", field="email", email=email, id=id_of(challenge))
