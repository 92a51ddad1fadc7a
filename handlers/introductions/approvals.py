"""Introductions and their approvals: from the first manager's yes to the moment the parties are asked."""

from __future__ import annotations

from domain.errors import NotAllowed, OutOfDate
from domain.ids import read_number
from domain.introductions import REASON_NOTE_MAX, IntroductionAction
from domain.introductions import IntroductionState as State
from domain.text import clean_text
from handlers import audit, cards
from handlers.introductions import consents, openings
from handlers.introductions.moves import APPROVAL, end, missing_clusters, refresh_cards, touch
from handlers.introductions.reasons import reason_of
from handlers.routes import route
from handlers.suggestions.contenders import check_still_fit
from handlers.suggestions.pairs import Pair, find, intro_id, is_party, unknown
from handlers.work import Ask, Reply, Work
from messages.notices.introductions import DeclineIntroduction, Done, IntroductionDone
from store.queries import introductions as query
from store.queries.rows import add, key_of
from store.tables.challenges import Challenge
from store.tables.introductions import Approval, Introduction, Suggestion
from store.tables.people import Organisation


def begin(work: Work, suggestion: Suggestion, challenge: Challenge, *, cluster_id: int) -> Introduction:
    """Make an introduction of a suggestion, with the approval of the cluster that was first."""
    sme = work.session.get_one(Organisation, suggestion.organisation_id)
    buyer = work.session.get_one(Organisation, challenge.organisation_id)
    row = add(
        work.session,
        Introduction(
            suggestion_id=key_of(suggestion),
            challenge_id=key_of(challenge),
            organisation_id=suggestion.organisation_id,
            buyer_id=challenge.organisation_id,
            buyer_person_id=challenge.person_id,
            owner_cluster_id=challenge.owner_cluster_id,
            sme_cluster_id=suggestion.cluster_id,
            state=State.PENDING,
            sme_country=sme.country,
            buyer_country=buyer.country,
            created_at=work.now,
            updated_at=work.now,
        ),
    )
    audit.record(work, "introduction.begin", intro_id(row), after={"state": row.state}, cluster_id=cluster_id)
    openings.have_drafted(work, row)
    _approve(work, row, cluster_id)
    return row


def _approve(work: Work, row: Introduction, cluster_id: int) -> None:
    """Give a cluster's approval; the last one that was missing lets the parties be asked."""
    add(
        work.session,
        Approval(
            introduction_id=key_of(row),
            cluster_id=cluster_id,
            person_id=work.who.person_id,
            created_at=work.now,
            updated_at=work.now,
        ),
    )
    audit.record(work, "introduction.approval", intro_id(row), cluster_id=cluster_id)
    missing = missing_clusters(work, row)
    for cluster in sorted(missing):
        cards.tell_managers(work, APPROVAL, intro_id(row), cluster)
    if not missing:
        consents.begin(work, row)


@route("introduction.approve")
def approve_introduction(work: Work, ask: Ask) -> Reply:
    """Give one's cluster's approval: `value` is the introduction and the cluster, `IN-34:2`."""
    pair, cluster = _to_approve(work, ask.value)
    row = pair.introduction
    check_still_fit(work.session, pair.challenge, pair.sme, work.now)
    touch(work, row)
    _approve(work, row, cluster)
    refresh_cards(work, row)
    return Reply(IntroductionDone(pair.id, Done.APPROVED if row.state is State.PENDING else Done.COMPLETE))


@route("introduction.decline", writes=False)
def ask_why_declined(work: Work, ask: Ask) -> Reply:
    """Ask the manager why the introduction is declined."""
    pair, _ = _to_approve(work, ask.value)
    return Reply(question=DeclineIntroduction(value=ask.value, id=pair.id, name=pair.sme.name))


@route("introduction.decline_save")
def decline_introduction(work: Work, ask: Ask) -> Reply:
    """Decline for one's cluster; neither party learns that there was anything to decline."""
    pair, cluster = _to_approve(work, ask.value)
    reason = reason_of(ask)
    note = clean_text(ask.text("note"), limit=REASON_NOTE_MAX)
    why = f"{reason}: {note}" if note else str(reason)
    end(work, pair.introduction, IntroductionAction.DECLINE, by=f"cluster:{cluster}", decline_reason=why)
    return Reply(IntroductionDone(pair.id, Done.DECLINED))


def _to_approve(work: Work, value: str) -> tuple[Pair, int]:
    """Return a pending introduction and the cluster for which this manager decides.

    :raises NotFound, NotAllowed, OutOfDate: and nothing was changed.
    """
    subject, _, digits = value.partition(":")
    pair = find(work, subject)
    row, cluster = pair.introduction, read_number(digits) or 0
    concerned = (row.owner_cluster_id, row.sme_cluster_id)
    if cluster not in concerned or not work.who.manages(cluster):
        known = work.who.belongs_to(row.organisation_id) or any(work.who.manages(one) for one in concerned)
        raise NotAllowed("introduction.not_yours") if known else unknown(pair)
    if is_party(work.who, (row.organisation_id, row.buyer_id)):
        raise NotAllowed("introduction.own")
    for approval, person in query.approvals_of(work.session, key_of(row)):
        if approval.cluster_id == cluster:
            raise OutOfDate("introduction.approved", by=person.name)
    if row.state is not State.PENDING:
        raise OutOfDate("introduction.decided", id=pair.id)
    return pair, cluster


def answer_submitted(work: Work, challenge_id: int, organisation_id: int) -> bool:
    """Take an answer for the consent that its SME is just being asked for; False if it is not being asked."""
    row = query.of_pair(work.session, challenge_id, organisation_id)
    if row is None or not consents.take_answer(work, row):
        return False
    refresh_cards(work, row)
    return True
