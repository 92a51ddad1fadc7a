"""Inviting: a manager lets somebody of no workspace in by a personal link, to be sent by the manager's own mail."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.errors import Invalid, InvalidForm, NotAllowed, NotFound
from domain.ids import Kind, format_id, parse_id, read_number
from domain.organisations import MembershipState, OrganisationKind, Role, check_email, name_key
from domain.people import first_language
from domain.rooms import ShareState, WorkspaceState
from domain.text import clean_line
from handlers import audit
from handlers.challenges.cards import takes_answers
from handlers.challenges.listing import page_of
from handlers.challenges.sight import find, id_of, title_for
from handlers.challenges.translating import bridge_to
from handlers.people import known_by_email
from handlers.routes import route
from handlers.webroom.places import GUEST, SURFACE, person_address
from handlers.work import Ask, Reply, Work
from messages.notices.guests import GuestLine, GuestLink, GuestList, GuestRevoked, InviteGuest, PassStanding
from store.queries import challenges as challenge_query
from store.queries import clusters, people
from store.queries import guests as query
from store.queries.challenges import Looker
from store.queries.rows import add, change, get, key_of
from store.tables.challenges import Challenge
from store.tables.guests import GuestPass
from store.tables.people import Cluster, Identity, Membership, Organisation, Person, Workspace

DAYS: Final = 30
DAYS_MAX: Final = 365
PAGE: Final = 10
_OFFERED_MAX: Final = 100
_SUPPLIERS: Final = (OrganisationKind.SME, OrganisationKind.RESEARCH)


def hashed(token: str) -> str:
    """Return what the store knows a token by; it is too random to need a salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _cluster(work: Work) -> Cluster:
    """Return the cluster for which who acts invites: that of the workspace, else the first one managed."""
    if not work.kit.public_url:
        raise NotFound("guest.no_address")
    managed = work.who.managed()
    here = work.room.cluster_id if work.room else None
    chosen = here if here in managed else next(iter(managed), None)
    if chosen is None:
        raise NotAllowed("guest.managers_only")
    return work.session.get_one(Cluster, chosen)


@route("guest.invite", writes=False)
def ask_whom_to_invite(work: Work, ask: Ask) -> Reply:
    """Ask whom to invite: `list` shows the guests, else e-mail, company and challenge may be given already."""
    if ask.value.strip().lower() == "list":
        return list_guests(work, Ask())
    cluster = _cluster(work)
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
            language=_language(work, cluster),
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


def _language(work: Work, cluster: Cluster) -> str:
    rooms = people.workspaces_of(work.session, key_of(cluster))
    return rooms[0].locale if rooms else work.who.locale


def _offered(work: Work, cluster: Cluster) -> tuple[tuple[str, str], ...]:
    """Return the challenges that take answers in a cluster, by id and title as its members read it."""
    looker = Looker((key_of(cluster),), ())
    rows = challenge_query.open_to(work.session, looker, limit=_OFFERED_MAX)
    found = [find(work, format_id(Kind.CHALLENGE, key_of(row))) for row, _ in rows]
    return tuple((one.id, title_for(work.session, one)) for one in found if takes_answers(one.challenge, work))


@route("guest.invite.send")
def invite_guest(work: Work, ask: Ask) -> Reply:
    """Let somebody in by a personal link; who is a guest already gets a new link, and the challenge besides."""
    cluster = _cluster(work)
    errors: list[Invalid] = []
    email = organisation = challenge = None
    days = read_number(ask.text("days")) or 0
    if not 1 <= days <= DAYS_MAX:
        errors.append(Invalid("guest.days", field="days", limit=DAYS_MAX))
    try:
        email = check_email(ask.text("email")).lower()
    except Invalid as error:
        errors.append(error)
    try:
        organisation = _company(work, cluster, ask.text("organisation"))
    except Invalid as error:
        errors.append(error)
    try:
        challenge = _challenge(work, cluster, ask.text("challenge"), organisation)
    except Invalid as error:
        errors.append(error)
    if errors or email is None or organisation is None or challenge is None:
        raise InvalidForm(errors)
    locale = first_language([ask.text("language")], default=_language(work, cluster))
    person_id = known_by_email(work, email, country=organisation.country, zone=cluster.zone, locale=locale)
    _require_guest(work, person_id, email, challenge)
    person = work.session.get_one(Person, person_id)
    change(work.session, person, now=work.now, locale=locale, left_at=None)
    bridge_to(work, challenge, (locale,))
    one = _pass(work, cluster, person_id, key_of(organisation))
    challenges = tuple(dict.fromkeys((*one.challenges, key_of(challenge))))
    return _link(work, one, until=work.now + timedelta(days=days), challenges=challenges)


