"""Introductions as managers see them, one's own list of them, and what waits for a manager's approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.ids import read_number
from domain.introductions import IntroductionState as State
from domain.introductions import Party
from domain.visibility import Level, VisibleField
from handlers.cards import View, living
from handlers.home import home_part
from handlers.introductions import openings
from handlers.introductions.consent_cards import build_consent, build_introduced
from handlers.introductions.consents import asked_people
from handlers.introductions.moves import APPROVAL, BY_BUYER, BY_SME, missing_clusters
from handlers.routes import route
from handlers.suggestions.pairs import (
    Pair,
    cluster_names,
    curtain_for,
    evidence_of,
    find,
    from_subject,
    load,
    manager_viewer,
    unknown,
)
from handlers.work import Ask, Reply, Work
from messages.notices.introductions import Approval, ConsentState, Given, IntroductionLine, IntroductionList, Talk
from store.queries import introductions as query
from store.queries.rows import key_of
from store.tables.introductions import Introduction
from store.tables.people import Cluster

_PAGE = 10


@living(APPROVAL)
def read_approval(work: Work, view: View) -> Approval | None:
    """Show the managers of a cluster an introduction for which it has, or had, to approve."""
    pair = from_subject(work, view.subject)
    return None if pair is None or view.cluster_id is None else build_approval(work, pair, view.cluster_id)


def build_approval(work: Work, pair: Pair, cluster_id: int) -> Approval:
    """Return an introduction as the managers of a cluster that is concerned see it."""
    row, viewer = pair.introduction, manager_viewer(pair.challenge, cluster_id)
    behind = curtain_for(work.session, pair, viewer)
    named = pair.level(VisibleField.BUYER_NAME, viewer) is Level.FULL
    missing = missing_clusters(work, row)
    approvals = query.approvals_of(work.session, key_of(row))
    return Approval(
        id=pair.id,
        challenge=pair.challenge_id,
        title=behind.show(pair.challenge.title),
        name=pair.sme.name,
        country=row.sme_country,
        state=row.state,
        buyer=pair.buyer.name if named else "",
        buyer_country=row.buyer_country if named else "",
        evidence=evidence_of(pair.suggestion, behind),
        missing=behind.show_all(pair.suggestion.missing),
        given=tuple(
            Given(next(iter(cluster_names(work.session, [one.cluster_id])), ""), person.name)
            for one, person in approvals
        ),
        waiting=cluster_names(work.session, sorted(missing)),
        lapses_on=row.lapses_at,
        declined_by=_who_said_no(work, pair, named=named),
        outcome=row.outcome,
        value=f"{pair.id}:{cluster_id}" if cluster_id in missing else "",
        follow_up=row.state in (State.MADE, State.MET),
        unreached=_unreached(work, row),
        talk=_talk(work, row),
    )


def _talk(work: Work, row: Introduction) -> Talk:
    talk = query.conversation_of(work.session, key_of(row))
    if talk is None or len(query.legs_of(work.session, key_of(talk))) == 1:
        return Talk.NONE
    return Talk.OPEN if talk.closed_at is None else Talk.CLOSED


def _with_opening(work: Work, pair: Pair, shown: Approval) -> Approval:
    """Add the first lines of the conversation, for managers who may change them."""
    if not openings.may_change(work, pair):
        return shown
    text, author = openings.lines(work, pair, work.who.locale)
    return replace(shown, opening=text, opening_by=author, may_open=True)


def _who_said_no(work: Work, pair: Pair, *, named: bool) -> str:
    """Return who declined, for managers; the buyer's name only to those who may know it."""
    by = pair.introduction.declined_by
    if by == BY_SME:
        return pair.sme.name
    if by == BY_BUYER:
        return pair.buyer.name if named else ""
    kind, _, key = by.partition(":")
    cluster = work.session.get(Cluster, read_number(key) or 0) if kind == "cluster" else None
    return cluster.name if cluster else ""


def _unreached(work: Work, row: Introduction) -> bool:
    parties = {State.APPROVED: Party.SME, State.HALF: Party.BUYER}
    if row.state not in parties:
        return False
    asked = [person.id for person in asked_people(work, row, parties[row.state]) if person.id is not None]
    return not query.identities_of_people(work.session, asked)


@route("introduction.list", writes=False)
def list_introductions(work: Work, ask: Ask) -> Reply:
    """List one's introductions, the newest first; with an id behind it, show that one."""
    if ask.value.strip():
        return show_introduction(work, ask)
    actor = work.who
    rows = query.of_person(
        work.session,
        smes=actor.organisations(),
        buyers=actor.organisations(),
        clusters=actor.managed(),
        limit=_PAGE + 1,
    )
    lines = (_line(work, load(work.session, row)) for row in rows[:_PAGE])
    return Reply(IntroductionList(lines=tuple(line for line in lines if line is not None), more=len(rows) > _PAGE))


def _line(work: Work, pair: Pair) -> IntroductionLine | None:
    row = pair.introduction
    party = _party(work, row)
    if party is not None:
        consent = build_consent(work, pair, party)
        if consent is None:
            return None
        # A party reads the same whether the other side said no or nothing.
        state = State.DECLINED if consent.state in (ConsentState.OVER, ConsentState.NO) else row.state
        waits = consent.state is ConsentState.OPEN
        return IntroductionLine(pair.id, consent.title, consent.other, state, str(party), waits, row.outcome)
    cluster = next(one for one in (row.owner_cluster_id, row.sme_cluster_id) if work.who.manages(one))
    shown = build_approval(work, pair, cluster)
    waits = any(work.who.manages(one) for one in missing_clusters(work, row))
    return IntroductionLine(pair.id, shown.title, shown.name, row.state, "manager", waits, row.outcome)


def _party(work: Work, row: Introduction) -> Party | None:
    if work.who.belongs_to(row.organisation_id):
        return Party.SME
    return Party.BUYER if work.who.belongs_to(row.buyer_id) else None


@route("introduction.show", writes=False)
def show_introduction(work: Work, ask: Ask) -> Reply:
    """Show an introduction to one of its parties or a manager concerned, with what can be done."""
    pair = find(work, ask.value)
    row, party = pair.introduction, _party(work, pair.introduction)
    if party is not None:
        notice = build_introduced(work, pair, party) or build_consent(work, pair, party)
        if notice is not None:
            return Reply(notice)
    mine = [one for one in (row.owner_cluster_id, row.sme_cluster_id) if work.who.manages(one)]
    if not mine or party is not None:
        raise unknown(pair)
    missing = missing_clusters(work, row)
    shown = build_approval(work, pair, next((one for one in mine if one in missing), mine[0]))
    return Reply(_with_opening(work, pair, shown))


@home_part(10)
def approvals_waiting(work: Work) -> Sequence[object]:
    """Show a manager the introductions that wait for the approval of his or her cluster."""
    clusters = work.who.managed()
    if not clusters:
        return ()
    rows = query.awaiting_approval(work.session, clusters, limit=_PAGE)
    return [build_approval(work, load(work.session, row), cluster) for row, cluster in rows]
