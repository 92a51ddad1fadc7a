"""Parts: a partner cluster is asked to fund a part of a call, and its managers alone decide about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import Invalid, InvalidForm, NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, format_id, parse_id
from domain.schemes import CallState, PartState
from handlers import audit, cards
from handlers.cards import View, living
from handlers.fields import Fields
from handlers.home import home_part
from handlers.routes import route
from handlers.vouchers.announcing import CARDS, PART, announce, sheet_of
from handlers.vouchers.scheme_fields import check_budget, read_budget
from handlers.vouchers.sight import call_id, is_open, terms_of
from handlers.work import Ask, Reply, Work
from messages.notices.calls import AskPartAmount, PartCard, PartDone, PartStep
from store.queries import schemes as query
from store.queries import vouchers as voucher_query
from store.queries.rows import add, change, key_of
from store.tables.people import Cluster
from store.tables.vouchers import Call, CallPart, Scheme

SHOWN: Final = 5
#: A part can be changed as long as something can be approved.
_RUNNING: Final = (CallState.PLANNED, CallState.OPEN, CallState.CLOSED)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a call with all that belongs to it."""

    row: CallPart
    call: Call
    scheme: Scheme
    cluster: Cluster

    @property
    def id(self) -> str:
        """Return the human id of its call, `CA-3`."""
        return call_id(self.call)

    @property
    def value(self) -> str:
        """Return how buttons name it, `CA-3:CL-2`."""
        return f"{self.id}:{format_id(Kind.CLUSTER, self.row.cluster_id)}"


def add_part(work: Work, call: Call, cluster_id: int, cents: int, state: PartState) -> CallPart:
    """Add what a cluster puts into a call, or is asked for."""
    part = CallPart(
        call_id=key_of(call),
        cluster_id=cluster_id,
        state=state,
        budget_cents=cents,
        decided_by=work.who.person_id if state is PartState.TAKEN else None,
        created_at=work.now,
        updated_at=work.now,
    )
    return add(work.session, part)


def offer_parts(work: Work, call: Call, scheme: Scheme, wanted: Mapping[int, int]) -> list[int]:
    """Ask partner clusters for cents each, ask no more whom `wanted` leaves out; return who is asked anew.

    :raises OutOfDate: one of them has decided meanwhile; nothing was changed.
    """
    owner, asked = scheme.owner_cluster_id, list[int]()
    known = {part.cluster_id: part for part, _ in voucher_query.parts_of(work.session, key_of(call))}
    for cluster_id, part in known.items():
        if cluster_id != owner and cluster_id not in wanted and part.state is PartState.OFFERED:
            query.remove_part(work.session, part)
            audit.record(work, "call.part.withdraw", call_id(call), after={"cluster": cluster_id}, cluster_id=owner)
    for cluster_id, cents in wanted.items():
        part = known.get(cluster_id)
        if part is None:
            add_part(work, call, cluster_id, cents, PartState.OFFERED)
        elif part.state is PartState.TAKEN or (part.state is PartState.OFFERED and part.budget_cents == cents):
            continue
        elif not query.set_budget(work.session, part, cents, now=work.now, state=PartState.OFFERED):
            raise OutOfDate("call.changed", id=call_id(call))
        asked.append(cluster_id)
        audit.record(
            work, "call.part.offer", call_id(call), after={"cluster": cluster_id, "cents": cents}, cluster_id=owner
        )
        cards.tell_managers(work, PART, call_id(call), cluster_id)
    return asked


@living(PART)
def read_part(work: Work, view: View) -> PartCard | None:
    """Show the managers of a partner cluster what they are asked for, or what they answered."""
    found = voucher_query.call(work.session, parse_id(view.subject, Kind.CALL)[1])
    if found is None or view.cluster_id is None:
        return None
    part = query.part_of(work.session, key_of(found[0]), view.cluster_id)
    cluster = work.session.get_one(Cluster, view.cluster_id)
    if part is None:
        value = f"{view.subject}:{format_id(Kind.CLUSTER, view.cluster_id)}"
        return PartCard(sheet_of(work, *found), cluster.name, value, None)
    return card_of(work, Part(part, *found, cluster))


def card_of(work: Work, part: Part) -> PartCard:
    """Return the card of a part as things stand."""
    offered = part.row.state is PartState.OFFERED
    return PartCard(
        sheet_of(work, part.call, part.scheme),
        part.cluster.name,
        part.value,
        part.row.state,
        budget=part.row.budget_cents,
        committed=part.row.committed_cents,
        open=part.call.state in (query.AHEAD if offered else _RUNNING),
    )


def _find(work: Work, value: str) -> Part:
    """Return a part of a cluster that who acts manages; without a cluster in the value, the first that there is.

    :raises NotAllowed: it is another cluster's. :raises NotFound: there is none, or none of this person's business.
    """
    subject, _, partner = value.partition(":")
    _, key = parse_id(subject, Kind.CALL)
    found = voucher_query.call(work.session, key)
    clusters = [parse_id(partner, Kind.CLUSTER)[1]] if partner else list(work.who.managed())
    if partner and not work.who.manages(clusters[0]):
        raise NotAllowed("call.part.managers_only", id=format_id(Kind.CALL, key))
    for cluster_id in clusters:
        row = query.part_of(work.session, key, cluster_id)
        if row is not None and found is not None:
            return Part(row, *found, work.session.get_one(Cluster, cluster_id))
    raise NotFound("call.unknown", id=format_id(Kind.CALL, key))