def _company(work: Work, cluster: Cluster, typed: str) -> Organisation:
    """Return a company of the cluster that answers challenges."""
    name = clean_line(typed[:200], limit=200)
    if not name:
        raise Invalid("guest.organisation.needed", field="organisation")
    for one in challenge_query.organisations_named(work.session, (name_key(name),)):
        if one.kind in _SUPPLIERS and _is_at_home(work, cluster, one):
            return one
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
        there = challenge_query.share_states(work.session, key, (here,)).get(here) is ShareState.TAKEN
    if challenge.confidentiality == "invite":
        there = company is not None and challenge_query.is_invited(work.session, key, (key_of(company),))
    if not there or not takes_answers(challenge, work):
        raise Invalid("guest.challenge.closed", field="challenge", id=id_of(challenge))
    return challenge


def _require_guest(work: Work, person_id: int, email: str, challenge: Challenge) -> None:
    """Make sure that a person is reached nowhere else, and does not belong to the buyer."""
    if query.is_reached_elsewhere(work.session, person_id, guest=GUEST):
        raise Invalid("guest.has_account", field="email", email=email)
    if challenge.organisation_id in people.organisations_for(work.session, person_id):
        raise Invalid("guest.role", field="email", email=email, id=id_of(challenge))


def _let_in(work: Work, one: GuestPass) -> bool:
    """Make a guest a member for the company: the manager who invites decides that; False where the person was one."""
    known = clusters.membership_of(work.session, one.person_id, one.cluster_id, Role.SME, one.organisation_id)
    if known is None:
        row = Membership(
            person_id=one.person_id,
            cluster_id=one.cluster_id,
            organisation_id=one.organisation_id,
            role=Role.SME,
            state=MembershipState.ACTIVE,
            decided_by=work.who.person_id,
            created_at=work.now,
            updated_at=work.now,
        )
        add(work.session, row)
    elif known.state is not MembershipState.ACTIVE:
        change(work.session, known, now=work.now, state=MembershipState.ACTIVE, decided_by=work.who.person_id)
    else:
        return False
    return True


def _pass(work: Work, cluster: Cluster, person_id: int, organisation_id: int) -> GuestPass:
    """Return the pass of a guest, made with an account of its own if there was none."""
    known = query.pass_of(
        work.session, person_id=person_id, organisation_id=organisation_id, cluster_id=key_of(cluster)
    )
    if known is not None:
        return known
    workspace = _web_workspace(work, cluster).native_id
    account = f"{GUEST}{secrets.token_hex(8)}"
    identity = Identity(
        person_id=person_id,
        surface=SURFACE,
        workspace=workspace,
        native_user=account,
        address=person_address(workspace, account),
        seen_at=datetime.fromtimestamp(0, UTC),
        created_at=work.now,
        updated_at=work.now,
    )
    add(work.session, identity)
    return add(
        work.session,
        GuestPass(
            person_id=person_id,
            organisation_id=organisation_id,
            cluster_id=key_of(cluster),
            workspace=workspace,
            account=account,
            token_hash=secrets.token_hex(32),
            expires_at=work.now,
            invited_by=work.who.person_id,
            created_at=work.now,
            updated_at=work.now,
        ),
    )


def _web_workspace(work: Work, cluster: Cluster) -> Workspace:
    """Return the web workspace of a cluster; one that has none gets one without channels, for its guests alone."""
    rooms = people.workspaces_of(work.session, key_of(cluster))
    found = next((one for one in rooms if one.surface == SURFACE), None)
    if found is not None:
        return found
    row = Workspace(
        surface=SURFACE,
        native_id=f"guests-{cluster.id}",
        name=cluster.name,
        cluster_id=cluster.id,
        state=WorkspaceState.ACTIVE,
        locale=_language(work, cluster),
        created_at=work.now,
        updated_at=work.now,
    )
    return add(work.session, row)


