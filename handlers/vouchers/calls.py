"""Calls: made of a scheme by its cluster's managers, changed and shown."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from domain.errors import NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, format_id, parse_id
from domain.schemes import CallState, PartState, SchemeState, call_opens_at, ends_at
from handlers import audit, cards
from handlers.cards import View, living
from handlers.challenges.sight import split_value
from handlers.routes import route
from handlers.vouchers import reminders
from handlers.vouchers.announcing import FUNDING, open_call, refresh_cards, sheet_of
from handlers.vouchers.openings import open_for
from handlers.vouchers.parts import add_part, offer_parts, set_own_budget
from handlers.vouchers.scheme_fields import CallPlan, read_call
from handlers.vouchers.schemes import find_scheme
from handlers.vouchers.sight import call_id, scheme_id, terms_of
from handlers.work import Ask, Reply, Work
from messages.notices.calls import CallDone, CallShown, CallStep, PartFigures, StateCall
from store.queries import schemes as query
from store.queries import vouchers as voucher_query
from store.queries.rows import add, change, key_of
from store.tables.people import Cluster
from store.tables.vouchers import Call, CallPart, Scheme

_CHANGEABLE: Final = (CallState.PLANNED, CallState.OPEN, CallState.CLOSED)


@route("call.new", writes=False)
def ask_for_call(work: Work, ask: Ask) -> Reply:
    """Open the form of a call of a scheme."""
    scheme = find_scheme(work, ask.value)
    question = StateCall(scheme_id(scheme), scheme.name, scheme.currency, scheme.zone, title=scheme.name)
    return Reply(question=question)


@route("call.edit", writes=False)
def ask_for_changes(work: Work, ask: Ask) -> Reply:
    """Open the form of a call with what can still be changed."""
    call, scheme = own_call(work, ask.value)
    _require_changeable(call)
    parts = voucher_query.parts_of(work.session, key_of(call))
    own = next(part for part, _ in parts if part.cluster_id == scheme.owner_cluster_id)
    partners = [
        (cluster.name, part.budget_cents)
        for part, cluster in parts
        if cluster.id != scheme.owner_cluster_id and part.state is not PartState.REFUSED
    ]
    return Reply(
        question=StateCall(
            f"{call_id(call)}:{call.version}",
            scheme.name,
            scheme.currency,
            scheme.zone,
            title=call.title,
            id=call_id(call),
            state=call.state,
            opens_on=call.opens_on,
            cutoff_on=call.cutoff_on,
            budget=own.budget_cents,
            committed=own.committed_cents,
            partners=tuple(partners),
        )
    )


def own_call(work: Work, text: str) -> tuple[Call, Scheme]:
    """Return a call of a scheme of a cluster that who acts manages.

    :raises NotAllowed: who acts sees it, and another cluster owns it. :raises NotFound: none of his or her business.
    """
    call, scheme, parts = visible_call(work, text)
    if not work.who.manages(scheme.owner_cluster_id):
        owner = next(cluster.name for part, cluster in parts if part.cluster_id == scheme.owner_cluster_id)
        raise NotAllowed("call.owner_only", id=call_id(call), owner=owner)
    return call, scheme


def visible_call(work: Work, text: str) -> tuple[Call, Scheme, Collection[tuple[CallPart, Cluster]]]:
    """Return a call that who acts may see: the managers of its clusters, and the members of those that fund it.

    :raises NotFound: there is none, or the person may not know that there is.
    """
    _, key = parse_id(text.partition(":")[0], Kind.CALL)
    found = voucher_query.call(work.session, key)
    if found is not None:
        parts = voucher_query.parts_of(work.session, key)
        if any(work.who.manages(part.cluster_id) for part, _ in parts):
            return *found, parts
        if {part.cluster_id for part, _ in parts if part.state is PartState.TAKEN} & _clusters(work):
            return *found, parts
    raise NotFound("call.unknown", id=format_id(Kind.CALL, key))


def _clusters(work: Work) -> set[int]:
    """Return the clusters in which a person, or an organisation of his or hers, is a member."""
    theirs = voucher_query.clusters_of(work.session, work.who.organisations())
    return set(work.who.clusters()).union(*theirs.values())


def _require_changeable(call: Call) -> None:
    if call.state not in _CHANGEABLE:
        raise OutOfDate("call.over", id=call_id(call))


@route("call.save")
def save_call(work: Work, ask: Ask) -> Reply:
    """Take the form: a new call, or what has changed of one."""
    if not ask.value.upper().startswith(Kind.CALL):
        return _create(work, ask)
    subject, version = split_value(ask.value, example="CA-3:1")
    call, scheme = own_call(work, subject)
    _require_changeable(call)
    if call.version != version:
        raise OutOfDate("call.changed", id=call_id(call))
    plan = _read(work, ask, scheme, call)
    moved = plan.cutoff_on != call.cutoff_on
    if not change(work.session, call, now=work.now, where={"state": call.state}, **_columns(plan, scheme)):
        raise OutOfDate("call.changed", id=call_id(call))
    set_own_budget(work, call, scheme, plan.budget)
    asked = [] if call.state is CallState.CLOSED else _ask_partners(work, call, scheme, plan)
    after = {"cutoff_on": plan.cutoff_on, "opens_on": plan.opens_on, "budget": plan.budget}
    audit.record(work, "call.edit", call_id(call), after=after, cluster_id=scheme.owner_cluster_id)
    if call.state is CallState.PLANNED and call.opens_at <= work.now:
        open_call(work, call)
        return _done(call, CallStep.OPENED, asked)
    if moved:
        reminders.cutoff_changed(work, call)
    refresh_cards(work, call)
    return _done(call, CallStep.CHANGED, asked)


def _read(work: Work, ask: Ask, scheme: Scheme, call: Call | None) -> CallPlan:
    parts = voucher_query.parts_of(work.session, key_of(call)) if call else ()
    owner = work.session.get_one(Cluster, scheme.owner_cluster_id)
    return read_call(work, ask, terms_of(scheme), owner, call=call, parts=parts)


def _columns(plan: CallPlan, scheme: Scheme) -> dict[str, Any]:
    return {
        "title": plan.title,
        "opens_on": plan.opens_on,
        "opens_at": call_opens_at(plan.opens_on, scheme.zone),
        "cutoff_on": plan.cutoff_on,
        "cutoff_at": ends_at(plan.cutoff_on, scheme.zone),
    }


def _create(work: Work, ask: Ask) -> Reply:
    scheme = find_scheme(work, ask.value)
    plan = _read(work, ask, scheme, None)
    # Whoever archives the scheme, or changes its zone, at this moment is one too late, or was faster.
    if not change(work.session, scheme, now=work.now, where={"state": SchemeState.ACTIVE}):
        raise OutOfDate("scheme.changed", id=scheme_id(scheme))
    call = Call(
        scheme_id=key_of(scheme),
        state=CallState.PLANNED,
        created_at=work.now,
        updated_at=work.now,
        **_columns(plan, scheme),
    )
    add(work.session, call)
    add_part(work, call, scheme.owner_cluster_id, plan.budget, PartState.TAKEN)
    asked = _ask_partners(work, call, scheme, plan)
    after = {"opens_on": plan.opens_on, "cutoff_on": plan.cutoff_on, "budget": plan.budget}
    audit.record(work, "call.create", call_id(call), after=after, cluster_id=scheme.owner_cluster_id)
    if call.opens_at <= work.now:
        open_call(work, call)
        return _done(call, CallStep.OPENED, asked)
    return _done(call, CallStep.PLANNED, asked)


def _ask_partners(work: Work, call: Call, scheme: Scheme, plan: CallPlan) -> list[str]:
    """Ask the partners for their parts; the owner's managers see on a card of their own what each answers."""
    asked = offer_parts(work, call, scheme, plan.partners)
    if asked:
        cards.tell_managers(work, FUNDING, call_id(call), scheme.owner_cluster_id)
    return [plan.names[one] for one in asked]