@route("call.part.take")
def take_part(work: Work, ask: Ask) -> Reply:
    """Fund a part of another cluster's call with what was asked for."""
    part = _to_answer(work, ask.value)
    return _take(work, part, part.row.budget_cents)


def _to_answer(work: Work, value: str) -> Part:
    part = _find(work, value)
    if part.row.state is not PartState.OFFERED:
        raise OutOfDate("call.part.decided")
    _require_running(part, ahead=True)
    return part


def _require_running(part: Part, *, ahead: bool) -> None:
    if part.call.state not in (query.AHEAD if ahead else _RUNNING):
        raise OutOfDate("call.over", id=part.id)


def _take(work: Work, part: Part, cents: int) -> Reply:
    answer = {"state": PartState.TAKEN, "decided_by": work.who.person_id}
    if not query.set_budget(work.session, part.row, cents, now=work.now, **answer):
        raise OutOfDate("call.part.decided")
    if is_open(part.call, work.now):
        announce(work, part.call, part.row.cluster_id)
    return _answered(work, part, PartStep.TAKEN)


@route("call.part.refuse")
def refuse_part(work: Work, ask: Ask) -> Reply:
    """Say that one's cluster does not fund a part of a call."""
    part = _to_answer(work, ask.value)
    answer = {"state": PartState.REFUSED, "decided_by": work.who.person_id}
    if not change(work.session, part.row, now=work.now, where={"state": PartState.OFFERED}, **answer):
        raise OutOfDate("call.part.decided")
    return _answered(work, part, PartStep.REFUSED)


@route("call.part.amount", writes=False)
def ask_for_amount(work: Work, ask: Ask) -> Reply:
    """Ask how much one's cluster puts into a call."""
    part = _to_change(work, ask.value)
    question = AskPartAmount(
        id=part.id,
        title=part.call.title,
        value=part.value,
        cluster=part.cluster.name,
        currency=part.scheme.currency,
        budget=part.row.budget_cents,
        committed=part.row.committed_cents,
        taken=part.row.state is PartState.TAKEN,
    )
    return Reply(question=question)


def _to_change(work: Work, value: str) -> Part:
    part = _find(work, value)
    if part.row.state is PartState.REFUSED:
        raise OutOfDate("call.part.decided")
    _require_running(part, ahead=part.row.state is PartState.OFFERED)
    return part


@route("call.part.save")
def save_amount(work: Work, ask: Ask) -> Reply:
    """Take part with another amount, or change the amount; never below what is committed."""
    part, fields = _to_change(work, ask.value), Fields(ask, work.who.locale)
    terms = terms_of(part.scheme)
    budget = read_budget(fields, terms, part.row)
    fields.settle()
    if part.row.state is PartState.OFFERED:
        return _take(work, part, budget)
    if not query.set_budget(work.session, part.row, budget, now=work.now):
        _refuse_budget(work, part.row, budget, part.scheme)
    return _answered(work, part, PartStep.CHANGED)


def _refuse_budget(work: Work, row: CallPart, budget: int, scheme: Scheme) -> None:
    """Say why a budget was not changed: more was committed meanwhile, or the part is another's by now."""
    try:
        check_budget(row, budget, terms_of(scheme), work.who.locale)
    except Invalid as error:
        raise InvalidForm([error]) from None
    raise OutOfDate("call.part.decided")


def set_own_budget(work: Work, call: Call, scheme: Scheme, budget: int) -> None:
    """Give the owner's part another budget. :raises InvalidForm: more than that is committed by now."""
    row = query.part_of(work.session, key_of(call), scheme.owner_cluster_id)
    if row is None:
        raise LookupError(f"{call_id(call)} has no part of its owner")
    if row.budget_cents != budget and not query.set_budget(work.session, row, budget, now=work.now):
        _refuse_budget(work, row, budget, scheme)


def _answered(work: Work, part: Part, step: PartStep) -> Reply:
    row, owner = part.row, work.session.get_one(Cluster, part.scheme.owner_cluster_id)
    after = {"state": row.state, "cents": row.budget_cents}
    audit.record(work, f"call.part.{step}", part.id, after=after, cluster_id=row.cluster_id)
    for kind in CARDS:
        cards.refresh(work, kind, part.id)
    return Reply(PartDone(part.id, part.cluster.name, owner.name, step, row.budget_cents, part.scheme.currency))


@home_part(27)
def list_offered_parts(work: Work) -> Sequence[PartCard]:
    """Show a manager which parts of calls wait for an answer of his or her clusters."""
    managed = work.who.managed()
    if not managed:
        return ()
    return tuple(
        card_of(work, Part(row, call, scheme, work.session.get_one(Cluster, row.cluster_id)))
        for row, call, scheme in query.offered_to(work.session, managed, limit=SHOWN)
    )
