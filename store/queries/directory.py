"""The directory in bulk: looked up, inserted and changed by the batch, without holding rows in the session."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Result, Table, bindparam, delete, func, insert, select, update
from sqlmodel import Session, SQLModel

from domain.organisations import MembershipState
from store.inserting import insert_new
from store.tables.challenges import Challenge
from store.tables.people import (
    Cluster,
    Competence,
    Identity,
    Membership,
    Organisation,
    OrganisationCluster,
    Person,
    Profile,
)

Found = dict[str, Any]
PAGE = 1000


def _table(model: type[SQLModel]) -> Table:
    table: Any = model.__table__  # type: ignore[attr-defined]
    return table


_CLUSTER, _ORGANISATION, _PERSON = _table(Cluster), _table(Organisation), _table(Person)
_MEMBERSHIP, _PROFILE, _COMPETENCE = _table(Membership), _table(Profile), _table(Competence)
_BELONGS, _IDENTITY, _CHALLENGE = _table(OrganisationCluster), _table(Identity), _table(Challenge)
#: What one needs to know of an organisation to refer to it.
_REFERENCE = [
    _ORGANISATION.c[name] for name in ("id", "name_key", "country", "legal_id", "home_cluster_id", "capacity")
]


def clusters(session: Session) -> Sequence[Found]:
    """Return every cluster; there are hundreds at most."""
    return _plain(session.execute(select(_CLUSTER).order_by(_CLUSTER.c.id)))


def newest_organisation(session: Session) -> int:
    """Return the highest id of an organisation, 0 where there is none."""
    return session.execute(select(func.max(_ORGANISATION.c.id))).scalar() or 0


def organisations_by_key(session: Session, keys: Collection[str]) -> Sequence[Found]:
    """Return organisations by their natural keys."""
    return _among(session, select(_ORGANISATION), _ORGANISATION.c.natural_key, keys)


def organisations_by_name(session: Session, keys: Collection[str]) -> Sequence[Found]:
    """Return organisations by the keys of their names."""
    return _among(session, select(_ORGANISATION), _ORGANISATION.c.name_key, keys)


def references_by_name(session: Session, keys: Collection[str]) -> Sequence[Found]:
    """Return what is needed to refer to organisations, by the keys of their names."""
    return _among(session, select(*_REFERENCE), _ORGANISATION.c.name_key, keys)


def clusters_of(session: Session, organisations: Collection[int]) -> dict[int, list[int]]:
    """Return the clusters of which organisations are members."""
    found: dict[int, list[int]] = {}
    for row in _among(session, select(_BELONGS), _BELONGS.c.organisation_id, organisations):
        found.setdefault(row["organisation_id"], []).append(row["cluster_id"])
    return found


def join_clusters(session: Session, pairs: Sequence[tuple[int, int]]) -> None:
    """Make organisations members of clusters; those that are already stay so."""
    rows = [{"organisation_id": one, "cluster_id": other} for one, other in pairs]
    if rows:
        insert_new(session, OrganisationCluster, rows, returning="organisation_id")


def people_by_email(session: Session, emails: Collection[str]) -> Sequence[Found]:
    """Return people by their addresses."""
    return _among(session, select(_PERSON), _PERSON.c.email, emails)


def met_people(session: Session, people: Collection[int]) -> set[int]:
    """Return which of these people have an account somewhere."""
    return {row["person_id"] for row in _among(session, select(_IDENTITY.c.person_id), _IDENTITY.c.person_id, people)}


def memberships_of(session: Session, people: Collection[int]) -> Sequence[Found]:
    """Return all memberships of these people, whatever their state."""
    return _among(session, select(_MEMBERSHIP), _MEMBERSHIP.c.person_id, people)


def first_members(session: Session, organisations: Collection[int], role: str) -> dict[int, tuple[int, int]]:
    """Return the person who first joined each organisation in a role, with the cluster of that membership."""
    query = (
        select(_MEMBERSHIP.c.organisation_id, _MEMBERSHIP.c.person_id, _MEMBERSHIP.c.cluster_id)
        .where(_MEMBERSHIP.c.role == role, _MEMBERSHIP.c.state == MembershipState.ACTIVE)
        .order_by(_MEMBERSHIP.c.id.desc())
    )
    rows = _among(session, query, _MEMBERSHIP.c.organisation_id, organisations)
    return {row["organisation_id"]: (row["person_id"], row["cluster_id"]) for row in rows}


def profiles_of(session: Session, organisations: Collection[int]) -> dict[int, Found]:
    """Return profiles by organisation."""
    rows = _among(session, select(_PROFILE), _PROFILE.c.organisation_id, organisations)
    return {row["organisation_id"]: row for row in rows}


def competences_of(session: Session, organisations: Collection[int]) -> dict[int, list[Found]]:
    """Return the competences of organisations, each in its own order."""
    found: dict[int, list[Found]] = {}
    query = select(_COMPETENCE).order_by(_COMPETENCE.c.position, _COMPETENCE.c.id)
    for row in _among(session, query, _COMPETENCE.c.organisation_id, organisations):
        found.setdefault(row["organisation_id"], []).append(row)
    return found


def drop_competences(session: Session, organisations: Collection[int]) -> None:
    """Delete all competences of organisations."""
    if organisations:
        session.execute(delete(_COMPETENCE).where(_COMPETENCE.c.organisation_id.in_(organisations)))


def challenges_of(session: Session, organisations: Collection[int]) -> set[tuple[int, str]]:
    """Return the challenges of organisations as pairs of organisation and title."""
    query = select(_CHALLENGE.c.organisation_id, _CHALLENGE.c.title)
    rows = _among(session, query, _CHALLENGE.c.organisation_id, organisations)
    return {(row["organisation_id"], row["title"]) for row in rows}


def insert_rows(session: Session, model: type[SQLModel], rows: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Insert rows of one table; instants and version are filled in where the table has them."""
    table = _table(model)
    if not rows:
        return
    common = {"created_at": now, "updated_at": now, "version": 1} if "version" in table.c else {}
    session.execute(insert(table), [{**common, **row} for row in rows])


