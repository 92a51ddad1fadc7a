"""Real reminders about vouchers go through killed workers and dropped connections: each comes once, an old one never.

A month is played beforehand: drafts whose call closes tomorrow, vouchers whose money can be claimed for two more days,
and vouchers of which the same was true before their dates were moved. Then the workers have all of it to send at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import delete, text
from sqlmodel import col, select

from domain.organisations import Role
from domain.schemes import CLAIM_DAYS, call_opens_at
from domain.vouchers import ApplicationState
from handlers.vouchers import reminders
from handlers.vouchers.sight import load
from handlers.vouchers.turning import turn_vouchers
from handlers.work import Work
from store.engine import Database, StoreUnavailable
from store.queries.rows import add, key_of
from store.tables.people import Identity
from store.tables.queue import UNFINISHED, Outbox
from store.tables.vouchers import Application, Call, CallPart
from tests.faults.rig import LATENCY, TEAM, Rig, present, wait_until
from tests.integration.handlers.vouchers import make_call
from tests.world import World, add_person, build_world

_EACH: Final = 8
_KILLS: Final = 4
_WORKERS: Final = 3


class Month:
    """The month before: who is to be reminded of what, and whose dates were moved."""

    def __init__(self, database: Database, users: str) -> None:
        self.world: World = build_world(database)
        self.today: date = present().date()
        # At noon, when what is told in the morning of a day has been told, at whatever hour the test runs.
        self.world.now = present().replace(hour=12) - timedelta(days=30)
        self._users = users
        closes = self.today + timedelta(days=1)
        opens = self.today - timedelta(days=40)
        given: dict[str, Any] = {"opens_on": opens, "cutoff_on": closes, "de_minimis": False, "zone": "UTC"}
        make_call(self.world, budget=1_000_000_00, **given)
        self.drafts = self._apply("Drafts", ApplicationState.DRAFT)
        self.claims = self._apply("Claims", ApplicationState.AGREEMENT)
        self.moved = self._apply("Moves", ApplicationState.AGREEMENT)
        self.world.now += timedelta(days=1)
        turn_vouchers(database, self.world.kit, self.world.now)
        self._put_off()
        self._forget_the_rest()

    def _apply(self, name: str, state: ApplicationState) -> list[int]:
        """Let some people have an application each in this state; return who they are."""
        world, found = self.world, list[int]()
        stamps: dict[str, Any] = {"created_at": world.now, "updated_at": world.now}
        starts_on = world.now.date() + timedelta(days=1)
        ends_on = self.today + timedelta(days=2 - CLAIM_DAYS)
        with world.database.write() as session:
            call, part = session.exec(select(Call)).one(), session.exec(select(CallPart)).one()
            for number in range(_EACH):
                lens = world.sme_organisation
                person = add_person(session, f"{name} {number}", Role.SME, world.delta, lens)
                found.append(person)
                user = f"{self._users}{person}"
                account = Identity(
                    person_id=person,
                    surface="slack",
                    workspace=TEAM,
                    native_user=user,
                    address=f"slack:{TEAM}:{user}",
                    seen_at=world.now,
                    **stamps,
                )
                add(session, account)
                row = Application(
                    call_id=key_of(call),
                    part_id=key_of(part),
                    cluster_id=world.delta,
                    organisation_id=world.sme_organisation,
                    person_id=person,
                    state=state,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    approved_ends_on=ends_on,
                    amount_cents=100_00,
                    approved_cents=100_00,
                    claim_due_on=self.today + timedelta(days=2),
                    due_at=call_opens_at(starts_on, "UTC"),
                    **stamps,
                )
                add(session, row)
                voucher = load(Work(session, world.now, world.kit), key_of(row))
                assert voucher is not None
                reminders.plan(Work(session, world.now, world.kit), voucher)
        return found

    def _put_off(self) -> None:
        """Let the holders of some vouchers end them later, whereby their old reminders are nobody's any more."""
        for voucher in self._vouchers_of(self.moved):
            form = self.world.command(self.world.sme, "voucher", f"edit {voucher}").form
            ends_on = (self.today + timedelta(days=20)).isoformat()
            shown = self.world.submit(self.world.sme, form, ends_on=ends_on)
            assert not shown.failed
            assert not shown.errors

    def _vouchers_of(self, people: list[int]) -> list[str]:
        with self.world.database.read() as session:
            rows = session.exec(select(Application.id).where(col(Application.person_id).in_(people))).all()
        return [f"VO-{key}" for key in rows]

    def _forget_the_rest(self) -> None:
        """Leave reminders alone in the outbox: cards for the web have no messenger here."""
        with self.world.database.write() as session:
            session.connection().execute(delete(Outbox).where(col(Outbox.kind) != "nudge"))


def nothing_due(database: Database, now: datetime) -> Callable[[], bool]:
    """Return a condition: what was due then has come to its end."""

    def over() -> bool:
        try:
            with database.read() as session:
                rows = select(Outbox.id).where(text(UNFINISHED), col(Outbox.due_at) <= now).limit(1)
                return session.exec(rows).first() is None
        except StoreUnavailable:
            return False

    return over


def finished_by(database: Database, number: int) -> Callable[[], bool]:
    """Return a condition: so many people were told something, or nothing is left to tell."""

    def so_many() -> bool:
        try:
            with database.read() as session:
                sent = select(Outbox.id).where(Outbox.kind == "card.post", Outbox.status == "sent")
                return len(session.exec(sent).all()) >= number
        except StoreUnavailable:
            return False

    return so_many


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_each_reminder_arrives_once_and_an_old_one_never(rig: Rig, engine: str, request: pytest.FixtureRequest) -> None:
    database: Database = request.getfixturevalue("sqlite_database" if engine == "sqlite" else "own_database")
    restart = (lambda: None) if engine == "sqlite" else request.getfixturevalue("own_postgres").restart
    month = Month(database, f"U{rig.prefix[:-1].upper()}P")
    reminded = {*month.drafts, *month.claims}
    rig.settle(seed=11, rate=0.25, latency=LATENCY)
    workers = [rig.start(database, any_hour=True) for _ in range(_WORKERS)]
    for number in range(_KILLS):
        wait_until(finished_by(database, number * len(reminded) // _KILLS), seconds=240)
        rig.kill(workers.pop(0))
        if number == _KILLS // 2:
            restart()
        workers.append(rig.start(database, any_hour=True))
    users = f"slack:{TEAM}:U{rig.prefix[:-1].upper()}P"

    def arrived() -> Counter[int]:
        told = rig.ask("report", prefix="card:reminders:")["arrivals"]
        return Counter(int(one["key"].partition(users)[2]) for one in told if users in one["key"])

    # What was put off after a fault is due later than anything is now.
    wait_until(lambda: arrived().keys() >= reminded, seconds=240)
    wait_until(nothing_due(database, present()), seconds=240)
    assert arrived() == dict.fromkeys(reminded, 1)
    with database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "nudge")).all()
    late = [row for row in rows if row.payload["person"] in month.moved]
    assert {row.status.value for row in late if row.payload["kind"] == "claim"} == {"cancelled", "pending"}
    old = [row for row in late if row.status.value == "cancelled"]
    assert all(row.due_at > present() for row in late if row.status.value == "pending")
    assert len(old) >= 2 * _EACH
