"""Importing people: by e-mail, with a role in the clusters of their organisation, or as a manager of a cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.countries import ZONES
from domain.organisations import NAME_MAX, MembershipState, Role
from domain.people import NAME_MAX as PERSON_NAME_MAX
from domain.people import first_language
from handlers.directory.cells import Cells
from handlers.directory.scope import ClusterNames, Reference, References, Scope, Settled, differences, read_reference
from handlers.members.managers_channel import follow
from handlers.work import Work
from store.engine import Session
from store.queries import clusters, people
from store.queries import directory as query
from store.tables.people import Cluster, Membership, Person

_LINE_MAX: Final = 120
#: What a person may have chosen; it is not overwritten once the person was met.
_CHOSEN: Final = ("locale", "zone")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row of a file of people; `first` says that none before it is about this person."""

    line: int
    email: str
    role: str
    organisation: Reference
    cluster: str
    values: dict[str, Any]
    first: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row makes somebody a member."""

    record: PersonRow
    clusters: tuple[int, ...]
    organisation_id: int | None


class PersonImporter:
    """Imports people and their memberships."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def begin(self, session: Session) -> None:
        """Read the names of the clusters."""
        self._clusters = ClusterNames(session)

    def parse(self, cells: Cells) -> PersonRow:
        """Read a row."""
        email = cells.email("email", required=True)
        role = cells.choice("role", tuple(Role), required=True)
        organisation = read_reference(cells, "organisation", limit=NAME_MAX)
        cluster = cells.line("cluster", limit=NAME_MAX)
        values: dict[str, Any] = {
            "name": cells.line("name", limit=PERSON_NAME_MAX, required=True),
            "title": cells.line("title", limit=_LINE_MAX),
            "phone": cells.line("phone", limit=_LINE_MAX),
            "region": cells.line("region", limit=_LINE_MAX),
            "country": organisation.country,
            "locale": cells.spoken("language"),
            "zone": cells.zone("zone"),
        }
        if role == Role.MANAGER and not cluster:
            cells.wrong("cluster", "cluster.needed")
        if role in (Role.BUYER, Role.SME) and not organisation.name:
            cells.wrong("organisation", "organisation.needed")
        line, first = cells.row_line, True
        if not cells.problems:
            if earlier := self._scope.seen(
                line, "person", email, role, organisation.name.casefold(), cluster.casefold()
            ):
                cells.wrong("email", "twice", earlier=earlier)
            first = not self._scope.seen(line, "email", email)
        return PersonRow(line, email, role, organisation, cluster, values, first)

    def settle(self, work: Work, records: Sequence[PersonRow], *, write: bool) -> Settled:
        """Compare people and memberships with those in the store, and write them."""
        settled = Settled()
        places = self._places(work, records, settled)
        known = {row["email"]: row for row in query.people_by_email(work.session, {one.record.email for one in places})}
        changed = self._changes(work, places, known)
        new = {p.record.email: p.record for p in reversed(places) if p.record.email not in known and p.record.first}
        held = query.memberships_of(work.session, [row["id"] for row in known.values()])
        if write:
            query.update_rows(work.session, Person, changed, now=work.now)
            homes = {one.record.line: one.clusters[0] for one in places if one.clusters}
            locales = {one: _locale_of(work.session, one) for one in {homes[row.line] for row in new.values()}}
            rows = [_columns(row, locales[homes[row.line]]) for row in new.values()]
            query.insert_rows(work.session, Person, rows, now=work.now)
            known = {row["email"]: row for row in query.people_by_email(work.session, {p.record.email for p in places})}
        missing, asked = _memberships(places, known, held)
        for place in places:
            email = place.record.email
            row = known.get(email)
            is_new = email in new and new[email] is place.record
            touched = any(one["line"] == place.record.line for one in (*missing, *asked))
            settled.added += is_new
            settled.changed += not is_new and (
                touched or (row is not None and row["id"] in changed and place.record.first)
            )
        settled.unchanged = len(places) - settled.added - settled.changed
        if write:
            rows = [{name: value for name, value in one.items() if name != "line"} for one in missing]
            query.insert_rows(work.session, Membership, rows, now=work.now)
            active = {"state": MembershipState.ACTIVE, "decided_by": self._decider()}
            query.update_rows(work.session, Membership, {one["id"]: active for one in asked}, now=work.now)
            _bring_managers_in(work, missing, asked)
        return settled

    def _decider(self) -> int | None:
        return self._scope.actor.person_id if self._scope.actor else None

    def _places(self, work: Work, records: Sequence[PersonRow], settled: Settled) -> list[Place]:
        """Find organisations and clusters of the rows; what is wrong is left out."""
        organisations = References(work.session, {record.organisation for record in records})
        found = {r.line: organisations.find(r.organisation) for r in records if r.organisation.name}
        ids = {row["id"] for row in found.values() if not isinstance(row, str)}
        members = query.clusters_of(work.session, ids)
        places: list[Place] = []
        for record in records:
            place = self._place(record, found.get(record.line), members, settled)
            if place is not None and self._may(record, settled):
                places.append(place)
        return places

    def _place(
        self,
        record: PersonRow,
        organisation: Mapping[str, Any] | str | None,
        members: Mapping[int, Sequence[int]],
        settled: Settled,
    ) -> Place | None:
        own, named = self._scope.cluster_id, 0
        if record.cluster:
            found = self._clusters.find(record.cluster)
            if isinstance(found, str):
                settled.refuse(record.line, "cluster", found, value=record.cluster)
                return None
            named = found
            if own is not None and named != own:
                settled.refuse(record.line, "cluster", "cluster.not_yours", value=record.cluster)
                return None
        if record.role == Role.MANAGER or organisation is None:
            return Place(record, (named,), None)
        if isinstance(organisation, str):
            settled.refuse(record.line, "organisation", organisation, value=record.organisation.name)
            return None
        key, home = organisation["id"], organisation["home_cluster_id"]
        theirs = tuple(sorted(members.get(key, ()), key=lambda one: one != home))
        wanted = (named,) if named else (own,) if own is not None else theirs
        if own is not None and home not in (None, own):
            # Whoever acts for it does so everywhere: only its home lets somebody do that.
            settled.refuse(record.line, "organisation", "organisation.not_yours", value=record.organisation.name)
            return None
        return self._member(record, key, wanted, theirs, settled)

    def _member(
        self, record: PersonRow, key: int, wanted: Sequence[int], theirs: Sequence[int], settled: Settled
    ) -> Place | None:
        name = record.organisation.name
        if not theirs:
            settled.refuse(record.line, "organisation", "organisation.homeless", value=name)
        elif self._scope.cluster_id is not None and self._scope.cluster_id not in theirs:
            settled.refuse(record.line, "organisation", "organisation.not_yours", value=name)
        elif not set(wanted) <= set(theirs):
            settled.refuse(record.line, "cluster", "cluster.not_theirs", value=record.cluster)
        else:
            return Place(record, tuple(wanted), key)
        return None

    def _may(self, record: PersonRow, settled: Settled) -> bool:
        actor = self._scope.actor
        if actor is not None and actor.email and actor.email.lower() == record.email:
            settled.refuse(record.line, "email", "yourself")
            return False
        return True

    def _changes(
        self, work: Work, places: Sequence[Place], known: Mapping[str, Mapping[str, Any]]
    ) -> dict[int, dict[str, Any]]:
        """Return what is new about people who are known; a manager changes nothing about them."""
        if self._scope.cluster_id is not None:
            return {}
        met = query.met_people(work.session, [row["id"] for row in known.values()])
        changed: dict[int, dict[str, Any]] = {}
        for place in places:
            row = known.get(place.record.email)
            if row is None or not place.record.first:
                continue
            kept = _CHOSEN if row["id"] in met else ()
            wanted = {name: value for name, value in place.record.values.items() if name not in kept}
            if values := differences(row, wanted):
                changed[row["id"]] = values
        return changed


