"""One person, several accounts: linked by a code that one account is given and the other one types.

Whoever types a code sees first whom it is of and what follows; nothing is linked before that is confirmed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from domain.errors import Invalid, OutOfDate
from domain.ids import read_number
from domain.organisations import MembershipState, Role
from handlers import audit, cards
from handlers.cards import View, living
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages.notices.linking import AccountLinked, CodeWrong, LinkedAccounts, LinkOffer, Place, Unlinked
from store.queries import accounts as query
from store.queries import people
from store.queries.clusters import memberships_of
from store.queries.merging import merge_people
from store.queries.rows import add, change, key_of, lock
from store.reach import register
from store.tables.accounts import LinkCode
from store.tables.people import Identity, Person

LINKED: Final = "linked"
VALID_FOR: Final = timedelta(minutes=15)
#: So many wrong codes may be typed in that time; there are 10 to the power of 11 of them.
TRIES: Final = 5
LENGTH: Final = 8
#: Without letters and digits that are read for each other.
ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


@route("link.start", need=Need.ANYONE)
def start_linking(work: Work, ask: Ask) -> Reply:
    """Give a new code and list the linked accounts; with a code, show whose it is before anything is linked."""
    if ask.value.strip():
        return _offer(work, ask.value)
    me = work.who.person_id
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    row = _row(work, me)
    change(work.session, row, now=work.now, code_hash=_hash(work, code), expires_at=work.now + VALID_FOR)
    audit.record(work, "link.code", f"P-{me}")
    return Reply(notice=LinkedAccounts(code, int(VALID_FOR.total_seconds() // 60), _places(work, me)))


@route("link.join", need=Need.ANYONE)
def join_accounts(work: Work, ask: Ask) -> Reply:
    """Make one person of the two; where more follows from it than was told, tell it first."""
    code, _, told = ask.value.partition(" ")
    other = _owner(work, code)
    if other is None:
        return _wrong(work)
    pair = _pair(work, other)
    with register(work.session):
        conflicts = _conflicts(work, pair)
    if told != _mark(conflicts):
        return Reply(notice=_told(work, code, other, conflicts), replaces=True)
    addresses = [one for key in pair.ids for one in people.identities_of(work.session, key)]
    kept, gone = pair.kept, key_of(pair.gone)
    audit.record(work, "person.merge", f"P-{gone}", after={"person": key_of(kept)})
    # What belongs to either lies in any cluster.
    with register(work.session):
        merge_people(work.session, kept=kept, gone=pair.gone)
    subject = f"P-{key_of(kept)}:{int(work.now.timestamp())}"
    for account in addresses:
        if not _is_here(work, account):
            cards.publish(work, LINKED, subject, destination=account.address, person_id=key_of(kept))
    return Reply(notice=AccountLinked(_places(work, key_of(kept))), replaces=True)


@route("link.unlink", need=Need.ANYONE)
def unlink(work: Work, ask: Ask) -> Reply:
    """Let one of one's other accounts be somebody of its own again, without anything but its name.

    :raises OutOfDate: it is not linked.
    """
    number = read_number(ask.value)
    account = work.session.get(Identity, number) if number is not None else None
    me = work.who.person_id
    if account is None or account.person_id != me or _is_here(work, account):
        raise OutOfDate("link.not_linked")
    person = work.session.get_one(Person, me)
    alone = add(
        work.session,
        Person(
            name=person.name,
            locale=person.locale,
            zone=person.zone,
            country=person.country,
            created_at=work.now,
            updated_at=work.now,
        ),
    )
    if not change(work.session, account, now=work.now, person_id=key_of(alone), is_admin=False):
        raise OutOfDate("link.not_linked")
    audit.record(work, "person.unlink", f"P-{me}", after={"person": key_of(alone)})
    return Reply(notice=Unlinked(_places(work, me)), replaces=True)


@living(LINKED)
def read_linked(work: Work, view: View) -> AccountLinked | None:
    """Tell a person's other accounts that they were linked; the subject is `P-3:` and when."""
    number = read_number(view.subject.partition(":")[0].removeprefix("P-"))
    if number is None or work.session.get(Person, number) is None:
        return None
    return AccountLinked(_places(work, number))