def update_rows(
    session: Session, model: type[SQLModel], rows: Mapping[int, Mapping[str, Any]], *, now: datetime
) -> None:
    """Change rows by id, each with values of its own."""
    table = _table(model)
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for key, values in rows.items():
        alike.setdefault(tuple(sorted(values)), []).append({**values, "key_": key})
    for names, batch in alike.items():
        statement = (
            update(table)
            .where(table.c.id == bindparam("key_"))
            .values({name: bindparam(name) for name in names})
            .values(updated_at=now, version=table.c.version + 1)
        )
        session.connection().execute(statement, batch)


def pages(session: Session, model: type[SQLModel], *, only: Collection[int] | None = None) -> Iterator[Sequence[Found]]:
    """Give all rows of a table by id, or only those with these ids, a page at a time."""
    table, after = _table(model), 0
    wanted = None if only is None else sorted(only)
    while True:
        query = select(table).where(table.c.id > after).order_by(table.c.id).limit(PAGE)
        if wanted is not None:
            query, wanted = query.where(table.c.id.in_(wanted[:PAGE])), wanted[PAGE:]
        page = _plain(session.execute(query))
        if page:
            yield page
        if wanted is None:
            if len(page) < PAGE:
                return
            after = page[-1]["id"]
        elif not wanted:
            return


def organisations_in(session: Session, cluster_id: int) -> Sequence[int]:
    """Return the organisations that are members of a cluster."""
    query = select(_BELONGS.c.organisation_id).where(_BELONGS.c.cluster_id == cluster_id)
    return session.execute(query.order_by(_BELONGS.c.organisation_id)).scalars().all()


def rows_by_id(session: Session, model: type[SQLModel], ids: Collection[int]) -> dict[int, Found]:
    """Return rows by id."""
    table = _table(model)
    return {row["id"]: row for row in _among(session, select(table), table.c.id, ids)}


def _among(session: Session, query: Any, column: Any, values: Collection[Any]) -> Sequence[Found]:
    if not values:
        return ()
    return _plain(session.execute(query.where(column.in_(values))))


def _plain(result: Result[Any]) -> list[Found]:
    return [dict(row) for row in result.mappings()]