def _memberships(
    places: Sequence[Place], known: Mapping[str, Mapping[str, Any]], held: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the memberships to add, and those that were asked for and are now given; others stay as they are."""
    by_key = {(row["person_id"], row["cluster_id"], str(row["role"]), row["organisation_id"]): row for row in held}
    missing: list[dict[str, Any]] = []
    asked: list[dict[str, Any]] = []
    for place in places:
        person = known.get(place.record.email)
        for cluster in place.clusters:
            key = (person["id"] if person else place.record.email, cluster, place.record.role, place.organisation_id)
            row = by_key.get(key)  # type: ignore[arg-type]
            if row is None:
                added = _membership(place, cluster, person["id"] if person else 0)
                by_key[key] = added  # type: ignore[index]
                missing.append(added)
            elif row["state"] == MembershipState.ASKED:
                asked.append({"id": row["id"], "line": place.record.line})
    return missing, asked


def _bring_managers_in(work: Work, missing: Sequence[Mapping[str, Any]], asked: Sequence[Mapping[str, Any]]) -> None:
    """Have the new managers who were met already brought into their channels; the others come in when they are met."""
    for one in missing:
        if one["role"] is Role.MANAGER:
            added = clusters.membership_of(work.session, one["person_id"], one["cluster_id"], Role.MANAGER, None)
            if added is not None:
                follow(work, added)
    for one in asked:
        given = work.session.get_one(Membership, one["id"])
        if given.role is Role.MANAGER:
            follow(work, given)


def _membership(place: Place, cluster: int, person_id: int) -> dict[str, Any]:
    return {
        "line": place.record.line,
        "person_id": person_id,
        "cluster_id": cluster,
        "organisation_id": place.organisation_id,
        "role": Role(place.record.role),
        "state": MembershipState.ACTIVE,
    }


def _locale_of(session: Session, cluster_id: int) -> str:
    """Return the language of a cluster: that of its workspace, else the first of its own that can be written in."""
    rooms = people.workspaces_of(session, cluster_id)
    cluster = session.get(Cluster, cluster_id)
    return rooms[0].locale if rooms else first_language(cluster.languages if cluster else ())


def _columns(record: PersonRow, locale: str) -> dict[str, Any]:
    """Return the columns of a new person; `locale` is the language of whom the file tells none."""
    values = record.values
    return {
        **values,
        "email": record.email,
        "locale": values["locale"] or locale,
        "zone": values["zone"] or ZONES.get(values["country"], "Europe/Copenhagen"),
        "settings": {},
        "notified_version": 0,
    }
