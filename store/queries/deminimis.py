"""The register of de minimis aid: awards, declarations and the links between firms."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, or_, select

from domain.vouchers import AwardSource
from store.queries.rows import key_of
from store.tables.people import Organisation, OrganisationCluster
from store.tables.vouchers import Application, Award, Declaration, OrganisationLink


def links_around(session: Session, organisation_id: int) -> Sequence[OrganisationLink]:
    """Return every link in the chains that lead from an organisation, also over others, in the order of their entry."""
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
    return [found[key] for key in sorted(found)]


def link_between(session: Session, one: int, other: int) -> OrganisationLink | None:
    """Return the link between two organisations, whichever is named first."""
    low, high = sorted((one, other))
    query = select(OrganisationLink).where(OrganisationLink.one_id == low, OrganisationLink.other_id == high)
    return session.exec(query).one_or_none()


def lock_organisations(session: Session, ids: Collection[int]) -> None:
    """Lock organisations, always in one order; ended with the transaction. Others may go on to refer to them."""
    query = select(Organisation.id).where(col(Organisation.id).in_(list(ids))).order_by(col(Organisation.id))
    session.exec(query.with_for_update(key_share=True)).all()


def awards_of(session: Session, organisations: Collection[int]) -> Sequence[Award]:
    """Return the awards of organisations that count, the oldest first."""
    query = select(Award).where(col(Award.organisation_id).in_(list(organisations)), col(Award.void_at).is_(None))
    return session.exec(query.order_by(col(Award.awarded_on), col(Award.id))).all()


def award_of(session: Session, application_id: int) -> Award | None:
    """Return the award that an application led to."""
    return session.exec(select(Award).where(Award.application_id == application_id)).one_or_none()


def void_declared(session: Session, organisation_id: int, *, now: datetime) -> int:
    """Strike out what an organisation declared before; return how many awards that were."""
    statement = (
        update(Award)
        .where(
            col(Award.organisation_id) == organisation_id,
            col(Award.source) == AwardSource.DECLARED,
            col(Award.void_at).is_(None),
        )
        .values(void_at=now, updated_at=now, version=col(Award.version) + 1)
        .returning(col(Award.id))
        .execution_options(synchronize_session=False)
    )
    return len(session.connection().execute(statement).all())


def newest_declaration(session: Session, organisation_id: int) -> Declaration | None:
    """Return what an organisation declared last."""
    return next(iter(newest_declarations(session, [organisation_id])), None)


def newest_declarations(session: Session, organisations: Collection[int]) -> Sequence[Declaration]:
    """Return what each of these organisations declared last."""
    newest = (
        select(func.max(col(Declaration.id)))
        .where(col(Declaration.organisation_id).in_(list(organisations)))
        .group_by(col(Declaration.organisation_id))
    )
    query = select(Declaration).where(col(Declaration.id).in_(newest)).order_by(col(Declaration.id))
    return session.exec(query).all()


def organisations_called(session: Session, keys: Collection[str]) -> dict[str, list[Organisation]]:
    """Return the organisations whose names read like these, by the keys of their names."""
    query = select(Organisation).where(col(Organisation.name_key).in_(list(keys))).order_by(col(Organisation.id))
    found: dict[str, list[Organisation]] = {}
    for one in session.exec(query).all():
        found.setdefault(one.name_key, []).append(one)
    return found


def overseers_of(session: Session, organisation_id: int, clusters: Collection[int]) -> list[int]:
    """Return those of the clusters of which an organisation is a member, or that had to decide about its money."""
    ids = list(clusters)
    member = select(OrganisationCluster.cluster_id).where(
        OrganisationCluster.organisation_id == organisation_id, col(OrganisationCluster.cluster_id).in_(ids)
    )
    asked = select(Application.cluster_id).where(
        Application.organisation_id == organisation_id,
        col(Application.cluster_id).in_(ids),
        col(Application.submitted_at).is_not(None),
    )
    return sorted({*session.exec(member).all(), *session.exec(asked.distinct()).all()})
