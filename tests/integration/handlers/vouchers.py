"""Schemes and calls for vouchers in the small world, put into the store as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from domain.ids import Kind, format_id
from domain.schemes import CallState, PartState, SchemeState, Terms, call_opens_at, ends_at
from store.queries.rows import add, key_of
from store.tables.vouchers import Call, CallPart, Scheme
from tests.world import World

#: Long enough for whatever is applied for in a test.
OPEN_DAYS: Final = 60


def make_call(
    world: World,
    *,
    cap: int = 500_00,
    budget: int = 10_000_00,
    cluster: int | None = None,
    partners: Mapping[int, int] | None = None,
    opens_on: date | None = None,
    cutoff_on: date | None = None,
    state: CallState = CallState.OPEN,
    **terms: Any,
) -> tuple[str, str]:
    """Add a scheme with the rules of `domain.vouchers.Terms` and a call of it; return their ids (`SC-2`, `CA-3`).

    Without `cluster` it is Clean Tech Delta's, of which the SME is a member. `partners` are budgets of others' taken
    parts, by cluster. Amounts are cents. The call has opened today unless it says otherwise, and is open for long.
    """
    owner = world.delta if cluster is None else cluster
    given: dict[str, Any] = {"name": "Meet & Greet", "zone": "Europe/Amsterdam", **terms}
    rules = Terms(cap=cap, **given)
    opens = opens_on or world.now.date()
    cutoff = cutoff_on or opens + timedelta(days=OPEN_DAYS)
    stamps: dict[str, Any] = {"created_at": world.now, "updated_at": world.now}
    with world.database.write() as session:
        scheme = add(session, Scheme(owner_cluster_id=owner, **_columns(rules), **stamps))
        call = Call(
            scheme_id=key_of(scheme),
            title="Spring 2026",
            state=state,
            opens_on=opens,
            opens_at=call_opens_at(opens, rules.zone),
            cutoff_on=cutoff,
            cutoff_at=ends_at(cutoff, rules.zone),
            **stamps,
        )
        add(session, call)
        for one, cents in {owner: budget, **(partners or {})}.items():
            part = CallPart(call_id=key_of(call), cluster_id=one, state=PartState.TAKEN, budget_cents=cents, **stamps)
            add(session, part)
        return format_id(Kind.SCHEME, key_of(scheme)), format_id(Kind.CALL, key_of(call))


def _columns(rules: Terms) -> dict[str, Any]:
    return {
        "state": SchemeState.ACTIVE,
        "preset": rules.preset,
        "name": rules.name,
        "currency": rules.currency,
        "cap_cents": rules.cap,
        "countries": rules.countries,
        "kinds": tuple(kind.value for kind in rules.kinds),
        "documents": rules.documents,
        "partner_abroad": rules.partner_abroad,
        "approve_first": rules.approve_first,
        "claim_days": rules.claim_days,
        "report_days": rules.report_days,
        "move_days": rules.move_days,
        "zone": rules.zone,
        "second_above_cents": rules.second_above,
        "de_minimis": rules.de_minimis,
        "per_euro": rules.per_euro,
    }