def _done(call: Call, step: CallStep, asked: Collection[str]) -> Reply:
    return Reply(CallDone(call_id(call), call.title, step, call.opens_on, asked=tuple(asked)))


@route("call.show", writes=False)
def show_call(work: Work, ask: Ask) -> Reply:
    """Show a call to a member of a cluster that funds it, with its figures to a manager."""
    call, scheme, parts = visible_call(work, ask.value)
    applies = key_of(call) in {key_of(one) for one, _ in open_for(work, work.who.organisations(), again=True)}
    actions = [("voucher.apply", call_id(call))] if applies else []
    figures = any(work.who.manages(part.cluster_id) for part, _ in parts)
    if work.who.manages(scheme.owner_cluster_id):
        actions += [("call.edit", call_id(call))] if call.state in _CHANGEABLE else []
        actions += [("call.cancel", call_id(call))] if call.state in query.AHEAD else []
    for part, cluster in parts:
        if work.who.manages(part.cluster_id) and part.cluster_id != scheme.owner_cluster_id:
            value = f"{call_id(call)}:{format_id(Kind.CLUSTER, key_of(cluster))}"
            actions += [(name, value) for name in _partners_actions(call, part)]
    return Reply(_shown(work, call, scheme, parts if figures else (), actions))


def _partners_actions(call: Call, part: CallPart) -> tuple[str, ...]:
    if part.state is PartState.OFFERED and call.state in query.AHEAD:
        return ("call.part.take", "call.part.amount", "call.part.refuse")
    changeable = part.state is PartState.TAKEN and call.state in _CHANGEABLE
    return ("call.part.amount",) if changeable else ()


def _shown(
    work: Work,
    call: Call,
    scheme: Scheme,
    parts: Collection[tuple[CallPart, Cluster]],
    actions: Collection[tuple[str, str]],
) -> CallShown:
    figures = tuple(
        PartFigures(cluster.name, part.state, part.budget_cents, part.committed_cents, part.spent_cents)
        for part, cluster in parts
    )
    return CallShown(sheet_of(work, call, scheme), figures, tuple(actions))


@living(FUNDING)
def read_funding(work: Work, view: View) -> CallShown | None:
    """Show the owner's managers what each partner answered."""
    found = voucher_query.call(work.session, parse_id(view.subject, Kind.CALL)[1])
    if found is None:
        return None
    call, scheme = found
    actions = [(name, call_id(call)) for name in ("call.show", "call.edit") if call.state in _CHANGEABLE]
    return _shown(work, call, scheme, voucher_query.parts_of(work.session, key_of(call)), actions)
