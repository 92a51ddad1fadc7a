"""Personal links into the web workspace, for people who are met elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.errors import NotFound
from handlers.routes import Need, route
from handlers.webroom.links import VALID_FOR, Account
from handlers.webroom.places import SURFACE, person_address
from handlers.work import Ask, Reply, Work
from messages.notices.settings import WebLink
from store.queries import people
from store.queries.rows import add
from store.tables.people import Identity, Workspace


@route("web.link", need=Need.KNOWN)
def give_link(work: Work, _ask: Ask) -> Reply:
    """Give somebody the own link into the web workspace of his or her cluster.

    :raises NotFound: there is none.
    """
    account = web_account(work)
    if account is None or work.kit.web_link is None:
        raise NotFound("web.link.none")
    enter(work, work.who.person_id, account.workspace)
    url = work.kit.web_link(account.workspace, account.user, work.now)
    return Reply(notice=WebLink(url=url, until=work.now + VALID_FOR))


def web_account(work: Work) -> Account | None:
    """Return the account in the web workspace that who acts has or would get, if somebody else's is not meant.

    Somebody who is in the web workspace already needs no link.
    """
    if work.kit.web_link is None or work.actor is None or (work.speaker and work.speaker.surface == SURFACE):
        return None
    clusters = work.actor.clusters()
    places = [
        one for cluster in clusters for one in people.workspaces_of(work.session, cluster) if one.surface == SURFACE
    ]
    return _account(work, work.actor.person_id, places[0]) if places else None


def enter(work: Work, person_id: int, workspace: str) -> Account | None:
    """Return a person's account in a web workspace, made if there was none; None where there is no such workspace."""
    place = people.workspace_of(work.session, surface=SURFACE, native_id=workspace)
    if place is None:
        return None
    account = _account(work, person_id, place)
    if people.identity_of(work.session, surface=SURFACE, workspace=workspace, user=account.user) is None:
        add(
            work.session,
            Identity(
                person_id=person_id,
                surface=SURFACE,
                workspace=workspace,
                native_user=account.user,
                address=person_address(workspace, account.user),
                # Made, not seen: private messages go where the person really is.
                seen_at=datetime.fromtimestamp(0, UTC),
                created_at=work.now,
                updated_at=work.now,
            ),
        )
    return account


def _account(work: Work, person_id: int, place: Workspace) -> Account:
    for identity in people.identities_of(work.session, person_id):
        if identity.surface == SURFACE and identity.workspace == place.native_id:
            return Account(place.native_id, identity.native_user)
    return Account(place.native_id, f"p{person_id}")
