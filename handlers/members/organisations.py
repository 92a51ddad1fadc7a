"""Which organisation a person means, and what he or she may know of it."""

from __future__ import annotations

from collections.abc import Collection

from domain.errors import NotAllowed, NotFound
from domain.ids import Kind, format_id, parse_id
from handlers.work import Reply, Work
from messages.notices.profiles import ProfileChoice
from store.queries import clusters as query
from store.queries import people
from store.queries.rows import key_of
from store.tables.people import Organisation


def id_of(organisation: Organisation) -> str:
    """Return the human id of an organisation."""
    return format_id(Kind.ORGANISATION, key_of(organisation))


def find_organisation(work: Work, value: str) -> Organisation:
    """Return the organisation that is named, or one's only one.

    :raises NotAllowed: none is named, and the person acts for none.
    :raises NotFound: there is none, or it is of no cluster of the person's; both say the same.
    """
    if not value.strip():
        number = next(iter(work.who.organisations()), 0)
        if not number:
            raise NotAllowed("profile.none")
    else:
        _, number = parse_id(value, Kind.ORGANISATION)
    organisation = work.session.get(Organisation, number)
    if organisation is None or not _may_know(work, organisation):
        raise NotFound("profile.unknown", id=format_id(Kind.ORGANISATION, number))
    return organisation


def organisation_of(work: Work, person_id: int) -> Organisation | None:
    """Return the organisation for which a person acts, the first joined of several; None for none."""
    number = next(iter(people.organisations_for(work.session, person_id)), None)
    return work.session.get(Organisation, number) if number is not None else None


def choose(work: Work, action: str, ids: Collection[int]) -> Reply:
    """Ask which of these organisations is meant, to go on with an action."""
    found = people.organisations_by_id(work.session, list(ids))
    return Reply(
        notice=ProfileChoice(action, tuple((id_of(found[key]), found[key].name) for key in ids if key in found))
    )


def _may_know(work: Work, organisation: Organisation) -> bool:
    """Tell whether who acts may know that there is such an organisation: it is the own one, or of the own clusters."""
    if work.who.belongs_to(organisation.id):
        return True
    theirs = query.home_clusters(work.session, key_of(organisation))
    return any(cluster in theirs for cluster in work.who.clusters())


def may_look(work: Work, organisation: Organisation) -> bool:
    """Tell whether who acts manages a cluster of the organisation."""
    theirs = set(query.home_clusters(work.session, key_of(organisation)))
    return any(cluster in theirs for cluster in work.who.managed())
