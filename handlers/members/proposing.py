"""Which workspace asked for whom as a manager: letting one in gives a role only to those whom that one named.

It stands in the note of a membership that is asked for: `P-12 W-3`, who proposed it and from which workspace, one per
workspace. A note from before that was written down has no workspace, and stands for any.
"""

from __future__ import annotations

from typing import Final

from domain.ids import read_number
from domain.organisations import MembershipState
from handlers.work import Work
from store.queries import clusters as query
from store.queries.rows import change, key_of
from store.tables.people import Membership, Workspace

_BETWEEN: Final = ", "


def proposal(person_id: int, workspace: Workspace) -> str:
    """Write down that a person proposes somebody from a workspace."""
    return f"P-{person_id} W-{key_of(workspace)}"


def with_proposal(note: str, added: str) -> str:
    """Add a proposal to a note; of one workspace the first counts."""
    return note if _place(added) in map(_place, _parts(note)) else _BETWEEN.join((*_parts(note), added))


def proposers(note: str) -> tuple[int, ...]:
    """Return who proposed somebody, the first one first."""
    found = (read_number(one.partition(" ")[0].removeprefix("P-")) for one in _parts(note))
    return tuple(one for one in found if one is not None)


def is_proposed_in(membership: Membership, workspace: Workspace) -> bool:
    """Tell whether a membership is asked for, and was by this workspace."""
    if membership.state is not MembershipState.ASKED:
        return False
    return any(_place(one) in ("", f"W-{workspace.id}") for one in _parts(membership.note))


def has_proposed(work: Work, workspace: Workspace, person_id: int) -> bool:
    """Tell whether a person proposed somebody from this workspace, which waits."""
    rows = query.manager_memberships(work.session, workspace.cluster_id or 0)
    return any(
        membership.state is MembershipState.ASKED and f"P-{person_id} W-{workspace.id}" in _parts(membership.note)
        for membership, _ in rows
    )


def withdraw(
    work: Work, membership: Membership, workspace: Workspace, *, state: MembershipState, decided_by: int | None = None
) -> None:
    """Take back what a workspace asked for; what another one asks for besides goes on, else it ends in this state."""
    rest = [one for one in _parts(membership.note) if _place(one) not in ("", f"W-{workspace.id}")]
    if rest:
        change(work.session, membership, now=work.now, note=_BETWEEN.join(rest))
    else:
        change(work.session, membership, now=work.now, state=state, decided_by=decided_by)


def refuse_all(work: Work, workspace: Workspace, *, decided_by: int | None) -> None:
    """Refuse everybody whom a workspace asked for."""
    for membership, _ in query.manager_memberships(work.session, workspace.cluster_id or 0):
        if is_proposed_in(membership, workspace):
            withdraw(work, membership, workspace, state=MembershipState.REFUSED, decided_by=decided_by)


def _parts(note: str) -> list[str]:
    return note.split(_BETWEEN) if note else []


def _place(part: str) -> str:
    return part.partition(" ")[2]
