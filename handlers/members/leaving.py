"""People who leave: the platform has switched their account off.

Nobody is reached through it any more. Whoever has no other account has left: what would still be sent to that person is
not, and the managers learn who else there is. With the e-mail of the directory the same person comes back.
"""

from __future__ import annotations

from typing import Final

from handlers import audit, cards
from handlers.cards import View, living
from handlers.members.organisations import organisation_of
from handlers.requests import Speaker
from handlers.vouchers.reminders import hand_over
from handlers.work import Work
from messages.notices.leaving import HasLeft
from store.queries import people
from store.queries.rows import change, key_of
from store.tables.people import Person

LEFT: Final = "left"


def leave(work: Work, speaker: Speaker) -> None:
    """Forget an account that was switched off; its person has left if there is no other one."""
    identity = people.identity_of(work.session, surface=speaker.surface, workspace=speaker.workspace, user=speaker.user)
    if identity is None:
        return
    person_id = identity.person_id
    work.session.delete(identity)
    work.session.flush()
    if people.accounts_of(work.session, person_id):
        return
    person = work.session.get_one(Person, person_id)
    change(work.session, person, now=work.now, left_at=work.now)
    hand_over(work, person_id)
    cluster_id = people.first_cluster_of(work.session, person_id)
    audit.record(work, "person.leave", f"P-{person_id}", after={"left": True}, cluster_id=cluster_id)
    if cluster_id is not None:
        cards.tell_managers(work, LEFT, f"P-{person_id}:{int(work.now.timestamp())}", cluster_id)


@living(LEFT)
def read_left(work: Work, view: View) -> HasLeft | None:
    """Tell managers who has left, and who else is there for the same organisation."""
    person = work.session.get(Person, int(view.subject.partition(":")[0].removeprefix("P-")))
    if person is None:
        return None
    organisation = organisation_of(work, key_of(person))
    if organisation is None:
        return HasLeft(person.name)
    colleagues = [
        one.name
        for one in people.members_of(work.session, key_of(organisation))
        if one.id != person.id and one.left_at is None and people.identities_of(work.session, key_of(one))
    ]
    return HasLeft(person.name, organisation.name, tuple(dict.fromkeys(colleagues)))