def _link(work: Work, one: GuestPass, *, until: datetime, challenges: Sequence[int]) -> Reply:
    """Give a pass a new link; the old one, and what was opened with it, end at once."""
    token = secrets.token_urlsafe(32)
    changed = change(
        work.session,
        one,
        now=work.now,
        token_hash=hashed(token),
        session_hash="",
        challenges=tuple(challenges),
        expires_at=until,
        opened_at=None,
        revoked_at=None,
        let_in=_let_in(work, one) or one.let_in,
        invited_by=work.who.person_id,
    )
    if not changed:
        raise NotFound("guest.unknown")
    audit.record(work, "guest.invite", f"P-{one.person_id}", after=list(challenges), cluster_id=one.cluster_id)
    person = work.session.get_one(Person, one.person_id)
    organisation = work.session.get_one(Organisation, one.organisation_id)
    return Reply(
        notice=GuestLink(
            url=f"{work.kit.public_url}/guest/{token}",
            name=person.name,
            organisation=organisation.name,
            challenges=tuple(format_id(Kind.CHALLENGE, key) for key in one.challenges),
            until=until,
            value=str(one.id),
        )
    )


@route("guest.list", writes=False)
def list_guests(work: Work, ask: Ask) -> Reply:
    """List the guests of the clusters that one manages."""
    managed, page = work.who.managed(), page_of(ask.value)
    if not managed:
        raise NotAllowed("guest.managers_only")
    rows = query.passes_of(work.session, managed, limit=PAGE + 1, offset=(page - 1) * PAGE)
    items = tuple(
        GuestLine(
            value=str(one.id),
            name=person.name,
            email=person.email or "",
            organisation=organisation.name,
            challenges=tuple(format_id(Kind.CHALLENGE, key) for key in one.challenges),
            standing=_standing(one, work.now),
            until=one.expires_at,
        )
        for one, person, organisation in rows[:PAGE]
    )
    return Reply(notice=GuestList(items, page, more=len(rows) > PAGE))


def _standing(one: GuestPass, now: datetime) -> PassStanding:
    if one.expires_at <= now:
        return PassStanding.EXPIRED
    if one.revoked_at is not None:
        return PassStanding.REVOKED
    return PassStanding.SENT if one.opened_at is None else PassStanding.OPENED


def _own(work: Work, value: str) -> GuestPass:
    """Return an invitation of a cluster that who acts manages. :raises NotFound: there is none."""
    number = read_number(value)
    one = get(work.session, GuestPass, number) if number else None
    if one is None or not work.who.manages(one.cluster_id):
        raise NotFound("guest.unknown")
    return one


@route("guest.renew")
def renew_link(work: Work, ask: Ask) -> Reply:
    """Give a guest a new link for the usual time; the old one ends."""
    one = _own(work, ask.value)
    _cluster(work)
    return _link(work, one, until=work.now + timedelta(days=DAYS), challenges=one.challenges)


@route("guest.revoke")
def revoke_link(work: Work, ask: Ask) -> Reply:
    """End an invitation, whatever is open with it, and the membership that it made, at once."""
    one = _own(work, ask.value)
    person = work.session.get_one(Person, one.person_id)
    if one.let_in:
        known = clusters.membership_of(work.session, one.person_id, one.cluster_id, Role.SME, one.organisation_id)
        if known is not None and known.state is MembershipState.ACTIVE:
            change(work.session, known, now=work.now, state=MembershipState.LEFT, decided_by=work.who.person_id)
        change(work.session, one, now=work.now, let_in=False)
    if one.revoked_at is None:
        change(work.session, one, now=work.now, revoked_at=work.now, session_hash="")
        audit.record(work, "guest.revoke", f"P-{one.person_id}", cluster_id=one.cluster_id)
    return Reply(notice=GuestRevoked(person.name))
