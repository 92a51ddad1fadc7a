"""Schemes: what a cluster's vouchers pay for, how much and for whom; made and changed by its managers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from domain.errors import Invalid, NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, format_id, parse_id, read_number
from domain.schemes import LOCKED_BY_CALL, LOCKED_BY_GRANT, PRESETS, CallState, PartState, Preset, SchemeState, Terms
from handlers import audit
from handlers.challenges.sight import split_value
from handlers.routes import route
from handlers.vouchers.scheme_fields import read_terms
from handlers.vouchers.sight import call_id, scheme_id, terms_of
from handlers.work import Ask, Reply, Work
from messages.notices.schemes import (
    CallLine,
    ChoosePreset,
    SchemeDone,
    SchemeLine,
    SchemeList,
    SchemeStep,
    StateScheme,
)
from store.queries import people
from store.queries import schemes as query
from store.queries import vouchers as voucher_query
from store.queries.rows import add, change, key_of
from store.tables.people import Cluster
from store.tables.vouchers import Call, Scheme

SHOWN: Final = 5
CALLS_SHOWN: Final = 4
_RUNNING: Final = (CallState.PLANNED, CallState.OPEN, CallState.CLOSED)


@route("scheme.list", writes=False)
def list_schemes(work: Work, ask: Ask) -> Reply:
    """Show a manager the schemes of a cluster, and the calls of others that it takes part in."""
    cluster, rest = _asked(work, ask.value)
    page = max(1, read_number(rest[0], highest=9999) or 1) if rest else 1
    key = key_of(cluster)
    found = query.schemes_of(work.session, key, offset=(page - 1) * SHOWN, limit=SHOWN + 1)
    rows = found[:SHOWN]
    mine = people.clusters_with_names(work.session, [one for one in work.who.managed() if one != key])
    return Reply(
        SchemeList(
            cluster=cluster.name,
            value=_value(cluster),
            schemes=_lines(work, rows),
            partners=_taking_part(work, cluster) if page == 1 else (),
            archived=query.count_archived(work.session, key),
            others=tuple((one.name, _value(one)) for one in mine.values()),
            page=page,
            more=len(found) > SHOWN,
        )
    )


def _lines(work: Work, schemes: Collection[Scheme]) -> tuple[SchemeLine, ...]:
    calls = query.calls_of(work.session, [key_of(one) for one in schemes])
    totals = query.totals(work.session, [key_of(one) for one in calls])
    lines: list[SchemeLine] = []
    for scheme in schemes:
        own = [one for one in calls if one.scheme_id == scheme.id]
        shown = tuple(_line(scheme, one, totals.get(key_of(one), query.Totals())) for one in own[:CALLS_SHOWN])
        lines.append(SchemeLine(scheme_id(scheme), terms_of(scheme), shown, more=max(0, len(own) - CALLS_SHOWN)))
    return tuple(lines)


def _line(scheme: Scheme, call: Call, totals: query.Totals, *, owner: str = "") -> CallLine:
    return CallLine(
        call_id(call),
        call.title,
        call.state,
        call.opens_on,
        call.cutoff_on,
        scheme.currency,
        budget=totals.budget,
        committed=totals.committed,
        offered=totals.offered,
        owner=owner,
    )


def _taking_part(work: Work, cluster: Cluster) -> tuple[CallLine, ...]:
    """Return the calls of other clusters of which this one funds a part, with the figures of that part."""
    found = voucher_query.funded_by(work.session, [key_of(cluster)], states=_RUNNING, limit=100)
    others = [(part, call, scheme) for part, call, scheme in found if scheme.owner_cluster_id != cluster.id][:SHOWN]
    owners = people.clusters_with_names(work.session, [scheme.owner_cluster_id for _, _, scheme in others])
    return tuple(
        _line(
            scheme,
            call,
            query.Totals(part.budget_cents, part.committed_cents, part.spent_cents),
            owner=owners[scheme.owner_cluster_id].name,
        )
        for part, call, scheme in others
        if part.state is PartState.TAKEN
    )


def _value(cluster: Cluster) -> str:
    return format_id(Kind.CLUSTER, key_of(cluster))


def _asked(work: Work, value: str) -> tuple[Cluster, list[str]]:
    """Read "CL-3 …"; without a cluster it is the one of this room, or the first that the person manages.

    :raises NotAllowed: the person manages no cluster, or not this one.
    """
    managed, words = work.who.managed(), value.split()
    if not managed:
        raise NotAllowed("scheme.managers_only")
    here = work.room.cluster_id if work.room is not None else None
    cluster_id = here if here is not None and here in managed else managed[0]
    if words and words[0].upper().startswith(Kind.CLUSTER):
        _, cluster_id = parse_id(words.pop(0), Kind.CLUSTER)
    cluster = work.session.get(Cluster, cluster_id) if cluster_id in managed else None
    if cluster is None:
        raise NotAllowed("scheme.managers_only")
    return cluster, words


def find_scheme(work: Work, text: str) -> Scheme:
    """Return an active scheme of a cluster that who acts manages.

    :raises NotAllowed, NotFound, OutOfDate: no manager, none of his or hers, or archived.
    """
    _, key = parse_id(text, Kind.SCHEME)
    if not work.who.managed():
        raise NotAllowed("scheme.managers_only")
    row = work.session.get(Scheme, key)
    if row is None or not work.who.manages(row.owner_cluster_id):
        raise NotFound("scheme.unknown", id=format_id(Kind.SCHEME, key))
    if row.state is not SchemeState.ACTIVE:
        raise OutOfDate("scheme.archived", id=scheme_id(row))
    return row


@route("scheme.new", writes=False)
def ask_for_scheme(work: Work, ask: Ask) -> Reply:
    """Offer the presets; with one chosen, open the form that it fills."""
    cluster, rest = _asked(work, ask.value)
    preset = _preset(rest)
    if preset is None:
        return Reply(ChoosePreset(cluster.name, _value(cluster)))
    terms = replace(PRESETS[preset], zone=cluster.zone)
    return Reply(question=StateScheme(f"{_value(cluster)} {preset.value}", cluster.name, terms))


def _preset(words: Collection[str]) -> Preset | None:
    return next((preset for preset in Preset if preset.value in words), None)


@route("scheme.edit", writes=False)
def ask_for_other_rules(work: Work, ask: Ask) -> Reply:
    """Open the form with the rules that hold, without those that stay as they are."""
    row = find_scheme(work, ask.value)
    cluster = work.session.get_one(Cluster, row.owner_cluster_id)
    value, name = f"{scheme_id(row)}:{row.version}", scheme_id(row)
    return Reply(question=StateScheme(value, cluster.name, terms_of(row), id=name, locked=locked_of(work, row)))


def locked_of(work: Work, row: Scheme) -> frozenset[str]:
    """Return the rules that stay as they are: calls are made in them, or vouchers were granted under them."""
    key = key_of(row)
    nothing = frozenset[str]()
    by_call = LOCKED_BY_CALL if query.has_call(work.session, key) else nothing
    return by_call | (LOCKED_BY_GRANT if query.has_granted(work.session, key) else nothing)


@route("scheme.save")
def save_scheme(work: Work, ask: Ask) -> Reply:
    """Take the form: a new scheme, or other rules for what is not decided yet."""
    if not ask.value.upper().startswith(Kind.SCHEME):
        return _create(work, ask)
    subject, version = split_value(ask.value, example="SC-2:1")
    row = find_scheme(work, subject)
    locked = locked_of(work, row)
    # A field that is locked by now was asked for: the form was opened before.
    if row.version != version or locked & ask.fields.keys():
        raise OutOfDate("scheme.changed", id=scheme_id(row))
    before = terms_of(row)
    after = read_terms(work, ask, before=before, locked=locked)
    if after != before:
        if not change(work.session, row, now=work.now, **_columns(after)):
            raise OutOfDate("scheme.changed", id=scheme_id(row))
        audit.record(
            work,
            "scheme.edit",
            scheme_id(row),
            before=_columns(before),
            after=_columns(after),
            cluster_id=row.owner_cluster_id,
        )
    return _done(row, SchemeStep.CHANGED)


def _create(work: Work, ask: Ask) -> Reply:
    cluster, rest = _asked(work, ask.value)
    preset = _preset(rest)
    if preset is None:
        raise Invalid("id.unknown", example="SC-2")
    terms = read_terms(work, ask, before=PRESETS[preset])
    columns = _columns(terms)
    row = Scheme(
        owner_cluster_id=key_of(cluster),
        state=SchemeState.ACTIVE,
        preset=preset,
        created_at=work.now,
        updated_at=work.now,
        **columns,
    )
    add(work.session, row)
    audit.record(work, "scheme.create", scheme_id(row), after=columns, cluster_id=cluster.id)
    return _done(row, SchemeStep.CREATED)


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "name": terms.name,
        "currency": terms.currency,
        "cap_cents": terms.cap,
        "countries": terms.countries,
        "kinds": tuple(kind.value for kind in terms.kinds),
        "documents": terms.documents,
        "partner_abroad": terms.partner_abroad,
        "approve_first": terms.approve_first,
        "claim_days": terms.claim_days,
        "report_days": terms.report_days,
        "move_days": terms.move_days,
        "zone": terms.zone,
        "second_above_cents": terms.second_above,
        "de_minimis": terms.de_minimis,
        "per_euro": terms.per_euro,
    }


@route("scheme.archive")
def archive_scheme(work: Work, ask: Ask) -> Reply:
    """Make no more calls of a scheme; what was granted goes on."""
    row = find_scheme(work, ask.value)
    if query.has_call(work.session, key_of(row), states=query.AHEAD):
        raise OutOfDate("scheme.busy", id=scheme_id(row))
    if not change(work.session, row, now=work.now, state=SchemeState.ARCHIVED):
        raise OutOfDate("scheme.changed", id=scheme_id(row))
    audit.record(work, "scheme.archive", scheme_id(row), cluster_id=row.owner_cluster_id)
    return _done(row, SchemeStep.ARCHIVED)


def _done(row: Scheme, step: SchemeStep) -> Reply:
    value = format_id(Kind.CLUSTER, row.owner_cluster_id)
    return Reply(SchemeDone(scheme_id(row), row.name, step, value))
