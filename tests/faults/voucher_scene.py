"""Vouchers of the scene that is abused: schemes, calls, applications and claims in every state a button can meet."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlmodel import col, select

from domain.deminimis import LinkKind
from domain.schemes import CallState, PartState
from domain.vouchers import AwardSource
from handlers.requests import Speaker
from handlers.vouchers.turning import turn_vouchers
from store.queries.rows import add
from store.tables.people import Organisation
from store.tables.vouchers import Application, Award, CallPart, OrganisationLink
from tests.integration.handlers.jobs import run_jobs
from tests.integration.handlers.vouchers import make_call
from tests.world import World, find_button

#: What an applicant writes is for its own people, those who decide, and the owner of the scheme.
PURPOSE: Final = "voyage beyond the dyke"
NEIGHBOURS_PURPOSE: Final = "harbour excursion"
ISSUER: Final = "Northern Trains"
#: Aid that was declared is for the firm and the managers of its clusters.
GRANTOR: Final = "Polder Authority"

_SECOND_ABOVE: Final = 400


def add_vouchers(world: World) -> None:
    """Let CLEAN run a call that Clean Tech Delta funds too, and both SMEs apply in it, as far as it goes."""
    _, open_call = make_call(
        world,
        cluster=world.clean,
        partners={world.delta: 10_000_00},
        zone="Europe/Copenhagen",
        second_above=_SECOND_ABOVE * 100,
        de_minimis=False,
    )
    _, planned = make_call(
        world, name="Planned", state=CallState.PLANNED, opens_on=world.now.date() + timedelta(days=7)
    )
    make_call(world, name="Over", state=CallState.CANCELLED)
    with world.database.write() as session:
        part: dict[str, Any] = {"state": PartState.OFFERED, "created_at": world.now, "updated_at": world.now}
        add(session, CallPart(call_id=_key(planned), cluster_id=world.clean, budget_cents=500_00, **part))
    _applications(world, open_call)
    _claims(world)
    _aid(world)
    run_jobs(world)


def _key(name: str) -> int:
    return int(name.partition("-")[2].partition(":")[0])


def _apply(world: World, call: str, speaker: Speaker, **fields: str | tuple[str, ...]) -> str:
    """Apply; return what its buttons carry (`VO-2:3`)."""
    day = world.now.date()
    plan: dict[str, str | tuple[str, ...]] = {
        "partner": "A utility",
        "partner_country": "SE",
        "purpose": f"A {PURPOSE}",
        "starts_on": (day + timedelta(days=2)).isoformat(),
        "ends_on": (day + timedelta(days=4)).isoformat(),
        "amount": str(_SECOND_ABOVE),
        "sme": ("sme",),
    }
    shown = world.submit(speaker, world.act(speaker, "voucher.apply", call).form, **{**plan, **fields})
    assert not shown.errors, shown.errors
    with world.database.read() as session:
        row = session.exec(select(Application).order_by(col(Application.id).desc())).first()
    assert row is not None
    return f"VO-{row.id}:{row.version}"


def _applications(world: World, call: str) -> None:
    """Leave one of Waterlens a draft, one submitted, one eligible and one approved; one of Fjordsensor submitted."""
    _apply(world, call, world.sme, keep=("keep",))
    _apply(world, call, world.sme)
    _apply(world, call, world.neighbour, purpose=f"A {NEIGHBOURS_PURPOSE}")
    eligible = _apply(world, call, world.sme, amount=f"{_SECOND_ABOVE}.01")
    world.act(world.manager_partner, "voucher.approve", eligible)
    world.act(world.manager_partner, "voucher.approve", _apply(world, call, world.sme))
    for _ in range(3):
        value = _apply(world, call, world.sme, starts_on=(world.now.date() + timedelta(days=1)).isoformat())
        world.act(world.manager_partner, "voucher.approve", value)
        form = world.act(world.manager_partner, "voucher.agree", value.partition(":")[0]).form
        assert not world.submit(world.manager_partner, form).errors
    run_jobs(world)
    turn_vouchers(
        world.database, world.kit, datetime.combine(world.now.date(), time(9), tzinfo=UTC) + timedelta(days=1)
    )


def _claims(world: World) -> None:
    """Let a claim be written, one wait for a decision, and one be approved; one activity is to be put off for long."""
    for number, steps in ((6, ""), (7, "submit"), (8, "approve")):
        card = world.act(world.sme, "voucher.claim", f"VO-{number}").card
        receipt = {
            "issuer": ISSUER,
            "number": f"2026-{number}",
            "dated_on": world.now.date().isoformat(),
            "amount": "100",
            "link": "https://files.example.org/ticket.pdf",
        }
        shown = world.submit(world.sme, world.press(world.sme, card, "claim.receipt").form, **receipt)
        assert not shown.errors, shown.errors
        if steps:
            form = world.press(world.sme, shown.card, "claim.submit").form
            assert not world.submit(world.sme, form).errors
        if steps == "approve":
            card = world.act(world.manager_partner, "claim.show", f"VO-{number}:1").card
            world.act(world.manager_partner, "claim.approve", find_button(card, "claim.approve").value)
    form = world.act(world.sme, "voucher.edit", "VO-6").form
    later = world.now.date() + timedelta(days=200)
    assert not world.submit(world.sme, form, ends_on=later.isoformat()).errors
    run_jobs(world)


def _aid(world: World) -> None:
    """Declare aid for Waterlens, and let it be one undertaking with Molenwater."""
    stamps: dict[str, Any] = {"created_at": world.now, "updated_at": world.now}
    with world.database.write() as session:
        mill = session.exec(select(Organisation.id).where(Organisation.name == "Molenwater")).one() or 0
        award = Award(
            organisation_id=world.sme_organisation,
            state="NL",
            awarded_on=date(2026, 1, 5),
            cents=1_000_00,
            grantor=GRANTOR,
            source=AwardSource.DECLARED,
            **stamps,
        )
        add(session, award)
        one, other = sorted((world.sme_organisation, mill))
        add(session, OrganisationLink(one_id=one, other_id=other, kind=LinkKind.VOTES, **stamps))
