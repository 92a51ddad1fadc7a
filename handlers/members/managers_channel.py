"""Who is in a managers' channel: managers are brought in, and who is a manager no longer is taken out.

Each change of a membership is one row of the outbox for each channel. It is looked at afresh when it is delivered, so
that somebody who was let go and appointed again meanwhile stays in.
"""

from __future__ import annotations

from typing import Final

from domain.ids import Kind, format_id, parse_id, read_number
from domain.organisations import MembershipState, Role
from domain.rooms import WorkspaceState
from handlers import cards
from handlers.cards import View, living
from handlers.letters import Deed, Drop, Later, Letter, letter
from handlers.work import Work
from messages.notices.setup import ManagerStillInside
from store import backlog
from store.queries import clusters as query
from store.queries import people
from store.queries.rows import key_of
from store.queue import Claimed
from store.tables.people import Cluster, Membership, Person, Workspace
from store.tables.queue import OutboxStatus

ENTRY: Final = "channel.entry"
STILL_INSIDE: Final = "manager.inside"


def follow(work: Work, membership: Membership) -> None:
    """Have the managers' channels of a cluster follow a manager's membership that was just given or ended."""
    for workspace in people.workspaces_of(work.session, membership.cluster_id):
        _enqueue(work, workspace, membership)


def bring_managers_in(work: Work, workspace: Workspace) -> None:
    """Have all managers of the cluster brought into a channel that its workspace was just given."""
    for membership, _ in query.manager_memberships(work.session, workspace.cluster_id or 0):
        if membership.state is MembershipState.ACTIVE:
            _enqueue(work, workspace, membership)


def bring_in_on_meeting(work: Work, person_id: int) -> None:
    """Have a person who was a manager before he or she was ever met brought in where that is possible now."""
    for membership in query.memberships_of(work.session, person_id):
        if membership.role is Role.MANAGER and membership.state is MembershipState.ACTIVE:
            follow(work, membership)


def _enqueue(work: Work, workspace: Workspace, membership: Membership) -> None:
    channel, person_id = workspace.managers_channel, membership.person_id
    if not channel or not _address(work, workspace, person_id):
        return
    about = format_id(Kind.MEMBERSHIP, key_of(membership))
    work.enqueue(
        ENTRY,
        key=f"entry:{channel}:{about}:v{membership.version}:P-{person_id}",
        subject=format_id(Kind.CLUSTER, membership.cluster_id),
        destination=channel,
        payload={"workspace": key_of(workspace), "membership": key_of(membership)},
        stream=f"entry:{channel}:P-{person_id}",
        cluster_id=membership.cluster_id,
    )


def _address(work: Work, workspace: Workspace, person_id: int) -> str:
    where = {"surface": workspace.surface, "workspace": workspace.native_id}
    return query.addresses_in(work.session, [person_id], **where).get(person_id, "")


def _settled(work: Work, row: Claimed, _ref: str) -> None:
    """Say so on the cards that told of a refusal, if there are any."""
    cards.refresh(work, STILL_INSIDE, _subject(row))


def _refused(work: Work, row: Claimed, _reason: str) -> None:
    """Tell the managers privately that somebody who is none any more can still read their channel."""
    membership = work.session.get(Membership, row.payload["membership"])
    if membership is None or membership.state is MembershipState.ACTIVE:
        return
    for person in people.managers_of(work.session, membership.cluster_id):
        cards.tell(work, STILL_INSIDE, _subject(row), key_of(person))


def _subject(row: Claimed) -> str:
    return f"{format_id(Kind.MEMBERSHIP, int(row.payload['membership']))}:{row.id}"


@letter(ENTRY, sent=_settled, refused=_refused, repeatable=True)
def write_entry(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Bring a manager in, or take somebody out who is none any more, as things stand now."""
    workspace = work.session.get(Workspace, row.payload["workspace"])
    membership = work.session.get(Membership, row.payload["membership"])
    if workspace is None or membership is None or workspace.state is not WorkspaceState.ACTIVE:
        return Drop("the workspace is not active")
    if workspace.managers_channel != row.destination:
        return Drop("the managers have another channel")
    deeds = {MembershipState.ACTIVE: Deed.BRING_IN, MembershipState.LEFT: Deed.TAKE_OUT}
    address = _address(work, workspace, membership.person_id)
    if membership.state not in deeds or not address:
        return Drop("neither a manager nor one who was let go")
    return Letter(deeds[membership.state], to=row.destination, people=(address,))


@living(STILL_INSIDE)
def read_still_inside(work: Work, view: View) -> ManagerStillInside | None:
    """Tell who manages the cluster, and who does not and can still read along; the subject is `MB-3:17`, with a row."""
    about, _, number = view.subject.partition(":")
    membership = work.session.get(Membership, parse_id(about, Kind.MEMBERSHIP)[1])
    row = backlog.entry(work.session, read_number(number) or 0)
    if membership is None or row is None:
        return None
    managers = people.managers_of(work.session, membership.cluster_id)
    return ManagerStillInside(
        cluster=work.session.get_one(Cluster, membership.cluster_id).name,
        managers=tuple(person.name for person in managers),
        name=work.session.get_one(Person, membership.person_id).name,
        inside=row.status is not OutboxStatus.SENT,
    )
