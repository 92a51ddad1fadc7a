"""What of a voucher programme is looked at, and by whom: the same names on buttons, in links and in commands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from domain.errors import Invalid, NotAllowed, NotFound
from domain.ids import Kind, format_id, parse_id, read_number
from handlers.work import Work
from messages.notices.board import Looked
from store.engine import Session
from store.queries import board as query
from store.queries.board import Scope
from store.queries.rows import key_of
from store.tables.people import Cluster
from store.tables.vouchers import Call, Scheme

_KINDS: Final = (Kind.SCHEME, Kind.CALL, Kind.CLUSTER)
_ALL: Final = "all"
_PAGES: Final = 10_000
_EXAMPLE: Final = "CA-3"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a button or command asks for: what is looked at, what else was said about it, and which page."""

    scope: Scope
    words: tuple[str, ...] = ()
    page: int = 1


def read(value: str, managed: Collection[int] | None) -> Asked:
    """Read `CA-3+CL-1/committed/EUR 2`: everything is optional; `managed` None sees all.

    :raises Invalid: this names nothing that can be looked at.
    """
    clusters = None if managed is None else tuple(sorted(managed))
    head, _, number = value.strip().partition(" ")
    what, *words = head.split("/")
    page = read_number(number.strip(), highest=_PAGES) or 1
    given: dict[Kind, int] = {}
    for one in what.split("+") if what and what.lower() != _ALL else ():
        kind, key = _id(one)
        if kind in given:
            raise Invalid("voucher.board.which", example=_EXAMPLE)
        given[kind] = key
    scope = Scope(clusters, given.get(Kind.SCHEME), given.get(Kind.CALL), given.get(Kind.CLUSTER))
    return Asked(scope, tuple(words[:2]), page)


def _id(text: str) -> tuple[Kind, int]:
    try:
        kind, key = parse_id(text)
    except Invalid:
        raise Invalid("voucher.board.which", example=_EXAMPLE) from None
    if Kind(kind) not in _KINDS:
        raise Invalid("voucher.board.which", example=_EXAMPLE)
    return Kind(kind), key


def ask(work: Work, value: str) -> Asked:
    """Read what a manager asks for.

    :raises NotAllowed: who acts manages nothing. :raises Invalid, NotFound: there is no such thing for him or her.
    """
    managed = work.who.managed()
    if not managed:
        raise NotAllowed("voucher.board.managers")
    asked = read(value, managed)
    named = asked.scope != Scope(asked.scope.clusters)
    if named and not query.exists(work.session, asked.scope):
        raise NotFound("voucher.board.unknown")
    return asked


def write(scope: Scope) -> str:
    """Return what names it."""
    given = ((Kind.SCHEME, scope.scheme), (Kind.CALL, scope.call), (Kind.CLUSTER, scope.funder))
    return "+".join(format_id(kind, key) for kind, key in given if key is not None) or _ALL


def name(session: Session, scope: Scope) -> Looked:
    """Return how people know it; what is looked at is there, and may be seen."""
    looked, title = "", ""
    if scope.call is not None:
        call = session.get_one(Call, scope.call)
        looked, title = format_id(Kind.CALL, key_of(call)), call.title
    elif scope.scheme is not None:
        scheme = session.get_one(Scheme, scope.scheme)
        looked, title = format_id(Kind.SCHEME, key_of(scheme)), scheme.name
    funder = "" if scope.funder is None else session.get_one(Cluster, scope.funder).name
    return Looked(write(scope), looked, title, funder)