@dataclass(frozen=True, slots=True)
class _Pair:
    """Who stays, and who becomes that person: the older one stays."""

    kept: Person
    gone: Person

    @property
    def ids(self) -> tuple[int, int]:
        return key_of(self.kept), key_of(self.gone)


def _pair(work: Work, other: Person) -> _Pair:
    mine = work.session.get_one(Person, work.who.person_id)
    first, second = sorted((mine, other), key=key_of)
    for one in (first, second):
        lock(work.session, one)
    return _Pair(kept=first, gone=second)


def _offer(work: Work, typed: str) -> Reply:
    code = "".join(one for one in typed.upper() if one in ALPHABET)
    other = _owner(work, code)
    if other is None:
        return _wrong(work)
    if key_of(other) == work.who.person_id:
        raise Invalid("link.own")
    return Reply(notice=_told(work, code, other, _conflicts(work, _pair(work, other))))


def _told(work: Work, code: str, other: Person, conflicts: tuple[str, ...]) -> LinkOffer:
    places = _places(work, key_of(other))
    return LinkOffer(value=f"{code} {_mark(conflicts)}", name=other.name, places=places, conflicts=conflicts)


def _conflicts(work: Work, pair: _Pair) -> tuple[str, ...]:
    """Return the organisations for which the person could approve no more, who could as one of the two."""
    manages, acts_for = ([_held(work, one, manager=manager) for one in pair.ids] for manager in (True, False))
    crossed = (acts_for[0] if manages[1] and not manages[0] else set[int]()) | (
        acts_for[1] if manages[0] and not manages[1] else set[int]()
    )
    if manages[0] and manages[1]:
        crossed = acts_for[0] ^ acts_for[1]
    found = people.organisations_by_id(work.session, sorted(crossed))
    return tuple(sorted(one.name for one in found.values()))


def _held(work: Work, person_id: int, *, manager: bool) -> set[int]:
    active = [one for one in memberships_of(work.session, person_id) if one.state is MembershipState.ACTIVE]
    if manager:
        return {one.cluster_id for one in active if one.role is Role.MANAGER}
    return {one.organisation_id for one in active if one.organisation_id is not None}


def _mark(conflicts: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(conflicts).encode()).hexdigest()[:12]


def _owner(work: Work, code: str) -> Person | None:
    """Return whose a code is, unless it is too old or who acts has typed too many wrong ones."""
    mine = _row(work, work.who.person_id)
    if mine.tries >= TRIES and mine.tries_since is not None and work.now < mine.tries_since + VALID_FOR:
        return None
    row = query.code_row(work.session, _hash(work, code)) if len(code) == LENGTH else None
    if row is None or row.expires_at is None or row.expires_at <= work.now:
        return None
    return work.session.get(Person, row.person_id)


def _wrong(work: Work) -> Reply:
    """Count a wrong code. A refusal would undo the count."""
    row = _row(work, work.who.person_id)
    again = row.tries_since is not None and work.now < row.tries_since + VALID_FOR
    tries = min(row.tries + 1, TRIES) if again else 1
    change(work.session, row, now=work.now, tries=tries, tries_since=row.tries_since if again else work.now)
    return Reply(notice=CodeWrong(left=TRIES - tries, minutes=int(VALID_FOR.total_seconds() // 60)))


def _row(work: Work, person_id: int) -> LinkCode:
    row = query.row_of_person(work.session, person_id)
    if row is None:
        row = add(work.session, LinkCode(person_id=person_id, created_at=work.now, updated_at=work.now))
    lock(work.session, row)
    return row


def _hash(work: Work, code: str) -> str:
    return hmac.new(work.kit.signing_secret.encode(), b"link:" + code.encode(), hashlib.sha256).hexdigest()


def _places(work: Work, person_id: int) -> tuple[Place, ...]:
    found: list[Place] = []
    for account in people.accounts_of(work.session, person_id):
        room = people.workspace_of(work.session, surface=account.surface, native_id=account.workspace)
        name = (room.name if room else "") or account.workspace
        found.append(Place(str(key_of(account)), account.surface, name, here=_is_here(work, account)))
    return tuple(found)


def _is_here(work: Work, account: Identity) -> bool:
    speaker = work.speaker
    return speaker is not None and (speaker.surface, speaker.workspace, speaker.user) == (
        account.surface,
        account.workspace,
        account.native_user,
    )
