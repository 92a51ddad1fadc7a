"""Finding organisations for somebody who joins, and the people of a cluster."""

from collections.abc import Sequence

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from domain.organisations import MembershipState, Role
from store.tables.people import Membership, Organisation, Person

_CANDIDATES = 500
#: After every letter and digit in the order of keys.
_LAST = "\U0010ffff"


def by_natural_keys(session: Session, keys: Sequence[str]) -> Sequence[Organisation]:
    """Return organisations by their natural keys."""
    return session.exec(select(Organisation).where(col(Organisation.natural_key).in_(keys))).all()


def by_name_key(session: Session, key: str, *, limit: int = 20) -> Sequence[Organisation]:
    """Return the organisations whose name reads like this."""
    return session.exec(
        select(Organisation).where(Organisation.name_key == key).order_by(col(Organisation.id)).limit(limit)
    ).all()


def by_name_beginning(session: Session, beginnings: Sequence[str]) -> Sequence[Organisation]:
    """Return organisations whose folded name begins like one of these."""
    key = col(Organisation.name_key)
    ranges = [(key >= one) & (key < one + _LAST) for one in beginnings if one]
    if not ranges:
        return ()
    return session.exec(select(Organisation).where(or_(*ranges)).order_by(key).limit(_CANDIDATES)).all()


def people_in(
    session: Session, cluster_id: int, *, limit: int, offset: int
) -> Sequence[tuple[Membership, Person, Organisation | None]]:
    """Return the active people of a cluster with their organisation: managers first, then by name."""
    rows = session.exec(
        select(Membership, Person, Organisation)
        .join(Person, col(Person.id) == Membership.person_id)
        .join(Organisation, col(Organisation.id) == Membership.organisation_id, isouter=True)
        .where(Membership.cluster_id == cluster_id, Membership.state == MembershipState.ACTIVE)
        .order_by(col(Membership.role) != Role.MANAGER, col(Person.name), col(Membership.id))
        .limit(limit)
        .offset(offset)
    ).all()
    return [(membership, person, organisation) for membership, person, organisation in rows]


def count_in(session: Session, cluster_id: int) -> int:
    """Count the active memberships of a cluster."""
    return session.exec(
        select(func.count())
        .select_from(Membership)
        .where(Membership.cluster_id == cluster_id, Membership.state == MembershipState.ACTIVE)
    ).one()
