"""Two hundred approvals at once against a budget for fifty: exactly fifty pass, and what is committed is the budget."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module

from sqlmodel import func, select

from domain.vouchers import ApplicationState
from handlers.desk import Desk
from handlers.requests import Press, Speaker
from handlers.work import Kit
from store import crypto
from store.engine import Database
from store.queries.rows import add, key_of
from store.tables.vouchers import Application, CallPart
from tests.fakes.holidays import NoHolidays
from tests.integration.handlers.vouchers import make_call
from tests.world import World

WANTED = 200
PAID = 50
AMOUNT = 450_00
WORKERS = 4
AT_ONCE = 5


@dataclass(frozen=True)
class Share:
    """What one process approves."""

    url: str
    key: str
    now: datetime
    speaker: Speaker
    values: tuple[str, ...]


def _apply(world: World, budget: int) -> tuple[int, tuple[str, ...]]:
    """Write down submitted applications; return the part that pays, and what their buttons carry."""
    make_call(world, budget=budget, de_minimis=False)
    with world.database.write() as session:
        part = session.exec(select(CallPart)).one()
        rows = [
            Application(
                call_id=part.call_id,
                part_id=key_of(part),
                cluster_id=part.cluster_id,
                organisation_id=world.sme_organisation,
                person_id=world.people["sme"],
                state=ApplicationState.SUBMITTED,
                partner="Nordkaj Utility",
                partner_country="DK",
                purpose="To meet.",
                starts_on=date(2026, 6, 10),
                ends_on=date(2026, 6, 12),
                amount_cents=AMOUNT,
                declared_sme=True,
                submitted_at=world.now,
                created_at=world.now,
                updated_at=world.now,
            )
            for _ in range(WANTED)
        ]
        for row in rows:
            add(session, row)
        return key_of(part), tuple(f"VO-{row.id}:{row.version}" for row in rows)


def _approve(share: Share) -> tuple[int, int]:
    """Approve, several at once, in a process of its own; return how many passed and how many were refused."""
    import_module("handlers.journeys")
    crypto.configure(share.key)
    database = Database(share.url)
    desk = Desk(database, Kit(holidays=NoHolidays()))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        shown = list(
            pool.map(
                lambda value: desk.press(Press(share.speaker, "voucher.approve", value), now=share.now), share.values
            )
        )
    database.close()
    told = [str(one.card) for one in shown if one.failed]
    assert all("budget" in one for one in told), told[:3]
    return sum(not one.failed for one in shown), len(told)


def _dealt(values: Sequence[str], share: Share) -> list[Share]:
    return [Share(share.url, share.key, share.now, share.speaker, tuple(values[at::WORKERS])) for at in range(WORKERS)]


def test_exactly_so_many_pass_as_the_budget_pays(world: World) -> None:
    part_id, values = _apply(world, PAID * AMOUNT)
    key = crypto.generate_key()
    url = world.database.url.render_as_string(hide_password=False)
    shares = _dealt(values, Share(url, key, world.now, world.manager_partner, ()))
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(_approve, shares))
    assert sum(passed for passed, _ in results) == PAID
    assert sum(refused for _, refused in results) == WANTED - PAID
    with world.database.read() as session:
        part = session.get_one(CallPart, part_id)
        approved = select(func.count()).select_from(Application).where(Application.state == ApplicationState.APPROVED)
        assert session.exec(approved).one() == PAID
        assert part.committed_cents == part.budget_cents == PAID * AMOUNT
