"""The register of de minimis aid: awards, declarations and the links between firms."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, or_, select

from store.queries.rows import key_of
from store.tables.people import Organisation
from store.tables.vouchers import Award, Declaration, OrganisationLink


def links_around(session: Session, organisation_id: int) -> Sequence[OrganisationLink]:
    """Return every link in the chains that lead from an organisation, also over others."""
    found: dict[int, OrganisationLink] = {}
    known, fresh = {organisation_id}, {organisation_id}
    while fresh:
        ids = list(fresh)
        query = select(OrganisationLink).where(
            or_(col(OrganisationLink.one_id).in_(ids), col(OrganisationLink.other_id).in_(ids))
        )
        rows = session.exec(query).all()
        found |= {key_of(row): row for row in rows}
        fresh = {one for row in rows for one in (row.one_id, row.other_id)} - known
        known |= fresh
    return list(found.values())


def lock_organisations(session: Session, ids: Sequence[int]) -> None:
    """Lock organisations, always in one order; ended with the transaction."""
    query = select(Organisation.id).where(col(Organisation.id).in_(list(ids))).order_by(col(Organisation.id))
    session.exec(query.with_for_update()).all()


def awards_of(session: Session, organisations: Collection[int]) -> Sequence[Award]:
    """Return the awards of organisations that count, the oldest first."""
    query = select(Award).where(col(Award.organisation_id).in_(list(organisations)), col(Award.void_at).is_(None))
    return session.exec(query.order_by(col(Award.awarded_on), col(Award.id))).all()


def award_of(session: Session, application_id: int) -> Award | None:
    """Return the award that an application led to."""
    return session.exec(select(Award).where(Award.application_id == application_id)).one_or_none()


def newest_declaration(session: Session, organisation_id: int) -> Declaration | None:
    """Return what an organisation declared last."""
    query = select(Declaration).where(Declaration.organisation_id == organisation_id)
    return session.exec(query.order_by(col(Declaration.id).desc()).limit(1)).first()
