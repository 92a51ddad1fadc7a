"""What an index of profiles must look at again: what was changed since it last looked, and what is gone."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, func, type_coerce
from sqlalchemy import select as columns
from sqlmodel import Session, col, select, text

from store.tables.people import UNCONFIRMED, Competence, Organisation, Profile

#: A number that tells states of a profile and its organisation apart; good within one process.
Stamp = int

_PAGE = 1000

# The instants are compared and never read: making a hundred thousand of them anew takes a second.
_STAMPS: Select[tuple[int, Any, int, Any, int]] = (
    columns(
        col(Profile.organisation_id),
        type_coerce(col(Profile.updated_at), String).label("profile_at"),
        col(Profile.version),
        type_coerce(col(Organisation.updated_at), String).label("organisation_at"),
        col(Organisation.version),
    )
    .join(Organisation, col(Organisation.id) == Profile.organisation_id)
    .execution_options(yield_per=5000)
)


def stamps(session: Session, only: Collection[int] | None = None) -> Iterator[tuple[int, Stamp]]:
    """Return the stamp of every profile (of all organisations, or only of these)."""
    wanted = [] if only is None else sorted(only)
    pages = [wanted[at : at + _PAGE] for at in range(0, len(wanted), _PAGE)]
    queries = [_STAMPS] if only is None else [_STAMPS.where(col(Profile.organisation_id).in_(page)) for page in pages]
    for query in queries:
        for key, *state in session.execute(query):
            yield key, hash(tuple(state))


def stamps_since(session: Session, since: datetime) -> Iterator[tuple[int, Stamp]]:
    """Return the stamps of profiles that were changed, or whose organisation was, at or after an instant."""
    # Two questions, so that each has its index.
    for changed in (col(Profile.updated_at) >= since, col(Organisation.updated_at) >= since):
        for key, *state in session.execute(_STAMPS.where(changed)):
            yield key, hash(tuple(state))


def number_of_profiles(session: Session) -> int:
    """Count the profiles."""
    return session.exec(select(func.count()).select_from(Profile)).one()


def organisations_with_profile(session: Session) -> frozenset[int]:
    """Return the organisations that have a profile."""
    return frozenset(session.exec(select(Profile.organisation_id)))


def newest_competence(session: Session) -> int:
    """Return the highest id of a competence, 0 if there is none."""
    return session.exec(select(func.max(Competence.id))).one() or 0


def organisations_told_after(session: Session, competence: int) -> frozenset[int]:
    """Return the organisations that have a competence of a higher id."""
    return frozenset(session.exec(select(Competence.organisation_id).where(col(Competence.id) > competence)))


def unconfirmed(session: Session) -> frozenset[tuple[int, int]]:
    """Return the competences that nobody has confirmed yet, as pairs of id and organisation."""
    query = select(Competence.id, Competence.organisation_id).where(text(UNCONFIRMED))
    return frozenset((key, organisation) for key, organisation in session.exec(query) if key is not None)
