"""Passes: a guest's link is exchanged once for a session, which ends when the invitation does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.ids import Kind, format_id
from domain.organisations import MembershipState, Role
from domain.visibility import VisibleField
from handlers import audit
from handlers.challenges.cards import takes_answers
from handlers.challenges.sight import sight, title_for
from handlers.home import home_part
from handlers.signing import hashed
from handlers.ticks import tick
from handlers.webroom.links import Account
from handlers.work import Kit, Work
from messages.notices.guests import GuestWelcome, Invited
from store.engine import Database, Session
from store.queries import answers, challenges, clusters
from store.queries import guests as query
from store.queries.rows import change, key_of
from store.tables.guests import GuestPass
from store.tables.people import Cluster, Organisation, Person

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What a guest's link leads to: whom it lets in (None: not any more), in which language, and whom to ask."""

    account: Account | None
    name: str
    locale: str
    ask: str


class Passes:
    """Open the links of guests. Safe to share between threads; all methods are synchronous."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, token: str, *, now: datetime) -> Found | None:
        """Return what a link leads to without using it up; None for a token that was never given out."""
        with self._database.read() as session:
            one = query.pass_by_token(session, hashed(token))
            return None if one is None else _found(session, one, usable=_usable(one, now))

    def ended(self, workspace: str, account: str) -> Found | None:
        """Return whom a guest asks whose session is over."""
        with self._database.read() as session:
            one = query.pass_of_account(session, workspace, account)
            return None if one is None else _found(session, one, usable=False)

    def open(self, token: str, session_key: str, *, now: datetime) -> Account | None:
        """Use a link up for one session; None where somebody has used it, or it has ended."""
        with self._database.write() as session:
            one = query.pass_by_token(session, hashed(token))
            if one is None or not _usable(one, now):
                return None
            taken = change(
                session, one, now=now, where={"opened_at": None}, opened_at=now, session_hash=hashed(session_key)
            )
            return Account(one.workspace, one.account) if taken else None

    def admits(self, workspace: str, account: str, session_key: str, *, now: datetime) -> bool:
        """Tell whether a guest's session still is the one that was opened with the invitation, and that still holds."""
        with self._database.read() as session:
            one = query.pass_of_account(session, workspace, account)
            return (
                one is not None
                and one.revoked_at is None
                and one.expires_at > now
                and one.session_hash == hashed(session_key)
            )

    def over(self, accounts: Collection[tuple[str, str]], *, now: datetime) -> set[tuple[str, str]]:
        """Return those of these accounts (workspace and user) whose invitation has ended."""
        with self._database.read() as session:
            return query.ended_among(session, accounts, now=now)


def _usable(one: GuestPass, now: datetime) -> bool:
    return one.revoked_at is None and one.opened_at is None and one.expires_at > now


def _found(session: Session, one: GuestPass, *, usable: bool) -> Found:
    person = session.get_one(Person, one.person_id)
    host = session.get(Person, one.invited_by)
    cluster = session.get_one(Cluster, one.cluster_id)
    reached = host.email if host and host.email else cluster.contact_email
    ask = ", ".join(part for part in (host.name if host else "", cluster.name, reached) if part)
    return Found(Account(one.workspace, one.account) if usable else None, person.name, person.locale, ask)


@home_part(7)
def list_invited(work: Work) -> Sequence[GuestWelcome]:
    """Show a guest what he or she was invited to."""
    actor = work.who
    if actor.guest is None or work.speaker is None:
        return ()
    one = query.pass_of_account(work.session, work.speaker.workspace, work.speaker.user)
    if one is None:
        return ()
    host = work.session.get(Person, one.invited_by)
    return (
        GuestWelcome(
            cluster=work.session.get_one(Cluster, one.cluster_id).name,
            host=host.name if host else "",
            organisation=work.session.get_one(Organisation, one.organisation_id).name,
            items=tuple(_invited(work, sorted(actor.guest.challenges), one.organisation_id)),
            until=one.expires_at,
        ),
    )


def _invited(work: Work, keys: Sequence[int], organisation_id: int) -> list[Invited]:
    items: list[Invited] = []
    for key in keys:
        found = challenges.with_buyer(work.session, key)
        if found is None:
            continue
        sighting = sight(work, *found)
        if not sighting.level(VisibleField.CHALLENGE_TEXT):
            continue
        live = answers.live_of(work.session, key, organisation_id)
        answer = format_id(Kind.ANSWER, key_of(live)) if live else ""
        title = title_for(work.session, sighting)
        items.append(Invited(sighting.id, title, open=takes_answers(sighting.challenge, work), answer=answer))
    return items


@tick("guests.expire", seconds=60)
def end_expired(database: Database, kit: Kit, now: datetime) -> int:
    """End the invitations whose time is over, so that nothing is sent to their guests any more."""
    with database.write() as session:
        work = Work(session, now, kit)
        return sum(end_pass(work, one, "guest.expire") for one in query.expired(session, now, limit=_AT_ONCE))


def end_pass(work: Work, one: GuestPass, action: str) -> bool:
    """End an invitation, what is open with it, and the membership that it alone made; False if all had ended."""
    ended = one.revoked_at is None or one.let_in
    if one.let_in:
        known = clusters.membership_of(work.session, one.person_id, one.cluster_id, Role.SME, one.organisation_id)
        if known is not None and known.state is MembershipState.ACTIVE:
            by = work.actor.person_id if work.actor else None
            change(work.session, known, now=work.now, state=MembershipState.LEFT, decided_by=by)
        change(work.session, one, now=work.now, let_in=False)
    if one.revoked_at is None:
        change(work.session, one, now=work.now, revoked_at=work.now, session_hash="")
        audit.record(work, action, f"P-{one.person_id}", cluster_id=one.cluster_id)
    return ended
