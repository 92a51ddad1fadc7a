"""The lines about members in the managers' weekly digest."""

from __future__ import annotations

from collections.abc import Sequence

from domain.nudges import NudgeKind
from handlers.nudging.digests import LINES_MAX, digest_part
from handlers.work import Work
from messages.notices.digests import DigestLine, Topic
from store.queries import clusters as query


@digest_part(NudgeKind.MANAGERS_DIGEST, Topic.JOINING, order=60)
def list_joining(work: Work) -> Sequence[DigestLine]:
    """Name who asked to join a manager's cluster."""
    managed = work.who.managed()
    rows = query.asked_in(work.session, managed, limit=LINES_MAX + 1) if managed else ()
    return [DigestLine("", organisation.name, who=person.name) for _, person, organisation in rows]
